package manual

import "mangoofficesdk/addin/spec"

// calls describes what table_calls.go declares.
func calls() pages {
	callID := spec.Doc{RU: "ид плеча звонка (call_id)", EN: "id of the leg (call_id)"}
	return pages{
		"StartCall": {
			RU: "Звонит от имени своего внутреннего номера; возвращает command_id",
			EN: "Calls on behalf of the own extension; returns the command_id",
		},
		"StartCall.Number":     {RU: "кому звонить: номер телефона или внутренний номер", EN: "whom to call: a number or an extension"},
		"StartCall.Parameters": {RU: "JSON {line_number, from_number, auto_answer}", EN: "JSON {line_number, from_number, auto_answer}"},
		"Hangup":               {RU: "Завершает звонок; возвращает command_id", EN: "Ends a call; returns the command_id"},
		"Hangup.CallID":        callID,
		"RouteCall": {
			RU: "Направляет звонок из меню, очереди или с чужого телефона; возвращает command_id",
			EN: "Routes a call out of the IVR, a queue or a ringing phone; returns the command_id",
		},
		"RouteCall.CallID":      callID,
		"RouteCall.To":          {RU: "внутренний номер, группа или номер телефона", EN: "an extension, a group or a number"},
		"RouteCall.DisplayName": {RU: "имя звонящего на экране телефона", EN: "caller's name on the screen of the phone"},
		"GetActiveCalls": {
			RU: "Идущие сейчас звонки всех сотрудников, JSON-массив {entry_id, call_id, state, direction, caller, callee, line_number, " +
				"group, started, started_unix, talk_started, talk_started_unix}; state: ringing, talking, hold, ivr, queue",
			EN: "The calls of all employees going on now, a JSON array with these keys",
		},
	}
}
