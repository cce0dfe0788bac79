package engine

import (
	"cmp"
	"container/heap"
	"time"
)

// agenda holds what is to be looked at, and when. A key may stand in it more
// than once; whoever is looked at decides whether its time has really come.
type agenda struct{ items dates }

type date struct {
	at  time.Time
	key string
}

func (a *agenda) add(at time.Time, key string) { heap.Push(&a.items, date{at, key}) }

func (a *agenda) pop(now time.Time) (key string, ok bool) {
	if len(a.items) == 0 || a.items[0].at.After(now) {
		return "", false
	}
	return heap.Pop(&a.items).(date).key, true
}

func (a *agenda) next() time.Time {
	if len(a.items) == 0 {
		return time.Time{}
	}
	return a.items[0].at
}

// dates implements heap.Interface, by time and then by key: the order must be
// the same on every replay.
type dates []date

func (d dates) Len() int { return len(d) }

func (d dates) Less(i, j int) bool {
	return cmp.Or(d[i].at.Compare(d[j].at), cmp.Compare(d[i].key, d[j].key)) < 0
}

func (d dates) Swap(i, j int) { d[i], d[j] = d[j], d[i] }

func (d *dates) Push(x any) { *d = append(*d, x.(date)) }

func (d *dates) Pop() any {
	old := *d
	last := old[len(old)-1]
	*d = old[:len(old)-1]
	return last
}
