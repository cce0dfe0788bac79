package company_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

// fresh is the company that nobody described, changed by mods.
func fresh(t testing.TB, mods ...func(*company.Config)) *company.Company {
	t.Helper()
	cfg := company.Config{Product: 10086277, Now: func() time.Time { return time.Unix(1795338000, 0) }}
	cfg.Employees, cfg.Lines, cfg.Groups = company.Default()
	for _, mod := range mods {
		mod(&cfg)
	}
	c, err := company.New(cfg)
	if err != nil {
		t.Fatalf("New() = %v", err)
	}
	return c
}

// ask runs a method and prints its answer as the PBX would.
func ask(t *testing.T, c *company.Company, path, request string) string {
	t.Helper()
	method, ok := c.Table()["/vpbx/"+path]
	if !ok {
		t.Fatalf("no method %s", path)
	}
	a := method(api.Query{Path: "/vpbx/" + path, JSON: []byte(request)})
	var body any = a.Body
	switch {
	case a.Body != nil:
	case a.Fields != nil:
		body = map[string]any{"result": a.Code, "fields": a.Fields}
	default:
		body = map[string]any{"result": a.Code}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(raw)
}

// step is a request and its answer. An answer that begins with "…" need only
// contain what follows, one with "!" must not contain it.
type step struct{ path, json, want string }

func play(t *testing.T, c *company.Company, steps ...step) {
	t.Helper()
	for _, s := range steps {
		got := ask(t, c, s.path, s.json)
		ok := got == s.want
		if part, found := strings.CutPrefix(s.want, "…"); found {
			ok = strings.Contains(got, part)
		} else if part, found := strings.CutPrefix(s.want, "!"); found {
			ok = !strings.Contains(got, part)
		}
		if !ok {
			t.Errorf("%s %s\n got %s\nwant %s", s.path, s.json, got, s.want)
		}
	}
}

// wrong is the answer that names fields.
func wrong(field string, code int) string {
	return fmt.Sprintf(`{"fields":{%q:%d},"result":3100}`, field, code)
}

const done = `{"result":1000}`
