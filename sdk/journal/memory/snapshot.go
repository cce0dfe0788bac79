package memory

import (
	"cmp"
	"slices"
	"strings"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/internal/wire"
)

// snapshotVersion is the first number of a snapshot.
const snapshotVersion = 1

// Snapshot gives the whole state as bytes, from which Restore makes a store
// that goes on where this one is.
func (s *Store) Snapshot() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var w wire.Writer
	w.Uint(snapshotVersion)
	w.String(s.epoch)
	w.Uint(s.last)
	w.Uint(s.cursor)
	w.Uint(uint64(len(s.pending)))
	for _, r := range s.pending {
		w.Uint(r.Pos)
		w.String(r.Key)
		w.Time(r.Time)
		w.Bytes(r.Raw)
	}
	alive := s.order[s.head:]
	w.Uint(uint64(len(alive)))
	for _, key := range alive {
		w.String(key)
		w.Uint(s.keys[key].pos)
		w.Time(s.keys[key].at)
	}
	names := make([]string, 0, len(s.notes))
	for name := range s.notes {
		names = append(names, name)
	}
	slices.Sort(names) // equal states give equal bytes
	w.Uint(uint64(len(names)))
	for _, name := range names {
		w.String(name)
		w.Bytes(s.notes[name])
	}
	s.out.snapshot(&w)
	return w
}

func (o *outbox) snapshot(w *wire.Writer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Uint(o.first)
	w.Uint(o.seq)
	w.Time(o.sweepAt)
	// The settled ones by age, as they are forgotten; the others by seq.
	items := slices.Clone(o.done[o.head:])
	for _, it := range o.bySeq {
		if it.settled.IsZero() {
			items = append(items, it)
		}
	}
	open := items[len(o.done)-o.head:]
	slices.SortFunc(open, func(a, b *item) int { return cmp.Compare(a.seq, b.seq) })
	w.Uint(uint64(len(items)))
	for _, it := range items {
		w.Uint(it.seq)
		w.String(it.ID)
		w.Bool(it.Record)
		w.String(it.To)
		w.Time(it.Expires)
		w.Bytes(it.Raw)
		w.Uint(uint64(it.attempt)) //nolint:gosec // it only grows, from 0
		w.Time(it.due)
		w.Time(it.until)
		w.Time(it.settled)
		w.Bool(it.parked)
	}
}

// Restore makes a store of a snapshot; Options.Epoch is the snapshot's. The
// bytes are the store's from now on.
func Restore(raw []byte, o Options) (*Store, error) {
	r := wire.Read(raw)
	if r.Int(snapshotVersion) != snapshotVersion {
		return nil, wire.ErrDamaged
	}
	o.Epoch = strings.Clone(r.String())
	s := New(o)
	s.last = r.Uint()
	s.cursor = r.Uint()
	for at := range r.Count() {
		rec := journal.Record{Pos: r.Uint(), Key: r.String(), Time: r.Time(), Raw: slices.Clone(r.Bytes())}
		if rec.Pos > s.last || at > 0 && rec.Pos <= s.pending[at-1].Pos {
			r.Fail()
		}
		s.pending = append(s.pending, rec)
	}
	for range r.Count() {
		key := r.String()
		s.keys[key] = keyed{pos: r.Uint(), at: r.Time()}
		s.order = append(s.order, key)
	}
	for range r.Count() {
		name := r.String()
		s.notes[name] = append([]byte{}, r.Bytes()...)
	}
	s.out.restore(r)
	if s.cursor > s.last || len(s.keys) != len(s.order) {
		r.Fail()
	}
	return s, r.End()
}

func (o *outbox) restore(r *wire.Reader) {
	o.first, o.seq, o.sweepAt = r.Uint(), r.Uint(), r.Time()
	for range r.Count() {
		it := &item{seq: r.Uint()}
		it.Out = journal.Out{ID: r.String(), Record: r.Bool(), To: r.String(), Expires: r.Time(), Raw: slices.Clone(r.Bytes())}
		it.attempt = r.Int(journal.MaxAttempts)
		it.due, it.until, it.settled, it.parked = r.Time(), r.Time(), r.Time(), r.Bool()
		if it.seq <= o.first || it.seq > o.seq || o.bySeq[it.seq] != nil || o.byID[it.ID] != nil || !it.sound() {
			r.Fail()
		}
		if r.Err() != nil {
			return
		}
		o.bySeq[it.seq], o.byID[it.ID] = it, it
		o.place(it)
	}
}

// sound tells whether an event can be in such a state.
func (it *item) sound() bool {
	switch {
	case !it.settled.IsZero():
		return !it.parked
	case it.parked || !it.due.IsZero():
		return true
	default: // it waits to be offered once more
		return it.attempt < journal.MaxAttempts
	}
}

// place puts an event where its state says that it waits.
func (o *outbox) place(it *item) {
	switch {
	case !it.settled.IsZero():
		o.done = append(o.done, it)
		o.bytes += len(it.Raw)
		return
	case it.parked:
		o.parked++
		return
	case !it.due.IsZero():
		o.later.add(it)
	default:
		o.queue(it.To).insert(it)
	}
	o.count++
}
