package office

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"
)

func TestVisitorsAreBounded(t *testing.T) {
	t.Parallel()
	var v visitors
	now := time.Unix(1_700_000_000, 0)
	for i := range maxVisitors + 10 {
		v.put(strconv.Itoa(i), json.RawMessage("1"), now.Add(time.Duration(i)))
	}
	v.put("20", json.RawMessage("2"), now.Add(time.Minute)) // known: nobody has to go
	if len(v.known) != maxVisitors {
		t.Errorf("%d visitors are kept, want %d", len(v.known), maxVisitors)
	}
	for key, want := range map[string]bool{"9": false, "10": true, "265": true} {
		if _, ok := v.get(key, now.Add(time.Minute)); ok != want {
			t.Errorf("get(%s) = %v, want %v: the oldest go first", key, ok, want)
		}
	}
	later := now.Add(visitorsLife + 30*time.Second)
	if _, ok := v.get("265", later); ok {
		t.Error("get after the time of a visit = true, want false")
	}
	if raw, ok := v.get("20", later); !ok || string(raw) != "2" {
		t.Errorf("get(20) = %s, %v, want the renewed answer", raw, ok)
	}
}

// FuzzWithMember: an object gets the member in front of its own, unchanged;
// what is none stays.
func FuzzWithMember(f *testing.F) {
	for _, s := range []string{"", "null", "{}", " { } ", `{"a":1}`, `{"a":{"b":[1]},"c":"}"}`, "[]", "5", "{", "{,}", `{"a":1}x`} {
		f.Add(s, "id\"1")
	}
	f.Fuzz(func(t *testing.T, object, value string) {
		got := withMember(json.RawMessage(object), "command_id", value)
		var before, after map[string]json.RawMessage
		if json.Unmarshal([]byte(object), &before) != nil {
			return
		}
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("withMember(%s) = %s: %v", object, got, err)
		}
		if _, there := before["command_id"]; !there && len(after) != len(before)+1 || after["command_id"] == nil {
			t.Fatalf("withMember(%s) = %s, want one member more", object, got)
		}
		for name, raw := range before {
			if name != "command_id" && string(after[name]) != string(raw) {
				t.Fatalf("withMember(%s) = %s: %q changed", object, got, name)
			}
		}
	})
}

// FuzzTrackedData feeds answers of call tracking: what is taken from one is
// JSON that says something.
func FuzzTrackedData(f *testing.F) {
	for _, s := range []string{`{"data":{"uid":"1"}}`, `{"uid":"1"}`, `[{"url":"x"}]`, `{"data":[]}`, `{"data":null}`, "{}", "[]", `{"result":1000}`, "5", "", `{"data":5}`, "null"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		data, ok := trackedData(answer)
		if ok && (!json.Valid(data) || len(rows(data)) == 0) {
			t.Fatalf("trackedData(%s) = %s, want JSON with rows", answer, data)
		}
	})
}
