package journaltest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/journal"
)

// model is what the store must look like from outside.
type model struct {
	f *fixture

	appended []string          // keys in order
	known    map[string]uint64 // key → position
	derived  int               // how many of appended
	released map[uint64]bool   // of those, by position
	events   map[string]*event
	order    []string // ids by seq
	notes    map[string]string
	n        int
}

type event struct {
	out     journal.Out
	ref     journal.Ref // zero until leased
	attempt int
	due     time.Time // leased or delayed until
	until   time.Time // end of the lease
	settled bool
}

// property drives a store and a model of it by the same random steps.
// Nothing accepted is lost, each session sees its events in order, an ack is
// final, and a foreign epoch changes nothing.
//
// A store that can be reopened is, at any moment: nothing but the time may tell.
func property(t *testing.T, fresh func(testing.TB) *fixture) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{f: fresh(t), known: map[string]uint64{}, released: map[uint64]bool{}, events: map[string]*event{}, notes: map[string]string{}}
		defer m.f.close() // the fixture's own comes when all cases are over
		steps := map[string]func(*rapid.T){
			"append":  m.append,
			"derive":  m.derive,
			"release": m.release,
			"lease":   m.lease,
			"ack":     m.ack,
			"nak":     m.nak,
			"extend":  m.extend,
			"return":  m.giveBack,
			"stale":   m.stale,
			"wait":    m.wait,
			"note":    m.note,
			"":        m.check,
		}
		if m.f.reopen != nil {
			steps["reopen"] = m.reopen
		}
		rt.Repeat(steps)
		m.drain(rt)
	})
}

// note keeps one note and reads another.
func (m *model) note(t *rapid.T) {
	name, raw := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "name"), rapid.StringN(0, 9, -1).Draw(t, "note")
	if err := m.f.store.PutNote(m.f.ctx, name, []byte(raw)); err != nil {
		t.Fatalf("PutNote(%q) = %v", name, err)
	}
	m.notes[name] = raw
	name = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "other")
	want, there := m.notes[name]
	if got, err := m.f.store.Note(m.f.ctx, name); err != nil || string(got) != want || (got != nil) != there {
		t.Fatalf("Note(%q) = %q, %v, want %q, there: %v", name, got, err, want, there)
	}
}

func (m *model) append(t *rapid.T) {
	key := rapid.StringMatching("[a-h]{1,2}").Draw(t, "key")
	pos, dup, err := m.f.store.Append(m.f.ctx, key, []byte(key))
	if err != nil {
		t.Fatalf("Append(%q) = %v", key, err)
	}
	if want, known := m.known[key]; known != dup || known && pos != want {
		t.Fatalf("Append(%q) = %d, %v, want %d, %v", key, pos, dup, want, known)
	}
	if !dup {
		m.known[key] = pos
		m.appended = append(m.appended, key)
	}
}

func (m *model) derive(t *rapid.T) {
	records, err := m.f.store.Read(m.f.ctx, m.cursor(t), 5)
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	want := m.appended[m.derived:min(m.derived+5, len(m.appended))]
	if got := keys(records); !slices.Equal(got, want) {
		t.Fatalf("Read() = %v, want %v", got, want)
	}
	if len(records) == 0 {
		return
	}
	take := rapid.IntRange(1, len(records)).Draw(t, "take")
	var out []journal.Out
	for range rapid.IntRange(0, 3).Draw(t, "events") {
		out = append(out, m.newEvent(t))
	}
	if err := m.f.store.Derive(m.f.ctx, records[take-1].Pos, out); err != nil {
		t.Fatalf("Derive() = %v", err)
	}
	m.derived += take
	for _, o := range out {
		if m.events[o.ID] == nil {
			m.events[o.ID] = &event{out: o}
			m.order = append(m.order, o.ID)
		}
	}
}

func (m *model) release(t *rapid.T) {
	if m.derived == 0 {
		return
	}
	pos := m.known[rapid.SampledFrom(m.appended[:m.derived]).Draw(t, "key")]
	m.letGo(t, pos)
	m.released[pos] = true
}

func (m *model) letGo(t *rapid.T, pos uint64) {
	if err := m.f.store.Release(m.f.ctx, []uint64{pos}); err != nil {
		t.Fatalf("Release(%d) = %v", pos, err)
	}
}

func (m *model) newEvent(t *rapid.T) journal.Out {
	if len(m.order) > 0 && rapid.IntRange(0, 4).Draw(t, "repeat") == 0 {
		return m.events[rapid.SampledFrom(m.order).Draw(t, "again")].out
	}
	m.n++
	o := journal.Out{ID: fmt.Sprintf("e%d", m.n), Raw: []byte("x")}
	if o.Record = rapid.Bool().Draw(t, "record"); !o.Record {
		o.To = rapid.SampledFrom([]string{"s1", "s2"}).Draw(t, "to")
		o.Expires = m.f.now().Add(time.Hour * 24 * 365)
	}
	return o
}

func (m *model) lease(t *rapid.T) {
	session := rapid.SampledFrom([]string{"s1", "s2"}).Draw(t, "session")
	writer := rapid.Bool().Draw(t, "writer")
	limit := rapid.IntRange(1, 4).Draw(t, "limit")
	var want []string
	for _, id := range m.order {
		e := m.events[id]
		mine := e.out.To == session || e.out.Record && writer
		if mine && !e.settled && !e.due.After(m.f.now()) && e.attempt < 20 && len(want) < limit {
			want = append(want, id)
		}
	}
	got, err := m.f.out.Lease(m.f.ctx, session, writer, limit)
	if err != nil {
		t.Fatalf("Lease() = %v", err)
	}
	var gotIDs []string
	for _, d := range got {
		gotIDs = append(gotIDs, d.ID)
		e := m.events[d.ID]
		e.attempt++
		e.ref, e.settled = d.Ref, !e.out.Record
		m.held(e)
		if d.Attempt != e.attempt {
			t.Fatalf("Lease() gives %s with attempt %d, want %d", d.ID, d.Attempt, e.attempt)
		}
	}
	if !slices.Equal(gotIDs, want) {
		t.Fatalf("Lease(%s, %v, %d) = %v, want %v", session, writer, limit, gotIDs, want)
	}
}

// leased draws an event that was handed over at least once; nil: none was.
func (m *model) leased(t *rapid.T) *event {
	var ids []string
	for _, id := range m.order {
		if m.events[id].ref.Seq != 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return m.events[rapid.SampledFrom(ids).Draw(t, "event")]
}

func (m *model) ack(t *rapid.T) {
	e := m.leased(t)
	if e == nil {
		return
	}
	err := m.f.out.Ack(m.f.ctx, e.ref)
	m.wantSettle(t, "Ack", e, err)
	e.settled = true
}

func (m *model) nak(t *rapid.T) {
	e := m.leased(t)
	if e == nil {
		return
	}
	delay := time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second
	err := m.f.out.Nak(m.f.ctx, e.ref, delay)
	m.wantSettle(t, "Nak", e, err)
	if e.settled {
		return
	}
	if e.attempt >= 20 && !e.due.After(m.f.now()) { // it was parked
		e.attempt = 19
	}
	e.due, e.until = m.f.now().Add(delay), time.Time{}
}

// held is what a lease makes of an event, a new one or one more of the same.
func (m *model) held(e *event) {
	steps := []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour}
	e.due = m.f.now().Add(steps[min(e.attempt, len(steps))-1])
	e.until = m.f.now().Add(time.Minute)
}

func (m *model) extend(t *rapid.T) {
	if e := m.leased(t); e != nil && m.wantHeld(t, "Extend", e, m.f.out.Extend(m.f.ctx, e.ref)) {
		m.held(e)
	}
}

func (m *model) giveBack(t *rapid.T) {
	if e := m.leased(t); e != nil && m.wantHeld(t, "Return", e, m.f.out.Return(m.f.ctx, e.ref)) {
		e.attempt--
		e.due, e.until = m.f.now(), time.Time{}
	}
}

// wantHeld holds an answer against whether the lease goes on, which it tells.
func (m *model) wantHeld(t *rapid.T, call string, e *event, err error) bool {
	goesOn := !e.settled && e.until.After(m.f.now())
	if goesOn != (err == nil) || err != nil && !errors.Is(err, journal.ErrUnknown) {
		t.Fatalf("%s(%s) = %v, the lease goes on: %v", call, e.out.ID, err, goesOn)
	}
	return goesOn
}

func (m *model) wantSettle(t *rapid.T, call string, e *event, err error) {
	if e.settled && !errors.Is(err, journal.ErrUnknown) {
		t.Fatalf("%s(%s), settled before, = %v, want ErrUnknown", call, e.out.ID, err)
	}
	if !e.settled && err != nil {
		t.Fatalf("%s(%s) = %v, want nil", call, e.out.ID, err)
	}
}

func (m *model) stale(t *rapid.T) {
	e := m.leased(t)
	if e == nil {
		return
	}
	ref := journal.Ref{Epoch: e.ref.Epoch + "x", Seq: e.ref.Seq}
	if err := m.f.out.Ack(m.f.ctx, ref); !errors.Is(err, journal.ErrEpoch) {
		t.Fatalf("Ack of another epoch = %v, want ErrEpoch", err)
	}
}

func (m *model) wait(t *rapid.T) {
	m.f.pass(time.Duration(rapid.IntRange(0, 120).Draw(t, "seconds")) * time.Second)
}

func (m *model) reopen(t *rapid.T) {
	epoch := m.f.store.Epoch()
	m.f.use(m.f.reopen())
	if got := m.f.store.Epoch(); got != epoch {
		t.Fatalf("Epoch() after reopening = %q, want %q", got, epoch)
	}
	for pos := range m.released { // it need not be durable
		m.letGo(t, pos)
	}
}

func (m *model) cursor(t *rapid.T) uint64 {
	at, err := m.f.store.Cursor(m.f.ctx)
	if err != nil {
		t.Fatalf("Cursor() = %v", err)
	}
	return at
}

// check holds after every step.
func (m *model) check(t *rapid.T) {
	unsettled := 0
	for _, e := range m.events {
		if !e.settled {
			unsettled++
		}
	}
	waiting, parked, err := m.f.out.Depth(m.f.ctx)
	if err != nil || waiting+parked != unsettled {
		t.Fatalf("Depth() = %d, %d, %v, want %d in all", waiting, parked, err, unsettled)
	}
	var want []string
	for _, key := range m.appended {
		if !m.released[m.known[key]] {
			want = append(want, key)
		}
	}
	records, err := m.f.store.Read(m.f.ctx, 0, 1<<20)
	if got := keys(records); err != nil || !slices.Equal(got, want) {
		t.Fatalf("Read(0) = %v, %v, want %v", got, err, want)
	}
	if want := m.known[last(m.appended[:m.derived])]; m.cursor(t) != want {
		t.Fatalf("Cursor() = %d, want %d", m.cursor(t), want)
	}
}

// drain takes everything to its end: all that was derived and not settled
// must still come.
func (m *model) drain(t *rapid.T) {
	m.f.pass(2 * time.Hour)
	for _, session := range []string{"s1", "s2"} {
		for _, d := range m.f.lease(session, true, 1<<20) {
			m.events[d.ID].settled = true
		}
	}
	for id, e := range m.events {
		if !e.settled && e.attempt < 20 {
			t.Fatalf("event %s is lost", id)
		}
	}
	records, err := m.f.store.Read(m.f.ctx, m.cursor(t), 1<<20)
	if got, want := keys(records), m.appended[m.derived:]; err != nil || !slices.Equal(got, want) {
		t.Fatalf("Read() at the end = %v, %v, want %v", got, err, want)
	}
}

func keys(records []journal.Record) []string {
	got := []string{}
	for _, r := range records {
		got = append(got, r.Key)
	}
	return got
}

func last(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keys[len(keys)-1]
}
