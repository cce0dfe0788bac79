package link

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in     string
		secure bool
		want   string
	}{
		{"hub.local:7777", false, "ws://hub.local:7777/link"},
		{"hub.local:7777", true, "wss://hub.local:7777/link"},
		{"10.0.0.1:80", false, "ws://10.0.0.1:80/link"},
		{"[::1]:7777", false, "ws://[::1]:7777/link"},
		{"http://hub", true, "ws://hub/link"},
		{"https://hub/", false, "wss://hub/link"},
		{"wss://hub/mango/link", false, "wss://hub/mango/link"},
	} {
		got, ok := address(test.in, test.secure)
		if !ok || got.String() != test.want {
			t.Errorf("address(%q, %v) = %v, %v, want %s", test.in, test.secure, got, ok, test.want)
		}
	}
}

// FuzzAddress: what passes is an address of a WebSocket with a path.
func FuzzAddress(f *testing.F) {
	f.Add("hub:1", true)
	f.Add("wss://[::1%25x]/a?b#c", false)
	f.Fuzz(func(t *testing.T, s string, secure bool) {
		u, ok := address(s, secure)
		if ok && (u.Scheme != "ws" && u.Scheme != "wss" || u.Hostname() == "" || u.Path == "" || u.RawQuery != "") {
			t.Fatalf("address(%q) = %v", s, u)
		}
	})
}

// TestClockJump: a computer that slept does not wait for its old socket to die.
func TestClockJump(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asleep atomic.Int64
		c := &Client{soon: make(chan struct{}, 1), cfg: Config{Now: func() time.Time { return time.Now().Add(time.Duration(asleep.Load())) }}}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { c.watchClock(ctx); close(done) }()
		jumped := func() bool {
			time.Sleep(2 * clockLook)
			synctest.Wait()
			select {
			case <-c.soon:
				return true
			default:
				return false
			}
		}
		if jumped() {
			t.Error("a clock that goes on as clocks do was taken for one that jumped")
		}
		if asleep.Add(int64(time.Hour)); !jumped() {
			t.Error("an hour of sleep was not noticed")
		}
		if asleep.Add(-int64(2 * time.Hour)); jumped() {
			t.Error("a clock that was set back was taken for sleep")
		}
		cancel()
		<-done
	})
}
