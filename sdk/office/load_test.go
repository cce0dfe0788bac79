package office_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/testdata/scenarios"
)

// playAll plays every scenario and gives their names by entry_id.
func playAll(t *testing.T, pbx *vpbxtest.PBX) map[string]string {
	t.Helper()
	files, err := scenarios.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	played := map[string]string{}
	for _, f := range files {
		raw, err := scenarios.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		sc, err := vpbxtest.ParseScenario(raw)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := pbx.Play(t.Context(), sc)
		if err != nil {
			t.Fatalf("Play(%s) = %v", f.Name(), err)
		}
		played[entry] = f.Name()
	}
	return played
}

// hastily makes statistics come at the speed of the machine.
func hastily(c *office.Config) {
	c.Guard, c.StatisticsLook = guard.Config{Unlimited: true}, 10*time.Millisecond
}

// emulated makes an emulator with rates off.
func emulated(t *testing.T, cfg vpbxtest.Config) *vpbxtest.PBX {
	t.Helper()
	cfg.NoRateLimits, cfg.NoQuota = true, true
	pbx, err := vpbxtest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	return pbx
}

// result waits for an operation and gives its rows.
func result(t *testing.T, s *site, id string) (rows []history.Call) {
	t.Helper()
	for {
		d := next(t, s.inbox)
		if d.Event.Kind != engine.OperationResult {
			continue
		}
		if b := decodeBody[engine.OperationResultBody](t, d); b.OperationID == id {
			if b.Code != "" {
				t.Fatalf("the operation ended with %+v", b)
			}
			break
		}
	}
	for {
		raw, err := s.local.Call(t.Context(), "GetResult", json.RawMessage(fmt.Sprintf(`{"operation_id":%q,"offset":%d,"count":7}`, id, len(rows))))
		if err != nil {
			t.Fatalf("GetResult = %v", err)
		}
		var a struct {
			Kind  string
			Total int
			Rows  []history.Card
		}
		if err := json.Unmarshal(raw, &a); err != nil || a.Kind != "LoadCalls" {
			t.Fatalf("GetResult = %s, %v", raw, err)
		}
		for i := range a.Rows { // R60
			if got, want := a.Rows[i].RecordingState, card(t, s.local, a.Rows[i].EntryID).RecordingState; got != want {
				t.Errorf("recording_state of a row = %+v, want %+v, as the card has it", got, want)
			}
			rows = append(rows, a.Rows[i].Call)
		}
		if len(rows) >= a.Total || len(a.Rows) == 0 {
			return rows
		}
	}
}

// R56: what statistics of both kinds tell of a call is what was told of it live,
// for every scenario there is.
func TestStatisticsTellWhatWasTold(t *testing.T) {
	t.Parallel()
	cred := credentials(t)
	pbx := emulated(t, vpbxtest.Config{Credentials: cred, Epoch: time.Now().Add(-3 * time.Hour), Style: vpbxtest.Style{Recording: true}})
	config := func(c *office.Config) { c.Credentials, c.APIURL = cred, pbx.URL()+"/vpbx/"; hastily(c) }
	s := open(t, config, office.Session{})
	s.registered()
	if err := pbx.SetTarget("http://" + s.o.ListenAddr().String() + "/mango"); err != nil {
		t.Fatal(err)
	}
	played := playAll(t, pbx)
	live := map[string]history.Call{}
	for len(live) < len(played) {
		d := summary(t, s.inbox)
		c, err := stored(t, s.local, d.Event.EntryID)
		if err != nil {
			t.Fatal(err)
		}
		live[c.EntryID] = c
	}
	s.shutdown()

	other := open(t, func(c *office.Config) { config(c); c.Now = func() time.Time { return time.Now().Add(24 * time.Hour) } }, office.Session{})
	other.registered()
	a := other.must("LoadCalls", fmt.Sprintf(`{"from":%q,"to":%q}`, time.Now().Add(-30*24*time.Hour).Format(time.RFC3339), time.Now().Add(23*time.Hour).Format(time.RFC3339)))
	rows := result(t, other, a["operation_id"].(string)) //nolint:forcetypeassert // fails the test
	if !slices.IsSortedFunc(rows, func(x, y history.Call) int { return x.Started.Compare(y.Started) }) {
		t.Error("the rows are not in order of their start")
	}
	loaded := map[string]history.Call{}
	for _, c := range rows {
		if !c.Recovered {
			t.Errorf("%s is not marked recovered", played[c.EntryID])
		}
		loaded[c.EntryID] = c
	}
	if len(loaded) != len(rows) {
		t.Errorf("%d rows of %d calls", len(rows), len(loaded))
	}
	for entry, name := range played {
		want, got := live[entry], loaded[entry]
		if got.Group == "" {
			want.Group = "" // nobody of the group was rung: statistics know of no group
		}
		if diff := cmp.Diff(want, got,
			cmpopts.IgnoreFields(history.Call{}, "Changed", "CommandID"),
			// The telephone of an employee may be missing on one side.
			cmp.Transformer("party", func(p engine.Party) [2]string {
				if p.Extension != "" {
					return [2]string{p.Extension, p.Name}
				}
				return [2]string{"", p.Number}
			}),
			cmpopts.IgnoreFields(engine.CallSummaryBody{}, "Recovered", "Reason", "Calltracking", "Recordings", "Incomplete"),
			cmpopts.IgnoreFields(engine.Leg{}, "CallID", "Parent", "Recordings"),
		); diff != "" {
			t.Errorf("%s (-live +statistics):\n%s", strings.TrimSuffix(name, ".json"), diff)
		}
	}
	if extra := slices.Collect(maps.Keys(loaded)); len(extra) != len(played) {
		t.Errorf("%d calls were loaded, %d were played", len(extra), len(played))
	}
}

func TestLoadCallsRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	s.registered()
	for args, want := range map[string]text.Error{
		`{"from":"2026-02-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}`:                    {Code: text.BadArgument, Field: "to"},
		`{"to":"2026-01-01T00:00:00Z"}`:                                                  {Code: text.BadArgument, Field: "from"},
		`{"from":"2026-01-01T00:00:00Z"}`:                                                {Code: text.BadArgument, Field: "to"},
		`{"from":"2999-01-01T00:00:00Z","to":"2999-02-01T00:00:00Z"}`:                    {Code: text.BadArgument, Field: "from"},
		`{"from":"1999-01-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}`:                    {Code: text.BadArgument, Field: "from"},
		`{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","filter":{"x":"y"}}`: {Code: text.UnknownField, Field: "x"},
	} {
		_, err := s.call("LoadCalls", args)
		if e := text.From(err); err == nil || e.Code != want.Code || e.Field != want.Field {
			t.Errorf("LoadCalls(%s) = %v, want %s of %s", args, err, want.Code, want.Field)
		}
	}
	nobody, _ := s.as(office.Session{})
	if _, err := nobody.Call(t.Context(), "LoadCalls", json.RawMessage(`{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}`)); code(err) != text.Forbidden {
		t.Errorf("LoadCalls by one without rights and extension = %v, want forbidden", err)
	}
}
