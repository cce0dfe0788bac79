package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// declaredCodes reads the constants of type Code out of codes.go: a code added
// there without texts must fail here, and nobody keeps a second list.
func declaredCodes(t *testing.T) []Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != "Code" {
			t.Errorf("codes.go: %s is not declared as a Code", spec.Names[0])
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, Code(value))
		return true
	})
	return codes
}

func TestEveryCodeHasTexts(t *testing.T) {
	t.Parallel()
	codes := declaredCodes(t)
	if len(codes) < 40 {
		t.Fatalf("codes.go declares %d codes: it was not read", len(codes))
	}
	shape := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	for _, code := range codes {
		m, ok := messages[code]
		if !ok {
			m, ok = findings[code]
		}
		if !ok {
			t.Errorf("%s has no message", code)
			continue
		}
		if !shape.MatchString(string(code)) {
			t.Errorf("%q is not snake_case", code)
		}
		checkMessage(t, string(code), m)
		if code != ServerAvailable && (m.RemedyRU == "" || m.RemedyEN == "") {
			t.Errorf("%s has no remedy in both languages", code)
		}
	}
	if got, want := len(messages)+len(findings), len(codes); got != want {
		t.Errorf("the tables have %d rows for %d codes", got, want)
	}
}

// checkMessage refuses an empty text, one in the wrong alphabet, and a full
// stop at the end (texts are joined with details).
func checkMessage(t *testing.T, name string, m Message) {
	t.Helper()
	cyrillic := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
	}
	for _, s := range []string{m.RU, m.RemedyRU} {
		if s != "" && !cyrillic(s) {
			t.Errorf("%s: Russian text without Cyrillic: %q", name, s)
		}
	}
	for _, s := range []string{m.EN, m.RemedyEN} {
		if cyrillic(s) {
			t.Errorf("%s: English text with Cyrillic: %q", name, s)
		}
	}
	if m.RU == "" || m.EN == "" {
		t.Errorf("%s: text missing: %+v", name, m)
	}
	if (m.RemedyRU == "") != (m.RemedyEN == "") {
		t.Errorf("%s: remedy in one language only: %+v", name, m)
	}
	for _, s := range []string{m.RU, m.EN, m.RemedyRU, m.RemedyEN} {
		if strings.HasSuffix(s, ".") || strings.TrimSpace(s) != s || !utf8.ValidString(s) {
			t.Errorf("%s: untidy text %q", name, s)
		}
	}
}

func TestFixedTexts(t *testing.T) {
	t.Parallel()
	for code, want := range map[Code]string{
		ServerAvailable: "Сервер интеграции доступен",
		NumberEmpty:     "Не задан телефонный номер!",
	} {
		if got := Lookup(code).Text(RU); got != want {
			t.Errorf("Lookup(%s).Text(RU) = %q, want %q", code, got, want)
		}
	}
	if diff := cmp.Diff(messages[Internal], Lookup("no_such_code")); diff != "" {
		t.Errorf("Lookup(no_such_code) (-want +got):\n%s", diff)
	}
}

func TestStatusNames(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"missed": "Пропущенный", "accepted_ok": "Принят успешно", "accepted_bad": "Принят не успешно",
		"reached_ok": "Дозвонился успешно", "reached_bad": "Дозвонился не успешно", "transferred": "Переведен",
		"later_kind": "later_kind", "": "",
	} {
		if got := Status(code).Text(RU); got != want {
			t.Errorf("Status(%q).Text(RU) = %q, want %q", code, got, want)
		}
	}
	for code, m := range statuses {
		checkMessage(t, code, m)
	}
}

type codeVectors struct {
	Known  []int `json:"known"`
	ReadAs []struct {
		Code int `json:"code"`
		As   int `json:"as"`
	} `json:"read_as"`
	Unknown []int `json:"unknown"`
}

func loadCodes(t *testing.T) codeVectors {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/vectors/result-codes.json")
	if err != nil {
		t.Fatal(err)
	}
	var v codeVectors
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestResultTable(t *testing.T) {
	t.Parallel()
	v := loadCodes(t)
	for _, code := range v.Known {
		m, ok := results[code]
		if !ok {
			t.Errorf("result %d has no row of its own", code)
			continue
		}
		checkMessage(t, fmt.Sprint(code), m)
		if code/1000 == 3 && m.Retryable {
			t.Errorf("result %d is retryable: a second 3xxx closes the API", code)
		}
	}
	if len(results) != len(v.Known) {
		t.Errorf("the table has %d rows, the vectors %d", len(results), len(v.Known))
	}
	for _, code := range []int{5000, 5001, 5002, 5008, 4290, 1121} {
		if !Result(code).Retryable {
			t.Errorf("Result(%d).Retryable = false", code)
		}
	}
}

func TestUnknownResultIsReadAsItsClass(t *testing.T) {
	t.Parallel()
	v := loadCodes(t)
	for _, row := range v.ReadAs {
		if diff := cmp.Diff(results[row.As], Result(row.Code)); diff != "" || Result(row.Code).RU == "" {
			t.Errorf("Result(%d) is not that of %d (-want +got):\n%s", row.Code, row.As, diff)
		}
	}
	for _, code := range v.Unknown {
		want := Message{RU: fmt.Sprintf("Код %d", code), EN: fmt.Sprintf("Code %d", code)}
		if diff := cmp.Diff(want, Result(code)); diff != "" {
			t.Errorf("Result(%d) (-want +got):\n%s", code, diff)
		}
	}
}

func TestRendered(t *testing.T) {
	t.Parallel()
	cause := errors.New("secret path /etc/x")
	for name, row := range map[string]struct {
		err  *Error
		lang Lang
		want Rendered
	}{
		"plain": {New(NumberEmpty), EN, Rendered{
			Code: NumberEmpty, Text: "No telephone number is given!", Remedy: "Give a number"}},
		"field and detail": {New(BadField).WithField("listen.path").WithDetail("a b").Wrap(cause), RU, Rendered{
			Code: BadField, Text: "Недопустимое значение поля [listen.path]: a b",
			Remedy: "Исправьте поле, названное в ошибке", Field: "listen.path"}},
		"result replaces remedy": {New(PBXError).WithResult(5001), RU, Rendered{
			Code: PBXError, Text: "ВАТС отклонила запрос: ВАТС перегружена", Remedy: "Повторите позже", Retryable: true}},
		"result without remedy": {New(PBXError).WithResult(4101), EN, Rendered{
			Code: PBXError, Text: "The PBX refused the request: The call has ended or does not exist", Remedy: "See the result code"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(row.want, row.err.Rendered(row.lang)); diff != "" {
				t.Errorf("Rendered(%v) (-want +got):\n%s", row.lang, diff)
			}
		})
	}
}

func TestErrorChain(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	err := fmt.Errorf("office: %w", New(PortTaken).WithField("listen.address").Wrap(cause))
	if !errors.Is(err, New(PortTaken)) || errors.Is(err, New(BadListen)) || !errors.Is(err, cause) {
		t.Errorf("errors.Is does not compare codes and causes of %v", err)
	}
	if got := From(err); got.Code != PortTaken || got.Field != "listen.address" {
		t.Errorf("From(%v) = %+v", err, got)
	}
	if got := From(cause); got.Code != Internal || !errors.Is(got, cause) {
		t.Errorf("From(%v) = %+v", cause, got)
	}
	if From(nil) != nil {
		t.Error("From(nil) is not nil")
	}
	if got, want := From(err).Error(), "port_taken: The port is in use [listen.address]: disk full"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestParseLang(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]struct {
		lang Lang
		ok   bool
	}{
		"ru": {RU, true}, "ru_RU": {RU, true}, "rus_RUS": {RU, true}, "EN-us": {EN, true}, "eng": {EN, true},
		"": {RU, false}, "de": {RU, false},
	} {
		if lang, ok := ParseLang(s); lang != want.lang || ok != want.ok {
			t.Errorf("ParseLang(%q) = %v, %v, want %v, %v", s, lang, ok, want.lang, want.ok)
		}
	}
}
