package check_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pbx is an API that posts the result of a hangup itself.
type pbx struct {
	users   string // answer to the signed read; "" = HTTP 401
	date    time.Time
	webhook http.Handler // nil: the result never comes
	result  string       // what is posted; %s is the command
}

func (p *pbx) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.date.IsZero() {
		w.Header().Set("Date", p.date.UTC().Format(http.TimeFormat))
	}
	if strings.HasSuffix(r.URL.Path, "config/users/request") {
		if p.users == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, p.users)
		return
	}
	_ = r.ParseForm()
	if p.webhook != nil {
		_, id, _ := strings.Cut(r.Form.Get("json"), `"command_id":"`)
		id, _, _ = strings.Cut(id, `"`)
		form := url.Values{"json": {fmt.Sprintf(p.result, id)}}.Encode()
		q := httptest.NewRequestWithContext(r.Context(), "POST", "/mango/result/call/hangup", strings.NewReader(form))
		p.webhook.ServeHTTP(httptest.NewRecorder(), q)
	}
	_, _ = io.WriteString(w, `{"result":1000}`)
}

const users = `{"users":[{"general":{"name":"x","user_id":1},"telephony":{"extension":"101"}}]}`

// answers is a webhook: it reads the body, and answers with a status.
func answers(t *testing.T, status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if raw, err := io.ReadAll(r.Body); err != nil || !strings.HasPrefix(string(raw), "json=") {
			t.Errorf("the webhook reads %q, %v", raw, err)
		}
		w.WriteHeader(status)
	})
}

func TestRun(t *testing.T) {
	t.Parallel()
	const ended = `{"command_id":"%s","result":4101}`
	for name, row := range map[string]struct {
		pbx     pbx
		webhook int // status; 0: nothing comes
		want    []string
		fix     string // of the last step
	}{
		"all is well":         {pbx{users: users, result: ended}, 200, []string{"tls true", "key true", "clock true", "webhook true"}, ""},
		"a result as a text":  {pbx{users: users, result: `{"command_id":"%s","result":"4101"}`}, 200, []string{"tls true", "key true", "clock true", "webhook true"}, ""},
		"a wrong key":         {pbx{}, 200, []string{"tls true", "key false"}, ""},
		"a clock an hour off": {pbx{users: users, result: ended, date: time.Now().Add(time.Hour)}, 200, []string{"tls true", "key true", "clock false", "webhook true"}, ""},
		"nothing comes":       {pbx{users: users}, 0, []string{"tls true", "key true", "clock true", "webhook false"}, "account page"},
		"another's result":    {pbx{users: users, result: `{"command_id":"not-%s","result":4101}`}, 200, []string{"tls true", "key true", "clock true", "webhook false"}, "account page"},
		"no JSON":             {pbx{users: users, result: `%s`}, 200, []string{"tls true", "key true", "clock true", "webhook false"}, "account page"},
		"a foreign address":   {pbx{users: users, result: ended}, 403, []string{"tls true", "key true", "clock true", "webhook false"}, "http.allow_ips"},
		"a wrong signature":   {pbx{users: users, result: ended}, 401, []string{"tls true", "key true", "clock true", "webhook false"}, "pbx.salt"},
	} {
		results := new(check.Results)
		if row.webhook != 0 {
			row.pbx.webhook = results.Wrap(answers(t, row.webhook))
		}
		server := httptest.NewServer(&row.pbx)
		client, err := vpbx.New(vpbx.Config{Credentials: sign.Credentials{Key: "k", Salt: sign.NewSalt("s")}, BaseURL: server.URL + "/vpbx/"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		var last check.Step
		check.Run(t.Context(), check.Config{Client: client, Webhook: "https://hub/mango", API: server.URL, Results: results, Wait: 300 * time.Millisecond}, func(s check.Step) {
			got = append(got, fmt.Sprintf("%s %v", s.Name, s.OK))
			if s.RU == "" || s.EN == "" || !s.OK && (s.FixRU == "" || s.FixEN == "") {
				t.Errorf("%s: step %+v lacks words", name, s)
			}
			last = s
		})
		if diff := cmp.Diff(row.want, got); diff != "" || !strings.Contains(last.FixEN, row.fix) {
			t.Errorf("%s: last fix %q, want %s; steps (-want +got):\n%s", name, last.FixEN, row.fix, diff)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	}
}

// Nobody listens there.
func TestRunWithoutAPI(t *testing.T) {
	t.Parallel()
	client, err := vpbx.New(vpbx.Config{Credentials: sign.Credentials{Key: "k", Salt: sign.NewSalt("s")}, BaseURL: "http://127.0.0.1:1/vpbx/"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var got []check.Step
	check.Run(t.Context(), check.Config{Client: client, Results: new(check.Results)}, func(s check.Step) { got = append(got, s) })
	if len(got) != 1 || got[0].OK || got[0].FixRU == "" {
		t.Errorf("steps %+v, want one that failed, with a remedy", got)
	}
}

// While nobody waits, and on other paths, bodies are none of our business.
func TestWrapPassesOn(t *testing.T) {
	t.Parallel()
	h := new(check.Results).Wrap(answers(t, http.StatusTeapot))
	for _, path := range []string{"/mango/result/call/hangup", "/mango/events/call"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", path, strings.NewReader("json=x")))
		if w.Code != http.StatusTeapot {
			t.Errorf("POST %s: HTTP %d, want what the webhook answers", path, w.Code)
		}
	}
}
