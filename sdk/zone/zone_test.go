package zone

import (
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		offset int // seconds east, −1: refused
	}{
		{"+03:00", 3 * 3600},
		{"-02:30", -(2*3600 + 30*60)},
		{"Europe/Moscow", 3 * 3600},
		{"Asia/Kamchatka", 12 * 3600},
		{"UTC", 0},
		{"Europe/Nowhere", -1},
		{"+3", -1},
		{"../etc/passwd", -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			loc, err := Load(tt.name)
			if tt.offset == -1 {
				if err == nil {
					t.Fatalf("Load(%q) = %v, want an error", tt.name, loc)
				}
				return
			}
			if err != nil {
				t.Fatalf("Load(%q) = %v", tt.name, err)
			}
			if _, got := at.In(loc).Zone(); got != tt.offset {
				t.Errorf("Load(%q): offset %d, want %d", tt.name, got, tt.offset)
			}
		})
	}
	if loc, err := Load(""); err != nil || loc != time.Local {
		t.Errorf(`Load("") = %v, %v, want the local zone`, loc, err)
	}
}

// The table stands in for the database where that is missing: where it is
// there, both must agree about today.
func TestTableAgreesWithTheDatabase(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	compared := 0
	for name, hours := range fixed {
		loc, err := time.LoadLocation(name)
		if err != nil {
			continue // this machine's database is older than the zone
		}
		compared++
		if _, got := at.In(loc).Zone(); got != hours*3600 {
			t.Errorf("%s: the table says %+d h, the database %+d s", name, hours, got)
		}
	}
	if compared < len(fixed)/2 {
		t.Fatalf("only %d of %d zones could be compared", compared, len(fixed))
	}
}
