package status

import (
	"fmt"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
)

// ParkedOf tells of an event that is parked.
func ParkedOf(k journal.Kept, ev engine.Event) Parked {
	return Parked{
		ID: ev.ID, Kind: ev.Kind, EntryID: ev.EntryID, Time: ev.Time.UTC(), Attempts: k.Attempt,
		RU: Words{fmt.Sprintf("Показано 1С %d раз и не подтверждено", k.Attempt), "Найдите ошибку обработчика в журнале регистрации 1С, исправьте и выдайте событие снова"},
		EN: Words{fmt.Sprintf("Shown to 1C %d times and not acknowledged", k.Attempt), "Find the error of the handler in 1C's event log, put it right and send the event again"},
	}
}
