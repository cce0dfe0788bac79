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
	mu   sync.Mutex
	seen map[string]struct{}
	ids  []stamped // by age
}

type stamped struct {
	id string
	at time.Time
}

// First reports whether id is new, and remembers it. Call it when the Pass is
// there: an id that never went out stays usable.
func (o *Once) First(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	old := 0
	for ; old < len(o.ids) && now.Sub(o.ids[old].at) >= OnceSpan; old++ {
		delete(o.seen, o.ids[old].id)
	}
	o.ids = o.ids[old:]
	if _, dup := o.seen[id]; dup {
		return false
	}
	if len(o.ids) >= OnceSize {
		delete(o.seen, o.ids[0].id)
		o.ids = o.ids[1:]
	}
	if o.seen == nil {
		o.seen = map[string]struct{}{}
	}
	o.seen[id] = struct{}{}
	o.ids = append(o.ids, stamped{id, now})
	return true
}
