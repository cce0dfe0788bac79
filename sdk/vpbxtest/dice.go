package vpbxtest

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"time"
)

// dice decide whom a fault hits. Notifications and API requests have their own:
// requests come when they like, and must not change what the seed does to
// notifications.
type dice struct {
	mu    sync.Mutex
	f     Faults
	seen  map[*When]int // by address in f: how many passed since set
	notes *rand.Rand
	api   *rand.Rand
}

func newDice(f Faults, seed uint64) *dice {
	return &dice{
		f: f, seen: map[*When]int{},
		notes: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // reproducible on purpose
		api:   rand.New(rand.NewPCG(seed, 1)),    //nolint:gosec // see above
	}
}

func (d *dice) set(f Faults) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.f = f
	clear(d.seen)
}

func (d *dice) get() Faults {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.f
}

// hit reports whether w hits the one that passes now. The caller holds mu.
func (d *dice) hit(w *When, rnd *rand.Rand) bool {
	d.seen[w]++
	drawn := w.Share > 0 && rnd.Float64() < w.Share
	if w.Next > 0 {
		w.Next--
		return true
	}
	return drawn || w.Every > 0 && d.seen[w]%w.Every == 0
}

// doubles rolls for a notification whether it is posted twice.
func (d *dice) doubles() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hit(&d.f.Notifications.Double, d.notes)
}

// shuffleWithin is how long a reordered notification is held back at most:
// longer than the steps of a quick call, so that neighbours change places.
const shuffleWithin = 3 * time.Second

// befall rolls what happens to n and tells how long it waits (PBX time).
func (d *dice) befall(n *posting) (wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := &d.f.Notifications
	mark := func(fault string) { n.Faults = append(n.Faults, fault) }
	held := func() time.Duration { return time.Duration(d.notes.Float64() * float64(shuffleWithin)) }
	if n.Again {
		mark(faultDoubled)
		wait += held()
	}
	if d.hit(&f.Reorder, d.notes) {
		mark(faultReordered)
		wait += held()
	}
	if d.hit(&f.Delay, d.notes) {
		mark(faultDelayed)
		wait += f.DelayBy.duration()
	}
	if n.Dropped = d.hit(&f.Lose, d.notes); n.Dropped {
		mark(faultLost)
		return wait
	}
	if n.wrongSign = d.hit(&f.WrongSign, d.notes); n.wrongSign {
		mark(faultWrongSign)
	}
	if n.cut = d.hit(&f.Cut, d.notes); n.cut {
		mark(faultCut)
	}
	return wait
}

// mishap is what goes wrong with one API request.
type mishap struct {
	slow        time.Duration
	instead     *answer // of what the method would answer
	cut, garble bool
	names       []string
}

// request rolls for an API request of path.
func (d *dice) request(path string) (m mishap) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := &d.f.API
	if d.hit(&f.Slow, d.api) {
		m.slow = f.SlowBy.duration()
		m.names = append(m.names, faultSlow)
	}
	fail, limit := d.hit(&f.Fail, d.api), d.hit(&f.Limit, d.api)
	switch {
	case fail:
		a := failedWith(f.FailWith)
		m.instead = &a
		m.names = append(m.names, "http_"+strconv.Itoa(a.Status))
	case limit:
		a := tooMany(path)
		if f.RetryAfter > 0 && a.Status != 0 {
			a.Header = map[string]string{"Retry-After": strconv.FormatFloat(float64(f.RetryAfter), 'f', 0, 64)}
		}
		m.instead = &a
		m.names = append(m.names, faultLimited)
	}
	if m.garble = d.hit(&f.Garble, d.api); m.garble {
		m.names = append(m.names, faultGarbled)
	}
	if m.cut = d.hit(&f.Cut, d.api); m.cut {
		m.names = append(m.names, faultCut)
	}
	return m
}

// text reports whether numbers are written as texts.
func (d *dice) text() bool { return d.get().Notifications.TextNumbers }

// v2 reports whether the fields of API v.2 are told.
func (d *dice) v2() bool { return d.get().Notifications.V2 }

// skew is how far the PBX's clock is ahead.
func (d *dice) skew() time.Duration { return d.get().ClockSkew.duration() }
