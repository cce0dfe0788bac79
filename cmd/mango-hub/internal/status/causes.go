package status

import (
	"slices"

	"mangoofficesdk/sdk/hub"
)

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
		Words{"Слишком много уведомлений сразу", "АТС шлёт быстрее, чем они записываются: проверьте диск под store.data_dir."},
		Words{"Too many notifications at once", "The PBX sends faster than they are written: look at the disk of store.data_dir."},
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

// sessionCauses are those of sessions that were turned away.
var sessionCauses = []struct {
	name   string
	of     func(hub.Counters) int64
	ru, en Words
}{
	{
		"bad_token", func(c hub.Counters) int64 { return c.BadTokens },
		Words{"Неверный токен сеанса 1С", "Проверьте токен в настройках 1С; новый: mango-hub tokens add."},
		Words{"Wrong token of a session", "Check the token in 1C's settings; a new one: mango-hub tokens add."},
	},
	{
		"forbidden", func(c hub.Counters) int64 { return c.Forbidden },
		Words{"Токен не для этого номера или роли", "mango-hub tokens list показывает, что токен разрешает."},
		Words{"Token for another extension or role", "mango-hub tokens list shows what a token allows."},
	},
	{
		"browser", func(c hub.Counters) int64 { return c.Origins },
		Words{"К сеансам обратился браузер", "Хаб обслуживает 1С; чужая страница пробовала подключиться."},
		Words{"A browser asked for a session", "The hub serves 1C; some page tried to connect."},
	},
	{
		"busy", func(c hub.Counters) int64 { return c.Busy },
		Words{"Слишком много сеансов или вызовов", "Если это не атака, разделите нагрузку или сообщите разработчикам."},
		Words{"Too many sessions or calls of one", "If this is no attack, split the load or tell the developers."},
	},
	{
		"slow_session", func(c hub.Counters) int64 { return c.Slow },
		Words{"Сеанс ничего не подтверждал", "1С зависла или связь с ней плохая; сеанс подключится сам."},
		Words{"A session acknowledged nothing", "1C hangs, or the way to it is bad; the session comes back by itself."},
	},
	{
		"protocol", func(c hub.Counters) int64 { return c.Protocol },
		Words{"Нарушение протокола сеанса", "Обновите компоненту 1С до версии хаба."},
		Words{"A session broke the protocol", "Bring the component of 1C to the version of the hub."},
	},
}

// refusals are the causes that happened.
func refusals(counters map[string]int64, sessions hub.Counters) []Note {
	list := []Note{}
	for _, c := range causes {
		if n := counters[c.name]; n > 0 {
			list = append(list, Note{Code: c.name, Count: n, RU: c.ru, EN: c.en})
		}
	}
	for _, c := range sessionCauses {
		if n := c.of(sessions); n > 0 {
			list = append(list, Note{Code: c.name, Count: n, RU: c.ru, EN: c.en})
		}
	}
	slices.SortStableFunc(list, func(a, b Note) int { return int(min(max(b.Count-a.Count, -1), 1)) })
	return list
}
