package manual

import "mangoofficesdk/addin/spec"

// users describes what table_users.go declares.
func users() pages {
	userID := spec.Doc{RU: "user_id пользователя", EN: "user_id of the user"}
	return pages{
		"SetUsers": {
			RU: "Задаёт пользователей интеграции целиком; действует сразу, без переподключения. Порядок решает, кто останется при users_limit",
			EN: "Sets the users of the integration as a whole; works at once. Their order decides who stays with users_limit",
		},
		"SetUsers.Users": {RU: "JSON-массив {user_id, name, extension}", EN: "a JSON array of {user_id, name, extension}"},
		"GetUsers": {
			RU: "Пользователи интеграции, JSON-массив {user_id, name, extension, state, connected, last_seen, last_seen_unix, in_pbx}",
			EN: "The users of the integration, a JSON array with these keys",
		},
		"ExportUsers": {
			RU: "Записывает список пользователей в файл для печати или хранения",
			EN: "Writes the list of users to a file to print or keep",
		},
		"ExportUsers.FilePath": {RU: "файл .csv или .html", EN: "a .csv or .html file"},
		"SetExtension": {
			RU: "Меняет внутренний номер одного пользователя или добавляет пользователя",
			EN: "Changes the extension of one user, or adds the user",
		},
		"SetExtension.UserID": userID,
		"SetExtension.Number": {RU: "внутренний номер, цифры", EN: "the extension, digits"},
		"RemoveExtension": {
			RU: "Убирает пользователя и его внутренний номер из списка",
			EN: "Takes the user and his extension out of the list",
		},
		"RemoveExtension.UserID": userID,
		"GetPresence": {
			RU: "Занятость сотрудников, JSON-массив {extension, state, since, since_unix, call_id}; state: free, ringing, talking, hold, " +
				"offline, unknown. После вызова приходят события СтатусСотрудника",
			EN: "What the employees are doing, a JSON array with these keys; Presence events follow from then on",
		},
		"GetLimits": {
			RU: "Лимит пользователей интеграции, JSON {limit, used, refused}; limit = 0 — без ограничения",
			EN: "The limit of users, JSON {limit, used, refused}; limit = 0 is none",
		},
		"AnswerRouteRequest": {
			RU: "Отвечает на ЗапросМаршрута; считается первый ответ, поздний отклоняется",
			EN: "Answers a RouteRequest; the first answer counts, a late one is refused",
		},
		"AnswerRouteRequest.RequestID": {RU: "request_id события ЗапросМаршрута", EN: "request_id of the event RouteRequest"},
		"AnswerRouteRequest.Extension": {RU: `кому направить; "" — оставить звонок схеме ВАТС`, EN: `to whom; "" leaves the call to the PBX`},
		"SetRouteTable": {
			RU: "Задаёт ответственных за номера клиентов: их звонки распределяются без вопроса к 1С",
			EN: "Sets who is responsible for which client's number: their calls are distributed without asking 1C",
		},
		"SetRouteTable.Responsibles": {RU: "JSON-массив {number, extension}", EN: "a JSON array of {number, extension}"},
		"SetRouteTable.Replace":      {RU: "Истина: прежние забываются; Ложь: дополнить", EN: "True: forget the earlier ones; False: add to them"},
		"CallStatus": {
			RU: "Статус завершённого звонка по порогам настроек: missed, accepted_ok, accepted_bad, reached_ok, reached_bad",
			EN: "The status of a finished call by the thresholds of the settings",
		},
		"CallStatus.Call": {RU: "JSON события ИтогЗвонка или {direction, talk_sec, answered}", EN: "JSON of a CallSummary, or {direction, talk_sec, answered}"},
		"AnnotateCall": {
			RU: "Дополняет звонок тем, что знает база 1С: абонент, тема, описание; об этом приходит ЗвонокИзменен",
			EN: "Adds to a call what the 1C base knows: subscriber, subject, description; CallChanged tells of it",
		},
		"AnnotateCall.EntryID": {RU: "entry_id звонка", EN: "entry_id of the call"},
		"AnnotateCall.Data":    {RU: "JSON {subscriber_name, subscriber_ref, subject, description, author_name}", EN: "JSON {subscriber_name, subscriber_ref, subject, description, author_name}"},
	}
}
