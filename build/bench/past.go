package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

// pastBegins is when the calls of these figures do: one every half minute.
var pastBegins = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// past measures what is done with finished calls: the merge of a month, reports
// and cards among more and more of them. Reports are made by a process of their
// own each, so that one's memory is not the other's.
func past(ctx context.Context, million bool) error {
	dir, err := os.MkdirTemp("", "mango-bench-past")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	sizes := []int{10_000, 100_000}
	if million {
		sizes = append(sizes, 1_000_000)
	}
	if err := merges(ctx, filepath.Join(dir, strconv.Itoa(sizes[1]))); err != nil {
		return err
	}
	for _, n := range sizes {
		if n != sizes[1] {
			if err := fillPast(ctx, filepath.Join(dir, strconv.Itoa(n)), n, false); err != nil {
				return err
			}
		}
	}
	if err := reports(ctx, dir, sizes); err != nil {
		return err
	}
	if err := cards(ctx, dir, sizes); err != nil {
		return err
	}
	if million {
		return month(ctx, dir, 20_000, 200_000)
	}
	return month(ctx, dir, 20_000)
}

// pastCall is a call of two legs of a company with a hundred employees, a
// client of its own in each, as it was told live, or as statistics have it.
func pastCall(n int, recovered bool) history.Call {
	start := pastBegins.Add(time.Duration(n) * 30 * time.Second)
	id := fmt.Sprintf("MTIz%08dQ==", n)
	client := engine.Party{Number: fmt.Sprintf("7999%07d", n)}
	anna := engine.Party{Extension: strconv.Itoa(100 + n*7%100), Number: "sip:anna@example.mangosip.ru", Name: "Анна Петрова"}
	boris := engine.Party{Extension: strconv.Itoa(100 + n*3%100), Number: "sip:boris@example.mangosip.ru", Name: "Борис Иванов"}
	c := history.Call{EntryID: id, Direction: engine.In, Caller: client, Callee: anna, Line: "74951234567", Group: "700"}
	c.Save, c.Recovered = true, recovered
	c.Started, c.TalkStarted, c.Ended = start, start.Add(7*time.Second), start.Add(95*time.Second)
	c.TotalSec, c.TalkSec, c.Status, c.Reason = 95, 88, engine.AcceptedOK, 1110
	c.Author = engine.Author{UserID: anna.Extension, Extension: anna.Extension, Name: anna.Name}
	c.Participant, c.Initiator = anna, client
	if !recovered {
		c.Calltracking = []engine.Track{{Key: "city", Value: "Москва"}, {Key: "source", Value: "google"}, {Key: "campaign", Value: fmt.Sprint("campaign-", n%17)}}
	}
	c.Recordings = []engine.RecordingRef{{RecordingID: "MToxMjM6" + id, Extension: anna.Extension}}
	c.Legs = []engine.Leg{
		{CallID: "a" + id, Caller: client, Callee: boris, Started: start, Ended: start.Add(5 * time.Second), Status: engine.Missed},
		{CallID: "b" + id, Caller: client, Callee: anna, Started: start.Add(5 * time.Second), TalkStarted: c.TalkStarted, Ended: c.Ended, Status: c.Status, Recordings: c.Recordings},
	}
	return c
}

// fillPast puts n calls into a store, each commit waited for.
func fillPast(ctx context.Context, dir string, n int, recovered bool) error {
	s := history.Open(history.Config{Dir: dir, Now: time.Now})
	err := s.Sync(ctx)
	for i := 0; i < n && err == nil; i++ {
		s.Put(pastCall(i, recovered))
		if i%2000 == 1999 {
			err = s.Sync(ctx)
		}
	}
	return errors.Join(err, s.Close(ctx))
}

// merges times a month of statistics over calls that were told live, against
// the same put into an empty store.
func merges(ctx context.Context, dir string) error {
	const n = 100_000
	fmt.Printf("\nA month of %d calls into the call store, on the disk\n", n)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tseconds\ta call\tratio\t")
	var bare time.Duration
	for i, what := range []string{"into an empty store, as told live", "statistics merged with them"} {
		began := time.Now()
		if err := fillPast(ctx, dir, n, i > 0); err != nil {
			return err
		}
		took := time.Since(began)
		if i == 0 {
			bare = took
		}
		fmt.Fprintf(w, "%s\t%.1f\t%v\t%.2f\t\n", what, took.Seconds(), (took / n).Round(100*time.Nanosecond), float64(took)/float64(bare))
	}
	return w.Flush()
}

// made is what the process of a report, or of a load, says of itself.
type made struct {
	Seconds float64 // of the clock
	Worked  float64 // of the processor
	Peak    int64   // bytes of memory of its own, the most
	Bytes   int64   // written
	Calls   int64   // stored
}

func reports(ctx context.Context, dir string, sizes []int) error {
	fmt.Println("\nA report of stored calls, «Подробный»; memory is the process's own, without the mapped file")
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "calls\tform\tseconds\tof the processor\ta row of the processor\tratio to reading\tratio to the fewest\tpeak memory\tMB written\t")
	first := map[string]float64{}
	for _, n := range sizes {
		reading := 0.0
		for _, form := range []string{"", string(report.Rows), string(report.CSV), string(report.JSON), string(report.HTML)} {
			m, err := reportApart(ctx, filepath.Join(dir, strconv.Itoa(n)), form)
			if err != nil {
				return fmt.Errorf("%d calls, %s: %w", n, form, err)
			}
			row := m.Worked / float64(n)
			name := form
			if form == "" {
				reading, name = row, "only read"
			}
			if first[form] == 0 {
				first[form] = row
			}
			fmt.Fprintf(w, "%d\t%s\t%.2f\t%.2f\t%.1f µs\t%.1f\t%.2f\t%.1f MiB\t%.1f\t\n",
				n, name, m.Seconds, m.Worked, row*1e6, row/reading, row/first[form], float64(m.Peak)/(1<<20), float64(m.Bytes)/1e6)
		}
	}
	return w.Flush()
}

// reportApart has a process of its own make a report.
func reportApart(ctx context.Context, dir, form string) (m made, err error) {
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	cmd := exec.CommandContext(ctx, self, "report", dir, form) //nolint:gosec // ourselves
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}

// counted counts what is written, and keeps none of it.
type counted struct{ n int64 }

func (c *counted) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// reportMain is the process of one report.
func reportMain(ctx context.Context, dir, form string, to io.Writer) error {
	s := history.Open(history.Config{Dir: dir, Now: time.Now})
	if err := s.Sync(ctx); err != nil { // it is open
		return err
	}
	o := &report.Options{
		Variant: report.Detailed, Form: report.Form(form), Thresholds: call.Thresholds{MinIn: 5, MinOut: 5},
		Lang: text.RU, Zone: time.UTC, ZoneName: "UTC", Made: time.Now(),
	}
	w := &counted{}
	m, err := measured(ctx, func() (err error) {
		switch form {
		case "":
			for _, e := range s.Calls(ctx, time.Time{}, time.Time{}, history.Filter{}) {
				err = errors.Join(err, e)
			}
		case string(report.Rows):
			_, err = report.WriteRows(ctx, s, o, func(row json.RawMessage) error { w.n += int64(len(row)); return nil })
		default:
			_, err = report.Write(ctx, w, s, o)
		}
		return err
	})
	m.Bytes = w.n
	return errors.Join(err, s.Close(ctx), json.NewEncoder(to).Encode(m))
}

// measured runs fn and watches the memory of the process.
func measured(ctx context.Context, fn func() error) (m made, err error) {
	g := group.New(ctx, nil)
	g.Go("memory", func(ctx context.Context) {
		for group.Sleep(ctx, 5*time.Millisecond) {
			m.Peak = max(m.Peak, ownMemory())
		}
	})
	began, before := time.Now(), worked()
	err = fn()
	took, cost := time.Since(began).Seconds(), (worked() - before).Seconds()
	g.Stop()
	err = errors.Join(err, g.Wait(context.Background()))
	m.Seconds, m.Worked, m.Peak = took, cost, max(m.Peak, ownMemory())
	return m, err
}

// ownMemory is what the process has in memory that is of no file: proc(5),
// RssAnon. Elsewhere 0.
func ownMemory() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	for l := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(l, "RssAnon:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64) // the kernel's own
			return n << 10
		}
	}
	return 0
}

// cards times the opening of a card, and of a client's calls, among all.
func cards(ctx context.Context, dir string, sizes []int) error {
	fmt.Println("\nOpening a card, any of them; and all calls of a client's number, whatever the period")
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "calls\tcard p50\tcard p99\tratio p50 to the fewest\tof a number p50\tfile, bytes a call\t")
	var fewest []time.Duration
	for _, n := range sizes {
		folder := filepath.Join(dir, strconv.Itoa(n))
		s := history.Open(history.Config{Dir: folder, Now: time.Now})
		err := s.Sync(ctx)
		var open, byNumber []time.Duration
		for i := 0; i < 2000 && err == nil; i++ {
			c := pastCall(i*7919%n, false)
			began := time.Now()
			_, err = s.Get(ctx, c.EntryID)
			open = append(open, time.Since(began))
			if i%40 == 0 && err == nil {
				began = time.Now()
				found := 0
				for _, e := range s.Calls(ctx, time.Time{}, time.Time{}, history.Filter{Number: []string{c.Caller.Number}}) {
					found++
					err = errors.Join(err, e)
				}
				byNumber = append(byNumber, time.Since(began))
				if found != 1 {
					err = errors.Join(err, fmt.Errorf("%d calls of %s, want 1", found, c.Caller.Number))
				}
			}
		}
		if err := errors.Join(err, s.Close(ctx)); err != nil {
			return err
		}
		if fewest == nil {
			fewest = slices.Clone(open)
		}
		info, err := os.Stat(filepath.Join(folder, "calls.db"))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d\t%v\t%v\t%.2f\t%v\t%d\t\n", n, quantile(open, 50), quantile(open, 99), ratio(open, fewest, 50),
			quantile(byNumber, 50).Round(time.Microsecond), info.Size()/int64(n))
	}
	return w.Flush()
}
