package office_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/vpbx/guard"
)

// BenchmarkRouteDecision is the way from the webhook of a call in the menu, its
// number known, to the route command arriving at the PBX, over loopback. The
// office's clock runs ahead, so that the PBX's one route in two seconds does
// not hold the benchmark up.
func BenchmarkRouteDecision(b *testing.B) {
	type arrival struct {
		at      time.Time
		command string
	}
	routed := make(chan arrival, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/vpbx/commands/route" {
			at := time.Now()
			var asked struct {
				CommandID string `json:"command_id"`
			}
			_ = json.Unmarshal([]byte(r.FormValue("json")), &asked)
			routed <- arrival{at, asked.CommandID}
		}
		fmt.Fprint(w, `{"result":1000,"users":[]}`)
	}))
	defer api.Close()
	var ahead atomic.Int64
	cfg := office.Config{
		Credentials: credentials(b), APIURL: api.URL + "/vpbx/", Listen: office.Listen{Address: "127.0.0.1:0", Path: "/mango"},
		Settings: json.RawMessage(`{"distribute":true}`), Guard: guard.Config{Unlimited: true},
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	}
	o, err := office.Open(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	s := &site{t: b, cfg: cfg, o: o}
	defer s.shutdown()
	s.local, s.inbox = attach(b, o, office.Session{})
	if _, err := s.call("SetRouteTable", `{"responsibles":[{"number":"79161234567","extension":"102"}],"replace":true}`); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		ahead.Add(int64(10 * time.Second))
		started := time.Now()
		s.post("/events/call", fmt.Sprintf(`{"entry_id":"e%d","call_id":"m%d","timestamp":%d,"seq":1,"call_state":"Appeared","location":"ivr","from":{"number":"79161234567"},"to":{"number":"74951234567"}}`,
			i, i, started.Unix()))
		got := <-routed
		took = append(took, got.at.Sub(started))
		b.StopTimer()
		s.post("/result/route", fmt.Sprintf(`{"command_id":%q,"result":1000}`, got.command))
		for len(s.inbox) > 0 {
			<-s.inbox
		}
		s.until("told the answer", func(v office.Snapshot) bool {
			counted, _ := v.Diagnostics["engine"].(map[string]any)
			return counted["routed"] == int64(i+1)
		})
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
