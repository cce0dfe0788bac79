package telephony

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

// sound are facts of a desk with which nothing is wrong, as an Office tells them.
func sound() *facts {
	return &facts{
		host: component.HostInfo{AppVersion: "8.3.25.1000", Attach: "not_isolated", EventDepth: 1000},
		params: &Params{
			Mode: modeDirect, Role: roleDesk, Zone: time.UTC,
			Office: office.Config{Credentials: sign.Credentials{Key: "k", Salt: sign.NewSalt("hidden")}},
		},
		view: office.Snapshot{
			State: office.Registered, Extension: "101",
			Diagnostics: map[string]any{
				"webhook":            map[string]any{"accepted": int64(5), "bad_sign": int64(0)},
				"journal":            map[string]any{"durable": true, "folder": "/data", "trouble": text.Code(""), "repaired": false, "damaged_moved_to": "", "parked": 0},
				"calls":              map[string]any{"trouble": text.Code("")},
				"archive":            map[string]any{},
				"rate_guard":         map[string]any{"paused_until_unix": int64(0), "backing_off_until_unix": int64(0), "doubtful_paused_until_unix": int64(0)},
				"clock_skew_ms":      int64(900),
				"commands_under_way": int64(0),
			},
		},
		push: true, logPath: "/mango.log",
	}
}

func (f *facts) set(part, key string, value any) {
	m, ok := f.view.Diagnostics[part].(map[string]any)
	if !ok {
		m = map[string]any{}
		f.view.Diagnostics[part] = m
	}
	m[key] = value
}

func TestFindings(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 12, 30, 0, 0, time.UTC).Unix()
	why := func(s office.State, code text.Code) func(f *facts) {
		return func(f *facts) { f.view.State, f.view.Why = s, text.New(code) }
	}
	unnotified := func(key string) func(f *facts) {
		return func(f *facts) { f.set("webhook", "accepted", int64(0)); f.set("webhook", key, int64(3)) }
	}
	for name, row := range map[string]struct {
		change func(f *facts)
		want   []string // severity code [field] detail
	}{
		"all is well":     {func(*facts) {}, nil},
		"isolated":        {func(f *facts) { f.host.Attach = "isolated" }, []string{"warning attach_isolated"}},
		"isolated, pulls": {func(f *facts) { f.host.Attach, f.push = "isolated", false }, nil},
		"old platform":    {func(f *facts) { f.host.AppVersion = "8.3.9.2033" }, []string{"warning platform_old 8.3.9.2033"}},
		"8.2":             {func(f *facts) { f.host.AppVersion = "8.2.19.130" }, []string{"warning platform_old 8.2.19.130"}},
		"a later one":     {func(f *facts) { f.host.AppVersion = "8.5.1" }, nil},
		"the oldest":      {func(f *facts) { f.host.AppVersion = "8.3.10" }, nil},
		"no version":      {func(f *facts) { f.host.AppVersion = "" }, []string{"hint platform_unknown"}},
		"words":           {func(f *facts) { f.host.AppVersion = "OneScript" }, nil},
		"short queue":     {func(f *facts) { f.host.EventDepth = 1 }, []string{"hint event_queue_short 1"}},

		"not connected":   {func(f *facts) { f.params = nil; f.view = office.Snapshot{State: office.Off} }, []string{"hint connection_off"}},
		"refused":         {why(office.Refused, text.KeyRefused), []string{"error key_refused"}},
		"wrong token":     {why(office.Refused, text.HubToken), []string{"error hub_token"}},
		"no hub":          {func(f *facts) { why(office.Connecting, text.HubUnreachable)(f); f.view.Stale = true }, []string{"error hub_unreachable"}},
		"starting":        {why(office.Connecting, text.ConnectionStarting), []string{"hint connection_starting"}},
		"stale":           {func(f *facts) { f.view.Stale = true }, []string{"warning replica_stale"}},
		"a warning":       {func(f *facts) { f.params.Warnings = []*text.Error{text.New(text.HubPlain).WithField("hub.url")} }, []string{"warning hub_plain [hub.url]"}},
		"plain API":       {func(f *facts) { f.params.Office.APIURL = "http://pbx.example/vpbx/" }, []string{"warning api_plain [api_url]"}},
		"an emulator":     {func(f *facts) { f.params.Office.APIURL = "http://127.0.0.1:8081/vpbx/" }, nil},
		"of a hub's":      {func(f *facts) { f.params.Mode, f.params.Office.APIURL = modeHub, "http://pbx.example/" }, nil},
		"clock":           {func(f *facts) { f.view.Diagnostics["clock_skew_ms"] = int64(-95_400) }, []string{"warning clock_skew [vpbx] -1m35s"}},
		"clock of a hub":  {func(f *facts) { f.set("link", "clock_skew_ms", 7_200_000.0) }, []string{"warning clock_skew [hub] 2h0m0s"}},
		"no extension":    {func(f *facts) { f.view.Extension = "" }, []string{"warning extension_missing [extension]"}},
		"job without":     {func(f *facts) { f.view.Extension, f.params.Role = "", roleServer }, nil},
		"whose extension": {func(f *facts) { f.view.Diagnostics["extension_unknown"] = true }, []string{"error extension_unknown [extension] 101"}},

		"nobody fetches": {func(f *facts) { f.push, f.queue = false, 7 }, []string{"warning events_not_fetched 7"}},
		"somebody does":  {func(f *facts) { f.push, f.queue, f.fetched = false, 7, 1 }, nil},
		"a modal window": {func(f *facts) { f.queue, f.refused, f.oldest = 2, 90, 6*time.Second }, []string{"warning events_refused 2"}},
		"a busy moment":  {func(f *facts) { f.queue, f.refused, f.oldest = 2, 90, time.Second }, nil},
		"1C is slow":     {func(f *facts) { f.queue, f.oldest = 40, 2*time.Minute }, []string{"warning events_waiting 40"}},

		"defects":    {func(f *facts) { f.internal = 2 }, []string{"warning internal 2"}},
		"lost lines": {func(f *facts) { f.lostLines = 4 }, []string{"warning log_lost 4"}},
		"no log":     {func(f *facts) { f.logPath = "" }, []string{"hint log_off"}},
		"a crash":    {func(f *facts) { f.crashes = []logfile.CrashReport{{Path: "/m.crash"}, {Path: "/m.crash.1"}} }, []string{"warning crashed /m.crash"}},

		"closed": {func(f *facts) {
			f.set("rate_guard", "paused_until_unix", now)
			f.set("rate_guard", "doubtful_paused_until_unix", now)
		}, []string{"error api_paused 2026-11-27T12:30:00+00:00"}},
		"overloaded": {func(f *facts) { f.set("rate_guard", "backing_off_until_unix", float64(now)) }, []string{"warning rate_limited 2026-11-27T12:30:00+00:00"}},
		"doubtful":   {func(f *facts) { f.set("rate_guard", "doubtful_paused_until_unix", now) }, []string{"warning requests_held 2026-11-27T12:30:00+00:00"}},
		"closed state": {func(f *facts) {
			why(office.Connected, text.APIPaused)(f)
			f.set("rate_guard", "paused_until_unix", now)
		}, []string{"error api_paused 2026-11-27T12:30:00+00:00"}},

		"never": {func(f *facts) { f.set("webhook", "accepted", 0.0) }, []string{"hint never_notified"}},
		"no result": {func(f *facts) {
			f.set("webhook", "accepted", int64(0))
			f.view.Diagnostics["commands_under_way"] = int64(1)
		}, []string{"warning never_notified"}},
		"wrong salt":     {unnotified("bad_sign"), []string{"error notify_bad_sign 3", "hint never_notified"}},
		"somebody else":  {func(f *facts) { f.set("webhook", "bad_sign", int64(3)) }, []string{"warning notify_bad_sign 3"}},
		"another PBX":    {unnotified("foreign_key"), []string{"error notify_foreign_key 3", "hint never_notified"}},
		"behind a proxy": {unnotified("foreign_address"), []string{"warning notify_foreign 3", "hint never_notified"}},
		"another path":   {unnotified("unknown_path"), []string{"warning notify_path 3", "hint never_notified"}},
		"a scanner": {func(f *facts) {
			f.set("webhook", "foreign_address", int64(3))
			f.set("webhook", "unknown_path", int64(3))
		}, []string{"hint notify_foreign 3", "hint notify_path 3"}},

		"full disk":    {func(f *facts) { f.set("journal", "trouble", text.StoreFull) }, []string{"error store_full /data"}},
		"over a link":  {func(f *facts) { f.set("calls", "trouble", "store_failed") }, []string{"error store_failed /data"}},
		"damaged":      {func(f *facts) { f.set("journal", "damaged_moved_to", "/data/x.bad") }, []string{"warning store_damaged /data/x.bad"}},
		"repaired":     {func(f *facts) { f.set("journal", "repaired", true) }, []string{"hint store_repaired"}},
		"parked":       {func(f *facts) { f.set("journal", "parked", 2) }, []string{"warning events_parked 2"}},
		"in memory":    {func(f *facts) { f.set("journal", "durable", false) }, []string{"hint store_memory [data_dir]"}},
		"worst first":  {func(f *facts) { f.host.EventDepth, f.internal = 1, 1; why(office.Refused, text.PortTaken)(f) }, []string{"error port_taken", "warning internal 1", "hint event_queue_short 1"}},
		"nothing told": {func(f *facts) { f.view.Diagnostics = nil }, nil},
	} {
		f := sound()
		row.change(f)
		var got []string
		for _, x := range f.findings() {
			s := severities[x.severity] + " " + string(x.e.Code)
			if x.e.Field != "" {
				s += " [" + x.e.Field + "]"
			}
			if x.e.Detail != "" {
				s += " " + x.e.Detail
			}
			got = append(got, s)
			for _, l := range []text.Lang{text.RU, text.EN} {
				if r := x.e.Rendered(l); r.Text == "" || r.Remedy == "" || x.e.Code != text.Internal && r.Text == text.Lookup(text.Internal).Text(l) {
					t.Errorf("%s: %s in %s: text %q, remedy %q; want words of its own", name, x.e.Code, l, r.Text, r.Remedy)
				}
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", name, diff)
		}
	}
}

// Over a link all is JSON: the same facts give the same findings.
func TestFindingsOfJSON(t *testing.T) {
	t.Parallel()
	f := sound()
	f.view.Diagnostics["clock_skew_ms"] = int64(120_000)
	f.set("journal", "trouble", text.StoreFull)
	f.set("webhook", "bad_sign", int64(1))
	want := fmt.Sprint(codesOf(f))
	raw, err := json.Marshal(f.view.Diagnostics)
	if err != nil {
		t.Fatal(err)
	}
	f.view.Diagnostics = nil
	if err := json.Unmarshal(raw, &f.view.Diagnostics); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(codesOf(f)); got != want || len(codesOf(f)) != 3 {
		t.Errorf("findings of %s = %s, want %s", raw, got, want)
	}
}

func codesOf(f *facts) (codes []text.Code) {
	for _, x := range f.findings() {
		codes = append(codes, x.e.Code)
	}
	return codes
}
