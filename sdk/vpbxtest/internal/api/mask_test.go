package api_test

import (
	"strings"
	"testing"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		mask, number string
		want         bool
	}{
		{"79161234567", "79161234567", true},
		{"79161234567", "7916123456", false},
		{"7900*", "79001112233", true},
		{"7900*", "7900", true},
		{"7900*", "79011112233", false},
		{"7900#112233", "79001112233", true},
		{"7900#112233", "7900112233", false},
		{"*33", "79001112233", true},
		{"7*1#2*", "79001112233", true},
		{"7*1#2*", "79001122", true},
		{"*", "", true},
		{"#", "", false},
		{"121-130", "125", true},
		{"121-130", "131", false},
		{"121-130", "1250", false},
		{"sip:a@x.ru", "a@x.ru", true},
		{"a-b@x.ru", "sip:a-b@x.ru", true},
	} {
		if got := api.Matches(row.mask, row.number); got != row.want {
			t.Errorf("Matches(%q, %q) = %v, want %v", row.mask, row.number, got, row.want)
		}
	}
}

// A number is matched by itself, and by itself with any part starred out.
func FuzzMatches(f *testing.F) {
	f.Add("79161234567", 2, 5)
	f.Add("7900*", 0, 0)
	f.Fuzz(func(t *testing.T, number string, i, j int) {
		if strings.ContainsAny(number, "*#-") || strings.HasPrefix(number, "sip:") || i < 0 || j < i || j > len(number) {
			return
		}
		for _, mask := range []string{number, number[:i] + "*" + number[j:], number[:i] + strings.Repeat("#", j-i) + number[j:]} {
			if !strings.HasPrefix(mask, "sip:") && !api.Matches(mask, number) {
				t.Fatalf("Matches(%q, %q) = false, want true", mask, number)
			}
		}
	})
}
