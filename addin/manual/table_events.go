package manual

import "mangoofficesdk/addin/spec"

// events describes what table_events.go declares.
func events() pages {
	event := spec.Doc{RU: "Строка id или Число seq нынешней эпохи", EN: "the String id, or the Number seq of this epoch"}
	return pages{
		"FetchEvents": {
			RU: "События, ещё не взятые 1С, JSON-массив; при ВнешниеСобытия = Истина только показывает, при Ложь забирает",
			EN: "The events that 1C has not taken yet, a JSON array; only looks while ExternalEvents is True, takes them while it is False",
		},
		"FetchEvents.Maximum": {RU: "не больше событий, чем столько, до 1000", EN: "no more events than this, at most 1000"},
		"GetEvent":            {RU: "Одно событие целиком, JSON", EN: "One event whole, JSON"},
		"GetEvent.ID":         {RU: "id события", EN: "id of the event"},
		"AckEvent": {
			RU: "Подтверждает, что событие обработано; оно не придёт снова",
			EN: "Confirms that the event was handled; it will not come again",
		},
		"AckEvent.Event": event,
		"NakEvent": {
			RU: "Просит прислать событие записи снова позже, если оно ещё не подтверждено (при ack = auto его подтверждает сама передача)",
			EN: "Asks for a record event again later, unless it is acknowledged already (with ack = auto the hand-over does that)",
		},
		"NakEvent.Event":    event,
		"NakEvent.DelaySec": {RU: "через сколько секунд прислать снова, до 604800 (неделя)", EN: "seconds until it comes again, at most 604800 (a week)"},
	}
}
