package memory

import (
	"container/heap"
	"slices"
	"time"
)

// queue holds the events of one addressee that may be handed over now, by seq.
type queue struct {
	items []*item // items[head:] are alive
	head  int
}

func (q *queue) alive() []*item { return q.items[q.head:] }

func (q *queue) front() *item {
	if q.head == len(q.items) {
		return nil
	}
	return q.items[q.head]
}

func (q *queue) push(it *item) { q.items = append(q.items, it) }

func (q *queue) pop() *item {
	it := q.front()
	if it == nil {
		return nil
	}
	q.items[q.head] = nil
	q.head++
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return it
}

func (q *queue) search(seq uint64) (int, bool) {
	return slices.BinarySearchFunc(q.alive(), seq, func(it *item, seq uint64) int {
		switch {
		case it.seq < seq:
			return -1
		case it.seq > seq:
			return 1
		}
		return 0
	})
}

// insert puts a returned event back into its place.
func (q *queue) insert(it *item) {
	i, _ := q.search(it.seq)
	q.items = slices.Insert(q.items, q.head+i, it)
}

func (q *queue) remove(it *item) {
	if i, ok := q.search(it.seq); ok {
		q.items = slices.Delete(q.items, q.head+i, q.head+i+1)
	}
}

// takeExpired removes and returns what has expired.
func (q *queue) takeExpired(now time.Time) (gone []*item) {
	kept := slices.DeleteFunc(q.alive(), func(it *item) bool {
		if it.expired(now) {
			gone = append(gone, it)
			return true
		}
		return false
	})
	q.items, q.head = kept, 0
	return gone
}

// schedule holds events by the time they are due again.
type schedule struct{ h dueHeap }

func (s *schedule) add(it *item) { heap.Push(&s.h, it) }

// popDue gives the next event whose time has come, nil when there is none.
func (s *schedule) popDue(now time.Time) *item {
	if len(s.h) == 0 || s.h[0].due.After(now) {
		return nil
	}
	return heap.Pop(&s.h).(*item)
}

// next is when popDue gives something; zero when the schedule is empty.
func (s *schedule) next() time.Time {
	if len(s.h) == 0 {
		return time.Time{}
	}
	return s.h[0].due
}

// shift moves all of it in time.
func (s *schedule) shift(by time.Duration) {
	for _, it := range s.h {
		it.due = it.due.Add(by)
		if !it.until.IsZero() {
			it.until = it.until.Add(by)
		}
	}
}

func (s *schedule) remove(it *item) bool {
	if i := it.place; i >= len(s.h) || s.h[i] != it { // waits elsewhere
		return false
	}
	heap.Remove(&s.h, it.place)
	return true
}

// dueHeap implements heap.Interface: by due time, then by seq.
type dueHeap []*item

func (h dueHeap) Len() int { return len(h) }

func (h dueHeap) Less(i, j int) bool {
	if !h[i].due.Equal(h[j].due) {
		return h[i].due.Before(h[j].due)
	}
	return h[i].seq < h[j].seq
}

func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *dueHeap) Push(x any) {
	it := x.(*item)
	it.place = len(*h)
	*h = append(*h, it)
}

func (h *dueHeap) Pop() any {
	old := *h
	it := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return it
}
