package telephony

import "mangoofficesdk/addin/spec"

// eventMethods is the section «Events by pulling, and acknowledgement».
func eventMethods() []spec.Method[*Object] {
	event := param("Событие", "Event", spec.Any,
		"Строка id или Число seq нынешней эпохи", "the String id, or the Number seq of this epoch")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ПолучитьСобытия", EN: "FetchEvents"},
			Params: []spec.Param{
				optional("Максимум", "Maximum", spec.Int, spec.Integer(100), "не больше событий, чем столько", "no more events than this"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "События, ещё не взятые 1С, JSON-массив",
				EN: "The events that 1C has not taken yet, a JSON array",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.fetchEvents(a[0].Int())) },
		},
		{
			Name: spec.Name{RU: "ПолучитьСобытие", EN: "GetEvent"},
			Params: []spec.Param{
				param("Ид", "ID", spec.Str, "id события", "id of the event"),
			},
			Returns: spec.Str, Fallible: true,
			Doc:  spec.Doc{RU: "Одно событие целиком, JSON", EN: "One event whole, JSON"},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.getEvent(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ПодтвердитьСобытие", EN: "AckEvent"},
			Params:  []spec.Param{event},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Подтверждает, что событие обработано; оно не придёт снова",
				EN: "Confirms that the event was handled; it will not come again",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.ackEvent(a[0])) },
		},
		{
			Name: spec.Name{RU: "ОтложитьСобытие", EN: "NakEvent"},
			Params: []spec.Param{
				event,
				optional("ЗадержкаСек", "DelaySec", spec.Int, spec.Integer(30), "через сколько секунд прислать снова", "seconds until it comes again"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc:  spec.Doc{RU: "Просит прислать событие снова позже", EN: "Asks for the event again later"},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.nakEvent(a[0], a[1].Int())) },
		},
	}
}
