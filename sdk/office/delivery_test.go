package office_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

func callEvent(entry, leg string, seq int, state string) string {
	return fmt.Sprintf(`{"entry_id":%q,"call_id":%q,"timestamp":%d,"seq":%d,"call_state":%q,"location":"abonent",`+
		`"from":{"number":"79161234567"},"to":{"extension":"101"},"disconnect_reason":1110}`, entry, leg, 1795338000+seq, seq, state)
}

func summaryEvent(entry string) string {
	return fmt.Sprintf(`{"entry_id":%q,"call_direction":1,"from":{"number":"79161234567"},"to":{"extension":"101"},`+
		`"create_time":1795338001,"talk_time":1795338002,"end_time":1795338003,"disconnect_reason":1110}`, entry)
}

// wholeCall is what the PBX posts about one answered call.
func wholeCall(entry string) (posts [][2]string) {
	for i, state := range []string{"Appeared", "Connected", "Disconnected"} {
		posts = append(posts, [2]string{"/events/call", callEvent(entry, entry+"-1", i+1, state)})
	}
	return append(posts, [2]string{"/events/summary", summaryEvent(entry)})
}

// TestRefusedEventsAreOfferedAgain, in order, and none is skipped.
func TestRefusedEventsAreOfferedAgain(t *testing.T) {
	t.Parallel()
	s := open(t, standing, office.Session{Extension: "101"})
	var mu sync.Mutex
	var offered, took []engine.Kind
	full := make(chan struct{})
	s.local.Deliver(func(d office.Delivery) bool {
		if d.Event.Kind == engine.ConnectionState {
			return true
		}
		mu.Lock()
		defer mu.Unlock()
		offered = append(offered, d.Event.Kind)
		if len(offered)%3 != 0 { // each event is refused twice
			if len(offered) == 1 {
				panic("a consumer that panics has not taken the event")
			}
			return false
		}
		if took = append(took, d.Event.Kind); len(took) == 4 {
			close(full)
		}
		return true
	})
	for _, p := range wholeCall("e1") {
		s.post(p[0], p[1])
	}
	select {
	case <-full:
	case <-time.After(patience):
		t.Fatalf("taken %v of %v, want four", took, offered)
	}
	mu.Lock()
	defer mu.Unlock()
	if fmt.Sprint(took) != "[IncomingCall CallAnswered CallEnded CallSummary]" {
		t.Errorf("taken = %v, want the events of the call in order", took)
	}
	if n := s.local.View().Diagnostics["panics"]; n != int64(1) {
		t.Errorf("Diagnostics panics = %v, want 1", n)
	}
}

// TestNakReturnsTheEvent after the delay, with the next attempt.
func TestNakReturnsTheEvent(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	s.post("/events/summary", summaryEvent("e1"))
	d, _ := want[struct{}](t, s.inbox, engine.CallSummary)
	started := time.Now()
	if err := s.local.Settle(t.Context(), d.Ref, office.Verdict{Delay: 100 * time.Millisecond}); err != nil {
		t.Fatalf("Settle() = %v", err)
	}
	again, _ := want[struct{}](t, s.inbox, engine.CallSummary)
	if again.Attempt != 2 || again.Event.ID != d.Event.ID || again.Ref != d.Ref || time.Since(started) < 100*time.Millisecond {
		t.Errorf("after a delay of 100ms: %+v in %v, want attempt 2 of %+v", again, time.Since(started), d)
	}
	if _, err := s.call("AckEvent", `{"id":"`+d.Event.ID+`"}`); err != nil {
		t.Errorf("AckEvent(id) = %v, want nil", err)
	}
	if _, err := s.call("AckEvent", fmt.Sprintf(`{"seq":%d}`, d.Ref.Seq)); code(err) != text.EventUnknown {
		t.Errorf("AckEvent(seq) of a settled event = %v, want event_unknown", err)
	}
	if _, err := s.call("AckEvent", fmt.Sprintf(`{"seq":%d,"epoch":"earlier"}`, d.Ref.Seq)); code(err) != text.SeqStale {
		t.Errorf("AckEvent of another epoch = %v, want seq_stale", err)
	}
	if _, err := s.call("NakEvent", `{"id":"nothing"}`); code(err) != text.EventUnknown {
		t.Errorf("NakEvent of a stranger = %v, want event_unknown", err)
	}
}

// TestUnsettledGoToTheNextSession at once when its holder leaves. One that was
// never shown has used no attempt.
func TestUnsettledGoToTheNextSession(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		shown   bool
		attempt int
	}{"shown": {true, 2}, "unshown": {false, 1}} {
		t.Run(name, func(t *testing.T) { t.Parallel(); unsettled(t, row.shown, row.attempt) })
	}
}

func unsettled(t *testing.T, shown bool, attempt int) {
	s := open(t, nil, office.Session{})
	s.post("/events/summary", summaryEvent("e1"))
	d, _ := want[struct{}](t, s.inbox, engine.CallSummary)
	if shown {
		if err := s.local.Settle(t.Context(), d.Ref, office.Verdict{Shown: true}); err != nil {
			t.Fatalf("Settle(shown) = %v", err)
		}
	}
	heir, inbox := attach(t, s.o, office.Session{Role: office.RoleServer})
	none(t, inbox, 50*time.Millisecond)
	if heir.View().IsFirst {
		t.Error("a server session is first, want never")
	}
	if err := s.local.Close(t.Context()); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	again, _ := want[struct{}](t, inbox, engine.CallSummary)
	if again.Event.ID != d.Event.ID || again.Attempt != attempt {
		t.Errorf("the next session got %+v, want attempt %d of %+v", again, attempt, d)
	}
}

// TestOneWriter: a record event goes to one session, a desk before a server.
func TestOneWriter(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{Extension: "101"})
	_, desk := attach(t, s.o, office.Session{Extension: "102"})
	_, server := attach(t, s.o, office.Session{Role: office.RoleServer})
	const calls = 20
	for i := range calls {
		s.post("/events/summary", summaryEvent(fmt.Sprint("e", i)))
	}
	seen := map[string]bool{}
	for range calls {
		var d office.Delivery
		select {
		case d = <-s.inbox:
		case d = <-desk:
		case <-time.After(patience):
			t.Fatalf("%d summaries came, want %d", len(seen), calls)
		}
		if d.Event.Kind == engine.CallSummary {
			if seen[d.Event.ID] {
				t.Errorf("summary %s went to two sessions", d.Event.ID)
			}
			seen[d.Event.ID] = true
		}
		if d.Event.Kind == engine.ConnectionState {
			continue
		}
	}
	none(t, server, 50*time.Millisecond)
}

// TestNothingAcceptedIsLost posts calls in parallel, shuffled, each
// notification up to three times: every call that got a 200 is summed up once,
// and what is told of a leg is in order. The clock stands while the posts of a
// round are on their way: for how long a summary waits for a leg that is late
// (two seconds) is the engine's to test, and no matter of a busy machine.
func TestNothingAcceptedIsLost(t *testing.T) {
	t.Parallel()
	started, minutes := time.Now(), atomic.Int64{}
	s := open(t, func(c *office.Config) {
		c.Now = func() time.Time { return started.Add(time.Duration(minutes.Load()) * time.Minute) }
	}, office.Session{Extension: "101"})
	s.registered()
	var round atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		calls := rapid.IntRange(1, 3).Draw(rt, "calls")
		seed := rapid.Uint64().Draw(rt, "seed")
		n := round.Add(1)
		var posts [][2]string
		expected := map[string]bool{}
		for i := range calls {
			entry := fmt.Sprintf("r%d-%d", n, i)
			expected[entry] = true
			for _, p := range wholeCall(entry) {
				for range rapid.IntRange(1, 3).Draw(rt, "copies") {
					posts = append(posts, p)
				}
			}
		}
		mathrand.New(mathrand.NewPCG(seed, 1)).Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
		s.postParallel(rt, posts)
		s.collect(rt, expected)
		minutes.Add(1)
	})
	if d := s.local.View().Diagnostics; d["journal"].(map[string]any)["waiting"] != 0 {
		t.Errorf("Diagnostics journal = %v, want nothing waiting", d["journal"])
	}
}

func (s *site) postParallel(t *rapid.T, posts [][2]string) {
	var wg sync.WaitGroup
	var failed atomic.Int64
	next := make(chan [2]string)
	for range 3 { // as the PBX does
		wg.Go(func() {
			for p := range next {
				if s.post(p[0], p[1]) != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	for _, p := range posts {
		next <- p
	}
	close(next)
	wg.Wait()
	if failed.Load() != 0 {
		t.Fatalf("%d posts were not answered 200", failed.Load())
	}
}

// collect takes events until every call is summed up.
func (s *site) collect(t *rapid.T, expected map[string]bool) {
	rank := map[engine.Kind]int{engine.IncomingCall: 1, engine.CallAnswered: 2, engine.CallEnded: 3, engine.CallSummary: 4}
	reached := map[string]int{}
	for len(expected) > 0 {
		var d office.Delivery
		select {
		case d = <-s.inbox:
		case <-time.After(patience):
			t.Fatalf("calls never summed up: %v", expected)
		}
		e := d.Event
		if e.Kind == engine.ConnectionState {
			continue
		}
		if rank[e.Kind] <= reached[e.EntryID] {
			t.Fatalf("%s of %s came after rank %d", e.Kind, e.EntryID, reached[e.EntryID])
		}
		reached[e.EntryID] = rank[e.Kind]
		if e.Kind != engine.CallSummary {
			continue
		}
		var b engine.CallSummaryBody
		if err := json.Unmarshal(e.Body, &b); err != nil || !expected[e.EntryID] || b.TalkSec != 1 || len(b.Legs) != 1 {
			t.Fatalf("summary of %s = %+v, %v, want one leg and a talk of 1s, once", e.EntryID, b, err)
		}
		delete(expected, e.EntryID)
		if err := s.local.Settle(s.t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Fatalf("Settle() = %v", err)
		}
	}
}

// TestTLSListener: with a certificate the listener speaks HTTPS, and the check
// of the connection trusts that certificate alone.
func TestTLSListener(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	s := open(t, func(c *office.Config) { c.Listen.TLSCert, c.Listen.TLSKey = cert, key }, office.Session{})
	if _, err := s.call("CheckConnection", `{}`); err != nil {
		t.Errorf("CheckConnection() over TLS = %v, want nil", err)
	}
	resp, err := httpClient.Post("http://"+s.o.ListenAddr().String()+"/mango/ping", "", nil)
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			t.Error("plain HTTP to a TLS listener = 200, want a refusal")
		}
	}
}

func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pbx.example"}, DNSNames: []string{"pbx.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}
