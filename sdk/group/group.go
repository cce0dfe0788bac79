// Package group is the only place of this project that starts goroutines.
//
// A panic on a goroutine of a shared library kills the host process: 1C would
// vanish with the user's unsaved document. So every goroutine starts here,
// under a name, with a recover, an owner and a way to wait for its end; the
// linter (build/lint) refuses the go statement elsewhere.
package group

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// PanicFunc is told about a recovered panic: the goroutine's name, the value
// and the stack. It runs on the goroutine that panicked and must not panic.
type PanicFunc func(name string, value any, stack []byte)

// Group owns goroutines that stop together. The zero value is not usable;
// call New.
type Group struct {
	ctx     context.Context //nolint:containedctx // the group is what the context bounds
	cancel  context.CancelFunc
	onPanic PanicFunc

	mu      sync.Mutex
	running map[string]int
	closed  bool
	wg      sync.WaitGroup
}

// New makes a group whose goroutines see a context that ends with parent or
// with Stop. onPanic may be nil: the panic is then swallowed, as there is
// nobody left to tell.
func New(parent context.Context, onPanic PanicFunc) *Group {
	ctx, cancel := context.WithCancel(parent)
	return &Group{ctx: ctx, cancel: cancel, onPanic: onPanic, running: map[string]int{}}
}

// Context is the context that the group's goroutines receive.
func (g *Group) Context() context.Context { return g.ctx }

// Go starts fn under name. It reports false, and starts nothing, once Stop
// was called: a late start would outlive the object that owns the group.
func (g *Group) Go(name string, fn func(ctx context.Context)) bool {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return false
	}
	g.running[name]++
	g.wg.Add(1)
	g.mu.Unlock()

	go g.run(name, fn)
	return true
}

func (g *Group) run(name string, fn func(ctx context.Context)) {
	defer g.wg.Done()
	defer g.forget(name)
	defer func() {
		if v := recover(); v != nil && g.onPanic != nil {
			g.onPanic(name, v, debug.Stack())
		}
	}()
	fn(g.ctx)
}

func (g *Group) forget(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running[name]--; g.running[name] == 0 {
		delete(g.running, name)
	}
}

// Stop cancels the group's context and refuses further starts. It does not
// wait and may be called many times.
func (g *Group) Stop() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.cancel()
}

// Wait returns when every goroutine has ended, or with an error that names
// those still running when ctx ends first.
func (g *Group) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() { g.wg.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("group: still running %v: %w", g.Running(), ctx.Err())
	}
}

// Running names the goroutines that have not ended, sorted, each once.
func (g *Group) Running() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := make([]string, 0, len(g.running))
	for name := range g.running {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Nudge wakes whoever waits on a channel of one: a value is put in, unless one
// is there already.
func Nudge(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// Sleep is how a goroutine of a group waits: for d, or until ctx ends, which
// it tells by false.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
