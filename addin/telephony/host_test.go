package telephony_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// 1C's handler may run, and answer, before ExternalEvent has come back to us.
func TestHandlerIsFasterThanExternalEvent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, params, method string
		args                 []any
		unsettled            int
		again                []any // a second acknowledgement is no failure
	}{
		{"postponed", params, "ОтложитьСобытие", []any{"r1", 600}, 1, nil},
		{"postponed, manual", manual, "ОтложитьСобытие", []any{"r1", 600}, 1, nil},
		{"acknowledged", params, "ПодтвердитьСобытие", []any{"r1"}, 0, []any{"r1"}},
		{"acknowledged, manual", manual, "ПодтвердитьСобытие", []any{"r1"}, 0, []any{"r1"}},
	} {
		r := newRig(t)
		h := newHost()
		inside, release := make(chan struct{}), make(chan struct{})
		h.take = func(id string) bool {
			if id == "r1" {
				close(inside)
				<-release
			}
			return true
		}
		o := r.object(h)
		o.must("Подключить", c.params)
		r.link.emit(t, record("r1"))
		<-inside
		o.must(c.method, c.args...)
		close(release)
		eventually(t, "ExternalEvent's end", func() bool { return len(h.ids()) == 1 })
		r.link.emit(t, screen("s1"))
		eventually(t, "next event", func() bool { return len(h.ids()) == 2 })
		if got := r.link.unsettled(t); got != c.unsettled {
			t.Errorf("%s while ExternalEvent ran: %d unsettled, want %d", c.name, got, c.unsettled)
		}
		if c.again != nil {
			o.must(c.method, c.again...)
		}
		n := o.json("Диагностика")["counters"].(map[string]any)
		if n["settle_failures"] != 0.0 {
			t.Errorf("%s: settle_failures = %v, want 0", c.name, n["settle_failures"])
		}
	}
}

var manual = strings.Replace(params, `{`, `{"ack":"manual",`, 1)

// A host that does not come back from ExternalEvent is not called a second
// time, though the object has parted and joined anew.
func TestOneExternalEventAtATimeAcrossConnections(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	keep := r.connected(newHost()) // the connection stays
	keep.set("ВнешниеСобытия", false)
	h := newHost()
	inside, release := make(chan struct{}, 1), make(chan struct{})
	h.take = func(string) bool {
		inside <- struct{}{}
		<-release
		return true
	}
	o := r.connected(h)
	r.link.emit(t, screen("s1"))
	<-inside
	o.must("Отключить")
	h.swap(nil)
	o.must("Подключить", params)
	r.link.emit(t, screen("s2"))
	eventually(t, "delivery", func() bool { return o.get("РазмерОчереди").Int() == 1 })
	time.Sleep(50 * time.Millisecond)
	if h.twice.Load() {
		t.Error("ExternalEvent was called while another call of the same object ran")
	}
	close(release)
	eventually(t, "events", func() bool { return len(h.ids()) == 2 })
	if diff := cmp.Diff([]string{"s1", "s2"}, h.ids()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestObjectComesBackAsADesk(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.must("Подключить", strings.Replace(params, `{`, `{"role":"server",`, 1))
	o.must("Отключить")
	o.must("Подключить", params)
	if !o.get("ВнешниеСобытия").Bool() {
		t.Error("ВнешниеСобытия of a desk that was a scheduled job before = Ложь, want Истина")
	}
}

func TestConnectAgainIsAnsweredAndWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := newHost()
	o := r.connected(h)
	r.link.setState(office.Connected, nil)
	r.link.tellState(t)
	eventually(t, "state", func() bool { return len(h.events()) == 1 })
	o.must("Подключить", params)
	eventually(t, "state again", func() bool { return len(h.events()) == 2 })
	e := decodeMap(t, h.events()[1].data)
	if e["event"] != "ConnectionState" || e["state"] != 2.0 || e["replay"] != true {
		t.Errorf("event after a second Подключить = %v, want ConnectionState with state 2 and replay", e)
	}
	keep := r.connected(newHost())
	defer keep.Done()
	go func() {
		time.Sleep(20 * time.Millisecond)
		r.link.setState(office.Refused, text.New(text.KeyRefused))
	}()
	if code, _ := o.fails("Подключить", params, 10000); code != string(text.KeyRefused) {
		t.Errorf("second Подключить that is refused while it waits: %s, want key_refused", code)
	}
}

// The replica may lag behind the events: a newcomer hears what was told last.
func TestNewcomerHearsTheLastStateTold(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.connected(newHost())
	r.link.tellState(t)
	r.link.setState(office.Connected, text.New(text.ConnectionStarting))
	h := newHost()
	r.connected(h)
	eventually(t, "state", func() bool { return len(h.events()) == 1 })
	if e := decodeMap(t, h.events()[0].data); e["state"] != 3.0 || e["code"] != "server_available" {
		t.Errorf("first event of the second object = %v, want state 3", e)
	}
}

// tellState tells the present state, as the real Office does on every change
// and to each session that comes.
func (l *storeLink) tellState(t testing.TB) {
	t.Helper()
	l.mu.Lock()
	v, fn := l.view, l.fn
	l.mu.Unlock()
	body, err := json.Marshal(engine.ConnectionStateBody{State: int(v.State), Code: string(text.ServerAvailable)})
	if err != nil {
		t.Fatal(err)
	}
	e := engine.Event{ID: "connection", Kind: engine.ConnectionState, Class: engine.Screen, Time: time.Now(), Body: body}
	if !fn(office.Delivery{Attempt: 1, Event: e}) {
		t.Fatal("the state was not taken")
	}
}
