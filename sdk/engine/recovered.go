package engine

import (
	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

// Past is a finished call as statistics tell it, in the form of the
// notifications that would have told of it.
type Past struct {
	Summary    notify.Summary
	Legs       []notify.Call
	Recordings []PastRecording `json:",omitempty"`
}

// PastRecording is a recording of a leg of a Past.
type PastRecording struct {
	CallID string
	RecordingRef
}

// Recovered tells of a call that was never notified, or whose end was not: it is
// summed up as any other, and marked. One that was summed up already is left
// alone.
type Recovered struct {
	Past Past
	Pos  uint64
}

func (Recovered) input() {}

func (s *State) recovered(in Recovered) {
	entryID := in.Past.Summary.EntryID
	e := s.calls[entryKey(entryID, "")]
	if e == nil {
		e = s.open(entryID, "")
	}
	if e == nil || entryID == "" || !e.call.Conclude(in.Past.Summary) {
		s.release(in.Pos)
		return
	}
	e.records = append(e.records, in.Pos)
	e.past = &in.Past
	if len(e.call.Legs()) == 0 {
		for _, n := range in.Past.Legs {
			if e.call.Leg(n.CallID) == nil {
				s.legs[n.CallID]++
			}
			e.call.Add(n)
		}
	}
	s.sumUp(e)
}

// Describe is the CallSummary of a call of the past, as Recovered would tell it.
// Nothing is remembered of it.
func (s *State) Describe(p Past) Event {
	e := &entry{key: entryKey(p.Summary.EntryID, ""), call: call.New(p.Summary.EntryID), past: &p}
	e.call.Conclude(p.Summary)
	for _, n := range p.Legs {
		e.call.Add(n)
	}
	ev := s.ofCall(e.call)
	ev.Kind, ev.Class, ev.Time = CallSummary, Record, lastMoment(e.call)
	b := s.summaryOf(e)
	ev.Body = encode(b)
	return ev
}

// soundsOf adds the recordings that statistics know of.
func (b *CallSummaryBody) soundsOf(p *Past) {
	for _, r := range p.Recordings {
		b.Recordings = append(b.Recordings, r.RecordingRef)
		for i := range b.Legs {
			if b.Legs[i].CallID == r.CallID {
				b.Legs[i].Recordings = append(b.Legs[i].Recordings, r.RecordingRef)
			}
		}
	}
}
