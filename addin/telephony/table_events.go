package telephony

import "mangoofficesdk/addin/spec"

// eventMethods are about events: fetching instead of being told, acknowledging.
func eventMethods() []spec.Method[*Object] {
	event := param("Событие", "Event", spec.Any,
		"Строка id или Число seq нынешней эпохи", "the String id, or the Number seq of this epoch")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ПолучитьСобытия", EN: "FetchEvents"},
			Params: []spec.Param{
				optional("Максимум", "Maximum", spec.Int, spec.Integer(100), "не больше событий, чем столько, до 1000", "no more events than this, at most 1000"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "События, ещё не взятые 1С, JSON-массив; при ВнешниеСобытия = Истина только показывает, при Ложь забирает",
				EN: "The events that 1C has not taken yet, a JSON array; only looks while ExternalEvents is True, takes them while it is False",
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
				optional("ЗадержкаСек", "DelaySec", spec.Int, spec.Integer(30), "через сколько секунд прислать снова, до 604800 (неделя)", "seconds until it comes again, at most 604800 (a week)"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Просит прислать событие записи снова позже, если оно ещё не подтверждено (при ack = auto его подтверждает сама передача)",
				EN: "Asks for a record event again later, unless it is acknowledged already (with ack = auto the hand-over does that)",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.nakEvent(a[0], a[1].Int())) },
		},
	}
}
