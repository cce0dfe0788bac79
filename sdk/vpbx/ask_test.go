package vpbx_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// exchange is a good call of a method: what is sent, signed, and what the
// answer comes to. answer is JSON, or the name of a file of testdata/answers.
type exchange struct {
	do         func(*vpbx.Client) (any, error)
	path, json string
	answer     string
	want       any
}

// brings makes a call that gives a value; does one that gives none.
func brings[A any](f func(c *vpbx.Client) (A, error)) func(*vpbx.Client) (any, error) {
	return func(c *vpbx.Client) (any, error) { return f(c) }
}

func does(f func(c *vpbx.Client) error) func(*vpbx.Client) (any, error) {
	return func(c *vpbx.Client) (any, error) { return nil, f(c) }
}

func answerText(t *testing.T, answer string) string {
	t.Helper()
	if strings.HasPrefix(answer, "{") || strings.HasPrefix(answer, "[") || answer == "" {
		return answer
	}
	raw, err := os.ReadFile("../../testdata/answers/" + answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func exchanges(t *testing.T, table map[string]exchange) {
	t.Helper()
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, say(200, "application/json", answerText(t, row.answer)))
			got, err := row.do(p.client(t, nil))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			want := []seen{{
				Path: row.path, ContentType: "application/x-www-form-urlencoded", UserAgent: vpbx.DefaultUserAgent, TLS: 0x0303,
				Form: map[string][]string{"vpbx_api_key": {credentials.Key}, "sign": {credentials.JSON([]byte(row.json))}, "json": {row.json}},
			}}
			if diff := cmp.Diff(want, p.requests()); diff != "" {
				t.Errorf("%s was asked otherwise (-want +got):\n%s", name, diff)
			}
		})
	}
}

// fault is a bad call: it names the field at fault, and nothing is sent.
type fault struct {
	do    func(*vpbx.Client) error
	code  text.Code
	field string
}

// named asks by name, with parameters in JSON.
func named(t *testing.T, name, params string) func(*vpbx.Client) error {
	t.Helper()
	return func(c *vpbx.Client) error {
		_, err := c.Do(t.Context(), name, json.RawMessage(params))
		return err
	}
}

func faults(t *testing.T, table map[string]fault) {
	t.Helper()
	p := start(t, nil, ok)
	c := p.client(t, nil)
	for name, row := range table {
		err := row.do(c)
		got, isText := errors.AsType[*text.Error](err)
		if !isText || got.Code != row.code || got.Field != row.field {
			t.Errorf("%s: %v, want %s [%s]", name, err, row.code, row.field)
		}
	}
	if got := p.requests(); len(got) != 0 {
		t.Errorf("%d bad requests reached the PBX: %v", len(got), got)
	}
}
