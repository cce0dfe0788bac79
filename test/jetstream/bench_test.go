package jetstream_test

import (
	"bytes"
	"strconv"
	"sync/atomic"
	"testing"

	"mangoofficesdk/sdk/journal/jetstream"
)

// BenchmarkAppend is of an ordinary notification of a call, with one caller
// and many, by the leader.
func BenchmarkAppend(b *testing.B) {
	raw := bytes.Repeat([]byte("x"), 700)
	for _, callers := range []int{1, 64} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			s := lead(b, jetstream.Options{URL: common.get(b), Key: b.Name() + strconv.Itoa(b.N), NodeName: "node"})
			defer s.Close()
			var serial atomic.Int64
			b.SetParallelism(callers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, _, err := s.Append(b.Context(), strconv.FormatInt(serial.Add(1), 10), raw); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
