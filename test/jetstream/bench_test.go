package jetstream_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal/jetstream"
)

// BenchmarkAppend is of an ordinary notification of a call, with one caller
// and many, by the leader.
func BenchmarkAppend(b *testing.B) {
	raw := bytes.Repeat([]byte("x"), 700)
	for _, callers := range []int{1, 64} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			s := lead(b, jetstream.Options{URL: common.get(b), Key: b.Name() + strconv.Itoa(b.N), NodeName: "node"})
			defer s.Close()
			var serial atomic.Int64
			b.SetParallelism(callers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, _, err := s.Append(b.Context(), strconv.FormatInt(serial.Add(1), 10), raw); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkHubs is of a notification posted to a hub with its own journal, to
// the leader of two and to the one that follows, one after the other, from the
// post to the 200 and to the event, with one server of NATS and with three; and
// how much memory the hubs hold then.
func BenchmarkHubs(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		c := newCompany(b, []string{}, longLease, "a")
		c.benchAll(b, c.hubs[0])
	})
	b.Run("1server", func(b *testing.B) {
		c := newCompany(b, []string{common.get(b)}, longLease, "a", "b")
		leader := c.led()
		c.benchAll(b, leader, c.others(leader)[0])
	})
	b.Run("3servers", func(b *testing.B) {
		var urls []string
		for _, s := range newCluster(b) {
			urls = append(urls, s.url())
		}
		c := newCompany(b, urls, longLease, "a", "b")
		leader := c.led()
		c.benchAll(b, leader, c.others(leader)[0])
	})
}

// benchAll measures the leader, and a hub that follows it.
func (c *company) benchAll(b *testing.B, hubs ...*member) {
	d := c.desk(hubs[0], "101", false)
	within(b, soon, "the desk is online", d.online)
	for i, h := range hubs {
		role := []string{"leader", "follower"}[i]
		b.Run(role, func(b *testing.B) { c.bench(b, h, d) })
		b.Logf("the %s holds %s", role, resident(b, h.cmd.Process.Pid))
	}
}

// bench posts calls to a hub and awaits their events.
func (c *company) bench(b *testing.B, h *member, d *desk) {
	client := &http.Client{Timeout: soon, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var answered, told []time.Duration
	for i := 0; b.Loop(); i++ {
		entry := fmt.Sprintf("%s-%d-%d", h.name, b.N, i)
		body := fmt.Sprintf(`{"entry_id":%q,"call_id":%q,"timestamp":%d,"seq":1,"call_state":"Appeared","location":"abonent",`+
			`"from":{"number":"79161234567"},"to":{"extension":"101","number":"101"},"call_direction":1}`, entry, entry+"-leg", time.Now().Unix())
		began := time.Now()
		resp, err := client.PostForm("http://"+h.addr+"/mango/events/call", url.Values{
			"vpbx_api_key": {c.cred.Key}, "json": {body}, "sign": {c.cred.JSON([]byte(body))},
		})
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			b.Fatalf("POST to %s = %s", h.name, resp.Status)
		}
		answered = append(answered, time.Since(began))
		for end := began.Add(soon); len(d.ofCall(entry)) == 0; {
			if time.Now().After(end) {
				b.Fatalf("the event of %s does not come; %d did", entry, len(d.events()))
			}
			time.Sleep(100 * time.Microsecond)
		}
		told = append(told, time.Since(began))
	}
	for name, list := range map[string][]time.Duration{"answer": answered, "event": told} {
		slices.Sort(list)
		b.ReportMetric(float64(list[len(list)/2].Microseconds())/1000, name+"-p50-ms")
		b.ReportMetric(float64(list[len(list)*99/100].Microseconds())/1000, name+"-p99-ms")
	}
}

// resident is the memory of a process, as Linux tells it.
func resident(b *testing.B, pid int) string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if size, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(size)
		}
	}
	return "?"
}
