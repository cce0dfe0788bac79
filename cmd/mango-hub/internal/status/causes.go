package status

import "slices"

// causes are the counters of the webhook that tell of trouble, the most telling
// first. Silent connections are no news.
var causes = []struct {
	name   string
	ru, en Words
}{
	{
		"bad_sign",
		Words{"Неверная подпись", "Проверьте «Ключ для создания подписи» в файле хаба: он должен совпадать с кабинетом."},
		Words{"Wrong signature", "Check pbx.salt in the hub's file against the account page."},
	},
	{
		"foreign_key",
		Words{"Чужой код АТС", "Проверьте «Уникальный код АТС» в файле хаба. Если он верен, адрес хаба введён в кабинете другой АТС."},
		Words{"Key of another PBX", "Check pbx.key. If it is right, the address of this hub was entered at another PBX."},
	},
	{
		"foreign_address",
		Words{"Адрес не из списка", "Если это ваша АТС, добавьте её адрес в http.allow_ips. За прокси заполните http.trusted_proxies."},
		Words{"Address not on the list", "If it is your PBX, add its address to http.allow_ips. Behind a proxy set http.trusted_proxies."},
	},
	{
		"unavailable",
		Words{"Журнал не принял", "Проверьте место на диске и папку store.data_dir."},
		Words{"The journal did not take it", "Look at the room on the disk and at store.data_dir."},
	},
	{
		"overloaded",
		Words{"Слишком много сразу", "Если это не атака, увеличьте http.max_requests."},
		Words{"Too many at once", "If this is no attack, raise http.max_requests."},
	},
	{
		"unknown_path",
		Words{"Неизвестный путь", "В кабинете должен быть введён адрес, который показан на этой странице, без добавлений."},
		Words{"Unknown path", "Enter the address shown on this page, with nothing added."},
	},
	{
		"wrong_method",
		Words{"Не POST", "Обычно это сканеры и браузеры; АТС присылает только POST."},
		Words{"Not a POST", "Mostly scanners and browsers; the PBX only posts."},
	},
	{
		"missing_field",
		Words{"Нет поля подписи", "Запрос прислала не АТС или его изменил прокси."},
		Words{"A field of the envelope is missing", "It was not sent by the PBX, or a proxy changed it."},
	},
	{
		"bad_form",
		Words{"Не форма", "Запрос прислала не АТС или его изменил прокси."},
		Words{"Not a form", "It was not sent by the PBX, or a proxy changed it."},
	},
	{
		"too_large",
		Words{"Слишком большое тело", "Если его прислала АТС, увеличьте http.max_body_kb."},
		Words{"Body too large", "If the PBX sent it, raise http.max_body_kb."},
	},
	{
		"slow",
		Words{"Тело не пришло вовремя", "Медленная связь или атака; при связи через прокси включите в нём буферизацию запросов."},
		Words{"The body did not come in time", "A slow network or an attack; with a proxy, let it buffer requests."},
	},
	{
		"broken_json",
		Words{"Уведомление не разобрано", "Принято и сохранено как есть. Пришлите строку лога разработчикам."},
		Words{"A notification that could not be read", "It was taken and is kept raw. Send the line of the log to the developers."},
	},
	{
		"panic",
		Words{"Внутренняя ошибка", "Пришлите лог разработчикам."},
		Words{"A defect of ours", "Send the log to the developers."},
	},
}

// refusals are the causes that happened.
func refusals(counters map[string]int64) []Note {
	list := []Note{}
	for _, c := range causes {
		if n := counters[c.name]; n > 0 {
			list = append(list, Note{Code: c.name, Count: n, RU: c.ru, EN: c.en})
		}
	}
	slices.SortStableFunc(list, func(a, b Note) int { return int(min(max(b.Count-a.Count, -1), 1)) })
	return list
}
