package office_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"mangoofficesdk/sdk/office"
)

// TestNotificationDuringShutdown: one whose body is still coming is refused
// with 503, never taken and lost.
func TestNotificationDuringShutdown(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	conn, err := net.DialTimeout("tcp", s.o.ListenAddr().String(), patience)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	body := callEvent("e1", "e1-1", 1, "Appeared")
	form := url.Values{
		"vpbx_api_key": {s.cfg.Credentials.Key}, "json": {body}, "sign": {s.cfg.Credentials.JSON([]byte(body))},
	}.Encode()
	fmt.Fprintf(conn, "POST /mango/events/call HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(form))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("first answer = %q, %v, want 100: the handler reads the body", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}

	done := make(chan error, 1)
	go func() { done <- s.o.Shutdown(t.Context()) }()
	for { // until the port is closed
		c, err := net.DialTimeout("tcp", s.o.ListenAddr().String(), time.Second)
		if err != nil {
			break
		}
		c.Close()
	}
	if _, err := conn.Write([]byte(form)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("POST during Shutdown = %d, want 503", resp.StatusCode)
	}
	if err := <-done; err != nil {
		t.Errorf("Shutdown() = %v, want nil", err)
	}
}

// TestShutdownWithASilentConnection: one that was opened and never used must
// not eat the time of everything else.
func TestShutdownWithASilentConnection(t *testing.T) {
	t.Parallel()
	s := open(t, nil, office.Session{})
	conn, err := net.DialTimeout("tcp", s.o.ListenAddr().String(), patience)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	time.Sleep(50 * time.Millisecond)                 // the server has accepted it
	if err := s.o.Shutdown(t.Context()); err != nil { // it says by itself when its two seconds were not enough
		t.Errorf("Shutdown() = %v, want nil", err)
	}
}
