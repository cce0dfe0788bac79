// Command bench measures the way of a notification: a signed POST to the real
// library in the native host, until the host's ExternalEvent was called. In
// turns with it, the same POST goes to a bare net/http server that only
// answers 200: ratios against that baseline hold on a noisy machine, single
// times do not.
//
// Beside that, the client of the API and the decoder of notifications are held
// against what they are made of, and the way from the decoder through store and
// engine is timed. Then the hub: what it accepts, how long an event takes to
// one of many sessions, what those weigh, how long they take to come back. And
// the finished calls: their merge, reports and cards, with -million among a
// million of them too.
//
//	go run ./build/bench [-n 2000] [-library] [-hub] [-past] [-million]
//
// It needs dist/ (make build, or build/build.sh demo), but for -library, -hub
// and -past.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

func main() {
	n := flag.Int("n", 2000, "notifications to post")
	only := flag.Bool("library", false, "only what needs no dist/: requests and decoding")
	onlyHub := flag.Bool("hub", false, "only the hub, which needs no dist/ either")
	onlyPast := flag.Bool("past", false, "only finished calls, which need no dist/ either")
	million := flag.Bool("million", false, "finished calls: among a million of them too, some minutes more")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	measure := func(ctx context.Context, n int) error { return run(ctx, n, *million) }
	switch {
	case flag.Arg(0) == "clients": // we ourselves started it
		measure = func(ctx context.Context, _ int) error { return clients(ctx, os.Stdin, os.Stdout) }
	case flag.Arg(0) == "report": // as above
		measure = func(ctx context.Context, _ int) error { return reportMain(ctx, flag.Arg(1), flag.Arg(2), os.Stdout) }
	case flag.Arg(0) == "month":
		measure = func(ctx context.Context, _ int) error { return monthMain(ctx, flag.Arg(1), flag.Arg(2), os.Stdout) }
	case *onlyPast:
		measure = func(ctx context.Context, _ int) error { return past(ctx, *million) }
	case *onlyHub:
		measure = func(ctx context.Context, _ int) error { return hubs(ctx) }
	case *only:
		measure = library
	}
	if err := measure(ctx, *n); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, n int, million bool) error {
	if err := weigh(ctx); err != nil {
		return err
	}
	if err := latency(ctx, n); err != nil {
		return err
	}
	if err := library(ctx, n); err != nil {
		return err
	}
	if err := hubs(ctx); err != nil {
		return err
	}
	return past(ctx, million)
}

// library compares parts of the library with what they are made of.
func library(ctx context.Context, n int) error {
	if err := requests(ctx, n); err != nil {
		return err
	}
	if err := decoding(n); err != nil {
		return err
	}
	return way(ctx, min(n, 10_000)) // the store in memory holds so many that are not released
}

func latency(ctx context.Context, n int) error {
	events := make(chan napihost.Event, 4*n+1000)
	r, err := rig.Start(ctx, rig.Config{
		PBX:     vpbxtest.Config{NoQuota: true, NoRateLimits: true},
		OnEvent: func(e napihost.Event) { events <- e },
	})
	if err != nil {
		return err
	}
	defer func() { _, _ = r.Close(context.Background()) }()
	// Every call is seen once; without an extension the session sees them all.
	if _, err := r.Connect(ctx, map[string]any{"extension": "", "log": nil}); err != nil {
		return err
	}

	bare := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body)
	}))
	defer bare.Close()

	const warm = 100
	var toBare, toLibrary, toEvent []time.Duration
	for i := range n + warm {
		form := signed(r, leg(i, 1, "Appeared"))
		b, err := post(ctx, bare.URL+"/events/call", form)
		if err != nil {
			return err
		}
		from := time.Now()
		l, err := post(ctx, "http://"+r.Listen+"/events/call", form)
		if err != nil {
			return err
		}
		e, err := await(ctx, events, i)
		if err != nil {
			return err
		}
		// Over again: what is measured is an office with one live call.
		if err := end(ctx, r, i); err != nil {
			return err
		}
		if i >= warm {
			toBare, toLibrary, toEvent = append(toBare, b), append(toLibrary, l), append(toEvent, e.At().Sub(from))
		}
	}
	printTimes(n, toBare, toLibrary, toEvent)
	return nil
}

func callID(i int) string { return "bench-" + strconv.Itoa(i) }

// leg is a notification of a call that rings at an employee.
func leg(i, seq int, state string) map[string]any {
	return map[string]any{
		"entry_id": "entry-" + strconv.Itoa(i), "call_id": callID(i), "seq": seq,
		"timestamp": time.Now().Unix(), "call_state": state, "location": "abonent",
		"from": map[string]any{"number": "79161234567"},
		"to":   map[string]any{"extension": "101", "number": "sip:ivanov@example.mangosip.ru", "line_number": "74951234567"},
		"dct":  map[string]any{"type": 0},
	}
}

// end posts the end of the leg and the summary of the call.
func end(ctx context.Context, r *rig.Rig, i int) error {
	over := leg(i, 2, "Disconnected")
	over["disconnect_reason"] = 1110
	if _, err := post(ctx, "http://"+r.Listen+"/events/call", signed(r, over)); err != nil {
		return err
	}
	now := time.Now().Unix()
	_, err := post(ctx, "http://"+r.Listen+"/events/summary", signed(r, map[string]any{
		"entry_id": "entry-" + strconv.Itoa(i), "call_direction": 1, "from": map[string]any{"number": "79161234567"},
		"to": map[string]any{"extension": "101"}, "line_number": "74951234567",
		"create_time": now, "forward_time": now, "talk_time": 0, "end_time": now, "entry_result": 0, "disconnect_reason": 1110,
	}))
	return err
}

// signed makes the form the PBX posts.
func signed(r *rig.Rig, notification map[string]any) []byte {
	body, err := json.Marshal(notification)
	if err != nil {
		panic(err) // only own types come here
	}
	return []byte(url.Values{
		"vpbx_api_key": {r.Credentials.Key}, "sign": {r.Credentials.JSON(body)}, "json": {string(body)},
	}.Encode())
}

func post(ctx context.Context, to string, form []byte) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(form))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	from := time.Now()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	took := time.Since(from)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("POST %s: HTTP %d", to, res.StatusCode)
	}
	return took, err
}

// await skips what the calls before have left.
func await(ctx context.Context, events <-chan napihost.Event, i int) (napihost.Event, error) {
	for {
		select {
		case e := <-events:
			if d := rig.Decode(e); d.CallID == callID(i) && d.Event == "IncomingCall" {
				return e, nil
			}
		case <-ctx.Done():
			return napihost.Event{}, fmt.Errorf("no event for %s: %w", callID(i), ctx.Err())
		}
	}
}

func printTimes(n int, toBare, toLibrary, toEvent []time.Duration) {
	fmt.Printf("\n%d notifications in turns with a bare net/http POST, loopback, one after the other\n", n)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tp50\tp99\tratio p50\tratio p99\t")
	for _, row := range []struct {
		what  string
		times []time.Duration
	}{
		{"bare net/http POST → 200", toBare},
		{"POST to the library → 200", toLibrary},
		{"POST begun → ExternalEvent called", toEvent},
	} {
		fmt.Fprintf(w, "%s\t%v\t%v\t%.2f\t%.2f\t\n", row.what,
			quantile(row.times, 50).Round(time.Microsecond), quantile(row.times, 99).Round(time.Microsecond),
			ratio(row.times, toBare, 50), ratio(row.times, toBare, 99))
	}
	_ = w.Flush()
}

func quantile(d []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[(len(sorted)-1)*percent/100]
}

func ratio(a, b []time.Duration, percent int) float64 {
	return float64(quantile(a, percent)) / float64(quantile(b, percent))
}
