package bolt_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"maps"
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

// call is one system call on a file of the store, or a line the child said.
type call struct {
	name string // pwrite64, ftruncate, fdatasync, fsync; "said"
	file string
	at   int64 // pwrite64: offset; ftruncate: size
	data []byte
}

var (
	unfinished = regexp.MustCompile(`^(\d+) +(.*) <unfinished \.\.\.>$`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	traced     = regexp.MustCompile(`^(\w+)\((\d+)<([^>]*)>(?:, (?s:(".*"), \d+))?(?:, (\d+))?\) += (.*)$`)
	said       = regexp.MustCompile(`^write\(1<[^>]*>, "([^"]*)"`)
)

// readTrace gives the calls on the files of a folder in the order of their
// ends, and the lines in the order of their beginnings: what is said counts
// from then.
func readTrace(t *testing.T, trace io.Reader, dir string) (calls []call) {
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
		if m == nil {
			continue
		}
		in, file := filepath.Split(string(unhex(t, m[3])))
		if filepath.Clean(in) != dir || file == "lock" {
			continue
		}
		if strings.HasPrefix(m[6], "-") {
			t.Fatalf("the child was told %s(…) = %s", m[1], m[6])
		}
		c := call{name: strings.TrimSuffix(m[1], "64"), file: file}
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

// disks are the files of a folder by name.
type disks map[string][]byte

// with is what the disk holds after the call; d keeps what it held.
func (d disks) with(c call) disks {
	image := slices.Clone(d[c.file])
	switch c.name {
	case "pwrite":
		if need := int(c.at) + len(c.data); need > len(image) {
			image = append(image, make([]byte, need-len(image))...)
		}
		copy(image[c.at:], c.data)
	case "ftruncate":
		image = append(image[:min(int(c.at), len(image))], make([]byte, max(0, int(c.at)-len(image)))...)
	}
	after := maps.Clone(d)
	after[c.file] = image
	return after
}

// TestSyncedBeforeAnswered plays the system calls of a working store back and
// pulls the plug after each. The disk then holds what was synced and any part
// of what was written since. Whatever part: the store opens undamaged, and all
// that a caller had been told by then is in it. So a record is synced before
// Append returns, and a file cut at its last synced offset has all of them;
// and a checkpoint may end anywhere.
func TestSyncedBeforeAnswered(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	before, err := os.ReadFile(filled(t, dir, 10))
	if err != nil {
		t.Fatal(err)
	}
	disk := disks{"journal.db": before}
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

	p := &plug{promised: map[string]bool{}, synced: map[string]int{"journal.db": len(before)}}
	for i, c := range readTrace(t, f, dir) {
		switch c.name {
		case "said":
			if key, ok := strings.CutPrefix(string(c.data), "A "); ok {
				p.promised[key] = true
				p.pull(t, i, disk.cut(p.synced)) // at the last synced offset
			}
		case "fdatasync", "fsync":
			disk = p.sync(disk, c.file)
		default:
			p.write(t, i, disk, c)
		}
	}
	if len(p.promised) != 150 || p.syncs < 60 || p.records < 50 || p.pulls < 200 || p.metas < 10 || p.torn < p.metas {
		t.Errorf("%d promises, %d syncs, %d records of the log, %d plugs pulled, %d meta pages, %d seen torn: the trace was not read", len(p.promised), p.syncs, p.records, p.pulls, p.metas, p.torn)
	}
}

// cut is the disk with its files ended at these sizes.
func (d disks) cut(sizes map[string]int) disks {
	after := disks{}
	for file, image := range d {
		after[file] = image[:sizes[file]]
	}
	return after
}

// plug is what was promised and written up to some call.
type plug struct {
	promised map[string]bool
	pending  []call         // written, not yet synced
	synced   map[string]int // end of the last synced write of a file
	syncs    int
	records  int // written to the log
	metas    int // written to the file
	pulls    int
	torn     int
}

// sync takes what is pending for a file to the disk.
func (p *plug) sync(disk disks, file string) disks {
	p.syncs++
	p.pending = slices.DeleteFunc(p.pending, func(c call) bool {
		if c.file != file {
			return false
		}
		disk = disk.with(c)
		if c.name == "pwrite" {
			p.synced[file] = max(p.synced[file], int(c.at)+len(c.data))
		}
		return true
	})
	return disk
}

// write notes a call, and pulls the plug while it goes on.
func (p *plug) write(t *testing.T, i int, disk disks, c call) {
	t.Helper()
	p.pending = append(p.pending, c)
	switch {
	case c.name != "pwrite":
	case c.file == "journal.wal" && p.syncs > 0 && len(c.data) < 32<<10:
		p.records++
		torn := c
		torn.data = c.data[:28+rand.IntN(8)] // the header of the record
		p.pull(t, i, disk.with(torn))
	case c.file == "journal.db" && c.at < 2*int64(os.Getpagesize()):
		p.metas++
		torn := c
		torn.data = c.data[:66+rand.IntN(6)] // the new number of the transaction, the old checksum
		p.pull(t, i, disk.with(torn))
	}
	if rand.IntN(3) == 0 || c.file == "journal.db" && rand.IntN(2) == 0 {
		p.pull(t, i, p.part(disk))
	}
}

// part is the disk with some of the pending writes on it, one of them in part,
// in any order: up to some byte, or some of its sectors.
func (p *plug) part(disk disks) disks {
	for n, i := range rand.Perm(len(p.pending))[:rand.IntN(len(p.pending)+1)] {
		c := p.pending[i]
		if n > 0 || c.name != "pwrite" {
			disk = disk.with(c)
			continue
		}
		if rand.IntN(2) == 0 {
			c.data = c.data[:rand.IntN(len(c.data)+1)]
			disk = disk.with(c)
			continue
		}
		for at := 0; at < len(c.data); at += 512 {
			if rand.IntN(2) == 0 {
				disk = disk.with(call{name: "pwrite", file: c.file, at: c.at + int64(at), data: c.data[at:min(at+512, len(c.data))]})
			}
		}
	}
	return disk
}

// pull opens the image as the next process would.
func (p *plug) pull(t *testing.T, i int, image disks) {
	t.Helper()
	p.pulls++
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	unclose(t, dir)
	for file, content := range image {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, found, err := bolt.Open(unsynced(smallLog(bolt.Options{Dir: dir})))
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
		file   string
		inject string
		code   text.Code
		goesOn bool
	}{
		"no space to log":      {"journal.wal", "pwrite64:error=ENOSPC:when=20..24", text.StoreFull, true},
		"no space to sync log": {"journal.wal", "fdatasync:error=ENOSPC:when=11..14", text.StoreFull, true},
		"log refused":          {"journal.wal", "pwrite64:error=EIO:when=20", text.StoreFailed, false},
		"sync of log refused":  {"journal.wal", "fdatasync:error=EIO:when=20", text.StoreFailed, false},
		"no space to write":    {"journal.db", "pwrite64:error=ENOSPC:when=20..24", text.StoreFull, true},
		"no space to sync":     {"journal.db", "fdatasync:error=ENOSPC:when=5..8", text.StoreFull, true},
		"no space to grow":     {"journal.db", "?ftruncate,?ftruncate64:error=ENOSPC:when=1..3", text.StoreFull, true},
		"no space to map":      {"journal.db", "?mmap,?mmap2:error=ENOMEM:when=2..5", text.StoreFull, true},
		"write refused":        {"journal.db", "pwrite64:error=EIO:when=20", text.StoreFailed, false},
		"sync of data refused": {"journal.db", "fdatasync:error=EIO:when=5", text.StoreFailed, false},
		"sync of meta refused": {"journal.db", "fdatasync:error=EIO:when=6", text.StoreFailed, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir() + "/store"
			filled(t, dir, 10)
			cmd := childCommand(t, strace(t, "-o", "/dev/null", "-P", filepath.Join(dir, c.file), "-e", "inject="+c.inject), "append", dir, "n")
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("the child ended with %v, it said %q", err, out)
			}
			refused, after, last, unclosed := 0, 0, byte(0), !c.goesOn
			promised := map[string]bool{}
			for line := range strings.Lines(string(out)) {
				word := strings.Fields(line)
				switch {
				case word[0] == "A":
					promised[word[1]] = true
					after += min(refused, 1)
				case word[0] == "E" && word[2] == string(c.code):
					refused++
				case word[0] == "C" && word[1] == string(text.StoreFull): // strace counts by thread: this was another one
					unclosed = true
					continue
				case word[0] != "R":
					t.Errorf("the child said %q, want code %s", line, c.code)
				}
				last = word[0][0]
			}
			if goesOn := after > 10 || last == 'A'; refused == 0 || len(promised) == 0 || goesOn != c.goesOn {
				t.Errorf("%d taken, %d refused, %d taken after the first refusal, want some of both and that it goes on: %v", len(promised), refused, after, c.goesOn)
			}
			if name, err := os.ReadFile(filepath.Join(dir, "lock")); err != nil || (len(name) == 0) == unclosed {
				t.Errorf("the lock names %q (%v), want nobody if the store was closed: %v", name, err, !unclosed)
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
