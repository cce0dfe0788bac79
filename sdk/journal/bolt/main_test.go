package bolt_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

// childMode names what this program does when it is its own child.
const childMode = "MANGO_BOLT_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childMode); mode != "" {
		if err := child(mode, os.Args[len(os.Args)-2], os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// childCommand is this program as its own child, on the store in dir. name
// makes the keys of each life different. A prefix runs it, strace for one.
func childCommand(t *testing.T, prefix []string, mode, dir, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(prefix, self, "-test.run=^$", "--", dir, name)
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	cmd.Stderr = os.Stderr
	return cmd
}

// child opens the store, says so, and works. Each line on its standard output
// is written at once and after the fact:
//
//	R            the store is open
//	A key        Append returned nil
//	E key code   Append returned an error with this code
//	L id n       Lease gave this event, attempt n
//	K id         Ack returned nil
//	N n          PutNote of this number returned nil
//	C code       Close returned an error with this code
func child(mode, dir, name string) error {
	if mode == "compact" {
		return compactForever(dir)
	}
	o := bolt.Options{Dir: dir}
	switch {
	case mode == "append":
		o = smallLog(o)
	case mode == "work" && name[len(name)-1]%2 == 0:
		o = o.WithLog(64<<10, 5*time.Millisecond)
	}
	s, _, err := bolt.Open(o)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) // the reader may be gone
	}
	say("R")
	switch mode {
	case "hold":
		_, err = os.Stdin.Read(make([]byte, 1)) // until it is closed
		return errors.Join(s.Close(), ignoreEOF(err))
	case "work":
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() { appendForever(s, fmt.Sprintf("%s/%d", name, w), say) })
		}
		wg.Go(func() { deriveForever(s) })
		wg.Go(func() { noteForever(s, say) })
		for _, session := range []string{"s1", "s2"} {
			wg.Go(func() { settleForever(s, session, say) })
		}
		wg.Wait()
	case "append":
		var wg sync.WaitGroup
		for w := range 3 {
			wg.Go(func() { appendSome(s, fmt.Sprintf("%s/%d", name, w), say) })
		}
		wg.Wait()
		if err := s.Close(); err != nil {
			say("C %s", text.From(err).Code)
		}
		return nil
	}
	return errors.New("no mode " + mode)
}

func ignoreEOF(err error) error {
	if err != nil && err.Error() == "EOF" {
		return nil
	}
	return err
}

// rawOf is what a child appends under a key: more than a page at times.
func rawOf(key string) []byte {
	return bytes.Repeat([]byte(key+" "), 1+len(key)*int(key[len(key)-1])%900)
}

func appendSome(s *bolt.Store, name string, say func(string, ...any)) {
	for i := range 50 {
		key := fmt.Sprintf("%s/%d", name, i)
		if _, _, err := s.Append(context.Background(), key, rawOf(key)); err != nil {
			say("E %s %s", key, text.From(err).Code)
			continue
		}
		say("A %s", key)
	}
}

func appendForever(s *bolt.Store, name string, say func(string, ...any)) {
	for i := 0; ; i++ {
		key := fmt.Sprintf("%s/%d", name, i)
		if _, _, err := s.Append(context.Background(), key, []byte(key)); err != nil {
			say("E %s %v", key, err)
			return
		}
		say("A %s", key)
	}
}

// noteOf is the note of a number: of more pages than one, at times.
func noteOf(n int) []byte { return bytes.Repeat([]byte(strconv.Itoa(n)+" "), 1+n%7*1000) }

// noteForever counts on from the note that an earlier life left.
func noteForever(s *bolt.Store, say func(string, ...any)) {
	raw, err := s.Note(context.Background(), "n")
	if err != nil {
		return
	}
	last, _, _ := strings.Cut(string(raw), " ")
	for n, _ := strconv.Atoi(last); ; {
		n++
		if s.PutNote(context.Background(), "n", noteOf(n)) != nil {
			return
		}
		say("N %d", n)
	}
}

func deriveForever(s *bolt.Store) {
	ctx := context.Background()
	for {
		at, err := s.Cursor(ctx)
		if err != nil {
			return
		}
		records, err := s.Read(ctx, at, 16)
		if err != nil {
			return
		}
		if len(records) == 0 {
			time.Sleep(time.Millisecond)
			continue
		}
		if err := derive(ctx, s, records); err != nil {
			return
		}
	}
}

// derive makes an event of each record.
func derive(ctx context.Context, s journal.Store, records []journal.Record) error {
	var out []journal.Out
	for _, r := range records {
		out = append(out, journal.Out{ID: r.Key, Record: true, Raw: r.Raw})
	}
	return s.Derive(ctx, records[len(records)-1].Pos, out)
}

func settleForever(s *bolt.Store, session string, say func(string, ...any)) {
	ctx := context.Background()
	for {
		given, err := s.Lease(ctx, session, true, 8)
		if err != nil {
			return
		}
		for i, d := range given {
			say("L %s %d", d.ID, d.Attempt)
			switch {
			case i%3 == 0 && s.Ack(ctx, d.Ref) == nil:
				say("K %s", d.ID)
			case i%3 == 1:
				_ = s.Nak(ctx, d.Ref, 0) // it comes again, with the next attempt
			}
		}
		if len(given) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

// lines reads what a child said, up to a line that begins with upTo, or to its
// end when that is ""; a line cut by its death counts for nothing.
func lines(out *bufio.Reader, upTo string) (said []string) {
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			return said
		}
		said = append(said, strings.TrimSuffix(line, "\n"))
		if upTo != "" && strings.HasPrefix(line, upTo) {
			return said
		}
	}
}

// smallLog has a checkpoint after a few batches, and only then.
func smallLog(o bolt.Options) bolt.Options { return o.WithLog(32<<10, time.Hour) }

// unsynced makes commits cheap where a test is not about what the disk holds,
// and its small log has more checkpoints.
func unsynced(o bolt.Options) bolt.Options {
	o = o.WithLog(64<<10, 0)
	return o.WithSync(func(*os.File) error { return nil }).WithCommit(func(tx *bbolt.Tx) error {
		tx.DB().NoSync = true
		return tx.Commit()
	})
}

func openStore(t testing.TB, o bolt.Options) (*bolt.Store, bolt.Found) {
	t.Helper()
	s, found, err := bolt.Open(o)
	if err != nil {
		t.Fatalf("Open(%+v) = %v", o, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return s, found
}

// killed opens a copy of what the folder of a working store holds, as the next
// process finds it when this one is killed.
func killed(t testing.TB, dir string) *bolt.Store {
	t.Helper()
	to := t.TempDir() + "/store"
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o700); err != nil {
		t.Fatal(err)
	}
	s, found := openStore(t, bolt.Options{Dir: to})
	if found.Unclosed == nil || found.Damage != nil {
		t.Errorf("Open() of a killed store found %+v, want it unclosed and whole", found)
	}
	return s
}

// keysOf lists the records that are not released, each with a blank.
func keysOf(t testing.TB, s *bolt.Store) (keys string) {
	t.Helper()
	records, err := s.Read(t.Context(), 0, 1<<20)
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	for _, r := range records {
		keys += r.Key + " "
	}
	return keys
}

func wantKeys(t testing.TB, s *bolt.Store, keys ...string) {
	t.Helper()
	if got, want := keysOf(t, s), strings.Join(keys, " ")+" "; got != want {
		t.Errorf("Read() gives records %q, want %q", got, want)
	}
}
