package telephony

import "mangoofficesdk/addin/spec"

// callMethods are the commands about calls, and the calls there are.
func callMethods() []spec.Method[*Object] {
	callID := param("ИдЗвонка", "CallID", spec.Str, "ид плеча звонка (call_id)", "id of the leg (call_id)")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ИнициироватьЗвонок", EN: "StartCall"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str, "кому звонить: номер телефона или внутренний номер", "whom to call: a number or an extension"),
				optional("Параметры", "Parameters", spec.Str, spec.String(""),
					"JSON {line_number, from_number, auto_answer}", "JSON {line_number, from_number, auto_answer}"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Звонит от имени своего внутреннего номера; возвращает command_id",
				EN: "Calls on behalf of the own extension; returns the command_id",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.startCall(a[0].Str(), a[1].Str())) },
		},
		{
			Name:    spec.Name{RU: "ЗавершитьЗвонок", EN: "Hangup"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Doc:  spec.Doc{RU: "Завершает звонок; возвращает command_id", EN: "Ends a call; returns the command_id"},
			Body: ofCall("Hangup"),
		},
		{
			Name: spec.Name{RU: "НаправитьЗвонок", EN: "RouteCall"},
			Params: []spec.Param{
				callID,
				param("Куда", "To", spec.Str, "внутренний номер, группа или номер телефона", "an extension, a group or a number"),
				optional("ОтображаемоеИмя", "DisplayName", spec.Str, spec.String(""),
					"имя звонящего на экране телефона", "caller's name on the screen of the phone"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Направляет звонок из меню, очереди или с чужого телефона; возвращает command_id",
				EN: "Routes a call out of the IVR, a queue or a ringing phone; returns the command_id",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.routeCall(a[0].Str(), a[1].Str(), a[2].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "ПолучитьТекущиеЗвонки", EN: "GetActiveCalls"},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Идущие сейчас звонки всех сотрудников, JSON-массив {entry_id, call_id, state, direction, caller, callee, line_number, " +
					"group, started, started_unix, talk_started, talk_started_unix}; state: ringing, talking, hold, ivr, queue",
				EN: "The calls of all employees going on now, a JSON array with these keys",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.activeCalls()) },
		},
	}
}
