package telephony

import (
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// EventLimit is eventLimit for tests.
const EventLimit = eventLimit

// Render renders an event as an object of that language would.
func Render(lang string, d office.Delivery, zone *time.Location, limit int) (name, data string) {
	l, _ := text.ParseLang(lang)
	r := renderer{lang: l}
	r.zone = zone
	return eventName(d.Event.Kind, l), r.fit(d, limit)
}

// KindNames are the kinds that have a row, with their Russian names.
func KindNames() map[engine.Kind]string {
	names := map[engine.Kind]string{}
	for k, row := range eventKinds {
		names[k] = row.ru
	}
	return names
}

// Before makes o an Office whose end takes longer than was waited.
func Before(p *Process, o *office.Office) { p.left("", o, text.New(text.Timeout)) }
