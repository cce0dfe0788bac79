package numbers

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/phone"
)

// known are the regions whose local forms sdk/phone understands.
var known = []string{"RU", "KZ", "BY", "UA", "MD", "AM", "AZ", "GE", "KG", "TJ", "TM", "UZ"}

// e164 is what the library makes of a text, "" when it is no valid number.
func e164(text, region string) string {
	n, err := phonenumbers.Parse(text, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// example draws a valid number of the region: the library's example of a kind
// with other last digits.
func example(t *rapid.T, region string) *phonenumbers.PhoneNumber {
	kind := rapid.SampledFrom([]phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.FIXED_LINE}).Draw(t, "kind")
	n := phonenumbers.GetExampleNumberForType(region, kind)
	if n == nil {
		n = phonenumbers.GetExampleNumber(region)
	}
	national := n.GetNationalNumber()
	changed := national - national%10_000 + uint64(rapid.IntRange(0, 9999).Draw(t, "digits"))
	n.NationalNumber = &changed
	if !phonenumbers.IsValidNumber(n) {
		t.Skip("the plan has no such number")
	}
	return n
}

var forms = []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL, phonenumbers.NATIONAL, phonenumbers.RFC3966}

// However the library writes a valid number of these countries, Parse reads the
// same one, and the kind of telephone agrees.
func TestNumbersOfTheNeighbours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		region := rapid.SampledFrom(known).Draw(t, "region")
		n := example(t, region)
		want := phonenumbers.Format(n, phonenumbers.E164)
		text := phonenumbers.Format(n, rapid.SampledFrom(forms).Draw(t, "form"))
		got := phone.Parse(text, region)
		if got.E164 != want {
			t.Fatalf("Parse(%q, %s) = %+v, the library reads %s", text, region, got, want)
		}
		kind := phonenumbers.GetNumberType(n)
		if kind == phonenumbers.MOBILE && got.Kind != phone.Mobile || kind == phonenumbers.FIXED_LINE && got.Kind != phone.Fixed {
			t.Fatalf("Parse(%q, %s).Kind = %s, the library says %d", text, region, got.Kind, kind)
		}
		if back := e164(got.Display, "RU"); back != want {
			t.Fatalf("Display of %s is %q, which the library reads as %q", want, got.Display, back)
		}
	})
}

// Every country's number in an international form is read as the library reads
// it, and shown so that it can be read again.
func TestNumbersOfTheWorld(t *testing.T) {
	t.Parallel()
	var regions []string
	for region := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, region)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := example(t, rapid.SampledFrom(regions).Draw(t, "region"))
		want := phonenumbers.Format(n, phonenumbers.E164)
		text := phonenumbers.Format(n, rapid.SampledFrom([]phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL}).Draw(t, "form"))
		got := phone.Parse(text, "RU")
		if got.E164 != want {
			t.Fatalf("Parse(%q, RU) = %+v, the library reads %s", text, got, want)
		}
		if back := e164(got.Display, "RU"); back != want {
			t.Fatalf("Display of %s is %q, which the library reads as %q", want, got.Display, back)
		}
	})
}

// Two writings of numbers are the same for SameField when the library matches
// them exactly, and not when it sees two numbers.
func TestSameNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := example(t, "RU")
		b := a
		if rapid.Bool().Draw(t, "another") {
			b = example(t, rapid.SampledFrom(known).Draw(t, "region"))
		}
		textA := phonenumbers.Format(a, rapid.SampledFrom(forms).Draw(t, "form"))
		textB := phonenumbers.Format(b, rapid.SampledFrom([]phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL}).Draw(t, "form"))
		want := phonenumbers.IsNumberMatchWithNumbers(a, b) == phonenumbers.EXACT_MATCH
		if got := phone.SameField(textA, textB, "RU"); got != want {
			t.Fatalf("SameField(%q, %q) = %v, the library says %v", textA, textB, got, want)
		}
	})
}

// The numbers that the library finds in a text of a card, List finds too.
func TestNumbersInAField(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var parts, want []string
		for range rapid.IntRange(1, 4).Draw(t, "numbers") {
			n := example(t, "RU")
			text := phonenumbers.Format(n, rapid.SampledFrom(forms[:3]).Draw(t, "form"))
			if number := e164(text, "RU"); strings.Contains(strings.Join(want, " ")+" ", number+" ") {
				continue
			} else {
				want = append(want, number)
			}
			parts = append(parts, text)
		}
		raw := strings.Join(parts, rapid.SampledFrom([]string{", ", "; ", " / ", " и ", "\n"}).Draw(t, "separator"))
		var got []string
		for _, c := range phone.List(raw, "RU") {
			got = append(got, c.E164)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("List(%q) = %v, want %v", raw, got, want)
		}
	})
}
