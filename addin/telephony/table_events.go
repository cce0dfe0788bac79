package telephony

import "mangoofficesdk/addin/spec"

// eventMethods are about events: fetching instead of being told, acknowledging.
func eventMethods() []spec.Method[*Object] {
	event := param("Событие", "Event", spec.Any)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ПолучитьСобытия", EN: "FetchEvents"},
			Params: []spec.Param{
				optional("Максимум", "Maximum", spec.Int, spec.Integer(100)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.fetchEvents(a[0].Int())) },
		},
		{
			Name: spec.Name{RU: "ПолучитьСобытие", EN: "GetEvent"},
			Params: []spec.Param{
				param("Ид", "ID", spec.Str),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.getEvent(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ПодтвердитьСобытие", EN: "AckEvent"},
			Params:  []spec.Param{event},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.ackEvent(a[0])) },
		},
		{
			Name: spec.Name{RU: "ОтложитьСобытие", EN: "NakEvent"},
			Params: []spec.Param{
				event,
				optional("ЗадержкаСек", "DelaySec", spec.Int, spec.Integer(30)),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.nakEvent(a[0], a[1].Int())) },
		},
	}
}
