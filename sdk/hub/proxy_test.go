package hub_test

import (
	"net"
	"sync"
	"testing"
)

// cable is a TCP proxy between clients and a hub that does what networks do:
// it cuts, it stalls, and it goes on as if nothing had been.
type cable struct {
	listener net.Listener
	target   string
	crew     sync.WaitGroup

	mu    sync.Mutex
	lines map[*line]bool
	dead  bool // no new lines
	bytes int  // a line is cut when it has carried so many; 0 = never
}

type line struct {
	client, hub net.Conn
	mu          sync.Mutex
	left        int // bytes until it is cut; negative = for ever
	stalled     [2]chan struct{}
}

func newCable(t testing.TB, target string) *cable {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: ln, target: target, lines: map[*line]bool{}}
	c.crew.Go(c.accept)
	t.Cleanup(func() {
		_ = ln.Close()
		c.cut()
		c.crew.Wait()
	})
	return c
}

func (c *cable) url() string { return "ws://" + c.listener.Addr().String() }

func (c *cable) accept() {
	for {
		client, err := c.listener.Accept()
		if err != nil {
			return
		}
		hub, err := net.Dial("tcp", c.target)
		c.mu.Lock()
		dead, left := c.dead, c.bytes
		if err != nil || dead {
			_ = client.Close()
			if hub != nil {
				_ = hub.Close()
			}
			c.mu.Unlock()
			continue
		}
		if left == 0 {
			left = -1
		}
		l := &line{client: client, hub: hub, left: left}
		c.lines[l] = true
		c.mu.Unlock()
		c.crew.Go(func() { c.copy(l, client, hub, 0) })
		c.crew.Go(func() { c.copy(l, hub, client, 1) })
	}
}

// copy carries one direction: 0 from the client, 1 from the hub.
func (c *cable) copy(l *line, from, to net.Conn, way int) {
	defer l.close()
	buf := make([]byte, 1<<10)
	for {
		n, err := from.Read(buf)
		l.mu.Lock()
		hold := l.stalled[way]
		if l.left >= 0 {
			n = min(n, l.left)
			l.left -= n
		}
		over := l.left == 0
		l.mu.Unlock()
		if hold != nil {
			<-hold
		}
		if _, werr := to.Write(buf[:n]); werr != nil || err != nil || over {
			return
		}
	}
}

func (l *line) close() {
	_, _ = l.client.Close(), l.hub.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for way, hold := range l.stalled {
		if hold != nil {
			close(hold)
			l.stalled[way] = nil
		}
	}
}

func (c *cable) each(do func(*line)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for l := range c.lines {
		do(l)
	}
}

// cut ends all lines.
func (c *cable) cut() {
	c.each(func(l *line) { l.close() })
	c.mu.Lock()
	clear(c.lines)
	c.mu.Unlock()
}

// unplug ends all lines and lets none begin, until plug.
func (c *cable) unplug(is bool) {
	c.mu.Lock()
	c.dead = is
	c.mu.Unlock()
	if is {
		c.cut()
	}
}

// stall has the lines of now carry nothing more, without an end that anybody
// could see: from the client (0), from the hub (1).
func (c *cable) stall(ways ...int) {
	c.each(func(l *line) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, way := range ways {
			if l.stalled[way] == nil {
				l.stalled[way] = make(chan struct{})
			}
		}
	})
}

// wear has each line to come break after so many bytes, in the middle of
// whatever they are; 0 = never.
func (c *cable) wear(bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes = bytes
}
