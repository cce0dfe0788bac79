package vpbx

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
	"mangoofficesdk/sdk/vpbxtest"
)

// trip is a method on its way to the emulated PBX and back: asked as the
// document says, and asked wrongly. {names} stand for what was learnt on the way.
type trip struct {
	method string // of Client
	params string // the document's JSON
	before string // METHOD PARAMS; … that must have been
	at     string // "EXTENSION STATE" of the call, when method is asked; "" = after it
	want   string // is in what the method brought
	after  string // METHOD PARAMS that shows what it did
	shows  string // is in that; after a "!" it is not
	told   string // is in a notification that came of it
	silent bool   // the call is not recorded without being asked

	bad     string // refused here, and by the PBX as well
	code    text.Code
	field   string
	refused string // the PBX's answer to it; of an address, the HTTP status before
	astray  string // what is changed in an address to make it wrong
}

// journey is one emulated PBX with a client of it.
type journey struct {
	t      *testing.T
	pbx    *vpbxtest.PBX
	client *Client
	https  *http.Client

	mu     sync.Mutex
	learnt map[string]string // {entry}, {call}, {recording}, {cursor}, …
	notes  []string
	steps  map[string]func() // by "extension state": what is done when that is told of
}

var (
	tripEpoch       = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tripCredentials = sign.Credentials{Key: "key+/=0", Salt: sign.NewSalt("very-secret-salt")}
)

// depart starts a PBX over HTTPS. Its clock runs as fast as its notifications
// are taken, so a step is done while the call it is about lives.
func depart(t *testing.T, recording bool) *journey {
	t.Helper()
	j := &journey{t: t, learnt: map[string]string{}, steps: map[string]func(){}}
	cfg := vpbxtest.Config{
		Credentials: tripCredentials, NoQuota: true, NoRateLimits: true, TLS: true,
		Epoch: tripEpoch, Now: func() time.Time { return tripEpoch.Add(time.Hour) }, Post: j.told,
	}
	cfg.Style.Recording, cfg.Style.Tagging = recording, recording
	var err error
	if j.pbx, err = vpbxtest.New(cfg); err == nil {
		err = j.pbx.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.pbx.Close(); err != nil {
			t.Errorf("Close() of the PBX = %v", err)
		}
	})
	j.https = &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(j.pbx)}}
	t.Cleanup(j.https.CloseIdleConnections)
	j.client, err = New(Config{
		Credentials: tripCredentials, BaseURL: j.pbx.URL() + "/vpbx/", CAFile: caFile(t, j.pbx), Guard: guard.Config{Unlimited: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.client.Close() })
	return j
}

func trusting(p *vpbxtest.PBX) *tls.Config {
	return &tls.Config{RootCAs: p.Roots(), MinVersion: tls.VersionTLS12}
}

// caFile saves the certificate that the PBX shows.
func caFile(t *testing.T, p *vpbxtest.PBX) string {
	t.Helper()
	u, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", u.Host, trusting(p))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: conn.ConnectionState().PeerCertificates[0].Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// told takes a notification of the PBX, and does what waited for it.
func (j *journey) told(_ context.Context, path string, form url.Values) (int, error) {
	var n struct {
		EntryID     string `json:"entry_id"`
		CallID      string `json:"call_id"`
		RecordingID string `json:"recording_id"`
		State       string `json:"call_state"`
		To          struct {
			Extension string `json:"extension"`
		} `json:"to"`
	}
	raw := form.Get("json")
	if err := json.Unmarshal([]byte(raw), &n); err != nil {
		j.t.Errorf("%s: %s: %v", path, raw, err)
	}
	j.mu.Lock()
	j.notes = append(j.notes, path+" "+raw)
	for name, value := range map[string]string{"entry": n.EntryID, "recording": n.RecordingID, "call" + n.To.Extension: n.CallID} {
		if value != "" {
			j.learnt[name] = value
		}
	}
	key := n.To.Extension + " " + n.State
	step := j.steps[key]
	delete(j.steps, key)
	j.mu.Unlock()
	if step != nil {
		step()
	}
	return http.StatusOK, nil
}

var learning = regexp.MustCompile(`"(cursor|key|task_id)":("([^"]+)"|\d+)`)

// learn keeps the first cursor, key and task_id of an answer.
func (j *journey) learn(answer string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found := map[string]bool{}
	for _, m := range learning.FindAllStringSubmatch(answer, -1) {
		if !found[m[1]] {
			found[m[1]] = true
			j.learnt[m[1]] = strings.Trim(m[2], `"`)
		}
	}
}

// fill puts in what was learnt.
func (j *journey) fill(s string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for name, value := range j.learnt {
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	return s
}

// ask calls a method of Client by its name and gives what it brought as JSON.
func (j *journey) ask(method, params string) (string, error) {
	m := reflect.ValueOf(j.client).MethodByName(method)
	if !m.IsValid() {
		j.t.Errorf("Client has no method %s", method)
		return "", nil
	}
	var args []reflect.Value
	for i := range m.Type().NumIn() {
		in := m.Type().In(i)
		if in.Kind() == reflect.Interface {
			args = append(args, reflect.ValueOf(j.t.Context()))
			continue
		}
		q := reflect.New(in)
		if err := strict(json.RawMessage(j.fill(params)), q); err != nil {
			return "", err
		}
		args = append(args, q.Elem())
	}
	var answer []any
	var err error
	for _, v := range m.Call(args) {
		if e, ok := v.Interface().(error); ok {
			err = e
		} else if v.Kind() != reflect.Interface {
			answer = append(answer, v.Interface())
		}
	}
	out, jsonErr := json.Marshal(answer)
	j.learn(string(out))
	return string(out), errors.Join(err, jsonErr)
}

// raw posts params past the client.
func (j *journey) raw(path, params string) string {
	j.t.Helper()
	resp, err := j.https.PostForm(j.pbx.URL()+path, url.Values{
		"vpbx_api_key": {tripCredentials.Key}, "sign": {tripCredentials.JSON([]byte(params))}, "json": {params},
	})
	if err != nil {
		j.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		j.t.Fatal(err)
	}
	return string(body)
}

// follow asks an address as a browser does, but goes nowhere from there.
func (j *journey) follow(address string) (status int, location, body string) {
	j.t.Helper()
	req, err := http.NewRequestWithContext(j.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		j.t.Fatal(err)
	}
	resp, err := j.https.Transport.RoundTrip(req)
	if err != nil {
		j.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		j.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(raw)
}

// talk is a call of a client with an employee, behind a menu.
func talk() vpbxtest.Scenario {
	return vpbxtest.Inbound("79161234567", "").IVR(2).Ring("101", 1).Answer().Talk(20).HangUp(vpbxtest.Caller)
}

// good goes there and back.
func (row trip) good(t *testing.T, path string) {
	j := depart(t, !row.silent)
	must := func(steps string) (answer string) {
		for step := range strings.SplitSeq(steps, "; ") {
			method, params, _ := strings.Cut(step, " ")
			var err error
			if answer, err = j.ask(method, params); err != nil {
				t.Errorf("%s %s: %v, want success", method, j.fill(params), err)
			}
		}
		return answer
	}
	var answer string
	prepare := func() {
		if row.before != "" {
			must(row.before)
		}
	}
	ask := func() { answer = must(row.method + " " + row.params) }
	settle := func() {
		if err := j.pbx.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if row.at != "" {
		j.steps["101 Connected"] = prepare
		j.steps[row.at] = ask // the same moment is without preparation
	}
	if _, err := j.pbx.Play(t.Context(), talk()); err != nil {
		t.Fatal(err)
	}
	settle()
	if row.at == "" {
		prepare()
		settle() // what came of it is over, as the calls of a campaign, however fast they went
		ask()
		settle()
	}
	if want := j.fill(row.want); !strings.Contains(answer, want) {
		t.Errorf("%s %s brought %s, want %s", row.method, j.fill(row.params), answer, want)
	}
	if row.astray != "" {
		row.addressed(j, answer)
		return
	}
	if row.after != "" {
		shown := must(row.after)
		want, not := strings.CutPrefix(j.fill(row.shows), "!")
		if strings.Contains(shown, want) == not {
			t.Errorf("%s after %s: %s, want %s in it: %v", row.after, row.method, shown, want, !not)
		}
	}
	if !slices.ContainsFunc(j.notes, func(n string) bool { return strings.Contains(n, row.told) }) {
		t.Errorf("%s: told %s, want %s", row.method, strings.Join(j.notes, "\n"), row.told)
	}
	asked := func(r vpbxtest.Request) bool { return strings.TrimSuffix(r.Path, "/") == path && r.Status/100 < 4 }
	if !slices.ContainsFunc(j.pbx.Requests(), asked) {
		t.Errorf("%s: the PBX has no request for %s", row.method, path)
	}
}

// addressed follows the address that the method made, and a wrong one.
func (row trip) addressed(j *journey, answer string) {
	j.t.Helper()
	var made []string
	if err := json.Unmarshal([]byte(answer), &made); err != nil || len(made) != 1 {
		j.t.Fatalf("%s brought %s, want an address", row.method, answer)
	}
	if status, location, body := j.follow(made[0]); status != http.StatusFound || location == "" {
		j.t.Errorf("%s: HTTP %d %s, want to be led on", made[0], status, body)
	}
	wrong := strings.Replace(made[0], url.PathEscape(j.fill(row.astray)), "x", 1)
	if status, _, body := j.follow(wrong); fmt.Sprint(status, " ", body) != row.refused {
		j.t.Errorf("%s: HTTP %d %s, want %s", wrong, status, body, row.refused)
	}
}

// wrong is refused twice: here, and by the PBX when it comes past the client.
func (row trip) wrong(t *testing.T, path string) {
	j := depart(t, false)
	_, err := j.client.Do(t.Context(), path, json.RawMessage(row.bad))
	if e, ok := errors.AsType[*text.Error](err); !ok || e.Code != row.code || e.Field != row.field {
		t.Errorf("Do(%s, %s) = %v, want %s [%s]", path, row.bad, err, row.code, row.field)
	}
	if n := len(j.pbx.Requests()); n != 0 {
		t.Errorf("Do(%s, %s): %d requests reached the PBX, want none", path, row.bad, n)
	}
	if row.astray != "" {
		return // its address goes wrong in good
	}
	if got := j.raw(path, row.bad); got != row.refused {
		t.Errorf("the PBX answers %s to %s %s, want %s", got, path, row.bad, row.refused)
	}
}

// Every method of the client, there and back and refused on both sides.
func TestEveryMethodAgainstTheEmulator(t *testing.T) {
	t.Parallel()
	rows := maps.Clone(tripsOfClients)
	maps.Copy(rows, tripsOfCompany)
	for _, path := range Declared() {
		row, ok := rows[path]
		if !ok {
			t.Errorf("%s is declared and has no case", path)
			continue
		}
		delete(rows, path)
		t.Run(row.method, func(t *testing.T) {
			t.Parallel()
			t.Run("good", func(t *testing.T) { row.good(t, path) })
			t.Run("bad", func(t *testing.T) { row.wrong(t, path) })
		})
	}
	for path := range rows {
		t.Errorf("%s has a case and is not declared", path)
	}
}
