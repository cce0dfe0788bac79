package main

import (
	"sync"
	"sync/atomic"
)

// handle names a Go object to C: no Go pointer ever lies in C memory. Zero is
// no handle. A handle that was released never finds another object, until its
// slot was used 2^32 (on 32 bits 2^12) times.
type handle uintptr

// The lower bits are the slot, the rest counts how often it was used.
const (
	slotBits  = 20
	chunkBits = 8
	slotMask  = 1<<slotBits - 1
	chunkMask = 1<<chunkBits - 1
)

// handles finds objects without a lock: runtime/cgo.Handle costs a hash map
// and an allocation for each look-up, a tenth of a whole call. Chunks are
// never freed or moved.
type handles[T any] struct {
	chunks [1 << (slotBits - chunkBits)]atomic.Pointer[chunk[T]]

	mu   sync.Mutex
	free []handle // released ones: slot and count are used again
	next handle   // first slot that was never used
}

type chunk[T any] [1 << chunkBits]atomic.Pointer[entry[T]]

type entry[T any] struct {
	handle handle
	object T
}

// add returns a handle for the object, 0 when a million are alive.
func (t *handles[T]) add(object T) handle {
	t.mu.Lock()
	defer t.mu.Unlock()
	var h handle
	switch n := len(t.free); {
	case n > 0:
		h = t.free[n-1] + 1<<slotBits
		t.free = t.free[:n-1]
	case t.next <= slotMask:
		h = t.next | 1<<slotBits
		t.next++
	default:
		return 0
	}
	if h>>slotBits == 0 { // the count ran over, and handle 0 means none
		h |= 1 << slotBits
	}
	slot := h & slotMask
	c := t.chunks[slot>>chunkBits].Load()
	if c == nil {
		c = new(chunk[T])
		t.chunks[slot>>chunkBits].Store(c)
	}
	c[slot&chunkMask].Store(&entry[T]{handle: h, object: object})
	return h
}

// get finds the object of a handle.
func (t *handles[T]) get(h handle) (object T, ok bool) {
	slot := h & slotMask
	c := t.chunks[slot>>chunkBits].Load()
	if c == nil {
		return object, false
	}
	e := c[slot&chunkMask].Load()
	if e == nil || e.handle != h {
		return object, false
	}
	return e.object, true
}

// remove takes the object out, once.
func (t *handles[T]) remove(h handle) (object T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	object, ok = t.get(h)
	if !ok {
		return object, false
	}
	slot := h & slotMask
	t.chunks[slot>>chunkBits].Load()[slot&chunkMask].Store(nil)
	t.free = append(t.free, h)
	return object, true
}
