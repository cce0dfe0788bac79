package guard

import (
	"sync"
	"time"
)

// Bounds of Once.
const (
	OnceSpan = time.Hour
	OnceSize = 4096
)

// Once remembers the ids of commands sent lately, so that none goes out twice:
// nobody says that the PBX minds a second command_id (§21.1). It keeps the last
// OnceSize ids, each for OnceSpan. The zero value is ready; it is safe for
// concurrent use.
type Once struct {
	mu    sync.Mutex
	slots map[string]int
	ids   []stamped // a ring once it is full
	next  int       // the oldest slot, or the first one not there yet
}

type stamped struct {
	id    string
	at    time.Time
	about any
}

// First reports whether id is new, and remembers it with what its owner wants
// to know of it later. Call it when the Pass is there: an id that never went out
// stays usable.
func (o *Once) First(id string, about any) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if i, known := o.slots[id]; known && now.Sub(o.ids[i].at) < OnceSpan {
		return false
	}
	if o.slots == nil {
		o.slots = map[string]int{}
	}
	if len(o.ids) < OnceSize {
		o.ids = append(o.ids, stamped{})
	} else if old := o.ids[o.next].id; o.slots[old] == o.next { // not if it came again since
		delete(o.slots, old)
	}
	o.ids[o.next] = stamped{id, now, about}
	o.slots[id] = o.next
	o.next = (o.next + 1) % OnceSize
	return true
}

// Take gives what was said about an id to First, the first time; nil of an id
// that nobody knows.
func (o *Once) Take(id string) any {
	o.mu.Lock()
	defer o.mu.Unlock()
	i, known := o.slots[id]
	if !known {
		return nil
	}
	about := o.ids[i].about
	o.ids[i].about = nil
	return about
}
