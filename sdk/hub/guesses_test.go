package hub

import (
	"fmt"
	"testing"
	"time"
)

// TestGuessesAreBounded: addresses come and go, and the table stays small; who
// goes on waits longer, who stops is forgiven.
func TestGuessesAreBounded(t *testing.T) {
	t.Parallel()
	var g guesses
	now := time.Unix(1700000000, 0)
	for i, want := range []time.Duration{guessPause, 2 * guessPause, 4 * guessPause} {
		if got := g.next("10.0.0.1", now); got != want {
			t.Errorf("pause after guess %d = %v, want %v", i+1, got, want)
		}
	}
	for range 100 {
		if got := g.next("10.0.0.1", now); got > guessMax {
			t.Fatalf("pause = %v, want at most %v", got, guessMax)
		}
	}
	if got := g.next("10.0.0.1", now.Add(2*guessLife)); got != guessPause {
		t.Errorf("pause long after = %v, want %v", got, guessPause)
	}
	for i := range 2 * maxGuessers {
		now = now.Add(time.Millisecond)
		g.next(fmt.Sprint("a", i), now)
		if len(g.from) > maxGuessers {
			t.Fatalf("%d addresses are kept, want at most %d", len(g.from), maxGuessers)
		}
	}
}
