package telephony

import "mangoofficesdk/addin/spec"

// callMethods are the commands about calls, and the calls there are.
func callMethods() []spec.Method[*Object] {
	callID := param("ИдЗвонка", "CallID", spec.Str)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ИнициироватьЗвонок", EN: "StartCall"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str),
				optional("Параметры", "Parameters", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.startCall(a[0].Str(), a[1].Str())) },
		},
		{
			Name:    spec.Name{RU: "ЗавершитьЗвонок", EN: "Hangup"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Body: ofCall("Hangup"),
		},
		{
			Name: spec.Name{RU: "НаправитьЗвонок", EN: "RouteCall"},
			Params: []spec.Param{
				callID,
				param("Куда", "To", spec.Str),
				optional("ОтображаемоеИмя", "DisplayName", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.routeCall(a[0].Str(), a[1].Str(), a[2].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "ПолучитьТекущиеЗвонки", EN: "GetActiveCalls"},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.activeCalls()) },
		},
	}
}
