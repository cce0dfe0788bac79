package wire

import (
	"errors"
	"fmt"
)

// Errors of a Channel. All of them mean that the peer broke the protocol, or
// remembers another life of the session.
var (
	ErrGap = errors.New("wire: a number was left out")
	ErrAck = errors.New("wire: acknowledged what was never sent, or taken back")
)

// Channel is one side of a session's numbered frames, in both directions. It
// is a pure state machine: it neither reads nor writes, and knows no time. A
// session has one at each end for all of its life; a socket is something that
// it is written to for a while.
//
// It is not safe for concurrent use.
type Channel struct {
	limit int // bytes of queue

	sent  uint64  // the last number given
	acked uint64  // the peer has all up to this one
	next  uint64  // the next number to write to the present socket
	queue []Frame // acked+1 … sent
	bytes int     // what queue holds

	got  uint64 // the last number received
	told uint64 // of it, the peer was told over the present socket
}

// NewChannel keeps up to limit bytes of frames that are not acknowledged.
func NewChannel(limit int) *Channel { return &Channel{limit: limit, next: 1} }

// Send takes a frame and numbers it; false when there is no room for it now. A
// frame longer than the whole buffer is taken when the buffer is empty.
func (c *Channel) Send(f Frame) (n uint64, ok bool) {
	if !c.Room(f.Size()) {
		return 0, false
	}
	c.sent++
	f.N = c.sent
	c.queue = append(c.queue, f)
	c.bytes += f.Size()
	return f.N, true
}

// Room reports whether a frame of so many bytes would be taken.
func (c *Channel) Room(size int) bool { return len(c.queue) == 0 || c.bytes+size <= c.limit }

// Next is the next frame to write to the present socket, with what is to be
// acknowledged on it; false when all were written.
func (c *Channel) Next() (Frame, bool) {
	if c.next > c.sent {
		return Frame{}, false
	}
	f := c.queue[c.next-c.acked-1]
	c.next++
	return c.stamp(f), true
}

// Peek is the type of the frame that Next gives, "" when there is none.
func (c *Channel) Peek() string {
	if c.next > c.sent {
		return ""
	}
	return c.queue[c.next-c.acked-1].Type
}

// Stamp puts the acknowledgement on a frame that has no number.
func (c *Channel) Stamp(f Frame) Frame { return c.stamp(f) }

func (c *Channel) stamp(f Frame) Frame {
	f.Ack = c.got
	c.told = c.got
	return f
}

// AckDue reports whether the peer was not told yet, over the present socket,
// of all that was received.
func (c *Channel) AckDue() bool { return c.told < c.got }

// Receive books what a frame says about the channel. fresh is false for a
// numbered frame that came before: it must not be looked at again.
func (c *Channel) Receive(f Frame) (fresh bool, err error) {
	if f.Ack != 0 {
		if err := c.ack(f.Ack); err != nil {
			return false, err
		}
	}
	switch {
	case f.N == 0:
		return true, nil
	case f.N <= c.got:
		return false, nil
	case f.N > c.got+1:
		return false, fmt.Errorf("%w: %d after %d", ErrGap, f.N, c.got)
	}
	c.got = f.N
	return true, nil
}

// ack drops what the peer has. An older number than before is late, not wrong:
// a frame may carry what was true when it was made.
func (c *Channel) ack(n uint64) error {
	if n > c.sent {
		return fmt.Errorf("%w: %d of %d", ErrAck, n, c.sent)
	}
	for ; c.acked < n; c.acked++ {
		c.bytes -= c.queue[0].Size()
		c.queue[0] = Frame{} // not held by the rest of the array
		c.queue = c.queue[1:]
	}
	c.next = max(c.next, c.acked+1)
	return nil
}

// Resume begins with a new socket: the peer says what it got last, and what it
// lacks is given by Next again.
func (c *Channel) Resume(got uint64) error {
	if got < c.acked {
		return fmt.Errorf("%w: %d after %d", ErrAck, got, c.acked)
	}
	if err := c.ack(got); err != nil {
		return err
	}
	c.next, c.told = got+1, c.got // hello and welcome tell what we got
	return nil
}

// Got is the last number received.
func (c *Channel) Got() uint64 { return c.got }

// Acked is the last number that the peer has acknowledged.
func (c *Channel) Acked() uint64 { return c.acked }

// Unacked counts frames that the peer has not acknowledged, and their bytes.
func (c *Channel) Unacked() (frames, bytes int) { return len(c.queue), c.bytes }
