package text

// serverResults are the 50xx codes: the PBX failed. Most pass by themselves.
var serverResults = map[int]Message{
	5000: {RU: "Ошибка сервера ВАТС", EN: "Error of the PBX", RemedyRU: askSupportRU, RemedyEN: askSupportEN, Retryable: true},
	5001: {RU: "ВАТС перегружена", EN: "The PBX is overloaded", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
	5002: {RU: "ВАТС перезапускается", EN: "The PBX restarts", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
	5003: {RU: "Технический сбой ВАТС", EN: "A technical failure of the PBX", RemedyRU: askSupportRU, RemedyEN: askSupportEN, Retryable: true},
	5004: {RU: "ВАТС не смогла обратиться к базе данных", EN: "The PBX could not read its data base", RemedyRU: askSupportRU, RemedyEN: askSupportEN, Retryable: true},
	5005: {RU: "ВАТС на обслуживании", EN: "The PBX is under maintenance", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
	5006: {RU: "Ошибка доступа к услуге", EN: "The service could not be accessed", RemedyRU: askSupportRU, RemedyEN: askSupportEN, Retryable: true},
	5007: {RU: "Сбой удалённой системы", EN: "A remote system failed", RemedyRU: askSupportRU, RemedyEN: askSupportEN, Retryable: true},
	5008: {RU: "Служба ВАТС временно недоступна", EN: "The service of the PBX is unavailable now", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
	5009: {RU: "Услугу нельзя подключить", EN: "The service cannot be added", RemedyRU: payRU, RemedyEN: payEN},
	5010: {RU: "Недостаточно средств для подключения услуги", EN: "Not enough money to add the service", RemedyRU: payRU, RemedyEN: payEN},
	5011: {RU: "Служба ВАТС не ответила вовремя", EN: "The service of the PBX was too slow", RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
}

// campaignResults are the 51xx codes: outbound campaigns.
var campaignResults = map[int]Message{
	5101: {RU: "Контакт-центр не подключён", EN: "There is no contact centre", RemedyRU: payRU, RemedyEN: payEN},
	5102: {RU: "Достигнут предел работающих кампаний", EN: "Too many running campaigns"},
	5103: {RU: "Достигнут предел числа кампаний", EN: "Too many campaigns"},
	5104: {RU: "Параметры кампании не сочетаются", EN: "The campaign's parameters do not fit together"},
	5105: {RU: "Автора кампании не существует", EN: "The campaign's author does not exist"},
	5106: {RU: "Состояние кампании этого не допускает", EN: "The campaign's state does not allow it"},
	5107: {RU: "Больше 10 000 заданий", EN: "Over 10,000 tasks"},
	5108: {RU: "Достигнут предел заданий кампании", EN: "The campaign has too many tasks"},
	5109: {RU: "Номера в заданиях повторяются", EN: "The tasks repeat a number"},
	5110: {RU: "Задание не запустилось", EN: "The task did not start", Retryable: true},
	5111: {RU: "Состояние задания этого не допускает", EN: "The task's state does not allow it"},
	5112: {RU: "Достигнут предел кампаний без операторов", EN: "Too many campaigns without operators"},
	5113: {RU: "Достигнут общий предел заданий", EN: "Too many tasks in all"},
	5114: {RU: "Достигнут предел кампаний с операторами", EN: "Too many campaigns with operators"},
}

// objectResults are the 52xx and 53xx codes: groups, employees, numbers, the
// address book.
var objectResults = map[int]Message{
	5200: {RU: "Группы не подключены", EN: "Groups are switched off", RemedyRU: payRU, RemedyEN: payEN},
	5201: {RU: "Запрещено подключать услуги через API", EN: "Services may not be changed by API",
		RemedyRU: "Разрешите подключение услуг средствами API в личном кабинете: Интеграции → API коннектор",
		RemedyEN: "Allow it on the account page: Integrations → API connector"},
	5202: {RU: "Объект используется в схеме переадресации", EN: "A redirection scheme uses it"},
	5203: {RU: "Объект используется в переадресации по номеру клиента", EN: "A redirection by client number uses it"},
	5204: {RU: "Объект используется в виджете обратного звонка", EN: "A callback widget uses it"},
	5205: {RU: "Объект используется в кампании", EN: "A campaign uses it"},
	5206: {RU: "Сотрудник занят в контакт-центре", EN: "The contact centre uses the employee"},
	5207: {RU: "Номер занят в контакт-центре", EN: "The contact centre uses the number"},
	5208: {RU: "Номер по умолчанию нельзя удалить", EN: "The default number cannot be deleted"},
	5209: {RU: "Правило для номера уже есть", EN: "A rule for this number exists"},
	5210: {RU: "Администратора нельзя удалить", EN: "An administrator cannot be deleted"},
	5211: {RU: "Нет домена для нового сотрудника", EN: "There is no domain for a new employee"},
	5212: {RU: "Нужен хотя бы один работающий номер", EN: "At least one active number is needed"},
	5213: {RU: "Учётная запись SIP служит внешним номером", EN: "The SIP account is used as an outside number"},
	5214: {RU: "Номер нельзя удалить", EN: "The number cannot be deleted"},
	5215: {RU: "Общий SIP нельзя дать сотруднику", EN: "A general SIP account cannot be an employee's number"},
	5216: {RU: "Это единственный работающий номер владельца", EN: "It is the only active number of its owner"},
	5217: {RU: "Не удалось получить виджеты", EN: "The widgets could not be read", Retryable: true},
	5218: {RU: "Все номера удалить нельзя", EN: "One number must stay"},
	5219: {RU: "Номер по умолчанию нельзя удалить", EN: "The default number cannot be deleted"},
	5220: {RU: "Основной номер нельзя передать другому", EN: "The main number cannot be given away"},
	5221: {RU: "Список или число сотрудников ограничены", EN: "The list or the number of employees is limited", RemedyRU: payRU, RemedyEN: payEN},
	5222: {RU: "В списке может быть не больше 20 000 номеров", EN: "A list holds 20,000 numbers at most"},
	5223: {RU: "Объект используется в переадресации по региону", EN: "A redirection by region uses it"},
	5224: {RU: "Правило по номеру клиента нельзя удалить", EN: "The rule by client number cannot be deleted"},
	5225: {RU: "Переадресация по номеру клиента не подключена", EN: "Redirection by client number is switched off", RemedyRU: payRU, RemedyEN: payEN},
	5226: {RU: "Нет номера, на который перевести звонки", EN: "There is no number to move the calls to"},
	5227: {RU: "Объект используется в правиле автосекретаря", EN: "A rule of the auto-secretary uses it"},
	5228: {RU: "Сотрудников больше, чем позволено", EN: "Too many employees", RemedyRU: payRU, RemedyEN: payEN},
	5300: {RU: "API коннектор не подключён", EN: "The API connector is switched off", RemedyRU: payRU, RemedyEN: payEN},
	5301: {RU: "Источник адресной книги не подходит", EN: "Wrong source of the address book"},
	5302: {RU: "Робота нельзя создать или удалить", EN: "A robot cannot be created or deleted"},
}
