package call_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/notify"
)

var start = time.Unix(1795338000, 0).UTC()

// leg builds the notifications of one leg: each step is seconds and a state.
type leg struct {
	id   string
	from notify.Party
	to   notify.Party
	with func(*notify.Call)
}

type step struct {
	at     int
	state  notify.CallState
	reason int
}

func (l leg) notes(steps ...step) (notes []notify.Call) {
	for i, s := range steps {
		n := notify.Call{
			EntryID: "e", CallID: l.id, Seq: int64(i + 1), Time: start.Add(time.Duration(s.at) * time.Second),
			State: s.state, Location: notify.AtAbonent, From: l.from, To: l.to, DisconnectReason: s.reason,
		}
		if l.with != nil {
			l.with(&n)
		}
		notes = append(notes, n)
	}
	return notes
}

func rings(at int) step             { return step{at, notify.Appeared, 0} }
func talks(at int) step             { return step{at, notify.Connected, 0} }
func ends(at int, reason int) step  { return step{at, notify.Disconnected, reason} }
func ext(e string) notify.Party     { return notify.Party{Extension: e} }
func outside(n string) notify.Party { return notify.Party{Number: n} }

func taken(p notify.Party, from string) notify.Party { p.TakenFromCallID = from; return p }

func of(notes ...[]notify.Call) *call.Call {
	c := call.New("e")
	for _, part := range notes {
		for _, n := range part {
			c.Add(n)
		}
	}
	return c
}

const client = "79161234567"

// TestThresholds: talk must be longer than the threshold, with Inclusive as long
// at least; only answered calls are measured; 0 takes every conversation.
func TestThresholds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		th       call.Thresholds
		d        call.Direction
		answered bool
		talk     int
		want     call.Status
	}{
		{call.Thresholds{}, call.In, false, 0, call.Missed},
		{call.Thresholds{}, call.In, true, 0, call.AcceptedOK},
		{call.Thresholds{MinIn: 10}, call.In, true, 0, call.AcceptedBad},
		{call.Thresholds{MinIn: 10}, call.In, true, 10, call.AcceptedBad},
		{call.Thresholds{MinIn: 10}, call.In, true, 11, call.AcceptedOK},
		{call.Thresholds{MinIn: 10, Inclusive: true}, call.In, true, 10, call.AcceptedOK},
		{call.Thresholds{MinIn: 10, Inclusive: true}, call.In, true, 9, call.AcceptedBad},
		{call.Thresholds{MinIn: 9999}, call.In, true, 9999, call.AcceptedBad},
		{call.Thresholds{MinIn: 10}, call.In, false, 60, call.Missed},
		{call.Thresholds{}, call.Out, false, 0, call.ReachedBad},
		{call.Thresholds{}, call.Out, true, 0, call.ReachedOK},
		{call.Thresholds{MinOut: 5, MinIn: 100}, call.Out, true, 6, call.ReachedOK},
		{call.Thresholds{MinOut: 5}, call.Out, true, 5, call.ReachedBad},
		{call.Thresholds{MinOut: 5, Inclusive: true}, call.Out, true, 5, call.ReachedOK},
		{call.Thresholds{MinOut: 5, MinIn: 100}, call.Internal, true, 6, call.ReachedOK},
		{call.Thresholds{}, call.Internal, false, 0, call.ReachedBad},
	} {
		if got := c.th.Of(c.d, c.answered, time.Duration(c.talk)*time.Second); got != c.want {
			t.Errorf("%+v.Of(%s, %v, %d s) = %s, want %s", c.th, c.d, c.answered, c.talk, got, c.want)
		}
	}
}

func TestDirections(t *testing.T) {
	t.Parallel()
	api := func(n *notify.Call) { n.CommandID, n.CallbackInitiator = "c", notify.ByAPI }
	route := func(n *notify.Call) { n.CommandID = "c" }
	ivr := func(n *notify.Call) { n.Location = notify.InIVR }
	for name, c := range map[string]struct {
		leg   leg
		want  call.Direction
		first bool
	}{
		"incoming":         {leg{from: outside(client), to: ext("101")}, call.In, false},
		"hidden":           {leg{to: ext("101")}, call.In, false},
		"menu":             {leg{from: outside(client), to: outside("74951234567"), with: ivr}, call.In, false},
		"outgoing":         {leg{from: ext("101"), to: outside(client)}, call.Out, false},
		"internal":         {leg{from: ext("101"), to: ext("102")}, call.Internal, false},
		"callback":         {leg{from: outside(client), to: ext("101"), with: api}, call.Out, true},
		"callback inside":  {leg{from: ext("102"), to: ext("101"), with: api}, call.Internal, true},
		"command id alone": {leg{from: outside(client), to: ext("101"), with: route}, call.Out, true},
		"routed":           {leg{from: taken(outside(client), "ivr"), to: ext("101"), with: route}, call.In, false},
		"group's callback": {leg{from: outside("74951234567"), to: outside(client), with: api}, call.Out, false},
		"campaign": {leg{from: outside(client), to: ext("101"), with: func(n *notify.Call) {
			n.TaskID, n.CallbackInitiator = "1", notify.ByOutbound
		}}, call.Out, true},
	} {
		c.leg.id = "a"
		got := of(c.leg.notes(rings(0)))
		if d := got.Direction(); d != c.want || got.CallbackFirst(got.Leg("a")) != c.first {
			t.Errorf("%s: Direction() = %s, CallbackFirst() = %v, want %s, %v", name, d, got.CallbackFirst(got.Leg("a")), c.want, c.first)
		}
	}
}

// TestTransferByCommandIsNoCallback: a blind transfer by command begins a leg
// with a command id and no parent, like a callback; but a call is under way.
func TestTransferByCommandIsNoCallback(t *testing.T) {
	t.Parallel()
	talk := leg{id: "a", from: outside(client), to: ext("101")}.notes(rings(0), talks(5))
	second := leg{id: "b", from: ext("101"), to: ext("102"), with: func(n *notify.Call) { n.CommandID = "c" }}.notes(rings(20))
	c := of(talk, second)
	if c.CallbackFirst(c.Leg("b")) || c.Direction() != call.In {
		t.Errorf("CallbackFirst(b) = %v, Direction() = %s, want false, in", c.CallbackFirst(c.Leg("b")), c.Direction())
	}
}

// TestLateFacts: what comes late fills in facts and changes no state.
func TestLateFacts(t *testing.T) {
	t.Parallel()
	notes := leg{id: "a", from: outside(client), to: ext("101")}.notes(rings(0), talks(5), ends(65, 1110))
	c := of(notes[2:])
	l := c.Leg("a")
	if l.Live() || l.Talked() || !l.Gaps() {
		t.Fatalf("after the end alone: live %v, talked %v, gaps %v, want an ended leg with gaps", l.Live(), l.Talked(), l.Gaps())
	}
	c.Add(notes[1])
	if l := c.Leg("a"); l.Live() || l.Talk(l.Ended) != time.Minute || !l.Gaps() {
		t.Errorf("after a late Connected: live %v, talk %v, want an ended leg with a talk of 1m", l.Live(), l.Talk(l.Ended))
	}
	c.Add(notes[0])
	if l := c.Leg("a"); !l.Started.Equal(start) || l.Gaps() || l.Total(l.Ended) != 65*time.Second {
		t.Errorf("after a late Appeared: started %v, total %v, gaps %v, want %v, 65s, no gaps", l.Started, l.Total(l.Ended), l.Gaps(), start)
	}
	if c.Add(notes[0]) {
		t.Error("Add of a known notification = true, want false")
	}
}

func TestWhoAnswered(t *testing.T) {
	t.Parallel()
	first := leg{id: "a", from: outside(client), to: ext("101")}
	second := leg{id: "b", from: outside(client), to: ext("102")}
	picked := leg{id: "b", from: taken(outside(client), "a"), to: ext("102")}
	for name, c := range map[string]struct {
		call *call.Call
		want string
	}{
		"a colleague of the group": {of(first.notes(rings(0)), second.notes(rings(0), talks(5))), "102"},
		"nobody yet":               {of(first.notes(rings(0)), second.notes(rings(0))), ""},
		"picked up":                {of(first.notes(rings(0), ends(4, 1182)), picked.notes(rings(4), talks(6))), "102"},
		"a consultation":           {of(second.notes(rings(0), talks(2)), leg{id: "a", from: taken(ext("102"), "b"), to: ext("101")}.notes(rings(9))), ""},
		"a blind transfer":         {of(second.notes(rings(0), talks(2)), leg{id: "a", from: ext("102"), to: ext("101")}.notes(rings(9))), ""},
	} {
		if by, _ := c.call.AnsweredBy(c.call.Leg("a")); by != c.want {
			t.Errorf("%s: AnsweredBy() = %q, want %q", name, by, c.want)
		}
	}
}

// TestTransferredStatus: the leg that was left is transferred, the call takes
// the status of its last leg.
func TestTransferredStatus(t *testing.T) {
	t.Parallel()
	th := call.Thresholds{MinIn: 10, MinOut: 10}
	first := leg{id: "a", from: outside(client), to: ext("101")}.notes(rings(0), talks(5), ends(65, 1120))
	moved := leg{id: "b", from: taken(outside(client), "a"), to: ext("102")}
	flagged := func(n *notify.Call) { n.From.WasTransferred = n.State == notify.Disconnected }
	for name, c := range map[string]struct {
		second      []notify.Call
		first       []notify.Call
		want        call.Status
		left, right call.Status
		kind        string
	}{
		"long":       {moved.notes(rings(60), talks(65), ends(90, 1110)), first, call.AcceptedOK, call.Transferred, call.AcceptedOK, "blind"},
		"short":      {moved.notes(rings(60), talks(65), ends(70, 1110)), first, call.AcceptedBad, call.Transferred, call.AcceptedBad, "blind"},
		"unanswered": {moved.notes(rings(60), ends(90, 1110)), first, call.Missed, call.Transferred, call.Missed, "blind"},
		"consulted only": {
			leg{id: "b", from: taken(ext("101"), "a"), to: ext("102")}.notes(rings(20), talks(25), ends(30, 1110)),
			first, call.AcceptedOK, call.AcceptedOK, call.ReachedBad, "consultative",
		},
		"v.2 flag": {
			leg{id: "b", from: ext("101"), to: ext("102")}.notes(rings(60)),
			leg{id: "a", from: outside(client), to: ext("101"), with: flagged}.notes(rings(0), talks(5), ends(65, 1120)),
			call.ReachedBad, call.Transferred, "", "",
		},
	} {
		got := of(c.first, c.second)
		a, b := got.Leg("a"), got.Leg("b")
		if name != "v.2 flag" && got.Status(th) != c.want {
			t.Errorf("%s: Status() = %s, want %s", name, got.Status(th), c.want)
		}
		if l, r := got.LegStatus(a, th), got.LegStatus(b, th); l != c.left || r != c.right {
			t.Errorf("%s: LegStatus() = %s, %s, want %s, %s", name, l, r, c.left, c.right)
		}
		if k := got.Transfer(b); k != c.kind {
			t.Errorf("%s: Transfer() = %q, want %q", name, k, c.kind)
		}
	}
}

// TestTransferredToAGroup: the colleagues who rang in vain beside the one who
// took the transferred client do not make the call a missed one.
func TestTransferredToAGroup(t *testing.T) {
	t.Parallel()
	first := leg{id: "a", from: outside(client), to: ext("101")}.notes(rings(0), talks(5), ends(65, 1120))
	rung := func(id, e string) leg { return leg{id: id, from: taken(outside(client), "a"), to: ext(e)} }
	for _, took := range []string{"b", "c", "d"} {
		var rest [][]notify.Call
		for _, l := range []leg{rung("b", "102"), rung("c", "103"), rung("d", "104")} {
			if l.id == took {
				rest = append(rest, l.notes(rings(65), talks(70), ends(90, 1110)))
			} else {
				rest = append(rest, l.notes(rings(65), ends(70, 1182)))
			}
		}
		if got := of(append(rest, first)...).Status(call.Thresholds{MinIn: 10}); got != call.AcceptedOK {
			t.Errorf("leg %s took it: Status() = %s, want accepted_ok", took, got)
		}
	}
}

// view is what readers see of a call.
func view(c *call.Call) any {
	type legView struct {
		ID, Parent, Transfer   string
		State                  notify.CallState
		Started, Talked, Ended time.Time
		Status                 call.Status
		From, To               notify.Party
	}
	var legs []legView
	for _, l := range c.Legs() {
		legs = append(legs, legView{
			l.ID, l.Parent, c.Transfer(l), l.State, l.Started, l.TalkStarted, l.Ended,
			c.LegStatus(l, call.Thresholds{MinIn: 10}), l.From, l.To,
		})
	}
	return []any{legs, c.Direction(), c.Status(call.Thresholds{MinIn: 10}), c.Started(), c.TalkStarted(), c.Ended(), c.Group(), c.Line()}
}

// TestOrderDoesNotMatter: any set of notifications, however odd, gives the
// same call in any order and with any repetitions.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		notes := rapid.SliceOfN(anyNote(), 1, 12).Draw(t, "notes")
		a := of(notes)
		order := rapid.Permutation(notes).Draw(t, "order")
		b := of(order, rapid.SliceOf(rapid.SampledFrom(notes)).Draw(t, "again"))
		if va, vb := view(a), view(b); !reflect.DeepEqual(va, vb) {
			t.Fatalf("the call depends on the order:\n%s", cmp.Diff(va, vb))
		}
		for _, l := range b.Legs() {
			if l.Talk(l.Ended) < 0 || l.Total(l.Ended) < l.Talk(l.Ended) && !l.Ended.IsZero() {
				t.Fatalf("leg %s: total %v, talk %v, want 0 ≤ talk ≤ total", l.ID, l.Total(l.Ended), l.Talk(l.Ended))
			}
		}
	})
}

func anyNote() *rapid.Generator[notify.Call] {
	return rapid.Custom(func(t *rapid.T) notify.Call {
		pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
		return notify.Call{
			EntryID: "e", CallID: pick("leg", "a", "b", "c"), Seq: rapid.Int64Range(0, 5).Draw(t, "seq"),
			Time:             start.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "at")) * time.Second),
			State:            notify.CallState(pick("state", "Appeared", "Connected", "OnHold", "Disconnected", "Odd")),
			Location:         pick("location", "", "ivr", "queue", "abonent"),
			From:             notify.Party{Extension: pick("from", "", "101"), Number: pick("number", "", client), TakenFromCallID: pick("parent", "", "a", "b")},
			To:               notify.Party{Extension: pick("to", "", "102", "103"), ACDGroup: pick("group", "", "300")},
			Transfer:         pick("transfer", "", "blind", "consultative"),
			DisconnectReason: rapid.IntRange(0, 3).Draw(t, "reason"),
		}
	})
}
