package wire_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/hub/wire"
)

// side is one end of a session under test: what it was given to send, and what
// it was handed by the other one.
type side struct {
	ch        *wire.Channel
	sent, got []string
	out       []wire.Frame // on the socket towards the other side
}

func (s *side) send(limit int) {
	text := fmt.Sprintf(`"m%d"`, len(s.sent))
	if _, ok := s.ch.Send(wire.Frame{Type: wire.TypeEvent, Body: []byte(text)}); ok {
		s.sent = append(s.sent, text)
	} else if frames, bytes := s.ch.Unacked(); bytes+1 < limit-200 || frames == 0 {
		panic("refused with room left")
	}
}

// write puts the next frame, or an ack that is due, on the socket.
func (s *side) write() {
	if f, ok := s.ch.Next(); ok {
		s.out = append(s.out, f)
	} else if s.ch.AckDue() {
		s.out = append(s.out, s.ch.Stamp(wire.Frame{Type: wire.TypeAck}))
	}
}

// read takes one frame off the socket.
func (s *side) read(t *rapid.T, from *side) {
	if len(from.out) == 0 {
		return
	}
	f := from.out[0]
	from.out = from.out[1:]
	fresh, err := s.ch.Receive(f)
	if err != nil {
		t.Fatalf("Receive(%+v) = %v", f, err)
	}
	if fresh && f.N != 0 {
		s.got = append(s.got, string(f.Body))
	}
}

// connect begins a new socket: what was on the old one is lost.
func connect(t *rapid.T, a, b *side) {
	a.out, b.out = nil, nil
	if err := a.ch.Resume(b.ch.Got()); err != nil {
		t.Fatalf("Resume(%d) = %v", b.ch.Got(), err)
	}
	if err := b.ch.Resume(a.ch.Got()); err != nil {
		t.Fatalf("Resume(%d) = %v", a.ch.Got(), err)
	}
}

// TestExactlyOnceInOrder: whatever is written, read and lost when, each side
// gets what the other one sent, once and in order, when a socket lasts long
// enough at last.
func TestExactlyOnceInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(250, 2000).Draw(t, "limit")
		a, b := &side{ch: wire.NewChannel(limit)}, &side{ch: wire.NewChannel(limit)}
		for range rapid.IntRange(0, 300).Draw(t, "steps") {
			s, other := a, b
			if rapid.Bool().Draw(t, "side") {
				s, other = b, a
			}
			switch rapid.IntRange(0, 9).Draw(t, "act") {
			case 0:
				connect(t, a, b)
			case 1, 2, 3:
				s.send(limit)
			case 4, 5, 6:
				s.write()
			default:
				s.read(t, other)
			}
			if frames, bytes := s.ch.Unacked(); bytes > limit && frames > 1 {
				t.Fatalf("%d bytes in %d frames are kept, limit %d", bytes, frames, limit)
			}
			prefix(t, a.got, b.sent)
			prefix(t, b.got, a.sent)
		}
		connect(t, a, b)
		for range 4 * (len(a.sent) + len(b.sent) + 2) {
			a.write()
			b.write()
			a.read(t, b)
			b.read(t, a)
		}
		if diff := cmp.Diff(b.sent, a.got); diff != "" {
			t.Fatalf("what b sent and a got (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(a.sent, b.got); diff != "" {
			t.Fatalf("what a sent and b got (-want +got):\n%s", diff)
		}
		for _, s := range []*side{a, b} {
			if frames, bytes := s.ch.Unacked(); frames != 0 || bytes != 0 {
				t.Fatalf("Unacked() = %d frames, %d bytes at the end, want none", frames, bytes)
			}
		}
	})
}

func prefix(t *rapid.T, got, sent []string) {
	if len(got) > len(sent) {
		t.Fatalf("got %d of %d", len(got), len(sent))
	}
	if diff := cmp.Diff(sent[:len(got)], got); len(got) > 0 && diff != "" {
		t.Fatalf("got something else (-want +got):\n%s", diff)
	}
}

func TestChannelRefusesAnotherLife(t *testing.T) {
	t.Parallel()
	filled := func() *wire.Channel {
		c := wire.NewChannel(1000)
		for range 3 {
			c.Send(wire.Frame{Type: wire.TypeCall})
			c.Next()
		}
		if _, err := c.Receive(wire.Frame{Type: wire.TypeReply, N: 1, Ack: 2}); err != nil {
			t.Fatalf("Receive(1, ack 2) = %v", err)
		}
		return c
	}
	for name, test := range map[string]struct {
		do   func(*wire.Channel) error
		want error
	}{
		"gap":             {func(c *wire.Channel) error { _, err := c.Receive(wire.Frame{N: 3}); return err }, wire.ErrGap},
		"ack of nothing":  {func(c *wire.Channel) error { _, err := c.Receive(wire.Frame{Ack: 4}); return err }, wire.ErrAck},
		"late ack":        {func(c *wire.Channel) error { _, err := c.Receive(wire.Frame{Ack: 1}); return err }, nil},
		"resume behind":   {func(c *wire.Channel) error { return c.Resume(1) }, wire.ErrAck},
		"resume ahead":    {func(c *wire.Channel) error { return c.Resume(4) }, wire.ErrAck},
		"resume as acked": {func(c *wire.Channel) error { return c.Resume(2) }, nil},
	} {
		if err := test.do(filled()); !errors.Is(err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, err, test.want)
		}
	}
}

// TestLongFramePassesAlone: one frame may be longer than the buffer, or it
// could never be sent.
func TestLongFramePassesAlone(t *testing.T) {
	t.Parallel()
	c := wire.NewChannel(10)
	if _, ok := c.Send(wire.Frame{Type: wire.TypeReply, Body: make([]byte, 5000)}); !ok {
		t.Error("Send(5000 bytes) into an empty buffer of 10 was refused")
	}
	if _, ok := c.Send(wire.Frame{Type: wire.TypeReply}); ok {
		t.Error("Send() into a full buffer was taken")
	}
}
