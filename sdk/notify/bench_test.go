package notify_test

import (
	"encoding/json"
	"testing"

	"mangoofficesdk/sdk/notify"
)

// measured are samples of the notifications that come most.
var measured = []string{"call-disconnected-group", "summary-live", "recording-completed", "dtmf", "result-callback-text", "ab-contacts"}

// BenchmarkDecode measures what the listener does with a notification.
func BenchmarkDecode(b *testing.B) {
	all := samples(b)
	for _, name := range measured {
		s := all[name]
		raw := []byte(s.JSON)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if it := notify.Decode(s.Path, raw); it.Err != nil {
					b.Fatal(it.Err)
				}
			}
		})
	}
}

// BenchmarkMap is the yardstick: the same texts read by encoding/json into a
// map, without a type, a key or any tolerance.
func BenchmarkMap(b *testing.B) {
	all := samples(b)
	for _, name := range measured {
		raw := []byte(all[name].JSON)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				var m map[string]any
				if err := json.Unmarshal(raw, &m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
