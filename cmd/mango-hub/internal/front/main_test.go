package front_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/group"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs fn beside the test, which waits for it.
func run(t *testing.T, fn func()) {
	t.Helper()
	g := group.New(t.Context(), nil)
	g.Go("test", func(context.Context) { fn() })
	t.Cleanup(func() {
		if err := g.Wait(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
