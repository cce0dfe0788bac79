package guard_test

import (
	"testing"
	"testing/synctest"
	"time"

	"mangoofficesdk/sdk/vpbx/guard"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	paid := func(b *guard.Budget, timeout bool) (n int) {
		for b.Retry(timeout) {
			n++
		}
		return n
	}
	for timeout, want := range map[bool]int{false: 100, true: 50} {
		var b guard.Budget
		b.Success() // a full one stays full
		if got := paid(&b, timeout); got != want {
			t.Errorf("a full budget pays for %d retries (timeouts: %v), want %d", got, timeout, want)
		}
		for range 10 {
			b.Success()
		}
		if got, want := paid(&b, timeout), want/50; got != want {
			t.Errorf("after ten successes it pays for %d retries (timeouts: %v), want %d", got, timeout, want)
		}
	}
}

// TestDelay: the whole span is used, from nothing to its end.
func TestDelay(t *testing.T) {
	t.Parallel()
	for attempt, span := range map[int]time.Duration{
		0: time.Second, 1: 2 * time.Second, 2: 4 * time.Second, 4: 16 * time.Second, 5: 20 * time.Second, 1 << 30: 20 * time.Second,
	} {
		low, high := span, time.Duration(0)
		for range 1000 {
			d := guard.Delay(attempt)
			low, high = min(low, d), max(high, d)
		}
		if low < 0 || low > span/20 || high > span+1 || high < span*19/20 {
			t.Errorf("1000 × Delay(%d) lie from %v to %v, want about 0 to %v", attempt, low, high, span)
		}
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var o guard.Once
		check := func(when, id string, want bool) {
			t.Helper()
			if got := o.First(id, nil); got != want {
				t.Errorf("%s: First(%s) = %v, want %v", when, id, got, want)
			}
		}
		check("new", "a", true)
		time.Sleep(guard.OnceSpan / 2)
		check("new", "b", true)
		check("half an hour later", "a", false)
		time.Sleep(guard.OnceSpan/2 - 1)
		check("a moment before an hour", "a", false)
		time.Sleep(time.Nanosecond)
		check("an hour later", "a", true)
		check("half an hour later", "b", false)
		for i := range guard.OnceSize - 1 {
			check("new", name("n", i), true)
		}
		check("the oldest but kept", "a", false)
		check("pushed out", "b", true)
		check("pushed out in turn", "a", true)
	})
}
