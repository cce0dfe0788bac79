package probe

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/logfile"
)

// alive counts the objects that have a Go half: made by a first real call and
// not yet done. Objects that were only asked for names never count.
var alive atomic.Int64

// Object is one probe.
type Object struct {
	env     *component.Env
	counter atomic.Int64
	kept    atomic.Pointer[spec.Value]

	sending       sync.Mutex // ExternalEvent takes one event at a time
	sent, refused atomic.Int64
	panics        atomic.Int64
	crashers      *group.Group // of goroutines that are expected to panic
}

func newObject(env *component.Env) *Object {
	alive.Add(1)
	o := &Object{env: env}
	o.crashers = group.New(env.Context(), func(string, any, []byte) { o.panics.Add(1) })
	return o
}

// Close implements component.Closer.
func (o *Object) Close(ctx context.Context) {
	alive.Add(-1)
	o.crashers.Stop()
	_ = o.crashers.Wait(ctx) // a goroutine left behind shows in Counts of the next object
}

func (o *Object) value() spec.Value {
	if v := o.kept.Load(); v != nil {
		return *v
	}
	return spec.Empty()
}

// panicInGoroutine waits for the panic to be over, a second at most.
func (o *Object) panicInGoroutine() bool {
	before := o.panics.Load()
	if !o.crashers.Go("crasher", func(context.Context) { panic("probe: asked for") }) {
		return false
	}
	for end := time.Now().Add(time.Second); o.panics.Load() == before && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return o.panics.Load() > before
}

// burst sends events from real threads: each goroutine is locked to its own.
func (o *Object) burst(events, threads int, wait bool) bool {
	if events < 0 || events > 10_000_000 || threads < 1 || threads > 64 {
		return false
	}
	var open sync.WaitGroup
	var lost atomic.Int64
	for t := range threads {
		share := events / threads
		if t < events%threads {
			share++
		}
		open.Add(1)
		if !o.env.Group().Go("burst", func(ctx context.Context) {
			defer open.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for n := range share {
				if !o.send(ctx, shot(t, n)) {
					lost.Add(1)
					return // the object is done: nothing more goes
				}
			}
		}) {
			return false
		}
	}
	if wait {
		open.Wait()
	}
	return lost.Load() == 0
}

// shot is the data of one event. Built by hand: benchmarks count events.
func shot(thread, n int) string {
	b := make([]byte, 0, 64)
	b = append(b, `{"thread":`...)
	b = strconv.AppendInt(b, int64(thread), 10)
	b = append(b, `,"n":`...)
	b = strconv.AppendInt(b, int64(n), 10)
	return string(append(b, `,"text":"Ёж 😀"}`...))
}

// send offers one event until it is taken or the object is done.
func (o *Object) send(ctx context.Context, data string) bool {
	for ctx.Err() == nil {
		o.sending.Lock()
		taken := o.env.Host().ExternalEvent(ClassName, "Выстрел", data)
		o.sending.Unlock()
		if taken {
			o.sent.Add(1)
			return true
		}
		o.refused.Add(1)
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
	return false
}

// busy makes garbage and computes on several goroutines.
func (o *Object) busy(goroutines int, d time.Duration) bool {
	if goroutines < 1 || goroutines > 64 || d < 0 || d > 10*time.Minute {
		return false
	}
	until := time.Now().Add(d)
	for range goroutines {
		if !o.env.Group().Go("busy", func(ctx context.Context) {
			var keep [64][]byte
			for i := 0; ctx.Err() == nil && time.Now().Before(until); i++ {
				keep[i%len(keep)] = make([]byte, 64<<10)
				keep[i%len(keep)][i%(64<<10)]++
				if i%256 == 0 {
					runtime.GC()
				}
			}
		}) {
			return false
		}
	}
	return true
}

// counts is what Порождено tells.
type counts struct {
	Objects    int64 `json:"objects"`    // with a Go half, in the process
	Goroutines int   `json:"goroutines"` // of the Go runtime
	Sent       int64 `json:"sent"`       // events that the host took from this object
	Refused    int64 `json:"refused"`    // times the host said its queue is full
	Panics     int64 `json:"panics"`     // recovered on goroutines of this object
}

func (o *Object) counts() counts {
	return counts{
		Objects: alive.Load(), Goroutines: runtime.NumGoroutine(),
		Sent: o.sent.Load(), Refused: o.refused.Load(), Panics: o.panics.Load(),
	}
}

// counted follows its argument wherever it points.
func counted(o *Object) int64 { return o.counter.Load() }

// die makes a mistake that is fatal, as concurrent writes to a map are, but
// surely: no panic comes of it. It returns only when there can be no report.
func die(report string) error {
	if _, err := logfile.CrashOutput(report); err != nil {
		return err
	}
	var mu sync.Mutex
	mu.Unlock()
	return nil
}
