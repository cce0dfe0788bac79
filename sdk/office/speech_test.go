package office_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// card is GetCall.
func card(t *testing.T, l *office.Local, entryID string) (c history.Card) {
	t.Helper()
	raw, err := l.Call(t.Context(), "GetCall", json.RawMessage(fmt.Sprintf(`{"entry_id":%q}`, entryID)))
	if err != nil {
		t.Fatalf("GetCall(%s) = %v", entryID, err)
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatalf("GetCall(%s) answers %s: %v", entryID, raw, err)
	}
	return c
}

// speechRequests counts what speech analytics were asked.
func speechRequests(pbx *vpbxtest.PBX) (n int) {
	for _, r := range pbx.Requests() {
		if strings.Contains(r.Path, "recording_categories") || strings.Contains(r.Path, "recording_transcripts") || strings.Contains(r.Path, "recording_summary") {
			n++
		}
	}
	return n
}

// spoke waits for the word that the card gained what speech analytics said.
func (s *site) spoke() {
	s.t.Helper()
	for {
		d := next(s.t, s.inbox)
		if d.Event.Kind == engine.CallChanged && decodeBody[engine.CallChangedBody](s.t, d).What == "speech" {
			if d.Event.Class != engine.Screen {
				s.t.Errorf("CallChanged of speech = %+v, want the class screen", d.Event)
			}
			return
		}
	}
}

// The card asks for topics, words and summary once; who watches it is told, and
// the call keeps them.
func TestSpeechInTheCard(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{Speed: 100, Style: vpbxtest.Style{Recording: true}}, office.Session{Extension: "101"})
	id := recorded(t, s, pbx)
	entry, _ := recording.EntryOf(id)
	s.must("WatchCall", `{"entry_id":"`+entry+`","on":true}`)
	if c := card(t, s.local, entry); c.SpeechState.State != history.Asked || c.Speech != nil {
		t.Errorf("GetCall first = %+v, %s; want asked", c.SpeechState, c.Speech)
	}
	s.spoke()
	c := card(t, s.local, entry)
	said, ok := c.SpeechOf()
	if c.SpeechState.State != history.Ready || !ok {
		t.Fatalf("GetCall then = %+v, %s; want ready", c.SpeechState, c.Speech)
	}
	for part, has := range map[string]struct {
		raw  json.RawMessage
		want []string
	}{
		"topics":     {said.Topics, []string{`[{`, `"recording_id":"` + id + `"`, `"name":"Приветствие"`, `"value":"Добрый день"`}},
		"transcript": {said.Transcript, []string{`[{`, `"recording_id":"` + id + `"`, `"client":"Клиент"`, `["operator","Добрый день`}},
		"summary":    {said.Summary, []string{`[{`, `"communication_id":"` + entry + `"`, `Разговор сотрудника`}},
	} {
		for _, want := range has.want {
			if !strings.Contains(string(has.raw), want) {
				t.Errorf("%s = %s, want %s in it", part, has.raw, want)
			}
		}
	}
	if n := speechRequests(pbx); n != 3 {
		t.Errorf("the PBX was asked %d times, want 3: the call keeps what was said", n)
	}
	s.post("/events/record/tagged", fmt.Sprintf(`{"entry_id":%q,"product_id":1,"user_id":1,"timestamp":%d,"recording_id":%q}`, entry, time.Now().Unix(), id))
	s.spoke() // what the card shows may be old
	if c := card(t, s.local, entry); c.SpeechState.State != history.Ready {
		t.Errorf("GetCall after record/tagged = %+v, want what is there", c.SpeechState)
	}
	s.spoke()
	if n := speechRequests(pbx); n != 6 {
		t.Errorf("the PBX was asked %d times after record/tagged, want 6", n)
	}
	other, _ := s.as(office.Session{Extension: "102"})
	if _, err := other.Call(t.Context(), "GetCall", json.RawMessage(`{"entry_id":"`+entry+`"}`)); code(err) != text.Forbidden {
		t.Errorf("GetCall by another = %v, want forbidden", err)
	}
}

// A company without the service is asked once: the answer counts as a wrong
// request.
func TestSpeechIsOff(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{Speed: 100, Style: vpbxtest.Style{Recording: true, NoSpeech: true}}, office.Session{Extension: "101"})
	for range 2 {
		entry, _ := recording.EntryOf(recorded(t, s, pbx))
		var c history.Card
		linktest.Until(t, "it is known that the service is off", func() bool {
			c = card(t, s.local, entry)
			return c.SpeechState.State == history.Absent
		})
		if c.SpeechState.Code != text.SpeechOff || c.Speech != nil {
			t.Errorf("GetCall = %+v, %s; want speech_off", c.SpeechState, c.Speech)
		}
	}
	if n := speechRequests(pbx); n != 1 {
		t.Errorf("the PBX was asked %d times, want once", n)
	}
}

// A call that was not recorded has nothing to be analysed.
func TestSpeechOfNoRecording(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	s.talk("E1", "L1")
	summary(t, s.inbox)
	if c := card(t, s.local, "E1"); c.SpeechState.State != history.Absent || c.SpeechState.Code != text.RecordingPreparing {
		t.Errorf("GetCall = %+v, want absent, recording_preparing", c.SpeechState)
	}
}
