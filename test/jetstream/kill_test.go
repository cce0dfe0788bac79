package jetstream_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
)

// killRounds is how often something is killed; MANGO_KILL_ROUNDS says another
// number.
const killRounds = 6

// What is killed, or put to sleep for longer than a leadership lasts.
const (
	theLeader = iota
	theFollower
	theServer
	asleep
	victims
)

// TestKill ends a hub, or the NATS server, with SIGKILL at random points of calls
// that go on, again and again, or lets the leader sleep. Whatever the PBX got a
// 200 for reaches a desk, in order within a call, under ids that stay; one hub
// at a time asks the PBX, and it gets no command twice.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := killRounds
	if s := os.Getenv("MANGO_KILL_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("MANGO_KILL_ROUNDS = %q, want a number", s)
		}
		rounds = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d rounds", seed, rounds)
	dice := rand.New(rand.NewPCG(seed, seed))

	server := newServer(t)
	c := newCompany(t, []string{server.url()}, shortLease, "a", "b")
	desks := []*desk{c.desk(c.hubs[0], "101", true), c.desk(c.hubs[1], "102", true)}
	c.led()
	var busy sync.WaitGroup
	order := dice.Perm(victims)
	for round := range rounds {
		for _, d := range desks {
			busy.Go(func() {
				if _, err := c.call(d.extension); err != nil {
					t.Errorf("the call to %s: %v", d.extension, err)
				}
			})
			busy.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 2*shortLease*time.Second)
				defer cancel()
				d.dial(ctx) // nobody may be there to do it
			})
		}
		// A call takes some 200 ms: the blow falls before, within or after it.
		time.Sleep(time.Duration(dice.IntN(250)) * time.Millisecond)
		c.strike(order[round%victims], server, dice)
		busy.Wait()
		if dice.IntN(3) > 0 {
			c.led()
		}
	}
	promised := c.promised()
	t.Logf("%d of %d calls have a summary that got a 200", len(promised), 2*rounds)
	for end := time.Now().Add(2 * soon); len(untold(promised, desks)) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("calls whose summary got a 200 and that no desk was told of: %v", untold(promised, desks))
			break
		}
	}
	checkOrder(t, desks)
	c.checkVisits()
	c.checkCommands()
}

// strike ends something, and starts it again.
func (c *company) strike(victim int, server *natsServer, dice *rand.Rand) {
	c.t.Helper()
	leader := c.leader()
	if leader == nil {
		leader = c.hubs[dice.IntN(len(c.hubs))]
	}
	switch victim {
	case theLeader:
		leader.kill()
		c.start(leader)
	case theFollower:
		h := c.others(leader)[0]
		h.kill()
		c.start(h)
	case theServer:
		server.kill()
		time.Sleep(time.Duration(dice.IntN(shortLease*1000)) * time.Millisecond)
		if err := server.start(); err != nil {
			c.t.Fatalf("the server did not come back: %v", err)
		}
	case asleep:
		if err := leader.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			c.t.Fatal(err)
		}
		time.Sleep(shortLease*time.Second + time.Duration(dice.IntN(1500))*time.Millisecond)
		if err := leader.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			c.t.Fatal(err)
		}
	}
}

// promised are the calls whose summary got a 200.
func (c *company) promised() (entries []string) {
	c.t.Helper()
	for _, d := range c.pbx.Delivered() {
		var n struct {
			EntryID string `json:"entry_id"`
		}
		if d.Path == "/events/summary" && d.OK() {
			if err := json.Unmarshal(d.JSON, &n); err != nil || n.EntryID == "" {
				c.t.Fatalf("summary %s: %v", d.JSON, err)
			}
			entries = append(entries, n.EntryID)
		}
	}
	return entries
}

// checkCommands: no command reached the PBX twice.
func (c *company) checkCommands() {
	c.t.Helper()
	by := map[string]visit{}
	for _, v := range c.asked.visits() {
		if v.command == "" {
			continue
		}
		if before, twice := by[v.command]; twice {
			c.t.Errorf("command %s came by hub %s at %v and by %s at %v", v.command, before.hub, before.began, v.hub, v.began)
		}
		by[v.command] = v
	}
	c.t.Logf("%d commands reached the PBX", len(by))
}

// untold are the calls that no desk was told the summary of.
func untold(promised []string, desks []*desk) (list []string) {
	for _, entry := range promised {
		if !slices.ContainsFunc(desks, func(d *desk) bool { return slices.Contains(d.ofCall(entry), engine.CallSummary) }) {
			list = append(list, entry)
		}
	}
	return list
}

// checkOrder: one summary is one event of the journal, however often and by
// whichever hub it was told, and within a call no desk hears of the end before
// the beginning.
func checkOrder(t *testing.T, desks []*desk) {
	t.Helper()
	type name struct {
		id  string
		ref journal.Ref
	}
	names := map[string]name{}
	again := 0
	for _, d := range desks {
		over := map[string]bool{}
		for _, x := range d.events() {
			e := x.Event
			switch {
			case e.Kind == engine.CallSummary:
				now := name{e.ID, x.Ref}
				if before, told := names[e.EntryID]; told {
					again++
					if before != now {
						t.Errorf("the summary of %s is %v and %v", e.EntryID, before, now)
					}
				}
				names[e.EntryID] = now
				over[e.EntryID] = true
			case slices.Contains([]engine.Kind{engine.IncomingCall, engine.CallAnswered, engine.CallEnded}, e.Kind) && over[e.EntryID]:
				t.Errorf("desk %s: %s of call %s after its summary", d.extension, e.Kind, e.EntryID)
			}
		}
	}
	t.Logf("%d summaries, %d of them told again", len(names), again)
}
