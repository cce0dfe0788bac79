package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"testing"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/office"
)

// A session is served with its token, is seen with its address, and is told
// what was posted; a revoked token ends it.
func TestSession(t *testing.T) {
	t.Parallel()
	var set *token.Set
	var grant token.Grant
	var secret string
	s := open(t, func(c *config.Config) {
		var err error
		if set, err = token.Open(c.Tokens()); err != nil {
			t.Fatal(err)
		}
		if secret, grant, err = set.Add(token.Grant{Rights: []string{token.Supervisor, token.Admin}}); err != nil {
			t.Fatal(err)
		}
	})
	c, err := link.Dial(t.Context(), link.Config{
		URL: s.base, Token: secret, Version: "5.6.7.8", Session: office.Session{Extension: "101", UserID: "u1", UserName: "Иванов", Role: "desk"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	told := make(chan string, 100)
	c.Deliver(func(d office.Delivery) bool {
		told <- string(d.Event.Kind) + " " + d.Event.EntryID
		return true
	})
	st := s.until("a session", func(st status.Status) bool { return len(st.Sessions) == 1 && st.Sessions[0].Program != "" })
	if x := st.Sessions[0]; !x.First || x.User != "Иванов" || x.Address != "127.0.0.1" || x.Program != "5.6.7.8" || x.Since.IsZero() {
		t.Errorf("the session is seen as %+v", x)
	}
	if got := s.post("/events/summary", fmt.Sprintf(summary, "e1")); got != 200 {
		t.Fatalf("POST summary: HTTP %d", got)
	}
	for end := time.After(patience); ; {
		select {
		case got := <-told:
			if got != string(engine.CallSummary)+" e1" {
				continue
			}
		case <-end:
			t.Fatal("the session was not told of the call")
		}
		break
	}
	if file := workbook(t, c); len(file) < 4 || string(file[:2]) != "PK" {
		t.Errorf("a report as .xlsx begins with %.20q, want an archive", file)
	}
	if err := set.Revoke(grant.ID); err != nil {
		t.Fatal(err)
	}
	s.until("no session", func(st status.Status) bool { return len(st.Sessions) == 0 })
}

// workbook is a report as the file of a spreadsheet, which a hub offers.
func workbook(t *testing.T, c *link.Client) (file []byte) {
	t.Helper()
	call := func(method, args string, answer any) {
		t.Helper()
		raw, err := c.Call(t.Context(), method, json.RawMessage(args))
		if err == nil {
			err = json.Unmarshal(raw, answer)
		}
		if err != nil {
			t.Fatalf("%s = %v", method, err)
		}
	}
	var begun struct {
		ID string `json:"operation_id"`
	}
	call("BuildReport", `{"variant":"main","form":"xlsx"}`, &begun)
	for {
		var part struct {
			Data  []byte
			Whole bool
		}
		call("GetFile", fmt.Sprintf(`{"operation_id":%q,"offset":%d,"count":100000}`, begun.ID, len(file)), &part)
		if file = append(file, part.Data...); part.Whole {
			return file
		}
	}
}

// Strangers that hold all places do not keep the PBX out.
func TestStrangersTakeNoPlaceOfThePBX(t *testing.T) {
	t.Parallel()
	s := open(t, func(c *config.Config) {
		c.HTTP.MaxRequests, c.HTTP.AllowIPs, c.HTTP.TrustedProxies = 1, []string{"81.88.80.132"}, []string{"127.0.0.1"}
	})
	slow, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.hub.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := fmt.Fprint(slow, "POST /api/login HTTP/1.1\r\nHost: hub\r\nX-Forwarded-For: 203.0.113.9\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	code := 0
	for end := time.Now().Add(patience); code != 503 && time.Now().Before(end); {
		code, _ = s.get("/", "X-Forwarded-For", "203.0.113.10")
	}
	if code != 503 {
		t.Errorf("GET / beside a slow stranger: HTTP %d, want 503", code)
	}
	if got := s.post("/events/summary", fmt.Sprintf(summary, "x"), "X-Forwarded-For", "81.88.80.132"); got != 200 {
		t.Errorf("POST of the PBX beside a slow stranger: HTTP %d, want 200", got)
	}
}
