package bolt

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// TestOverlay holds the file with an overlay over it against a map: reads and
// walks, batches that fail, versions that are read while the next is made,
// checkpoints, and the log's way of doing a batch again.
func TestOverlay(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	rapid.Check(t, func(rt *rapid.T) {
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, NoSync: true, NoGrowSync: true})
		if err != nil {
			rt.Fatal(err)
		}
		defer db.Close()
		within(rt, db, true, func(tx *bbolt.Tx) error {
			for b := range bucketsEnd {
				if b.in(tx) != nil {
					if err := tx.DeleteBucket([]byte(b.String())); err != nil {
						return err
					}
				}
			}
			return createBuckets(tx)
		})
		m := model{}
		over := &overlay{}
		keys := rapid.SliceOfN(rapid.Byte(), 1, 2)
		some := rapid.SampledFrom([]bucket{metaBucket, readyBucket, dueBucket})
		rt.Repeat(map[string]func(*rapid.T){
			"": func(rt *rapid.T) {
				within(rt, db, false, func(tx *bbolt.Tx) error { return m.compare(&txn{tx: tx, over: over}) })
			},
			"batch": func(rt *rapid.T) {
				next, kept := m.clone(), m.clone()
				fails, again := rapid.Bool().Draw(rt, "fails"), rapid.Bool().Draw(rt, "again")
				within(rt, db, false, func(tx *bbolt.Tx) error {
					t := &txn{tx: tx, over: over.next()}
					for range rapid.IntRange(1, 30).Draw(rt, "writes") {
						b, k := some.Draw(rt, "bucket"), keys.Draw(rt, "key")
						if rapid.Bool().Draw(rt, "put") {
							v := rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(rt, "value")
							t.put(b, k, v)
							next[string(overlayKey(b, k))] = v
						} else {
							t.delete(b, k)
							delete(next, string(overlayKey(b, k)))
						}
					}
					if err := next.compare(t); err != nil {
						return err
					}
					if err := kept.compare(&txn{tx: tx, over: over}); err != nil {
						return fmt.Errorf("the version before: %w", err)
					}
					switch {
					case fails:
						return nil
					case again: // as a batch that comes after a checkpoint, or a replay
						over = over.next()
						if err := over.apply(t.redo); err != nil {
							return err
						}
					default:
						over = t.over
					}
					m = next
					return nil
				})
			},
			"checkpoint": func(rt *rapid.T) {
				within(rt, db, true, over.flush)
				// Over the file that has it an overlay changes nothing.
				within(rt, db, false, func(tx *bbolt.Tx) error { return m.compare(&txn{tx: tx, over: over}) })
				over = &overlay{}
			},
		})
	})
}

// TestSnapshotIsOfOneMoment: a checkpoint between the two halves of a snapshot
// is noticed. What it took, laid over the file that has it and more, would hide
// the more.
func TestSnapshotIsOfOneMoment(t *testing.T) {
	t.Parallel()
	s, _, err := Open(Options{Dir: t.TempDir() + "/store"}.WithLog(logBlock, time.Hour)) // every commit has a checkpoint before it
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, err := s.Append(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	begun := 0
	err = s.snapshot(func(writable bool) (*bbolt.Tx, error) {
		if begun++; begun == 1 {
			if err := s.Derive(t.Context(), 1, nil); err != nil {
				return nil, err
			}
			if _, _, err := s.Append(t.Context(), "b", nil); err != nil {
				return nil, err
			}
		}
		return s.file.db.Begin(writable)
	}, func(tx *txn) {
		if tx.loadHead(); tx.head.cursor != 1 || tx.head.last != 2 {
			t.Errorf("the head is %+v, want cursor 1 and last 2", tx.head)
		}
	})
	if err != nil || begun != 2 {
		t.Errorf("snapshot() = %v after %d transactions, want nil after 2", err, begun)
	}
}

func within(rt *rapid.T, db *bbolt.DB, writable bool, fn func(*bbolt.Tx) error) {
	run := db.View
	if writable {
		run = db.Update
	}
	if err := run(fn); err != nil {
		rt.Fatal(err)
	}
}

// model is what all buckets hold, by overlay keys.
type model map[string][]byte

func (m model) clone() model { return maps.Clone(m) }

func (m model) compare(t *txn) error {
	for b := range firstEnd {
		var want []string
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if bucket(k[0]) != b {
				continue
			}
			want = append(want, fmt.Sprintf("%x %x", k[1:], m[k]))
			if v := t.get(b, []byte(k[1:])); v == nil || !bytes.Equal(v, m[k]) {
				return fmt.Errorf("get(%v, %x) = %x, want %x", b, k[1:], v, m[k])
			}
		}
		var got []string
		c := t.cursor(b)
		for k, v := c.First(); k != nil; k, v = c.Next() {
			got = append(got, fmt.Sprintf("%x %x", k, v))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("walk of %v (-want +got):\n%s", b, diff)
		}
		for first := 0; first < 256; first += 17 {
			to := []byte{byte(first), 0x80}
			at, _ := slices.BinarySearch(want, fmt.Sprintf("%x", to))
			k, v := c.Seek(to)
			switch {
			case at == len(want) && k != nil:
				return fmt.Errorf("%v: Seek(%x) = %x, want the end", b, to, k)
			case at < len(want) && fmt.Sprintf("%x %x", k, v) != want[at]:
				return fmt.Errorf("%v: Seek(%x) = %x=%x, want %s", b, to, k, v, want[at])
			}
			if k != nil {
				if k, v = c.Next(); at+1 < len(want) && fmt.Sprintf("%x %x", k, v) != want[at+1] {
					return fmt.Errorf("%v: Next() after Seek(%x) = %x=%x, want %s", b, to, k, v, want[at+1])
				}
			}
			if t.get(b, to) != nil && m[string(overlayKey(b, to))] == nil {
				return fmt.Errorf("get(%v, %x) finds something, want nothing", b, to)
			}
		}
	}
	if gone := t.over.countGone(); gone != t.over.gone {
		return fmt.Errorf("%d rows are deleted, %d are counted", gone, t.over.gone)
	}
	return nil
}

func (o *overlay) countGone() (n int) {
	for w := o.seek(0, nil); w.at() != nil; w.next() {
		if w.at().value == nil {
			n++
		}
	}
	return n
}
