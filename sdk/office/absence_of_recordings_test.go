package office_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbxtest"
)

// R60: a recording that the PBX deleted is asked for once; then download, link
// and card say that it is gone.
func TestRecordingThatIsGone(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{Speed: 100}, office.Session{Extension: "101"})
	entry := base64.StdEncoding.EncodeToString([]byte("5009411022"))
	id := base64.StdEncoding.EncodeToString([]byte("1:10006085:5009411022:1"))
	at := time.Now().Add(-time.Hour).Unix()
	s.post("/events/summary", fmt.Sprintf(`{"entry_id":%q,"call_direction":1,"from":{"number":"79161234567"},"to":{"extension":"101"},`+
		`"line_number":"74951234567","create_time":%d,"talk_time":%d,"end_time":%d,"entry_result":1,"disconnect_reason":1110}`, entry, at, at+10, at+20))
	s.post("/events/record/added", fmt.Sprintf(`{"entry_id":%q,"product_id":1,"user_id":1,"timestamp":%d,"recording_id":%q}`, entry, at+30, id))
	linktest.Until(t, "the recording is known", func() bool {
		c, err := stored(t, s.local, entry)
		return err == nil && len(c.Recordings) == 1 && c.Status != ""
	})
	for range 2 {
		s.must("DownloadRecording", `{"recording_id":"`+id+`"}`)
		for {
			d := next(t, s.inbox)
			if d.Event.Kind != engine.OperationResult {
				continue
			}
			if b := decodeBody[engine.OperationResultBody](t, d); b.Code != string(text.RecordingGone) {
				t.Errorf("OperationResult of DownloadRecording = %+v, want recording_gone", b)
			}
			break
		}
	}
	if n := askedFor(pbx, id); n != 1 {
		t.Errorf("the PBX was asked %d times, want once", n)
	}
	if _, err := s.local.Call(t.Context(), "RecordingLink", json.RawMessage(`{"recording_id":"`+id+`"}`)); code(err) != text.RecordingGone {
		t.Errorf("RecordingLink() = %v, want recording_gone", err)
	}
	if url, err := s.o.RecordingLink(id, vpbx.RecordingPlay, time.Minute); code(err) != text.RecordingGone {
		t.Errorf("RecordingLink() of the office = %q, %v, want recording_gone: a page must not lead there", url, err)
	}
	if c := card(t, s.local, entry); c.RecordingState.State != history.Absent || c.RecordingState.Code != text.RecordingGone {
		t.Errorf("GetCall = %+v, want absent, recording_gone", c.RecordingState)
	}
	other, _ := s.as(office.Session{Extension: "102"})
	if _, err := other.Call(t.Context(), "DownloadRecording", json.RawMessage(`{"recording_id":"`+id+`"}`)); code(err) != text.Forbidden {
		t.Errorf("DownloadRecording by another = %v, want forbidden", err)
	}
}

// R60: what the PBX says of a recording that it did not keep stands in the card.
func TestRecordingThatWasNotKept(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		completion string
		want       text.Code
	}{
		"too short":   {`"completion_code":4002`, text.RecordingTooShort},
		"no service":  {`"completion_code":2230`, text.RecordingService},
		"mailed only": {`"completion_code":1000,"recipient":"Mail"`, text.RecordingMailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, nil, office.Session{Extension: "101"})
			s.talk("E1", "L1")
			s.post("/events/recording", fmt.Sprintf(`{"recording_id":"R1","recording_state":"Completed","seq":2,"entry_id":"E1","call_id":"L1","extension":"101","timestamp":%d,%s}`, time.Now().Unix(), row.completion))
			summary(t, s.inbox)
			linktest.Until(t, "the card says why there is no recording", func() bool {
				c := card(t, s.local, "E1")
				return c.RecordingState.State == history.Absent && c.RecordingState.Code == row.want
			})
			if c := card(t, s.local, "E1"); c.Status == "" || len(c.Recordings) != 0 || c.SpeechState.Code != row.want && c.SpeechState.Code != text.NotConnected {
				t.Errorf("GetCall = %+v, %+v; want the call, no recording and the same reason for speech", c.Call, c.SpeechState)
			}
		})
	}
}
