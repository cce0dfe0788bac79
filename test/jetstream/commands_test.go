package jetstream_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/engine"
)

// pair is a company of two hubs, the one that leads first, with a desk at the
// other one and a call that was had.
func pair(t *testing.T) (c *company, first, second *member, d *desk, entry string) {
	t.Helper()
	c = newCompany(t, []string{common.get(t)}, longLease, "a", "b")
	first = c.led()
	second = c.others(first)[0]
	d = c.desk(second, "101", false)
	within(t, soon, "the desk is online", d.online)
	entry, err := c.call("101")
	if err != nil {
		t.Fatal(err)
	}
	return c, first, second, d, entry
}

// TestReplayAndExport: the commands list what the cluster keeps and have it told
// again, under the ids that 1C knows, also by a hub that has followed another
// one. A hub that does not lead names the one that does.
func TestReplayAndExport(t *testing.T) {
	t.Parallel()
	c, first, second, d, entry := pair(t)
	told := func() bool { return slices.Contains(d.ofCall(entry), engine.CallSummary) }
	within(t, soon, "the summary of "+entry, told)
	for _, args := range [][]string{{"export"}, {"replay", "-entry", entry}} {
		if said, err := c.command(second, args...); err == nil || !strings.Contains(said, "the hub "+first.name+" leads") {
			t.Errorf("mango-hub %v at the follower: %v\n%s\nwant the leader named", args, err, said)
		}
	}
	c.stop(first)
	within(t, soon, "the other hub leads", func() bool { return c.leader() == second })
	within(t, soon, "the desk is online again", d.online)
	// What was acknowledged as the first hub went may have been told once more.
	id := ""
	settled := func() bool {
		said, err := c.command(second, "export", "-entry", entry)
		if err != nil {
			t.Fatalf("mango-hub export = %v\n%s", err, said)
		}
		waits := 0
		for line := range strings.Lines(said) {
			var l struct {
				Record  bool
				Settled string
				Event   engine.Event
			}
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatalf("mango-hub export gives %q: %v", line, err)
			}
			if l.Settled == "" {
				waits++
			}
			if l.Record && l.Event.Kind == engine.CallSummary {
				id = l.Event.ID
			}
		}
		return waits == 0
	}
	within(t, soon, "all of "+entry+" is settled", settled)
	if id == "" {
		t.Fatal("mango-hub export does not list the summary")
	}
	times := func() (n int) {
		for _, x := range d.events() {
			if x.Event.ID == id {
				n++
			}
		}
		return n
	}
	before := times()
	if said, err := c.command(second, "replay", "-entry", entry); err != nil || !strings.Contains(said, "Offered once more:") || strings.Contains(said, ": 0") {
		t.Errorf("mango-hub replay = %v\n%s", err, said)
	}
	within(t, soon, "the summary is told once more", func() bool { return times() > before })
}

// TestFinishedCallsFollow: the card of a call, with what 1C has noted of it, is at
// the hub that follows the one that told it, as soon as it leads.
func TestFinishedCallsFollow(t *testing.T) {
	t.Parallel()
	c, first, second, d, entry := pair(t)
	card := func() (call struct {
		TalkSec    int `json:"talk_sec"`
		Legs       []json.RawMessage
		Annotation struct{ Subject string }
	}, err error) {
		raw, err := d.link.Call(t.Context(), "GetCall", json.RawMessage(`{"entry_id":"`+entry+`"}`))
		if err == nil {
			err = json.Unmarshal(raw, &call)
		}
		return call, err
	}
	within(t, soon, "the card of "+entry, func() bool { _, err := card(); return err == nil })
	for _, subject := range []string{"a leak", "the roof"} {
		if _, err := d.link.Call(t.Context(), "AnnotateCall", json.RawMessage(`{"entry_id":"`+entry+`","annotation":{"subject":"`+subject+`"}}`)); err != nil {
			t.Fatalf("AnnotateCall = %v", err)
		}
	}
	within(t, soon, "the annotation is there", func() bool { call, _ := card(); return call.Annotation.Subject == "the roof" })
	first.kill()
	within(t, 2*soon, "the other hub leads", func() bool { return c.leader() == second })
	within(t, soon, "the desk is online again", d.online)
	within(t, soon, "the card at the other hub", func() bool { _, err := card(); return err == nil })
	if call, err := card(); err != nil || call.TalkSec == 0 || len(call.Legs) == 0 || call.Annotation.Subject != "the roof" {
		t.Errorf("GetCall(%s) at the other hub = %+v, %v, want it whole, with its annotation", entry, call, err)
	}
}
