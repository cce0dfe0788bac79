package history_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"mangoofficesdk/sdk/history"
)

const benchCalls = 100_000

// BenchmarkStore fills a store with a month of a large company and reads it: ns
// per call, and bytes of the file per call.
func BenchmarkStore(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "calls")
	s := openStore(b, history.Config{Dir: dir})
	fill := func() {
		for n := range benchCalls {
			s.Put(numbered(n))
			if n%2000 == 1999 {
				if err := s.Sync(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			fill()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCalls, "ns/call")
		info, err := os.Stat(filepath.Join(dir, "calls.db"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/benchCalls, "B/call")
	})
	b.Run("read", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for _, err := range s.Calls(b.Context(), time.Time{}, time.Time{}, history.Filter{Employee: []string{"101"}}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/call")
	})
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Get(b.Context(), "E050000"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
