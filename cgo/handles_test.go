package main

import (
	"sync"
	"testing"
)

func TestHandles(t *testing.T) {
	t.Parallel()
	var table handles[string]
	if _, ok := table.get(0); ok {
		t.Error("get(0) found an object in an empty table")
	}
	a, b := table.add("a"), table.add("b")
	if a == 0 || b == 0 || a == b {
		t.Fatalf("add gave %#x and %#x", a, b)
	}
	if got, ok := table.get(a); !ok || got != "a" {
		t.Errorf("get(a) = %q, %v", got, ok)
	}
	if got, ok := table.remove(a); !ok || got != "a" {
		t.Errorf("remove(a) = %q, %v", got, ok)
	}
	if _, ok := table.remove(a); ok {
		t.Error("remove(a) twice found it twice")
	}
	c := table.add("c") // takes a's slot
	if c&slotMask != a&slotMask {
		t.Errorf("a released slot was not used again: %#x after %#x", c, a)
	}
	if _, ok := table.get(a); ok {
		t.Error("a stale handle finds the object that took its slot")
	}
	if got, _ := table.get(b); got != "b" {
		t.Errorf("get(b) = %q after others came and went", got)
	}
}

func TestHandlesManyThreads(t *testing.T) {
	t.Parallel()
	var table handles[int]
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 2000 {
				want := g<<16 | i
				h := table.add(want)
				if got, ok := table.get(h); !ok || got != want {
					t.Errorf("get(%#x) = %d, %v, want %d", h, got, ok, want)
				}
				if i%3 != 0 {
					table.remove(h)
				}
			}
		})
	}
	all.Wait()
}
