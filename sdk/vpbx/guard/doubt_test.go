package guard_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// window is how long the default window lasts.
const window = guard.DefaultWindow + guard.DefaultMargin

// TestWhatProves: after each outcome of a doubtful request, is another with the
// same claims doubtful, and is the window open?
func TestWhatProves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind           guard.Kind
		proven, window bool
	}{
		{guard.Answered, true, false},
		{guard.Wrong, false, true},
		{guard.Unauthorized, false, false},
		{guard.Overloaded, false, false},
		{guard.Lost, false, true},
		{guard.NotSent, false, false},
	}
	for _, test := range tests {
		t.Run(name("kind ", int(test.kind)), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := unlimited()
				pass(t, g, claiming("a", "b"), outcome(test.kind))
				var want time.Time
				if test.window {
					want = time.Now().Add(window)
				}
				if got := g.Status().WindowUntil; !got.Equal(want) {
					t.Errorf("after %v the window is open until %v, want %v", test.kind, got, want)
				}
				time.Sleep(time.Hour) // whatever it closed is open again
				if got := !must(t, g, claiming("b", "a")).Doubtful(); got != test.proven {
					t.Errorf("after %v the claims are proven: %v, want %v", test.kind, got, test.proven)
				}
			})
		})
	}
}

// TestTicketDeadline: it ends the wait as the context's own does.
func TestTicketDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		first := must(t, g, claiming("new"))
		ticket := claiming("other")
		ticket.Deadline = time.Now().Add(time.Second)
		if _, d, err := within(t, g, time.Minute, ticket); !errors.Is(err, context.DeadlineExceeded) || d != time.Second {
			t.Errorf("Enter = %v after %v, want the deadline after 1s", err, d)
		}
		first.Done(outcome(guard.Wrong)) // opens the window: what ends within it is hopeless
		ticket.Deadline = time.Now().Add(time.Minute)
		if _, d, err := within(t, g, time.Hour, ticket); !errors.Is(err, text.New(text.APIPaused)) || d != 0 {
			t.Errorf("Enter in the window = %v after %v, want %s at once", err, d, text.APIPaused)
		}
	})
}

func TestOneDoubtfulInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		g.Prove("good")
		first := must(t, g, claiming("good", "new"))
		must(t, g, claiming("good")) // is not held up
		must(t, g, claiming())       // nor is one without claims
		if _, d, err := within(t, g, time.Second, claiming("other")); !errors.Is(err, context.DeadlineExceeded) || d != time.Second {
			t.Errorf("Enter of a second doubtful request = %v after %v, want the deadline after 1s", err, d)
		}
		time.AfterFunc(time.Second, func() { first.Done(outcome(guard.Answered)) })
		p, d, err := within(t, g, time.Minute, claiming("other"))
		if err != nil || d != time.Second {
			t.Fatalf("Enter of the next doubtful request = %v after %v, want a pass when the first is done", err, d)
		}
		must(t, g, claiming("new")) // proven by the first
		p.Done(outcome(guard.Answered))
	})
}

// TestWaitingForOnesOwnProof: of two with the same new claim the second is no
// longer doubtful when the first was answered.
func TestWaitingForOnesOwnProof(t *testing.T) {
	t.Parallel()
	for _, vouch := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			g := unlimited()
			first, suspect := claiming("new"), "new"
			if vouch {
				first = claiming("unrelated") // stays in flight
			}
			p := must(t, g, first)
			time.AfterFunc(time.Second, func() {
				if vouch {
					g.Prove(suspect)
				} else {
					p.Done(outcome(guard.Answered))
				}
			})
			second, d, err := within(t, g, time.Minute, claiming(suspect))
			if err != nil || d != time.Second || second.Doubtful() {
				t.Errorf("vouched %v: Enter = %v after %v, doubtful %v; want a pass without doubt after 1s", vouch, err, d, second.Doubtful())
			}
		})
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		g.Prove("good")
		until := time.Now().Add(window)
		if v := pass(t, g, claiming("bad"), outcome(guard.Wrong)); !v.Until.Equal(until) || v.WrongKey {
			t.Errorf("Done(Wrong) = %+v, want until %v", v, until)
		}
		must(t, g, claiming("good")).Done(outcome(guard.Answered))
		must(t, g, claiming())

		_, d, err := within(t, g, time.Minute, claiming("bad"))
		if diff := cmp.Diff(&guard.PausedError{Until: until, Reason: guard.WindowOpen}, err); diff != "" || d != 0 {
			t.Errorf("Enter in the window after %v (-want +got):\n%s", d, diff)
		}
		if !errors.Is(err, text.New(text.APIPaused)) {
			t.Errorf("%v is no %s", err, text.APIPaused)
		}
		// At the very deadline it is too late.
		if _, d, _ := within(t, g, window, claiming("bad")); d != 0 {
			t.Errorf("Enter with a deadline at the end of the window took %v, want a refusal at once", d)
		}
		// One that has the time waits; one whose claims get proven meanwhile goes.
		time.AfterFunc(time.Minute, func() { g.Prove("read") })
		if _, d, err := within(t, g, time.Hour, claiming("read")); err != nil || d != time.Minute {
			t.Errorf("Enter of what gets proven took %v, %v; want 1m", d, err)
		}
		if _, d, err := within(t, g, time.Hour, claiming("bad")); err != nil || d != window-time.Minute {
			t.Errorf("Enter with an hour to spend took %v, %v; want the rest of the window", d, err)
		}
	})
}

// TestWindowRefusesThoseWhoWait: the window opens while they wait for the
// doubtful one in flight.
func TestWindowRefusesThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		bad := must(t, g, claiming("bad"))
		type end struct {
			err   error
			after time.Duration
		}
		ends := map[time.Duration]end{}
		var mu sync.Mutex
		for _, timeout := range []time.Duration{time.Minute, time.Hour} {
			go func() {
				_, d, err := within(t, g, timeout, claiming("new"))
				mu.Lock()
				defer mu.Unlock()
				ends[timeout] = end{err, d}
			}()
		}
		time.Sleep(time.Second)
		bad.Done(outcome(guard.Wrong))
		until := time.Now().Add(window)
		time.Sleep(time.Hour)
		want := map[time.Duration]end{
			time.Minute: {&guard.PausedError{Until: until, Reason: guard.WindowOpen}, time.Second},
			time.Hour:   {nil, time.Second + window},
		}
		mu.Lock()
		defer mu.Unlock()
		if diff := cmp.Diff(want, ends, cmp.AllowUnexported(end{})); diff != "" {
			t.Errorf("ends of those who waited, by timeout (-want +got):\n%s", diff)
		}
	})
}

// TestWhomAWrongAnswerBlames: which claims are proven after a 3xxx.
func TestWhomAWrongAnswerBlames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		claims, denied []string
		want           []string // still proven, of a, b and c; d never was
	}{
		"the unproven one":             {claims: []string{"a", "b", "d"}, want: []string{"a", "b", "c"}},
		"all, if all were proven":      {claims: []string{"a", "b"}, want: []string{"c"}},
		"the one that the PBX names":   {claims: []string{"a", "b"}, denied: []string{"b"}, want: []string{"a", "c"}},
		"even if another is unproven":  {claims: []string{"a", "d"}, denied: []string{"a"}, want: []string{"b", "c"}},
		"none, if it is said so":       {claims: []string{"a", "b"}, denied: []string{}, want: []string{"a", "b", "c"}},
		"nobody, if nothing was vowed": {want: []string{"a", "b", "c"}},
	}
	for what, test := range tests {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := unlimited()
				g.Prove("a", "b", "c")
				pass(t, g, claiming(test.claims...), guard.Outcome{Kind: guard.Wrong, Denied: test.denied})
				var got []string
				for _, c := range []string{"a", "b", "c", "d"} {
					if _, _, err := within(t, g, time.Second, claiming(c)); err == nil {
						got = append(got, c)
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("claims that go out in the window (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestLateAnswerProvesNothing: an employee is deleted while two requests are in
// flight. The one that was seen before must not prove what the other disproved.
func TestLateAnswerProvesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		g.Prove("extension:101")
		late := must(t, g, claiming("extension:101"))
		pass(t, g, claiming("extension:101"), outcome(guard.Wrong))
		late.Done(guard.Outcome{Kind: guard.Answered, Proven: []string{"extension:102"}})
		for _, claim := range []string{"extension:101", "extension:102"} {
			if _, _, err := within(t, g, time.Second, claiming(claim)); err == nil {
				t.Errorf("Enter with %s succeeded in the window", claim)
			}
		}
		pass(t, g, claiming(), guard.Outcome{Kind: guard.Answered, Proven: []string{"extension:103"}})
		must(t, g, claiming("extension:103"))
		g.Deny([]string{"extension:103"}) // posted
		if _, _, err := within(t, g, time.Second, claiming("extension:103")); err == nil {
			t.Error("Enter with a claim that was denied later succeeded in the window")
		}
	})
}

// TestWindowBeginsAnew: the second 3xxx counts from itself.
func TestWindowBeginsAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		pass(t, g, claiming(), outcome(guard.Wrong))
		time.Sleep(100 * time.Second)
		pass(t, g, claiming(), outcome(guard.Wrong))
		if got, want := g.Status().WindowUntil, time.Now().Add(window); !got.Equal(want) {
			t.Errorf("Status().WindowUntil = %v, want %v", got, want)
		}
	})
}

// TestLostKnownGood: what is not doubtful may be lost without harm.
func TestLostKnownGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := unlimited()
		g.Prove("good")
		if v := pass(t, g, claiming("good"), guard.Outcome{}); v != (guard.Verdict{}) {
			t.Errorf("Done(Lost) of a request without doubt = %+v, want nothing", v)
		}
		must(t, g, claiming("new"))
	})
}

// TestClaimsAreBounded: the claim that nobody used for longest is forgotten.
func TestClaimsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guard.New(guard.Config{Unlimited: true, Claims: 3})
		g.Prove("a", "b", "c")
		pass(t, g, claiming("a"), outcome(guard.Answered))
		g.Prove("d")
		got := map[string]bool{}
		for _, c := range []string{"a", "b", "c", "d"} {
			p := must(t, g, claiming(c))
			got[c] = !p.Doubtful()
			p.Done(outcome(guard.NotSent))
		}
		if diff := cmp.Diff(map[string]bool{"a": true, "b": false, "c": true, "d": true}, got); diff != "" {
			t.Errorf("proven of a memory of three (-want +got):\n%s", diff)
		}
		if n := g.Status().Proven; n != 3 {
			t.Errorf("Status().Proven = %d, want 3", n)
		}
	})
}
