package text

// refusalResults are the 4xxx codes: understood, and cannot be done.
var refusalResults = map[int]Message{
	4000: {RU: "Действие невозможно", EN: "It cannot be done"},
	4001: {RU: "Команда не поддерживается", EN: "The command is not supported"},
	4002: {RU: "Запись слишком коротка и не сохранена", EN: "The recording was too short to keep"},
	4100: {RU: "Состояние звонка или списка этого не допускает", EN: "The state of the call or of the list does not allow it"},
	4101: {RU: "Звонок завершён или не существует", EN: "The call has ended or does not exist"},
	4102: {RU: "Разговор уже записывается", EN: "The call is being recorded already"},
	4104: {RU: "Слишком много переадресаций", EN: "Too many redirections"},
	4200: {RU: "С абонентом сейчас нельзя связаться", EN: "The party cannot be reached now", Retryable: true},
	4290: {RU: "Слишком много запросов", EN: "Too many requests", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},

	4300: {RU: "SMS не отправлено", EN: "The SMS failed", Retryable: true},
	4301: {RU: "Срок доставки SMS истёк", EN: "The SMS expired", Retryable: true},
	4391: {RU: "SMS потеряно оператором", EN: "The operator lost the SMS", Retryable: true},
	4392: {RU: "SMS отклонено оператором", EN: "The operator rejected the SMS"},
	4393: {RU: "SMS отменено оператором", EN: "The operator cancelled the SMS"},

	4400: {RU: "Участник конференции не добавлен", EN: "The conference member was not added"},
	4401: {RU: "Сбой оборудования конференции", EN: "Hardware failure of the conference", Retryable: true},
	4402: {RU: "Услуга конференции недоступна", EN: "The conference service is unavailable", Retryable: true},
	4403: {RU: "Не хватает ресурсов для конференции", EN: "Not enough resources for the conference", Retryable: true},
	4404: {RU: "Достигнут предел конференции", EN: "The conference is full"},
	4405: {RU: "Запрещено настройками комнаты", EN: "The settings of the room forbid it"},

	4500: {RU: "Ограничение безопасности", EN: "A security limit", RemedyRU: askOwnerRU, RemedyEN: askOwnerEN},
	4501: {RU: "Звонки слишком часты", EN: "Calls come too often", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
	4502: {RU: "Звонящий в чёрном списке входящих", EN: "The caller is on the incoming black list"},
	4503: {RU: "Файл слишком велик", EN: "The file is too big"},
	4504: {RU: "Размер файла неизвестен", EN: "The size of the file is unknown"},
	4505: {RU: "Формат файла не подходит", EN: "The format of the file is not allowed"},
	4506: {RU: "Звонок не разрешён профилем безопасности", EN: "The security profile does not allow the call", RemedyRU: askOwnerRU, RemedyEN: askOwnerEN},
	4507: {RU: "Абонент заблокирован", EN: "The party is blocked", RemedyRU: askOwnerRU, RemedyEN: askOwnerEN},
}

// faxResults are the 6xxx codes.
var faxResults = map[int]Message{
	6000: {RU: "Факс не доставлен", EN: "The fax was not delivered", Retryable: true},
	6010: {RU: "Сбой службы факсов", EN: "The fax service failed", Retryable: true},
	6011: {RU: "Номер факса недоступен в течение часа", EN: "The number was unavailable for an hour", Retryable: true},
	6012: {RU: "Номера факса не существует", EN: "The number does not exist"},
	6013: {RU: "На номере нет факса", EN: "No fax machine at the number"},
	6014: {RU: "Факс отклонён", EN: "The fax was refused"},
	6100: {RU: "Файл не удалось преобразовать в факс", EN: "The file could not be converted"},
	6101: {RU: "Файл факса больше 10 МБ", EN: "The file is over 10 MB"},
	6102: {RU: "В факсе больше 30 страниц", EN: "The fax has over 30 pages"},
}
