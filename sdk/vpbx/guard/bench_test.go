package guard_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbx/guard"
)

func BenchmarkEnterDone(b *testing.B) {
	claims := []string{"shape:commands/callback:from,to", "extension:101", "line:74951234567"}
	for _, claims := range [][]string{nil, claims} {
		b.Run(fmt.Sprintf("claims=%d", len(claims)), func(b *testing.B) {
			g := guard.New(guard.Config{Unlimited: true})
			g.Prove(claims...)
			t := guard.Ticket{Class: guard.ClassCallback, Urgency: guard.Command, Caller: "101", Claims: claims}
			ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
			defer cancel()
			b.ReportAllocs()
			for b.Loop() {
				p, err := g.Enter(ctx, t)
				if err != nil {
					b.Fatal(err)
				}
				p.Done(guard.Outcome{Kind: guard.Answered})
			}
		})
	}
}

// BenchmarkFlood is what one admission costs with a full queue of bulk reads.
func BenchmarkFlood(b *testing.B) {
	g := guard.New(guard.Config{Limits: map[guard.Class]guard.Limit{"": {N: 2, Per: time.Hour}}})
	hold, err := g.Enter(b.Context(), guard.Ticket{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	const n = guard.DefaultQueue
	for i := range n {
		go func() {
			g.Enter(ctx, guard.Ticket{Urgency: guard.Bulk, Caller: fmt.Sprint(i % 50)}) //nolint:errcheck // it is cancelled
			done <- struct{}{}
		}()
	}
	for g.Status().Waiting[guard.Bulk] < n {
		time.Sleep(time.Millisecond)
	}
	b.ReportAllocs()
	for b.Loop() {
		g.Prove() // pumps
	}
	b.StopTimer()
	cancel()
	for range n {
		<-done
	}
	hold.Done(guard.Outcome{})
}
