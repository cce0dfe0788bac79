package manual

// properties describes what table_properties.go declares.
func properties() pages {
	return pages{
		"Version": {RU: "Версия библиотеки", EN: "Version of the library"},
		"State": {
			RU: "0 выключено, 1 подключается, 2 соединено, 3 зарегистрировано, 4 отказ",
			EN: "0 off, 1 connecting, 2 connected, 3 registered, 4 refused",
		},
		"Connected": {RU: "Истина, если Состояние = 3", EN: "True when State = 3"},
		"ErrorCode": {RU: "Код последней ошибки объекта, пусто после успеха", EN: "Code of the object's last failure, empty after success"},
		"ErrorDescription": {
			RU: "Текст последней ошибки объекта и что делать, пусто после успеха",
			EN: "Text of the object's last failure and what to do, empty after success",
		},
		"ConnectionMessage": {RU: "«Сервер интеграции доступен» или почему нет", EN: "Whether the integration server is available, or why not"},
		"RaiseErrors":       {RU: "Истина: каждая ошибка вызывает исключение", EN: "True: every failure raises an exception"},
		"Language":          {RU: "Язык текстов для людей: ru или en", EN: "Language of texts for people: ru or en"},
		"EventLanguage":     {RU: "Язык имён событий: ru или en", EN: "Language of the names of events: ru or en"},
		"Extension":         {RU: "Внутренний номер этого сеанса", EN: "Extension of this session"},
		"IsFirst":           {RU: "Истина, если этот сеанс зарегистрирован первым", EN: "True when this session was registered first"},
		"QueueLength":       {RU: "Сколько событий 1С ещё не взяла", EN: "How many events 1C has not taken yet"},
		"ExternalEvents": {
			RU: "Истина: события приходят как внешние; Ложь: только через ПолучитьСобытия",
			EN: "True: events come as external ones; False: by FetchEvents only",
		},
		"LogLevel": {RU: "Подробность журнала: error, warn, info или debug", EN: "How much is logged: error, warn, info or debug"},
		"LogPath":  {RU: "Файл журнала; пусто: журнал не пишется", EN: "The log file; empty: no log is written"},
	}
}
