package vpbxtest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

const (
	reasonQueueOver = 1163 // the time in the queue is over
	reasonNobodyIn  = 1164 // all operators are unavailable

	// queueWaits is the longest time in a queue; the vendor does not print it.
	queueWaits = 2 * time.Minute
)

// acd is what the distribution of calls remembers. Only the timeline touches it.
type acd struct {
	queued   []*entry             // calls that wait for a group, longest first
	talkedAt map[string]time.Time // when employees hung up last, by extension
	redial   *moment              // when time brings campaigns something to do
	dialSoon bool                 // they are asked in a moment
	order    *rand.Rand           // of groups that are rung at random; faults have dice of their own
}

func newACD(seed uint64) acd {
	return acd{talkedAt: map[string]time.Time{}, order: rand.New(rand.NewPCG(seed, 2))} //nolint:gosec // reproducible on purpose
}

// hunt is a group that is rung by its algorithm: those of a tier at once, and
// the next tier when none of them answered.
type hunt struct {
	group string
	tiers [][]party
	ring  func([]party) []*leg
}

// distribute rings a group for the caller of the call, or has him wait in its
// queue when all of it talk.
func (e *entry) distribute(group string) { e.hunts(group, e.ringNow) }

func (e *entry) ringNow(to []party) []*leg { return e.ring(to, "", nil) }

func (e *entry) hunts(group string, ring func([]party) []*leg) {
	e.hunt = &hunt{group: group, tiers: e.p.tiers(group), ring: ring}
	switch {
	case e.nextTier():
	case e.direction == dirIn && len(e.p.tiers(group)) > 0:
		e.queue(group)
	default:
		e.hunt = nil
		e.unanswered("", reasonNobodyIn)
	}
}

// nextTier rings the next ones of the group who are free, but not one who calls
// it himself; false when there are none left.
func (e *entry) nextTier() bool {
	for e.hunt != nil && len(e.hunt.tiers) > 0 {
		tier := slices.DeleteFunc(e.hunt.tiers[0], func(to party) bool { return to.ext == e.caller.ext || e.p.busy(to.ext, e) })
		e.hunt.tiers = e.hunt.tiers[1:]
		if len(tier) > 0 {
			e.attend(e.hunt.ring(tier), 0)
			return true
		}
	}
	return false
}

// queue has the caller wait for somebody of the group to be free.
func (e *entry) queue(group string) {
	p := e.p
	if !slices.ContainsFunc(e.legs, func(l *leg) bool { return l.location == inQueue }) {
		e.enter(inQueue, group)
	}
	p.queued = append(p.queued, e)
	p.tl.after(queueWaits, func() {
		if p.dequeue(e) {
			e.hunt = nil
			e.unanswered("", reasonQueueOver)
		}
	})
}

// dequeue takes a call out of the queues.
func (p *PBX) dequeue(e *entry) bool {
	i := slices.Index(p.queued, e)
	if i < 0 {
		return false
	}
	p.queued = slices.Delete(p.queued, i, i+1)
	return !e.over
}

// freed gives those who wait in a queue, longest first, to employees who are
// free now.
func (p *PBX) freed() {
	for _, e := range slices.Clone(p.queued) {
		free := e.hunt != nil && slices.ContainsFunc(slices.Concat(p.tiers(e.hunt.group)...), func(to party) bool { return !p.busy(to.ext, e) })
		if e.over || e.hunt == nil {
			p.dequeue(e)
		} else if free {
			p.dequeue(e)
			e.hunts(e.hunt.group, e.hunt.ring)
		}
	}
}

// busy reports whether an employee talks, or waits on hold, in another call
// than e.
func (p *PBX) busy(ext string, e *entry) bool {
	for _, l := range p.legs {
		if l.e != e && l.talked && l.engages(ext) {
			return true
		}
	}
	return false
}

// hungUp notes that an employee may be free again.
func (p *PBX) hungUp(l *leg) {
	p.wakeDialler()
	if !l.talked {
		return
	}
	for _, side := range []party{l.from, l.to} {
		if side.ext != "" {
			p.talkedAt[side.ext] = p.tl.now
		}
	}
	if len(p.queued) > 0 {
		p.tl.after(0, p.freed)
	}
}

// tiers lists the operators of a group in the order in which they are rung; who
// is off schedule is not.
func (p *PBX) tiers(group string) [][]party {
	algorithm, operators, _ := p.dir.Distribution(group)
	switch algorithm {
	case company.DialSerial, company.DialTiers:
		slices.SortStableFunc(operators, func(a, b company.Operator) int { return cmp.Compare(a.Priority, b.Priority) })
	case company.DialRandom:
		p.order.Shuffle(len(operators), func(i, j int) { operators[i], operators[j] = operators[j], operators[i] })
	case company.DialMostIdle:
		slices.SortStableFunc(operators, func(a, b company.Operator) int {
			return p.talkedAt[a.Extension].Compare(p.talkedAt[b.Extension])
		})
	}
	var tiers [][]party
	operators = slices.DeleteFunc(operators, func(o company.Operator) bool {
		_, _, ok := p.dir.Reach(o.Extension, p.tl.now)
		return !ok
	})
	for i, o := range operators {
		number, _, _ := p.dir.Reach(o.Extension, p.tl.now)
		to := party{ext: o.Extension, number: number, group: &group}
		together := i > 0 && (algorithm == company.DialAll || algorithm == company.DialTiers && o.Priority == operators[i-1].Priority)
		if !together {
			tiers = append(tiers, nil)
		}
		tiers[len(tiers)-1] = append(tiers[len(tiers)-1], to)
	}
	return tiers
}
