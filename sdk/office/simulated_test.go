package office_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/vpbxtest"
)

// The simulated company: two hundred employees at their desks, the calls of a
// day at the speed of the machine, every feature on, notifications in parallel,
// shuffled and doubled. The whole day, five thousand calls, has a leg of its
// own (build/test.sh); beside the other tests it is an hour.
const (
	simEmployees = 200
	simGroups    = 10
	simNumbers   = 1500 // clients; many call more than once
	simMinIn     = 20   // s, min_in_sec
	simMinOut    = 15   // s, min_out_sec

	simRouted      = "79160000001" // the client with a responsible
	simResponsible = "1001"
)

// simCalls is how many calls are played: MANGO_SIM_CALLS, a multiple of eight.
var simCalls = func() int {
	n, err := strconv.Atoi(os.Getenv("MANGO_SIM_CALLS"))
	if err != nil {
		return 400
	}
	return n / 8 * 8
}()

// planned is a call and what must become of it.
type planned struct {
	sc     vpbxtest.Scenario
	status engine.Status
	client string // "" = nobody outside, or hidden
}

// plan makes one call of a kind that happens in an office.
func plan(r *rand.Rand) planned {
	ext := func() string { return fmt.Sprint(1000 + r.IntN(simEmployees)) }
	a := ext()
	b := ext()
	for b == a {
		b = ext()
	}
	client := fmt.Sprintf("7916%07d", r.IntN(simNumbers))
	talk := 1 + r.IntN(60)
	accepted, reached := engine.AcceptedBad, engine.ReachedBad
	if talk > simMinIn {
		accepted = engine.AcceptedOK
	}
	if talk > simMinOut {
		reached = engine.ReachedOK
	}
	sec := vpbxtest.Seconds(talk)
	in := func() vpbxtest.Scenario { return vpbxtest.Inbound(client, "") }
	switch r.IntN(11) {
	case 0:
		return planned{in().IVR(8).Ring(a, 5).Answer().Talk(sec).HangUp("caller"), accepted, client}
	case 1:
		return planned{in().Ring(a, 30).Timeout(), engine.Missed, client}
	case 2:
		return planned{in().IVR(20).HangUp("caller"), engine.Missed, client}
	case 3:
		member := 1000 + r.IntN(simEmployees)
		return planned{in().IVR(3).RingGroup(fmt.Sprint(300+member%simGroups), 7).Answer(fmt.Sprint(member)).Talk(sec).HangUp("caller"), accepted, client}
	case 4:
		return planned{vpbxtest.Outbound(a, client).Wait(9).Answer().Talk(sec).HangUp("callee"), reached, client}
	case 5:
		return planned{vpbxtest.Outbound(a, client).Wait(30).Timeout(), engine.ReachedBad, client}
	case 6:
		return planned{vpbxtest.Internal(a, b).Wait(5).Answer().Talk(sec).HangUp("caller"), reached, ""}
	case 7:
		return planned{in().Ring(a, 5).Answer().Hold(2).Blind(b, 3).Leave().Wait(4).Answer().Talk(sec).HangUp("caller"), accepted, client}
	case 8:
		// The last conversation is the consultation and what came of it.
		s := in().Ring(a, 5).Answer().Talk(5).Hold(2).Consult(b, 4).Answer().Wait(30).Leave().Talk(sec).HangUp("caller")
		return planned{s, engine.AcceptedOK, client}
	case 9:
		return planned{vpbxtest.Inbound("", "").Ring(a, 5).Answer().Talk(sec).HangUp("caller"), accepted, ""}
	}
	return planned{in().Ring(a, 5).Answer().Talk(5).Hold(7).Resume().Talk(sec).HangUp("caller"), talkedFor(5 + 7 + talk), client}
}

func talkedFor(sec int) engine.Status {
	if sec > simMinIn {
		return engine.AcceptedOK
	}
	return engine.AcceptedBad
}

func simConfig() vpbxtest.Config {
	cfg := vpbxtest.Config{
		Seed: 11, NoRateLimits: true, NoQuota: true,
		Style:  vpbxtest.Style{Parallel: true},
		Faults: vpbxtest.Faults{Notifications: vpbxtest.NotificationFaults{Reorder: vpbxtest.Always(), Double: vpbxtest.Always(), V2: true}},
		Lines:  []vpbxtest.Line{{ID: 1, Number: "74951234567"}},
	}
	for i := range simGroups {
		cfg.Groups = append(cfg.Groups, vpbxtest.Group{ID: int64(1 + i), Name: fmt.Sprint("Group ", i), Extension: fmt.Sprint(300 + i)})
	}
	for i := range simEmployees {
		ext := fmt.Sprint(1000 + i)
		cfg.Employees = append(cfg.Employees, vpbxtest.Employee{
			Extension: ext, Name: "Employee " + ext, Number: "sip:e" + ext + "@example.mangosip.ru", UserID: int64(5000 + i),
		})
		g := &cfg.Groups[i%simGroups]
		g.Members = append(g.Members, ext)
	}
	return cfg
}

// told is what the desks of the simulated office were told.
type told struct {
	mu        sync.Mutex
	summaries map[string]engine.CallSummaryBody
	advised   map[string]int // by number
	faults    []string
	all       chan struct{} // closed when every call is summed up
	kinds     map[engine.Kind]int
}

func (w *told) fault(format string, args ...any) {
	if len(w.faults) < 20 {
		w.faults = append(w.faults, fmt.Sprintf(format, args...))
	}
}

// take is the consumer of the desk of extension ext.
func (w *told) take(ext string, d office.Delivery) {
	e := d.Event
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kinds[e.Kind]++
	if e.To.Extension != "" && e.To.Extension != ext {
		w.fault("%s for %s was shown to %s", e.Kind, e.To.Extension, ext)
	}
	var advice struct {
		CreateClient engine.CreateClient `json:"create_client"`
	}
	switch e.Kind {
	case engine.IncomingCall:
		_ = json.Unmarshal(e.Body, &advice)
		if advice.CreateClient.Advise && e.Caller.Number != "" {
			w.advised[e.Caller.Number]++
		}
	case engine.OutgoingCall:
		_ = json.Unmarshal(e.Body, &advice)
		if advice.CreateClient.Advise {
			w.advised[e.Callee.Number]++
		}
	case engine.CallSummary:
		var b engine.CallSummaryBody
		if err := json.Unmarshal(e.Body, &b); err != nil {
			w.fault("summary of %s: %v", e.EntryID, err)
		}
		if _, twice := w.summaries[e.EntryID]; twice {
			w.fault("%s was summed up twice", e.EntryID)
		}
		w.summaries[e.EntryID] = b
		if len(w.summaries) == simCalls {
			close(w.all)
		}
	}
}

// TestSimulatedOffice: each call of the day ends with exactly one summary, at
// one writer, with the right status; nobody is shown another's calls; a client
// is advised on once.
func TestSimulatedOffice(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, simConfig(), office.Session{Role: office.RoleServer})
	for method, args := range map[string]string{
		"SetSettings": fmt.Sprintf(`{"distribute":true,"respect_status":true,"ivr_popup":true,"ivr_fallback":"next_free","open_client_card":true,
			"save_internal":true,"calltracking":true,"create_on_incoming":true,"create_on_outgoing":true,"min_in_sec":%d,"min_out_sec":%d}`, simMinIn, simMinOut),
		"SetRouteTable": `{"responsibles":[{"number":"` + simRouted + `","extension":"` + simResponsible + `"},{"number":"79160000002","extension":"9999"}],"replace":true}`,
		"SetUsers":      simUsers(),
	} {
		if _, err := s.call(method, args); err != nil {
			t.Fatalf("%s = %v", method, err)
		}
	}
	w := &told{
		summaries: map[string]engine.CallSummaryBody{}, advised: map[string]int{}, kinds: map[engine.Kind]int{}, all: make(chan struct{}),
	}
	for i := range simEmployees {
		ext := fmt.Sprint(1000 + i)
		local, err := s.o.Attach(office.Session{Extension: ext, UserID: "u" + ext, ClientGUID: "g" + ext})
		if err != nil {
			t.Fatal(err)
		}
		local.Deliver(func(d office.Delivery) bool {
			w.take(ext, d)
			if d.Event.Class == engine.Record {
				_ = local.Settle(t.Context(), d.Ref, office.Verdict{Done: true}) // closing
			}
			return true
		})
	}
	if _, err := s.call("GetPresence", `{}`); err != nil {
		t.Fatal(err)
	}

	var mu sync.Mutex
	want := map[string]planned{}
	var players sync.WaitGroup
	for worker := range 8 {
		players.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 42))
			for range simCalls / 8 {
				p := plan(r)
				entry, err := pbx.Play(t.Context(), p.sc)
				if err != nil {
					t.Errorf("Play(%+v) = %v", p.sc, err)
					return
				}
				mu.Lock()
				want[entry] = p
				mu.Unlock()
			}
		})
	}
	players.Wait()
	select {
	case <-w.all:
	case <-time.After(2 * time.Minute):
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.check(t, want)
	if n := len(s.local.View().Calls); n != 0 {
		t.Errorf("%d legs are live after all", n)
	}
	presence, err := s.call("GetPresence", `{}`)
	raw, _ := json.Marshal(presence)
	var list struct{ Presence []engine.PhoneState }
	if json.Unmarshal(raw, &list) != nil || err != nil || len(list.Presence) != simEmployees {
		t.Fatalf("GetPresence() = %.300s, %v", raw, err)
	}
	for _, p := range list.Presence {
		if p.State != engine.Free {
			t.Errorf("%s is %s with %q after all, want free", p.Extension, p.State, p.CallID)
		}
	}
	t.Logf("events: %v", w.kinds)
}

func simUsers() string {
	var list []engine.User
	for i := range simEmployees {
		ext := fmt.Sprint(1000 + i)
		list = append(list, engine.User{UserID: "u" + ext, Name: "User " + ext, Extension: ext})
	}
	raw, _ := json.Marshal(map[string]any{"users": list})
	return string(raw)
}

func (w *told) check(t *testing.T, want map[string]planned) {
	t.Helper()
	if len(w.summaries) != len(want) || len(want) != simCalls {
		t.Errorf("%d calls were summed up of %d played, want %d", len(w.summaries), len(want), simCalls)
	}
	wrong := 0
	for entry, p := range want {
		b, ok := w.summaries[entry]
		if ok && b.Status == p.status && b.Writer && !b.Incomplete {
			continue
		}
		// A call that the distribution got out of the menu in time goes another
		// way than its script.
		routed := p.client == simRouted && b.Author.Extension == simResponsible
		if ok && routed && b.Status == talkedFor(int(b.TalkSec)) && b.Writer && !b.Incomplete {
			continue
		}
		if wrong++; wrong < 10 {
			t.Errorf("call %v: summed up %v, %+v, want status %s", p.sc.Steps, ok, b, p.status)
		}
	}
	if wrong > 0 {
		t.Errorf("%d calls of %d are wrong", wrong, len(want))
	}
	for number, n := range w.advised {
		if n > 1 {
			t.Errorf("the creation of %s was advised %d times, want once", number, n)
		}
	}
	if len(w.advised) == 0 {
		t.Error("no client was advised on")
	}
	for _, f := range w.faults {
		t.Error(f)
	}
}
