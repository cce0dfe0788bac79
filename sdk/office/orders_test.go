package office_test

import (
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// legs posts the legs of one call: a client on hold at 101, who consults 102.
func (s *site) legs(posts ...string) {
	s.t.Helper()
	for _, p := range posts {
		s.post("/events/call", p)
	}
}

const (
	ringsOwn   = `{"entry_id":"E","call_id":"L1","timestamp":1795338000,"seq":1,"call_state":"Appeared","location":"abonent","from":{"number":"79161234567"},"to":{"extension":"101","number":"sip:a@x"}}`
	talksOwn   = `{"entry_id":"E","call_id":"L1","timestamp":1795338005,"seq":2,"call_state":"Connected","location":"abonent","from":{"number":"79161234567"},"to":{"extension":"101","number":"sip:a@x"}}`
	holdsOwn   = `{"entry_id":"E","call_id":"L1","timestamp":1795338010,"seq":3,"call_state":"OnHold","location":"abonent","from":{"number":"79161234567"},"to":{"extension":"101","number":"sip:a@x"}}`
	consults   = `{"entry_id":"E","call_id":"L2","timestamp":1795338011,"seq":1,"call_state":"Appeared","location":"abonent","from":{"extension":"101","number":"sip:a@x","taken_from_call_id":"L1"},"to":{"extension":"102","number":"sip:b@x"}}`
	ringsOther = `{"entry_id":"F","call_id":"L3","timestamp":1795338000,"seq":1,"call_state":"Appeared","location":"abonent","from":{"number":"79031112233"},"to":{"extension":"102","number":"sip:b@x"}}`
)

func TestOrdersReachThePBX(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	s.legs(ringsOwn, talksOwn, ringsOther)
	s.until("two calls", func(v office.Snapshot) bool { return len(v.Calls) == 2 })
	// asked sends a command and finds all of want in what the API got.
	asked := func(method, args, path string, want ...string) {
		t.Helper()
		before := len(s.api.asked(path))
		id := s.command(method, args)
		got := s.asked(path, before+1)[before]
		for _, part := range append(want, `"command_id":"`+id+`"`) {
			if !strings.Contains(got, part) {
				t.Errorf("%s(%s): %s got %s, want %s in it", method, args, path, got, part)
			}
		}
		s.post("/result/"+strings.TrimPrefix(path, "commands/"), `{"command_id":"`+id+`","result":1000}`)
		for {
			d := next(t, s.inbox)
			if d.Event.Kind != engine.CommandResult {
				continue
			}
			if b := string(d.Event.Body); d.Event.CommandID != id || !strings.Contains(b, `"command":"`+method+`"`) || !strings.Contains(b, `"result":1000`) {
				t.Errorf("%s: CommandResult %s of %q, want 1000 of %q", method, b, d.Event.CommandID, id)
			}
			return
		}
	}
	asked("StartGroupCall", `{"from":"+7 916 123-45-67","to":"777","line_number":"8 (495) 123-45-67"}`, "commands/callback_group",
		`"from":"79161234567"`, `"to":"777"`, `"line_number":"74951234567"`)
	asked("PickupCall", `{"call_id":"L3"}`, "commands/route", `"call_id":"L3"`, `"to_number":"101"`)
	asked("TransferCall", `{"call_id":"L1","to":"102"}`, "commands/transfer", `"call_id":"L1"`, `"method":"blind"`, `"to_number":"102"`, `"initiator":"101"`)
	asked("StartRecording", `{"call_id":"L1"}`, "commands/recording/start", `"call_party_number":"101"`)
	asked("StartRecording", `{"call_id":"L1","party":"8 916 765-43-21"}`, "commands/recording/start", `"call_party_number":"79167654321"`)
	asked("PlayAudio", `{"call_id":"L1","file_id":7,"pause":3}`, "commands/play/start", `"internal_id":7`, `"after_play_time":3`)
	asked("SendSMS", `{"number":"8 916 123-45-67","text":"Ждём","sender":" Shop "}`, "commands/sms",
		`"from_extension":"101"`, `"to_number":"79161234567"`, `"text":"Ждём"`, `"sms_sender":"Shop"`)
	asked("HoldCall", `{"call_id":"L1"}`, "commands/call/hold/on", `"call_id":"L1"`, `"initiator":"101"`)

	s.legs(holdsOwn, consults)
	s.until("a consultation", func(v office.Snapshot) bool { return len(v.Calls) == 3 })
	for _, named := range []string{"L1", "L2"} {
		asked("ConnectCalls", `{"call_id":"`+named+`"}`, "commands/calls_connect",
			`"holded_call_id":"L1"`, `"transferred_call_id":"L2"`, `"transfer_initiator_number":"sip:a@x"`)
		asked("CancelTransfer", `{"call_id":"`+named+`"}`, "commands/transfer_cancel", `"call_id":"L1"`)
	}
}

func TestOrdersAreCheckedLocally(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.registered()
	nobody, _ := attach(t, s.o, office.Session{})
	s.legs(ringsOwn, talksOwn, ringsOther)
	s.until("two calls", func(v office.Snapshot) bool { return len(v.Calls) == 2 })
	before := len(s.api.asked(""))
	for _, c := range []struct {
		local        *office.Local
		method, args string
		code         text.Code
		field        string
	}{
		{s.local, "StartGroupCall", `{"from":"","to":"777","line_number":"1"}`, text.NumberEmpty, "from"},
		{s.local, "StartGroupCall", `{"from":"777","to":"?","line_number":"1"}`, text.NumberInvalid, "to"},
		{s.local, "StartGroupCall", `{"from":"777","to":"778","line_number":"1"}`, text.BadField, "to"},
		{s.local, "StartGroupCall", `{"from":"777","to":"79161234567"}`, text.MissingField, "line_number"},
		{s.local, "PickupCall", `{"call_id":""}`, text.MissingField, "call_id"},
		{s.local, "PickupCall", `{"call_id":"nobody"}`, text.CallUnknown, "call_id"},
		{nobody, "PickupCall", `{"call_id":"L3"}`, text.ExtensionMissing, "extension"},
		{s.local, "TransferCall", `{"call_id":"L1","to":""}`, text.NumberEmpty, "to"},
		{s.local, "TransferCall", `{"call_id":"","to":"102"}`, text.MissingField, "call_id"},
		{s.local, "TransferCall", `{"call_id":"nobody","to":"102"}`, text.CallUnknown, "call_id"},
		{s.local, "TransferCall", `{"call_id":"L3","to":"102"}`, text.NotOnCall, "call_id"},
		{nobody, "TransferCall", `{"call_id":"L1","to":"102"}`, text.ExtensionMissing, "extension"},
		{s.local, "ConnectCalls", `{"call_id":"L1"}`, text.NotOnHold, "call_id"},
		{s.local, "ConnectCalls", `{"call_id":"nobody"}`, text.CallUnknown, "call_id"},
		{s.local, "CancelTransfer", `{"call_id":"L1"}`, text.NotOnHold, "call_id"},
		{s.local, "HoldCall", `{"call_id":"L3"}`, text.NotOnCall, "call_id"},
		{s.local, "StartRecording", `{"call_id":"L1","party":"?"}`, text.NumberInvalid, "party"},
		{nobody, "StartRecording", `{"call_id":"L1"}`, text.ExtensionMissing, "extension"},
		{s.local, "PlayAudio", `{"call_id":"L1","file_id":0}`, text.MissingField, "internal_id"},
		{s.local, "PlayAudio", `{"call_id":"L1","file_id":-1}`, text.BadField, "internal_id"},
		{s.local, "SendSMS", `{"number":"102","text":"x"}`, text.NumberInvalid, "to_number"},
		{s.local, "SendSMS", `{"number":"+79161234567","text":""}`, text.MissingField, "text"},
		{s.local, "SendSMS", `{"number":"+79161234567","text":"` + strings.Repeat("ы", 269) + `"}`, text.BadField, "text"},
		{nobody, "SendSMS", `{"number":"+79161234567","text":"x"}`, text.ExtensionMissing, "extension"},
		{s.local, "SendSMS", `{"number":5}`, text.BadJSON, ""},
	} {
		_, err := c.local.Call(t.Context(), c.method, []byte(c.args))
		if e := text.From(err); err == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("%s(%s) = %v, want %s with field %q", c.method, c.args, err, c.code, c.field)
		}
	}
	// What is on hold already cannot be put there, nor taken off by a command.
	s.legs(holdsOwn)
	s.until("a hold", func(v office.Snapshot) bool { return v.Calls[0].State == "hold" || v.Calls[1].State == "hold" })
	for method, want := range map[string]text.Code{"HoldCall": text.NotSupportedByPBX, "ConnectCalls": text.NotOnHold} {
		if _, err := s.call(method, `{"call_id":"L1"}`); code(err) != want {
			t.Errorf("%s of a leg on hold = %v, want %s", method, err, want)
		}
	}
	if got := len(s.api.asked("")); got != before {
		t.Errorf("the API got %d more requests, want none: each wrong one counts against the quota", got-before)
	}
}

func TestSMSTwiceIsOneMessage(t *testing.T) {
	t.Parallel()
	s := open(t, standing, office.Session{Extension: "101"})
	const message = `{"number":"+79161234567","text":"x"}`
	first := s.command("SendSMS", message)
	if again := s.command("SendSMS", message); again != first {
		t.Errorf("the same SendSMS at once = %q, want the first id %q", again, first)
	}
	if other := s.command("SendSMS", `{"number":"+79161234567","text":"y"}`); other == first {
		t.Error("SendSMS of another text has the id of the first")
	}
}

// TestConsultationByCommands drives the emulated PBX: hold, consult, join.
func TestConsultationByCommands(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{
		Speed: 1, NoRateLimits: true, Behaviour: vpbxtest.Behaviour{EmployeeAnswersAfter: 0.1, TalkFor: 30},
	}, office.Session{Extension: "101"})
	played := make(chan error, 1)
	go func() {
		_, err := pbx.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 0).Answer().Talk(60).HangUp("caller"))
		played <- err
	}()
	talks := func(v office.Snapshot) bool { return len(v.Calls) == 1 && v.Calls[0].State == "talking" }
	leg := s.until("talking", talks).Calls[0].CallID
	result := func(id string) engine.CommandResultBody {
		t.Helper()
		for end := time.After(patience); ; {
			select {
			case d := <-s.inbox:
				if d.Event.Kind == engine.CommandResult && d.Event.CommandID == id {
					return decodeBody[engine.CommandResultBody](t, d)
				}
			case <-end:
				t.Fatalf("no CommandResult of %s", id)
			}
		}
	}
	want := func(method, args string) {
		t.Helper()
		if b := result(s.command(method, args)); b != (engine.CommandResultBody{Command: method, Result: 1000}) {
			t.Errorf("%s(%s): CommandResult %+v, want 1000", method, args, b)
		}
	}
	want("StartRecording", `{"call_id":"`+leg+`"}`)
	want("TransferCall", `{"call_id":"`+leg+`","to":"102","consult":true}`)
	s.until("a consultation", func(v office.Snapshot) bool { return len(v.Calls) == 2 && v.Calls[1].State == "talking" })
	want("CancelTransfer", `{"call_id":"`+leg+`"}`)
	s.until("the client back", talks)
	want("HoldCall", `{"call_id":"`+leg+`"}`)
	s.until("the client on hold", func(v office.Snapshot) bool { return v.Calls[0].State == "hold" })
	want("CancelTransfer", `{"call_id":"`+leg+`"}`)
	s.until("the client back again", talks)
	want("TransferCall", `{"call_id":"`+leg+`","to":"102","consult":true}`)
	s.until("a second consultation", func(v office.Snapshot) bool { return len(v.Calls) == 2 && v.Calls[1].State == "talking" })
	want("ConnectCalls", `{"call_id":"`+leg+`"}`)
	v := s.until("101 has left", func(v office.Snapshot) bool { return len(v.Calls) == 1 && v.Calls[0].Callee.Extension == "102" })
	want("Hangup", `{"call_id":"`+v.Calls[0].CallID+`"}`)
	if err := <-played; err != nil {
		t.Errorf("Play() = %v", err)
	}
}
