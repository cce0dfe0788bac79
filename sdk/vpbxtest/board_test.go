package vpbxtest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// hand is a PBX whose clock stands, and one call that rings at 101 and is led
// by hand.
func hand(t *testing.T) (*vpbxtest.PBX, *listener, string) {
	t.Helper()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Stepped: true, Epoch: time.Unix(1795338000, 0)})
	entry, err := p.Begin(bound(t), vpbxtest.Inbound("79161234567", "").Ring("101", 600))
	if err != nil {
		t.Fatal(err)
	}
	return p, l, entry
}

func board(t *testing.T, p *vpbxtest.PBX) vpbxtest.Board {
	t.Helper()
	b, err := p.Board(bound(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func seats(b vpbxtest.Board) string {
	var out []string
	for _, s := range b.Employees {
		out = append(out, s.Extension+" "+s.State)
	}
	return strings.Join(out, ", ")
}

// A call on the board, from ringing over a consultation to its end.
func TestBoard(t *testing.T) {
	t.Parallel()
	p, l, entry := hand(t)
	began := time.Unix(1795338000, 0).UTC()
	step(t, p, 5*time.Second)
	b := board(t, p)
	if len(b.Calls) != 1 || len(b.Lines) != 4 || len(b.Groups) != 2 || len(b.Groups[0].Members) != 3 {
		t.Fatalf("Board() = %+v, want one call, four lines, two groups with members", b)
	}
	call := b.Calls[0]
	if len(call.Legs) != 1 {
		t.Fatalf("legs %+v, want one", call.Legs)
	}
	want := vpbxtest.BoardCall{
		EntryID: entry, Direction: "incoming", From: "79161234567", Line: "74951234567", Began: began, Scripted: true,
		Legs: []vpbxtest.BoardLeg{{CallID: call.Legs[0].CallID, State: "Appeared", Location: "abonent", From: "79161234567", To: "101", Since: began}},
	}
	if diff := cmp.Diff(want, call, cmp.Transformer("utc", time.Time.UTC)); diff != "" {
		t.Errorf("the call (-want +got):\n%s", diff)
	}
	if !b.Now.Equal(began.Add(5*time.Second)) || seats(b) != "101 ringing, 102 free, 103 free" {
		t.Errorf("at %v: %s, want 5 s later and 101 ringing", b.Now, seats(b))
	}
	for _, row := range []struct {
		do    vpbxtest.Step
		seats string
	}{
		{vpbxtest.Step{Do: vpbxtest.VerbAnswer}, "101 talking, 102 free, 103 free"},
		{vpbxtest.Step{Do: vpbxtest.VerbHold}, "101 holding, 102 free, 103 free"},
		{vpbxtest.Step{Do: vpbxtest.VerbConsult, To: []string{"102"}}, "101 talking, 102 ringing, 103 free"},
		{vpbxtest.Step{Do: vpbxtest.VerbAnswer}, "101 talking, 102 talking, 103 free"},
		{vpbxtest.Step{Do: vpbxtest.VerbLeave}, "101 free, 102 talking, 103 free"},
	} {
		if err := p.Act(bound(t), entry, row.do); err != nil {
			t.Fatalf("Act(%s) = %v", row.do.Do, err)
		}
		if err := p.Lead(bound(t), entry); err != nil {
			t.Fatalf("Lead() after %s = %v", row.do.Do, err)
		}
		if got := seats(board(t, p)); got != row.seats {
			t.Errorf("after %s: %s, want %s", row.do.Do, got, row.seats)
		}
	}
	step(t, p, 2*time.Hour)
	if b := board(t, p); len(b.Calls) != 1 || b.Calls[0].Scripted {
		t.Errorf("two hours later: %+v, want the call, led by nobody", b.Calls)
	}
	if err := p.Reset(bound(t)); err != nil {
		t.Fatal(err)
	}
	step(t, p, time.Minute)
	if bad := checkRules(entry, l.got(), false); len(bad) > 0 || len(board(t, p).Calls) > 0 {
		t.Errorf("after Reset: %v, calls %v", bad, board(t, p).Calls)
	}
	if err := p.Lead(bound(t), entry); !errors.Is(err, vpbxtest.ErrNoCall) {
		t.Errorf("Lead() of a call that is over = %v, want ErrNoCall", err)
	}
	if p.Forget(); p.Stats() != (vpbxtest.Stats{}) || len(p.Delivered()) > 0 {
		t.Errorf("after Forget: %+v", p.Stats())
	}
}

func TestPickUp(t *testing.T) {
	t.Parallel()
	p, l, entry := hand(t)
	if err := p.PickUp(bound(t), entry, "999"); err == nil {
		t.Error("PickUp(999) = nil, want an error: there is no such employee")
	}
	if err := p.PickUp(bound(t), entry, "103"); err != nil {
		t.Fatal(err)
	}
	if err := p.PickUp(bound(t), entry, "102"); err == nil {
		t.Error("PickUp() of a conversation = nil, want an error")
	}
	if got := seats(board(t, p)); got != "101 free, 102 free, 103 talking" {
		t.Errorf("%s, want 103 talking", got)
	}
	if err := p.Act(bound(t), entry, vpbxtest.Step{Do: vpbxtest.VerbHangup}); err != nil {
		t.Fatal(err)
	}
	step(t, p, time.Minute)
	notes := l.got()
	if bad := checkRules(entry, notes, false); len(bad) > 0 {
		t.Errorf("the call breaks rules:\n%s", strings.Join(bad, "\n"))
	}
	lost := notes[1]
	if lost.str("call_state") != "Disconnected" || lost.num("disconnect_reason") != 1182 || lost.str("to", "extension") != "101" {
		t.Errorf("the leg of 101: %s, want Disconnected with 1182", lost.json)
	}
	if s := summaryOf(t, notes, entry); s.str("to", "extension") != "103" || s.num("entry_result") != 1 {
		t.Errorf("summary %s, want 103 reached", s.json)
	}
}

// When the last who rings declines, a call that nobody leads is over.
func TestLeadEndsWhatIsEmpty(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Stepped: true})
	entry, err := p.Begin(bound(t), vpbxtest.Inbound("79161234567", "").Ring("101", 600).Answer())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Act(bound(t), entry, vpbxtest.Step{Do: vpbxtest.VerbDecline}), p.Lead(bound(t), entry)); err != nil {
		t.Fatal(err)
	}
	step(t, p, time.Minute)
	notes := l.got()
	if bad := checkRules(entry, notes, false); len(bad) > 0 {
		t.Errorf("the call breaks rules:\n%s", strings.Join(bad, "\n"))
	}
	if got := summaryOf(t, notes, entry).num("disconnect_reason"); got != 1122 {
		t.Errorf("the summary has the reason %d, want 1122 as the leg that was declined", got)
	}
}
