package text

// callResults are the 1xxx codes about calls. Retryable: the same call later
// may succeed.
var callResults = map[int]Message{
	1000: {RU: "Успешно", EN: "Done"},
	1001: {RU: "Успешно, есть замечания", EN: "Done, with remarks"},

	1100: {RU: "Разговор завершён", EN: "Ended normally"},
	1110: {RU: "Трубку положил звонивший", EN: "The caller hung up"},
	1111: {RU: "Абонент не ответил", EN: "No answer", Retryable: true},
	1120: {RU: "Трубку положил вызываемый", EN: "The callee hung up"},
	1121: {RU: "Номер занят", EN: "Busy", Retryable: true},
	1122: {RU: "Звонок отклонён вызываемым", EN: "The callee rejected the call", Retryable: true},
	1123: {RU: "На телефоне включено «Не беспокоить»", EN: "The telephone is set to do not disturb", Retryable: true},
	1124: {RU: "Сотрудник в статусе «Не беспокоить»", EN: "The employee's status is do not disturb", Retryable: true},
	1125: {RU: "Оператор прекратил задание кампании", EN: "The operator stopped the campaign task"},

	1130: {RU: "Ограничение на вызываемый номер", EN: "The called number is restricted"},
	1131: {RU: "Вызываемый номер недоступен", EN: "The called number is unavailable", Retryable: true},
	1132: {RU: "Вызываемый номер не обслуживается", EN: "The called number is out of service"},
	1133: {RU: "Вызываемого номера не существует", EN: "The called number does not exist"},
	1134: {RU: "Слишком много переадресаций", EN: "Too many redirections"},
	1135: {RU: "Переадресация запрещена", EN: "Redirection is forbidden"},
	1140: {RU: "Звонки в этот регион запрещены настройками", EN: "The settings forbid calls to this region",
		RemedyRU: askOwnerRU, RemedyEN: askOwnerEN},

	1150: {RU: "Ограничение на номер звонящего", EN: "The caller's number is restricted"},
	1151: {RU: "Звонящий в чёрном списке", EN: "The caller is black-listed"},
	1152: {RU: "Звонящего нет в белом списке", EN: "The caller is not white-listed"},

	1160: {RU: "Звонок в группу не удался", EN: "The call to the group failed", Retryable: true},
	1161: {RU: "Ожидание в очереди запрещено настройками", EN: "The settings forbid waiting in the queue"},
	1162: {RU: "Очередь ожидания заполнена", EN: "The queue is full", Retryable: true},
	1163: {RU: "Время ожидания в очереди вышло", EN: "The time in the queue is over", Retryable: true},
	1164: {RU: "Нет доступных операторов", EN: "No operator is available", Retryable: true},
	1170: {RU: "Звонок завершён схемой переадресации", EN: "Ended by the redirection scheme"},
	1171: {RU: "Ошибка в настройке схемы переадресации", EN: "The redirection scheme is set up wrongly",
		RemedyRU: askOwnerRU, RemedyEN: askOwnerEN},

	1180: {RU: "Завершён по команде пользователя", EN: "Ended by a user's command"},
	1181: {RU: "Завершён по команде внешней системы", EN: "Ended by a command of the external system"},
	1182: {RU: "Перехвачен другим сотрудником", EN: "Picked up by another employee"},
	1183: {RU: "Назначен другой оператор", EN: "Another operator was assigned"},

	1190: {RU: "Номер выключен или вне расписания", EN: "The number is inactive or off schedule", Retryable: true},
	1191: {RU: "Номер выключен в личном кабинете", EN: "The number is switched off on the account page"},
	1192: {RU: "Номер вне расписания", EN: "The number is off schedule", Retryable: true},
	1193: {RU: "Сотрудник разговаривает, второй звонок отклоняется", EN: "In a conversation, other calls are rejected", Retryable: true},

	1300: {RU: "Разговор завершён", EN: "Ended normally"},
	1310: {RU: "Ответил автоответчик", EN: "An answering machine answered", Retryable: true},
	1311: {RU: "Автоответчик: абонент недоступен", EN: "Answering machine: unavailable", Retryable: true},
	1312: {RU: "Автоответчик: абонент занят", EN: "Answering machine: busy", Retryable: true},
	1313: {RU: "Автоответчик: голосовая почта", EN: "Answering machine: voice mail", Retryable: true},
	1314: {RU: "Не удалось вовремя распознать автоответчик", EN: "The answering machine detector was too slow", Retryable: true},
}

// contactCentreResults are the 12xx codes: sessions of the contact centre.
var contactCentreResults = map[int]Message{
	1200: {RU: "Ошибка сеанса контакт-центра", EN: "Error of the contact centre session", Retryable: true},
	1201: {RU: "Достигнут предел подключений контакт-центра", EN: "The contact centre has no free connection", Retryable: true},
	1202: {RU: "Данные сеанса контакт-центра не найдены", EN: "The contact centre session has no data"},
	1210: {RU: "Контакт-центр не принял подключение", EN: "The contact centre refused the connection", Retryable: true},
	1211: {RU: "Контакт-центр на обслуживании", EN: "The contact centre is under maintenance", Retryable: true},
	1212: {RU: "Контакт-центр потерял связь с базой", EN: "The contact centre lost its data base", Retryable: true},
	1230: {RU: "Сеанс контакт-центра прерван", EN: "The contact centre session was interrupted", Retryable: true},
	1231: {RU: "Контакт-центр перезапускается", EN: "The contact centre restarts", Retryable: true},
	1232: {RU: "Сеанс контакт-центра завершил администратор", EN: "An administrator ended the session"},
	1233: {RU: "Сеанс завершил администратор, подключитесь снова", EN: "An administrator ended the session, connect again", Retryable: true},
	1234: {RU: "Сеанс завершил администратор, не подключайтесь", EN: "An administrator ended the session, stay away"},
	1235: {RU: "Контакт-центр потерял базу данных", EN: "The contact centre server lost the data base", Retryable: true},
	1236: {RU: "Изменены логин, пароль или телефон сотрудника", EN: "Login, password or telephone of the employee changed"},
}
