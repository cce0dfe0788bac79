package vpbx_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbx"
)

// answered, read and ordered are the do of a trial for a method with a request
// and an answer, without a request, and without an answer.
func answered[Q, A any](method func(*vpbx.Client, context.Context, Q) (A, error), q Q) func(*vpbx.Client) (any, error) {
	return asked(func(c *vpbx.Client) (A, error) { return method(c, context.Background(), q) })
}

func read[A any](method func(*vpbx.Client, context.Context) (A, error)) func(*vpbx.Client) (any, error) {
	return asked(func(c *vpbx.Client) (A, error) { return method(c, context.Background()) })
}

func ordered[Q any](method func(*vpbx.Client, context.Context, Q) error, q Q) func(*vpbx.Client) (any, error) {
	return sent(func(c *vpbx.Client) error { return method(c, context.Background(), q) })
}

// faulty makes any of them the do of a refusal.
func faulty(do func(*vpbx.Client) (any, error)) func(*vpbx.Client) error {
	return func(c *vpbx.Client) error { _, err := do(c); return err }
}

// changed is a good request with a fault.
func changed[Q any](q Q, change func(*Q)) Q {
	change(&q)
	return q
}

func utc(year int, month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}

// whole fails for methods of an area that no trial asks or no refusal, whose
// name begins with that of its method, refuses.
func whole(t *testing.T, area string, good map[string]trial, bad map[string]refusal) {
	t.Helper()
	paths, names := map[string]bool{}, map[string]bool{}
	for _, row := range good {
		paths[row.path] = true
	}
	for name := range bad {
		method, _, _ := strings.Cut(name, ": ")
		names[method] = true
	}
	for _, e := range vpbx.Catalogue() {
		if e.Area != area || e.Direction != vpbx.DirectionOut {
			continue
		}
		wire := e.Path
		if e.Slash {
			wire += "/"
		}
		if !slices.Contains(vpbx.Declared(), e.Path) {
			t.Errorf("%s is not declared", e.Name)
		}
		if e.Kind != vpbx.AnswerMultipart && !paths[wire] {
			t.Errorf("no trial asks %s", e.Name)
		}
		if !names[e.Name] {
			t.Errorf("no refusal of %s", e.Name)
		}
	}
}
