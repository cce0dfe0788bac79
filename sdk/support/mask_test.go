package support_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/support"
)

func masker() *support.Masker {
	return support.NewMasker(support.Known{
		Secrets: []string{"s3cr3t-salt-value", "pa ss@word"}, Names: []string{"Иванов Пётр"}, Home: `C:\Users\ivanov`,
	})
}

// tags are not the same twice.
var tags = regexp.MustCompile(`~[a-p]{5}`)

func untagged(s string) string { return tags.ReplaceAllString(s, "~t") }

func TestLine(t *testing.T) {
	t.Parallel()
	const sign = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for in, want := range map[string]string{
		// Numbers, in each form.
		`call 79161234567 ended`:             `call +7916*****67~t ended`,
		`+79161234567`:                       `+7916*****67~t`,
		`8 (916) 123-45-67 доб. 12`:          `+7916*****67~t доб. 12`,
		`+7 (916) 123-45-67`:                 `+7916*****67~t`,
		`(495) 123-45-67`:                    `+7495*****67~t`,
		`(79161234567)`:                      `(+7916*****67~t)`,
		`9161234567`:                         `+7916*****67~t`,
		`7 9 1 6 1 2 3 4 5 6 7`:              `+7916*****67~t`,
		`8.916.123.45.67`:                    `+7916*****67~t`,
		"8\u00a0916\u00a0123‑45‑67":          `+7916*****67~t`,
		`８９１６１２３４５６７`:                        `+7916*****67~t`,
		`123-45-67`:                          `*****67~t`,
		`+380 (44) 1234567`:                  `+3804******67~t`,
		`from 101 79161234567 to 102`:        `from 101 +7916*****67~t to 102`,
		`79161234567, 79161234568`:           `+7916*****67~t, +7916*****68~t`,
		`2026-11-27 79161234567`:             `2026-11-27 +7916*****67~t`,
		`79161234567 2026-11-27T07:46:04Z`:   `+7916*****67~t 2026-11-27T07:46:04Z`,
		`extension 101, group 3000`:          `extension 101, group 3000`,
		`+7916*****67`:                       `+7916*****67`,
		`abonent79161234567`:                 `abonent+7916*****67~t`,
		`%2B79161234567&x=1`:                 `+7916*****67~t&x=1`,
		`number=8+%28916%29+123-45-67`:       `number=+7916*****67~t`,
		`%7B%22to%22%3A%2279161234567%22%7D`: `%7B%22to%22%3A%22+7916*****67~t%22%7D`,
		`{"n":"\u0037\u0039161234567"}`:      `{"n":"+7916*****67~t"}`,
		`{"n":79161234567,"seq":1764229564}`: `{"n":"+7916*****67~t","seq":1764229564}`,
		`{"n":[79161234567, 101]}`:           `{"n":["+7916*****67~t", 101]}`,
		`{"took":12.345678901,"neg":-5.1}`:   `{"took":12.345678901,"neg":-5.1}`,
		`{"n":7.9161234567e10}`:              `{"n":"+7916*****67~t"}`,
		`{"raw":"{\"n\":79161234567}"}`:      `{"raw":"{\"n\":\"+7916*****67~t\"}"}`,
		`1234(+0001234567`:                   `1234(+000*****67~t`,
		`tel:+79161234567`:                   `tel:+7916*****67~t`,
		// What stays.
		`{"entry_id":"MToxMDA4NjI3NzoxOjE=","call_id":"MToxMDA4NjI3NzoxOjEyMzQ1Njc4OTox"}`: `{"entry_id":"MToxMDA4NjI3NzoxOjE=","call_id":"MToxMDA4NjI3NzoxOjEyMzQ1Njc4OTox"}`,
		`{"entry_id":"id 1234567"}`:                       `{"entry_id":"id 1234567"}`,
		`f47ac10b-58cc-4372-a567-0e02b2c3d479`:            `f47ac10b-58cc-4372-a567-0e02b2c3d479`,
		`0xc000123456 main.go:123 +0x1d`:                  `0xc000123456 main.go:123 +0x1d`,
		`192.168.100.200:8080 10.0.0.0/8`:                 `192.168.100.200:8080 10.0.0.0/8`,
		`2026/11/27 07:46:04.123456 27.11.2026 took 1.5s`: `2026/11/27 07:46:04.123456 27.11.2026 took 1.5s`,
		`{"time":"2026-11-27T07:46:04.123+03:00"}`:        `{"time":"2026-11-27T07:46:04.123+03:00"}`,
		`{"event":"1a2b3c4d5e6f1234567890ab"}`:            `{"event":"1a2b3c4d5e6f123*****90~tab"}`, // ten digits are a number everywhere
		`{"event":"1a2b3c4d5e6f123456789fab"}`:            `{"event":"1a2b3c4d5e6f123456789fab"}`,
		`MangoOfficeSDK64_0_1_0_0.dll`:                    `MangoOfficeSDK64_0_1_0_0.dll`,
		`{"code":"hub_token","text":"Токен не подошёл"}`:  `{"code":"hub_token","text":"Токен не подошёл"}`,
		// Secrets.
		`salt s3cr3t-salt-value.`:                  `salt ***.`,
		`czNjcjN0LXNhbHQtdmFsdWU=`:                 `***=`,
		`pa%20ss%40word`:                           `***`,
		`{"vpbx_api_salt":"x\"y","a":1}`:           `{"vpbx_api_salt":"***","a":1}`,
		`{"raw":"{\"token\":\"a\\\"b\",\"a\":1}"}`: `{"raw":"{\"token\":\"***\",\"a\":1}"}`,
		`{"token":12345}`:                          `{"token":"***"}`,
		`{"tokens":["a","b"],"c":1}`:               `{"tokens":"***","c":1}`,
		`sign=` + sign + `&json=%7B%7D`:            `sign=***&json=%7B%7D`,
		`/link/1/play/key/1764/` + sign:            `/link/1/play/key/1764/***`,
		`Authorization: Digest a="b", c`:           `Authorization: ***"b", c`,
		`Authorization: Basic dXNlcjpwYXNz`:        `Authorization: ***`,
		`"Authorization":"Bearer abc def"`:         `"Authorization":"***"`,
		`got Bearer abcdefgh123.x`:                 `got Bearer ***`,
		`basic 1234567`:                            `basic *****67~t`, // too short for a secret
		`basic idea`:                               `basic idea`,
		`basic settings`:                           `basic ***`,
		`http://user:p4ss@proxy:3128/x`:            `http://***@proxy:3128/x`,
		`proxy user:p4ss@proxy:3128`:               `proxy user:***@proxy:3128`,
		`mh_Abc123Def456Ghi789`:                    `***`,
		`КлючПодписи = "abc"`:                      `КлючПодписи = "***"`,
		// People.
		`sip:79161234567@vpbx.mangosip.ru`:              `sip:+7916*****67~t@vpbx.mangosip.ru`,
		`sip:ivanov@vpbx.mangosip.ru`:                   `sip:i***~t@vpbx.mangosip.ru`,
		`~*79161234567@vpbx.ru`:                         `~***~t@vpbx.ru`, // no mask, though it has what masks have
		`7*9161234567~abcde@vpbx.ru`:                    `7***~t@vpbx.ru`,
		`+7916*****67~abcde@vpbx.ru`:                    `+7916*****67~t@vpbx.ru`,
		`sip:101@vpbx.mangosip.ru`:                      `sip:101@vpbx.mangosip.ru`,
		`sip%3Aivanov%40vpbx.ru`:                        `sip%3Ai***~t%40vpbx.ru`,
		`a call of Иванов Пётр came`:                    `a call of name~t came`,
		`{"name":"Петрова","extension":"101"}`:          `{"name":"name~t","extension":"101"}`,
		`{"number":"101","text":"Ваш код 12"}`:          `{"number":"101","text":"***"}`,
		`{"topics":["a","b"],"phrases":{"a":[]},"c":1}`: `{"topics":"***","phrases":"***","c":1}`,
		`{"message":"event not shown"}`:                 `{"message":"event not shown"}`,
		`{"path":"C:\\Users\\ivanov\\a.log"}`:           `{"path":"~\\a.log"}`,
		`C:\Users\ivanov\new`:                           `~\new`,
	} {
		m := masker()
		got := string(m.Line([]byte(in)))
		if untagged(got) != want {
			t.Errorf("Line(%s) =\n%s, want\n%s", in, untagged(got), want)
		}
		if strings.HasPrefix(in, "{") && json.Valid([]byte(in)) && !json.Valid([]byte(got)) {
			t.Errorf("Line(%s) = %s, which is no JSON", in, got)
		}
		if again := string(m.Line([]byte(got))); again != got {
			t.Errorf("Line(%s) = %s, and again %s", in, got, again)
		}
	}
}

// One caller has one mask, however his number is written; another has another.
func TestOneNumberHasOneMask(t *testing.T) {
	t.Parallel()
	m := masker()
	want := string(m.Line([]byte("79161234567")))
	for _, s := range []string{"+7 (916) 123-45-67", "89161234567", "9161234567", "8-916-123-45-67", "%2B79161234567", "\\u002b79161234567"} {
		if got := string(m.Line([]byte(s))); got != want {
			t.Errorf("Line(%s) = %s, want %s", s, got, want)
		}
	}
	if got := string(m.Line([]byte("79167654367"))); got == want {
		t.Errorf("another number has the mask %s too", got)
	}
	if got := string(masker().Line([]byte("79161234567"))); got == want {
		t.Errorf("another archive has the mask %s too", got)
	}
}

// Whatever stands around a number, and however it is written, it does not
// survive.
func TestNoNumberSurvives(t *testing.T) {
	t.Parallel()
	m := masker()
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[1-9][0-9]{6,14}`).Draw(t, "number")
		seps := rapid.SampledFrom([]string{"", "", "-", " ", ".", ")", "%20", "+", "\u00a0", "–"})
		var written strings.Builder
		for i, c := range number {
			if i > 0 && i%rapid.IntRange(3, 5).Draw(t, "group") == 0 {
				written.WriteString(seps.Draw(t, "sep"))
			}
			switch rapid.IntRange(0, 9).Draw(t, "form") {
			case 0:
				written.WriteString("\\u003" + string(c))
			case 1:
				written.WriteString("%3" + string(c))
			default:
				written.WriteRune(c)
			}
		}
		around := rapid.SampledFrom([]string{`"`, ` `, `\"`, `,`, `:`, `%22`, `x `, `=`, `/`, `sip:`, `@`, `; `, `{"to":"`, `'`, `<`, `101, `})
		line := around.Draw(t, "before") + written.String() + around.Draw(t, "after")
		got := string(m.Line([]byte(line)))
		if digits := onlyDigits(plainly(tags.ReplaceAllString(got, ""))); strings.Contains(digits, number) {
			t.Fatalf("Line(%s) = %s has %s", line, got, number)
		}
	})
}

func plainly(s string) string {
	s = regexp.MustCompile(`\\u003(\d)`).ReplaceAllString(s, "$1")
	return regexp.MustCompile(`%3(\d)`).ReplaceAllString(s, "$1")
}

func onlyDigits(s string) string { return regexp.MustCompile(`\D`).ReplaceAllString(s, "") }

// forms are what may have seven digits in a row or more, beside values of
// certain keys.
var forms = []*regexp.Regexp{
	regexp.MustCompile(`0x[0-9a-fA-F]{1,16}`),
	regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`),
	regexp.MustCompile(`\d{2}:\d{2}:?\d{0,2}\.\d{1,9}`), // of a moment
	regexp.MustCompile(`\d{1,4}\.\d{1,9}(ns|µs|us|ms|s)`),
	regexp.MustCompile(`[-+.eE0-9]*\.[-+.eE0-9]*|[0-9]+[eE][-+]?[0-9]+`), // a fraction of JSON
}

var longRuns = regexp.MustCompile(`[0-9]{7,}`)

// The keys whose bare values are counts and times, and those of ids.
var (
	amounts = regexp.MustCompile(`(?i)(_ms|_sec|_unix|_bytes|_seq|_time|_mb|_ns|_us|_at|_count|seq|pid|size|bytes|time|ts|offset|position|pos|total|count|memory|revision)["' ]*:`)
	ids     = regexp.MustCompile(`(?i)(id|event|call|epoch|session)["' ]*[:=]`)
)

// FuzzMask: seven digits in a row survive only in the forms of an id or a time,
// and ten in none but a time or count that its key names.
func FuzzMask(f *testing.F) {
	for _, s := range []string{
		`{"number":"79161234567","entry_id":"MToxMDA4NjI3NzoxOjE="}`, `sip:79161234567@a`, "+7 (916) 123-45-67", "%2B7%39161234567",
		`{"a":[79161234567,{"b":-7.9e10}]}`, `"token":"`, `\\\u0037`, "://a:b@c", `{"time_ms":17642295640000}`, "0x1234567890", "12.1234567ms",
		"f47ac10b-58cc-4372-a567-0e02b2c3d479", "&#55;&#x37;9161234567", "Bearer x", `{"text":"a","code":"b"}`, "2026-11-27T07:46:04.123456789+03:00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		m := masker()
		got := string(m.Line([]byte(in)))
		holds(t, in, got)
		holds(t, in, string(m.Line([]byte(got))))
	})
}

func holds(t *testing.T, in, got string) {
	t.Helper()
	rest := got
	rest = regexp.MustCompile(`[0-9A-Za-z]{16,}`).ReplaceAllStringFunc(rest, func(w string) string {
		if regexp.MustCompile(`[0-9]{10}`).MatchString(w) || strings.Trim(w, "0123456789") == "" {
			return w
		}
		return " . "
	})
	for _, form := range forms {
		rest = form.ReplaceAllString(rest, " . ")
	}
	encoded := strings.ContainsAny(in, `%\&`)
	for _, run := range longRuns.FindAllString(rest, -1) {
		if !encoded && !amounts.MatchString(in) && (len(run) >= 10 || !ids.MatchString(in)) {
			t.Errorf("Line(%q) = %q, where %s survives", in, got, run)
		}
	}
	for _, s := range []string{"s3cr3t-salt-value", "pa ss@word", "czNjcjN0LXNhbHQtdmFsdWU", "Иванов Пётр"} {
		if strings.Contains(got, s) {
			t.Errorf("Line(%q) = %q, which has %s", in, got, s)
		}
	}
}

func BenchmarkLine(b *testing.B) {
	m := masker()
	line := []byte(`{"level":"info","pid":4711,"entry_id":"MToxMDA4NjI3NzoxOjE=","from":"79161234567","time":"2026-11-27T07:46:04.123Z","message":"a call came"}`)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		m.Line(line)
	}
}
