package journaltest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
)

// BenchLease measures how long it takes to add an event for one session and to
// lease it, while a thousand others have ten events each that wait and one that
// is leased, as a ratio to the same in a store without them, in turns: a session
// must not pay for the others.
func BenchLease(b *testing.B, open Make) {
	alone, among := newFixture(b, open), newFixture(b, open)
	for i := range 1000 {
		other := fmt.Sprint("other", i)
		out := []journal.Out{{ID: other, To: other, Record: true, Raw: []byte("{}")}}
		for n := range 10 {
			out = append(out, journal.Out{ID: fmt.Sprint(other, "/", n), To: other, Record: true, Raw: []byte("{}")})
		}
		among.derive(out...)
		among.lease(other, true, 1)
	}
	took := map[*fixture][]time.Duration{}
	for i := 0; b.Loop(); i++ {
		for _, f := range []*fixture{alone, among} {
			from := time.Now()
			f.derive(journal.Out{ID: fmt.Sprint(i), To: "s", Record: true, Raw: []byte("{}")})
			given := f.lease("s", true, 16)
			if len(given) != 1 {
				b.Fatalf("Lease() = %d events, want 1", len(given))
			}
			if err := f.out.Ack(f.ctx, given[0].Ref); err != nil {
				b.Fatal(err)
			}
			took[f] = append(took[f], time.Since(from))
		}
	}
	middle := func(f *fixture) float64 {
		slices.Sort(took[f])
		return float64(took[f][len(took[f])/2].Nanoseconds())
	}
	b.ReportMetric(middle(alone)/1000, "µs-alone")
	b.ReportMetric(middle(among)/middle(alone), "x-among-1000")
}
