package bolt

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/journal"
)

// FuzzRows: what was stored comes back as it was, from its own place only.
func FuzzRows(f *testing.F) {
	f.Add("call/1/2", "id", "session", []byte("raw"), int64(1_800_000_000), int64(5), uint32(3), true)
	f.Add("", "", "", []byte{}, int64(-62135596800), int64(0), uint32(0), false) // the zero time
	f.Add("k", "i", "", []byte(nil), int64(1)<<60, int64(999_999_999), ^uint32(0), true)
	f.Fuzz(func(t *testing.T, key, id, to string, raw []byte, sec, nsec int64, attempt uint32, is bool) {
		at := time.Unix(sec, nsec).UTC()
		if raw == nil {
			raw = []byte{}
		}
		k := number(uint64(attempt))
		through := func(body []byte) []byte {
			t.Helper()
			v := seal(k, body)
			got, err := unseal(k, v)
			if err != nil || !bytes.Equal(got, body) {
				t.Fatalf("unseal(seal(%x)) = %x, %v", body, got, err)
			}
			if _, err := unseal(number(uint64(attempt)+1), v); !errors.Is(err, errDamaged) {
				t.Errorf("unseal() from another place = %v, want errDamaged", err)
			}
			v[len(v)-1] ^= 1
			if _, err := unseal(k, v); !errors.Is(err, errDamaged) {
				t.Errorf("unseal() of a changed value = %v, want errDamaged", err)
			}
			return body
		}
		record := journal.Record{Key: key, Time: at, Raw: raw}
		if got, err := decodeRecord(through(encodeRecord(record))); err != nil || !cmp.Equal(got, record) {
			t.Errorf("decodeRecord(encodeRecord(%+v)) = %+v, %v", record, got, err)
		}
		out := journal.Out{ID: id, To: to, Raw: raw, Expires: at, Record: is}
		if got, err := decodeOut(through(encodeOut(out))); err != nil || !cmp.Equal(got, out) {
			t.Errorf("decodeOut(encodeOut(%+v)) = %+v, %v", out, got, err)
		}
		s := state{attempt: attempt, parked: is, due: at, until: at.Add(1), settled: at.Add(2)}
		if got, err := decodeState(through(encodeState(s))); err != nil || got != s {
			t.Errorf("decodeState(encodeState(%+v)) = %+v, %v", s, got, err)
		}
		h := head{last: uint64(attempt), cursor: uint64(sec), seq: uint64(nsec)}
		if got, err := decodeHead(through(encodeHead(h))); err != nil || got != h {
			t.Errorf("decodeHead(encodeHead(%+v)) = %+v, %v", h, got, err)
		}
	})
}

// FuzzDecode: a body of any bytes is an error or a row, and a row that was
// read is read again from what is written of it.
func FuzzDecode(f *testing.F) {
	f.Add(encodeRecord(journal.Record{Key: "k", Time: time.Unix(1, 2), Raw: []byte("raw")}))
	f.Add(encodeOut(journal.Out{ID: "i", To: "s", Raw: []byte("raw"), Record: true}))
	f.Add(encodeState(state{attempt: 1, due: time.Unix(1, 2)}))
	f.Add(encodeHead(head{last: 1}))
	f.Add(seal([]byte("k"), []byte("body")))
	f.Add(append(make([]byte, 12), 0xff, 0xff, 0xff, 0xff))
	f.Add(appendDelete(appendPut(nil, inBucket, []byte("k"), nil), doneBucket, []byte("k")))
	f.Add(appendPut(nil, bucketsEnd, []byte("k"), []byte("v")))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := unseal([]byte("k"), body); err != nil && !errors.Is(err, errDamaged) {
			t.Errorf("unseal(%x) = %v, want errDamaged", body, err)
		}
		again(t, body, decodeRecord, encodeRecord)
		again(t, body, decodeOut, encodeOut)
		again(t, body, decodeState, encodeState)
		again(t, body, decodeHead, encodeHead)
		applyAgain(t, body)
		_, _, _ = parseTimeKey(body)
		_, _ = parseReadyKey(body)
	})
}

func again[T any](t *testing.T, body []byte, decode func([]byte) (T, error), encode func(T) []byte) {
	t.Helper()
	row, err := decode(body)
	if err != nil {
		if !errors.Is(err, errDamaged) {
			t.Errorf("%T from %x: %v, want errDamaged", row, body, err)
		}
		return
	}
	got, err := decode(encode(row))
	if err != nil || !cmp.Equal(got, row, cmp.AllowUnexported(state{}, head{})) {
		t.Errorf("%T from %x = %+v, written and read again %+v, %v", row, body, row, got, err)
	}
}

// applyAgain: the body of a record of the log is an error, or does the same
// when it is written anew.
func applyAgain(t *testing.T, body []byte) {
	t.Helper()
	var once, twice overlay
	if err := once.apply(body); err != nil {
		if !errors.Is(err, errDamaged) {
			t.Errorf("apply(%x) = %v, want errDamaged", body, err)
		}
		return
	}
	var redo []byte
	for w := once.seek(0, nil); w.at() != nil; w.next() {
		b, k := bucket(w.at().key[0]), w.at().key[1:]
		if w.at().value == nil {
			redo = appendDelete(redo, b, k)
		} else {
			redo = appendPut(redo, b, k, w.at().value)
		}
	}
	if err := twice.apply(redo); err != nil {
		t.Errorf("apply() of what apply(%x) made = %v", body, err)
	}
	a, b := once.seek(0, nil), twice.seek(0, nil)
	for ; a.at() != nil && b.at() != nil; a.next() {
		if !bytes.Equal(a.at().key, b.at().key) || !bytes.Equal(a.at().value, b.at().value) || (a.at().value == nil) != (b.at().value == nil) {
			t.Errorf("apply(%x) made %x=%x, again %x=%x", body, a.at().key, a.at().value, b.at().key, b.at().value)
		}
		b.next()
	}
	if a.at() != nil || b.at() != nil {
		t.Errorf("apply(%x) made %v, again %v at the end", body, a.at(), b.at())
	}
}

// FuzzStamp: stored times compare as times do.
func FuzzStamp(f *testing.F) {
	f.Add(int64(0), int64(0), int64(0), int64(1))
	f.Add(int64(-1), int64(999_999_999), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, sec1, nsec1, sec2, nsec2 int64) {
		a, b := time.Unix(sec1, nsec1), time.Unix(sec2, nsec2)
		if got, want := bytes.Compare(appendStamp(nil, a), appendStamp(nil, b)), compareSeconds(a, b); got != want {
			t.Errorf("stamps of %v and %v compare as %d, want %d", a, b, got, want)
		}
	})
}

// compareSeconds is time.Compare for times beyond what it can hold: in the far
// future and past its own arithmetic overflows.
func compareSeconds(a, b time.Time) int {
	switch {
	case a.Unix() != b.Unix():
		if a.Unix() < b.Unix() {
			return -1
		}
		return 1
	case a.Nanosecond() != b.Nanosecond():
		if a.Nanosecond() < b.Nanosecond() {
			return -1
		}
		return 1
	}
	return 0
}
