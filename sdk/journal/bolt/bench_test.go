package bolt_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/journal/journaltest"
)

func BenchmarkLease(b *testing.B) {
	journaltest.BenchLease(b, func(t testing.TB, now func() time.Time) journal.Store {
		s, _, err := bolt.Open(unsynced(bolt.Options{Dir: b.TempDir() + "/store", Now: now}))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// BenchmarkAppend: records per second with so many callers at once, each of
// which waits for the disk; p50 and p99 are what one of them waits. A record
// is as big as an ordinary notification of a call.
func BenchmarkAppend(b *testing.B) {
	raw := bytes.Repeat([]byte("x"), 700)
	for _, writers := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			d := &disk{}
			s, _ := openStore(b, bolt.Options{Dir: b.TempDir() + "/store"}.WithSync(d.sync))
			waited := make([]time.Duration, b.N)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						from := time.Now()
						if _, _, err := s.Append(b.Context(), fmt.Sprintf("call/%d", i), raw); err != nil {
							b.Errorf("Append() = %v", err)
							return
						}
						waited[i-1] = time.Since(from)
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			slices.Sort(waited)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(waited[b.N/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(waited[b.N*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(b.N)/float64(d.syncs.Load()), "records/commit")
			b.ReportMetric(0, "ns/op") // the rate says it
		})
	}
}

// BenchmarkTwoSyncs is the baseline: a commit of bbolt writes and syncs twice,
// so a lone caller cannot wait less than this.
func BenchmarkTwoSyncs(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	var waited []time.Duration
	for b.Loop() {
		from := time.Now()
		for i := range int64(2) {
			if _, err := f.WriteAt(page, i*4096); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		waited = append(waited, time.Since(from))
	}
	slices.Sort(waited)
	b.ReportMetric(float64(waited[len(waited)/2].Microseconds()), "p50-µs")
}

// BenchmarkOpen: what it costs to look at every page, and at every row too when
// nobody closed the store.
func BenchmarkOpen(b *testing.B) {
	const records = 20_000
	dir := b.TempDir() + "/store"
	s, _, err := bolt.Open(unsynced(bolt.Options{Dir: dir}))
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 100 {
		wg.Go(func() {
			for i := range records / 100 {
				if _, _, err := s.Append(b.Context(), fmt.Sprintf("%d/%d", w, i), make([]byte, 700)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for _, how := range []string{"closed", "unclosed"} {
		b.Run(how, func(b *testing.B) {
			for b.Loop() {
				if how == "unclosed" {
					unclose(b, dir)
				}
				s, _, err := bolt.Open(bolt.Options{Dir: dir})
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/records*1e5, "ms/100000-records")
		})
	}
}
