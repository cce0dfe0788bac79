package company_test

import (
	"fmt"
	"testing"
	"time"
)

// A number rings when its schedule says so: moments of the whole are UTC, those
// of an item Moscow time.
func TestReach(t *testing.T) {
	t.Parallel()
	sunday := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // 15:00 in Moscow
	item := func(more string) string { return `{"items":[{` + more + `}]}` }
	for _, row := range []struct {
		schedule string
		at       time.Time
		want     bool
	}{
		{`{}`, sunday, true},
		{item(`"type":"alldays"`), sunday, true},
		{item(`"type":"AllDays","from":"15:00","until":"15:01"`), sunday, true},
		{item(`"type":"AllDays","from":"15:01"`), sunday, false},
		{item(`"type":"AllDays","until":"15:00"`), sunday, false},
		{item(`"type":"WorkingDays"`), sunday, false},
		{item(`"type":"WorkingDays"`), sunday.Add(9 * time.Hour), true}, // Monday in Moscow
		{item(`"type":"Holidays"`), sunday, true},
		{item(`"type":"Holidays"`), sunday.Add(24 * time.Hour), false},
		{item(`"type":"Sunday"`), sunday, true},
		{item(`"type":"Monday"`), sunday, false},
		{item(`"type":"SpecificDate","date":"2026-11-22"`), sunday, true},
		{item(`"type":"SpecificDate","specific_date":"2026-11-22 14:25:45"`), sunday, true},
		{item(`"type":"SpecificDate","date":"2026-11-22"`), sunday.Add(9 * time.Hour), false},
		{`{"from":"2026-11-22 12:00:00","until":"2026-11-22 12:00:01"}`, sunday, true},
		{`{"from":"2026-11-22 12:00:01"}`, sunday, false},
		{`{"until":"2026-11-22 12:00:00"}`, sunday, false},
	} {
		c := fresh(t)
		request := fmt.Sprintf(`{"user_id":300049012,"numbers":[{"number":"79031112233","protocol":"tel","wait_sec":25,"schedule":%s}]}`, row.schedule)
		if got := ask(t, c, "member/update", request); got != `{"result":1000}` {
			t.Fatalf("member/update %s: %s", request, got)
		}
		number, wait, ok := c.Reach("101", row.at)
		if ok != row.want || ok && (number != "79031112233" || wait != 25*time.Second) {
			t.Errorf("schedule %s at %v: Reach() = %q, %v, %v, want %v", row.schedule, row.at, number, wait, ok, row.want)
		}
	}
	if _, _, ok := fresh(t).Reach("999", sunday); ok {
		t.Error("Reach of nobody = true, want false")
	}
}

// A rule of the autosecretary is in force when it is on and on schedule.
func TestSecretary(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) // 19:00 in Moscow
	for _, row := range []struct {
		ext, direction string
		at             time.Time
		want           string
	}{
		{"101", "incoming", monday, "redirect to 79161234567 after 20s for 30s"},
		{"101", "internal", monday, ""},
		{"101", "incoming", monday.Add(-2 * time.Hour), ""},
		{"101", "incoming", monday.Add(-24 * time.Hour), ""},
		{"101", "internal", time.Date(2021, 5, 3, 0, 0, 0, 0, time.UTC), "redirect to 102 after 1s for 0s"},
		{"101", "internal", time.Date(2021, 4, 30, 20, 59, 0, 0, time.UTC), ""},
		{"102", "incoming", monday, "voice_mail to  after 30s for 0s"},
		{"103", "incoming", monday, ""},
		{"999", "incoming", monday, ""},
	} {
		c := fresh(t)
		if got := ask(t, c, "autosecretary/status/change", `{"user_id":300049012,"rule_id":1310,"active":1}`); got != `{"result":1000}` {
			t.Fatalf("status/change: %s", got)
		}
		got := ""
		if s, ok := c.Secretary(row.ext, row.direction, row.at); ok {
			got = fmt.Sprintf("%s to %s after %v for %v", s.Action, s.To, s.Wait, s.Ring)
		}
		if got != row.want {
			t.Errorf("Secretary(%s, %s, %v) = %q, want %q", row.ext, row.direction, row.at, got, row.want)
		}
	}
}
