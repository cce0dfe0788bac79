package office

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/sign"
)

// Yesterday is looked at about one o'clock by the PBX's clock, every night, at a
// moment of the company's own.
func TestNextNight(t *testing.T) {
	t.Parallel()
	o := &Office{cfg: Config{Credentials: sign.Credentials{Key: "key"}}}
	o.snap.Store(&Snapshot{Settings: map[string]any{"pbx_time_zone": "Asia/Yekaterinburg"}}) // UTC+5
	w := &watchman{o: o}
	for now, day := range map[string]int{"2026-03-01T12:00:00Z": 1, "2026-03-01T19:30:00Z": 1, "2026-03-01T21:00:00Z": 2} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		first := time.Date(2026, 3, day, 20, 0, 0, 0, time.UTC) // 01:00 of the next day there
		if got := w.nextNight(at).UTC(); got.Before(first) || !got.Before(first.Add(nightSpread)) {
			t.Errorf("nextNight(%s) = %v, want from %v on for %v", now, got, first, nightSpread)
		}
	}
}
