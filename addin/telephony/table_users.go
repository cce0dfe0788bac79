package telephony

import "mangoofficesdk/addin/spec"

// userMethods are about the users of the integration and what they are doing.
func userMethods() []spec.Method[*Object] {
	userID := param("ПользовательИд", "UserID", spec.Str)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "УстановитьПользователей", EN: "SetUsers"},
			Params: []spec.Param{
				param("Пользователи", "Users", spec.Str),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.setUsers(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьПользователей", EN: "GetUsers"},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.users()) },
		},
		{
			Name: spec.Name{RU: "ВыгрузитьПользователей", EN: "ExportUsers"},
			Params: []spec.Param{
				param("ПутьКФайлу", "FilePath", spec.Str),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.exportUsers(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "УстановитьВнутреннийНомер", EN: "SetExtension"},
			Params: []spec.Param{
				userID, param("Номер", "Number", spec.Str),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.setExtension(a[0].Str(), a[1].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "УдалитьВнутреннийНомер", EN: "RemoveExtension"},
			Params:  []spec.Param{userID},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.removeExtension(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьСтатусы", EN: "GetPresence"},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.presence()) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьЛимиты", EN: "GetLimits"},
			Returns: spec.Str, Fallible: true,
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
				param("ИдЗапроса", "RequestID", spec.Str),
				param("ВнутреннийНомер", "Extension", spec.Str),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.answerRouteRequest(a[0].Str(), a[1].Str()))
			},
		},
		{
			Name: spec.Name{RU: "УстановитьОтветственных", EN: "SetRouteTable"},
			Params: []spec.Param{
				param("Ответственные", "Responsibles", spec.Str),
				optional("Заменить", "Replace", spec.Boolean, spec.Bool(true)),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.setRouteTable(a[0].Str(), a[1].Bool()))
			},
		},
		{
			Name: spec.Name{RU: "РассчитатьСтатус", EN: "CallStatus"},
			Params: []spec.Param{
				param("Звонок", "Call", spec.Str),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.callStatus(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "ДополнитьЗвонок", EN: "AnnotateCall"},
			Params: []spec.Param{
				param("ИдВызова", "EntryID", spec.Str),
				param("Данные", "Data", spec.Str),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.annotateCall(a[0].Str(), a[1].Str()))
			},
		},
	}
}
