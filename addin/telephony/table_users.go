package telephony

import "mangoofficesdk/addin/spec"

// userMethods are about the users of the integration and what they are doing.
func userMethods() []spec.Method[*Object] {
	userID := param("ПользовательИд", "UserID", spec.Str, "user_id пользователя", "user_id of the user")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "УстановитьПользователей", EN: "SetUsers"},
			Params: []spec.Param{
				param("Пользователи", "Users", spec.Str, "JSON-массив {user_id, name, extension}", "a JSON array of {user_id, name, extension}"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Задаёт пользователей интеграции целиком; действует сразу, без переподключения. Порядок решает, кто останется при users_limit",
				EN: "Sets the users of the integration as a whole; works at once. Their order decides who stays with users_limit",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.setUsers(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьПользователей", EN: "GetUsers"},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Пользователи интеграции, JSON-массив {user_id, name, extension, state, connected, last_seen, last_seen_unix, in_pbx}",
				EN: "The users of the integration, a JSON array with these keys",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.users()) },
		},
		{
			Name: spec.Name{RU: "ВыгрузитьПользователей", EN: "ExportUsers"},
			Params: []spec.Param{
				param("ПутьКФайлу", "FilePath", spec.Str, "файл .csv или .html", "a .csv or .html file"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Записывает список пользователей в файл для печати или хранения",
				EN: "Writes the list of users to a file to print or keep",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.exportUsers(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "УстановитьВнутреннийНомер", EN: "SetExtension"},
			Params: []spec.Param{
				userID, param("Номер", "Number", spec.Str, "внутренний номер, цифры", "the extension, digits"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Меняет внутренний номер одного пользователя или добавляет пользователя",
				EN: "Changes the extension of one user, or adds the user",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.setExtension(a[0].Str(), a[1].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "УдалитьВнутреннийНомер", EN: "RemoveExtension"},
			Params:  []spec.Param{userID},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Убирает пользователя и его внутренний номер из списка",
				EN: "Takes the user and his extension out of the list",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.removeExtension(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьСтатусы", EN: "GetPresence"},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Занятость сотрудников, JSON-массив {extension, state, since, since_unix, call_id}; state: free, ringing, talking, hold, " +
					"offline, unknown. После вызова приходят события СтатусСотрудника",
				EN: "What the employees are doing, a JSON array with these keys; Presence events follow from then on",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.presence()) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьЛимиты", EN: "GetLimits"},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Лимит пользователей интеграции, JSON {limit, used, refused}; limit = 0 — без ограничения",
				EN: "The limit of users, JSON {limit, used, refused}; limit = 0 is none",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.limits()) },
		},
	}
}

// routeMethods decide to whom calls go, and how a finished one is judged.
func routeMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ОтветитьНаЗапросМаршрута", EN: "AnswerRouteRequest"},
			Params: []spec.Param{
				param("ИдЗапроса", "RequestID", spec.Str, "request_id события ЗапросМаршрута", "request_id of the event RouteRequest"),
				param("ВнутреннийНомер", "Extension", spec.Str, `кому направить; "" — оставить звонок схеме ВАТС`, `to whom; "" leaves the call to the PBX`),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Отвечает на ЗапросМаршрута; считается первый ответ, поздний отклоняется",
				EN: "Answers a RouteRequest; the first answer counts, a late one is refused",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.answerRouteRequest(a[0].Str(), a[1].Str()))
			},
		},
		{
			Name: spec.Name{RU: "УстановитьОтветственных", EN: "SetRouteTable"},
			Params: []spec.Param{
				param("Ответственные", "Responsibles", spec.Str, "JSON-массив {number, extension}", "a JSON array of {number, extension}"),
				optional("Заменить", "Replace", spec.Boolean, spec.Bool(true), "Истина: прежние забываются; Ложь: дополнить", "True: forget the earlier ones; False: add to them"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Задаёт ответственных за номера клиентов: их звонки распределяются без вопроса к 1С",
				EN: "Sets who is responsible for which client's number: their calls are distributed without asking 1C",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.setRouteTable(a[0].Str(), a[1].Bool()))
			},
		},
		{
			Name: spec.Name{RU: "РассчитатьСтатус", EN: "CallStatus"},
			Params: []spec.Param{
				param("Звонок", "Call", spec.Str, "JSON события ИтогЗвонка или {direction, talk_sec, answered}", "JSON of a CallSummary, or {direction, talk_sec, answered}"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Статус завершённого звонка по порогам настроек: missed, accepted_ok, accepted_bad, reached_ok, reached_bad",
				EN: "The status of a finished call by the thresholds of the settings",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.callStatus(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "ДополнитьЗвонок", EN: "AnnotateCall"},
			Params: []spec.Param{
				param("ИдВызова", "EntryID", spec.Str, "entry_id звонка", "entry_id of the call"),
				param("Данные", "Data", spec.Str, "JSON {subscriber_name, subscriber_ref, subject, description, author_name}",
					"JSON {subscriber_name, subscriber_ref, subject, description, author_name}"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Дополняет звонок тем, что знает база 1С: абонент, тема, описание; об этом приходит ЗвонокИзменен",
				EN: "Adds to a call what the 1C base knows: subscriber, subject, description; CallChanged tells of it",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.annotateCall(a[0].Str(), a[1].Str()))
			},
		},
	}
}
