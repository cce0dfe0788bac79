package front

import (
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Limits bound what one peer, and all together, may ask.
type Limits struct {
	MaxBody   int64 // bytes
	AtOnce    int   // requests
	PerMinute int   // of one address
	Now       func() time.Time
	// Paced tells which requests count against PerMinute; Held which ones take
	// a place of AtOnce: a socket that stays open is somebody else's to count.
	Paced, Held func(*http.Request) bool
}

// Limiter applies Limits.
type Limiter struct {
	cfg     Limits
	slots   chan struct{}
	refused [2]atomic.Int64 // too many of one, too many at once

	mu      sync.Mutex
	buckets map[netip.Addr]bucket
}

// bucket is filled at the pace of PerMinute and holds a minute's worth.
type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds what is remembered of strangers.
const maxBuckets = 10000

// NewLimiter makes a Limiter.
func NewLimiter(cfg Limits) *Limiter {
	return &Limiter{cfg: cfg, slots: make(chan struct{}, cfg.AtOnce), buckets: map[netip.Addr]bucket{}}
}

// Refused counts what was turned away: for the pace of one address, and for too
// many at once.
func (l *Limiter) Refused() (pace, crowd int64) { return l.refused[0].Load(), l.refused[1].Load() }

// Wrap applies the limits before next; Trust.Wrap must have come earlier.
func (l *Limiter) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.cfg.Paced(r) && !l.allow(Of(r).Addr) {
			l.refused[0].Add(1)
			w.Header().Set("Retry-After", "10")
			http.Error(w, "too many requests", http.StatusTooManyRequests)
			return
		}
		if l.cfg.Held(r) {
			select {
			case l.slots <- struct{}{}:
				defer func() { <-l.slots }()
			default:
				l.refused[1].Add(1)
				w.Header().Set("Retry-After", "1")
				http.Error(w, "busy", http.StatusServiceUnavailable)
				return
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, l.cfg.MaxBody)
		next.ServeHTTP(w, r)
	})
}

// Subscriber is what one person has of addresses: of IPv6 a whole /64.
func Subscriber(from netip.Addr) netip.Addr {
	if from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return from
}

func (l *Limiter) allow(from netip.Addr) bool {
	from = Subscriber(from)
	now, most := l.cfg.Now(), float64(l.cfg.PerMinute)
	l.mu.Lock()
	defer l.mu.Unlock()
	b, known := l.buckets[from]
	if !known {
		if len(l.buckets) >= maxBuckets {
			l.forget(now)
		}
		b = bucket{most, now}
	}
	b.tokens = min(most, b.tokens+now.Sub(b.at).Minutes()*most)
	b.at = now
	ok := b.tokens >= 1
	if ok {
		b.tokens--
	}
	l.buckets[from] = b
	return ok
}

// forget drops the full buckets; if there are none, all: then strangers come
// from more addresses than can be kept apart.
func (l *Limiter) forget(now time.Time) {
	for a, b := range l.buckets {
		if now.Sub(b.at) >= time.Minute {
			delete(l.buckets, a)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}
