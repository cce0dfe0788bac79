package guard

import (
	"math"
	"time"
)

// Class is a group of methods with a rate limit of its own.
type Class string

// The classes that the PBX documents (§4.3). Any request draws from the general
// limit too.
const (
	ClassCallback    Class = "callback"     // commands/callback
	ClassHangup      Class = "hangup"       // commands/call/hangup
	ClassRecord      Class = "record"       // commands/recording/start
	ClassTransfer    Class = "transfer"     // commands/transfer
	ClassRoute       Class = "route"        // commands/route
	ClassRecordings  Class = "recordings"   // queries/recording/…
	ClassUsers       Class = "users"        // config/users/request
	ClassBalance     Class = "balance"      // account/balance
	ClassContacts    Class = "contacts"     // reading ab/contact
	ClassContactEdit Class = "contact_edit" // creating, updating, deleting of ab/contact
	ClassStats       Class = "stats"        // stats/request and stats/calls/request: one group
	ClassTaskAdd     Class = "task_add"     // cc/task/add
	ClassTaskUpdate  Class = "task_update"  // cc/task/update
)

// Limit is N requests in any span of Per. N 0 is no limit.
type Limit struct {
	N   int
	Per time.Duration
}

// DefaultLimits are the documented limits of one product (§4.3). "1/2" there is
// read as one request in two seconds.
func DefaultLimits() map[Class]Limit {
	return map[Class]Limit{
		"":               {10, time.Second},
		ClassCallback:    {4, time.Second},
		ClassHangup:      {4, time.Second},
		ClassRecord:      {4, time.Second},
		ClassTransfer:    {1, 2 * time.Second},
		ClassRoute:       {1, 2 * time.Second},
		ClassRecordings:  {10, time.Second},
		ClassUsers:       {1, 2 * time.Second},
		ClassBalance:     {2, time.Second},
		ClassContacts:    {50, time.Second},
		ClassContactEdit: {10, time.Second},
		ClassStats:       {1, 2 * time.Second},
		ClassTaskAdd:     {5, time.Second},
		ClassTaskUpdate:  {5, time.Second},
	}
}

const never = time.Duration(math.MaxInt64)

// bucket is N slots. A token bucket that refills while requests are under way
// lets 2N of them reach the PBX in one span; a slot is taken until a whole span
// after its request was answered, so N is never exceeded however late requests
// arrive. A nil bucket is no limit.
type bucket struct {
	per   time.Duration
	slots []slot
}

type slot struct {
	free time.Duration
	pass *Pass // the request that holds it
}

func newBucket(l Limit) *bucket {
	if l.N <= 0 {
		return nil
	}
	return &bucket{per: l.Per, slots: make([]slot, l.N)}
}

// next is when a slot will be free, or, with spare, one besides one that stays.
func (b *bucket) next(spare bool) time.Duration {
	if b == nil {
		return 0
	}
	first, second := never, never
	for i := range b.slots {
		switch free := b.slots[i].free; {
		case free < first:
			first, second = free, first
		case free < second:
			second = free
		}
	}
	if spare && len(b.slots) > 1 {
		return second
	}
	return first
}

// take gives the free slot to p, whose request arrives within margin from now.
func (b *bucket) take(p *Pass, now, margin time.Duration) {
	if b == nil {
		return
	}
	s := &b.slots[0]
	for i := range b.slots {
		if b.slots[i].free < s.free {
			s = &b.slots[i]
		}
	}
	s.free, s.pass = now+margin+b.per, p
}

// release tells that p's request has arrived by now, or was never sent.
func (b *bucket) release(p *Pass, now time.Duration, sent bool) {
	if b == nil {
		return
	}
	for i := range b.slots {
		s := &b.slots[i]
		if s.pass != p {
			continue
		}
		s.pass = nil
		if sent {
			s.free = min(s.free, now+b.per)
		} else {
			s.free = now
		}
	}
}
