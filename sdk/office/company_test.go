package office_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// lives opens one office after the other on the same store.
func lives(t *testing.T, change func(*office.Config)) (next func(settings string) *site) {
	a := newAPI(t)
	cfg := config(t, a)
	cfg.Guard = guard.Config{Unlimited: true}
	change(&cfg)
	var last *site
	t.Cleanup(func() { last.shutdown() })
	return func(settings string) *site {
		t.Helper()
		if last != nil {
			last.shutdown()
		}
		cfg.Settings = json.RawMessage(settings)
		o, err := office.Open(t.Context(), cfg)
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		last = &site{t: t, cfg: cfg, api: a, o: o}
		last.local, last.inbox = attach(t, o, office.Session{Extension: "101"})
		last.registered()
		return last
	}
}

func (s *site) must(method, args string) map[string]any {
	s.t.Helper()
	m, err := s.call(method, args)
	if err != nil {
		s.t.Fatalf("%s(%s) = %v", method, args, err)
	}
	return m
}

// routedTo posts a call into the menu and gives where it was routed, "" when it
// was not.
func (s *site) routedTo(entry, number string) (to string) {
	s.t.Helper()
	left := func(v office.Snapshot) int64 {
		m, _ := v.Diagnostics["engine"].(map[string]any)
		n, _ := m["left_to_pbx"].(int64)
		return n
	}
	before := left(s.local.View())
	s.post("/events/call", menuEvent(entry, entry, number))
	s.until("decided", func(v office.Snapshot) bool {
		for _, raw := range s.api.asked("commands/route") {
			var route struct {
				CallID string `json:"call_id"`
				To     string `json:"to_number"`
			}
			if err := json.Unmarshal([]byte(raw), &route); err != nil {
				s.t.Fatal(err)
			}
			if route.CallID == entry {
				to = route.To
			}
		}
		return to != "" || left(v) > before
	})
	return to
}

// What the company has set is there for the next office: with a store in the
// process, as over Отключить and Подключить, and with one on the disk.
func TestCompanySettingsOutliveTheOffice(t *testing.T) {
	t.Parallel()
	store := memory.New(memory.Options{})
	for name, change := range map[string]func(*testing.T, *office.Config){
		"memory": func(_ *testing.T, c *office.Config) { c.Store = store },
		"disk":   func(t *testing.T, c *office.Config) { c.DataDir = t.TempDir() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outlive(t, lives(t, func(c *office.Config) { change(t, c) }))
		})
	}
}

func outlive(t *testing.T, next func(string) *site) {
	s := next("")
	s.must("SetSettings", `{"min_in_sec":7,"distribute":true,"of_a_newer_version":{"a":[1]},"huge":12345678901234567890}`)
	revision := s.must("SetSettings", `{"min_out_sec":8}`)["revision"]
	s.must("SetUsers", `{"users":[{"user_id":"a","name":"Анна","extension":"101"},{"user_id":"b","name":"Борис","extension":"102"}]}`)
	s.must("SetExtension", `{"user_id":"c","name":"Вера","extension":"103"}`)
	s.must("RemoveExtension", `{"user_id":"b"}`)
	s.must("SetRouteTable", `{"responsibles":[{"number":"79160000001","extension":"101"},{"number":"79160000002","extension":"101"}],"replace":true}`)
	s.must("SetRouteTable", `{"responsibles":[{"number":"79160000003","extension":"101"}],"replace":false}`)
	s.must("SetRouteTable", `{"responsibles":[{"number":"79160000001","extension":""}],"replace":false}`)

	s = next("")
	got := s.must("GetSettings", "{}")
	if got["min_in_sec"] != 7.0 || got["min_out_sec"] != 8.0 || got["revision"] != revision {
		t.Errorf("GetSettings() of the next office = %v, want those that were set, of revision %v", got, revision)
	}
	if d := cmp.Diff(map[string]any{"a": []any{1.0}}, got["of_a_newer_version"]); d != "" {
		t.Errorf("a setting of a newer version (-want +got):\n%s", d)
	}
	var names []string
	for _, u := range s.must("GetUsers", "{}")["users"].([]any) {
		names = append(names, fmt.Sprint(u.(map[string]any)["name"], u.(map[string]any)["extension"]))
	}
	if d := cmp.Diff([]string{"Анна101", "Вера103"}, names); d != "" {
		t.Errorf("GetUsers() of the next office (-want +got):\n%s", d)
	}
	if to := s.routedTo("e2", "79160000002"); to != "101" {
		t.Errorf("a number of the whole table is routed to %q, want 101", to)
	}

	// Keys given at the opening replace what was set, for good.
	s = next(`{"min_in_sec":9}`)
	got = s.must("GetSettings", "{}")
	if got["min_in_sec"] != 9.0 || got["min_out_sec"] != 8.0 || got["revision"] != revision.(float64)+1 {
		t.Errorf("GetSettings() after opening with min_in_sec 9 = %v, want it, min_out_sec 8 and a new revision", got)
	}
	if to := s.routedTo("e3", "79160000003"); to != "101" {
		t.Errorf("a number that was added is routed to %q, want 101", to)
	}
	s = next(`{"min_in_sec":9}`)
	if got := s.must("GetSettings", "{}"); got["revision"] != revision.(float64)+1 {
		t.Errorf("opening with what is there already makes revision %v, want %v", got["revision"], revision.(float64)+1)
	}
	s.must("SetSettings", `{"route_deadline_ms":1}`)
	if to := s.routedTo("e1", "79160000001"); to != "" {
		t.Errorf("a number that was taken out is routed to %q, want it left to the PBX", to)
	}
	s = next("")
	if got := s.must("GetSettings", "{}"); got["min_in_sec"] != 9.0 {
		t.Errorf("min_in_sec = %v in the office after the one that was opened with 9, want 9", got["min_in_sec"])
	}
}

// fullNotes has no room for notes.
type fullNotes struct{ journal.Store }

func (fullNotes) PutNote(context.Context, string, []byte) error {
	return text.New(text.StoreFull).Wrap(journal.ErrFull)
}

// What cannot be kept is not taken: an answer is a promise. Opening goes on.
func TestSettingsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *office.Config) {
		c.Store, c.Settings = fullNotes{memory.New(memory.Options{})}, json.RawMessage(`{"min_in_sec":5}`)
	}, office.Session{Extension: "101"})
	for method, args := range map[string]string{
		"SetSettings": `{"min_in_sec":7}`, "SetUsers": `{"users":[{"user_id":"a","extension":"101"}]}`,
		"SetExtension":  `{"user_id":"a","extension":"101"}`,
		"SetRouteTable": `{"responsibles":[{"number":"79160000001","extension":"101"}],"replace":true}`,
	} {
		if _, err := s.call(method, args); code(err) != text.StoreFull {
			t.Errorf("%s on a full disk = %v, want store_full", method, err)
		}
	}
	if got := s.must("GetSettings", "{}"); got["min_in_sec"] != 5.0 || got["revision"] != 1.0 {
		t.Errorf("GetSettings() = %v, want min_in_sec 5 as it was opened, revision 1", got)
	}
	if got := s.must("GetUsers", "{}")["users"]; len(got.([]any)) != 0 {
		t.Errorf("GetUsers() = %v, want nobody", got)
	}
}

// Notes of another version, or none at all, do not keep an office from opening.
func TestUnreadableNotes(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"garbage": "\x00garbage", "another form": `{"revision":"x"}`, "a setting that is none any more": `{"revision":4,"settings":{"min_in_sec":99999,"min_out_sec":3}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := memory.New(memory.Options{})
			for _, note := range []string{"office/settings", "office/users", "office/responsibles", "office/responsibles/changes"} {
				if err := store.PutNote(t.Context(), note, []byte(raw)); err != nil {
					t.Fatal(err)
				}
			}
			s := open(t, func(c *office.Config) { c.Store = store }, office.Session{Extension: "101"})
			got := s.must("GetSettings", "{}")
			if got["min_in_sec"] != 0.0 {
				t.Errorf("min_in_sec = %v, want the default", got["min_in_sec"])
			}
			if strings.HasPrefix(name, "a setting") && got["min_out_sec"] != 3.0 {
				t.Errorf("min_out_sec = %v, want 3 as it was kept beside a bad one", got["min_out_sec"])
			}
			s.must("SetUsers", `{"users":[]}`)
			s.must("SetRouteTable", `{"responsibles":[{"number":"79160000001","extension":"101"}],"replace":false}`)
		})
	}
}

// Many small changes of the table become a new whole now and then; the table is
// the same at any moment.
func TestTableOfManyChanges(t *testing.T) {
	t.Parallel()
	store := memory.New(memory.Options{})
	next := lives(t, func(c *office.Config) { c.Store = store })
	s := next(`{"distribute":true,"route_deadline_ms":1}`)
	wholes := map[string]bool{}
	for part := range 6 {
		var list []string
		for i := range 8000 {
			list = append(list, fmt.Sprintf(`{"number":"7916%07d","extension":"101"}`, part*1_000_000+i*97))
		}
		s.must("SetRouteTable", `{"responsibles":[`+strings.Join(list, ",")+`],"replace":false}`)
		whole, err := store.Note(t.Context(), "office/responsibles")
		if err != nil {
			t.Fatal(err)
		}
		wholes[string(whole)] = true
	}
	if len(wholes) < 2 || len(wholes) > 5 {
		t.Errorf("the whole table was written %d times for 6 changes, want now and then", len(wholes)-1)
	}
	s = next("")
	for _, part := range []int{0, 5} {
		if to := s.routedTo(fmt.Sprint("e", part), fmt.Sprintf("7916%07d", part*1_000_000+7999*97)); to != "101" {
			t.Errorf("the last number of part %d is routed to %q, want 101", part, to)
		}
	}
}

// BenchmarkLargestTable is what half a million responsibles cost: to set them,
// most of which is reading the JSON, and to open an office that has them.
func BenchmarkLargestTable(b *testing.B) {
	cfg := config(b, newAPI(b))
	cfg.NoListener, cfg.DataDir = true, b.TempDir()
	var list []string
	for i := range 500_000 {
		list = append(list, fmt.Sprintf(`{"number":"7%010d","extension":"%d"}`, 9000000000+int64(i)*1999, 100+i%300))
	}
	args := json.RawMessage(`{"responsibles":[` + strings.Join(list, ",") + `],"replace":true}`)
	one := json.RawMessage(`{"responsibles":[{"number":"79161234567","extension":"101"}],"replace":false}`)
	for b.Loop() {
		started := time.Now()
		lap := func(unit string) {
			b.ReportMetric(float64(time.Since(started).Milliseconds()), unit)
			started = time.Now()
		}
		o, err := office.Open(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		lap("ms-open")
		local, err := o.Attach(office.Session{Rights: office.Admin})
		if err != nil {
			b.Fatal(err)
		}
		started = time.Now()
		if _, err := local.Call(b.Context(), "SetRouteTable", args); err != nil {
			b.Fatal(err)
		}
		lap("ms-set")
		if _, err := local.Call(b.Context(), "SetRouteTable", one); err != nil {
			b.Fatal(err)
		}
		lap("ms-one-more")
		if err := o.Shutdown(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
