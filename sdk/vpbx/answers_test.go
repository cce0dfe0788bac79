package vpbx_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// outcome is what a caller can tell of a failed request.
type outcome struct {
	Code       text.Code
	Result     int
	HTTPStatus int
	Fields     map[string]int
	Field      string
}

func outcomeOf(t *testing.T, err error) outcome {
	t.Helper()
	if err == nil {
		return outcome{}
	}
	e, isVPBX := errors.AsType[*vpbx.Error](err)
	if !isVPBX {
		t.Fatalf("error is %T: %v", err, err)
	}
	if !e.Sent {
		t.Errorf("Sent = false after an answer: %v", err)
	}
	te := text.From(err)
	return outcome{te.Code, te.Result, e.HTTPStatus, e.Fields, te.Field}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const json, html = "application/json", "text/html; charset=utf-8"
	const limited = `{"name":"Service Unavailable","message":"Rate limit exceeded.","code":0,"status":429}`
	for name, row := range map[string]struct {
		status      int
		contentType string
		body        string
		want        outcome
	}{
		"done":                           {200, json, `{"result":1000}`, outcome{}},
		"done as text":                   {200, json, `{"result":"1000"}`, outcome{}},
		"done, capital":                  {200, json, `{"Result":1000}`, outcome{}},
		"done with remarks":              {200, json, `{"result":1001}`, outcome{}},
		"done, array":                    {200, json, `{"result":[1000,1000]}`, outcome{}},
		"done, array of objects":         {200, json, `{"result":[{"id":1}],"status":200}`, outcome{}},
		"done, wrong type told":          {200, html, `{"result":1000}`, outcome{}},
		"done, data without a result":    {200, json, `{"key":"5f2"}`, outcome{}},
		"done, no body":                  {200, json, ``, outcome{}},
		"done, 204":                      {204, json, ``, outcome{}},
		"refused":                        {200, json, `{"result":4101}`, outcome{text.PBXError, 4101, 200, nil, ""}},
		"refused as text":                {200, json, `{"result":"2240"}`, outcome{text.PBXError, 2240, 200, nil, ""}},
		"refused, 420":                   {420, json, `{"code":3104}`, outcome{text.PBXError, 3104, 420, nil, ""}},
		"refused, one of many":           {200, json, `{"result":[1000,"3300",1000]}`, outcome{text.PBXError, 3300, 200, nil, ""}},
		"refused, the wrong one of many": {200, json, `{"result":[1000,5000,3300,3104]}`, outcome{text.PBXError, 3300, 200, nil, ""}},
		"refused, fields": {200, json, `{"result":3100,"fields":{"member_id":3300,"file":"3104","x":null}}`,
			outcome{text.PBXError, 3100, 200, map[string]int{"member_id": 3300, "file": 3104}, "file"}},
		"refused, 400 with list":  {400, json, `{"result":3000,"error":["The field is required."],"fields":[]}`, outcome{text.PBXError, 3000, 400, nil, ""}},
		"wrong sign":              {200, json, `{"result":3102}`, outcome{text.KeyRefused, 3102, 200, nil, ""}},
		"wrong key":               {420, json, `{"code":3105}`, outcome{text.KeyRefused, 3105, 420, nil, ""}},
		"401":                     {401, json, `{"name":"Unauthorized","message":"x","code":0,"status":401}`, outcome{text.KeyRefused, 0, 401, nil, ""}},
		"401 without body":        {401, html, ``, outcome{text.KeyRefused, 0, 401, nil, ""}},
		"401 in the body only":    {200, json, `{"code":0,"status":401}`, outcome{text.KeyRefused, 0, 200, nil, ""}},
		"rate limit":              {429, json, limited, outcome{text.RateLimited, 0, 429, nil, ""}},
		"rate limit under 200":    {200, json, limited, outcome{text.RateLimited, 0, 200, nil, ""}},
		"rate limit, old style":   {503, html, `<html>busy</html>`, outcome{text.RateLimited, 0, 503, nil, ""}},
		"rate limit, 5008":        {200, json, `{"result":5008}`, outcome{text.RateLimited, 5008, 200, nil, ""}},
		"server error":            {500, html, `<html>`, outcome{text.BadAnswer, 0, 500, nil, ""}},
		"gateway":                 {502, html, ``, outcome{text.BadAnswer, 0, 502, nil, ""}},
		"server error, told":      {500, json, `{"result":5000}`, outcome{text.PBXError, 5000, 500, nil, ""}},
		"no such path":            {404, html, `not found`, outcome{text.BadAnswer, 0, 404, nil, ""}},
		"redirect":                {302, html, ``, outcome{text.BadAnswer, 0, 302, nil, ""}},
		"captive portal":          {200, html, `<html>please log in</html>`, outcome{text.BadAnswer, 0, 200, nil, ""}},
		"broken JSON":             {200, json, `{"result":1000,`, outcome{text.BadAnswer, 0, 200, nil, ""}},
		"JSON that is a list":     {200, json, `[1000]`, outcome{text.BadAnswer, 0, 200, nil, ""}},
		"a huge result":           {200, json, `{"result":99999999999999999999}`, outcome{}}, // not a code: nothing was refused
		"1000 under HTTP 500":     {500, json, `{"result":1000}`, outcome{text.BadAnswer, 0, 500, nil, ""}},
		"413, an upload too big":  {413, html, ``, outcome{text.BadAnswer, 0, 413, nil, ""}},
		"message under 400, code": {400, json, `{"code":3400,"message":"x"}`, outcome{text.PBXError, 3400, 400, nil, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, say(row.status, row.contentType, row.body))
			err := p.client(t, nil).Hangup(t.Context(), hangup)
			if diff := cmp.Diff(row.want, outcomeOf(t, err)); diff != "" {
				t.Errorf("Hangup answered HTTP %d %s: %v (-want +got):\n%s", row.status, row.body, err, diff)
			}
			if len(p.requests()) != 1 {
				t.Errorf("%d requests were sent, want 1", len(p.requests()))
			}
		})
	}
}

// A 401 means a wrong key, unless a wrong request of ours came before it; then
// nothing goes out any more until the pause is over.
func TestUnauthorisedAfterBadRequest(t *testing.T) {
	t.Parallel()
	bodies := []string{`{"result":3310}`, ``}
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		body := bodies[0]
		if bodies = bodies[1:]; body == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprint(w, body)
	})
	c := p.client(t, nil)
	if err := c.Hangup(t.Context(), fresh()); !errors.Is(err, text.New(text.PBXError)) {
		t.Fatalf("first Hangup: %v", err)
	}
	c.Vouch("call:another") // one without doubt goes out in the window
	for _, which := range []string{"the one that gets a 401", "the one that does not go out"} {
		err := c.Hangup(t.Context(), vpbx.HangupRequest{CommandID: fresh().CommandID, CallID: "another"})
		e, _ := errors.AsType[*vpbx.Error](err)
		if !errors.Is(err, text.New(text.APIPaused)) || e.RetryAfter <= 110*time.Second || e.RetryAfter > 125*time.Second {
			t.Errorf("Hangup after a 3xxx, %s: %v, RetryAfter %v, want api_paused and about two minutes", which, err, e.RetryAfter)
		}
	}
	if n := len(p.requests()); n != 2 {
		t.Errorf("%d requests went out, want 2", n)
	}
}

func TestRetryAfterAndRequestID(t *testing.T) {
	t.Parallel()
	unasked := [2]time.Duration{400 * time.Millisecond, 1500 * time.Millisecond} // the guard's own pause
	for value, want := range map[string][2]time.Duration{
		"7": {7 * time.Second, 7 * time.Second}, "999999999": {time.Hour, time.Hour},
		"": unasked, "soon": unasked, "-5": unasked,
		time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat): {20 * time.Second, 31 * time.Second},
	} {
		p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", value)
			w.Header().Set("X-Uuid", "u-1")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		err := p.client(t, nil).Hangup(t.Context(), hangup)
		e, isVPBX := errors.AsType[*vpbx.Error](err)
		if !isVPBX || e.RetryAfter < want[0] || e.RetryAfter > want[1] || e.RequestID != "u-1" {
			t.Errorf("Retry-After %q: %+v, want %v", value, e, want)
		}
	}
}

func TestSkew(t *testing.T) {
	t.Parallel()
	const ahead = -3 * time.Hour
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		fmt.Fprint(w, `{"result":1000}`)
	})
	c := p.client(t, nil)
	if d, known := c.Skew(); known {
		t.Errorf("Skew before any answer = %v", d)
	}
	if err := c.Hangup(t.Context(), hangup); err != nil {
		t.Fatal(err)
	}
	if d, known := c.Skew(); !known || (d-ahead).Abs() > 2*time.Second {
		t.Errorf("Skew = %v, %v, want about %v", d, known, ahead)
	}
}

// No error says anything that would let a reader sign requests.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	p := start(t, nil, say(401, "text/plain", "no"))
	c := p.client(t, nil)
	errs := []error{c.Hangup(t.Context(), hangup), c.Close(), c.Hangup(t.Context(), hangup)}
	_, err := vpbx.New(vpbx.Config{Credentials: credentials, Proxy: "http://user:pa%ssword@h"})
	errs = append(errs, err)
	_, err = vpbx.New(vpbx.Config{Credentials: credentials, Proxy: "ftp://user:password@h"})
	errs = append(errs, err)
	sign := p.requests()[0].Form.Get("sign")
	for _, err := range errs {
		said := fmt.Sprintf("%v %+v %#v", err, err, text.From(err))
		for _, secret := range []string{"very-secret-salt", sign, "password", "ssword"} {
			if strings.Contains(said, secret) {
				t.Errorf("error tells %q: %s", secret, said)
			}
		}
	}
}
