package hub

import (
	"sync"
	"time"
)

const (
	maxGuessers = 4096
	guessPause  = 250 * time.Millisecond // after the first bad token, doubling
	guessMax    = 8 * time.Second
	guessLife   = 10 * time.Minute // without one more
)

// guesses slows those who try tokens, by address. A good token is never slowed:
// an office shares one address, and guessing 2^130 is hopeless anyway; this
// keeps the log short and the noise down.
type guesses struct {
	mu   sync.Mutex
	from map[string]guess
}

type guess struct {
	count int
	last  time.Time
}

// next is how long an address waits for the answer to one more bad token.
func (g *guesses) next(from string, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.from == nil {
		g.from = map[string]guess{}
	}
	x := g.from[from]
	if now.Sub(x.last) > guessLife {
		x = guess{}
	}
	if _, known := g.from[from]; !known && len(g.from) >= maxGuessers {
		g.sweep(now)
	}
	x.count, x.last = x.count+1, now
	g.from[from] = x
	pause := guessPause << min(x.count-1, 10)
	return min(pause, guessMax)
}

// sweep makes room: those that gave up, or, when none did, the one that is
// silent longest. The caller holds the lock.
func (g *guesses) sweep(now time.Time) {
	oldest := ""
	for from, x := range g.from {
		if now.Sub(x.last) > guessLife {
			delete(g.from, from)
		} else if oldest == "" || x.last.Before(g.from[oldest].last) {
			oldest = from
		}
	}
	if len(g.from) >= maxGuessers {
		delete(g.from, oldest)
	}
}
