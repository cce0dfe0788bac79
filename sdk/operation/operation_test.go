package operation_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a registry and what it told.
type desk struct {
	*operation.Registry
	grp *group.Group

	mu      sync.Mutex
	now     time.Time
	ids     int
	heard   []operation.Status // progress
	ended   []operation.Status
	panics  int
	changes int
}

func newDesk(t testing.TB, cfg operation.Config) *desk {
	t.Helper()
	d := &desk{now: time.Unix(1_700_000_000, 0)}
	d.grp = group.New(context.Background(), func(string, any, []byte) { d.count(&d.panics) })
	cfg.Group, cfg.Now = d.grp, d.clock
	cfg.NewID = func() string { return "op" + strconv.Itoa(d.count(&d.ids)) }
	cfg.Progressed = func(s operation.Status) { d.keep(&d.heard, s) }
	cfg.Ended = func(s operation.Status) { d.keep(&d.ended, s) }
	cfg.Changed = func() { d.count(&d.changes) }
	d.Registry = operation.New(cfg)
	return d
}

func (d *desk) close(t testing.TB) {
	t.Helper()
	d.Stop()
	d.grp.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := d.grp.Wait(ctx); err != nil {
		t.Errorf("Wait() = %v", err)
	}
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *desk) count(n *int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	*n++
	return *n
}

func (d *desk) keep(list *[]operation.Status, s operation.Status) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*list = append(*list, s)
}

func (d *desk) told() (heard, ended []operation.Status) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append(heard, d.heard...), append(ended, d.ended...)
}

func row(n int) json.RawMessage { return json.RawMessage(strconv.Itoa(n)) }

func code(err error) text.Code {
	if err == nil {
		return ""
	}
	return text.From(err).Code
}

// start starts an operation that must start.
func (d *desk) start(t testing.TB, owner string, fn operation.Func) string {
	t.Helper()
	id, err := d.Start(owner, "work", fn)
	if err != nil || id == "" {
		t.Fatalf("Start() = %q, %v, want an id", id, err)
	}
	return id
}

func until(ctx context.Context, _ *operation.Op) error { <-ctx.Done(); return ctx.Err() }

func TestRowsArePagedToTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		id := d.start(t, "me", func(_ context.Context, op *operation.Op) error {
			op.SetPath("/tmp/x")
			for i := range 5 {
				if err := op.Add(row(i)); err != nil {
					return err
				}
			}
			return nil
		})
		synctest.Wait()
		for _, c := range []struct{ offset, count, first, n int }{{0, 2, 0, 2}, {2, 100, 2, 3}, {5, 1, 0, 0}, {99, 1, 0, 0}, {-1, 1, 0, 1}, {0, 0, 0, 0}} {
			rows, total, err := d.Page(t.Context(), "me", id, c.offset, c.count)
			if err != nil || total != 5 || len(rows) != c.n || c.n > 0 && string(rows[0]) != strconv.Itoa(c.first) {
				t.Errorf("Page(%d, %d) = %s of %d, %v; want %d from %d of 5", c.offset, c.count, rows, total, err, c.n, c.first)
			}
		}
		for owner, name := range map[string]string{"other": id, "me": "nobody"} {
			if _, _, err := d.Page(context.Background(), owner, name, 0, 1); code(err) != text.OperationUnknown {
				t.Errorf("Page of %s for %s = %v, want operation_unknown", name, owner, err)
			}
			if err := d.Cancel(owner, name); code(err) != text.OperationUnknown {
				t.Errorf("Cancel of %s for %s = %v, want operation_unknown", name, owner, err)
			}
		}
		want := []operation.Status{{ID: id, Owner: "me", Kind: "work", Rows: 5, Path: "/tmp/x"}}
		if _, ended := d.told(); !cmp.Equal(want, ended) {
			t.Errorf("Ended was told (-want +got):\n%s", cmp.Diff(want, ended))
		}
		d.close(t)
	})
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fn   operation.Func
		end  func(d *desk, id string)
		want text.Code
	}{
		"fails": {fn: func(context.Context, *operation.Op) error { return text.New(text.Timeout) }, want: text.Timeout},
		"fails without a code": {
			fn: func(context.Context, *operation.Op) error { return errors.New("boom") }, want: text.Internal,
		},
		"panics":          {fn: func(context.Context, *operation.Op) error { panic("boom") }, want: text.Internal},
		"is stopped":      {fn: until, end: func(d *desk, _ string) { d.Stop() }, want: text.Stopping},
		"its group stops": {fn: until, end: func(d *desk, _ string) { d.grp.Stop() }, want: text.Stopping},
		"is cancelled":    {fn: until, end: func(d *desk, id string) { _ = d.Cancel("me", id) }, want: text.Cancelled},
		"is cancelled and does not care": {
			fn: func(ctx context.Context, op *operation.Op) error {
				<-ctx.Done()
				op.Progress(1, 2)
				return op.Add(row(1))
			},
			end: func(d *desk, id string) { _ = d.Cancel("me", id); _ = d.Cancel("me", id) }, want: text.Cancelled,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, operation.Config{})
				id := d.start(t, "me", c.fn)
				synctest.Wait()
				if c.end != nil {
					if _, _, err := d.Page(t.Context(), "me", id, 0, 1); code(err) != text.OperationRunning {
						t.Errorf("Page while it runs = %v, want operation_running", err)
					}
					c.end(d, id)
					synctest.Wait()
				}
				if _, _, err := d.Page(t.Context(), "me", id, 0, 1); code(err) != c.want {
					t.Errorf("Page = %v, want %s", err, c.want)
				}
				heard, ended := d.told()
				if len(ended) != 1 || ended[0].ID != id || ended[0].Err == nil || ended[0].Err.Code != c.want || len(heard) != 0 {
					t.Errorf("told %+v and %+v, want the end once, with %s", heard, ended, c.want)
				}
				if s := d.Stats(); s != (operation.Stats{Kept: 1}) || d.changes != 2 {
					t.Errorf("Stats() = %+v, Changed called %d times; want one kept and nothing else, and 2", s, d.changes)
				}
				d.close(t)
			})
		})
	}
}

// What was brought before the failure can be fetched.
func TestRowsOfAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		id := d.start(t, "me", func(_ context.Context, op *operation.Op) error {
			_ = op.Add(row(7))
			return text.New(text.PBXError)
		})
		synctest.Wait()
		if rows, total, err := d.Page(t.Context(), "me", id, 0, 9); err != nil || total != 1 || string(rows[0]) != "7" {
			t.Errorf("Page = %s of %d, %v; want the row", rows, total, err)
		}
		d.close(t)
	})
}

func TestProgressIsToldTwiceASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		d.start(t, "me", func(_ context.Context, op *operation.Op) error {
			for i := range 100 {
				op.Progress(i, 100)
				d.pass(100 * time.Millisecond)
			}
			return nil
		})
		synctest.Wait()
		heard, _ := d.told()
		if len(heard) != 20 {
			t.Fatalf("%d times told in ten seconds, want 20", len(heard))
		}
		want := operation.Status{ID: "op1", Owner: "me", Kind: "work", Done: 50, Total: 100, ETA: 5 * time.Second}
		if diff := cmp.Diff(want, heard[10]); diff != "" {
			t.Errorf("halfway (-want +got):\n%s", diff)
		}
		d.close(t)
	})
}

// What an earlier run has done took none of this one's time.
func TestEstimateOfAResumedOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		d.start(t, "me", func(_ context.Context, op *operation.Op) error {
			op.Resumed(90)
			op.Progress(90, 100)
			d.pass(10 * time.Second)
			op.Progress(95, 100)
			return nil
		})
		synctest.Wait()
		var got []time.Duration
		heard, _ := d.told()
		for _, s := range heard {
			got = append(got, s.ETA)
		}
		if diff := cmp.Diff([]time.Duration{0, 10 * time.Second}, got); diff != "" {
			t.Errorf("what is left at 90 and 95 of 100, ten seconds apart (-want +got):\n%s", diff)
		}
		d.close(t)
	})
}

func TestTry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		after := func(wait time.Duration, err error) operation.Func {
			return func(_ context.Context, op *operation.Op) error {
				time.Sleep(wait)
				_ = op.Add(row(1))
				op.Progress(1, 1)
				return err
			}
		}
		for _, outcome := range []error{nil, text.New(text.PBXError)} {
			if id, err := d.Try(t.Context(), "me", "k", time.Second, after(time.Millisecond, outcome)); id != "" || code(err) != code(outcome) {
				t.Errorf("Try of a quick one = %q, %v; want no id and %v", id, err, outcome)
			}
		}
		if heard, ended := d.told(); len(heard)+len(ended) != 0 {
			t.Errorf("told %+v and %+v to one who waited", heard, ended)
		}
		if s := d.Stats(); s.Kept+s.Bytes != 0 {
			t.Errorf("Stats() = %+v, want nothing kept", s)
		}
		for _, wait := range []time.Duration{0, time.Second} {
			id, err := d.Try(t.Context(), "me", "k", wait, after(time.Minute, nil))
			if id == "" || err != nil {
				t.Fatalf("Try(%v) of a slow one = %q, %v; want an id", wait, id, err)
			}
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			if rows, _, err := d.Page(t.Context(), "me", id, 0, 1); err != nil || len(rows) != 1 {
				t.Errorf("Page of a slow one = %s, %v", rows, err)
			}
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if id, err := d.Try(gone, "me", "k", time.Hour, after(time.Minute, nil)); id == "" || err != nil {
			t.Errorf("Try by one who is gone = %q, %v; want an id", id, err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if _, ended := d.told(); len(ended) != 3 {
			t.Errorf("Ended was told %d times, want 3: %+v", len(ended), ended)
		}
		d.close(t)
	})
}

func TestOldOnesGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{Life: time.Hour})
		done := func(_ context.Context, op *operation.Op) error { return op.Add(row(1)) }
		first := d.start(t, "me", done)
		synctest.Wait()
		d.pass(30 * time.Minute)
		second := d.start(t, "me", done)
		synctest.Wait()
		d.pass(30 * time.Minute)
		d.Purge()
		if s := d.Stats(); s.Kept != 1 {
			t.Errorf("Stats() after an hour = %+v, want one kept", s)
		}
		if _, _, err := d.Page(t.Context(), "me", first, 0, 1); code(err) != text.OperationUnknown {
			t.Errorf("Page after an hour = %v, want operation_unknown", err)
		}
		if _, _, err := d.Page(t.Context(), "me", second, 0, 1); err != nil {
			t.Errorf("Page after half an hour = %v", err)
		}
		d.Leave("me")
		if s := d.Stats(); s != (operation.Stats{}) {
			t.Errorf("Stats() after Leave = %+v, want zeros", s)
		}
		d.close(t)
		if id, err := d.Start("me", "k", done); code(err) != text.Stopping {
			t.Errorf("Start after Stop = %q, %v; want stopping", id, err)
		}
	})
}

func TestLeaveEndsOnlyTheOwners(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{Running: 2})
		mine, others := d.start(t, "me", until), d.start(t, "other", until)
		if id, err := d.Start("me", "k", until); code(err) != text.TooManyOperations {
			t.Errorf("a third Start = %q, %v; want too_many_operations", id, err)
		}
		d.Leave("me")
		synctest.Wait()
		_, ended := d.told()
		want := []operation.Status{{ID: mine, Owner: "me", Kind: "work", Err: text.New(text.Stopping)}}
		if diff := cmp.Diff(want, ended, cmpopts.IgnoreFields(text.Error{}, "Err")); diff != "" {
			t.Errorf("Ended was told (-want +got):\n%s", diff)
		}
		if _, _, err := d.Page(t.Context(), "other", others, 0, 1); code(err) != text.OperationRunning {
			t.Errorf("the other's operation: %v, want operation_running", err)
		}
		d.close(t)
	})
}

// Rows that are elsewhere are asked for there, and bounded as those in memory.
func TestRowsOfASource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		id := d.start(t, "me", func(_ context.Context, op *operation.Op) error {
			op.SetSource(5, func(_ context.Context, offset, count int) (rows []json.RawMessage, err error) {
				for n := offset; n < min(offset+count, 5); n++ {
					rows = append(rows, row(n))
				}
				return rows, nil
			})
			return nil
		})
		synctest.Wait()
		rows, total, err := d.Page(t.Context(), "me", id, 3, 9)
		if err != nil || total != 5 || len(rows) != 2 || string(rows[0]) != "3" || d.Kind("me", id) != "work" || d.Kind("other", id) != "" {
			t.Errorf("Page(3, 9) = %s of %d, %v; want 3 and 4 of 5", rows, total, err)
		}
		if _, ended := d.told(); len(ended) != 1 || ended[0].Rows != 5 {
			t.Errorf("Ended was told %+v, want 5 rows", ended)
		}
		d.Leave("me")
		if _, _, err := d.Page(t.Context(), "me", id, 0, 1); code(err) != text.OperationUnknown {
			t.Errorf("Page after Leave = %v, want operation_unknown", err)
		}
		d.close(t)
	})
}
