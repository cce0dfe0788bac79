package vpbx

import (
	"net"
	"testing"
	"time"
)

// pair is a connection of tr and its far end.
func pair(t *testing.T, tr *transport) (*link, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	kept, err := tr.adopt(near)
	if err != nil {
		t.Fatal(err)
	}
	return kept, far
}

// ends tells whether the far end sees the connection closed soon.
func ends(far net.Conn) bool {
	_ = far.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err := far.Read(make([]byte, 1))
	timeout, isNet := err.(net.Error) //nolint:errorlint // as net returns it
	return err != nil && (!isNet || !timeout.Timeout())
}

func TestIdleConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	tr := newTransport(&dialer{}, 1)
	defer tr.close()
	var last net.Conn
	for range maxIdle + 1 {
		l, far := pair(t, tr)
		tr.give(l)
		last = far
	}
	if len(tr.idle) != maxIdle || !ends(last) {
		t.Errorf("%d connections are kept, want %d and the last one closed", len(tr.idle), maxIdle)
	}
}

func TestIdleConnectionsAreClosedInTime(t *testing.T) {
	t.Parallel()
	tr := newTransport(&dialer{}, 1)
	tr.idleFor = 30 * time.Millisecond
	defer tr.close()
	for range 2 { // the timer starts anew after it had nothing left to do
		l, far := pair(t, tr)
		tr.give(l)
		if !ends(far) {
			t.Error("an idle connection stays open")
		}
	}
	l, far := pair(t, tr)
	tr.give(l)
	tr.close()
	if !ends(far) {
		t.Error("close leaves an idle connection open")
	}
}

func TestAlive(t *testing.T) {
	t.Parallel()
	tr := newTransport(&dialer{}, 1)
	defer tr.close()
	silent, _ := pair(t, tr)
	for range 2 { // the first look must not spoil the connection
		if !alive(silent) {
			t.Error("alive of a silent connection = false")
		}
	}
	closed, far := pair(t, tr)
	far.Close()
	talking, other := pair(t, tr)
	if _, err := other.Write([]byte("HTTP/1.1 408 Request Timeout\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	// What was sent is here in no time, which a busy machine stretches.
	for end := time.Now().Add(10 * time.Second); alive(closed) || alive(talking); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("alive of a closed or talking connection = true")
		}
	}
}
