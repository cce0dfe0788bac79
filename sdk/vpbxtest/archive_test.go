package vpbxtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

var epoch = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// report orders a report and returns its result.
func report(t *testing.T, p *vpbxtest.PBX, path, order string) string {
	t.Helper()
	status, got := ask(t, p.Handler(), "/vpbx/"+path+"/request", order)
	var key struct{ Key string }
	if err := json.Unmarshal([]byte(got), &key); err != nil || status != 200 || key.Key == "" {
		t.Fatalf("%s/request %s: HTTP %d %s, want a key", path, order, status, got)
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	status, got = ask(t, p.Handler(), "/vpbx/"+path+"/result", `{"key":"`+key.Key+`"}`)
	if status != 200 {
		t.Fatalf("%s/result: HTTP %d %s, want 200", path, status, got)
	}
	return got
}

func whole(v any) string {
	if f, ok := v.(float64); ok {
		return fmt.Sprint(int64(f))
	}
	return fmt.Sprint(v)
}

func get(t *testing.T, p *vpbxtest.PBX, address string) (int, http.Header, string) {
	t.Helper()
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
	return w.Code, w.Header(), w.Body.String()
}

// The statistics of every scenario, of both kinds, equal what was told.
func TestStatisticsAgreeWithTheSummary(t *testing.T) {
	t.Parallel()
	type daily struct {
		List []struct {
			EntryID  string `json:"entry_id"`
			Type     int64  `json:"context_type"`
			Status   int64  `json:"context_status"`
			Start    int64  `json:"context_start_time"`
			Duration int64  `json:"duration"`
			Talk     int64  `json:"talk_duration"`
		} `json:"list"`
		Count int `json:"total_calls_count"`
	}
	for _, file := range scenarioFiles(t) {
		s, err := vpbxtest.LoadScenario(file)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name == "wait-for-route" {
			continue // it waits for a command, for longer than statistics reach
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			cfg := free
			cfg.Target, cfg.Epoch = l.URL, epoch
			p := start(t, cfg)
			entry, err := p.Play(bound(t), s)
			if err != nil {
				t.Fatal(err)
			}
			sum := summaryOf(t, l.got(), entry)
			// One row of basic statistics per leg, equal to its last event.
			var want []string
			last := map[string]note{}
			first, answer := map[string]int64{}, map[string]int64{}
			var order []string
			for _, n := range l.got() {
				if n.path != "/events/call" {
					continue
				}
				id := n.str("call_id")
				if _, known := first[id]; !known {
					first[id] = n.num("timestamp")
					order = append(order, id)
				}
				if _, known := answer[id]; !known && n.str("call_state") == "Connected" {
					answer[id] = n.num("timestamp")
				}
				last[id] = n
			}
			for _, id := range order {
				n := last[id]
				want = append(want, fmt.Sprintf("%s;%d;%d;%d;%s;%s;%d;%s;%d\r\n", entry, first[id], n.num("timestamp"), answer[id],
					n.str("to", "extension"), n.str("to", "number"), n.num("disconnect_reason"), n.str("location"), sum.num("create_time")))
			}
			got := report(t, p, "stats", fmt.Sprintf(`{"date_from":"%d","date_to":%d,"fields":"entry_id, start, finish, answer, to_extension, to_number, disconnect_reason, location, сreate"}`,
				epoch.Unix(), epoch.Unix()+86400))
			if diff := cmp.Diff(strings.Join(want, ""), got); diff != "" {
				t.Errorf("basic statistics (-told +got):\n%s", diff)
			}
			var calls struct{ Data []daily }
			got = report(t, p, "stats/calls", `{"start_date":"22.11.2026","end_date":"23.11.2026 23:59:59","limit":"10","offset":0}`)
			if err := json.Unmarshal([]byte(got), &calls); err != nil || len(calls.Data) != 1 || len(calls.Data[0].List) != 1 || calls.Data[0].Count != 1 {
				t.Fatalf("extended statistics: %s (%v), want one call", got, err)
			}
			c := calls.Data[0].List[0]
			talk := int64(0)
			if at := sum.num("talk_time"); at != 0 {
				talk = sum.num("end_time") - at
			}
			kind := map[int64]int64{0: 3, 1: 1, 2: 2}[sum.num("call_direction")]
			if c.EntryID != entry || c.Type != kind || c.Status != sum.num("entry_result") || c.Start != sum.num("create_time") ||
				c.Duration != sum.num("end_time")-sum.num("create_time") || c.Talk != talk {
				t.Errorf("extended statistics tell %+v, the summary %s", c, sum.json)
			}
		})
	}
}

// A report is under way for a while, and only its own key opens it.
func TestReportsAreUnderWay(t *testing.T) {
	t.Parallel()
	l := listen(t)
	cfg := free
	cfg.Target, cfg.Epoch, cfg.Speed = l.URL, epoch, 0.001
	p := start(t, cfg)
	_, basic := ask(t, p.Handler(), "/vpbx/stats/request", `{"date_from":1,"date_to":2,"request_id":"r1"}`)
	_, calls := ask(t, p.Handler(), "/vpbx/stats/calls/request", `{"start_date":"22.11.2026","end_date":"23.11.2026","limit":1,"offset":0}`)
	for _, row := range []struct {
		path, json string
		status     int
		want       string
	}{
		{"stats/result", basic, 204, ""},
		{"stats/result", calls, 404, ""},
		{"stats/result", `{"key":"x"}`, 404, ""},
		{"stats/result", `{}`, 200, `{"result":3103}`},
		{"stats/result", `{"key":[]}`, 200, `{"result":3104}`},
		{"stats/calls/result", calls, 200, `{"result":1000,"status":"work"}`},
		{"stats/calls/result", basic, 200, `{"result":1000,"status":"not-found"}`},
		{"stats/calls/result", `{}`, 200, `{"result":3103}`},
	} {
		if status, got := ask(t, p.Handler(), "/vpbx/"+row.path, row.json); status != row.status || got != row.want {
			t.Errorf("%s %s: HTTP %d %s, want %d %s", row.path, row.json, status, got, row.status, row.want)
		}
	}
}

// The end of a report of basic statistics is told, in either spelling.
func TestReportIsTold(t *testing.T) {
	t.Parallel()
	for path, old := range map[string]bool{"/result/stat": false, "/result/stats": true} {
		l := listen(t)
		cfg := free
		cfg.Target, cfg.Style.Old420 = l.URL, old
		p := start(t, cfg)
		if got := report(t, p, "stats", `{"date_from":1,"date_to":2,"request_id":"r1"}`); got != "" {
			t.Errorf("statistics of 1970: %q, want none", got)
		}
		notes := l.got()
		if len(notes) != 1 || notes[0].path != path || notes[0].str("request_id") != "r1" || notes[0].str("key") == "" {
			t.Errorf("told: %v, want %s with the key", notes, path)
		}
	}
}

func TestReportsRefused(t *testing.T) {
	t.Parallel()
	h := start(t, free).Handler()
	with := func(more string) string {
		return `{"start_date":"01.11.2026 00:00:00","end_date":"30.11.2026 23:59:59","limit":10,"offset":0` + more + `}`
	}
	for _, row := range []struct{ path, json, want string }{
		{"stats/request", `{}`, `{"result":3103}`},
		{"stats/request", `{"date_from":"x","date_to":1}`, `{"result":3104}`},
		{"stats/request", `{"date_from":2,"date_to":1}`, `{"result":3111}`},
		{"stats/request", `{"date_from":1,"date_to":2678402}`, `{"result":3111}`},
		{"stats/request", `{"date_from":1,"date_to":2,"fields":"start,colour"}`, `{"result":3104}`},
		{"stats/request", `{"date_from":1,"date_to":2,"fields":["start","colour"]}`, `{"result":3104}`},
		{"stats/request", `{"date_from":1,"date_to":2,"from":{"extension":"101"},"call_party":{"number":"1"}}`, `{"result":3123}`},
		{"stats/request", `{"date_from":1,"date_to":2,"request_id":"` + strings.Repeat("r", 129) + `"}`, `{"result":3104}`},
		{"stats/calls/request", `{}`, `{"fields":{"end_date":3103,"limit":3103,"offset":3103,"start_date":3103},"result":3100}`},
		{"stats/calls/request", `{"start_date":"2026-11-01","end_date":"02.11.2026","limit":7,"offset":-1}`, `{"fields":{"limit":3104,"offset":3108,"start_date":3104},"result":3100}`},
		{"stats/calls/request", `{"start_date":"01.11.2026","end_date":"01.12.2026","limit":1,"offset":0}`, `{"fields":{"end_date":3111},"result":3100}`},
		{"stats/calls/request", with(`,"context_type":4,"context_status":2`), `{"fields":{"context_status":3104,"context_type":3104},"result":3100}`},
		{"stats/calls/request", with(`,"recall_status":1,"context_type":2,"context_status":0`), `{"fields":{"recall_status":3125},"result":3100}`},
		{"stats/calls/request", with(`,"search_string":"79"`), `{"fields":{"search_string":3108},"result":3100}`},
		{"stats/calls/request", with(`,"ext_fields":["price"]`), `{"fields":{"ext_fields":3104},"result":3100}`},
		{"stats/calls/request", with(`,"user_ids":7`), `{"fields":{"user_ids":3104},"result":3100}`},
	} {
		if _, got := ask(t, h, "/vpbx/"+row.path, row.json); got != row.want {
			t.Errorf("%s %s: %s, want %s", row.path, row.json, got, row.want)
		}
	}
}

// What the filters of both kinds of statistics let through.
func TestReportFilters(t *testing.T) {
	t.Parallel()
	cfg := free
	cfg.Epoch = epoch
	p := start(t, cfg)
	for _, s := range []vpbxtest.Scenario{
		vpbxtest.Inbound("79161234567", "").Ring("101", 5).Timeout(), // called back later
		vpbxtest.Inbound("79169999999", "").IVR(1).RingGroup("300", 5).Answer().Talk(30).HangUp(vpbxtest.Caller),
		vpbxtest.Outbound("102", "79161234567").Wait(2).Answer().Talk(61).HangUp(vpbxtest.Caller),
		vpbxtest.Inbound("79168888888", "").Ring("103", 5).Timeout(),
		vpbxtest.Internal("101", "103").Wait(2).Answer().Talk(3).HangUp(vpbxtest.Caller),
	} {
		if _, err := p.Play(bound(t), s); err != nil {
			t.Fatal(err)
		}
	}
	for filter, want := range map[string]int{
		``:                        5,
		`,"context_type":1`:       3,
		`,"context_type":[2,"3"]`: 2,
		`,"context_status":1`:     3,
		`,"search_string":"9999"`: 1,
		`,"user_ids":[300049013]`: 2, // the group rang him too
		`,"group_ids":[10051250]`: 1,
		`,"group_ids":[10051251]`: 0,
		`,"context_type":1,"context_status":0,"recall_status":1`: 1,
		`,"context_type":1,"context_status":0,"recall_status":2`: 1,
		`,"context_type":1,"context_status":0,"recall_status":0`: 0,
	} {
		got := report(t, p, "stats/calls", `{"start_date":"22.11.2026","end_date":"23.11.2026","limit":100,"offset":0`+filter+`}`)
		if n := strings.Count(got, `"context_type"`); n != want {
			t.Errorf("filter %s: %d calls in %s, want %d", filter, n, got, want)
		}
	}
	page := report(t, p, "stats/calls", `{"start_date":"22.11.2026","end_date":"23.11.2026","limit":1,"offset":2,"ext_fields":["context_cost_full"],"ext_params":1}`)
	for _, want := range []string{`"total_calls_count":5`, `"cost":3,`, `"context_cost_full":3`, `"caller_id":300049013`, `"tag_id":[]`, `"called_number":"79161234567"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the third call: %s, want %s", page, want)
		}
	}
	if got := report(t, p, "stats/calls", `{"start_date":"22.11.2026","end_date":"23.11.2026","limit":1,"offset":0,"user_ids":["101"]}`); got != `{"result":5004,"status":"error"}` {
		t.Errorf("user_ids of texts: %s, want 5004", got)
	}
	span := fmt.Sprintf(`{"date_from":%d,"date_to":%d`, epoch.Unix(), epoch.Unix()+3600)
	for filter, want := range map[string]int{
		``:                                  8, // legs
		`,"from":{"extension":"102"}`:       1,
		`,"to":{"extension":"103"}`:         3,
		`,"call_party":{"extension":"101"}`: 3,
		`,"call_party":{"number":"79161234567"},"from":{"extension":"","number":""}`: 2,
	} {
		if got := report(t, p, "stats", span+filter+`}`); strings.Count(got, "\r\n") != want {
			t.Errorf("filter %s: %q, want %d rows", filter, got, want)
		}
	}
}

// A recording can be had from record/added on, once by each address.
func TestRecordings(t *testing.T) {
	t.Parallel()
	l := listen(t)
	cfg := free
	cfg.Target, cfg.Epoch = l.URL, epoch
	cfg.Now = func() time.Time { return epoch }
	cfg.Style.Recording, cfg.Style.Tagging = true, true
	p := start(t, cfg)
	post := func(id string) (int, http.Header, string) {
		w := httptest.NewRecorder()
		body := `{"recording_id":"` + id + `","action":"download"}`
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/vpbx/queries/recording/post",
			strings.NewReader(url.Values{"vpbx_api_key": {cred.Key}, "sign": {cred.JSON([]byte(body))}, "json": {body}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		p.Handler().ServeHTTP(w, r)
		return w.Code, w.Header(), w.Body.String()
	}
	l.onNote(func(n note) {
		if n.path == "/events/recording" {
			if status, _, got := post(n.str("recording_id")); status != 404 {
				t.Errorf("%s: HTTP %d %s before record/added, want 404", n.str("recording_state"), status, got)
			}
		}
	})
	entry, err := p.Play(bound(t), vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Talk(20).HangUp(vpbxtest.Caller))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	var told []string
	id := ""
	for _, n := range l.got() {
		if n.path == "/events/call" || n.path == "/events/summary" {
			continue
		}
		id = n.str("recording_id")
		told = append(told, fmt.Sprintf("%s %s %d code=%s user=%s", n.path, n.str("recording_state"), n.num("timestamp")-epoch.Unix(), whole(n.m["completion_code"]), whole(n.m["user_id"])))
	}
	want := []string{
		"/events/recording Started 1 code=<nil> user=<nil>", "/events/recording Completed 21 code=1000 user=<nil>",
		"/events/record/added  28 code=<nil> user=300049012", "/events/record/tagged  33 code=<nil> user=300049012",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if rows := report(t, p, "stats", fmt.Sprintf(`{"date_from":%d,"date_to":%d,"fields":"records"}`, epoch.Unix(), epoch.Unix()+60)); rows != "["+id+"]\r\n" {
		t.Errorf("statistics name %q, want the recording %s", rows, id)
	}

	link := func(id string, until int64, sign string) string {
		return "/vpbx/queries/recording/link/" + url.PathEscape(id) + "/play/" + cred.Key + "/" + fmt.Sprint(until) + "/" + sign
	}
	tomorrow := epoch.Unix() + 86400
	locations := map[string]bool{}
	for name, ask := range map[string]func() (int, http.Header, string){
		"post": func() (int, http.Header, string) { return post(id) },
		"link": func() (int, http.Header, string) { return get(t, p, link(id, tomorrow, cred.Recording(id, tomorrow))) },
		"link in milliseconds": func() (int, http.Header, string) {
			return get(t, p, link(id, tomorrow*1000, cred.Recording(id, tomorrow*1000)))
		},
	} {
		status, header, body := ask()
		location := header.Get("Location")
		if status != 302 || body != "" || location == "" || locations[location] {
			t.Errorf("%s: HTTP %d %s to %q, want 302 to an address of its own", name, status, body, location)
			continue
		}
		locations[location] = true
		status, header, body = get(t, p, location)
		if status != 200 || header.Get("Content-Type") != "audio/mp3" || !bytes.HasPrefix([]byte(body), []byte{0xFF, 0xF3}) || len(body) != 555*36 {
			t.Errorf("%s: HTTP %d, %d bytes of %s, want 20 s of sound", name, status, len(body), header.Get("Content-Type"))
		}
		if status, _, _ := get(t, p, location); status != 404 {
			t.Errorf("%s: HTTP %d at the second access, want 404", name, status)
		}
	}
	for name, row := range map[string]struct {
		path   string
		status int
		want   string
	}{
		"forged link":   {link(id, tomorrow, cred.Recording(id, tomorrow+1)), 401, ""},
		"expired link":  {link(id, epoch.Unix()-1, cred.Recording(id, epoch.Unix()-1)), 403, ""},
		"unknown":       {link("x", tomorrow, cred.Recording("x", tomorrow)), 200, `{"result":3320}`},
		"no moment":     {strings.Replace(link(id, tomorrow, "s"), fmt.Sprint(tomorrow), "soon", 1), 200, `{"result":3104}`},
		"short link":    {"/vpbx/queries/recording/link/x/play", 404, ""},
		"issa":          {"/vpbx/queries/recording/issa/" + url.PathEscape(id) + "/play", 302, ""},
		"unknown issa":  {"/vpbx/queries/recording/issa/x/play", 200, `{"result":3320}`},
		"short issa":    {"/vpbx/queries/recording/issa/x", 404, ""},
		"unknown token": {"/files/x", 404, "404 page not found\n"},
	} {
		if status, _, got := get(t, p, row.path); status != row.status || got != row.want {
			t.Errorf("%s: HTTP %d %q, want %d %q", name, status, got, row.status, row.want)
		}
	}
	for body, want := range map[string]string{
		`{}`: `{"result":3103}`, `{"recording_id":"x","action":"download"}`: `{"result":3320}`,
		`{"recording_id":"x","action":"sing"}`: `{"result":3104}`, `{"recording_id":[],"action":"play"}`: `{"result":3104}`,
	} {
		if _, got := ask(t, p.Handler(), "/vpbx/queries/recording/post", body); got != want {
			t.Errorf("recording/post %s: %s, want %s", body, got, want)
		}
	}
	speech(t, p, id, entry)
}

// speech asks speech analytics about one recording.
func speech(t *testing.T, p *vpbxtest.PBX, id, entry string) {
	t.Helper()
	ids := func(more string) string { return `{"recording_id":"[\"` + id + `\",\"unknown\"]"` + more + `}` }
	call := `{"communication_id":["` + entry + `"]}`
	for _, row := range []struct {
		path, json, header string
		status             int
		want               string // a part
	}{
		{"/vpbx/queries/recording_categories", ids(``), "", 200, `"data":[{"categories":[{"assign_time":` + fmt.Sprint(epoch.Unix()+21) + `,"id":117,"version":1}],"recording_id":"` + id + `"}],"result":1000`},
		{"/vpbx/queries/recording_categories", ids(`,"with_terms":true,"with_names":true`), "", 200, `"name":"Приветствие","terms":[{"channels":[-1],"count":1,"value":"Добрый день"}]`},
		{"/vpbx/queries/recording_transcripts", `{"recording_id":["` + id + `"]}`, "", 200, `"names":{"client":"Клиент","operator":"Сотрудник"},"phrases":[["operator","Добрый день, меня зовут Иванов Иван"],["client","Здравствуйте, мой номер 79161234567"]]`},
		{"/vpbx/queries/recording_transcripts", `{}`, "", 200, `{"result":3103}`},
		{"/vpbx/queries/recording_transcripts", `{"recording_id":"x"}`, "", 200, `{"result":3104}`},
		{"/vpbx/queries/recording_transcripts", `{"recording_id":[` + strings.Repeat(`"x",`, 500) + `"x"]}`, "", 200, `{"result":3503}`},
		{"/s2t/queries/recording_summary", call, "", 200, `"summary":"Разговор сотрудника Иванов Иван с абонентом 79161234567, 20 с.\n"`},
		{"/s2t/queries/recording_summary", `{}`, "", 400, `{"error":["The communication id field is required."],"result":3000}`},
		{"/s2t/queries/recording_summary", `{"communication_id":"x"}`, "", 400, `"result":3000`},
		{"/s2t/queries/records", `{"date_from":"2026-11-22","date_to":"2026-11-22","limit":1}`, "", 200, `"communication_id":"` + entry + `"`},
		{"/s2t/queries/records", `{"date_from":"2026-11-22","date_to":"2026-11-22","offset":1}`, "", 200, `{"data":[],"result":1000}`},
		{"/s2t/queries/records", `{"date_from":"2026-11-23","date_to":"2026-11-24"}`, "", 200, `{"data":[],"result":1000}`},
		{"/s2t/queries/records", `{"date_from":"22.11.2026","date_to":"2026-11-24"}`, "", 400, `"result":3000`},
		{"/s2t/queries/records", `{"date_from":"2026-11-22","date_to":"2026-11-21"}`, "", 400, `"result":3000`},
		{"/s2t/queries/records", `{"date_from":"2026-11-22","date_to":"2026-11-22","limit":0}`, "", 400, `"result":3000`},
		{"/s2t/queries/records", `{"date_from":[]}`, "", 400, `"result":3000`},
		{"/s2t/queries/ai_agents", `{}`, "X-Product-Id", 200, `"name":"Оценка разговора"`},
		{"/s2t/queries/ai_agents", `{}`, "", 400, `"result":3000`},
		{"/s2t/queries/recording_agents", call, "X-Point-Id", 200, `"assistant_id":31`},
		{"/s2t/queries/recording_agents", call, "", 400, `"result":3000`},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, row.path,
			strings.NewReader(url.Values{"vpbx_api_key": {cred.Key}, "sign": {cred.JSON([]byte(row.json))}, "json": {row.json}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if row.header != "" {
			r.Header.Set(row.header, "300022532")
		}
		if status, got := do(t, p.Handler(), r); status != row.status || !strings.Contains(got, row.want) {
			t.Errorf("%s %.200s: HTTP %d %s, want %d with %s", row.path, row.json, status, got, row.status, row.want)
		}
	}
}

// No link opens what nobody signed.
func FuzzLink(f *testing.F) {
	f.Add("id", "play", cred.Key, "1525598918779", "sign")
	f.Add("a/b", "", "%2F", "-1", "..")
	p := start(f, free)
	f.Fuzz(func(t *testing.T, id, action, key, until, sign string) {
		path := "/vpbx/queries/recording/link"
		for _, part := range []string{id, action, key, until, sign} {
			path += "/" + url.PathEscape(part)
		}
		if status, _, got := get(t, p, path); status == 200 && !strings.HasPrefix(got, `{"result":3`) || status == 302 {
			t.Fatalf("%s: HTTP %d %s, want a refusal", path, status, got)
		}
	})
}
