package phone_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/phone"
)

// dials writes contacts as number or number+extension.
func dials(list []phone.Contact) (out []string) {
	for _, c := range list {
		d := c.Dial()
		if c.Extension != "" {
			d += "+" + c.Extension
		}
		out = append(out, d)
	}
	return out
}

// R67: fields as they are found in the cards of a 1C base.
func TestList(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"8 (903) 123-45-67":                                    "79031234567",
		"8 (903) 123-45-67, +7 (495) 765-43-21":                "79031234567 74957654321",
		"89031234567;84957654321":                              "79031234567 74957654321",
		"+79031234567 +74957654321":                            "79031234567 74957654321",
		"89031234567 84957654321":                              "79031234567 74957654321",
		"8 903 123 45 67 8 495 765 43 21":                      "79031234567 74957654321",
		"8 903 123-45-67/8 495 765-43-21":                      "79031234567 74957654321",
		"8-903-123-45-67 / 8-495-765-43-21":                    "79031234567 74957654321",
		"(495) 123-45-67/68":                                   "74951234567 74951234568",
		"(495) 123-45-67, 765-43-21":                           "74951234567 74957654321",
		"8 903 123-45-67, 765-43-21":                           "79031234567 7654321", // whose city it is, a mobile number does not say
		"8 (495) 123-45-67 доб. 101":                           "74951234567+101",
		"8 (495) 123-45-67 (доб.101), 8 903 123-45-67":         "74951234567+101 79031234567",
		"8 (495) 123-45-67, доб. 101; 8 903 123-45-67 ext 7":   "74951234567+101 79031234567+7",
		"84951234567,101":                                      "74951234567+101",
		"84951234567 101":                                      "74951234567+101",
		"84951234567#101":                                      "74951234567+101",
		"84951234567 вн. 101, 102":                             "74951234567+101",
		"тел: 8 (495) 123-45-67, моб. +7 903 123 45 67 (Иван)": "74951234567 79031234567",
		"8 903 123-45-67 или 8 916 123-45-67":                  "79031234567 79161234567",
		"89031234567 Иван, 89161234567 Пётр, кабинет 12":       "79031234567 79161234567",
		"8 903 123-45-67\n8 903 123-45-67":                     "79031234567",
		"101, 102":                                             "101 102",
		"доб. 101":                                             "101",
		"кабинет 12":                                           "",
		"sip:ivanov@example.ru; 8 903 123-45-67":               "sip:ivanov@example.ru 79031234567",
		"101@example.ru":                                       "sip:101@example.ru",
		"\"Иванов\" <sip:101@x.ru>, 101":                       "sip:101@x.ru",
		"+375 29 123-45-67, +1 (212) 555-01-00":                "375291234567 12125550100",
		"tel:+7-903-123-45-67":                                 "79031234567",
		"":                                                     "", "anonymous": "", "нет": "", "-": "", "+ + /": "", "8 903": "8903", "+7 903 123 45 678": "",
	} {
		if got := strings.Join(dials(phone.List(raw, "RU")), " "); got != want {
			t.Errorf("List(%q) = %q, want %q", raw, got, want)
		}
	}
}

// TestListOfOne: a field of one number is that number.
func TestListOfOne(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		if v.Dial == "" {
			continue
		}
		want := phone.Parse(v.Raw, v.Region)
		got := phone.List(v.Raw, v.Region)
		if len(got) != 1 || got[0].Number != want {
			t.Errorf("List(%q, %q) = %+v, want only %+v", v.Raw, v.Region, got, want)
		}
	}
}

func TestSameField(t *testing.T) {
	t.Parallel()
	const card = "8 (495) 123-45-67 доб. 101, моб. 8-903-123-45-67"
	for other, want := range map[string]bool{
		"+79031234567": true, "9031234567": true, "4951234567": true, "+7 916 000-00-00; 79031234567": true,
		"+7 495 123-45-68": false, "101": false, "": false, "1234567": false, "anonymous": false,
	} {
		if got := phone.SameField(card, other, "RU"); got != want || phone.SameField(other, card, "RU") != want {
			t.Errorf("SameField(%q, %q) = %v, want %v", card, other, got, want)
		}
	}
	if phone.SameField("", "", "RU") || phone.SameField("нет", "нет", "RU") {
		t.Error("SameField of two empty fields = true, want false: nothing is no number")
	}
}

// Numbers written in any way and set apart in any way are found, all of them
// and in their order, with their extensions.
func TestListProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var raw string
		var want []string
		seen := map[string]bool{}
		for i := range rapid.IntRange(1, 6).Draw(t, "numbers") {
			nsn := rapid.StringMatching(`(9[0-9]{2}|49[59]|81[23]|38[0-9])[0-9]{7}`).Draw(t, "nsn")
			if seen[nsn] {
				continue
			}
			seen[nsn] = true
			text := rapid.SampledFrom([]string{"+7", "8", "8 ", "+7 ", "8-"}).Draw(t, "prefix")
			text += rapid.SampledFrom([]string{nsn, "(" + nsn[:3] + ") " + nsn[3:6] + "-" + nsn[6:8] + "-" + nsn[8:], nsn[:3] + " " + nsn[3:6] + " " + nsn[6:8] + " " + nsn[8:]}).Draw(t, "form")
			dial := "7" + nsn
			if ext := rapid.SampledFrom([]string{"", "", "101", "7", "123456"}).Draw(t, "ext"); ext != "" {
				text += rapid.SampledFrom([]string{" доб. ", " (доб.", " ext ", "#", " вн. "}).Draw(t, "mark") + ext
				dial += "+" + ext
			}
			if i > 0 {
				raw += rapid.SampledFrom([]string{", ", "; ", " / ", "\n", " или ", " моб. ", " | "}).Draw(t, "separator")
			}
			raw, want = raw+text, append(want, dial)
		}
		if diff := cmp.Diff(want, dials(phone.List(raw, "RU"))); diff != "" {
			t.Fatalf("List(%q) (-want +got):\n%s", raw, diff)
		}
	})
}

// checkList holds for whatever field was read. FuzzParse runs it.
func checkList(t *testing.T, raw, region string) {
	t.Helper()
	list := phone.List(raw, region)
	for i, c := range list {
		if c.Dial() == "" || !phone.Same(c.Number, c.Number) {
			t.Fatalf("List(%q, %q)[%d] = %+v cannot be dialled", raw, region, i, c)
		}
		for _, other := range list[:i] {
			if phone.Same(c.Number, other.Number) {
				t.Fatalf("List(%q, %q) has %+v twice", raw, region, c)
			}
		}
	}
	if len(list) > 0 && !phone.SameField(raw, raw, region) {
		t.Fatalf("SameField(%q, itself) = false with %+v", raw, list)
	}
}
