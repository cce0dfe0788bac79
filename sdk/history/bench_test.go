package history_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mangoofficesdk/sdk/history"
)

const benchCalls = 100_000

// ofCompany is the n-th call of a company with a hundred employees, a call every
// half minute, each of another client.
func ofCompany(n int) history.Call {
	c := numbered(n)
	c.Started = epoch.Add(time.Duration(n) * 30 * time.Second)
	c.TalkStarted, c.Ended = c.Started.Add(5*time.Second), c.Started.Add(50*time.Second)
	c.Caller.Number = fmt.Sprintf("7999%07d", n)
	c.Callee.Extension = fmt.Sprint(100 + n*7%100)
	c.Legs[0].Caller.Number, c.Legs[1].Caller.Extension = c.Caller.Number, c.Callee.Extension
	c.Legs[0].Callee.Extension = fmt.Sprint(100 + n*3%100)
	return c
}

// BenchmarkStore fills a store with a month of a large company and reads it: ns
// per call, and bytes of the file per call.
func BenchmarkStore(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "calls")
	s := openStore(b, history.Config{Dir: dir})
	fill := func() {
		for n := range benchCalls {
			s.Put(ofCompany(n))
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
			for _, err := range s.Calls(b.Context(), time.Time{}, time.Time{}, history.Filter{Direction: []string{"in"}}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/call")
	})
	b.Run("employee", func(b *testing.B) {
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
	b.Run("number", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range s.Calls(b.Context(), time.Time{}, time.Time{}, history.Filter{Number: []string{"79990012345"}}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 1 {
				b.Fatalf("%d calls of the number, want 1", n)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Get(b.Context(), "E050000"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
