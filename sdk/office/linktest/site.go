// Package linktest is the one suite for all ways from a 1C process to an
// Office: in the process itself, and over a hub. It brings the Office, against
// a PBX that takes every command.
package linktest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
)

// Link is the contract (addin/telephony declares it for itself).
type Link interface {
	Call(ctx context.Context, method string, args json.RawMessage) (json.RawMessage, error)
	View() office.Snapshot
	Deliver(fn func(office.Delivery) (taken bool))
	Settle(ctx context.Context, ref journal.Ref, v office.Verdict) error
	Close(ctx context.Context) error
}

// Patience bounds every wait.
const Patience = 30 * time.Second

// Site is an open Office and its PBX.
type Site struct {
	Office *office.Office
	Config office.Config // it was opened with

	t   testing.TB
	api *httptest.Server

	mu    sync.Mutex
	asked []string // paths of commands
}

// Open opens an Office that ends with the test.
func Open(t testing.TB, change func(*office.Config)) *Site {
	t.Helper()
	s := &Site{t: t}
	s.api = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.api.Close)
	name := strings.NewReplacer("/", "-", "=", "-", "#", "-").Replace(t.Name())
	s.Config = office.Config{
		Credentials: sign.Credentials{Key: fmt.Sprintf("key%s-%d", name, os.Getpid()), Salt: sign.NewSalt("salt-of-test")},
		APIURL:      s.api.URL + "/vpbx/", Listen: office.Listen{Path: "/mango"}, NoListener: true,
	}
	if change != nil {
		change(&s.Config)
	}
	s.open()
	t.Cleanup(s.shut)
	return s
}

func (s *Site) open() {
	s.t.Helper()
	o, err := office.Open(context.Background(), s.Config)
	if err != nil {
		s.t.Fatalf("office.Open() = %v", err)
	}
	s.Office = o
}

func (s *Site) shut() {
	s.t.Helper()
	if err := s.Office.Shutdown(context.Background()); err != nil {
		s.t.Errorf("Shutdown() of the office = %v", err)
	}
}

// Restart closes the Office and opens another one of the same configuration.
func (s *Site) Restart() {
	s.t.Helper()
	s.shut()
	s.open()
}

// serve is the API of the PBX.
func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	body := `{"result":1000}`
	if strings.HasSuffix(r.URL.Path, "config/users/request") {
		body = `{"users":[{"general":{"name":"A","user_id":1},"telephony":{"extension":"101"}}]}`
	}
	s.mu.Lock()
	s.asked = append(s.asked, strings.TrimPrefix(r.URL.Path, "/vpbx/"))
	s.mu.Unlock()
	_, _ = io.WriteString(w, body)
}

// Asked counts the requests to a path of the API so far.
func (s *Site) Asked(path string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.asked {
		if p == path {
			n++
		}
	}
	return n
}

// Post is a signed notification of the PBX.
func (s *Site) Post(path, body string) {
	s.t.Helper()
	form := url.Values{
		"vpbx_api_key": {s.Config.Credentials.Key}, "json": {body}, "sign": {s.Config.Credentials.JSON([]byte(body))},
	}.Encode()
	r := httptest.NewRequest(http.MethodPost, "/mango"+path, strings.NewReader(form))
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.Office.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Fatalf("POST %s = %d %s", path, w.Code, w.Body)
	}
}

// Leg posts a state of a call of a client to extension 101: Appeared,
// Connected, Disconnected, as number seq.
func (s *Site) Leg(entry string, seq int, state string) {
	s.t.Helper()
	s.Post("/events/call", fmt.Sprintf(`{"entry_id":%q,"call_id":%q,"timestamp":%d,"seq":%d,"call_state":%q,"location":"abonent",`+
		`"from":{"number":"79161234567"},"to":{"extension":"101"},"disconnect_reason":1110}`, entry, entry+"-1", time.Now().Unix(), seq, state))
}

// Summary posts the summary of an answered call: one record event.
func (s *Site) Summary(entry string) {
	s.t.Helper()
	now := time.Now().Unix()
	s.Post("/events/summary", fmt.Sprintf(`{"entry_id":%q,"call_direction":1,"from":{"number":"79161234567"},"to":{"extension":"101"},`+
		`"create_time":%d,"talk_time":%d,"end_time":%d,"disconnect_reason":1110}`, entry, now-3, now-2, now-1))
}

// Inbox is a consumer that keeps what it takes.
type Inbox struct {
	t  testing.TB
	ch chan office.Delivery
}

// Listen makes a consumer of l that takes everything.
func Listen(t testing.TB, l Link) *Inbox {
	b := &Inbox{t: t, ch: make(chan office.Delivery, 4096)}
	l.Deliver(func(d office.Delivery) bool {
		select {
		case b.ch <- d:
			return true
		default:
			return false
		}
	})
	return b
}

// Next is the next event that says something of a call or a command.
func (b *Inbox) Next() office.Delivery {
	b.t.Helper()
	end := time.After(Patience)
	for {
		select {
		case d := <-b.ch:
			switch d.Event.Kind {
			case engine.ConnectionState, engine.Throttle, engine.FirstInSession:
				continue
			}
			return d
		case <-end:
			b.t.Fatal("no event came")
		}
	}
}

// Want is the next event, which must be of a kind.
func (b *Inbox) Want(k engine.Kind) office.Delivery {
	b.t.Helper()
	d := b.Next()
	if d.Event.Kind != k {
		b.t.Fatalf("event = %s %s, want %s", d.Event.Kind, d.Event.Body, k)
	}
	return d
}

// State waits for a ConnectionState, passing over the others.
func (b *Inbox) State(state office.State) engine.ConnectionStateBody {
	b.t.Helper()
	end := time.After(Patience)
	for {
		select {
		case d := <-b.ch:
			var body engine.ConnectionStateBody
			if d.Event.Kind == engine.ConnectionState && json.Unmarshal(d.Event.Body, &body) == nil && body.State == int(state) {
				return body
			}
		case <-end:
			b.t.Fatalf("no ConnectionState %d came", state)
		}
	}
}

// None checks that no event of a call or a command comes for a moment.
func (b *Inbox) None(moment time.Duration) {
	b.t.Helper()
	end := time.After(moment)
	for {
		select {
		case d := <-b.ch:
			switch d.Event.Kind {
			case engine.ConnectionState, engine.Throttle, engine.FirstInSession:
				continue
			}
			b.t.Fatalf("event %s %s came, want none", d.Event.Kind, d.Event.ID)
		case <-end:
			return
		}
	}
}

// Until waits for a condition.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(Patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}
