package vpbx_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// Every second of a span is in one period, and no period is too long.
func TestPeriods(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "from"))
		to := from.Add(time.Duration(rapid.Int64Range(-1e6, 400*24*3600*1e3).Draw(t, "span")) * time.Millisecond)
		next := from.Truncate(time.Second)
		for p := range vpbx.Periods(from, to) {
			if !p.From.Equal(next) || p.To.Before(p.From) || p.To.Sub(p.From) > vpbx.MaxStatisticsSpan || p.To.After(to) {
				t.Fatalf("Periods(%v, %v) has %v after %v", from, to, p, next)
			}
			next = p.To.Add(time.Second)
		}
		if !next.After(to) {
			t.Fatalf("Periods(%v, %v) ends before %v", from, to, next)
		}
	})
	for range vpbx.Periods(november, november.Add(-time.Second)) {
		t.Error("Periods of a span that ends before it begins has a period")
	}
}

// walked is a walk with its time by a fake clock: the server is a real one.
type walked struct {
	Got   []string
	Err   text.Code
	Asked []string
	Took  time.Duration
}

// reports answers orders with ever new keys, and fetches from a script.
type reports struct {
	orders int
	script []string // by fetch: "204", or a body
}

func (s *reports) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "request") {
		s.orders++
		fmt.Fprintf(w, `{"key":"k%d"}`, s.orders)
		return
	}
	body := s.script[0]
	if len(s.script) > 1 {
		s.script = s.script[1:]
	}
	switch body {
	case "204":
		w.WriteHeader(http.StatusNoContent)
		return
	case "404":
		w.WriteHeader(http.StatusNotFound)
		return
	}
	fmt.Fprint(w, body)
}

func walkOf(t *testing.T, script []string, walk func(ctx context.Context, c *vpbx.Client, each func(id string, err error) bool)) walked {
	t.Helper()
	p := start(t, nil, (&reports{script: script}).ServeHTTP)
	var w walked
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		walk(t.Context(), p.client(t, nil), func(id string, err error) bool {
			if err != nil {
				w.Err = text.From(err).Code
				return true
			}
			w.Got = append(w.Got, id)
			return len(w.Got) < 4
		})
		w.Took = time.Since(began)
	})
	for _, r := range p.requests() {
		w.Asked = append(w.Asked, r.Form.Get("json"))
	}
	return w
}

func TestStatisticsLegs(t *testing.T) {
	t.Parallel()
	order := func(from, to int64) string {
		return fmt.Sprintf(`{"date_from":"%d","date_to":"%d","fields":"entry_id"}`, from, to)
	}
	const half, first, last, full = 2500 * time.Millisecond, 1793480400, 1796072399, 5 * time.Minute
	for name, row := range map[string]struct {
		to     time.Time
		script []string
		want   walked
	}{
		"a month": {lastDay, []string{"a\nb\n"}, walked{[]string{"a", "b"}, "", []string{order(first, last), `{"key":"k1"}`}, half}},
		"waiting": {lastDay, []string{"204", "204", "a\n"}, walked{
			[]string{"a"}, "", []string{order(first, last), `{"key":"k1"}`, `{"key":"k1"}`, `{"key":"k1"}`}, half + 10*time.Second,
		}},
		"forgotten": {lastDay, []string{"204", "404", "a\n"}, walked{
			[]string{"a"}, "", []string{order(first, last), `{"key":"k1"}`, `{"key":"k1"}`, order(first, last), `{"key":"k2"}`}, half + 5*time.Second + half,
		}},
		"forgotten always": {lastDay, []string{"404"}, walked{
			nil, text.Absent, []string{order(first, last), `{"key":"k1"}`, order(first, last), `{"key":"k2"}`, order(first, last), `{"key":"k3"}`}, 3 * half,
		}},
		"a month and a second": {lastDay.Add(time.Second), []string{"a\n", "b\n"}, walked{
			[]string{"a", "b"}, "", []string{order(first, last), `{"key":"k1"}`, order(last+1, last+1), `{"key":"k2"}`}, 2 * half,
		}},
		"enough": {lastDay.AddDate(1, 0, 0), []string{"a\nb\nc\nd\ne\n"}, walked{
			[]string{"a", "b", "c", "d"}, "", []string{order(first, last), `{"key":"k1"}`}, half,
		}},
		"error in the middle": {lastDay.AddDate(1, 0, 0), []string{"a\n", "b;c\n"}, walked{
			[]string{"a"}, text.BadAnswer, []string{order(first, last), `{"key":"k1"}`, order(last+1, 1798664399), `{"key":"k2"}`}, 2 * half,
		}},
		"backwards": {november.Add(-time.Second), nil, walked{Err: text.BadField}},
		"no end":    {time.Time{}, nil, walked{Err: text.MissingField}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := walkOf(t, row.script, func(ctx context.Context, c *vpbx.Client, each func(string, error) bool) {
				r := basic(func(r *vpbx.StatisticsRequest) { r.DateTo.Time, r.Fields = row.to, vpbx.Columns{vpbx.ColumnEntry} })
				for leg, err := range c.StatisticsLegs(ctx, r) {
					if !each(leg.EntryID, err) {
						return
					}
				}
			})
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("StatisticsLegs (-want +got):\n%s", diff)
			}
		})
	}
	got := walkOf(t, []string{"204"}, func(ctx context.Context, c *vpbx.Client, each func(string, error) bool) {
		for leg, err := range c.StatisticsLegs(ctx, basic(nil)) {
			each(leg.EntryID, err)
		}
	})
	if got.Err != text.Timeout || got.Took != full || len(got.Asked) != 61 {
		t.Errorf("StatisticsLegs that never come: %s after %v and %d requests, want timeout, %v, 61", got.Err, got.Took, len(got.Asked), full)
	}
}

func TestStatisticsCalls(t *testing.T) {
	t.Parallel()
	order := func(start, end string, offset int) string {
		return fmt.Sprintf(`{"start_date":"%s","end_date":"%s","limit":1,"offset":%d}`, start, end, offset)
	}
	report := func(ids ...string) string {
		days := make([]string, len(ids))
		for i, id := range ids {
			days[i] = fmt.Sprintf(`{"list":[{"entry_id":"%s"}]}`, id)
		}
		return `{"result":1000,"status":"complete","data":[` + strings.Join(days, ",") + `]}`
	}
	const begin, end, half = "01.11.2026 00:00:00", "30.11.2026 23:59:59", 2500 * time.Millisecond
	for name, row := range map[string]struct {
		to     time.Time
		script []string
		want   walked
	}{
		"none": {lastDay, []string{report()}, walked{nil, "", []string{order(begin, end, 0), `{"key":"k1"}`}, half}},
		"pages, waiting": {lastDay, []string{`{"status":"request"}`, `{"status":"work","data":[{"list":[{"entry_id":"x"}]}]}`, report("a"), "204", report("b"), report()}, walked{
			[]string{"a", "b"}, "", []string{
				order(begin, end, 0), `{"key":"k1"}`, `{"key":"k1"}`, `{"key":"k1"}`,
				order(begin, end, 1), `{"key":"k2"}`, `{"key":"k2"}`, order(begin, end, 2), `{"key":"k3"}`,
			}, 6 * half,
		}},
		"forgotten": {lastDay, []string{`{"status":"not-found"}`, report("a"), report()}, walked{
			[]string{"a"}, "", []string{order(begin, end, 0), `{"key":"k1"}`, order(begin, end, 0), `{"key":"k2"}`, order(begin, end, 1), `{"key":"k3"}`}, 3 * half,
		}},
		"two months": {lastDay.Add(time.Hour), []string{report(), report("a"), report()}, walked{
			[]string{"a"}, "", []string{
				order(begin, end, 0), `{"key":"k1"}`, order("01.12.2026 00:00:00", "01.12.2026 00:59:59", 0), `{"key":"k2"}`,
				order("01.12.2026 00:00:00", "01.12.2026 00:59:59", 1), `{"key":"k3"}`,
			}, 3 * half,
		}},
		"enough":              {lastDay, []string{report("a", "b", "c", "d", "e")}, walked{[]string{"a", "b", "c", "d"}, "", []string{order(begin, end, 0), `{"key":"k1"}`}, half}},
		"error in the middle": {lastDay, []string{report("a"), `{"status":"error"}`}, walked{[]string{"a"}, text.PBXError, []string{order(begin, end, 0), `{"key":"k1"}`, order(begin, end, 1), `{"key":"k2"}`}, 2 * half}},
		"backwards":           {november.Add(-time.Second), nil, walked{Err: text.BadField}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := walkOf(t, row.script, func(ctx context.Context, c *vpbx.Client, each func(string, error) bool) {
				r := extended(func(r *vpbx.CallStatisticsRequest) { r.EndDate.Time, r.Limit, r.Offset = row.to, 1, 7 })
				for call, err := range c.StatisticsCalls(ctx, r) {
					if !each(call.EntryID, err) {
						return
					}
				}
			})
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("StatisticsCalls (-want +got):\n%s", diff)
			}
		})
	}
}

// A wait ends with its context, not with the bound.
func TestStatisticsWaitEnds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		bound func(context.Context) (context.Context, context.CancelFunc)
		want  text.Code
	}{
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, text.Timeout},
		"cancelled": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, text.Stopping},
	} {
		got := walkOf(t, []string{"204"}, func(ctx context.Context, c *vpbx.Client, each func(string, error) bool) {
			ctx, cancel := row.bound(ctx)
			defer cancel()
			for call, err := range c.StatisticsCalls(ctx, extended(nil)) {
				each(call.EntryID, err)
			}
		})
		if got.Err != row.want || got.Took != time.Second || len(got.Asked) != 1 {
			t.Errorf("%s: %s after %v and %d requests, want %s, a second, 1", name, got.Err, got.Took, len(got.Asked), row.want)
		}
	}
}
