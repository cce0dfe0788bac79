package bolt_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/text"
)

// strace begins the command that runs a child under strace.
func strace(t *testing.T, args ...string) []string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Fatalf("%v: what reaches the disk cannot be seen without it (make deps installs it)", err)
	}
	return append([]string{path, "-f", "-qq", "-y"}, args...)
}

// call is one system call on the store's file, or a line the child said.
type call struct {
	name string // pwrite64, ftruncate, fdatasync, fsync; "said"
	at   int64  // pwrite64: offset; ftruncate: size
	data []byte
}

var (
	unfinished = regexp.MustCompile(`^(\d+) +(.*) <unfinished \.\.\.>$`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	traced     = regexp.MustCompile(`^(\w+)\((\d+)<([^>]*)>(?:, (?s:(".*"), \d+))?(?:, (\d+))?\) += (.*)$`)
	said       = regexp.MustCompile(`^write\(1<[^>]*>, "([^"]*)"`)
)

// readTrace gives the calls on the file in the order of their ends, and the
// lines in the order of their beginnings: what is said counts from then.
func readTrace(t *testing.T, trace io.Reader, file string) (calls []call) {
	t.Helper()
	open := map[string]string{} // by thread
	r := bufio.NewReader(trace)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return calls
		}
		thread, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		text = strings.TrimLeft(text, " ")
		if m := unfinished.FindStringSubmatch(thread + " " + text); m != nil {
			open[thread], text = m[2], m[2]
		} else if m := resumed.FindStringSubmatch(thread + " " + text); m != nil {
			text = open[thread] + m[2]
			if said.MatchString(text) {
				continue // at its beginning
			}
		}
		if m := said.FindStringSubmatch(text); m != nil {
			calls = append(calls, call{name: "said", data: bytes.TrimSuffix(unhex(t, m[1]), []byte("\n"))})
			continue
		}
		m := traced.FindStringSubmatch(text)
		if m == nil || string(unhex(t, m[3])) != file {
			continue
		}
		if strings.HasPrefix(m[6], "-") {
			t.Fatalf("the child was told %s(…) = %s", m[1], m[6])
		}
		c := call{name: strings.TrimSuffix(m[1], "64")}
		if m[4] != "" {
			c.data = unhex(t, strings.Trim(m[4], `"`))
		}
		if m[5] != "" {
			if c.at, err = strconv.ParseInt(m[5], 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		calls = append(calls, c)
	}
}

// unhex reads a string as strace -xx writes it.
func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	if err != nil {
		t.Fatalf("strace wrote %.100q: %v", s, err)
	}
	return b
}

// apply does to the image what the call did to the file.
func apply(image []byte, c call) []byte {
	switch c.name {
	case "pwrite":
		if need := int(c.at) + len(c.data); need > len(image) {
			image = append(image, make([]byte, need-len(image))...)
		}
		copy(image[c.at:], c.data)
	case "ftruncate":
		if int(c.at) < len(image) {
			return image[:c.at]
		}
		image = append(image, make([]byte, int(c.at)-len(image))...)
	}
	return image
}

// TestSyncedBeforeAnswered plays the system calls of a working store back and
// pulls the plug after each. The disk then holds what was synced and any part
// of what was written since. Whatever part: the store opens undamaged, and all
// that a caller had been told by then is in it. So a record is synced before
// Append returns, and a file cut at its last synced offset has all of them.
func TestSyncedBeforeAnswered(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	path := filled(t, dir, 10)
	disk, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := childCommand(t, strace(t, "-xx", "-s", "10000000", "-o", trace,
		"-e", "trace=pwrite64,fdatasync,fsync,?ftruncate,?ftruncate64,write"), "append", dir, "n")
	if out, err := cmd.Output(); err != nil || !bytes.Contains(out, []byte("A n/2/49\n")) {
		t.Fatalf("the child said %q, %v, want all it should append", out, err)
	}
	f, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	calls := readTrace(t, f, path)

	p := &plug{promised: map[string]bool{}, synced: len(disk)}
	syncs, metas := 0, 0
	for i, c := range calls {
		switch c.name {
		case "said":
			if key, ok := strings.CutPrefix(string(c.data), "A "); ok {
				p.promised[key] = true
				p.pull(t, i, disk[:p.synced]) // cut at the last synced offset
			}
		case "fdatasync", "fsync":
			syncs++
			for _, w := range p.pending {
				disk = apply(disk, w)
				if w.name == "pwrite" {
					p.synced = max(p.synced, int(w.at)+len(w.data))
				}
			}
			p.pending = nil
		default:
			p.pending = append(p.pending, c)
			if c.at < 2*int64(os.Getpagesize()) && c.name == "pwrite" {
				metas++
				c.data = c.data[:66+rand.IntN(6)] // the new number of the transaction, the old checksum
				p.pull(t, i, apply(slices.Clone(disk), c))
			} else if rand.IntN(3) == 0 {
				p.pull(t, i, p.part(disk))
			}
		}
	}
	if len(p.promised) != 150 || syncs < 100 || p.pulls < 200 || metas < 50 || p.torn < metas {
		t.Errorf("%d promises, %d syncs, %d plugs pulled, %d meta pages, %d seen torn: the trace was not read", len(p.promised), syncs, p.pulls, metas, p.torn)
	}
}

// plug is what was promised and written up to some call.
type plug struct {
	promised map[string]bool
	pending  []call // written, not yet synced
	synced   int    // end of the last synced write
	pulls    int
	torn     int
}

// part is the disk with some of the pending writes on it, the last of them to
// some byte only, in any order.
func (p *plug) part(disk []byte) []byte {
	image := slices.Clone(disk)
	for n, i := range rand.Perm(len(p.pending))[:rand.IntN(len(p.pending)+1)] {
		w := p.pending[i]
		if n == 0 && w.name == "pwrite" {
			w.data = w.data[:rand.IntN(len(w.data)+1)]
		}
		image = apply(image, w)
	}
	return image
}

// pull opens the image as the next process would.
func (p *plug) pull(t *testing.T, i int, image []byte) {
	t.Helper()
	p.pulls++
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	unclose(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "journal.db"), image, 0o600); err != nil {
		t.Fatal(err)
	}
	s, found, err := bolt.Open(bolt.Options{Dir: dir})
	if err != nil || found.Damage != nil {
		t.Fatalf("Open() after call %d = %+v, %v, want it undamaged", i, found, err)
	}
	defer s.Close()
	if found.Repaired {
		p.torn++
	}
	records, err := s.Read(t.Context(), 0, 1<<20)
	if err != nil {
		t.Fatalf("Read() after call %d = %v", i, err)
	}
	there := map[string]bool{}
	for _, r := range records[10:] { // the first ten were there before
		there[r.Key] = true
		if !bytes.Equal(r.Raw, rawOf(r.Key)) {
			t.Errorf("after call %d record %s holds %.40q…", i, r.Key, r.Raw)
		}
	}
	for key := range p.promised {
		if !there[key] {
			t.Fatalf("after call %d record %s is lost, its Append had returned nil", i, key)
		}
	}
}

// TestFaultsOfTheSystem has the kernel refuse what a full or a broken disk
// refuses, in a store that works: no promise is broken, and where there is room
// again the store goes on.
func TestFaultsOfTheSystem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inject string
		code   text.Code
		goesOn bool
	}{
		"no space to write":    {"pwrite64:error=ENOSPC:when=40..44", text.StoreFull, true},
		"no space to sync":     {"fdatasync:error=ENOSPC:when=11..14", text.StoreFull, true},
		"no space to grow":     {"?ftruncate,?ftruncate64:error=ENOSPC:when=1..3", text.StoreFull, true},
		"no space to map":      {"?mmap,?mmap2:error=ENOMEM:when=2..5", text.StoreFull, true},
		"write refused":        {"pwrite64:error=EIO:when=40", text.StoreFailed, false},
		"sync of data refused": {"fdatasync:error=EIO:when=21", text.StoreFailed, false},
		"sync of meta refused": {"fdatasync:error=EIO:when=22", text.StoreFailed, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir() + "/store"
			path := filled(t, dir, 10)
			cmd := childCommand(t, strace(t, "-o", "/dev/null", "-P", path, "-e", "inject="+c.inject), "append", dir, "n")
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("the child ended with %v, it said %q", err, out)
			}
			refused, after, last := 0, 0, byte(0)
			promised := map[string]bool{}
			for line := range strings.Lines(string(out)) {
				word := strings.Fields(line)
				switch {
				case word[0] == "A":
					promised[word[1]] = true
					after += min(refused, 1)
				case word[0] == "E" && word[2] == string(c.code):
					refused++
				case word[0] != "R":
					t.Errorf("the child said %q, want code %s", line, c.code)
				}
				last = word[0][0]
			}
			if goesOn := after > 10 || last == 'A'; refused == 0 || len(promised) == 0 || goesOn != c.goesOn {
				t.Errorf("%d taken, %d refused, %d taken after the first refusal, want some of both and that it goes on: %v", len(promised), refused, after, c.goesOn)
			}
			if name, err := os.ReadFile(filepath.Join(dir, "lock")); err != nil || (len(name) == 0) != c.goesOn {
				t.Errorf("the lock names %q (%v), want nobody if the store went on: %v", name, err, c.goesOn)
			}
			unclose(t, dir) // everything is looked at
			s, found := openStore(t, bolt.Options{Dir: dir})
			if found.Damage != nil {
				t.Errorf("Open() after that found %+v, want no damage", found)
			}
			records, err := s.Read(t.Context(), 0, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records {
				delete(promised, r.Key)
			}
			if len(promised) > 0 {
				t.Errorf("%d records are lost, their Append had returned nil", len(promised))
			}
		})
	}
}
