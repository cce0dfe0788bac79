package bolt_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mangoofficesdk/sdk/journal/bolt"
)

// FuzzDamage: whatever is written over the file of a store or over its log,
// Open gives a store, and nobody's process dies of it: what they hold is read,
// moved aside or refused with an error. After an unclean end a store that passes
// is whole, but for the end of the log: when all of its last records are spoilt,
// nobody can tell that from writes that never were.
//
// A change is three bytes of place, one of length, and the bytes; the first
// byte of all tells whether the store was closed and whether the log is meant,
// and the next three where it is cut.
func FuzzDamage(f *testing.F) {
	whole := read(f, filled(f, f.TempDir()+"/store", 40))
	live := logged(f, 30, 10, bytes.Repeat([]byte("raw"), 300))
	file, log := read(f, filepath.Join(live, "journal.db")), read(f, filepath.Join(live, "journal.wal"))
	page := os.Getpagesize()
	change := func(at int, b ...byte) []byte {
		return append([]byte{byte(at >> 16), byte(at >> 8), byte(at), byte(len(b))}, b...)
	}
	for _, how := range []byte{0, 1} {
		uncut := []byte{how, 0xff, 0xff, 0xff}
		f.Add(uncut)
		f.Add([]byte{how, 0, byte(7 * page >> 8), 0})
		for id := range len(whole) / page {
			f.Add(append(uncut[:4:4], change(id*page+8, 1, 0, 1, 0)...))                // a branch of one
			f.Add(append(uncut[:4:4], change(id*page+16+4, 0xff, 0xff, 0xff, 0x7f)...)) // a key far away
			f.Add(append(uncut[:4:4], change(id*page+16+8, byte(id))...))               // a page below itself
		}
	}
	for _, how := range []byte{2, 3} {
		uncut := []byte{how, 0xff, 0xff, 0xff}
		f.Add(uncut)
		f.Add([]byte{how, 0, byte(2 * block >> 8), 0})
		for id := range 10 {
			f.Add(append(uncut[:4:4], change(id*block, 0)...))                      // no mark
			f.Add(append(uncut[:4:4], change(id*block+8, 0xff, 0xff, 0xff)...))     // a length beyond all
			f.Add(append(uncut[:4:4], change(id*block+12, 0, 0, 0, 0, 0, 0, 9)...)) // another generation
			f.Add(append(uncut[:4:4], change(id*block+27, 20)...))                  // another number
			f.Add(append(uncut[:4:4], change(id*block+28, 0xff)...))                // no such bucket
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		dir := t.TempDir()
		how := byte(0)
		if len(in) > 0 {
			how = in[0] & 3
		}
		image := map[string][]byte{"journal.db": damaged(whole, in)}
		if how&2 != 0 {
			image = map[string][]byte{"journal.db": file, "journal.wal": damaged(log, in)}
		}
		if how&1 == 0 {
			unclose(t, dir)
		}
		for name, b := range image {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		s, found, err := bolt.Open(unsynced(bolt.Options{Dir: dir, Now: atDay}))
		if err != nil {
			t.Fatalf("Open() = %v, want a store", err)
		}
		defer s.Close()
		switch {
		case found.Damage != nil:
		case how == 0:
			wantWhole(t, s)
		case how&2 != 0:
			wantLogged(t, s)
		}
		work(t, s)
	})
}

// wantLogged wants all records of the file, and those of the log up to some.
func wantLogged(t *testing.T, s *bolt.Store) {
	t.Helper()
	records, err := s.Read(t.Context(), 0, 100)
	if err != nil || len(records) > 40 || len(records) < 30 {
		t.Fatalf("Read() = %d records, %v, want 30 to 40", len(records), err)
	}
	for i, r := range records {
		if r.Key != fmt.Sprint(i) || !bytes.Equal(r.Raw, bytes.Repeat([]byte("raw"), 300)) {
			t.Errorf("record %d is %+v", i, r)
		}
	}
}

func damaged(whole, in []byte) []byte {
	image := bytes.Clone(whole)
	if len(in) < 4 {
		return image
	}
	size := int(in[1])<<16 | int(in[2])<<8 | int(in[3])
	for in = in[4:]; len(in) >= 4; {
		at, n := int(in[0])<<16|int(in[1])<<8|int(in[2]), int(in[3])
		n = min(n, len(in)-4)
		if at < len(image) {
			copy(image[at:], in[4:4+n])
		}
		in = in[4+n:]
	}
	return image[:min(size, len(image))]
}

func wantWhole(t *testing.T, s *bolt.Store) {
	t.Helper()
	records, err := s.Read(t.Context(), 0, 100)
	if err != nil || len(records) != 40 {
		t.Fatalf("Read() = %d records, %v, want 40", len(records), err)
	}
	for i, r := range records {
		if r.Key != fmt.Sprint(i) || !bytes.Equal(r.Raw, bytes.Repeat([]byte{byte(i)}, 700)) {
			t.Errorf("record %d is %+v", i, r)
		}
	}
	if waiting, parked, err := s.Depth(t.Context()); err != nil || waiting != 20 || parked != 0 {
		t.Errorf("Depth() = %d, %d, %v, want 20, 0", waiting, parked, err)
	}
}

// work touches every bucket; errors are answers too.
func work(t *testing.T, s *bolt.Store) {
	t.Helper()
	ctx := t.Context()
	for i := range 10 {
		_, _, _ = s.Append(ctx, fmt.Sprintf("more %d", i), binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	at, _ := s.Cursor(ctx)
	if records, err := s.Read(ctx, at, 100); err == nil && len(records) > 0 {
		_ = derive(ctx, s, records)
	}
	given, _ := s.Lease(ctx, "s", true, 100)
	for _, d := range given {
		_ = s.Ack(ctx, d.Ref)
	}
}
