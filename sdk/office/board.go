package office

import (
	"hash/maphash"
	"slices"
	"strings"

	"mangoofficesdk/sdk/engine"
)

// boardShards: a change of one call copies this part of all of them.
const boardShards = 256

// board shows the live legs. One that was published is never changed: the next
// one shares the shards in which nothing happened. So the cost of an event does
// not grow with the calls that go on.
type board struct {
	seed  maphash.Seed
	calls [boardShards][]*boardLeg // by call
	desks [boardShards][]*deskLeg  // the same by extension
}

// boardLeg is never changed.
type boardLeg struct {
	key string // of the call, in the engine
	ActiveCall
}

// extensions of both sides.
func (l *boardLeg) extensions() []string {
	list := []string{l.Caller.Extension, l.Callee.Extension}
	if list[0] == list[1] {
		list = list[:1]
	}
	return slices.DeleteFunc(list, func(ext string) bool { return ext == "" })
}

type deskLeg struct {
	extension string
	*boardLeg
}

func newBoard() *board { return &board{seed: maphash.MakeSeed()} }

func (b *board) shard(key string) int { return int(maphash.String(b.seed, key) % boardShards) }

// after is the board that follows b. moved are the extensions whose legs are
// other ones on it; changed tells that any leg is.
func (b *board) after(s *engine.State) (next *board, changed bool, moved []string) {
	keys, all := s.Changed()
	if all {
		keys = append(keys, b.keys()...)
		slices.Sort(keys)
		keys = slices.Compact(keys)
	}
	next = b
	fresh := map[*[]*boardLeg]bool{}
	for _, key := range keys {
		was, now := b.of(key), legsOf(s, key)
		if slices.EqualFunc(was, now, func(x, y *boardLeg) bool { return *x == *y }) {
			continue
		}
		if !changed {
			next, changed = new(*b), true
		}
		shard := &next.calls[next.shard(key)]
		if !fresh[shard] {
			fresh[shard] = true
			*shard = slices.Clone(*shard)
		}
		*shard = append(slices.DeleteFunc(*shard, func(l *boardLeg) bool { return l.key == key }), now...)
		for _, l := range append(was, now...) {
			moved = append(moved, l.extensions()...)
		}
		next.reseat(key, was, now)
	}
	slices.Sort(moved)
	return next, changed, slices.Compact(moved)
}

func legsOf(s *engine.State, key string) (legs []*boardLeg) {
	for _, a := range s.ActiveOf(key) {
		legs = append(legs, &boardLeg{key, ActiveCall{
			EntryID: a.EntryID, CallID: a.CallID, State: a.State, Direction: a.Direction, Caller: a.Caller,
			Callee: a.Callee, Line: a.Line, Group: a.Group, Started: a.Started, TalkStarted: a.TalkStarted,
		}})
	}
	return legs
}

// reseat shows the legs of a call where its extensions look for them.
func (b *board) reseat(key string, was, now []*boardLeg) {
	change := func(ext string, fn func([]*deskLeg) []*deskLeg) {
		shard := &b.desks[b.shard(ext)]
		*shard = fn(slices.Clone(*shard)) // a handful
	}
	for _, l := range was {
		for _, ext := range l.extensions() {
			change(ext, func(list []*deskLeg) []*deskLeg {
				return slices.DeleteFunc(list, func(d *deskLeg) bool { return d.key == key && d.extension == ext })
			})
		}
	}
	for _, l := range now {
		for _, ext := range l.extensions() {
			change(ext, func(list []*deskLeg) []*deskLeg { return append(list, &deskLeg{ext, l}) })
		}
	}
}

func (b *board) keys() (keys []string) {
	for _, shard := range b.calls {
		for _, l := range shard {
			keys = append(keys, l.key)
		}
	}
	return keys
}

// of are the live legs of a call, by its key.
func (b *board) of(key string) (legs []*boardLeg) {
	for _, l := range b.calls[b.shard(key)] {
		if l.key == key {
			legs = append(legs, l)
		}
	}
	return legs
}

// all are all live legs, by start.
func (b *board) all() []ActiveCall {
	var legs []*boardLeg
	for _, shard := range b.calls {
		legs = append(legs, shard...)
	}
	return byStart(legs)
}

// at are the live legs of an extension, by start.
func (b *board) at(extension string) []ActiveCall {
	var legs []*boardLeg
	for _, d := range b.desks[b.shard(extension)] {
		if d.extension == extension {
			legs = append(legs, d.boardLeg)
		}
	}
	return byStart(legs)
}

// byStart sorts pointers: the code for that is there already (build/DEPS.md).
func byStart(legs []*boardLeg) []ActiveCall {
	slices.SortFunc(legs, func(x, y *boardLeg) int {
		if c := x.Started.Compare(y.Started); c != 0 {
			return c
		}
		return strings.Compare(x.CallID, y.CallID)
	})
	list := make([]ActiveCall, len(legs))
	for i, l := range legs {
		list[i] = l.ActiveCall
	}
	return list
}

// leg finds a live leg; nil when there is none.
func (b *board) leg(callID string) *boardLeg {
	for _, shard := range b.calls {
		for _, l := range shard {
			if l.CallID == callID {
				return l
			}
		}
	}
	return nil
}

// lives reports whether a leg of the call does.
func (b *board) lives(entryID string) bool {
	return slices.ContainsFunc(b.of(engine.CallKey(entryID)), func(l *boardLeg) bool { return l.EntryID == entryID })
}

// has reports whether an extension is on the call, which its key names.
func (b *board) has(key, extension string) bool {
	return extension != "" && slices.ContainsFunc(b.desks[b.shard(extension)], func(d *deskLeg) bool {
		return d.extension == extension && d.key == key
	})
}
