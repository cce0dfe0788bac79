package jetstream_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/vpbxtest"
)

// TestHubs: two hubs serve a PBX. Notifications come to either, sessions are at
// either; each event is told to its own session, in order, and a hub that is
// stopped is followed by the other at once.
func TestHubs(t *testing.T) {
	t.Parallel()
	c := newCompany(t, []string{common.get(t)}, longLease, "a", "b")
	desks := []*desk{c.desk(c.hubs[0], "101", false), c.desk(c.hubs[1], "102", false)}
	online := func() bool { return desks[0].online() && desks[1].online() }
	within(t, soon, "both desks are online", online)
	first := c.led()
	c.callAll(desks)
	c.stop(first)
	second := c.led()
	if second == first {
		t.Fatalf("hub %s leads after it was stopped", first.name)
	}
	for i, h := range c.hubs {
		if h == first {
			desks[i].link.Close(t.Context()) // its way is gone
			desks[i] = c.desk(second, desks[i].extension, false)
		}
	}
	within(t, soon, "both desks are online at the other hub", online)
	c.callAll(desks)
	c.start(first)
	c.callAll(desks)
	if h := c.led(); h != second {
		t.Errorf("hub %s leads, want %s: the other one came later", h.name, second.name)
	}
	c.checkVisits()
}

// callAll plays a call to each desk at once, and checks what all were told.
func (c *company) callAll(desks []*desk) {
	c.t.Helper()
	own := func(d *desk, entry string) []engine.Kind { return without(d.ofCall(entry), engine.CallSummary) }
	entries := make([]string, len(desks))
	for i, d := range desks {
		var err error
		if entries[i], err = c.pbx.Begin(c.t.Context(), vpbxtest.Scenario{Name: "call", Steps: []vpbxtest.Step{
			{Do: vpbxtest.VerbInbound, From: "79161234567"}, {Do: vpbxtest.VerbIVR, Sec: 5}, {Do: vpbxtest.VerbRing, To: []string{d.extension}, Sec: 6000},
		}}); err != nil {
			c.t.Fatalf("the call to %s: %v", d.extension, err)
		}
	}
	// A pop-up of a call that is over is not told when it is late.
	for i, d := range desks {
		within(c.t, soon, d.extension+" is told of "+entries[i], func() bool { return len(own(d, entries[i])) > 0 })
	}
	for i, entry := range entries {
		for _, s := range []vpbxtest.Step{{Do: vpbxtest.VerbAnswer}, {Do: vpbxtest.VerbHangup, By: vpbxtest.Client}} {
			if err := c.pbx.Act(c.t.Context(), entry, s); err != nil {
				c.t.Fatalf("%s in the call to %s: %v", s.Do, desks[i].extension, err)
			}
		}
	}
	for i, d := range desks {
		entry := entries[i]
		summaries := func() (n int) {
			for _, other := range desks {
				for _, kind := range other.ofCall(entry) {
					if kind == engine.CallSummary {
						n++
					}
				}
			}
			return n
		}
		within(c.t, soon, "the summary of "+entry, func() bool { return summaries() > 0 })
		if n := summaries(); n != 1 {
			c.t.Errorf("the summary of %s was told %d times", entry, n)
		}
		// The summary may have been told to another desk, which was quicker.
		within(c.t, soon, fmt.Sprintf("the end of %s, of which %s was told %v", entry, d.extension, own(d, entry)), func() bool { return slices.Contains(own(d, entry), engine.CallEnded) })
		want(c.t, "what "+d.extension+" was told", own(d, entry), []engine.Kind{engine.IncomingCall, engine.CallAnswered, engine.CallEnded})
		for _, other := range desks {
			if got := own(other, entry); other != d && len(got) > 0 {
				c.t.Errorf("%s was told %v of the call to %s", other.extension, got, d.extension)
			}
		}
	}
}

func without(kinds []engine.Kind, not engine.Kind) (list []engine.Kind) {
	for _, k := range kinds {
		if k != not {
			list = append(list, k)
		}
	}
	return list
}

// checkCommandLine: a command for the leader says so elsewhere. The check finds
// the result of its command, whichever hub the PBX has posted it to.
func (c *company) checkCommandLine(leader, follower *member) {
	c.t.Helper()
	if said, err := c.command(follower, "status"); err != nil || !strings.Contains(said, "The hub "+follower.name+" waits; the leader: "+leader.name) {
		c.t.Errorf("mango-hub status at the follower: %v\n%s", err, said)
	}
	if said, err := c.command(follower, "users", "list"); err == nil || !strings.Contains(said, "the hub "+leader.name+" leads") {
		c.t.Errorf("mango-hub users list at the follower: %v\n%s", err, said)
	}
	if said, err := c.command(leader, "status"); err != nil || !strings.Contains(said, "The hub "+leader.name+" leads\nThe PBX is connected") {
		c.t.Errorf("mango-hub status at the leader: %v\n%s", err, said)
	}
	if said, err := c.command(leader, "check"); err != nil || !strings.Contains(said, "1 copies, 1 of them whole") || !strings.Contains(said, "came, result 4101") {
		c.t.Errorf("mango-hub check at the leader: %v\n%s", err, said)
	}
}

// TestLeadershipLostOverANotification: the server stands still while the leader
// stores a notification. The leadership ends over it; the PBX gets its 200 when
// it is stored all the same, and it is told.
func TestLeadershipLostOverANotification(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	c := newCompany(t, []string{server.url()}, shortLease, "a")
	d := c.desk(c.hubs[0], "101", false)
	within(t, soon, "the desk is online", d.online)
	if err := server.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	type played struct {
		entry string
		err   error
	}
	done := make(chan played, 1)
	go func() {
		entry, err := c.call("101")
		done <- played{entry, err}
	}()
	within(t, soon, "the leadership ends", func() bool { return c.leader() == nil })
	if err := server.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	p := <-done
	if p.err != nil {
		t.Fatal(p.err)
	}
	for _, x := range c.pbx.Delivered() {
		if !x.OK() {
			t.Errorf("notification %s got %d %s", x.Path, x.Status, x.Err)
		}
	}
	within(t, soon, "the call is told", func() bool { return slices.Contains(d.ofCall(p.entry), engine.CallSummary) })
	if n := len(c.reigns()); n < 2 {
		t.Errorf("there were %d leaderships, want two at least", n)
	}
}

// reign is a leadership as the hub's own log tells of it.
type reign struct {
	hub  string
	from time.Time
}

func (c *company) reigns() (list []reign) {
	c.t.Helper()
	for _, h := range c.hubs {
		f, err := os.Open(filepath.Join(h.dir, "hub.log"))
		if err != nil {
			c.t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var line struct {
				Time    time.Time
				Message string
			}
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Message == "this hub leads" {
				list = append(list, reign{h.name, line.Time})
			}
		}
		_ = f.Close()
	}
	slices.SortFunc(list, func(a, b reign) int { return a.from.Compare(b.from) })
	return list
}

// checkVisits: whoever asks the PBX leads, and no other hub has begun to since.
func (c *company) checkVisits() {
	c.t.Helper()
	reigns, visits := c.reigns(), c.asked.visits()
	for _, v := range visits {
		var now reign
		for _, r := range reigns {
			if !r.from.Add(time.Millisecond).After(v.began) || r.hub == v.hub && !r.from.After(v.began) { // the log's clock ticks so
				now = r
			}
		}
		if now.hub != v.hub {
			c.t.Errorf("hub %s asks for %s at %v, but %q leads since %v", v.hub, v.path, v.began, now.hub, now.from)
		}
	}
	for i, v := range visits {
		if i > 0 && visits[i-1].hub != v.hub && v.began.Before(visits[i-1].end) {
			c.t.Errorf("hub %s asks for %s at %v, while %+v goes on", v.hub, v.path, v.began, visits[i-1])
		}
	}
	if len(visits) == 0 {
		c.t.Error("nobody asked the PBX")
	}
	c.t.Logf("%d leaderships, %d requests to the PBX", len(reigns), len(visits))
}

// TestFollower: a hub that follows shows the leader's page, tells the leader who
// really asks, answers monitors for itself, and says so when nobody leads.
func TestFollower(t *testing.T) {
	t.Parallel()
	c := newCompany(t, []string{common.get(t)}, longLease, "a", "b")
	leader := c.led()
	follower := c.others(leader)[0]
	within(t, soon, "the follower knows who leads", func() bool {
		_, said := c.get(follower, "/healthz")
		return said == "ok\nfollower "+follower.name+", leader "+leader.name+"\n"
	})
	within(t, soon, "the leader is ready", func() bool { code, _ := c.get(leader, "/readyz"); return code == http.StatusOK })
	if code, said := c.get(follower, "/readyz"); code != http.StatusOK {
		t.Errorf("GET /readyz of the follower = %d %s, want 200", code, said)
	}
	_, metrics := c.get(follower, "/metrics")
	for _, line := range []string{"\nmango_hub_leads 0\n", "\nmango_hub_leader_known 1\n", "\nmango_hub_cluster_reachable 1\n"} {
		if !strings.Contains(metrics, line) {
			t.Errorf("GET /metrics of the follower lacks %q:\n%s", line, metrics)
		}
	}
	if strings.Contains(metrics, "mango_hub_registered") {
		t.Error("GET /metrics of the follower tells of the connection to the PBX")
	}
	code, raw := c.get(follower, "/api/status", "Authorization", "Bearer "+c.token)
	var st struct {
		Registered bool
		Cluster    struct{ Name, Leader string }
	}
	if err := json.Unmarshal([]byte(raw), &st); code != http.StatusOK || err != nil || !st.Registered || st.Cluster.Name != leader.name {
		t.Errorf("GET /api/status by way of the follower = %d %.300s, %v, want the leader's", code, raw, err)
	}
	// Wrong tokens are counted by address: that of who asks, not the follower's.
	login := func(from string) int {
		client := &http.Client{Timeout: soon, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(ctx, network, addr)
		}}}
		resp, err := client.Post("http://"+follower.addr+"/api/login", "application/json", bytes.NewReader([]byte(`{"token":"wrong"}`)))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	for range 5 {
		if code := login("127.0.0.2"); code != http.StatusForbidden {
			t.Fatalf("POST /api/login with a wrong token = %d, want 403", code)
		}
	}
	if a, b := login("127.0.0.2"), login("127.0.0.3"); a != http.StatusTooManyRequests || b != http.StatusForbidden {
		t.Errorf("POST /api/login after five wrong ones = %d, from another address = %d, want 429 and 403", a, b)
	}

	c.checkCommandLine(leader, follower)

	leader.kill()
	code, said := c.get(follower, "/link")
	if code != http.StatusServiceUnavailable || !strings.Contains(said, "no hub leads") {
		t.Errorf("GET /link with the leader dead = %d %s, want 503", code, said)
	}
	// Notifications are taken all the same, and told when there is a leader.
	entry, err := c.call("101")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.pbx.Delivered() {
		if !d.OK() {
			t.Errorf("notification %s of %s got %d %s", d.Path, entry, d.Status, d.Err)
		}
	}
	d := c.desk(follower, "101", false)
	within(t, 2*soon, "the follower leads and tells of "+entry, func() bool { return len(d.ofCall(entry)) > 0 })
	if h := c.leader(); h != follower {
		t.Errorf("leader = %v, want %s", h, follower.name)
	}
	c.checkVisits()
}
