package history

import (
	"cmp"
	"slices"
	"time"

	"mangoofficesdk/sdk/engine"
)

// worth ranks what a record knows of its call: the PBX's own word at the end
// goes before statistics, which go before a call whose summary was lost, which
// goes before a mere addition.
func (c *Call) worth() int {
	switch {
	case c.bare():
		return 0
	case c.Incomplete && !c.Recovered:
		return 1
	case c.Recovered:
		return 2
	}
	return 3
}

// bare tells an addition to a call (annotation, recording) from a call: the call
// itself is not known yet, or never was.
func (c *Call) bare() bool { return c.Status == "" && c.Started.IsZero() && c.Ended.IsZero() }

// merge puts what is told now onto what is stored. The better one is the call;
// what only the other one knows is added to it. Doing it twice changes nothing.
func merge(old, told Call, now time.Time) Call {
	best, other := told, old
	if told.worth() < old.worth() {
		best, other = old, told
	}
	best.EntryID, best.CallID = cmp.Or(best.EntryID, other.EntryID), cmp.Or(best.CallID, other.CallID)
	best.Line, best.Group, best.CommandID = cmp.Or(best.Line, other.Line), cmp.Or(best.Group, other.Group), cmp.Or(best.CommandID, other.CommandID)
	best.Direction = cmp.Or(best.Direction, other.Direction)
	if len(best.Calltracking) == 0 {
		best.Calltracking = append([]engine.Track{}, other.Calltracking...)
	}
	best.Recordings = union(best.Recordings, other.Recordings)
	best.Legs = mergeLegs(best.Legs, other.Legs)
	best.Annotation = told.Annotation
	if best.Annotation == nil {
		best.Annotation = old.Annotation
	}
	best.Speech = told.Speech
	if len(best.Speech) == 0 {
		best.Speech = old.Speech
	}
	best.Unrecorded = cmp.Or(told.Unrecorded, old.Unrecorded)
	best.Changed = now.UTC().Truncate(time.Second)
	return best
}

// union keeps the order of what came first. An extension that only one of them
// knows is taken over.
func union(list, more []engine.RecordingRef) []engine.RecordingRef {
	out := append(make([]engine.RecordingRef, 0, len(list)+len(more)), list...)
	for _, r := range more {
		i := slices.IndexFunc(out, func(x engine.RecordingRef) bool { return x.RecordingID == r.RecordingID })
		if i < 0 {
			out = append(out, r)
			continue
		}
		out[i].Extension = cmp.Or(out[i].Extension, r.Extension)
	}
	return out
}

// mergeLegs takes over what the legs of the other record know besides: their
// recordings. A leg that is not among those of the better record is none, unless
// that one has none at all: a summary came alone, or the call is not known yet.
func mergeLegs(legs, others []engine.Leg) []engine.Leg {
	out := append(make([]engine.Leg, 0, len(legs)), legs...)
	for _, o := range others {
		i := slices.IndexFunc(out, func(l engine.Leg) bool { return l.CallID == o.CallID })
		switch {
		case i >= 0:
			out[i].Recordings = union(out[i].Recordings, o.Recordings)
		case len(legs) == 0:
			out = append(out, o)
		}
	}
	return out
}
