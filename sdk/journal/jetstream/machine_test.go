package jetstream

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Unix(1_800_000_000, 0).UTC()

// log is a stream without a server.
type log struct {
	messages [][]byte
	leads    []bool
	now      time.Time
	serial   uint64
	term     string
}

func newLog() *log {
	l := &log{now: start, term: "first"}
	l.lead(command{op: opBegin, name: "epoch"})
	return l
}

// lead writes a record in messages of ten bytes.
func (l *log) lead(commands ...command) {
	l.serial++
	b := batch{term: l.term, serial: l.serial, at: l.now, commands: commands}
	for _, p := range split(b.encode(), 10) {
		l.messages, l.leads = append(l.messages, p.encode()), append(l.leads, true)
	}
}

func (l *log) follow(raw []byte) {
	l.messages, l.leads = append(l.messages, raw), append(l.leads, false)
}

// replay has a machine read what it has not read yet, up to a number.
func (l *log) replay(t interface {
	Fatalf(format string, args ...any)
}, m *machine, upTo int) *machine {
	for int(m.applied) < upTo {
		i := m.applied
		if _, _, err := m.next(i+1, l.leads[i], l.messages[i]); err != nil {
			t.Fatalf("next(%d) = %v", i+1, err)
		}
	}
	return m
}

func anyCommand(t *rapid.T) command {
	name := rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "name")
	seq := uint64(start.Unix())<<20 + rapid.Uint64Range(0, 12).Draw(t, "seq")
	switch op := rapid.IntRange(opTake, opEndLeases).Draw(t, "op"); op {
	case opAppend, opNote:
		return command{op: op, name: name + rapid.StringN(0, 1, -1).Draw(t, "key"), raw: []byte(name)}
	case opDerive:
		c := command{op: op, upTo: rapid.Uint64Range(0, 6).Draw(t, "upTo")}
		for range rapid.IntRange(0, 3).Draw(t, "events") {
			e := journal.Out{ID: rapid.StringMatching("[a-z]").Draw(t, "id"), Record: rapid.Bool().Draw(t, "record"), Raw: []byte("x")}
			if !e.Record {
				e.To, e.Expires = name, start.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "life"))*time.Second)
			}
			c.out = append(c.out, e)
		}
		return c
	case opRelease:
		return command{op: op, positions: []uint64{rapid.Uint64Range(0, 6).Draw(t, "pos")}}
	case opLease:
		return command{op: op, name: name, writer: rapid.Bool().Draw(t, "writer"), limit: rapid.IntRange(0, 3).Draw(t, "limit")}
	case opNak:
		return command{op: op, seq: seq, delay: time.Duration(rapid.IntRange(0, 90).Draw(t, "delay")) * time.Second}
	case opAck, opExtend, opReturn:
		return command{op: op, seq: seq}
	default:
		return command{op: op}
	}
}

// TestReplay: whatever the log holds, the machine that reads it whole, one that
// is asked questions between the records, and one that goes on from a snapshot
// of any place are the same.
func TestReplay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := newLog()
		for range rapid.IntRange(1, 60).Draw(t, "records") {
			l.now = l.now.Add(time.Duration(rapid.IntRange(-30, 400).Draw(t, "seconds")) * time.Second)
			c := anyCommand(t)
			if c.op == opAppend && rapid.Bool().Draw(t, "follower") {
				l.follow(batch{at: l.now.Add(time.Hour), commands: []command{c}}.encode())
				continue
			}
			if c.op == opTake {
				l.term = fmt.Sprint("term ", l.serial)
			}
			l.lead(c)
		}
		whole := l.replay(t, &machine{}, len(l.messages))
		want, _, _ := whole.snapshot()

		asked := &machine{}
		for upTo := range len(l.messages) {
			if l.replay(t, asked, upTo); asked.store != nil {
				_, _ = asked.store.Outbox().NextDue(t.Context())
				_, _, _ = asked.store.Outbox().Depth(t.Context())
				asked.store.Due(asked.clock)
				asked.store.Ready("a", true)
			}
		}
		if got, _, _ := l.replay(t, asked, len(l.messages)).snapshot(); !bytes.Equal(got, want) {
			t.Fatalf("a machine that was asked meanwhile has another state")
		}

		m := &machine{}
		cut := rapid.IntRange(1, len(l.messages)).Draw(t, "cut")
		for l.replay(t, m, cut); m.got > 0 || m.store == nil; cut++ {
			l.replay(t, m, cut)
		}
		raw, seq, keep := m.snapshot()
		if seq != m.applied || keep != m.lead {
			t.Fatalf("snapshot() is of %d and keeps %d, want %d and %d", seq, keep, m.applied, m.lead)
		}
		restored, err := restore(raw)
		if err != nil {
			t.Fatalf("restore() = %v", err)
		}
		if got, _, _ := l.replay(t, restored, len(l.messages)).snapshot(); !bytes.Equal(got, want) {
			t.Fatalf("the machine restored at %d has another state at %d", seq, len(l.messages))
		}
	})
}

// TestStrangers: what no hub has written is passed over where followers write,
// and ends the work where leaders do.
func TestStrangers(t *testing.T) {
	t.Parallel()
	l := newLog()
	for _, raw := range [][]byte{nil, []byte("hello"), header(), batch{term: "x", commands: []command{{op: opSettle}}}.encode()} {
		l.follow(raw)
	}
	l.follow(batch{at: start, commands: []command{{op: opAppend, name: "a"}}}.encode())
	m := l.replay(t, &machine{}, len(l.messages))
	if m.skipped != 4 || m.store.Backlog() != 1 {
		t.Errorf("%d skipped and %d records, want 4 and 1", m.skipped, m.store.Backlog())
	}
	at := m.applied + 1
	newer := []byte{'M', 'J', version + 1}
	if _, _, err := m.next(at, false, newer); !errors.Is(err, errNewer) {
		t.Errorf("next() of a newer follower's record = %v, want errNewer", err)
	}
	m.applied = at - 1
	if _, _, err := m.next(at, true, newer); !errors.Is(err, errNewer) {
		t.Errorf("next() of a newer leader's record = %v, want errNewer", err)
	}
	m.applied = at - 1
	if _, _, err := m.next(at, true, []byte("hello")); !errors.Is(err, wire.ErrDamaged) {
		t.Errorf("next() of a stranger's record as a leader's = %v, want ErrDamaged", err)
	}
	if _, _, err := m.next(at+5, false, nil); !errors.Is(err, errGap) {
		t.Errorf("next() of a message too far = %v, want errGap", err)
	}
	if _, _, err := (&machine{}).next(1, false, l.messages[len(l.messages)-1]); !errors.Is(err, errGap) {
		t.Errorf("next() of a record before the beginning = %v, want errGap", err)
	}
}

// TestUnfinishedRecord: of a leader that ended in the middle of a record
// nothing is done, and the next one's begins anew.
func TestUnfinishedRecord(t *testing.T) {
	t.Parallel()
	l := newLog()
	l.lead(command{op: opAppend, name: "half", raw: bytes.Repeat([]byte("x"), 100)})
	l.messages, l.leads = l.messages[:len(l.messages)-1], l.leads[:len(l.leads)-1]
	m := l.replay(t, &machine{}, len(l.messages))
	if raw, _, _ := m.snapshot(); raw != nil {
		t.Error("snapshot() in the middle of a record gives one, want none")
	}
	l.term = "second"
	l.lead(command{op: opTake}, command{op: opAppend, name: "whole"})
	l.replay(t, m, len(l.messages))
	got, err := m.store.Read(t.Context(), 0, 10)
	if err != nil || len(got) != 1 || got[0].Key != "whole" {
		t.Errorf("Read() = %v, %v, want the record of the second leader alone", got, err)
	}
}

// TestFollowersClock dates its records, and ends no lease.
func TestFollowersClock(t *testing.T) {
	t.Parallel()
	l := newLog()
	l.lead(command{op: opDerive, out: []journal.Out{{ID: "e", Record: true}}}, command{op: opLease, name: "s", writer: true, limit: 1})
	ahead := start.Add(24 * time.Hour)
	l.follow(batch{at: ahead, commands: []command{{op: opAppend, name: "a"}}}.encode())
	m := l.replay(t, &machine{}, len(l.messages))
	if m.store.Ready("s", true) {
		t.Error("a record of a follower whose clock is a day ahead has ended a lease")
	}
	if got, err := m.store.Read(t.Context(), 0, 1); err != nil || len(got) != 1 || !got[0].Time.Equal(ahead) {
		t.Errorf("Read() = %v, %v, want a record of %v", got, err, ahead)
	}
}

// examples are records of every kind.
func examples() []batch {
	return []batch{
		{},
		{term: "t", serial: 7, at: start, commands: []command{{op: opBegin, name: "e"}, {op: opTake, name: "n"}}},
		{at: start, commands: []command{{op: opAppend, name: "key", raw: []byte("raw")}, {op: opNote, name: "n", raw: []byte("note")}}},
		{commands: []command{{op: opDerive, upTo: 5, out: []journal.Out{
			{ID: "a", Record: true, Raw: []byte("x")}, {ID: "b", To: "s", Expires: start, Raw: []byte("y")},
		}}, {op: opRelease, positions: []uint64{1, 5}}}},
		{commands: []command{{op: opLease, name: "s", writer: true, limit: 3}, {op: opAck, seq: 9}, {op: opNak, seq: 9, delay: time.Hour}}},
		{commands: []command{{op: opExtend, seq: 1 << 60}, {op: opReturn, seq: 1}, {op: opSettle}}},
	}
}

func diff(a, b batch) string {
	return cmp.Diff(a, b, cmp.AllowUnexported(batch{}, command{}), cmpopts.EquateEmpty())
}

func TestRecordsComeBack(t *testing.T) {
	t.Parallel()
	for _, want := range examples() {
		got, err := decodeBatch(want.encode())
		if d := diff(want, got); err != nil || d != "" {
			t.Errorf("decodeBatch(encode()) = %v, -want +got:\n%s", err, d)
		}
	}
}

func FuzzDecodeBatch(f *testing.F) {
	for _, b := range examples() {
		f.Add(b.encode())
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := decodeBatch(raw)
		if err != nil {
			return
		}
		again, err := decodeBatch(b.encode())
		if d := diff(b, again); err != nil || d != "" {
			t.Fatalf("decodeBatch(encode()) = %v, -want +got:\n%s", err, d)
		}
		m := newLog().replay(t, &machine{}, 1)
		m.mu.Lock()
		defer m.mu.Unlock()
		_, _ = m.leader(b) // whatever it says
	})
}

func FuzzDecodePart(f *testing.F) {
	f.Add(part{count: 1, raw: []byte("x")}.encode())
	f.Add(part{index: 2, count: 3}.encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := decodePart(raw)
		if err == nil && (p.index < 0 || p.index >= p.count || p.count > maxParts) {
			t.Fatalf("decodePart() = part %d of %d", p.index, p.count)
		}
	})
}

func FuzzRestoreMachine(f *testing.F) {
	l := newLog()
	for _, b := range examples()[2:] {
		l.lead(b.commands...)
	}
	raw, _, _ := l.replay(f, &machine{}, len(l.messages)).snapshot()
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := restore(raw)
		if err != nil {
			return
		}
		again, seq, _ := m.snapshot()
		if seq != m.applied {
			t.Fatalf("snapshot() is of %d, want %d", seq, m.applied)
		}
		if _, err := restore(again); err != nil {
			t.Fatalf("restore(snapshot()) = %v", err)
		}
	})
}
