package guard

import (
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Prices of the retry budget, as the AWS SDKs have them: in an outage retries
// dry up after a hundred, and come back with every fifth success.
const (
	budgetCapacity = 500
	retryCost      = 5
	timeoutCost    = 10 // a timeout held a connection and the PBX's attention for long
	successRefill  = 1
)

// Budget is what all retries of reads together may spend. The zero value is
// full. It is safe for concurrent use.
type Budget struct {
	mu    sync.Mutex
	spent int
}

// Retry pays for one more attempt; false means that it must not be made.
func (b *Budget) Retry(timeout bool) bool {
	cost := retryCost
	if timeout {
		cost = timeoutCost
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+cost > budgetCapacity {
		return false
	}
	b.spent += cost
	return true
}

// Success refills the budget a little.
func (b *Budget) Success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(0, b.spent-successRefill)
}

// Delays before retries.
const (
	delayBase = time.Second
	delayMax  = 20 * time.Second
)

// Delay is how long to wait before a retry, of which attempt (from 0) were made
// already: anything from nothing to a second, doubled with each attempt, 20 s
// at most. The whole span is random, so that callers who failed together do not
// come back together.
func Delay(attempt int) time.Duration {
	// ±100 % about the half of the span is the span.
	b := backoff.ExponentialBackOff{
		InitialInterval: delayBase / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: delayMax / 2,
	}
	d := b.NextBackOff()
	for range min(attempt, 10) {
		d = b.NextBackOff()
	}
	return d
}
