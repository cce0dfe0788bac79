package journaltest

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// wantNote checks a note; want nil: there is none.
func (f *fixture) wantNote(name string, want []byte) {
	f.t.Helper()
	got, err := f.store.Note(f.ctx, name)
	if err != nil || !bytes.Equal(got, want) || (got == nil) != (want == nil) {
		f.t.Errorf("Note(%.20q) = %.40q (%d bytes), %v, want %.40q (%d bytes)", name, got, len(got), err, want, len(want))
	}
}

func (f *fixture) putNote(name string, raw []byte) {
	f.t.Helper()
	if err := f.store.PutNote(f.ctx, name, raw); err != nil {
		f.t.Fatalf("PutNote(%.20q) = %v", name, err)
	}
}

// notes: the last one of a name is there, whatever became of the caller's
// bytes; an empty one is not an absent one; no name collides with another.
func notes(t *testing.T, f *fixture) {
	f.wantNote("a", nil)
	long := strings.Repeat("long name ", 100)
	raw := []byte("first")
	f.putNote("a", raw)
	copy(raw, "XXXXX")
	f.putNote("", []byte("of no name"))
	f.putNote(long, []byte("of a long name"))
	f.putNote("empty", nil)
	f.wantNote("a", []byte("first"))
	got, err := f.store.Note(f.ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	copy(got, "YYYYY")
	f.wantNote("a", []byte("first"))
	f.putNote("a", []byte("second"))
	f.wantNote("a", []byte("second"))
	f.wantNote("", []byte("of no name"))
	f.wantNote(long, []byte("of a long name"))
	f.wantNote(long+"x", nil)
	f.wantNote("empty", []byte{})
	f.wantDepth(0, 0)
}

// bigNote is what the numbers of a large company take.
var bigNote = bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)

// reopenedNotes: a big one takes many pages of a file, and a smaller one in its
// place leaves nothing of it.
func reopenedNotes(t *testing.T, f *fixture) {
	f.putNote("a", bigNote)
	f.putNote("b", []byte("b"))
	f.pass(60 * 24 * time.Hour) // a note never grows old
	f.use(f.reopen())
	f.wantNote("a", bigNote)
	f.wantNote("b", []byte("b"))
	f.putNote("a", []byte("small"))
	f.use(f.reopen())
	f.wantNote("a", []byte("small"))
	f.wantNote("c", nil)
}

// woken: whoever may have more is named, once, and nobody else.
func woken(t *testing.T, f *fixture) {
	want := func(after string, want ...string) {
		t.Helper()
		if _, err := f.out.NextDue(f.ctx); err != nil {
			t.Fatal(err)
		}
		got := f.out.Woken()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("Woken() after %s = %q, want %q", after, got, want)
		}
	}
	want("nothing")
	f.derive(record("a"), screen("b", "s", time.Minute), screen("c", "s", time.Minute), screen("d", "other", time.Minute))
	want("Derive", "", "other", "s")
	want("nothing more")
	f.wantLease("s", false, "b c ")
	want("a lease")
	d := f.wantLease("writer", true, "a ")[0]
	want("a lease of a record")
	if err := f.out.Return(f.ctx, d.Ref); err != nil {
		t.Fatal(err)
	}
	want("Return", "")
	f.wantLease("writer", true, "a ")
	f.pass(2 * time.Minute)
	want("the end of a lease", "")
	if f.reopen == nil {
		return
	}
	f.derive(record("e"), screen("f", "late", time.Hour))
	f.use(f.reopen())
	want("reopening", "", "late")
}
