package journal

import (
	"context"
	"time"
)

// Kept is an event of `out` with what became of it.
type Kept struct {
	Delivery
	Settled time.Time // zero: it waits
	Parked  bool      // it was offered MaxAttempts times
}

// Archive is a store that can list what it keeps, settled events too. For
// people: nothing that is due depends on it.
type Archive interface {
	// Kept returns up to limit events with a seq after that one, in order.
	Kept(ctx context.Context, after uint64, limit int) ([]Kept, error)
}
