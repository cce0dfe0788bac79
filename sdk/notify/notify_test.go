package notify_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/notify"
)

// sample is one file of testdata/notifications.
type sample struct{ Note, Path, JSON, Kind, Err, Key string }

func samples(t testing.TB) map[string]sample {
	t.Helper()
	files, err := filepath.Glob("../../testdata/notifications/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("testdata/notifications: %d files, %v", len(files), err)
	}
	all := make(map[string]sample)
	for _, file := range files {
		var s sample
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = s
	}
	return all
}

// step is one line of testdata/traces.
type step struct {
	At   int
	Path string
	JSON json.RawMessage
}

func traces(t testing.TB) map[string][]step {
	t.Helper()
	files, err := filepath.Glob("../../testdata/traces/*.jsonl")
	if err != nil || len(files) < 15 {
		t.Fatalf("testdata/traces: %d files, %v", len(files), err)
	}
	all := make(map[string][]step)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var steps []step
		for line := range bytes.Lines(raw) {
			var s step
			if err := json.Unmarshal(line, &s); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			steps = append(steps, s)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".jsonl")] = steps
	}
	return all
}

func kindOf(n notify.Notification) string { return strings.TrimPrefix(fmt.Sprintf("%T", n), "notify.") }

func TestSamples(t *testing.T) {
	t.Parallel()
	sentinels := map[string]error{"": nil, "broken": notify.ErrBroken, "incomplete": notify.ErrIncomplete}
	for name, s := range samples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			it := notify.Decode(s.Path, []byte(s.JSON))
			if got := kindOf(it.Notification); got != s.Kind {
				t.Errorf("Decode(%s) is a %s, want %s", s.Path, got, s.Kind)
			}
			if want := sentinels[s.Err]; !errors.Is(it.Err, want) || (want == nil) != (it.Err == nil) {
				t.Errorf("Decode(%s).Err = %v, want %v", s.Path, it.Err, want)
			}
			if s.Key != "" && it.Key != s.Key {
				t.Errorf("Decode(%s).Key = %s, want %s", s.Path, it.Key, s.Key)
			}
			if string(it.Raw) != s.JSON {
				t.Errorf("Decode(%s).Raw changed: %s", s.Path, it.Raw)
			}
		})
	}
}

func at(sec int64) time.Time { return time.Unix(sec, 0).UTC() }

func TestDecodedValues(t *testing.T) {
	t.Parallel()
	all := samples(t)
	for name, want := range map[string]notify.Notification{
		"call-texts-for-numbers": notify.Call{
			EntryID: "e", CallID: "c", Time: at(1399906976), Seq: 1, State: notify.Disconnected, Location: notify.AtAbonent,
			From: notify.Party{Extension: "1234"}, To: notify.Party{Number: "12345678"}, DisconnectReason: 1120, TaskID: "17",
		},
		"call-numbers-for-texts": notify.Call{
			EntryID: "16173966491", CallID: "42", Time: at(1399906976), Seq: 1, State: notify.Appeared,
			From: notify.Party{Extension: "511", Number: "79161234567"},
			To:   notify.Party{Extension: "102", ACDGroup: "303"}, TaskID: "11227830",
		},
		"call-nulls":                    notify.Call{EntryID: "e", CallID: "c", Seq: 3, State: notify.Connected},
		"call-php-arrays":               notify.Call{EntryID: "e", CallID: "c", Seq: 1, Time: at(1), State: notify.Appeared},
		"call-callback-initiator-cc":    notify.Call{EntryID: "e", CallID: "c", Seq: 1, Time: at(1), State: notify.Appeared, CallbackInitiator: notify.ByContactCentre},
		"call-callback-initiator-group": notify.Call{EntryID: "e", CallID: "c", Seq: 1, Time: at(1), State: notify.Appeared, TaskID: "5", CallbackInitiator: notify.ByMissedGroup},
		"call-v2-transfer": notify.Call{
			EntryID: "e", CallID: "c", Seq: 4, Time: at(1), State: notify.Disconnected, Location: notify.AtAbonent,
			From: notify.Party{Number: "1", WasTransferred: true}, To: notify.Party{Extension: "2", HoldInitiator: true},
			Transfer: notify.ReturnBlind, SIPCallID: "a@b", DisconnectReason: 1120,
		},
		"call-unknown-fields": notify.Call{EntryID: "e", CallID: "c", Seq: 1, Time: at(1), State: "Parked", Location: "moon"},
		"call-huge-numbers":   notify.Call{EntryID: "e", CallID: "c", State: notify.Disconnected},
		"call-disconnected-group": notify.Call{
			EntryID: "1MN0Q1MDOQ==", CallID: "MIxEyNTzTo6NDxkzNMMOzNQ==", Time: at(1558422128), Seq: 2,
			State: notify.Disconnected, Location: notify.AtAbonent,
			From: notify.Party{Number: "79001234567", TakenFromCallID: "oMNTMyzTzNTo6NxNkDIxOxM3EMNTj"},
			To: notify.Party{Extension: "29", Number: "sip:user00000@tech.mangosip.ru",
				LineNumber: "sip:line00000@tech.mangosip.ru", ACDGroup: "303"},
			DisconnectReason: 1131, DCT: notify.DCT{Number: "74001234567", Type: 1},
		},
		"summary-live": notify.Summary{
			EntryID: "MTYxNzM5NjY0OTE=", Direction: notify.Incoming, From: notify.Party{Number: "79001112233"},
			To: notify.Party{Extension: "222", Number: "79004445566"}, LineNumber: "sip:line-0001@vpbx400000000.mangosip.ru",
			Created: at(1670060527), Forwarded: at(1670060527), Answered: at(1670060542), Ended: at(1670060661),
			EntryResult: 1, DisconnectReason: 1110,
		},
		"summary-ended-in-ivr": notify.Summary{
			EntryID: "232wc3e3w3s222", Direction: notify.Incoming, From: notify.Party{Number: "79000000000"}, LineNumber: "7800123456789",
			Created: at(1399906976), Forwarded: at(1399906978), Ended: at(1399906990), EntryResult: 1, DisconnectReason: 1170,
		},
		"summary-texts": notify.Summary{
			EntryID: "e", Direction: notify.Internal, From: notify.Party{Extension: "101"}, To: notify.Party{Extension: "102"},
			Created: at(1399906976), Answered: at(1399906980), Ended: at(1399906990), EntryResult: 1, DisconnectReason: 1110,
		},
		"result-callback-text": notify.Result{Command: notify.CommandCallback, CommandID: "cmd.2.vpbx.12345.external.system.com.net", Result: 1000},
		"result-hangup":        notify.Result{Command: notify.CommandHangup, CommandID: "cmd.654", Result: 4101},
		"result-route-slash":   notify.Result{Command: notify.CommandRoute, CommandID: "cid1488272666", Result: 1000},
		"result-without-id":    notify.Result{Command: "transfer", Result: 3100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ok := all[name]
			if !ok {
				t.Fatal("no such sample")
			}
			if diff := cmp.Diff(want, notify.Decode(s.Path, []byte(s.JSON)).Notification); diff != "" {
				t.Errorf("Decode(%s, %s) (-want +got):\n%s", s.Path, s.JSON, diff)
			}
		})
	}
}

// Every line of a trace is read whole, and no two lines share a key: repeated
// Appeared and Connected of one leg are different notifications.
func TestTraces(t *testing.T) {
	t.Parallel()
	for name, steps := range traces(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := make(map[string]int)
			for i, s := range steps {
				it := notify.Decode(s.Path, s.JSON)
				if it.Err != nil {
					t.Errorf("line %d: Decode(%s).Err = %v", i+1, s.Path, it.Err)
				}
				if other, dup := keys[it.Key]; dup {
					t.Errorf("lines %d and %d share the key %s", other, i+1, it.Key)
				}
				keys[it.Key] = i + 1
				if c, ok := it.Notification.(notify.Call); ok && (c.Seq < 1 || c.Time.IsZero() || c.EntryID == "") {
					t.Errorf("line %d: call not read whole: %+v", i+1, c)
				}
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ path, base, want string }{
		{"/events/call", "", "/events/call"},
		{"/events/call/", "", "/events/call"},
		{"//events//call", "/", "/events/call"},
		{"/vpbx/events/call", "", "/events/call"},
		{"/vpbx/api/v1/events/call", "", "/events/call"},
		{"/mango-api/events/call", "/mango-api/", "/events/call"},
		{"/mango-api/vpbx/result/route", "mango-api", "/result/route"},
		{"/events/call", "/mango-api", "/events/call"},
		{"/mango-apix/events/call", "/mango-api", "/mango-apix/events/call"},
		{"/vpbxfoo/ping", "", "/vpbxfoo/ping"},
		{"/vpbx", "", "/"}, {"", "", "/"}, {"/", "/x", "/"},
		{"/vpbx/events/call", "/vpbx", "/events/call"},
		{"/events/call\n/x", "", "/events/call/x"},
		{"/vpbx/vpbx/result/route", "", "/result/route"},
		{"/vpbx/vpbx/api/v1/events/call", "", "/events/call"},
		{"/vpbx/api/v1/vpbx/events/call", "", "/events/call"},
		{"/vpbx/api/v1/vpbx", "", "/"},
	} {
		got := notify.Canonical(row.path, row.base)
		if got != row.want {
			t.Errorf("Canonical(%q, %q) = %q, want %q", row.path, row.base, got, row.want)
		}
		if again := notify.Canonical(got, ""); again != got {
			t.Errorf("Canonical(%q, %q) = %q, and of that %q", row.path, row.base, got, again)
		}
	}
}

func TestRecognised(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/events/call": true, "/events/later/kind": true, "/result/x_y": true, "/ping": true,
		"/": false, "/events": false, "/events/": false, "/admin": false, "/ping/x": false,
		"/events/call|x": false, "/events/ca ll": false, "/result/../x": true, // a name, never a file
	} {
		if got := notify.Recognised(path); got != want {
			t.Errorf("Recognised(%q) = %v, want %v", path, got, want)
		}
	}
}

func TestEncodeRestores(t *testing.T) {
	t.Parallel()
	for name, s := range samples(t) {
		it := notify.Decode(s.Path, []byte(s.JSON))
		again := notify.Restore(it.Encode())
		errorText := cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
		if diff := cmp.Diff(it, again, errorText); diff != "" {
			t.Errorf("%s: Restore(Encode()) (-want +got):\n%s", name, diff)
		}
	}
}

// Keys of different calls differ whatever the ids are made of, and the way
// numbers are written makes no difference.
func TestKeysProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[A-Za-z0-9|:=]{1,12}`)
		a, b := id.Draw(t, "a"), id.Draw(t, "b")
		m, n := rapid.IntRange(0, 30).Draw(t, "m"), rapid.IntRange(0, 30).Draw(t, "n")
		call := func(id string, seq int, format string) string {
			return notify.Decode(notify.PathCall, fmt.Appendf(nil, format, id, seq)).Key
		}
		const asNumber, asText = `{"call_id":%q,"seq":%d,"call_state":"Appeared"}`, `{"seq_":0,"call_id":%q,"seq":"%d","call_state":"Appeared"}`
		if (call(a, m, asNumber) == call(b, n, asNumber)) != (a == b && m == n) {
			t.Fatalf("keys of (%s, %d) and (%s, %d) are wrong", a, m, b, n)
		}
		if call(a, m, asNumber) != call(a, m, asText) {
			t.Fatalf("the key of (%s, %d) depends on how seq is written", a, m)
		}
	})
}

func TestLongIDsAreHashed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<16)
	for path, raw := range map[string]string{
		notify.PathCall:    `{"call_id":"` + long + `","seq":1,"call_state":"Appeared"}`,
		notify.PathSummary: `{"entry_id":"` + long + `"}`,
		"/result/callback": `{"command_id":"` + long + `","result":1000}`,
	} {
		if it := notify.Decode(path, []byte(raw)); it.Err != nil || len(it.Key) > 256 {
			t.Errorf("Decode(%s) with an id of 64 KiB: key of %d bytes, %v", path, len(it.Key), it.Err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.Path, []byte(s.JSON))
	}
	for _, steps := range traces(f) {
		for _, s := range steps {
			f.Add(s.Path, []byte(s.JSON))
		}
	}
	f.Fuzz(func(t *testing.T, path string, raw []byte) {
		before := bytes.Clone(raw)
		it := notify.Decode(path, raw)
		if it.Notification == nil || it.Key == "" || !strings.HasPrefix(it.Path, "/") {
			t.Fatalf("Decode(%q, %q) = %+v", path, raw, it)
		}
		if !bytes.Equal(it.Raw, before) {
			t.Fatalf("Decode(%q, %q) changed the raw text", path, before)
		}
		if _, unknown := it.Notification.(notify.Unknown); it.Err != nil && !unknown {
			t.Fatalf("Decode(%q, %q): %T with %v", path, raw, it.Notification, it.Err)
		}
		if again := notify.Restore(it.Encode()); again.Key != it.Key || kindOf(again.Notification) != kindOf(it.Notification) {
			t.Fatalf("Restore(Encode()) of %q, %q: %+v, then %+v", path, raw, it, again)
		}
	})
}
