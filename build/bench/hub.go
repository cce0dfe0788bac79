package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
)

// hubs measures the hub: what it accepts, how long an event takes to a session,
// what a session weighs, and how long all take to come back.
func hubs(ctx context.Context) error {
	bare := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body)
	}))
	defer bare.Close()
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 128
	if err := accepting(ctx, bare.URL); err != nil {
		return err
	}
	return crowds(ctx, bare.URL)
}

// accepting compares how many notifications are answered in a second, each
// durable before, with a handler that only answers.
func accepting(ctx context.Context, bare string) (err error) {
	c, err := found(ctx, true, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	const turns, turn = 4, 500 * time.Millisecond // of each side
	fmt.Printf("\nNotifications accepted by the hub, on the disk before the 200; %d turns of %v each, clients in the same process\n", turns, turn)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tclients\tnotifications/s\tratio\tp50\tp99\t")
	var call atomic.Int64
	for _, posters := range []int{1, 64} {
		took := make([][]time.Duration, 2)
		for i := range 2 * turns {
			some, err := flood(ctx, c, []string{bare, c.server.URL}[i%2], posters, turn, &call)
			if err != nil {
				return err
			}
			took[i%2] = append(took[i%2], some...)
		}
		for i, name := range []string{"bare net/http", "hub, data_dir"} {
			fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%v\t%v\t\n", name, posters, float64(len(took[i]))/(turns*turn).Seconds(),
				float64(len(took[i]))/float64(len(took[0])),
				quantile(took[i], 50).Round(time.Microsecond), quantile(took[i], 99).Round(time.Microsecond))
		}
	}
	return w.Flush()
}

// flood posts whole calls, as fast as the answers come.
func flood(ctx context.Context, c *company, to string, posters int, d time.Duration, call *atomic.Int64) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	end := time.Now().Add(d)
	grp := group.New(ctx, nil)
	for range posters {
		grp.Go("poster", func(ctx context.Context) {
			var mine []time.Duration
			var err error
			for time.Now().Before(end) && err == nil {
				for _, p := range wholeCall(call.Add(1)) {
					var t time.Duration
					if t, err = post(ctx, to+"/mango"+p.path, c.form(p.json)); err != nil {
						break
					}
					mine = append(mine, t)
				}
			}
			mu.Lock()
			took, failed = append(took, mine...), errors.Join(failed, err)
			mu.Unlock()
		})
	}
	return took, errors.Join(grp.Wait(ctx), failed)
}

// crowds measures hubs of so many sessions, in turns.
func crowds(ctx context.Context, bare string) error {
	fmt.Printf("\nPOST begun → the link's consumer called, %d events at %d a second, in turns with a bare POST and among the hubs; hub and poster in one process, clients in another\n",
		rounds*events, rate)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tsessions\tp50\tp99\tratio p50\tstale\tprocessor for an event\tbare p50 / p99\ttwo syncs p50 / p99\t")
	for _, disk := range []bool{false, true} {
		if err := inTurns(ctx, bare, disk, w); err != nil {
			return err
		}
	}
	return w.Flush()
}

// tested is a hub, its clients and what was measured of it.
type tested struct {
	*company
	people             *crowd
	n                  int
	starts             map[told]time.Time
	bares, took, syncs []time.Duration
	busy               time.Duration
	stale              int
}

func (h *tested) close() error {
	err := h.company.close()
	if h.people != nil {
		err = errors.Join(err, h.people.close())
	}
	return err
}

// inTurns measures hubs of different sizes, all open at once.
func inTurns(ctx context.Context, bare string, disk bool, rows io.Writer) (err error) {
	var hubs []*tested
	defer func() {
		for _, h := range hubs {
			err = errors.Join(err, h.close())
		}
	}()
	for _, n := range []int{1, 100, 1000} {
		c, err := found(ctx, disk, n)
		if err != nil {
			return err
		}
		h := &tested{company: c, n: n, starts: map[told]time.Time{}}
		hubs = append(hubs, h)
		if err := h.fill(ctx, disk && n == 1000); err != nil {
			return fmt.Errorf("%d sessions: %w", n, err)
		}
	}
	for range rounds {
		for _, h := range hubs {
			if err := h.pace(ctx, bare, disk); err != nil {
				return fmt.Errorf("%d sessions: %w", h.n, err)
			}
		}
	}
	for _, h := range hubs {
		if err := h.row(ctx, disk, rows); err != nil {
			return fmt.Errorf("%d sessions: %w", h.n, err)
		}
	}
	if !disk {
		return nil
	}
	return hubs[len(hubs)-1].cut(ctx)
}

// fill opens the sessions, and says what they weigh.
func (h *tested) fill(ctx context.Context, say bool) (err error) {
	before := weightNow()
	if h.people, err = h.gather(ctx, h.n); err != nil {
		return err
	}
	opened, err := arrivals(ctx, h.n, []int{50, 99, 100}, func() int { return int(h.hub.Counters().Opened) })
	if err != nil || !say {
		return err
	}
	group.Sleep(ctx, time.Second) // what comes after the welcome
	after := weightNow()
	idle := worked()
	const rest = 3 * time.Second
	group.Sleep(ctx, rest)
	idle = worked() - idle
	fmt.Printf("an idle session, the mean of %d: %.1f KiB (heap %.1f, stacks %.1f), %.1f goroutines; all of them take %.1f %% of a core\n", h.n,
		per(after.heap+after.stack, before.heap+before.stack, h.n), per(after.heap, before.heap, h.n), per(after.stack, before.stack, h.n),
		float64(after.goroutines-before.goroutines)/float64(h.n), 100*idle.Seconds()/rest.Seconds())
	fmt.Printf("%d sessions dial at once, none waits before its first try: half are there after %v, 99 %% %v, all %v\n", h.n, ms(opened[0]), ms(opened[1]), ms(opened[2]))
	return nil
}

// row prints how long events took.
func (h *tested) row(ctx context.Context, disk bool, rows io.Writer) (err error) {
	if h.took, h.stale, err = waits(ctx, h.people, h.starts); err != nil {
		return err
	}
	name, syncs := "memory", "-"
	if disk && len(h.syncs) > 0 {
		name, syncs = "data_dir", both(h.syncs)
	}
	_, err = fmt.Fprintf(rows, "%s\t%d\t%v\t%v\t%.1f\t%d\t%v\t%s\t%s\t\n", name, h.n, quantile(h.took, 50).Round(10*time.Microsecond),
		quantile(h.took, 99).Round(10*time.Microsecond), ratio(h.took, h.bares, 50), h.stale,
		(h.busy / time.Duration(len(h.starts))).Round(10*time.Microsecond), both(h.bares), syncs)
	return err
}

func both(d []time.Duration) string {
	return fmt.Sprint(quantile(d, 50).Round(10*time.Microsecond), " / ", quantile(d, 99).Round(10*time.Microsecond))
}

// cut ends all sockets at once, and sees how the sessions come back.
func (h *tested) cut(ctx context.Context) error {
	before := h.hub.Counters()
	h.cable.cut()
	back, err := arrivals(ctx, h.n, []int{50, 99, 100}, func() int { return int(h.hub.Counters().Resumed - before.Resumed) })
	if err != nil {
		return err
	}
	fmt.Printf("their sockets cut at once: half are back after %v, 99 %% %v, all %v; %d tries were refused as too many at once, %d sessions were lost\n", ms(back[0]), ms(back[1]), ms(back[2]),
		h.hub.Counters().Busy-before.Busy, h.hub.Counters().Lost-before.Lost)
	return nil
}

func ms(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// mass is what the process has of memory.
type mass struct {
	heap, stack uint64
	goroutines  int
}

func weightNow() mass {
	runtime.GC()
	runtime.GC() // what pools hold goes with the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return mass{m.HeapAlloc, m.StackInuse, runtime.NumGoroutine()}
}

// per is a difference in KiB for each of n.
func per(after, before uint64, n int) float64 {
	return (float64(after) - float64(before)) / 1024 / float64(n)
}

// What a round posts: the four notifications of calls, ten of them live at a
// time.
const (
	rate   = 100 // a second
	live   = 10
	events = 3 * 4 * live
	rounds = 4
)

// told names an event by its cause.
type told struct {
	entry string
	kind  engine.Kind
}

// pace posts at the rate whatever the answers take, each to the bare server
// first; what is noted is when each began.
func (h *tested) pace(ctx context.Context, bare string, disk bool) error {
	var mu sync.Mutex
	var failed error
	kinds := []engine.Kind{engine.IncomingCall, engine.CallAnswered, engine.CallEnded, engine.CallSummary}
	grp := group.New(ctx, nil)
	if disk {
		grp.Go("syncs", func(ctx context.Context) {
			some, err := syncing(ctx, h.dir, time.Second*events/rate)
			mu.Lock()
			defer mu.Unlock()
			h.syncs, failed = append(h.syncs, some...), errors.Join(failed, err)
		})
	}
	began, busy, before := time.Now(), worked(), len(h.starts)/4
	for k := range events {
		group.Sleep(ctx, time.Until(began.Add(time.Duration(k)*time.Second/rate)))
		call, step := before+k/(4*live)*live+k%live, k%(4*live)/live
		grp.Go("post", func(ctx context.Context) {
			p := stepsOf(call, extension(call*7%h.n))[step]
			form := h.form(p.json)
			b, err := post(ctx, bare+p.path, form)
			from := time.Now()
			if err == nil {
				_, err = post(ctx, h.server.URL+"/mango"+p.path, form)
			}
			mu.Lock()
			defer mu.Unlock()
			h.bares, failed = append(h.bares, b), errors.Join(failed, err)
			h.starts[told{fmt.Sprint("e", call), kinds[step]}] = from
		})
	}
	err := grp.Wait(ctx)
	h.busy += worked() - busy
	return errors.Join(err, failed)
}

// waits are the times from the posts to the consumers, and how many events
// were not told: a pop-up whose call is over is none any more. Summaries all
// come.
func waits(ctx context.Context, people *crowd, starts map[told]time.Time) (took []time.Duration, stale int, err error) {
	for range 40 {
		group.Sleep(ctx, 100*time.Millisecond)
		all, err := people.report()
		if err != nil {
			return nil, 0, err
		}
		missing := maps.Clone(starts)
		took = took[:0]
		for _, h := range all {
			key := told{h.Entry, h.Kind}
			if from, ok := missing[key]; ok {
				took = append(took, time.Unix(0, h.Nano).Sub(from))
				delete(missing, key)
			}
		}
		stale = len(missing)
		if stale == 0 {
			return took, 0, nil
		}
		for key := range missing {
			if key.kind == engine.CallSummary {
				stale = -1
			}
		}
	}
	if stale < 0 || stale > len(starts)/20 {
		return nil, 0, fmt.Errorf("%d events of %d came", len(took), len(starts))
	}
	return took, stale, nil
}

// syncing is what a commit of the journal cannot do without, alone: two writes
// of a page, each synced. Its journal writes at the same time.
func syncing(ctx context.Context, dir string, d time.Duration) (took []time.Duration, err error) {
	f, err := os.CreateTemp(dir, "syncs")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	page := make([]byte, 4<<10)
	for end := time.Now().Add(d); time.Now().Before(end) && group.Sleep(ctx, 50*time.Millisecond); {
		from := time.Now()
		for i := range int64(2) {
			if _, err := f.WriteAt(page, i*int64(len(page))); err != nil {
				return nil, err
			}
			if err := f.Sync(); err != nil {
				return nil, err
			}
		}
		took = append(took, time.Since(from))
	}
	return took, nil
}
