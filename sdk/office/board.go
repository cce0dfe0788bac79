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
	seed   maphash.Seed
	shards [boardShards][]boardLeg
}

type boardLeg struct {
	key string // of the call, in the engine
	ActiveCall
}

func newBoard() *board { return &board{seed: maphash.MakeSeed()} }

func (b *board) shard(key string) int { return int(maphash.String(b.seed, key) % boardShards) }

// after is the board that follows b.
func (b *board) after(s *engine.State) *board {
	keys, all := s.Changed()
	if len(keys) == 0 && !all {
		return b
	}
	next := *b
	if all {
		keys = append(keys, b.keys()...)
	}
	fresh := map[int]bool{}
	for _, key := range keys {
		i := b.shard(key)
		if !fresh[i] {
			fresh[i] = true
			next.shards[i] = slices.Clone(next.shards[i])
		}
		next.shards[i] = slices.DeleteFunc(next.shards[i], func(l boardLeg) bool { return l.key == key })
		for _, a := range s.ActiveOf(key) {
			next.shards[i] = append(next.shards[i], boardLeg{key, ActiveCall{
				EntryID: a.EntryID, CallID: a.CallID, State: a.State, Direction: a.Direction, Caller: a.Caller,
				Callee: a.Callee, Line: a.Line, Group: a.Group, Started: a.Started, TalkStarted: a.TalkStarted,
			}})
		}
	}
	return &next
}

func (b *board) keys() (keys []string) {
	for _, shard := range b.shards {
		for _, l := range shard {
			keys = append(keys, l.key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// calls are all live legs, by start.
func (b *board) calls() []ActiveCall {
	var legs []*boardLeg // sorted as pointers: code for that is there already (build/DEPS.md)
	for _, shard := range b.shards {
		for i := range shard {
			legs = append(legs, &shard[i])
		}
	}
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

// has reports whether a leg of the call lives.
func (b *board) has(entryID string) bool {
	return slices.ContainsFunc(b.shards[b.shard(engine.CallKey(entryID))], func(l boardLeg) bool { return l.EntryID == entryID })
}
