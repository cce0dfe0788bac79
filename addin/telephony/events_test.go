package telephony_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

func TestEventsReachEveryObjectAndRecordsOnlyOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := newHost(), newHost()
	r.connected(a)
	r.link.tellState(t)
	r.connected(b)
	r.link.emit(t, screen("s1"), record("r1"), screen("s2"), record("r2"))
	eventually(t, "events", func() bool { return len(a.ids()) == 4 && len(b.ids()) == 2 })
	if diff := cmp.Diff([]string{"s1", "r1", "s2", "r2"}, a.ids()); diff != "" {
		t.Errorf("events of the first object (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"s1", "s2"}, b.ids()); diff != "" {
		t.Errorf("events of the second object (-want +got):\n%s", diff)
	}
	eventually(t, "acknowledgement", func() bool { return r.link.unsettled(t) == 0 })
	e := a.events()[1] // the first one tells the state
	if e.source != "MangoOfficeSDK" || e.name != "ВходящийЗвонок" {
		t.Errorf("ExternalEvent(%q, %q), want MangoOfficeSDK, ВходящийЗвонок", e.source, e.name)
	}
	// The second object joined a connection that stood: it is told so.
	if first := b.events()[0]; first.name != "СостояниеСвязи" || decodeMap(t, first.data)["state"] != 3.0 {
		t.Errorf("first event of the second object = %+v, want СостояниеСвязи with state 3", first)
	}
}

func TestRefusedEventIsOfferedAgainInOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	var refusals atomic.Int32
	h.take = func(string) bool { return refusals.Add(1) > 4 }
	o := r.connected(h)
	started := time.Now()
	r.link.emit(t, screen("s1"), record("r1"), screen("s2"))
	eventually(t, "events", func() bool { return len(h.ids()) == 3 })
	if diff := cmp.Diff([]string{"s1", "r1", "s2"}, h.ids()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	// 50 + 100 + 200 + 200 ms.
	if d := time.Since(started); d < 550*time.Millisecond {
		t.Errorf("four refusals cost %v, want pauses of 550 ms in all", d)
	}
	var c map[string]any
	eventually(t, "the last event is booked", func() bool {
		c = o.json("Диагностика")["counters"].(map[string]any)
		return c["events_taken"] == 3.0
	})
	if c["events_refused"] != 4.0 || c["events_settled"] != 1.0 {
		t.Errorf("counters = %v, want refused 4, taken 3, settled 1", c)
	}
}

func TestRecordsFallOverWhenTheirObjectGoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		dying, heir := newHost(), newHost()
		inside, release := make(chan struct{}, 8), make(chan struct{})
		dying.take = func(id string) bool {
			inside <- struct{}{}
			<-release
			return false
		}
		a := r.connected(dying)
		r.connected(heir)
		r.link.emit(t, record("r1"), record("r2"), record("r3"))
		<-inside
		done := make(chan struct{})
		go func() { defer close(done); a.Done() }()
		time.Sleep(50 * time.Millisecond)
		if got := heir.ids(); len(got) != 0 {
			t.Errorf("the heir got %v while the fate of r1 was open", got)
		}
		close(release)
		<-done
		eventually(t, "events", func() bool { return len(heir.ids()) == 3 })
		if diff := cmp.Diff([]string{"r1", "r2", "r3"}, heir.ids()); diff != "" {
			t.Errorf("events of the heir (-want +got):\n%s", diff)
		}
	})
}

func TestSwitchingWhileAnEventIsInside1C(t *testing.T) {
	t.Parallel()
	for _, takes := range []bool{true, false} {
		r := newRig(t)
		slow, heir := newHost(), newHost()
		inside, release := make(chan struct{}, 8), make(chan struct{})
		slow.take = func(string) bool { inside <- struct{}{}; <-release; return takes }
		a := r.connected(slow)
		r.connected(heir)
		r.link.emit(t, record("r1"), record("r2"))
		<-inside
		a.set("ВнешниеСобытия", false)
		time.Sleep(50 * time.Millisecond)
		if got := heir.ids(); len(got) != 0 {
			t.Errorf("the heir got %v while the fate of r1 was open", got)
		}
		close(release)
		want := []string{"r1", "r2"}
		if takes {
			want = want[1:]
		}
		eventually(t, "acknowledgement", func() bool { return r.link.unsettled(t) == 0 })
		if diff := cmp.Diff(want, heir.ids()); diff != "" {
			t.Errorf("events of the heir when the first object takes r1: %v (-want +got):\n%s", takes, diff)
		}
	}
}

func TestRecordsFollowExternalEvents(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h, g := newHost(), newHost()
	a := r.connected(h)
	r.connected(g)
	if raise := a.set("ВнешниеСобытия", false); raise != nil {
		t.Fatal(raise)
	}
	r.link.emit(t, record("r1"))
	eventually(t, "event", func() bool { return len(g.ids()) == 1 })
	if got := h.ids(); len(got) != 0 {
		t.Errorf("an object that does not want external events got %v", got)
	}
}

func TestFetchTakesInOrderAndAcknowledges(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.set("ВнешниеСобытия", false)
	o.must("Подключить", params)
	r.link.emit(t, screen("s1"), record("r1"), record("r2"), screen("s2"))
	eventually(t, "events", func() bool { return o.get("РазмерОчереди").Int() == 4 })
	if diff := cmp.Diff([]string{"s1", "r1"}, o.fetch(2)); diff != "" {
		t.Errorf("ПолучитьСобытия(2) (-want +got):\n%s", diff)
	}
	if n := r.link.unsettled(t); n != 1 {
		t.Errorf("unsettled after one of two records was fetched = %d, want 1", n)
	}
	if diff := cmp.Diff([]string{"r2", "s2"}, o.fetch(100)); diff != "" {
		t.Errorf("ПолучитьСобытия(100) (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{}, o.fetch(100)); diff != "" {
		t.Errorf("ПолучитьСобытия of nothing (-want +got):\n%s", diff)
	}
	if code, field := o.fails("ПолучитьСобытия", 0); code != string(text.BadArgument) || field != "Максимум" {
		t.Errorf("ПолучитьСобытия(0): %s [%s], want bad_argument [Максимум]", code, field)
	}
	if got := o.host.events(); len(got) != 0 {
		t.Errorf("an object that pulls got external events %v", got)
	}
}

// fetch gives the ids of ПолучитьСобытия.
func (o *object) fetch(limit int) []string {
	o.t.Helper()
	var list []map[string]any
	if err := json.Unmarshal([]byte(o.must("ПолучитьСобытия", limit).Str()), &list); err != nil {
		o.t.Fatalf("ПолучитьСобытия(%d): %v", limit, err)
	}
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e["id"].(string)
	}
	return ids
}

func TestFetchWhilePushingOnlyLooks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	var open atomic.Bool
	h.take = func(string) bool { return open.Load() }
	o := r.connected(h)
	r.link.emit(t, record("r1"), screen("s1"))
	eventually(t, "events", func() bool { return o.get("РазмерОчереди").Int() == 2 })
	for range 2 {
		if diff := cmp.Diff([]string{"r1", "s1"}, o.fetch(100)); diff != "" {
			t.Errorf("ПолучитьСобытия while events are pushed (-want +got):\n%s", diff)
		}
	}
	if n := r.link.unsettled(t); n != 1 {
		t.Errorf("unsettled after a look = %d, want 1", n)
	}
	open.Store(true)
	eventually(t, "events", func() bool { return len(h.ids()) == 2 && o.get("РазмерОчереди").Int() == 0 })
	if got := o.fetch(100); len(got) != 0 {
		t.Errorf("ПолучитьСобытия after 1C took everything = %v, want nothing", got)
	}
}

func TestManualAcknowledgement(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	o := r.object(h)
	o.must("Подключить", strings.Replace(params, `{`, `{"ack":"manual",`, 1))
	r.link.emit(t, record("r1"), record("r2"), record("r3"), screen("s1"))
	eventually(t, "events", func() bool { return len(h.ids()) == 4 })
	if n := r.link.unsettled(t); n != 3 {
		t.Fatalf("unsettled before any acknowledgement = %d, want 3", n)
	}
	seq := decodeMap(t, h.events()[1].data)["seq"].(float64)
	o.must("ПодтвердитьСобытие", "r1")
	o.must("ПодтвердитьСобытие", "r1") // twice is no failure
	o.must("ПодтвердитьСобытие", seq)
	o.must("ПодтвердитьСобытие", "s1") // done when it was shown
	if n := r.link.unsettled(t); n != 1 {
		t.Errorf("unsettled after two acknowledgements = %d, want 1", n)
	}
	o.must("ОтложитьСобытие", "r3", 0)
	eventually(t, "second attempt", func() bool { return len(h.ids()) == 5 })
	again := decodeMap(t, h.events()[4].data)
	if again["id"] != "r3" || again["attempt"] != 2.0 {
		t.Errorf("after ОтложитьСобытие: id %v, attempt %v; want r3, 2", again["id"], again["attempt"])
	}

	for _, c := range []struct {
		name string
		arg  any
		want text.Code
	}{
		{"ПодтвердитьСобытие", "nobody", text.EventUnknown},
		{"ПодтвердитьСобытие", "", text.EventUnknown},
		{"ПодтвердитьСобытие", 12345, text.SeqStale}, // of an earlier run
		{"ПодтвердитьСобытие", seq + 1<<30, text.EventUnknown},
		{"ПодтвердитьСобытие", -1, text.SeqStale},
		{"ПодтвердитьСобытие", seq + 0.5, text.SeqStale},
		{"ПодтвердитьСобытие", 1e300, text.SeqStale},
		{"ОтложитьСобытие", "r1", text.EventUnknown},
		{"ОтложитьСобытие", "s1", text.EventUnknown},
		{"ПолучитьСобытие", "nobody", text.EventUnknown},
	} {
		if code, _ := o.fails(c.name, c.arg); code != string(c.want) {
			t.Errorf("%s(%v): %s, want %s", c.name, c.arg, code, c.want)
		}
	}
	if code, field := o.fails("ОтложитьСобытие", "r3", -1); code != string(text.BadArgument) || field != "ЗадержкаСек" {
		t.Errorf("ОтложитьСобытие(…, -1): %s [%s], want bad_argument [ЗадержкаСек]", code, field)
	}
	if out := o.do("ПодтвердитьСобытие", true); out.Raise == nil || !strings.Contains(out.Raise.Text, "ПодтвердитьСобытие.Событие") {
		t.Errorf("ПодтвердитьСобытие(Истина) = %+v, want an exception that names method and argument", out)
	}
}

func TestAckOfAWaitingEventKeepsItFrom1C(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	var open atomic.Bool
	h.take = func(string) bool { return open.Load() }
	o := r.connected(h)
	r.link.emit(t, record("r1"), record("r2"))
	eventually(t, "events", func() bool { return o.get("РазмерОчереди").Int() == 2 })
	o.must("ПодтвердитьСобытие", "r2")
	open.Store(true)
	eventually(t, "event", func() bool { return r.link.unsettled(t) == 0 })
	if diff := cmp.Diff([]string{"r1"}, h.ids()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestScreensAreShedAndExpireRecordsStay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		o := r.object(newHost())
		o.set("ВнешниеСобытия", false)
		o.must("Подключить", params)
		events := []engine.Event{record("r0")}
		for i := range 700 {
			events = append(events, screen(fmt.Sprintf("s%d", i)))
		}
		dying := screen("late")
		dying.Expires = time.Now().Add(time.Second)
		r.link.emit(t, append(events, record("r1"), dying)...)
		synctest.Wait()
		time.Sleep(2 * time.Second)
		got := o.fetch(1000)
		if got[0] != "r0" || got[len(got)-1] != "r1" || got[len(got)-2] != "s699" || len(got) != 499+2 {
			t.Errorf("%d events from %v to %v, want r0, the newest 499 screens, r1", len(got), got[:2], got[len(got)-2:])
		}
		c := o.json("Диагностика")["counters"].(map[string]any)
		if c["events_shed"] != 201.0 || c["events_expired"] != 1.0 {
			t.Errorf("counters: shed %v, expired %v; want 201 and 1", c["events_shed"], c["events_expired"])
		}
		o.Done()
	})
}

func TestTooManyRecordsStayWithTheOffice(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.set("ВнешниеСобытия", false)
	o.must("Подключить", params)
	const records = 1200
	var events []engine.Event
	var want []string
	for i := range records {
		want = append(want, fmt.Sprintf("r%d", i))
		events = append(events, record(want[i]))
	}
	r.link.emit(t, events...)
	eventually(t, "full inbox", func() bool {
		return o.json("Диагностика")["counters"].(map[string]any)["events_left"].(float64) > 0
	})
	if n := o.get("РазмерОчереди").Int(); n != 1000 {
		t.Errorf("РазмерОчереди = %d, want 1000", n)
	}
	var got []string
	eventually(t, "all records", func() bool { got = append(got, o.fetch(100)...); return len(got) >= records })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	eventually(t, "acknowledgement", func() bool { return r.link.unsettled(t) == 0 })
}

func TestOneExternalEventAtATime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	h.take = func(string) bool { time.Sleep(time.Millisecond); return true }
	r.connected(h)
	for i := range 50 {
		r.link.emit(t, screen(fmt.Sprintf("s%d", i)), record(fmt.Sprintf("r%d", i)))
	}
	eventually(t, "events", func() bool { return len(h.ids()) == 100 })
	if h.twice.Load() {
		t.Error("two ExternalEvent calls of one object ran at a time")
	}
}

func TestDoneWithAHostThatDoesNotComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		h, heir := newHost(), newHost()
		inside, release := make(chan struct{}, 8), make(chan struct{})
		h.take = func(string) bool { inside <- struct{}{}; <-release; return true }
		o := r.connected(h)
		other := r.connected(heir)
		r.link.emit(t, record("r1"), record("r2"))
		<-inside
		started := time.Now()
		o.Done()
		if d := time.Since(started); d > component.DoneTimeout {
			t.Errorf("Done took %v, want %v at most", d, component.DoneTimeout)
		}
		// Nobody knows whether 1C will take r1: better twice than never.
		eventually(t, "events of the heir", func() bool { return len(heir.ids()) == 2 })
		heir.swap(h.take)
		r.link.emit(t, record("r3"))
		<-inside
		other.Done()
		if r.link.closed != 1 {
			t.Errorf("after Done of the last object the link was closed %d times, want 1", r.link.closed)
		}
		close(release)
		eventually(t, "the goroutines' end", func() bool { return h.entry.Load() == 0 && heir.entry.Load() == 0 })
	})
}

func TestNoEventAfterDone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	keep := r.connected(newHost())
	defer keep.Done()
	o := r.connected(h)
	o.Done()
	before := len(h.events())
	r.link.emit(t, screen("s1"), record("r1"))
	eventually(t, "the other object's events", func() bool { return len(keep.host.ids()) == 2 })
	if got := len(h.events()); got != before {
		t.Errorf("%d events after Done", got-before)
	}
	if out := o.do("ПолучитьСобытия"); out.Raise == nil || out.Raise.Code != string(text.Stopping) {
		t.Errorf("ПолучитьСобытия after Done = %+v, want stopping", out)
	}
}
