package status_test

import (
	"bufio"
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// fixed is an office that never changes.
type fixed office.Overview

func (f fixed) Overview(context.Context) (office.Overview, error) { return office.Overview(f), nil }

func at(sec int64) time.Time { return time.Unix(sec, 0).UTC() }

func read(t *testing.T, v office.Overview, links ...status.Link) status.Status {
	t.Helper()
	s := status.Source{
		Office: fixed(v), Links: func() []status.Link { return links }, Now: func() time.Time { return at(1000) },
		Started: at(900), Version: `1"2`, Webhook: "https://hub/mango", Expires: func() time.Time { return at(5000) },
		Refused: func() (int64, int64) { return 3, 4 },
		Hub:     func() hub.Counters { return hub.Counters{BadTokens: 3, Opened: 8} },
	}
	got, err := s.Read(t.Context())
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	return got
}

func TestSessionsAndTheirLinks(t *testing.T) {
	t.Parallel()
	one := office.Session{Extension: "101", UserID: "u1", UserName: "Иванов"}
	got := read(t, office.Overview{Sessions: []office.SessionState{
		{Session: one, ID: "a", First: true},
		{Session: office.Session{Extension: "102"}, ID: "b", Refused: text.UsersLimit},
		{Session: one, ID: "c"}, // the same user once more
	}}, status.Link{Extension: "101", UserID: "u1", UserName: "Иванов", Address: "first", Since: at(1)},
		status.Link{Extension: "101", UserID: "u1", UserName: "Иванов", Address: "second", Since: at(2), Pending: 5})
	if got.Sessions[1].Refused == nil || got.Sessions[1].Refused.RU.Text == "" || got.Sessions[1].Address != "" {
		t.Errorf("session b: %+v, want it refused, and no link", got.Sessions[1])
	}
	got.Sessions[1].Refused = nil
	want := []status.Session{
		{ID: "a", Extension: "101", User: "Иванов", First: true, Address: "first", Since: at(1)},
		{ID: "b", Extension: "102"},
		{ID: "c", Extension: "101", User: "Иванов", Address: "second", Since: at(2), Pending: 5},
	}
	if diff := cmp.Diff(want, got.Sessions); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

// With users the board shows theirs, and who is busy; names come from 1C first.
func TestPhones(t *testing.T) {
	t.Parallel()
	v := office.Overview{
		Employees: []office.Employee{{Extension: "101", Name: "Иванов И. И."}, {Extension: "103", Name: "Сидорова"}, {Extension: "104", Name: "Склад"}},
		Presence: []engine.PhoneState{
			{Extension: "101", State: engine.Free}, {Extension: "102", State: engine.Unknown},
			{Extension: "103", State: engine.Talking}, {Extension: "104", State: engine.Unknown},
		},
	}
	names := func(st status.Status) (list []string) {
		for _, p := range st.Phones {
			list = append(list, p.Extension+" "+p.Name)
		}
		return list
	}
	if diff := cmp.Diff([]string{"101 Иванов И. И.", "102 ", "103 Сидорова", "104 Склад"}, names(read(t, v))); diff != "" {
		t.Errorf("without users (-want +got):\n%s", diff)
	}
	v.Users = []engine.UserState{{User: engine.User{UserID: "1", Name: "Ваня", Extension: "101"}}, {User: engine.User{UserID: "2", Extension: "102"}}}
	if diff := cmp.Diff([]string{"101 Ваня", "102 ", "103 Сидорова"}, names(read(t, v))); diff != "" {
		t.Errorf("with users (-want +got):\n%s", diff)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	v := office.Overview{Snapshot: office.Snapshot{State: office.Refused, Why: text.New(text.KeyRefused), Diagnostics: map[string]any{
		"webhook": map[string]int64{"accepted": 9, "bad_sign": 2, "foreign_address": 5, "silent": 7},
		"last_errors": []any{
			map[string]any{"time": at(10), "code": text.Unreachable}, map[string]any{"time": at(20), "code": text.StoreFull},
			map[string]any{"time": at(30), "code": text.Unreachable},
		},
	}}}
	st := read(t, v)
	var refusals, errors []string
	for _, n := range st.Refusals {
		refusals = append(refusals, n.Code)
		if n.RU.Text == "" || n.RU.Remedy == "" || n.EN.Text == "" || n.EN.Remedy == "" {
			t.Errorf("refusal %+v lacks words", n)
		}
	}
	for _, n := range st.Errors {
		errors = append(errors, n.Code)
	}
	if diff := cmp.Diff([]string{"foreign_address", "bad_token", "bad_sign"}, refusals); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"pbx_unreachable", "store_full"}, errors); diff != "" || st.Errors[0].Count != 2 || !st.Errors[0].Time.Equal(at(30)) {
		t.Errorf("errors (-want +got):\n%s\n%+v", diff, st.Errors)
	}
	if st.Ready() != "key_refused" || st.Why.RU.Remedy == "" {
		t.Errorf("Ready() = %q, why %+v, want key_refused", st.Ready(), st.Why)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	st := status.Status{Registered: true}
	if got := st.Ready(); got != "" {
		t.Errorf("Ready() of a good hub = %q", got)
	}
	st.Journal.Trouble = text.StoreFull
	if got := st.Ready(); got != "store_full" {
		t.Errorf("Ready() with a full store = %q, want store_full", got)
	}
}

// A hub that follows is ready while it can store what it takes, and tells
// monitors nothing of a connection that it has not.
func TestFollower(t *testing.T) {
	t.Parallel()
	place := status.Place{Name: "b", Leader: "a", Reachable: true}
	src := status.Source{
		Place: &place, Hooks: func() map[string]int64 { return map[string]int64{"accepted": 4} }, Now: func() time.Time { return at(1000) },
	}
	st, err := src.Read(t.Context())
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	var b strings.Builder
	if err := st.Metrics(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mango_hub_leads 0", "mango_hub_leader_known 1", "mango_hub_cluster_reachable 1", `mango_hub_webhook_requests_total{cause="accepted"} 4`} {
		if !strings.Contains(b.String(), "\n"+want+"\n") {
			t.Errorf("the metrics lack %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "registered") || st.Calls == nil {
		t.Errorf("the follower tells of a connection to the PBX: calls %v\n%s", st.Calls, b.String())
	}
	if got := st.Ready(); got != "" {
		t.Errorf("Ready() = %q, want that it is", got)
	}
	place.Reachable = false
	if got := st.Ready(); got != "cluster.urls" {
		t.Errorf("Ready() without the cluster = %q, want cluster.urls", got)
	}
	place.Leads = true
	if got := st.Ready(); got != "not registered" {
		t.Errorf("Ready() of a leader = %q, want not registered", got)
	}
}

// Every line is one of the format: a comment, or a name with labels and a value.
func TestMetrics(t *testing.T) {
	t.Parallel()
	skew := int64(-1500)
	st := read(t, office.Overview{Snapshot: office.Snapshot{Diagnostics: map[string]any{
		"webhook": map[string]int64{"accepted": 9}, "clock_skew_ms": skew, "rate_guard": map[string]any{"paused_until_unix": 2000},
	}}})
	var b strings.Builder
	if err := st.Metrics(&b); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) mango_hub_\w+ .+|mango_hub_\w+(\{\w+="([^"\\]|\\.)*"\})? -?[0-9.e+]+)$`)
	for lines := bufio.NewScanner(strings.NewReader(b.String())); lines.Scan(); {
		if !line.MatchString(lines.Text()) {
			t.Errorf("no line of the format: %q", lines.Text())
		}
	}
	for _, want := range []string{
		`mango_hub_info{version="1\"2"} 1`, `mango_hub_webhook_requests_total{cause="accepted"} 9`, "mango_hub_clock_skew_seconds -1.5",
		"mango_hub_api_paused 1", `mango_hub_sessions_total{event="opened"} 8`, "mango_hub_certificate_expiry_timestamp_seconds 5000", `mango_hub_http_refused_total{cause="crowd"} 4`,
	} {
		if !strings.Contains(b.String(), "\n"+want+"\n") && !strings.HasPrefix(b.String(), want) {
			t.Errorf("the metrics lack %q:\n%s", want, b.String())
		}
	}
	// The page and the command read the JSON back.
	raw, err := json.Marshal(st)
	var back status.Status
	if err != nil || json.Unmarshal(raw, &back) != nil || back.Hooks["accepted"] != 9 || *back.Skew != skew {
		t.Errorf("the JSON does not read back: %v, %s", err, raw)
	}
}
