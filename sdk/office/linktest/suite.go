package linktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// Run checks what every Link does. open attaches a session to the Office of s;
// Run closes it. The tests named in without need rights that the link never has.
func Run(t *testing.T, open func(t *testing.T, s *Site, who office.Session) Link, without ...string) {
	for name, test := range map[string]func(t *testing.T, s *Site, l Link){
		"an unknown method is refused":             unknownMethod,
		"arguments are checked":                    badArguments,
		"a command ends in its result":             command,
		"settings are there when they are set":     settings,
		"a call is told in order and shown":        order,
		"what is refused is offered again":         refusal,
		"a panic of the consumer is a refusal":     consumerPanics,
		"a settled event does not come back":       settled,
		"an acknowledgement may be repeated":       repeated,
		"what is not done comes again":             postponed,
		"a file is fetched in parts":               fileInParts,
		"a later consumer replaces the first":      replaced,
		"calls run side by side":                   sideBySide,
		"a call ends with its context":             patience,
		"the view waits for nobody":                viewIsQuick,
		"nothing is told after Close":              closed,
		"Close may be called twice, from anywhere": closedTwice,
	} {
		if slices.Contains(without, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Open(t, nil)
			l := open(t, s, office.Session{Extension: "101", Rights: office.Supervisor | office.Admin})
			t.Cleanup(func() {
				if err := l.Close(context.Background()); err != nil {
					t.Errorf("Close() = %v", err)
				}
			})
			Until(t, "the link is registered", func() bool { return l.View().State == office.Registered })
			test(t, s, l)
		})
	}
}

func code(err error) text.Code {
	if err == nil {
		return ""
	}
	return text.From(err).Code
}

func call(t *testing.T, l Link, method, args string) map[string]any {
	t.Helper()
	raw, err := l.Call(t.Context(), method, json.RawMessage(args))
	if err != nil {
		t.Fatalf("Call(%s, %s) = %v", method, args, err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("Call(%s, %s) = %s: %v", method, args, raw, err)
	}
	return m
}

func unknownMethod(t *testing.T, _ *Site, l Link) {
	_, err := l.Call(t.Context(), "MakeCoffee", nil)
	if e := text.From(err); code(err) != text.BadArgument || e.Field != "method" || e.Detail != "MakeCoffee" {
		t.Errorf("Call(MakeCoffee) = %v, want bad_argument of method", err)
	}
}

func badArguments(t *testing.T, _ *Site, l Link) {
	for _, test := range []struct {
		method, args string
		want         text.Code
	}{
		{"StartCall", `{"number":`, text.BadJSON},
		{"StartCall", `{"number":""}`, text.NumberEmpty},
		{"Hangup", `{}`, text.MissingField},
		{"GetEvent", `{"id":"nobody"}`, text.EventUnknown},
		{"CheckConnection", `{"timeout_ms":-1}`, text.BadArgument},
	} {
		if _, err := l.Call(t.Context(), test.method, json.RawMessage(test.args)); code(err) != test.want {
			t.Errorf("Call(%s, %s) = %v, want %s", test.method, test.args, err, test.want)
		}
	}
}

func command(t *testing.T, s *Site, l Link) {
	b := Listen(t, l)
	id, _ := call(t, l, "StartCall", `{"number":"+79161234567"}`)["command_id"].(string)
	if id == "" {
		t.Fatal("StartCall gave no command_id")
	}
	Until(t, "the PBX is asked", func() bool { return s.Asked("commands/callback") == 1 })
	s.Post("/result/callback", `{"command_id":"`+id+`","result":1000}`)
	d := b.Want(engine.CommandResult)
	var body engine.CommandResultBody
	if err := json.Unmarshal(d.Event.Body, &body); err != nil || body.Command != "StartCall" || body.Result != 1000 || d.Event.CommandID != id {
		t.Errorf("CommandResult of %q = %+v, %v, want StartCall 1000 of %q", d.Event.CommandID, body, err, id)
	}
}

func settings(t *testing.T, _ *Site, l Link) {
	before := l.View().Revision
	call(t, l, "SetSettings", `{"min_in_sec":7}`)
	v := l.View()
	if v.Revision != before+1 || fmt.Sprint(v.Settings["min_in_sec"]) != "7" {
		t.Errorf("View() after SetSettings: revision %d, min_in_sec %v, want %d and 7", v.Revision, v.Settings["min_in_sec"], before+1)
	}
}

// order: the events of one call come in order, and whoever hears of it finds
// it in the view.
func order(t *testing.T, s *Site, l Link) {
	kinds := []engine.Kind{engine.IncomingCall, engine.CallAnswered, engine.CallEnded, engine.CallSummary}
	var mu sync.Mutex
	var got []engine.Kind
	ended := make(chan struct{})
	l.Deliver(func(d office.Delivery) bool {
		if d.Event.EntryID != "e1" {
			return true
		}
		mu.Lock()
		defer mu.Unlock()
		if v := l.View(); d.Event.Kind == engine.IncomingCall && (len(v.Calls) != 1 || v.Calls[0].EntryID != "e1" || v.Stale) {
			t.Errorf("View() at IncomingCall: calls %+v, stale %v, want the call", v.Calls, v.Stale)
		}
		if got = append(got, d.Event.Kind); len(got) == len(kinds) {
			close(ended)
		}
		return true
	})
	s.Leg("e1", 1, "Appeared")
	Until(t, "the pop-up is told", func() bool { mu.Lock(); defer mu.Unlock(); return len(got) == 1 })
	s.Leg("e1", 2, "Connected")
	s.Leg("e1", 3, "Disconnected")
	s.Summary("e1")
	select {
	case <-ended:
	case <-time.After(Patience):
	}
	mu.Lock()
	defer mu.Unlock()
	if fmt.Sprint(got) != fmt.Sprint(kinds) {
		t.Errorf("events = %v, want %v", got, kinds)
	}
	Until(t, "the call leaves the view", func() bool { return len(l.View().Calls) == 0 })
}

func refusal(t *testing.T, s *Site, l Link) {
	var mu sync.Mutex
	var took []string
	offers := 0
	l.Deliver(func(d office.Delivery) bool {
		if d.Event.Class != engine.Record {
			return true
		}
		mu.Lock()
		defer mu.Unlock()
		if offers++; offers%3 != 0 {
			return false
		}
		took = append(took, d.Event.EntryID)
		return true
	})
	for _, e := range []string{"e1", "e2", "e3"} {
		s.Summary(e)
	}
	Until(t, "all are taken", func() bool { mu.Lock(); defer mu.Unlock(); return len(took) == 3 })
	mu.Lock()
	defer mu.Unlock()
	if fmt.Sprint(took) != "[e1 e2 e3]" || offers != 9 {
		t.Errorf("taken %v in %d offers, want e1 e2 e3 in 9", took, offers)
	}
}

func consumerPanics(t *testing.T, s *Site, l Link) {
	var offers atomic.Int64
	taken := make(chan string, 1)
	l.Deliver(func(d office.Delivery) bool {
		if d.Event.Class != engine.Record {
			return true
		}
		if offers.Add(1) == 1 {
			panic("a consumer of the suite")
		}
		taken <- d.Event.EntryID
		return true
	})
	s.Summary("e1")
	select {
	case <-taken:
	case <-time.After(Patience):
		t.Error("the event was not offered again")
	}
}

// store tells whether the office holds an event still.
func store(t *testing.T, l Link, id string) bool {
	t.Helper()
	_, err := l.Call(t.Context(), "NakEvent", json.RawMessage(fmt.Sprintf(`{"id":%q,"delay_sec":3600}`, id)))
	return code(err) != text.EventUnknown
}

func settled(t *testing.T, s *Site, l Link) {
	b := Listen(t, l)
	s.Summary("e1")
	d := b.Want(engine.CallSummary)
	if err := l.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
		t.Fatalf("Settle(done) = %v", err)
	}
	Until(t, "it is settled", func() bool { return !store(t, l, d.Event.ID) })
	b.None(50 * time.Millisecond)
}

// repeated: nothing is wrong with saying it again, but a link that knows may
// say so.
func repeated(t *testing.T, s *Site, l Link) {
	b := Listen(t, l)
	s.Summary("e1")
	d := b.Want(engine.CallSummary)
	for i := range 3 {
		if err := l.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil && (i == 0 || code(err) != text.EventUnknown) {
			t.Errorf("Settle(done) time %d = %v, want nil or event_unknown", i+1, err)
		}
	}
	local := d.Ref
	local.Seq = 0
	if err := l.Settle(t.Context(), local, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle() of a local event = %v, want nil", err)
	}
	s.Summary("e2")
	if next := b.Want(engine.CallSummary); next.Event.EntryID != "e2" {
		t.Errorf("after three acks of e1: %s came, want e2", next.Event.EntryID)
	}
}

func postponed(t *testing.T, s *Site, l Link) {
	b := Listen(t, l)
	s.Summary("e1")
	d := b.Want(engine.CallSummary)
	began := time.Now()
	if err := l.Settle(t.Context(), d.Ref, office.Verdict{Delay: 200 * time.Millisecond}); err != nil {
		t.Fatalf("Settle(later) = %v", err)
	}
	again := b.Want(engine.CallSummary)
	if again.Event.ID != d.Event.ID || again.Attempt != 2 || time.Since(began) < 200*time.Millisecond {
		t.Errorf("after a delay of 200ms: %s, attempt %d, in %v, want attempt 2 of %s", again.Event.ID, again.Attempt, time.Since(began), d.Event.ID)
	}
	if err := l.Settle(t.Context(), again.Ref, office.Verdict{Shown: true}); err != nil {
		t.Errorf("Settle(shown) = %v", err)
	}
	if err := l.Settle(t.Context(), again.Ref, office.Verdict{Done: true}); err != nil {
		t.Errorf("Settle(done) = %v", err)
	}
	Until(t, "it is settled", func() bool { return !store(t, l, d.Event.ID) })
}

func replaced(t *testing.T, s *Site, l Link) {
	first := Listen(t, l)
	s.Summary("e1")
	first.Want(engine.CallSummary)
	second := Listen(t, l)
	s.Summary("e2")
	second.Want(engine.CallSummary)
	first.None(20 * time.Millisecond)
}

func sideBySide(t *testing.T, _ *Site, l Link) {
	crew := group.New(t.Context(), nil)
	for i := range 20 {
		crew.Go("caller", func(context.Context) {
			number := fmt.Sprintf("7916%07d", i)
			raw, err := l.Call(t.Context(), "SetUsers", json.RawMessage(`{"users":[{"user_id":"u`+number+`","name":"A","extension":"101"}]}`))
			if err != nil || string(raw) != "{}" {
				t.Errorf("Call(SetUsers) = %s, %v", raw, err)
			}
		})
	}
	if err := crew.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// patience: a caller that gives up is let go.
func patience(t *testing.T, _ *Site, l Link) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	_, err := l.Call(ctx, "SetUsers", json.RawMessage(`{"users":[]}`))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Call() with a cancelled context took %v", took)
	}
	// It may have been faster than the context.
	if err != nil && code(err) != text.Timeout {
		t.Errorf("Call() with a cancelled context = %v, want timeout", err)
	}
}

func viewIsQuick(t *testing.T, s *Site, l Link) {
	hold, entered := make(chan struct{}), make(chan struct{})
	var once sync.Once
	l.Deliver(func(d office.Delivery) bool {
		if d.Event.Class == engine.Record {
			once.Do(func() { close(entered) })
			<-hold
		}
		return true
	})
	s.Summary("e1")
	<-entered // the consumer hangs
	began := time.Now()
	for range 100 {
		if v := l.View(); v.State != office.Registered {
			t.Errorf("View().State = %d, want registered", v.State)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("100 views took %v while the consumer hangs", took)
	}
	close(hold)
}

func closed(t *testing.T, s *Site, l Link) {
	b := Listen(t, l)
	s.Summary("e1")
	b.Want(engine.CallSummary)
	if err := l.Close(t.Context()); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	s.Summary("e2")
	b.None(100 * time.Millisecond)
	if v := l.View(); v.State != office.Off || !v.Stale {
		t.Errorf("View() after Close: state %d, stale %v, want off and stale", v.State, v.Stale)
	}
	if _, err := l.Call(t.Context(), "SetUsers", json.RawMessage(`{"users":[]}`)); code(err) != text.NotConnected {
		t.Errorf("Call() after Close = %v, want not_connected", err)
	}
	// What was not done goes to whoever comes next.
	next, err := s.Office.Attach(office.Session{})
	if err != nil {
		t.Fatal(err)
	}
	after := Listen(t, next)
	got := map[string]bool{after.Want(engine.CallSummary).Event.EntryID: true, after.Want(engine.CallSummary).Event.EntryID: true}
	if !got["e1"] || !got["e2"] {
		t.Errorf("the next session got %v, want e1 and e2", got)
	}
	if err := next.Close(t.Context()); err != nil {
		t.Errorf("Close() of the next = %v", err)
	}
}

func closedTwice(t *testing.T, _ *Site, l Link) {
	Listen(t, l)
	crew := group.New(t.Context(), nil)
	for range 3 {
		crew.Go("closer", func(context.Context) {
			if err := l.Close(t.Context()); err != nil {
				t.Errorf("Close() = %v", err)
			}
		})
	}
	if err := crew.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// fileInParts: the operation ends when who fetched its file says where it is.
func fileInParts(t *testing.T, s *Site, l Link) {
	b := Listen(t, l)
	s.Summary("e1")
	b.Want(engine.CallSummary)
	id, _ := call(t, l, "BuildReport", `{"variant":"main","form":"html"}`)["operation_id"].(string)
	var file []byte
	for whole := false; !whole; {
		raw, err := l.Call(t.Context(), "GetFile", json.RawMessage(fmt.Sprintf(`{"operation_id":%q,"offset":%d,"count":1000}`, id, len(file))))
		if err != nil {
			t.Fatalf("GetFile = %v", err)
		}
		var part struct {
			Data  []byte
			Whole bool
		}
		if err := json.Unmarshal(raw, &part); err != nil {
			t.Fatalf("GetFile = %s: %v", raw, err)
		}
		file, whole = append(file, part.Data...), part.Whole
	}
	if !bytes.HasPrefix(file, []byte("<!DOCTYPE html>")) || !bytes.HasSuffix(file, []byte("</html>\n")) {
		t.Errorf("the file is %.200q…, want the whole page", file)
	}
	call(t, l, "EndFile", `{"operation_id":"`+id+`","path":"report.html"}`)
	var body engine.OperationResultBody
	if d := b.Want(engine.OperationResult); json.Unmarshal(d.Event.Body, &body) != nil || body.OperationID != id || body.Path != "report.html" || body.Code != "" || body.Total != 1 {
		t.Errorf("OperationResult = %s, want the success of %s with its path and one row", d.Event.Body, id)
	}
}
