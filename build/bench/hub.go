package main

import (
	"bytes"
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
	c, err := found(ctx, true)
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

// crowds measures hubs of so many sessions.
func crowds(ctx context.Context, bare string) error {
	fmt.Printf("\nPOST begun → the link's consumer called, %d events at %d a second, in turns with a bare POST; hub and poster in one process, clients in another\n", events, rate)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tsessions\tp50\tp99\tbare p50\tratio p50\ttwo syncs p50 / p99\tstale\tprocessor for an event\tidle\t")
	var last bytes.Buffer
	for _, disk := range []bool{false, true} {
		for _, n := range []int{1, 100, 1000} {
			if err := crowdOf(ctx, bare, disk, n, w, &last); err != nil {
				return fmt.Errorf("%d sessions: %w", n, err)
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := last.WriteTo(os.Stdout)
	return err
}

// crowdOf prints the row of one hub to rows, and of the biggest what is not a
// row to more.
func crowdOf(ctx context.Context, bare string, disk bool, n int, rows, more io.Writer) (err error) {
	c, err := found(ctx, disk)
	if err != nil {
		return err
	}
	var people *crowd
	defer func() {
		err = errors.Join(err, c.close())
		if people != nil {
			err = errors.Join(err, people.close())
		}
	}()
	before := weightNow()
	if people, err = c.gather(ctx, n); err != nil {
		return err
	}
	opened, err := arrivals(ctx, n, []int{50, 99, 100}, func() int { return int(c.hub.Counters().Opened) })
	if err != nil {
		return err
	}
	group.Sleep(ctx, 500*time.Millisecond) // what comes after the welcome
	after, idle := weightNow(), worked()
	const rest = 2 * time.Second
	group.Sleep(ctx, rest)
	idle = worked() - idle

	synced := make(chan []time.Duration, 1)
	if disk {
		grp := group.New(ctx, nil)
		grp.Go("syncs", func(ctx context.Context) {
			syncs, _ := syncing(ctx, c.dir, time.Second*events/rate) // without them there is no baseline to show
			synced <- append(syncs, 0)
		})
	}
	began, busy := time.Now(), worked()
	starts, bares, err := pace(ctx, c, bare, n)
	if err != nil {
		return err
	}
	busy = worked() - busy - time.Duration(float64(idle)*float64(time.Since(began))/float64(rest))
	took, stale, err := waits(ctx, people, starts)
	if err != nil {
		return err
	}
	name, disks := "memory", "-"
	if disk {
		syncs := <-synced
		name, disks = "data_dir", fmt.Sprint(quantile(syncs, 50).Round(10*time.Microsecond), " / ", quantile(syncs, 99).Round(10*time.Microsecond))
	}
	fmt.Fprintf(rows, "%s\t%d\t%v\t%v\t%v\t%.1f\t%s\t%d\t%v\t%.1f %%\t\n", name, n, quantile(took, 50).Round(10*time.Microsecond),
		quantile(took, 99).Round(10*time.Microsecond), quantile(bares, 50).Round(10*time.Microsecond), ratio(took, bares, 50), disks, stale,
		(busy / events).Round(10*time.Microsecond), 100*idle.Seconds()/rest.Seconds())
	if !disk || n < 1000 {
		return nil
	}
	fmt.Fprintf(more, "\nAn idle session of the hub, the middle of %d: %.1f KiB (heap %.1f, stacks %.1f), %.1f goroutines\n", n,
		per(after.heap+after.stack, before.heap+before.stack, n), per(after.heap, before.heap, n), per(after.stack, before.stack, n),
		float64(after.goroutines-before.goroutines)/float64(n))
	fmt.Fprintf(more, "%d sessions dial at once (the first try waits for nothing): half are there after %v, 99 %% %v, all %v\n", n, ms(opened[0]), ms(opened[1]), ms(opened[2]))
	resumed := c.hub.Counters().Resumed
	c.cable.cut()
	back, err := arrivals(ctx, n, []int{50, 99, 100}, func() int { return int(c.hub.Counters().Resumed - resumed) })
	if err != nil {
		return err
	}
	fmt.Fprintf(more, "their sockets cut at once: half are back after %v, 99 %% %v, all %v; %d sessions lost\n", ms(back[0]), ms(back[1]), ms(back[2]),
		c.hub.Counters().Lost)
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

// What pace posts: the four notifications of calls, ten of them live at a time.
const (
	rate   = 100 // a second
	live   = 10
	events = 15 * 4 * live
)

// told names an event by its cause.
type told struct {
	entry string
	kind  engine.Kind
}

// pace posts at the rate whatever the answers take, and gives when each was
// begun, and how long the bare server took for it.
func pace(ctx context.Context, c *company, bare string, sessions int) (map[told]time.Time, []time.Duration, error) {
	var mu sync.Mutex
	starts, bares := map[told]time.Time{}, []time.Duration{}
	var failed error
	kinds := []engine.Kind{engine.IncomingCall, engine.CallAnswered, engine.CallEnded, engine.CallSummary}
	grp := group.New(ctx, nil)
	began := time.Now()
	for k := range events {
		group.Sleep(ctx, time.Until(began.Add(time.Duration(k)*time.Second/rate)))
		call, step := k/(4*live)*live+k%live, k%(4*live)/live
		grp.Go("post", func(ctx context.Context) {
			p := stepsOf(call, extension(call*7%sessions))[step]
			form := c.form(p.json)
			b, err := post(ctx, bare+p.path, form)
			from := time.Now()
			if err == nil {
				_, err = post(ctx, c.server.URL+"/mango"+p.path, form)
			}
			mu.Lock()
			defer mu.Unlock()
			bares = append(bares, b)
			starts[told{fmt.Sprint("e", call), kinds[step]}] = from
			failed = errors.Join(failed, err)
		})
	}
	return starts, bares, errors.Join(grp.Wait(ctx), failed)
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
