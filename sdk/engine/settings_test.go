package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// TestDefaults is the contract's list, word for word.
func TestDefaults(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"distribute": false, "respect_status": false, "route_deadline_ms": 1500, "ivr_popup": false, "ivr_fallback": "none",
		"open_client_card": false, "save_internal": false, "calltracking": false, "create_on_incoming": false,
		"create_on_outgoing": false, "client_type": "partner", "ivr_assignee": "", "missed_assignee": "", "min_in_sec": 0,
		"min_out_sec": 0, "threshold_compare": "gt", "archive_recordings": false, "users_limit": 0,
		"duplicate_extension": "allow", "pbx_time_zone": "Europe/Moscow", "keep_calls_days": 1095, "catch_up": true,
	}
	if d := cmp.Diff(want, engine.Defaults().Map()); d != "" {
		t.Errorf("Defaults().Map() (-want +got):\n%s", d)
	}
}

func TestParseSettings(t *testing.T) {
	t.Parallel()
	base := engine.Defaults()
	base.MinInSec = 7
	s, unknown, err := engine.ParseSettings(base, json.RawMessage(
		`{"min_out_sec":9999,"create_on_incoming":true,"client_type":"person","later":{"a":1},"another":2,"revision":5}`))
	if err != nil || s.MinInSec != 7 || s.MinOutSec != 9999 || !s.CreateOnIncoming || s.ClientType != "person" {
		t.Errorf("ParseSettings() = %+v, %v, want the given ones over the base", s, err)
	}
	if d := cmp.Diff([]string{"another", "later"}, unknown); d != "" {
		t.Errorf("unknown keys (-want +got):\n%s", d)
	}
	again, _, err := engine.ParseSettings(s, json.RawMessage(`{"min_in_sec":1}`))
	if err != nil || string(again.Extra["later"]) != `{"a":1}` || again.Map()["another"] != 2.0 {
		t.Errorf("unknown keys were not kept: %v, %v", again.Extra, err)
	}
	if len(base.Extra) != 0 {
		t.Errorf("ParseSettings() changed its base: %v", base.Extra)
	}
}

func TestParseSettingsRefuses(t *testing.T) {
	t.Parallel()
	for raw, field := range map[string]string{
		`{"min_in_sec":10000}`:                     "min_in_sec",
		`{"min_in_sec":-1}`:                        "min_in_sec",
		`{"min_in_sec":1.5}`:                       "min_in_sec",
		`{"min_in_sec":"5"}`:                       "min_in_sec",
		`{"min_out_sec":10000}`:                    "min_out_sec",
		`{"distribute":1}`:                         "distribute",
		`{"distribute":null}`:                      "distribute",
		`{"route_deadline_ms":3001}`:               "route_deadline_ms",
		`{"route_deadline_ms":0}`:                  "route_deadline_ms",
		`{"ivr_fallback":"all"}`:                   "ivr_fallback",
		`{"client_type":"firm"}`:                   "client_type",
		`{"threshold_compare":">="}`:               "threshold_compare",
		`{"users_limit":-1}`:                       "users_limit",
		`{"duplicate_extension":"refuse"}`:         "duplicate_extension",
		`{"pbx_time_zone":"Mars/Olympus"}`:         "pbx_time_zone",
		`{"pbx_time_zone":""}`:                     "pbx_time_zone",
		`{"keep_calls_days":-1}`:                   "keep_calls_days",
		`{"catch_up":"yes"}`:                       "catch_up",
		`{"save_internal":true,"users_limit":"x"}`: "users_limit",
	} {
		s, unknown, err := engine.ParseSettings(engine.Defaults(), json.RawMessage(raw))
		if e := text.From(err); err == nil || e.Code != text.SettingInvalid || e.Field != field {
			t.Errorf("ParseSettings(%s) = %v, want setting_invalid for %s", raw, err, field)
		}
		if d := cmp.Diff(engine.Defaults(), s); d != "" || unknown != nil {
			t.Errorf("ParseSettings(%s) was refused but gives (-want +got):\n%s", raw, d)
		}
	}
	for _, raw := range []string{`[]`, `null`, `{`, `5`, `"x"`} {
		if _, _, err := engine.ParseSettings(engine.Defaults(), json.RawMessage(raw)); text.From(err) == nil || text.From(err).Code != text.BadJSON {
			t.Errorf("ParseSettings(%s) = %v, want bad_json", raw, err)
		}
	}
	for _, raw := range []string{``, ` `, `{}`} {
		if s, _, err := engine.ParseSettings(engine.Defaults(), json.RawMessage(raw)); err != nil || !cmp.Equal(s, engine.Defaults()) {
			t.Errorf("ParseSettings(%q) = %+v, %v, want the base", raw, s, err)
		}
	}
}

func FuzzParseSettings(f *testing.F) {
	f.Add([]byte(`{"min_in_sec":5,"x":1}`))
	f.Add([]byte(`{"distribute":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, _, err := engine.ParseSettings(engine.Defaults(), raw)
		if err != nil {
			return
		}
		back, err := json.Marshal(s.Map())
		if err != nil {
			t.Fatalf("Map() of settings from %q does not marshal: %v", raw, err)
		}
		again, _, err := engine.ParseSettings(engine.Defaults(), back)
		if err != nil || !cmp.Equal(again.Map(), s.Map()) {
			t.Fatalf("settings of %q do not survive a round trip: %v", raw, err)
		}
	})
}
