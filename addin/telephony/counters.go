package telephony

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// counters of a process since it started.
type counters struct {
	delivered    atomic.Int64 // taken over from the Office
	taken        atomic.Int64 // ExternalEvent said true
	refused      atomic.Int64 // ExternalEvent said false
	fetched      atomic.Int64 // given by FetchEvents to an object that pulls
	shed         atomic.Int64 // screen events dropped for want of room
	expired      atomic.Int64 // screen events that nobody needed any more
	replaced     atomic.Int64 // record events redelivered while they waited
	refusedFull  atomic.Int64 // record events left with the Office for want of room
	settled      atomic.Int64 // record events reported as done
	settleFailed atomic.Int64
	internal     atomic.Int64 // failures with the code `internal`, panics among them

	way   latency // from the notification to ExternalEvent = true
	inbox latency // of it, the part spent waiting for 1C

	mu       sync.Mutex
	warnings []note
	errors   []note
}

// maxNotes bounds the lists of last errors and warnings in Диагностика.
const maxNotes = 20

// note is a failure kept for Диагностика.
type note struct {
	at time.Time
	e  *text.Error
}

// latency is a histogram with a bucket per power of two of milliseconds: the
// last one holds what took longer than 16 s.
type latency struct {
	mu      sync.Mutex
	buckets [16]int64
	count   int64
	sum     time.Duration
	max     time.Duration
}

func (l *latency) add(d time.Duration) {
	d = max(d, 0)
	l.mu.Lock()
	defer l.mu.Unlock()
	i := 0
	for limit := time.Millisecond; d >= limit && i < len(l.buckets)-1; limit *= 2 {
		i++
	}
	l.buckets[i]++
	l.count++
	l.sum += d
	l.max = max(l.max, d)
}

// quantile is an upper bound of the q-th quantile in ms.
func (l *latency) quantile(q float64) int64 {
	rank := int64(q * float64(l.count))
	for i, n := range l.buckets {
		if rank -= n; rank < 0 {
			return min(1<<i, l.max.Milliseconds()+1)
		}
	}
	return l.max.Milliseconds()
}

func (l *latency) write(w *jsonWriter, key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w.key(key)
	w.open('{')
	w.int("count", l.count)
	var mean int64
	if l.count > 0 {
		mean = (l.sum / time.Duration(l.count)).Milliseconds()
	}
	w.int("mean_ms", mean)
	w.int("p50_ms", l.quantile(0.50))
	w.int("p99_ms", l.quantile(0.99))
	w.int("max_ms", l.max.Milliseconds())
	w.close('}')
}

// observe counts how long an event took to reach 1C: from the notification, on
// its first attempt, and from our queue.
func (c *counters) observe(arrived time.Time, d office.Delivery, now time.Time) {
	c.inbox.add(now.Sub(arrived))
	if d.Attempt <= 1 && !d.Replay && !d.Received.IsZero() {
		c.way.add(now.Sub(d.Received))
	}
}

// warn keeps a warning for Диагностика and logs it. A warning that is there
// already is not repeated.
func (p *Process) warn(e *text.Error) {
	p.count.mu.Lock()
	known := false
	for _, w := range p.count.warnings {
		known = known || (w.e.Code == e.Code && w.e.Field == e.Field)
	}
	if !known {
		p.count.warnings = keep(p.count.warnings, note{p.opt.Now(), e})
	}
	p.count.mu.Unlock()
	p.logger().Warn().Str("code", string(e.Code)).Str("field", e.Field).Msg("warning")
}

// fault keeps a failure for Диагностика.
func (p *Process) fault(e *text.Error) {
	p.count.mu.Lock()
	defer p.count.mu.Unlock()
	if e.Code == text.Internal {
		p.count.internal.Add(1)
	}
	p.count.errors = keep(p.count.errors, note{p.opt.Now(), e})
}

func keep(list []note, n note) []note {
	if list = append(list, n); len(list) > maxNotes {
		list = list[1:]
	}
	return list
}

func (p *Process) logger() *zerolog.Logger {
	l := p.log.Logger()
	return &l
}
