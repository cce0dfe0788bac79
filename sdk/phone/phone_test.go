package phone_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/phone"
)

// vector is one row of testdata/vectors/phones.json.
type vector struct {
	Raw, Region, E164, Digits10, Kind, Display, Dial string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/vectors/phones.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []vector
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Region+" "+v.Raw, func(t *testing.T) {
			t.Parallel()
			got := phone.Parse(v.Raw, v.Region)
			want := phone.Number{E164: v.E164, Digits10: v.Digits10, Kind: phone.Kind(v.Kind), Display: v.Display}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Parse(%q, %q) (-want +got):\n%s", v.Raw, v.Region, diff)
			}
			if got.Dial() != v.Dial {
				t.Errorf("Parse(%q, %q).Dial() = %q, want %q", v.Raw, v.Region, got.Dial(), v.Dial)
			}
		})
	}
}

func TestNumberJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(phone.Parse("8 (903) 123-45-67", "RU"))
	const want = `{"e164":"+79031234567","digits10":"9031234567","kind":"mobile","display":"+7 (903) 123-45-67"}`
	if err != nil || string(got) != want {
		t.Errorf("Marshal = %s, %v, want %s", got, err, want)
	}
}

func TestFromPBX(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"79161234567": "+79161234567", "4930123456": "+4930123456", "375291234567": "+375291234567", "78001234567": "+78001234567",
		"101": "", "sip:ivanov@example.mangosip.ru": "", "7800123456789": "", "": "", "9031234567": "+79031234567",
	} {
		if got := phone.FromPBX(raw).E164; got != want {
			t.Errorf("FromPBX(%q).E164 = %q, want %q", raw, got, want)
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"8 (903) 123-45-67", "+7 903 123 45 67", true},
		{"9031234567", "79031234567", true},
		{"+7 903 1234567", "+375 29 0312345", false},
		{"+1 903 123 4567", "+7 903 123 4567", false}, // the last ten digits agree
		{"+998 90 312 34 56", "+993 90 312 34 56", false},
		{"101", "101", true}, {"101", "0101", false}, {"0511", "511", false},
		{"1234567", "123-45-67", true}, {"1234567", "+7 495 123-45-67", false},
		{"sip:ivanov@Example.ru", "ivanov@example.ru", true}, {"sip:a@x.ru", "sip:b@x.ru", false},
		{"sip:101@x.ru", "101", false},
		{"", "", false}, {"anonymous", "anonymous", false}, {"xyz", "xyz", false},
		{"8 800 555-35-35", "+7 800 5553535", true},
	} {
		a, b := phone.Parse(row.a, ""), phone.Parse(row.b, "")
		if got := phone.Same(a, b); got != row.want || phone.Same(b, a) != row.want {
			t.Errorf("Same(%q, %q) = %v, want %v", row.a, row.b, got, row.want)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+79031234567": "+7903*****67", "79031234567": "79031****67", "101": "101", "": "",
		"sip:ivanov@example.ru": "sip:iv****@example.ru", "a@b": "sip:*@b", "Ж1234567": "Ж123**67",
	} {
		if got := phone.Mask(number); got != want {
			t.Errorf("Mask(%q) = %q, want %q", number, got, want)
		}
	}
}

// A Russian number means the same however it is written. There is no area code
// 810: these digits lead abroad.
func TestRussianFormsProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		nsn := rapid.StringMatching(`([3469][0-9]{2}|8[02-9][0-9]|81[1-9])[0-9]{7}`).Draw(t, "nsn")
		prefix := rapid.SampledFrom([]string{"+7", "7", "8", "", "8 ", "+7 (", "tel:+7", "\u202a+7", "00 7", "8-10-7"}).Draw(t, "prefix")
		sep := rapid.SampledFrom([]string{"", " ", "-", "\u00a0", ".", "–"}).Draw(t, "sep")
		tail := rapid.SampledFrom([]string{"", " доб. 101", " ext 5", " #12", ",,3", " "}).Draw(t, "tail")
		raw := prefix + nsn[:3] + sep + nsn[3:6] + sep + nsn[6:8] + sep + nsn[8:] + tail
		if strings.Contains(prefix, "(") {
			raw = strings.Replace(raw, nsn[:3], nsn[:3]+")", 1)
		}
		if got := phone.Parse(raw, "RU").E164; got != "+7"+nsn {
			t.Fatalf("Parse(%q).E164 = %q, want %q", raw, got, "+7"+nsn)
		}
	})
}

// check holds for whatever was parsed.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw, region string) {
	t.Helper()
	n := phone.Parse(raw, region)
	if !utf8.ValidString(n.Display) && utf8.ValidString(raw) {
		t.Fatalf("Parse(%q, %q): display %q is no text", raw, region, n.Display)
	}
	if n.E164 != "" {
		if again := phone.Parse(n.E164, region); again != n {
			t.Fatalf("Parse(%q, %q) = %+v, and of its E164 %+v", raw, region, n, again)
		}
		if again := phone.Parse("+"+n.Dial(), region); again != n {
			t.Fatalf("Parse(%q, %q) = %+v, and of its Dial %+v", raw, region, n, again)
		}
		if len(n.E164) < 8 || len(n.E164) > 16 {
			t.Fatalf("Parse(%q, %q).E164 = %q", raw, region, n.E164)
		}
	}
	switch n.Kind {
	case phone.Anonymous, phone.Invalid:
		if n.E164 != "" || n.Dial() != "" || phone.Same(n, n) {
			t.Fatalf("Parse(%q, %q) = %+v can be dialled", raw, region, n)
		}
	default:
		if n.Dial() == "" || n.Display == "" || !phone.Same(n, n) {
			t.Fatalf("Parse(%q, %q) = %+v cannot be dialled", raw, region, n)
		}
		if again := phone.Parse(n.Display, "RU"); n.E164 != "" && region == "RU" && again.E164 != n.E164 {
			t.Fatalf("Parse(%q, %q) = %+v, and of its display %+v", raw, region, n, again)
		}
	}
	phone.Mask(raw)
	phone.FromPBX(raw)
}

func TestParseProperty(t *testing.T) {
	t.Parallel()
	regions := []string{"", "RU", "KZ", "BY", "UA", "UZ", "AM", "GE", "US", "zz"}
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`[+]?[0-9 ()\-.]{0,20}`).Draw(t, "raw")
		check(t, raw, rapid.SampledFrom(regions).Draw(t, "region"))
	})
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Raw, v.Region)
	}
	f.Add("(495) 123-45-67/68 доб. 1; sip:a@b, 8 903 1234567 101", "RU")
	f.Fuzz(func(t *testing.T, raw, region string) {
		check(t, raw, region)
		checkList(t, raw, region)
	})
}
