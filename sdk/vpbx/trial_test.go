package vpbx_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// trial is one good call: what goes out, what comes back, what is made of it.
type trial struct {
	do         func(*vpbx.Client) (any, error)
	path, json string
	answer     string // a body, or the name of a file in testdata/answers; "" = {"result":1000}
	want       any
}

// asked makes a method with an answer the do of a trial, sent one without.
func asked[A any](f func(c *vpbx.Client) (A, error)) func(*vpbx.Client) (any, error) {
	return func(c *vpbx.Client) (any, error) { return f(c) }
}

func sent(f func(c *vpbx.Client) error) func(*vpbx.Client) (any, error) {
	return func(c *vpbx.Client) (any, error) { return nil, f(c) }
}

// sample reads a file of testdata/answers; a body is one itself.
func sample(t *testing.T, answer string) string {
	t.Helper()
	if answer == "" {
		return `{"result":1000}`
	}
	if answer[0] == '{' {
		return answer
	}
	raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "answers", answer+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func trials(t *testing.T, table map[string]trial) {
	t.Helper()
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, say(http.StatusOK, "application/json", sample(t, row.answer)))
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
				t.Errorf("%s sent (-want +got):\n%s", name, diff)
			}
			// The same by name and JSON goes out alike.
			p = start(t, nil, say(http.StatusOK, "application/json", sample(t, row.answer)))
			if _, err := p.client(t, nil).Do(t.Context(), strings.TrimSuffix(row.path, "/"), []byte(row.json)); err != nil {
				t.Fatalf("Do(%s, %s): %v", row.path, row.json, err)
			}
			if diff := cmp.Diff(want, p.requests()); diff != "" {
				t.Errorf("Do(%s, %s) sent (-want +got):\n%s", row.path, row.json, diff)
			}
		})
	}
}

// refusal is a bad call: nothing goes out, and the field is named.
type refusal struct {
	do    func(*vpbx.Client) error
	code  text.Code
	field string
}

func refusals(t *testing.T, table map[string]refusal) {
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

// by is a bad request by name: for methods whose zero value is a good one, and
// for what only JSON can get wrong.
func by(t *testing.T, name, params string) func(*vpbx.Client) error {
	return func(c *vpbx.Client) error {
		_, err := c.Do(t.Context(), name, []byte(params))
		return err
	}
}
