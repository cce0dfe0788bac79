package engine_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
)

// BenchmarkStep is the cost of a notification while so many calls are live: it
// must not grow with them. One op is the four notifications of a call.
func BenchmarkStep(b *testing.B) {
	for _, live := range []int{10, 100, 1000, 10_000} {
		b.Run(fmt.Sprint("live=", live), func(b *testing.B) {
			s := engine.New(engine.Defaults())
			for i := range live {
				entry := fmt.Sprint("live", i)
				s.Step(start, note{entry: entry, leg: entry, seq: 1, state: "Connected", location: "abonent", from: client, to: fmt.Sprint(1000 + i%200)}.input())
			}
			calls := make([][4]engine.Notification, 2000)
			for i := range calls {
				calls[i] = wholeCall(fmt.Sprint("call", i))
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				now := start.Add(time.Duration(i) * time.Second) // closed calls are forgotten as time goes on
				for _, in := range calls[i%len(calls)] {
					s.Step(now, in)
				}
				s.Changed()
			}
		})
	}
}

func wholeCall(entry string) (ins [4]engine.Notification) {
	n := note{entry: entry, leg: entry, location: "abonent", from: client, to: "101", reason: 1110}
	for i, state := range []string{"Appeared", "Connected", "Disconnected"} {
		n.seq, n.state = i+1, state
		ins[i] = n.input()
	}
	ins[3] = summaryOf(entry, client, "101", 1, true)
	return ins
}

// BenchmarkLiveCall is the memory that a live call of two legs takes, in
// bytes/call.
func BenchmarkLiveCall(b *testing.B) {
	const calls = 10_000
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := engine.New(engine.Defaults())
		for i := range calls {
			entry := fmt.Sprint("e", i)
			s.Step(start, inMenu(entry, client).input())
			s.Step(start, note{entry: entry, leg: entry, seq: 1, state: "Connected", location: "abonent", from: client, to: "101", parent: entry + "-ivr"}.input())
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/calls, "bytes/call")
		runtime.KeepAlive(s)
	}
}
