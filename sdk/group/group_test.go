package group_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/group"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStopEndsEveryGoroutine(t *testing.T) {
	t.Parallel()
	g := group.New(t.Context(), nil)
	for range 10 {
		g.Go("worker", func(ctx context.Context) { <-ctx.Done() })
	}
	if got := g.Running(); len(got) != 1 || got[0] != "worker" {
		t.Fatalf("Running() = %v, want [worker]", got)
	}
	g.Stop()
	g.Stop()
	if err := g.Wait(t.Context()); err != nil {
		t.Fatalf("Wait() = %v, want nil", err)
	}
	if g.Go("late", func(context.Context) {}) {
		t.Fatal("Go() after Stop() = true, want false")
	}
}

func TestPanicIsReportedAndNotPropagated(t *testing.T) {
	t.Parallel()
	type report struct {
		name  string
		value any
		stack string
	}
	got := make(chan report, 1)
	g := group.New(t.Context(), func(name string, v any, stack []byte) {
		got <- report{name, v, string(stack)}
	})
	g.Go("boom", func(context.Context) { panic("bang") })
	r := <-got
	if r.name != "boom" || r.value != "bang" || !strings.Contains(r.stack, "group_test") {
		t.Fatalf("panic report = %+v, want name boom, value bang and our stack", r)
	}
	g.Stop()
	if err := g.Wait(t.Context()); err != nil {
		t.Fatalf("Wait() after a panic = %v, want nil", err)
	}
}

func TestWaitNamesWhatStillRuns(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	g := group.New(t.Context(), nil)
	g.Go("stubborn", func(context.Context) { <-release })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := g.Wait(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "stubborn") {
		t.Fatalf("Wait() = %v, want a deadline error that names stubborn", err)
	}
	close(release)
	if err := g.Wait(t.Context()); err != nil {
		t.Fatalf("Wait() after release = %v, want nil", err)
	}
}

func TestSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if !group.Sleep(t.Context(), time.Hour) || time.Since(start) != time.Hour {
			t.Errorf("Sleep(1h) took %v, want an hour and true", time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start = time.Now()
		if group.Sleep(ctx, time.Hour) || time.Since(start) != time.Minute {
			t.Errorf("Sleep(1h) with a minute left took %v, want a minute and false", time.Since(start))
		}
	})
}
