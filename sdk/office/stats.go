package office

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// Sizes of the rings.
const (
	errorRing   = 20
	latencyRing = 512
	maxOrigins  = 4096
)

// stats are what Диагностика shows. Codes and counts only: nothing of a call,
// nothing secret.
type stats struct {
	now        func() time.Time
	duplicates atomic.Int64 // notifications whose key was known
	handed     atomic.Int64 // events that a consumer took
	again      atomic.Int64 // of them, those that were offered before
	panics     atomic.Int64
	commands   atomic.Int64 // under way
	employees  atomic.Int64
	heard      atomic.Int64 // unix ms of the last notification, 0 = never
	engine     atomic.Pointer[engine.Counters]

	version atomic.Uint64 // of everything above and below
	cached  atomic.Pointer[diagnosis]

	mu      sync.Mutex
	errors  []failure
	origins map[string]time.Time // event copy → when its notification was accepted
	spans   []time.Duration      // ring
	at      int
}

type failure struct {
	Time time.Time `json:"time"`
	Code text.Code `json:"code"`
}

// diagnosis is the map of one version.
type diagnosis struct {
	version uint64
	values  map[string]any
}

func (s *stats) init(now func() time.Time) {
	s.now, s.origins = now, map[string]time.Time{}
	s.engine.Store(new(engine.Counters))
}

// touch tells that Диагностика has something new to show.
func (s *stats) touch() { s.version.Add(1) }

func (s *stats) fail(code text.Code) {
	s.mu.Lock()
	if len(s.errors) == errorRing {
		s.errors = slices.Delete(s.errors, 0, 1)
	}
	s.errors = append(s.errors, failure{s.now().UTC().Truncate(time.Second), code})
	s.mu.Unlock()
	s.touch()
}

// begin and end measure from the acceptance of a notification to the moment
// when a consumer has taken the event that came of it.
func (s *stats) begin(id string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.origins) >= maxOrigins {
		clear(s.origins) // nobody takes events: there is nothing to measure
	}
	s.origins[id] = at
}

// origin is when the notification that caused an event was accepted; zero when
// none did, or it is forgotten.
func (s *stats) origin(id string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.origins[id]
}

func (s *stats) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.origins[id]
	if !ok {
		return
	}
	delete(s.origins, id)
	span := max(0, s.now().Sub(at))
	if len(s.spans) < latencyRing {
		s.spans = append(s.spans, span)
		return
	}
	s.spans[s.at] = span
	s.at = (s.at + 1) % latencyRing
}

// latency gives p50 and p99 of the last events, in ms, and how many they are.
func (s *stats) latency() map[string]any {
	s.mu.Lock()
	spans := slices.Sorted(slices.Values(s.spans))
	s.mu.Unlock()
	at := func(q int) float64 {
		if len(spans) == 0 {
			return 0
		}
		return float64(spans[(len(spans)-1)*q/100].Microseconds()) / 1000
	}
	return map[string]any{"p50": at(50), "p99": at(99), "count": len(spans)}
}

func (s *stats) lastErrors() []failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]failure{}, s.errors...)
}

// diagnostics is built anew only when something changed: it is part of every
// view, and views are cheap.
func (o *Office) diagnostics() map[string]any {
	version := o.stats.version.Load()
	if d := o.stats.cached.Load(); d != nil && d.version == version {
		return d.values
	}
	d := &diagnosis{version, o.diagnose()}
	o.stats.cached.Store(d)
	return d.values
}

func (o *Office) diagnose() map[string]any {
	s := &o.stats
	hooks := map[string]any{}
	for cause, n := range o.hook.Snapshot() {
		hooks[cause] = n
	}
	hooks["duplicate"] = s.duplicates.Load()
	address := ""
	if at := o.ListenAddr(); at != nil {
		address = at.String()
	}
	m := map[string]any{
		"listen":  map[string]any{"address": address, "path": o.cfg.Listen.Path, "tls": o.tls()},
		"api_url": o.cfg.APIURL, "single_process_lock": o.lock != nil,
		"webhook": hooks, "journal": o.store.diagnosis(), "calls": o.callsDiagnosis(), "archive": o.archive.diagnosis(),
		"engine": counters(*s.engine.Load()), "latency_ms": s.latency(), "last_errors": s.lastErrors(),
		"events_handed_over": s.handed.Load(), "events_redelivered": s.again.Load(), "panics": s.panics.Load(), "sessions": len(o.crowd.sessions()),
		"commands_under_way": s.commands.Load(), "employees": s.employees.Load(),
		"last_notification_unix": s.heard.Load() / 1000,
	}
	ops := o.ops.Stats()
	m["operations"] = map[string]any{"running": ops.Running, "kept": ops.Kept, "bytes": ops.Bytes}
	m["rate_guard"] = rateGuard(o.client.Guard())
	if skew, ok := o.client.Skew(); ok {
		m["clock_skew_ms"] = skew.Milliseconds()
	}
	return m
}

// rateGuard shows why requests wait or are refused; times are unix seconds, 0 =
// not so now.
func rateGuard(g guard.Status) map[string]any {
	unix := func(t time.Time) int64 { return max(0, t.Unix()) } // the zero time is far before 1970
	waiting := 0
	for _, n := range g.Waiting {
		waiting += n
	}
	return map[string]any{
		"doubtful_paused_until_unix": unix(g.WindowUntil), "paused_until_unix": unix(g.GateUntil),
		"backing_off_until_unix": unix(g.BackoffUntil), "waiting": waiting, "in_flight": g.InFlight,
		"admitted": g.Counters.Admitted, "wrong": g.Counters.Wrong, "unauthorized": g.Counters.Unauthorized,
		"overloaded": g.Counters.Overloaded, "lost": g.Counters.Lost, "refused": g.Counters.Paused + g.Counters.Busy,
	}
}

func counters(c engine.Counters) map[string]any {
	return map[string]any{
		"calls": c.Calls, "duplicates": c.Duplicates, "late": c.Late, "unread": c.Unread, "other_kinds": c.Other,
		"unknown_commands": c.UnknownCommands, "incomplete_calls": c.Incomplete, "dropped_calls": c.Dropped,
		"warnings": c.Warnings, "routed": c.Routed, "left_to_pbx": c.LeftToPBX, "route_timeouts": c.RouteTimeouts,
		"late_answers": c.LateAnswers, "route_too_late": c.RouteTooLate, "route_outrun": c.RouteOutrun,
	}
}
