package manual

import (
	"slices"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/engine"
)

// Event is one kind of event: what it tells and which fields it has beside
// the envelope.
type Event struct {
	Name   spec.Name
	Class  engine.Class
	Doc    spec.Doc
	Fields []Field
}

// Field is one member of an event's JSON.
type Field struct {
	Name string
	Doc  spec.Doc
}

// FindEvent gives the event called name in either language.
func FindEvent(name string) (Event, bool) {
	all := Events()
	i := slices.IndexFunc(all, func(e Event) bool { return e.Name.Is(name) })
	if i < 0 {
		return Event{}, false
	}
	return all[i], true
}
