package office_test

import (
	"net/http"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
)

// TestOtherNotificationsBecomeEvents: what is not about calls reaches one
// writer as a record, whole, known or not, and once.
func TestOtherNotificationsBecomeEvents(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	for _, n := range []struct {
		path, json string
		kind       engine.Kind
		body       engine.NoticeBody
	}{
		{"/events/ab/contact/", `{"action":"deleted","data":[4385]}`, engine.AddressBook, engine.NoticeBody{Kind: "ab/contacts", Data: []byte(`{"action":"deleted","data":[4385]}`)}},
		{"/events/cc/task/update", `{"task_id":45001}`, engine.Task, engine.NoticeBody{Kind: "task/changed", Data: []byte(`{"task_id":45001}`)}},
		{"/events/user/status_changed", `{"status":2}`, engine.AgentStatus, engine.NoticeBody{Kind: "user/status_changed", Data: []byte(`{"status":2}`)}},
		{"/events/record/tagged", `{"recording_id":"r"}`, engine.SpeechAnalytics, engine.NoticeBody{Kind: "record/tagged", Data: []byte(`{"recording_id":"r"}`)}},
		{"/events/md%23rateQuality", `{"data":{"type":"rateQuality","rule":{"id":1}}}`, engine.VpbxEvent, engine.NoticeBody{Kind: "md/rateQuality", Data: []byte(`{"data":{"rule":{"id":1},"type":"rateQuality"}}`)}},
		{"/events/robots/spoke", `{"a":1}`, engine.VpbxEvent, engine.NoticeBody{Kind: "robots/spoke", Data: []byte(`{"a":1}`)}},
		{"/events/sms", `{"command_id":1sj}`, engine.VpbxEvent, engine.NoticeBody{Kind: "sms", Data: []byte(`{}`), Raw: `{"command_id":1sj}`}},
	} {
		for range 2 {
			if got := s.post(n.path, n.json); got != http.StatusOK {
				t.Errorf("POST %s = %d, want 200", n.path, got)
			}
		}
		d, got := want[engine.NoticeBody](t, s.inbox, n.kind)
		if got.Kind != n.body.Kind || string(got.Data) != string(n.body.Data) || got.Raw != n.body.Raw || d.Ref.Seq == 0 {
			t.Errorf("%s of %s = %s %s %q, want %s %s %q", n.kind, n.path, got.Kind, got.Data, got.Raw, n.body.Kind, n.body.Data, n.body.Raw)
		}
		if err := s.local.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Errorf("Settle(%s) = %v", n.kind, err)
		}
	}
	s.post("/events/record/added", `{"entry_id":"e","user_id":1,"timestamp":1795338095,"recording_id":"r"}`)
	if d, got := want[engine.RecordingRef](t, s.inbox, engine.RecordingReady); got.Extension != "101" || d.Event.EntryID != "e" {
		t.Errorf("RecordingReady = %+v, want 101, who has that user_id", got)
	}
	s.post("/events/sms", `{"command_id":"sms1","timestamp":1795338012,"reason":4391}`)
	if d, got := want[engine.SmsResultBody](t, s.inbox, engine.SmsResult); got.Result != 4391 || d.Event.CommandID != "sms1" {
		t.Errorf("SmsResult = %+v of %s, want 4391 of sms1", got, d.Event.CommandID)
	}
	none(t, s.inbox, 50*time.Millisecond)
}

// TestDtmfGoesToTheFirst while the call is with nobody, then to whom it rings.
func TestDtmfGoesToTheFirst(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	_, twelve := attach(t, s.o, office.Session{Extension: "12"})
	_, all := attach(t, s.o, office.Session{})
	lines := trace(t, "printed-dtmf")
	for _, i := range []int{0, 1} {
		s.post(lines[i].Path, string(lines[i].JSON))
	}
	if _, got := want[engine.DtmfBody](t, s.inbox, engine.Dtmf); got.Dtmf != "1" || got.Location != "ivr" {
		t.Errorf("Dtmf of the first session = %+v, want 1 at ivr", got)
	}
	want[engine.DtmfBody](t, all, engine.Dtmf)
	none(t, twelve, 50*time.Millisecond)
	for _, i := range []int{4, 2} {
		s.post(lines[i].Path, string(lines[i].JSON))
	}
	want[struct{}](t, twelve, engine.IncomingCall)
	if _, got := want[engine.DtmfBody](t, twelve, engine.Dtmf); got.Dtmf != "123456789" {
		t.Errorf("Dtmf of 12 = %+v, want 123456789", got)
	}
	none(t, s.inbox, 50*time.Millisecond)
}
