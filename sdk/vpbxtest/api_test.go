package vpbxtest_test

import (
	"bytes"
	"crypto/tls"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

const (
	body401 = `{"name":"Unauthorized","message":"Your request was made with invalid credentials.","code":0,"status":401}`
	body429 = `{"name":"Service Unavailable","message":"Rate limit exceeded.","code":0,"status":429}`
)

// free switches off what would answer a table's later rows.
var free = vpbxtest.Config{NoQuota: true, NoRateLimits: true}

// What the API answers to right and wrong requests.
func TestAnswers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 129)
	for _, row := range []struct {
		name, path, json string
		want             string
	}{
		{"callback", "commands/callback", toClient, `{"result":1000}`},
		{"trailing slash", "commands/callback/", toClient, `{"result":1000}`},
		{"no from", "commands/callback", `{"command_id":"c","to_number":"79161234567"}`, `{"result":3103}`},
		{"null from", "commands/callback", `{"command_id":"c","from":null,"to_number":"79161234567"}`, `{"result":3103}`},
		{"from a text", "commands/callback", `{"command_id":"c","from":"101","to_number":"79161234567"}`, `{"result":3104}`},
		{"no extension", "commands/callback", `{"command_id":"c","from":{"number":"1"},"to_number":"79161234567"}`, `{"result":3103}`},
		{"no target", "commands/callback", `{"command_id":"c","from":{"extension":"101"}}`, `{"result":3103}`},
		{"no command_id", "commands/callback", `{"from":{"extension":"101"},"to_number":"79161234567"}`, `{"result":3103}`},
		{"long command_id", "commands/callback", `{"command_id":"` + long + `","from":{"extension":"101"},"to_number":"79161234567"}`, `{"result":3104}`},
		{"words for a number", "commands/callback", `{"command_id":"c","from":{"extension":"101"},"to_number":"mum"}`, `{"result":3104}`},
		{"number with dashes", "commands/callback", `{"command_id":"c","from":{"extension":"101"},"to_number":"8-916-123-45-67"}`, `{"result":3104}`},
		{"hangup", "commands/call/hangup", `{"command_id":"h","call_id":"x"}`, `{"result":1000}`},
		{"hangup without call", "commands/call/hangup", `{"command_id":"h"}`, `{"result":3103}`},
		{"hangup with a list", "commands/call/hangup", `{"command_id":"h","call_id":["x"]}`, `{"result":3104}`},
		{"route", "commands/route", `{"command_id":"r","call_id":"x","to_number":"101"}`, `{"result":1000}`},
		{"route nowhere", "commands/route", `{"command_id":"r","call_id":"x"}`, `{"result":3103}`},
		{"broken JSON", "commands/route", `{"command_id":`, `{"result":3400}`},
		{"JSON list", "commands/route", `[]`, `{"result":3104}`},
		{"JSON null", "commands/route", `null`, `{"result":3104}`},
		{"sms without anything", "commands/sms", `{}`, `{"result":3103}`},
		{"unknown method", "such/thing", `{}`, `{"result":4001}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, free)
			status, got := ask(t, p.Handler(), "/vpbx/"+row.path, row.json)
			if status != 200 || got != row.want {
				t.Errorf("%s %s: HTTP %d %s, want 200 %s", row.path, row.json, status, got, row.want)
			}
			old := free
			old.Style.Old420 = true
			want := strings.Replace(row.want, "result", "code", 1)
			if status, got := ask(t, start(t, old).Handler(), "/vpbx/"+row.path, row.json); row.want != `{"result":1000}` && (status != 420 || got != want) {
				t.Errorf("2017 style, %s %s: HTTP %d %s, want 420 %s", row.path, row.json, status, got, want)
			}
		})
	}
}

// The envelope: who asks, and is it signed.
func TestEnvelope(t *testing.T) {
	t.Parallel()
	sig := cred.JSON([]byte(`{}`))
	for name, row := range map[string]struct {
		form   url.Values
		status int
		want   string
	}{
		"right":         {url.Values{"vpbx_api_key": {cred.Key}, "sign": {sig}, "json": {"{}"}}, 200, `"result":1000`},
		"foreign key":   {url.Values{"vpbx_api_key": {"other"}, "sign": {sig}, "json": {"{}"}}, 401, body401},
		"no key":        {url.Values{"sign": {sig}, "json": {"{}"}}, 200, `{"result":3103}`},
		"no sign":       {url.Values{"vpbx_api_key": {cred.Key}, "json": {"{}"}}, 200, `{"result":3103}`},
		"no json":       {url.Values{"vpbx_api_key": {cred.Key}, "sign": {sig}}, 200, `{"result":3103}`},
		"other json":    {url.Values{"vpbx_api_key": {cred.Key}, "sign": {sig}, "json": {"{ }"}}, 200, `{"result":3102}`},
		"upper case":    {url.Values{"vpbx_api_key": {cred.Key}, "sign": {strings.ToUpper(sig)}, "json": {"{}"}}, 200, `{"result":3102}`},
		"nothing":       {url.Values{}, 200, `{"result":3103}`},
		"body too long": {url.Values{"json": {strings.Repeat("a", 2<<20)}}, 413, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, got := form(t, start(t, free).Handler(), "/vpbx/account/balance", row.form)
			if status != row.status || !strings.Contains(got, row.want) {
				t.Errorf("HTTP %d %s, want %d with %s", status, got, row.status, row.want)
			}
		})
	}
	h := start(t, free).Handler()
	if status, got := do(t, h, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/vpbx/account/balance", nil)); status != 200 || got != `{"result":3101}` {
		t.Errorf("GET: HTTP %d %s, want 200 {\"result\":3101}", status, got)
	}
	if status, _ := ask(t, h, "/elsewhere", `{}`); status != 404 {
		t.Errorf("outside /vpbx: HTTP %d, want 404", status)
	}
}

func TestMultipartIsAccepted(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"vpbx_api_key": cred.Key, "sign": cred.JSON([]byte(`{}`)), "json": `{}`} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/vpbx/account/balance", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if status, got := do(t, start(t, free).Handler(), r); status != 200 || !strings.Contains(got, `"currency":"RUB"`) {
		t.Errorf("multipart: HTTP %d %s, want the balance", status, got)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	h := start(t, free).Handler()
	for _, row := range []struct{ json, want string }{
		{`{"extension":"102"}`, `{"users":[{"general":{"department":"Отдел продаж","email":"petrov@example.com","name":"Петров Пётр","position":"Менеджер"},"telephony":{"extension":"102","numbers":[{"number":"sip:petrov@example.mangosip.ru","order":"0","protocol":"sip","status":"on","wait_sec":"60"}],"outgoingline":"74951234567"}}]}`},
		{`{"extension":101,"ext_fields":["general.user_id","general.sips","groups","unheard.of"]}`, `{"users":[{"general":{"department":"Отдел продаж","email":"ivanov@example.com","name":"Иванов Иван","position":"Менеджер","sips":[{"number":"ivanov@example.mangosip.ru"}],"user_id":300049012},"groups":[10051250],"telephony":{"extension":"101","numbers":[{"number":"sip:ivanov@example.mangosip.ru","order":0,"protocol":"sip","status":"on","wait_sec":60}],"outgoingline":"74951234567"}}]}`},
		{`{"extension":"999"}`, `{"users":[]}`},
		{`{"ext_fields":"general.user_id"}`, `{"result":3104}`},
	} {
		status, got := ask(t, h, "/vpbx/config/users/request", row.json)
		if diff := cmp.Diff(row.want, got); status != 200 || diff != "" {
			t.Errorf("users %s: HTTP %d (-want +got):\n%s", row.json, status, diff)
		}
	}
	if _, got := ask(t, h, "/vpbx/config/users/request", `{}`); strings.Count(got, `"telephony"`) != 3 {
		t.Errorf("users {}: %s, want three", got)
	}
}

// One wrong request in two minutes is tolerated; the second locks everything
// until two minutes after the first.
func TestQuotaOfWrongRequests(t *testing.T) {
	t.Parallel()
	now := time.Unix(1795338000, 0)
	p := start(t, vpbxtest.Config{Now: func() time.Time { return now }, NoRateLimits: true})
	const wrong, right = `{"command_id":"x"}`, `{}`
	for i, row := range []struct {
		at     time.Duration // since the start
		wrong  bool
		status int
	}{
		{0, true, 200},                  // tolerated
		{time.Second, false, 200},       // a right one is served
		{119 * time.Second, true, 401},  // one too many
		{119 * time.Second, false, 401}, // now everything is refused
		{120*time.Second - 1, false, 401},
		{120 * time.Second, false, 200}, // two minutes since the FIRST
		{121 * time.Second, true, 200},
		{122 * time.Second, true, 401},
		{240 * time.Second, false, 401}, // counts from 121 s
		{241 * time.Second, true, 200},
		{361 * time.Second, true, 200}, // two wrong ones, two minutes apart
	} {
		now = time.Unix(1795338000, 0).Add(row.at)
		path, body := "/vpbx/account/balance", right
		if row.wrong {
			path, body = "/vpbx/commands/route", wrong
		}
		status, got := ask(t, p.Handler(), path, body)
		if status != row.status || (status == 401 && got != body401) {
			t.Errorf("row %d at %v: HTTP %d %s, want %d", i, row.at, status, got, row.status)
		}
	}
	if s := p.Stats(); s.Wrong != 4 || s.Locked != 5 {
		t.Errorf("Stats() = %+v, want 4 wrong and 5 locked", s)
	}
}

// A stranger's mistakes are not held against the product.
func TestQuotaIgnoresForeignKeys(t *testing.T) {
	t.Parallel()
	h := start(t, vpbxtest.Config{}).Handler()
	for range 3 {
		form(t, h, "/vpbx/account/balance", url.Values{"vpbx_api_key": {"other"}, "json": {"{}"}})
		do(t, h, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/vpbx/account/balance", nil))
	}
	if status, got := ask(t, h, "/vpbx/account/balance", `{}`); status != 200 {
		t.Errorf("HTTP %d %s, want 200", status, got)
	}
}

// The limits run on real time: a bubble of fake time shows the spans.
func TestRateLimits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		path, json string
		n          int
		span       time.Duration
	}{
		{"/vpbx/commands/callback", toClient, 4, time.Second},
		{"/vpbx/commands/call/hangup", `{"command_id":"h","call_id":"x"}`, 4, time.Second},
		{"/vpbx/commands/route", `{"command_id":"r","call_id":"x","to_number":"101"}`, 1, 2 * time.Second},
		{"/vpbx/config/users/request", `{}`, 1, 2 * time.Second},
		{"/vpbx/account/balance", `{}`, 2, time.Second},
		{"/vpbx/groups", `{}`, 10, time.Second},
		{"/vpbx/ab/contact/init", `{"query":""}`, 50, time.Second},
		{"/vpbx/ab/contacts/delete", `{"data":[1]}`, 10, time.Second},
	} {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := start(t, vpbxtest.Config{}).Handler()
				for round := range 2 {
					for i := range row.n {
						if status, got := ask(t, h, row.path, row.json); status != 200 {
							t.Fatalf("round %d, request %d: HTTP %d %s, want 200", round, i+1, status, got)
						}
					}
					time.Sleep(row.span - time.Nanosecond)
					if status, got := ask(t, h, row.path, row.json); status != 429 || got != body429 {
						t.Fatalf("round %d, one too many: HTTP %d %s, want 429 %s", round, status, got, body429)
					}
					time.Sleep(time.Nanosecond)
				}
			})
		})
	}
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		only13 bool
		works  uint16
		fails  uint16
	}{
		"as the PBX": {false, tls.VersionTLS12, tls.VersionTLS13},
		"fault":      {true, tls.VersionTLS13, tls.VersionTLS12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, vpbxtest.Config{TLS: true, Faults: vpbxtest.Faults{API: vpbxtest.APIFaults{TLS13Only: row.only13}}})
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			try := func(version uint16) error {
				client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
					RootCAs: p.Roots(), MinVersion: version, MaxVersion: version,
				}}}
				defer client.CloseIdleConnections()
				resp, err := client.PostForm(p.URL()+"/vpbx/account/balance", url.Values{})
				if err != nil {
					return err
				}
				return resp.Body.Close()
			}
			if err := try(row.works); err != nil {
				t.Errorf("TLS %x: %v, want an answer", row.works, err)
			}
			if err := try(row.fails); err == nil {
				t.Errorf("TLS %x: answered, want a refused handshake", row.fails)
			}
		})
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", []byte("vpbx_api_key=k&sign=s&json=%7B%7D"))
	f.Add("application/x-www-form-urlencoded", []byte("json=%zz&;=&&"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{}\r\n--x--\r\n"))
	f.Add("multipart/form-data", []byte("--"))
	f.Add("", []byte(toClient))
	p := start(f, free)
	paths := []string{"/vpbx/commands/callback", "/vpbx/commands/route", "/vpbx/commands/call/hangup", "/vpbx/config/users/request", "/vpbx/account/balance",
		"/vpbx/commands/callback_group", "/vpbx/commands/sms", "/vpbx/commands/recording/start", "/vpbx/commands/play/start", "/vpbx/commands/transfer",
		"/vpbx/commands/calls_connect", "/vpbx/commands/transfer_cancel", "/vpbx/commands/call/hold/on",
		"/vpbx/stats/request", "/vpbx/stats/calls/request", "/vpbx/stats/calls/result", "/vpbx/queries/recording/post",
		"/vpbx/queries/recording_categories", "/vpbx/queries/user_info_by_dct_number", "/vpbx/transcribes/tasks",
		"/vpbx/queries/recording_transcripts", "/vpbx/queries/user_history_by_dct_number", "/vpbx/offline_record/recognize", "/vpbx/record/recognize",
		"/s2t/queries/ai_agents", "/s2t/queries/recording_agents", "/s2t/queries/recording_summary", "/s2t/queries/records"}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		// As it is: a form that nobody signed.
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, paths[0], bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if status, got := do(t, p.Handler(), r); status == 200 && got == `{"result":1000}` {
			t.Fatalf("unsigned %q was accepted", body)
		}
		// Signed: the parameters of every method.
		for _, path := range paths {
			status, got := ask(t, p.Handler(), path, string(body))
			speech := strings.HasPrefix(path, "/s2t/") && status == 400 // has its own way to refuse
			if status != 200 && !speech || !strings.HasPrefix(got, "{") {
				t.Fatalf("%s %q: HTTP %d %s, want 200 and an object", path, body, status, got)
			}
		}
	})
}
