package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/notify"
)

// way measures what the library does with a notification between its signature
// and the queue of a session, on one core: decode, append, read back, decode,
// the engine, derive. posters at once post whole calls, each notification when
// the one before it is stored, as the PBX does.
func way(ctx context.Context, calls int) error {
	const posters = 64
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fmt.Printf("\nThe way of a notification: decode, store, engine, derive; one core, %d posters, %d calls of four\n", posters, calls)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tnotifications/s\tone takes of the core\tnotifications in a second of the core\t")
	dir, err := os.MkdirTemp("", "mango-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, kind := range []string{"memory", "bolt, on the disk"} {
		var store journal.Store = memory.New(memory.Options{})
		if kind != "memory" {
			if store, _, err = bolt.Open(bolt.Options{Dir: dir + "/store"}); err != nil {
				return err
			}
		}
		began, before := time.Now(), worked()
		err := errors.Join(drive(ctx, store, posters, calls), store.Close())
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		n := time.Duration(4 * calls)
		cost := (worked() - before) / n
		fmt.Fprintf(w, "%s\t%.0f\t%v\t%.0f\t\n", kind, 1/(time.Since(began)/n).Seconds(), cost.Round(100*time.Nanosecond), 1/cost.Seconds())
	}
	return w.Flush()
}

// worked is what the process has had of the processor, by /proc: on a machine
// that does other work, the clock says nothing. It counts in hundredths of a
// second.
func worked() time.Duration {
	stat, _ := os.ReadFile("/proc/self/stat") // elsewhere: 0, and no figure
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, f := range fields[min(len(fields), 11):min(len(fields), 13)] { // utime, stime: proc(5)
		n, _ := strconv.ParseInt(f, 10, 64) // the kernel's own
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// drive posts the calls and derives them, as sdk/office does.
func drive(ctx context.Context, store journal.Store, posters, calls int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, posting atomic.Int64
	posting.Store(int64(posters))
	fresh := make(chan struct{}, 1)
	grp := group.New(ctx, nil)
	for range posters {
		grp.Go("poster", func(ctx context.Context) {
			for i := next.Add(1); i <= int64(calls); i = next.Add(1) {
				for _, n := range wholeCall(i) {
					item := notify.Decode(n.path, n.json)
					if _, _, err := store.Append(ctx, item.Key, item.Encode()); err != nil {
						cancel(err)
						return
					}
					group.Nudge(fresh)
				}
			}
			posting.Add(-1)
			group.Nudge(fresh)
		})
	}
	grp.Go("loop", func(ctx context.Context) {
		state := engine.New(engine.Defaults())
		state.Step(time.Now(), engine.SessionUp{Session: engine.Session{ID: "desk", Extension: "101"}})
		var cursor uint64
		for {
			last := posting.Load() == 0 // what was posted before is seen below
			at, err := derive(ctx, store, state, cursor)
			switch {
			case err != nil:
				cancel(err)
				return
			case at == cursor && last:
				if n := state.Counters(); n.Calls != 0 || at != uint64(4*calls) {
					cancel(fmt.Errorf("%d records of %d were derived, %d calls are live", at, 4*calls, n.Calls))
				}
				return
			case at == cursor:
				select {
				case <-fresh:
				case <-ctx.Done():
					return
				}
			}
			cursor = at
		}
	})
	return errors.Join(grp.Wait(ctx), context.Cause(ctx))
}

// derive takes what is stored to the engine, and what comes of it to the store.
func derive(ctx context.Context, store journal.Store, state *engine.State, cursor uint64) (uint64, error) {
	records, err := store.Read(ctx, cursor, 256)
	if err != nil || len(records) == 0 {
		return cursor, err
	}
	var out []journal.Out
	var freed []uint64
	for _, r := range records {
		for _, eff := range state.Step(r.Time, engine.Notification{Item: notify.Restore(r.Raw), Pos: r.Pos}) {
			switch eff := eff.(type) {
			case engine.Emit:
				raw, err := json.Marshal(eff.Event)
				if err != nil {
					return cursor, err
				}
				o := journal.Out{ID: eff.Event.ID, Record: eff.Event.Class == engine.Record, Expires: eff.Event.Expires, Raw: raw}
				if !o.Record {
					o.To = "desk"
				}
				out = append(out, o)
			case engine.Release:
				freed = append(freed, eff.Positions...)
			}
		}
		cursor = r.Pos
	}
	if err := store.Derive(ctx, cursor, out); err != nil {
		return cursor, err
	}
	return cursor, store.Release(ctx, freed)
}

// posted is a notification as it is posted.
type posted struct {
	path string
	json []byte
}

// wholeCall is an incoming call that employee 101 answers.
func wholeCall(i int64) []posted {
	now := time.Now().Unix()
	var all []posted
	for seq, state := range []string{"Appeared", "Connected", "Disconnected"} {
		all = append(all, posted{notify.PathCall, fmt.Appendf(nil, `{"entry_id":"e%d","call_id":"c%d","timestamp":%d,"seq":%d,"call_state":%q,"location":"abonent",`+
			`"from":{"number":"79161234567","line_number":"74951234567"},"to":{"extension":"101","number":"sip:ivanov@example.mangosip.ru"},`+
			`"dct":{"number":"","type":0},"sip_call_id":"a84b4c76e66710@example.com","disconnect_reason":1110}`, i, i, now, seq+1, state)})
	}
	return append(all, posted{notify.PathSummary, fmt.Appendf(nil, `{"entry_id":"e%d","call_direction":1,"from":{"number":"79161234567"},`+
		`"to":{"extension":"101","number":"sip:ivanov@example.mangosip.ru"},"line_number":"74951234567","create_time":%d,"forward_time":%d,`+
		`"talk_time":%d,"end_time":%d,"entry_result":1,"disconnect_reason":1110}`, i, now, now, now, now)})
}
