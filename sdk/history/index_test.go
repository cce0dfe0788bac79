package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
)

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// scanned are the calls that a filter takes of all there are in the period.
func scanned(t failer, s *history.Store, from, to time.Time, f history.Filter) (ids []string) {
	t.Helper()
	for c, err := range s.Calls(context.Background(), from, to, history.Filter{}) {
		if err != nil {
			t.Fatalf("Calls() = %v", err)
		}
		if f.Match(&c) {
			ids = append(ids, c.EntryID)
		}
	}
	return ids
}

// found are those that the store gives by itself, through pages of JSON too.
func found(t failer, s *history.Store, from, to time.Time, f history.Filter) (ids []string) {
	t.Helper()
	for c, err := range s.Calls(context.Background(), from, to, f) {
		if err != nil {
			t.Fatalf("Calls(%+v) = %v", f, err)
		}
		ids = append(ids, c.EntryID)
	}
	rows := s.Rows(from, to, f, func(c *history.Call) any { return c })
	n, err := rows.Count(context.Background())
	if n != len(ids) || err != nil {
		t.Fatalf("Rows(%+v).Count() = %d, %v, want %d", f, n, err, len(ids))
	}
	for at := 0; at < n; at += 7 {
		page, err := rows.Page(context.Background(), at, 7)
		if want := min(7, n-at); len(page) != want || err != nil {
			t.Fatalf("Page(%d, 7) of %+v = %d rows, %v, want %d", at, f, len(page), err, want)
		}
	}
	return ids
}

// What is found by number and extension is what a look at every call finds: in
// whatever order calls came, were told anew and went.
func TestIndexFindsWhatAScanDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dir := ""
		if rapid.Bool().Draw(t, "disk") {
			tmp, err := os.MkdirTemp("", "index") //nolint:usetesting // rapid.T has no TempDir
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(tmp) //nolint:errcheck // a temporary folder
			dir = filepath.Join(tmp, "calls")
		}
		cfg := history.Config{Dir: dir, Now: func() time.Time { return epoch.Add(24 * time.Hour) }}
		if rapid.Bool().Draw(t, "small") {
			cfg.MaxBytes = 12 << 10
		}
		s := history.Open(cfg)
		defer func() { _ = s.Close(context.Background()) }() // the last Sync has told

		extensions := rapid.SampledFrom([]string{"", "101", "102", "7"})
		numbers := rapid.SampledFrom([]string{"", "79161234567", "8 (916) 123-45-67", "9161234567", "112", "101", "sip:a@x.ru", "anonymous"})
		party := func(label string) engine.Party {
			return engine.Party{Extension: extensions.Draw(t, label+" extension"), Number: numbers.Draw(t, label+" number")}
		}
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			c := history.Call{EntryID: fmt.Sprint("E", rapid.IntRange(0, 40).Draw(t, "id")), Caller: party("caller"), Callee: party("callee")}
			if rapid.IntRange(0, 9).Draw(t, "kind") > 0 { // else an addition to a call
				c.Started = epoch.Add(time.Duration(rapid.IntRange(-2000, 2000).Draw(t, "start")) * time.Second)
				c.Status = engine.Missed
				c.Recovered = rapid.Bool().Draw(t, "recovered")
				c.Author.Extension = extensions.Draw(t, "author")
				if rapid.Bool().Draw(t, "legs") {
					c.Legs = []engine.Leg{{CallID: "L", Caller: party("leg caller"), Callee: party("leg callee")}}
				}
			}
			s.Put(c)
			if rapid.IntRange(0, 5).Draw(t, "sync") == 0 {
				if err := s.Sync(context.Background()); err != nil {
					t.Fatalf("Sync() = %v", err)
				}
			}
		}
		if err := s.Sync(context.Background()); err != nil || !s.Status().Indexed {
			t.Fatalf("Sync() = %v, Status() = %+v, want it indexed", err, s.Status())
		}
		for range 5 {
			f := history.Filter{Only: extensions.Draw(t, "only")}
			f.Employee = slices.DeleteFunc(rapid.SliceOfN(extensions, 0, 2).Draw(t, "employee"), func(e string) bool { return e == "" })
			f.Number = rapid.SliceOfN(numbers, 0, 2).Draw(t, "number")
			from := epoch.Add(time.Duration(rapid.IntRange(-2100, 2100).Draw(t, "from")) * time.Second)
			to := from.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "length")) * time.Second)
			if rapid.Bool().Draw(t, "unbounded") {
				from, to = time.Time{}, time.Time{}
			}
			if diff := cmp.Diff(scanned(t, s, from, to, f), found(t, s, from, to, f)); diff != "" {
				t.Fatalf("Calls(%v, %v, %+v) (-by a scan +got):\n%s", from, to, f, diff)
			}
		}
	})
}

func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func awaitIndex(t testing.TB, s *history.Store) {
	t.Helper()
	eventually(t, "Status().Indexed", func() bool { return s.Status().Indexed })
}

func compareIndex(t testing.TB, s *history.Store) {
	t.Helper()
	for _, f := range []history.Filter{{Employee: []string{"101"}}, {Number: []string{"+7 916 123-45-67"}}, {Only: "nobody"}, {Number: []string{"79990000000"}}} {
		want := scanned(t, s, time.Time{}, time.Time{}, f)
		if diff := cmp.Diff(want, found(t, s, time.Time{}, time.Time{}, f)); diff != "" {
			t.Errorf("Calls(%+v) of %d calls (-by a scan +got):\n%s", f, len(want), diff)
		}
	}
}

func fill(t testing.TB, dir string, n int) {
	t.Helper()
	s := openStore(t, history.Config{Dir: dir})
	for i := range n {
		s.Put(numbered(i))
	}
	closeStore(t, s)
}

// alter does to the file of a closed store what another program might.
func alter(t testing.TB, dir string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, "calls.db"), 0o600, nil)
	if err == nil {
		err = db.Update(fn)
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A file of before the index gets one while it is used, and so does one that a
// program without it has written to.
func TestOlderFileIsIndexed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*bbolt.Tx) error{
		"of before the index": func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("index")) },
		"written to by an older program": func(tx *bbolt.Tx) error {
			calls, ids := tx.Bucket([]byte("calls")), tx.Bucket([]byte("ids"))
			gone := append(slices.Clone(ids.Get([]byte("E000003"))), "E000003"...)
			block := ids.Get([]byte("E000000")) // it began with one
			return errors.Join(tx.Bucket([]byte("index")).Delete(block), calls.Delete(gone), ids.Delete([]byte("E000003")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "calls")
			const n = 3500 // several steps
			fill(t, dir, n)
			alter(t, dir, change)
			s := openStore(t, history.Config{Dir: dir})
			for i := range 50 {
				s.Put(numbered(n + i)) // while it is made
			}
			compareIndex(t, s)
			awaitIndex(t, s)
			compareIndex(t, s)
			if st := s.Status(); st.Found.Damage != nil {
				t.Errorf("Status().Found.Damage = %v, want none", st.Found.Damage)
			}
			closeStore(t, s)
			s = openStore(t, history.Config{Dir: dir})
			get(t, s, "E000001") // it is open
			if !s.Status().Indexed {
				t.Error("Status().Indexed = false after another opening, want true")
			}
		})
	}
}

// reindexKey names a folder to a child of this test, which makes the index of
// its store until it is killed.
const reindexKey = "MANGO_HISTORY_REINDEX"

func reindexer(dir string) int {
	s := history.Open(history.Config{Dir: dir, Now: time.Now})
	if _, err := s.Get(context.Background(), "E000001"); err != nil {
		fmt.Println(err) //nolint:forbidigo // to the parent
		return 1
	}
	fmt.Println("open") //nolint:forbidigo // to the parent
	for n := 50_000; ; n++ {
		s.Put(numbered(n))
		if err := s.Sync(context.Background()); err != nil {
			return 1
		}
	}
}

// The making of the index is killed at any moment, and begun anew.
func TestKilledWhileIndexing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "calls")
	fill(t, dir, 12_000)
	alter(t, dir, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("index")) })
	for i := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^$") //nolint:gosec // this test
		cmd.Env = append(os.Environ(), reindexKey+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := ""
		if _, err := fmt.Fscan(out, &said); err != nil || said != "open" {
			t.Fatalf("the child said %q, %v", said, err)
		}
		time.Sleep(time.Duration(i) * 15 * time.Millisecond) // any moment will do
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
	}
	s := openStore(t, history.Config{Dir: dir})
	awaitIndex(t, s)
	compareIndex(t, s)
	if st := s.Status(); st.Found.Damage != nil || st.Calls < 12_000 {
		t.Errorf("Status() = %+v, want 12,000 calls and more, and no damage", st)
	}
}
