package bolt

import (
	"sync"

	"mangoofficesdk/sdk/group"
)

// Bounds of one commit.
const (
	batchSteps = 1024
	batchBytes = 16 << 20
)

// step is one caller's part of a commit. fn looks first and writes then: when
// it returns an error it has changed nothing, so the others' parts stand.
type step struct {
	size int // bytes it adds, about
	fn   func(*txn) error
	err  error
	done chan struct{}
}

// queue is what waits for the writer. Callers wait for their steps, so it is
// as long as there are callers.
type queue struct {
	more chan struct{} // a value: there may be steps

	mu     sync.Mutex
	steps  []*step
	closed bool
}

func (q *queue) push(st *step) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.steps = append(q.steps, st)
	group.Nudge(q.more)
	return true
}

// withdraw takes back a step that the writer has not taken yet.
func (q *queue) withdraw(st *step) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, other := range q.steps {
		if other == st {
			q.steps = append(q.steps[:i], q.steps[i+1:]...)
			return true
		}
	}
	return false
}

// take gives what goes into the next commit: all that came during the last.
func (q *queue) take() []*step {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for n < len(q.steps) && n < batchSteps && (n == 0 || size+q.steps[n].size <= batchBytes) {
		size += q.steps[n].size
		n++
	}
	batch := q.steps[:n:n]
	q.steps = q.steps[n:]
	if len(q.steps) == 0 {
		q.steps = nil // let the array go
	}
	return batch
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}
