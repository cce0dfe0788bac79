package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

func TestIncomingCall(t *testing.T) {
	t.Parallel()
	pbx := stepped
	pbx.Faults.Notifications.TextNumbers = true
	r := connected(t, pbx, nil)
	entry := begin(t, r.PBX, answered(client))
	got := next(t, r, 1, is("IncomingCall"))
	step(t, r.PBX, untilOver)
	got = append(got, next(t, r, 1, is("CallSummary"))...)
	want := []string{"IncomingCall", "CallAnswered", "CallEnded", "CallSummary"}
	if d := cmp.Diff(want, kinds(got)); d != "" {
		t.Fatalf("events (-want +got):\n%s", d)
	}
	for i, e := range got {
		if e.EntryID != entry || e.Direction != "in" || e.Caller.Number != client || e.Callee.Extension != own || e.V != 1 {
			t.Errorf("%s: %+v", e.Event, e)
		}
		if i > 0 && e.Seq <= got[i-1].Seq {
			t.Errorf("%s: seq %d after %d", e.Event, e.Seq, got[i-1].Seq)
		}
	}
	if s := got[3]; s.Status != "accepted_ok" || s.TalkSec != 30 || !s.Save || s.Class != "record" {
		t.Errorf("CallSummary: %+v", s)
	}
	d := diagnostics(t, r)
	if d.State != 3 || d.Office.Webhook["accepted"] == 0 {
		t.Errorf("Диагностика: state %d, webhook %v", d.State, d.Office.Webhook)
	}
	if v, err := r.Object.Get(t.Context(), "СообщениеСвязи"); err != nil || v.Text() != "Сервер интеграции доступен" {
		t.Errorf("СообщениеСвязи = %v, %v", v, err)
	}
}

func TestMissedCall(t *testing.T) {
	t.Parallel()
	r := connected(t, stepped, nil)
	begin(t, r.PBX, vpbxtest.Scenario{Name: "missed", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: client},
		{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 30},
		{Do: vpbxtest.VerbTimeout},
	}})
	got := next(t, r, 1, is("IncomingCall"))
	step(t, r.PBX, untilOver)
	got = append(got, next(t, r, 1, is("CallSummary"))...)
	if d := cmp.Diff([]string{"IncomingCall", "CallEnded", "CallSummary"}, kinds(got)); d != "" {
		t.Fatalf("events (-want +got):\n%s", d)
	}
	if s := got[2]; s.Status != "missed" || s.TalkSec != 0 {
		t.Errorf("CallSummary: %+v", s)
	}
}

func TestClickToCall(t *testing.T) {
	t.Parallel()
	r := connected(t, stepped, nil)
	res := call(t, r.Object, "ИнициироватьЗвонок", "+7 (916) 123-45-67", "", "")
	command := res.Text()
	if command == "" {
		t.Fatalf("ИнициироватьЗвонок: %+v", failed(t, res))
	}
	eventually(t, "request of the command", func() bool {
		return slices.ContainsFunc(r.PBX.Requests(), func(q vpbxtest.Request) bool { return strings.HasSuffix(q.Path, "/commands/callback") })
	})
	step(t, r.PBX, untilRinging) // at the client, after 101 took the phone
	got := next(t, r, 1, is("OutgoingCall"))
	step(t, r.PBX, untilOver)
	got = append(got, next(t, r, 1, is("CallSummary"))...)
	seen := kinds(got)
	slices.Sort(seen)
	want := []string{"CallAnswered", "CallEnded", "CallSummary", "CommandResult", "OutgoingCall"}
	if d := cmp.Diff(want, seen); d != "" {
		t.Fatalf("events, sorted (-want +got):\n%s", d)
	}
	for _, e := range got {
		if e.CommandID != command {
			t.Errorf("%s: command_id %q, want %q", e.Event, e.CommandID, command)
		}
		if e.Event == "CommandResult" && (e.Result != 1000 || e.Command != "StartCall") {
			t.Errorf("CommandResult: %+v", e)
		}
		if e.Event == "OutgoingCall" && (e.Caller.Extension != own || e.Callee.Number != client || e.Direction != "out") {
			t.Errorf("OutgoingCall: %+v", e)
		}
	}
	if n := r.PBX.Stats().Wrong; n != 0 {
		t.Errorf("the PBX counted %d wrong requests", n)
	}
}

// Whatever order the PBX's parallel posts arrive in, doubled or not, BSL sees
// one clean sequence.
func TestDisorderedNotifications(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{
		Seed: 7, Style: vpbxtest.Style{Parallel: true},
		Faults: vpbxtest.Faults{Notifications: vpbxtest.NotificationFaults{Reorder: vpbxtest.Always(), Double: vpbxtest.Always()}},
	}, nil)
	const n = 5
	want := map[string]bool{}
	for range n {
		want[play(t, r, answered(client))] = true
	}
	byEntry := map[string][]rig.Data{}
	for range n {
		for _, e := range next(t, r, 1, is("CallSummary")) {
			byEntry[e.EntryID] = append(byEntry[e.EntryID], e)
		}
	}
	ids := map[string]bool{}
	for entry, events := range byEntry {
		if !want[entry] {
			t.Errorf("events of the unknown call %q", entry)
		}
		for _, e := range events {
			if ids[e.ID] {
				t.Errorf("event id %s (%s) came twice", e.ID, e.Event)
			}
			ids[e.ID] = true
		}
		order := kinds(events)
		for i, kind := range []string{"IncomingCall", "CallAnswered", "CallEnded"} {
			if at := slices.Index(order, kind); at >= 0 && slices.ContainsFunc(order[:at], func(k string) bool {
				return slices.Index([]string{"IncomingCall", "CallAnswered", "CallEnded"}, k) > i
			}) {
				t.Errorf("call %s: order %v", entry, order)
			}
		}
		if last := order[len(order)-1]; last != "CallSummary" {
			t.Errorf("call %s: ends with %s", entry, last)
		}
	}
	if d := diagnostics(t, r); d.Office.Webhook["duplicate"] == 0 {
		t.Errorf("Диагностика counts no duplicates: %v", d.Office.Webhook)
	}
}

// liveCall is a call that goes on until a command ends it; real time, as the
// test acts in the middle of it.
func liveCall(t *testing.T, r *rig.Rig, steps ...vpbxtest.Step) (callID string, done <-chan error) {
	t.Helper()
	ended := make(chan error, 1)
	s := vpbxtest.Scenario{Name: "live", Steps: append([]vpbxtest.Step{{Do: vpbxtest.VerbInbound, From: client}}, steps...)}
	go func() {
		_, err := r.PBX.Play(t.Context(), s)
		ended <- err
	}()
	deadline := time.Now().Add(soon)
	for time.Now().Before(deadline) {
		var live []struct {
			CallID string `json:"call_id"`
			State  string `json:"state"`
			Caller rig.Party
			Callee rig.Party
		}
		if err := call(t, r.Object, "ПолучитьТекущиеЗвонки").JSON(&live); err != nil {
			t.Fatal(err)
		}
		if len(live) == 1 {
			if live[0].Caller.Number != client {
				t.Errorf("ПолучитьТекущиеЗвонки: %+v", live[0])
			}
			return live[0].CallID, ended
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("ПолучитьТекущиеЗвонки never showed the call")
	return "", nil
}

func TestHangupLiveCall(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{Speed: 1}, nil)
	id, done := liveCall(t, r, vpbxtest.Step{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 60})
	command := call(t, r.Object, "ЗавершитьЗвонок", id, "").Text()
	got := next(t, r, 1, is("CallSummary"))
	i := slices.IndexFunc(got, is("CommandResult"))
	if i < 0 || got[i].CommandID != command || got[i].Command != "Hangup" || got[i].Result != 1000 {
		t.Errorf("after ЗавершитьЗвонок %s: %+v", command, got)
	}
	if err := <-done; err != nil {
		t.Errorf("Play: %v", err)
	}
}

func TestRouteFromIVR(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{
		Speed: 1, Behaviour: vpbxtest.Behaviour{EmployeeAnswersAfter: 0.1, TalkFor: 600},
	}, map[string]any{"extension": ""})
	id, done := liveCall(t, r, vpbxtest.Step{Do: vpbxtest.VerbIVR, Sec: 60})
	command := call(t, r.Object, "НаправитьЗвонок", id, "102", "Клиент", "").Text()
	got := next(t, r, 1, is("CallAnswered")) // after the pop-up: of a call that is over it would not be told
	if err := r.PBX.Act(t.Context(), got[len(got)-1].EntryID, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client}); err != nil {
		t.Fatal(err)
	}
	got = append(got, next(t, r, 1, is("CallSummary"))...)
	i := slices.IndexFunc(got, is("CommandResult"))
	if i < 0 || got[i].CommandID != command || got[i].Command != "RouteCall" || got[i].Result != 1000 {
		t.Errorf("after НаправитьЗвонок: %+v", got)
	}
	j := slices.IndexFunc(got, is("IncomingCall"))
	if j < 0 || got[j].Callee.Extension != "102" {
		t.Errorf("IncomingCall at 102 is missing in %v", kinds(got))
	}
	if err := <-done; err != nil {
		t.Errorf("Play: %v", err)
	}
}

// Events carry the whole documented envelope whatever happens.
func TestEnvelopeIsWhole(t *testing.T) {
	t.Parallel()
	r := connected(t, stepped, nil)
	begin(t, r.PBX, answered(client))
	for i := range 4 {
		if i == 1 {
			step(t, r.PBX, untilOver)
		}
		e, err := r.Host.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fields, err := napihost.Fields([]byte(e.Data))
		if err != nil {
			t.Fatalf("%s: %v", e.Message, err)
		}
		names := map[string]json.RawMessage{}
		for _, f := range fields {
			if string(f.Value) == "null" {
				t.Errorf("%s: %s is null", e.Message, f.Name)
			}
			names[f.Name] = f.Value
		}
		for _, want := range []string{"v", "seq", "id", "event", "class", "time", "time_unix", "attempt", "replay", "entry_id",
			"call_id", "direction", "caller", "callee", "line_number", "group", "command_id", "truncated"} {
			if _, ok := names[want]; !ok {
				t.Errorf("%s: the key %s is missing", e.Message, want)
			}
		}
		if e.Source != rig.ClassName || !e.Foreign {
			t.Errorf("%s: source %q, foreign thread %v", e.Message, e.Source, e.Foreign)
		}
	}
}
