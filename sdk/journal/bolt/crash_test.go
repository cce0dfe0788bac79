package bolt_test

import (
	"bufio"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
)

// life is what a killed process had been promised.
type life struct {
	appended map[string]bool
	attempts map[string]int
	acked    map[string]bool
	noted    int
}

func (l *life) add(t *testing.T, said []string) {
	t.Helper()
	for _, line := range said {
		word := strings.Fields(line)
		switch word[0] {
		case "A":
			l.appended[word[1]] = true
		case "L":
			n, err := strconv.Atoi(word[2])
			if err != nil {
				t.Fatal(err)
			}
			if l.acked[word[1]] {
				t.Errorf("event %s was leased after its Ack had returned nil", word[1])
			}
			if n <= l.attempts[word[1]] {
				t.Errorf("event %s came with attempt %d after attempt %d", word[1], n, l.attempts[word[1]])
			}
			l.attempts[word[1]] = n
		case "K":
			l.acked[word[1]] = true
		case "N":
			n, err := strconv.Atoi(word[1])
			if err != nil {
				t.Fatal(err)
			}
			l.noted = n
		case "R":
		default:
			t.Errorf("the child said %q", line)
		}
	}
}

// TestKilled: a process is killed at any moment of its work, many times on one
// store; what it had been promised holds.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	l := &life{appended: map[string]bool{}, attempts: map[string]int{}, acked: map[string]bool{}}
	few := func() bool { return len(l.appended) < 50 || len(l.acked) < 10 || l.noted < 10 }
	for n := 0; n < 8 || n < 100 && few(); n++ { // on a busy machine less is done in a life
		cmd := childCommand(t, nil, "work", dir, "life"+strconv.Itoa(n))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(out)
		if line, err := r.ReadString('\n'); line != "R\n" {
			t.Fatalf("the child said %q, %v, want R", line, err)
		}
		var said []string
		if n%2 > 0 { // the others may end before it comes so far
			said = lines(r, "K ")
		}
		kill := time.AfterFunc(time.Duration(30+rand.IntN(170))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		l.add(t, append(said, lines(r, "")...))
		kill.Stop()
		_ = cmd.Wait() // "signal: killed"

		s, found, err := bolt.Open(bolt.Options{Dir: dir})
		if err != nil {
			t.Fatalf("Open() after life %d = %v", n, err)
		}
		if found.Unclosed == nil || found.Unclosed.PID != cmd.Process.Pid || found.Damage != nil {
			t.Errorf("Open() after life %d found %+v, want it unclosed by process %d and whole", n, found, cmd.Process.Pid)
		}
		l.check(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if few() {
		t.Errorf("%d appended, %d acked, %d noted in all lives: too few to prove anything", len(l.appended), len(l.acked), l.noted)
	}
	l.drain(t, dir)
}

func (l *life) check(t *testing.T, s *bolt.Store) {
	t.Helper()
	records, err := s.Read(t.Context(), 0, 1<<30)
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	note, err := s.Note(t.Context(), "n")
	last, _, _ := strings.Cut(string(note), " ")
	n, _ := strconv.Atoi(last)
	if err != nil || n < l.noted || n > 0 && string(note) != string(noteOf(n)) {
		t.Errorf("the note is of %d and %d bytes long, %v, want it whole and of %d at least", n, len(note), err, l.noted)
	}
	there := map[string]bool{}
	for _, r := range records {
		there[r.Key] = true
		if string(r.Raw) != r.Key {
			t.Errorf("record %s holds %q", r.Key, r.Raw)
		}
	}
	for key := range l.appended {
		if !there[key] {
			t.Errorf("record %s is lost, its Append had returned nil", key)
		}
	}
	for id, n := range l.attempts {
		d, err := s.Outbox().Get(t.Context(), id)
		if err != nil || d.Attempt < n {
			t.Errorf("Get(%s) = attempt %d, %v, want at least %d", id, d.Attempt, err, n)
		}
	}
	for id := range l.acked {
		if _, err := s.Outbox().Find(t.Context(), id); !errors.Is(err, journal.ErrUnknown) {
			t.Errorf("Find(%s) = %v, want ErrUnknown: its Ack had returned nil", id, err)
		}
	}
}

// drain: in the end each record that was appended has been told.
func (l *life) drain(t *testing.T, dir string) {
	t.Helper()
	s, _ := openStore(t, bolt.Options{Dir: dir, Now: func() time.Time { return time.Now().Add(2 * time.Hour) }})
	at, err := s.Cursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	records, err := s.Read(t.Context(), at, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	if len(records) > 0 {
		if err := derive(t.Context(), s, records); err != nil {
			t.Fatal(err)
		}
	}
	given, err := s.Outbox().Lease(t.Context(), "end", true, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, d := range given {
		told[d.ID] = true
	}
	for key := range l.appended {
		d, err := s.Outbox().Get(t.Context(), key)
		_, unsettled := s.Outbox().Find(t.Context(), key)
		settled := errors.Is(unsettled, journal.ErrUnknown)
		if err != nil || !told[key] && !settled && d.Attempt < journal.MaxAttempts {
			t.Errorf("event %s is lost: not told, not settled, not parked (%+v, %v)", key, d, err)
		}
		if told[key] && l.acked[key] {
			t.Errorf("event %s is told again after its Ack", key)
		}
	}
	if len(told) == 0 {
		t.Errorf("%d appended and nothing left to tell: the children settled all, which they never do", len(l.appended))
	}
}
