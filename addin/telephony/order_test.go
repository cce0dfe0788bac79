package telephony_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
)

// TestOrderAndNoLoss: whatever the objects do (come, go, stop pushing, refuse)
// every record event is taken once and in order, and every screen event that
// an object gets comes in order too.
func TestOrderAndNoLoss(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 5, 40).Draw(rt, "steps")
		var fault string
		synctest.Test(t, func(t *testing.T) { fault = churn(t, steps) })
		if fault != "" {
			rt.Fatal(fault)
		}
	})
}

// step is one thing that happens.
type step struct {
	what   string
	object int // whose turn, modulo their number
	flag   bool
	wait   time.Duration
	events []int // refusals of each record event; −1: a screen event
}

func drawStep(rt *rapid.T) step {
	return step{
		what:   rapid.SampledFrom([]string{"join", "go", "switch", "wait", "emit", "emit", "emit"}).Draw(rt, "what"),
		object: rapid.IntRange(0, 10).Draw(rt, "object"),
		flag:   rapid.Bool().Draw(rt, "flag"),
		wait:   time.Duration(rapid.IntRange(1, 70_000).Draw(rt, "ms")) * time.Millisecond, // leases may end
		events: rapid.SliceOfN(rapid.SampledFrom([]int{-1, -1, -1, 0, 0, 1, 3, 40}), 1, 5).Draw(rt, "events"),
	}
}

// order watches what all hosts of a run take.
type order struct {
	mu      sync.Mutex
	records []string
	refuse  map[string]int // id → how often it is still refused
}

func (o *order) take(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse[id] > 0 {
		o.refuse[id]--
		return false
	}
	if id[0] == 'r' {
		o.records = append(o.records, id)
	}
	return true
}

// churn plays the steps and tells what went wrong.
func churn(t *testing.T, steps []step) (fault string) {
	r := newRig(t)
	seen := &order{refuse: map[string]int{}}
	// The anchor keeps the connection, and never gets an event pushed.
	anchor := r.object(newHost())
	anchor.set("ВнешниеСобытия", false)
	anchor.must("Подключить", params)

	var objects []*object
	join := func() {
		h := newHost()
		h.take = func(id string) bool { time.Sleep(time.Millisecond); return seen.take(id) }
		objects = append(objects, r.connected(h))
	}
	var want []string
	screens := 0
	for _, s := range steps {
		switch n := len(objects); {
		case s.what == "join":
			join()
		case s.what == "wait":
			time.Sleep(s.wait)
		case s.what == "emit":
			r.link.emit(t, seen.events(s.events, &want, &screens)...)
		case n == 0:
		case s.what == "switch":
			objects[s.object%n].set("ВнешниеСобытия", s.flag)
		case s.what == "go":
			if s.flag {
				objects[s.object%n].must("Отключить")
			}
			objects[s.object%n].Done()
			objects = slices.Delete(objects, s.object%n, s.object%n+1)
		}
	}
	join()
	time.Sleep(time.Hour) // all pauses
	synctest.Wait()
	if n := r.link.unsettled(t); n != 0 {
		fault = fmt.Sprintf("%d record events are unsettled", n)
	}
	for _, o := range objects {
		ids := slices.DeleteFunc(o.host.ids(), func(id string) bool { return id[0] != 's' })
		if !slices.IsSortedFunc(ids, func(a, b string) int { return number(a) - number(b) }) {
			fault = fmt.Sprintf("screen events out of order: %v", ids)
		}
		o.Done()
	}
	anchor.Done()
	if !slices.Equal(seen.records, want) {
		fault = fmt.Sprintf("record events taken:\n%v\nwant\n%v", seen.records, want)
	}
	return fault
}

// events makes the events of one step.
func (o *order) events(refusals []int, records *[]string, screens *int) (events []engine.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range refusals {
		if n < 0 {
			*screens++
			events = append(events, screen(fmt.Sprintf("s%d", *screens)))
			continue
		}
		id := fmt.Sprintf("r%d", len(*records))
		*records = append(*records, id)
		o.refuse[id] = n
		events = append(events, record(id))
	}
	return events
}

func number(id string) int {
	n := 0
	if _, err := fmt.Sscanf(id[1:], "%d", &n); err != nil {
		panic(err)
	}
	return n
}
