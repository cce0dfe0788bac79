package history_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbx/guard"
	"mangoofficesdk/sdk/vpbxtest"
)

// loaderKey names the folder to a child of this test that loads a year, and
// yearKey the address of the PBX.
const (
	loaderKey = "MANGO_HISTORY_LOADER"
	yearKey   = "MANGO_HISTORY_PBX"
)

const yearDays = 365

var yearBegins = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func yearEnds() time.Time { return yearBegins.AddDate(0, 0, yearDays+1) }

func yearCredentials() sign.Credentials {
	return sign.Credentials{Key: "year", Salt: sign.NewSalt("salt-of-test")}
}

// yearLoader loads from the PBX of the year.
func yearLoader(s *history.Store, pbx string) (*history.Loader, error) {
	client, err := vpbx.New(vpbx.Config{
		Credentials: yearCredentials(), BaseURL: pbx + "/vpbx/", Guard: guard.Config{Unlimited: true}, Look: 2 * time.Millisecond,
	})
	state := engine.New(engine.Defaults())
	return &history.Loader{
		Client: client, Store: s, Now: yearEnds,
		Describe: func(_ context.Context, past []engine.Past) (events []engine.Event, err error) {
			for _, p := range past {
				events = append(events, state.Describe(p))
			}
			return events, nil
		},
	}, err
}

// loadYear is the child: it loads the year into a folder, goes on at each telling
// of progress when it is let, and may be killed.
func loadYear(dir, pbx string) int {
	s := history.Open(history.Config{Dir: dir, Now: time.Now})
	l, err := yearLoader(s, pbx)
	if err == nil {
		in := bufio.NewReader(os.Stdin)
		err = l.Load(context.Background(), "year", yearBegins, yearEnds(), func(done, total int) {
			fmt.Println(done, total)
			_, _ = in.ReadByte() // at its end it goes on by itself
		})
	}
	if err := s.Close(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// ledger is what the PBX said of its calls as they ended.
type ledger struct {
	mu    sync.Mutex
	calls map[string]line
}

// line is a call in both books; times are unix seconds.
type line struct {
	Direction              string
	Started, Talked, Ended int64
}

func (l *ledger) post(_ context.Context, path string, form url.Values) (int, error) {
	if path != "/events/summary" {
		return 200, nil
	}
	var s struct {
		EntryID string `json:"entry_id"`
		Kind    int    `json:"call_direction"`
		Create  int64  `json:"create_time"`
		Talk    int64  `json:"talk_time"`
		End     int64  `json:"end_time"`
	}
	if err := json.Unmarshal([]byte(form.Get("json")), &s); err != nil {
		return 500, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[s.EntryID] = line{[]string{"internal", "in", "out"}[s.Kind], s.Create, s.Talk, s.End}
	return 200, nil
}

// yearOfCalls plays calls on a clock that is stepped through a year.
func yearOfCalls(t *testing.T, n int) (*vpbxtest.PBX, map[string]line) {
	t.Helper()
	book := &ledger{calls: map[string]line{}}
	pbx, err := vpbxtest.New(vpbxtest.Config{
		Credentials: yearCredentials(), Stepped: true, Epoch: yearBegins, NoRateLimits: true, NoQuota: true, Post: book.post,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	in := vpbxtest.Inbound("79161234567", "")
	kinds := []vpbxtest.Scenario{
		in.IVR(8).Ring("101", 5).Answer().Talk(30).HangUp("caller"), in.Ring("102", 30).Timeout(), in.IVR(20).HangUp("caller"),
		vpbxtest.Outbound("101", "79160000001").Wait(9).Answer().Talk(60).HangUp("callee"),
		vpbxtest.Internal("101", "102").Wait(5).Answer().Talk(15).HangUp("caller"),
		in.Ring("101", 5).Answer().Hold(2).Blind("102", 3).Leave().Wait(4).Answer().Talk(20).HangUp("caller"),
	}
	for i := range n {
		if _, err := pbx.Begin(t.Context(), kinds[i%len(kinds)]); err != nil {
			t.Fatalf("Begin() = %v", err)
		}
		if err := pbx.Step(t.Context(), yearDays*24*time.Hour/time.Duration(n)); err != nil {
			t.Fatalf("Step() = %v", err)
		}
	}
	book.mu.Lock()
	defer book.mu.Unlock()
	if len(book.calls) != n {
		t.Fatalf("the PBX told %d summaries of %d calls", len(book.calls), n)
	}
	return pbx, maps.Clone(book.calls)
}

// runClock has the clock of the PBX run: a report takes two seconds of it.
func runClock(t *testing.T, pbx *vpbxtest.PBX) {
	t.Helper()
	g := group.New(t.Context(), nil)
	g.Go("clock", func(ctx context.Context) {
		for group.Sleep(ctx, 5*time.Millisecond) {
			_ = pbx.Step(ctx, 3*time.Second) // fails at the end
		}
	})
	t.Cleanup(func() {
		g.Stop()
		_ = g.Wait(context.Background()) // no deadline: no error
	})
}

// A load that goes on says first what is done already.
func TestResumedLoadTellsWhatIsDone(t *testing.T) {
	t.Parallel()
	pbx, _ := yearOfCalls(t, 12)
	runClock(t, pbx)
	s := openStore(t, history.Config{})
	l, err := yearLoader(s, pbx.URL())
	if err != nil {
		t.Fatal(err)
	}
	load := func(enough int) (told []int, err error) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		err = l.Load(ctx, "year", yearBegins, yearEnds(), func(done, _ int) {
			if told = append(told, done); done >= enough {
				cancel()
			}
		})
		return told, err
	}
	const month = 31 * 24 * 60 // minutes; what was cut off is at most one order of 30 days, told by whole minutes
	first, err := load(6 * month)
	if err == nil || len(first) < 3 || first[0] != 0 {
		t.Fatalf("Load() that is cut off in July = %v, it told %v; want an error, and 0 first", err, first)
	}
	second, err := load(yearDays * 24 * 60 * 2)
	if reached := first[len(first)-1]; err != nil || second[0] > reached+1 || second[0] < reached-month {
		t.Errorf("Load() again = %v, it told %v; want it to begin with %d minutes, or a month less", err, second, reached)
	}
}

// loadInChild loads the year in a child. It is killed at some moment after it was
// let go on so many times; 0: it comes to its end.
func loadInChild(t *testing.T, dir, pbx string, steps int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$") //nolint:gosec // this test
	cmd.Env = append(os.Environ(), loaderKey+"="+dir, yearKey+"="+pbx)
	var failure strings.Builder
	cmd.Stderr = &failure
	goOn, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	told, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if steps == 0 {
		_ = goOn.Close()
	}
	left := steps
	for lines := bufio.NewScanner(told); lines.Scan(); {
		if left == 0 {
			continue // to the end, or to its death
		}
		_, _ = goOn.Write([]byte("\n"))
		if left--; left == 0 {
			time.Sleep(time.Duration(rand.IntN(15)) * time.Millisecond) //nolint:gosec // any moment
			_ = cmd.Process.Kill()
		}
	}
	if err := cmd.Wait(); (err == nil) != (steps == 0) || failure.Len() > 0 {
		t.Fatalf("a child with %d steps = %v\n%s", steps, err, failure.String())
	}
}

// A year is loaded in pieces by a process that is killed again and again, and is
// the PBX's own ledger in the end, call by call.
func TestYearLoadedInPieces(t *testing.T) {
	t.Parallel()
	pbx, want := yearOfCalls(t, 240)
	dir := filepath.Join(t.TempDir(), "calls")
	runClock(t, pbx)
	const deaths = 6
	for range deaths {
		// Of thirteen periods each life comes to the second: none ends by itself.
		loadInChild(t, dir, pbx.URL(), 1+rand.IntN(2)) //nolint:gosec // any moment
	}
	loadInChild(t, dir, pbx.URL(), 0)
	orders := 0
	for _, r := range pbx.Requests() {
		if strings.Contains(r.Path, "stats/calls/request") {
			orders++
		}
	}
	// Thirteen periods of thirty days; one may have been under way at each death.
	if most := (yearDays+30)/30 + deaths; orders > most {
		t.Errorf("%d orders after %d deaths, want %d at most: a load goes on where it was", orders, deaths, most)
	}
	s := openStore(t, history.Config{Dir: dir})
	got := map[string]line{}
	for c, err := range s.Calls(t.Context(), time.Time{}, time.Time{}, history.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := got[c.EntryID]; twice {
			t.Errorf("%s is there twice", c.EntryID)
		}
		got[c.EntryID] = line{string(c.Direction), c.Started.Unix(), max(0, c.TalkStarted.Unix()), c.Ended.Unix()}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		missing := slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(id string) bool { return got[id] == want[id] })
		t.Errorf("%d of %d calls differ from the ledger, the first %v (-ledger +store):\n%.2000s", len(missing), len(want), missing[:min(3, len(missing))], diff)
	}
}
