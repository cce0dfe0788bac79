package history

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mangoofficesdk/sdk/call"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
)

// typical is a call of a client who went through a menu and a group of three.
func typical(n int) Call {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
	client := engine.Party{Number: fmt.Sprint(79160000000 + int64(n))}
	worker := func(i int) engine.Party {
		return engine.Party{Extension: fmt.Sprint(101 + i), Number: fmt.Sprintf("sip:user%d@company.mangosip.ru", i), Name: "Иванова Анна"}
	}
	c := Call{
		EntryID: fmt.Sprintf("NTAwODcx%08d==", n), Direction: engine.In, Caller: client, Callee: worker(1), Line: "74957777777", Group: "700",
		CallSummaryBody: engine.CallSummaryBody{
			Started: at, TalkStarted: at.Add(20 * time.Second), Ended: at.Add(95 * time.Second), TotalSec: 95, TalkSec: 75,
			Status: engine.AcceptedOK, Author: engine.Author{UserID: "6f9619ff-8b86-d011-b42d-00cf4fc964ff", Extension: "102", Name: "Иванова Анна"},
			Participant: worker(1), Initiator: client, Reason: 1110, Save: true, Writer: true, Assignee: "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
			CreateClient: engine.CreateClient{Advise: true, Type: "partner"}, Calltracking: []engine.Track{},
			Recordings: []engine.RecordingRef{{RecordingID: fmt.Sprintf("MToxMDA1NzU5Mzo4NzIz%08d==", n), Extension: "102"}},
		},
		Changed: at.Add(time.Hour),
	}
	for i := range 4 {
		l := engine.Leg{
			CallID: fmt.Sprintf("MToxMDA1NzU5Mzo0ODoxMjM0NTY3%08d-%d==", n, i), Caller: client, Callee: worker(i),
			Started: at.Add(time.Duration(5*i) * time.Second), Ended: at.Add(95 * time.Second), Status: engine.Missed, Recordings: []engine.RecordingRef{},
		}
		if i == 1 {
			l.TalkStarted, l.Status, l.Recordings = c.TalkStarted, engine.AcceptedOK, c.Recordings
		}
		c.Legs = append(c.Legs, l)
	}
	return c
}

func TestRowReadsBack(t *testing.T) {
	t.Parallel()
	full := typical(1)
	full.CommandID, full.CallID, full.Incomplete, full.Recovered = "cmd", "leg", true, true
	full.Annotation = &engine.Annotation{SubscriberName: "a", SubscriberRef: "b", Subject: "c", Description: "d", AuthorName: "a"}
	full.Speech, full.Unrecorded = json.RawMessage(`[1]`), MailedOnly
	full.Legs[2].Parent, full.Legs[2].Role, full.Legs[3].Role = full.Legs[1].CallID, call.Aside, call.Served
	for _, k := range engine.TrackKeys() {
		full.Calltracking = append(full.Calltracking, engine.Track{Key: k, Value: "v" + k})
	}
	early := Call{CallID: "L", CallSummaryBody: engine.CallSummaryBody{Ended: time.Unix(-5, 0).UTC(), TalkSec: -1, Reason: -7}}
	early.Calltracking, early.Recordings, early.Legs = []engine.Track{}, []engine.RecordingRef{}, []engine.Leg{}
	for name, c := range map[string]Call{"typical": typical(7), "full": full, "sparse": early} {
		got, err := unpack(c.ID(), pack(&c))
		if diff := cmp.Diff(c, got); err != nil || diff != "" {
			t.Errorf("%s: unpack(pack()) = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// A row of the store of before, with the name of the leg it was taken from and
// its role unknown.
func TestRowOfTheFirstVersion(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/row-v1.hex")
	if err != nil {
		t.Fatal(err)
	}
	row, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || row[0] != rowFirst {
		t.Fatalf("the stored row begins with %d, %v; want %d", row[0], err, rowFirst)
	}
	want := typical(1)
	got, err := unpack(want.ID(), row)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("unpack(a row of version 1) = %v (-want +got):\n%s", err, diff)
	}
	row[0] = rowVersion + 1
	if _, err := unpack(want.ID(), row); err == nil {
		t.Error("a row of a version to come was read")
	}
}

// A million typical calls must stay sensible: 600 MB of rows are not.
func TestRowSize(t *testing.T) {
	t.Parallel()
	c := typical(123456)
	raw, _ := json.Marshal(c) // cannot fail
	if row := pack(&c); len(row) > 560 {
		t.Errorf("a typical row has %d bytes (JSON: %d), want 560 at most", len(row), len(raw))
	} else {
		t.Logf("row %d bytes, JSON %d", len(row), len(raw))
	}
}

func FuzzRow(f *testing.F) {
	for _, c := range []Call{typical(1), {CallID: "L"}} {
		f.Add(c.ID(), true, pack(&c)[rowHead:])
	}
	f.Fuzz(func(t *testing.T, id string, now bool, body []byte) {
		row := append([]byte{rowFirst, 0, 0, 0, 0}, body...)
		if now {
			row[0] = rowVersion
		}
		if _, err := unpack(id, row); err == nil && rowSum(id, body) != 0 {
			t.Fatal("a row with a wrong sum was taken")
		}
		sum := rowSum(id, body)
		row[1], row[2], row[3], row[4] = byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum)
		c, err := unpack(id, row)
		if err != nil {
			return
		}
		again, err := unpack(id, pack(&c))
		if diff := cmp.Diff(c, again); err != nil || diff != "" {
			t.Errorf("a row that was read does not read back: %v\n%s", err, diff)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	c := typical(1)
	for b.Loop() {
		pack(&c)
	}
}

func BenchmarkUnpack(b *testing.B) {
	c := typical(1)
	row := pack(&c)
	for b.Loop() {
		if _, err := unpack(c.ID(), row); err != nil {
			b.Fatal(err)
		}
	}
}
