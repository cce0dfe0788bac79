package vpbxtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

func TestCallTracking(t *testing.T) {
	t.Parallel()
	own := free
	own.Visitors = []vpbxtest.Visitor{{Number: "78120000000", UID: "u1", Page: vpbxtest.VisitorPage{URL: "https://x", Date: "2026-11-22T08:59:00Z"}}}
	usual, named := start(t, free).Handler(), start(t, own).Handler()
	const info, history = "/vpbx/queries/user_info_by_dct_number", "/vpbx/queries/user_history_by_dct_number"
	for _, row := range []struct {
		h                http.Handler
		path, json, want string
	}{
		{usual, info, `{"number":"+7 (495) 111-22-33"}`, `{"data":{"uid":"1529061447155","widget_id":10077,"widget_name":"Сайт","product_id":300022532,"ga_cid":"1029384756.1700000000","ip":"192.0.2.17","region_id":77,` +
			`"location":{"country_code":"RU","region_code":"MOW","region":"Москва","city":"Москва"},"channel":{"source":"yandex","medium":"cpc","campaign":"autumn","content":"banner-3","term":"телефония"},` +
			`"duration":184,"current_page":{"url":"https://example.com/prices","date":"2026-11-22T08:59:00Z","title":"Цены"},"device":"desktop"}}`},
		{usual, history, `{"number":74951112233}`, `{"data":[{"url":"https://example.com/","date":"2026-11-22T08:57:00Z","title":"Главная"},{"url":"https://example.com/prices","date":"2026-11-22T08:59:00Z","title":"Цены"}]}`},
		{usual, info, `{"number":"74950000000"}`, `{}`},
		{usual, history, `{"number":"74950000000"}`, `{"data":[]}`},
		{named, info, `{"number":"74951112233"}`, `{}`},
		{named, info, `{"number":"78120000000"}`, `{"data":{"uid":"u1","widget_id":0,"widget_name":"","product_id":0,"ip":"","region_id":0,"duration":0,"current_page":{"url":"https://x","date":"2026-11-22T08:59:00Z"}}}`},
		{usual, info, `{}`, `{"result":3103}`},
		{usual, history, `{}`, `{"result":3103}`},
		{usual, info, `{"number":"mum"}`, `{"result":3104}`},
		{usual, history, `{"number":"+"}`, `{"result":3104}`},
		{usual, info, `{"number":[]}`, `{"result":3104}`},
	} {
		if status, got := ask(t, row.h, row.path, row.json); status != 200 || got != row.want {
			t.Errorf("%s %s: HTTP %d %s, want %s", row.path, row.json, status, got, row.want)
		}
	}
}

// A call to a tracking number comes in on a line of the company, and all its
// legs name the number that was called.
func TestCallsToTrackingNumbers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		number string
		v2     bool
		legs   string
		sum    string
		info   bool // the methods know the visitor
	}{
		{"74951112233", false, `{"number":"74951112233","type":1}`, `{"number":"74951112233","type":1}`, true},
		{"74951112233", true, `{"number":"74951112233","type":1}`, `null`, true},
		{"78005553535", false, `{"number":"78005553535","type":2}`, `{"number":"78005553535","type":2}`, false},
		{"74951234567", false, `{"type":0}`, `null`, false},
	} {
		p, l := stepped(t, vpbxtest.Config{StaticNumbers: []string{"78005553535"}, Faults: told(vpbxtest.NotificationFaults{V2: row.v2})})
		entry := begin(t, p, vpbxtest.Inbound("79161234567", row.number).IVR(2).Ring("101", 1).Answer().Talk(5).Blind("102", 2).Answer().Leave().Wait(1).HangUp(vpbxtest.Caller))
		step(t, p, time.Minute)
		raw := func(n note) string {
			text, err := json.Marshal(n.m["dct"])
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		calls := 0
		for _, n := range l.got() {
			if n.path != "/events/call" {
				continue
			}
			calls++
			if got := raw(n); got != row.legs {
				t.Errorf("%s: %s: dct %s, want %s", row.number, n.json, got, row.legs)
			}
			if line := n.str("to", "line_number"); line != "74951234567" && line != "" {
				t.Errorf("%s: %s: line %s, want the company's", row.number, n.json, line)
			}
		}
		if calls < 8 {
			t.Errorf("%s: %d events, want those of three legs", row.number, calls)
		}
		sum := summaryOf(t, l.got(), entry)
		if got := raw(sum); got != row.sum || sum.str("line_number") != "74951234567" {
			t.Errorf("%s: summary %s, want dct %s and the line of the company", row.number, sum.json, row.sum)
		}
		if _, got := ask(t, p.Handler(), "/vpbx/queries/user_info_by_dct_number", `{"number":"`+row.number+`"}`); strings.Contains(got, `"uid"`) != row.info {
			t.Errorf("%s: visitor %s, want one: %v", row.number, got, row.info)
		}
	}
}

// The rules of forwarding know employees and groups of the company.
func TestForwardingKnowsTheCompany(t *testing.T) {
	t.Parallel()
	p := start(t, free)
	const add = `{"client_phone_number":"7916*","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{"forward_group_id":%d}}`
	must(t, p, "forwarding/number/add", fmt.Sprintf(add, 10051250))
	if _, got := ask(t, p.Handler(), "/vpbx/forwarding/number/add", fmt.Sprintf(add, 7)); got != `{"fields":{"forward_group_id":3300},"result":3100}` {
		t.Errorf("a rule to no group: %s, want 3300", got)
	}
}

// upload posts a file with a signed envelope; name "" = no file.
func upload(t *testing.T, p *vpbxtest.PBX, path, json, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"vpbx_api_key": cred.Key, "sign": cred.JSON([]byte(json)), "json": json} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/vpbx/"+path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	_, got := do(t, p.Handler(), r)
	return got
}

func TestRecognition(t *testing.T) {
	t.Parallel()
	l := listen(t)
	cfg := free
	cfg.Target, cfg.Epoch = l.URL, epoch
	p := start(t, cfg)
	const (
		of, plain, tasks = "offline_record/recognize", "record/recognize", "transcribes/tasks"
		right            = `{"user_id":300049012,"direction":"IN","to":"74951234567","created":"2026-11-22 11:00:00","member_channel":1}`
		wav              = "RIFF\x24\x00\x00\x00WAVE"
	)
	for _, row := range []struct{ path, json, name, content, want string }{
		{of, right, "talk.wav", wav, `{"request_id":174249520,"result":1000}`},
		{of, strings.NewReplacer("user_id", "member_id", "IN", "OUT", `"to"`, `"from"`).Replace(right), "talk.mp3", "\xFF\xF3", `{"request_id":174249521,"result":1000}`},
		{plain, `{}`, "talk.ogg", "OggS", `{"request_id":174249522,"result":1000}`},
		{of, `{}`, "", "", `{"fields":{"created":3103,"direction":3103,"file":3103,"member_channel":3103,"user_id":3103},"result":3100}`},
		{of, `{"member_id":7,"direction":"UP","created":"22.11.2026","member_channel":2}`, "talk.txt", "x", `{"fields":{"created":3104,"direction":3104,"file":3104,"member_channel":3129,"member_id":3300},"result":3100}`},
		{of, strings.Replace(right, `"to"`, `"from"`, 1), "talk.wav", wav, `{"fields":{"to":3103},"result":3100}`},
		{of, strings.Replace(right, `"74951234567"`, `"mum"`, 1), "talk.wav", wav, `{"fields":{"to":3104},"result":3100}`},
		{of, strings.Replace(right, `300049012`, `"x"`, 1), "talk.wav", wav, `{"fields":{"user_id":3104},"result":3100}`},
		{plain, `{}`, "talk.wav", "OggS", `{"fields":{"file":3104},"result":3100}`},
		{plain, `{}`, "разговор.wav", wav, `{"fields":{"file":3104},"result":3100}`},
		{plain, `{}`, strings.Repeat("a", 61) + ".wav", wav, `{"fields":{"file":3104},"result":3100}`},
		{plain, `{}`, "talk.wav", "", `{"fields":{"file":3103},"result":3100}`},
	} {
		if got := upload(t, p, row.path, row.json, row.name, row.content); got != row.want {
			t.Errorf("%s %s with %q: %s, want %s", row.path, row.json, row.name, got, row.want)
		}
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	notes := l.got()
	if len(notes) != 3 || notes[0].path != "/events/recognized/offline" || notes[0].num("request_id") != 174249520 ||
		notes[0].num("recognized") != (epoch.Unix()+10)*1000 || notes[0].num("result") != 1000 {
		t.Errorf("told: %v, want three files recognised", notes)
	}
	got := must(t, p, tasks, `{"request_ids":["174249520",1,"x"]}`)
	for _, want := range []string{`"1":[]`, `"x":[]`, `"174249520":{"status":"ready"`, `{"word":"talk.wav","begin":1,"end":1.5}`} {
		if !strings.Contains(got, want) {
			t.Errorf("tasks: %s, want %s", got, want)
		}
	}
	if got := must(t, p, tasks, `{"request_id":174249522}`); !strings.Contains(got, `"channel":"client"`) {
		t.Errorf("tasks: %s, want the client's words", got)
	}
	for body, want := range map[string]string{
		`{}`:                `{"fields":{"request_ids":3103},"result":3100}`,
		`{"request_ids":5}`: `{"fields":{"request_ids":3104},"result":3100}`,
	} {
		if _, got := ask(t, p.Handler(), "/vpbx/"+tasks, body); got != want {
			t.Errorf("tasks %s: %s, want %s", body, got, want)
		}
	}
	slow := cfg
	slow.Speed = 0.001
	q := start(t, slow)
	upload(t, q, plain, `{}`, "talk.wav", wav)
	if got := must(t, q, tasks, `{"request_ids":[174249520]}`); got != `{"data":{"174249520":[]},"result":1000}` {
		t.Errorf("a file under way: %s, want an empty list", got)
	}
}
