// Package journal declares the store between the PBX and 1C: bytes only, two
// ordered streams. `in` holds verified raw notifications, unique by key; `out`
// holds what sessions are told, with leases and acknowledgements. The store
// never reads what it holds.
package journal

import (
	"context"
	"errors"
	"time"
)

// Record is one entry of the `in` stream.
type Record struct {
	Pos  uint64    // position in `in`, growing, starts with 1
	Key  string    // unique within the retention of the stream
	Time time.Time // when it was appended
	Raw  []byte
}

// Out is one event to append to the `out` stream.
type Out struct {
	ID      string    // stable over redelivery and replay; a second append of the same ID is dropped
	Record  bool      // true: stays until acknowledged; false: done on hand-over
	To      string    // session the event is for; "" = any session that writes
	Expires time.Time // zero = never; an expired screen event is dropped unseen
	Raw     []byte
}

// Ref names a delivery: a seq is valid within its epoch only.
type Ref struct {
	Epoch string
	Seq   uint64
}

// Delivery is an event leased to a session.
type Delivery struct {
	Ref
	Out
	Attempt int       // 1 on the first delivery
	Until   time.Time // the lease ends then; zero for screen events
}

// Delivery rules of record events, the same in every store.
const (
	// LeaseTime is how long a leased record event belongs to its session.
	LeaseTime = time.Minute
	// MaxAttempts is how often a record event is shown before it is parked.
	MaxAttempts = 20
)

// SetBack is how far a clock has to go back at once for leases and delays to
// follow it: what is due in a minute must not wait for the hours that somebody
// took off the clock. One that goes forward ends them early, and no more.
const SetBack = time.Minute

// RetryAfter is when an unacknowledged record event is due again, counted from
// its hand-over number attempt (1 is the first).
func RetryAfter(attempt int) time.Duration {
	switch {
	case attempt <= 1:
		return LeaseTime
	case attempt == 2:
		return 5 * time.Minute
	case attempt == 3:
		return 30 * time.Minute
	}
	return time.Hour
}

// Errors of the store. Others are wrapped causes (disk).
var (
	ErrUnknown = errors.New("journal: no such event, or it was settled") // Ack, Nak, Get
	ErrEpoch   = errors.New("journal: seq of another epoch")             // Ack, Nak
	ErrClosed  = errors.New("journal: closed")
	ErrFull    = errors.New("journal: no room for another record") // Append, PutNote: nothing that is held may go; Derive, Lease, Ack, Nak: the disk is full
)

// Store is the durable heart of an Office. Implementations are safe for
// concurrent use.
type Store interface {
	// Append adds raw to `in` unless key is already there; it returns when the
	// record is as durable as the store can make it. dup tells that key was
	// known, pos is then the position of the first one. An error of ctx means
	// that nothing was added: the outcome is never left open.
	Append(ctx context.Context, key string, raw []byte) (pos uint64, dup bool, err error)
	// Read returns up to limit records after position from, in order; released
	// ones are left out.
	Read(ctx context.Context, from uint64, limit int) ([]Record, error)
	// Derive moves the `in` cursor to upTo and appends out to `out` in one
	// step: after a crash either both happened or none did. What it passed
	// stays readable until Release: whoever starts anew rebuilds its state
	// from it.
	Derive(ctx context.Context, upTo uint64, out []Out) error
	// Release tells that nothing depends any more on records that Derive has
	// passed. It need not be durable at once: a record that is read once more
	// makes events of the same IDs, which are dropped. Unknown positions are
	// ignored.
	Release(ctx context.Context, positions []uint64) error
	// Cursor is the position of the last record that Derive has passed.
	Cursor(ctx context.Context) (uint64, error)
	// PutNote keeps a note under a name, in place of the one that was there, and
	// returns when it is as durable as a record of Append is. It has no room
	// where Append has none. Note gives it back: nil when there is none. The
	// bytes are the caller's.
	PutNote(ctx context.Context, name string, raw []byte) error
	Note(ctx context.Context, name string) ([]byte, error)
	// Outbox gives access to `out`.
	Outbox() Outbox
	// Epoch names this incarnation of `out`; seqs of another one are stale.
	Epoch() string
	Close() error
}

// Outbox hands events of `out` to sessions.
type Outbox interface {
	// Lease gives up to limit due events addressed to session, in order.
	// writer tells that the session also takes events addressed to any writer.
	Lease(ctx context.Context, session string, writer bool, limit int) ([]Delivery, error)
	// Wake returns a channel that gets a value when Lease may have more to
	// give; NextDue is when a lease or a delay ends next (zero: none). What
	// was due before is not told again: it woke. Woken names the addressees for
	// whom there may be more since it was asked last: sessions, "" for any that
	// writes. So who waits for nothing is not disturbed.
	Wake() <-chan struct{}
	Woken() []string
	NextDue(ctx context.Context) (time.Time, error)
	// Get returns an event by id, settled or not, while it is retained.
	Get(ctx context.Context, id string) (Delivery, error)
	// Find resolves an id to its ref while the event is unsettled.
	Find(ctx context.Context, id string) (Ref, error)
	// Ack settles an event for good. Nak returns it to the queue after delay,
	// a parked one too: somebody asks for it.
	Ack(ctx context.Context, ref Ref) error
	Nak(ctx context.Context, ref Ref, delay time.Duration) error
	// Extend begins the lease anew: the holder is alive and has not shown the
	// event yet, or shows it just now. The attempt stays.
	Extend(ctx context.Context, ref Ref) error
	// Return gives back an event that nobody was shown: it is due at once,
	// and the attempt is not counted.
	Return(ctx context.Context, ref Ref) error
	// Depth counts unsettled events, parked ones apart.
	Depth(ctx context.Context) (waiting, parked int, err error)
}
