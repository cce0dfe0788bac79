package text

// findings are the codes that Диагностика alone tells: what is not an error of
// a call, and explains why something does not work.
var findings = map[Code]Message{
	AttachIsolated: {
		RU:       "Компонента подключена изолированно: платформа держит её в отдельном процессе, внешние события оттуда не проверены",
		EN:       "The component is attached isolated: the platform keeps it in a process of its own, and events from there are unproven",
		RemedyRU: "Если события не приходят, подключайте с ТипПодключенияВнешнейКомпоненты.НеИзолированно или забирайте их методом ПолучитьСобытия",
		RemedyEN: "If no events come, attach it not isolated, or take them by FetchEvents",
	},
	PlatformOld: {
		RU: "Платформа 1С старше 8.3.10", EN: "The 1C platform is older than 8.3.10",
		RemedyRU: "Обновите платформу: компонента и её модули рассчитаны на 8.3.10 и новее", RemedyEN: "Update the platform: the component is made for 8.3.10 and later",
	},
	PlatformUnknown: {
		RU: "Платформа не назвала свою версию", EN: "The platform did not tell its version",
		RemedyRU: "В 1С:Предприятии проверьте, что версия не ниже 8.3.10; в другой программе делать ничего не нужно",
		RemedyEN: "In 1C:Enterprise see that it is 8.3.10 or later; in another program nothing needs to be done",
	},
	EventsWaiting: {
		RU: "События долго ждут, пока 1С их возьмёт", EN: "Events wait long to be taken by 1C",
		RemedyRU: "Закройте модальные окна, проверьте, что обработчик внешних событий не делает долгой работы и подтверждает события",
		RemedyEN: "Close modal windows; see that the handler of external events does no long work and acknowledges them",
	},
	EventsRefused: {
		RU: "1С не принимает внешнее событие", EN: "1C does not take an external event",
		RemedyRU: "Закройте модальное окно; если окна нет, включите забор событий методом ПолучитьСобытия", RemedyEN: "Close the modal window; if there is none, take events by FetchEvents",
	},
	EventsNotFetched: {
		RU: "Внешние события выключены, и никто не забирает события", EN: "External events are off, and nobody fetches events",
		RemedyRU: "Установите ВнешниеСобытия = Истина или вызывайте ПолучитьСобытия", RemedyEN: "Set ExternalEvents to True, or call FetchEvents",
	},
	EventQueueShort: {
		RU: "Платформа оставила очередь внешних событий короткой", EN: "The platform kept its queue of external events short",
		RemedyRU: "При потоке событий забирайте их методом ПолучитьСобытия", RemedyEN: "When there are many events take them by FetchEvents",
	},
	EventsParked: {
		RU: "Есть события, которые 1С не подтвердила за все попытки", EN: "There are events that 1C acknowledged in none of all attempts",
		RemedyRU: "Исправьте обработчик событий; отложенные события хаба показывает mango-hub parked", RemedyEN: "Mend the handler of events; mango-hub parked shows those of a hub",
	},
	LogLost: {
		RU: "Часть строк журнала не записана", EN: "Some lines of the log were not written",
		RemedyRU: "Проверьте место на диске и права на файл журнала", RemedyEN: "Check the room on the disk and the rights to the file of the log",
	},
	LogOff: {
		RU: "Журнал не ведётся", EN: "There is no log",
		RemedyRU: "Задайте log.path при подключении: папка должна быть доступна на запись", RemedyEN: "Give log.path to Connect, in a folder that can be written",
	},
	Crashed: {
		RU: "Есть отчёт об аварийном завершении", EN: "There is a report of a crash",
		RemedyRU: "Передайте файл разработчикам вместе с журналом, затем удалите его", RemedyEN: "Send the file to the developers with the log, then delete it",
	},
	ClockSkew: {
		RU: "Часы расходятся", EN: "The clocks differ",
		RemedyRU: "Включите синхронизацию времени (Служба времени Windows, chrony)", RemedyEN: "Turn on time synchronisation (the Windows time service, chrony)",
	},
	APIPlain: {
		RU: "Запросы к ВАТС идут без шифрования", EN: "Requests to the PBX go unencrypted",
		RemedyRU: "Укажите в api_url адрес https://", RemedyEN: "Give an https:// address in api_url",
	},
	NeverNotified: {
		RU: "ВАТС ещё ни разу не прислала уведомление", EN: "The PBX has not sent a notification yet",
		RemedyRU: "Позвоните на номер ВАТС; если счётчик не вырос, проверьте адрес в личном кабинете (Интеграции → API коннектор), проброс порта и брандмауэр",
		RemedyEN: "Call a number of the PBX; if nothing comes, check the address on the account page (Integrations → API connector), the forwarded port and the firewall",
	},
	NotifyBadSign: {
		RU: "Приходят уведомления с чужой подписью: они отклонены", EN: "Notifications with a wrong signature come and are refused",
		RemedyRU: "Сверьте ключ подписи с личным кабинетом; прокси перед приёмником не должен менять тело запроса",
		RemedyEN: "Compare the signing key with the account page; a proxy must not change the body",
	},
	NotifyForeignKey: {
		RU: "Приходят уведомления другой ВАТС: они отклонены", EN: "Notifications of another PBX come and are refused",
		RemedyRU: checkLKRU, RemedyEN: checkLKEN,
	},
	NotifyForeign: {
		RU: "Уведомления приходят с адресов, которым это не разрешено: они отклонены", EN: "Notifications come from addresses that are not let in, and are refused",
		RemedyRU: "Если это ВАТС или ваш прокси, добавьте адрес в allow_ips или trusted_proxies", RemedyEN: "If it is the PBX or your proxy, add the address to allow_ips or trusted_proxies",
	},
	NotifyPath: {
		RU: "Уведомления приходят не на тот путь: они отклонены", EN: "Notifications come to another path and are refused",
		RemedyRU: "Путь адреса в личном кабинете должен совпадать с listen.path (у хаба — http.webhook_path)",
		RemedyEN: "The path of the address on the account page has to be listen.path (of a hub http.webhook_path)",
	},
	StoreMemory: {
		RU: "События хранятся только в памяти: с закрытием 1С непринятые пропадут", EN: "Events are kept in memory only: those not taken end with 1C",
		RemedyRU: "Задайте data_dir при подключении", RemedyEN: "Give data_dir to Connect",
	},
	ReplicaStale: {
		RU: "Показанное состояние может быть устаревшим", EN: "The state shown may be old",
		RemedyRU: "Подождите несколько секунд; если не проходит, проверьте сеть", RemedyEN: "Wait for some seconds; if it stays, check the network",
	},
}
