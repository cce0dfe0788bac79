package journaltest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// crew is who works on the store at once.
func (f *fixture) crew() *group.Group {
	return group.New(f.ctx, func(name string, v any, stack []byte) { f.t.Errorf("%s panicked: %v\n%s", name, v, stack) })
}

func (f *fixture) wait(crew *group.Group) {
	f.t.Helper()
	if err := crew.Wait(f.ctx); err != nil {
		f.t.Fatal(err)
	}
	crew.Stop()
}

// cancelled: a caller that gives up knows what became of its record. nil means
// that it is there, an error that it is not, and nothing is there twice.
func cancelled(t *testing.T, f *fixture) {
	const writers, each = 16, 25
	crew := f.crew()
	var mu sync.Mutex
	want := map[string]bool{}
	for w := range writers {
		crew.Go("worker", func(context.Context) {
			for i := range each {
				key := fmt.Sprintf("%d/%d", w, i)
				soon := time.Duration(rand.IntN(1500)) * time.Microsecond //nolint:gosec // any moment will do
				ctx, cancel := context.WithTimeout(f.ctx, soon)
				_, dup, err := f.store.Append(ctx, key, []byte(key))
				cancel()
				if err != nil && !errors.Is(err, context.DeadlineExceeded) || dup {
					t.Errorf("Append(%s) = dup %v, %v, want nil or context.DeadlineExceeded", key, dup, err)
				}
				mu.Lock()
				want[key] = err == nil
				mu.Unlock()
			}
		})
	}
	f.wait(crew)
	records, err := f.store.Read(f.ctx, 0, 1<<20)
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	for i, r := range records {
		if !want[r.Key] {
			t.Errorf("record %s is there, twice or though its Append failed", r.Key)
		}
		delete(want, r.Key)
		if r.Pos != uint64(i)+1 {
			t.Fatalf("record %d has position %d, want no gaps", i, r.Pos)
		}
	}
	for key, there := range want {
		if there {
			t.Errorf("record %s is not there though Append returned nil", key)
		}
	}
}

// concurrent: nothing is lost or handed to two sessions when everybody works
// at once.
func concurrent(t *testing.T, f *fixture) {
	const events = 300
	crew := f.crew()
	var mu sync.Mutex
	seen := map[string]int{}
	crew.Go("worker", func(context.Context) {
		for i := range events {
			key := fmt.Sprint(i)
			pos, _, err := f.store.Append(f.ctx, key, []byte(key))
			if err != nil {
				t.Errorf("Append() = %v", err)
			}
			if err := f.store.Derive(f.ctx, pos, []journal.Out{record(key)}); err != nil {
				t.Errorf("Derive() = %v", err)
			}
		}
	})
	for _, session := range []string{"s1", "s2", "s3"} {
		crew.Go("worker", func(context.Context) {
			for f.ctx.Err() == nil {
				got, err := f.out.Lease(f.ctx, session, true, 7)
				if err != nil {
					t.Errorf("Lease() = %v", err)
					return
				}
				mu.Lock()
				for _, d := range got {
					seen[d.ID]++
				}
				all := len(seen) == events
				mu.Unlock()
				for _, d := range got {
					if err := f.out.Ack(f.ctx, d.Ref); err != nil {
						t.Errorf("Ack(%s) = %v", d.ID, err)
					}
				}
				if all {
					return
				}
				if len(got) == 0 {
					select {
					case <-f.out.Wake():
					case <-time.After(time.Millisecond):
					}
				}
			}
		})
	}
	f.wait(crew)
	for id, n := range seen {
		if n != 1 {
			t.Errorf("event %s was handed over %d times, want once", id, n)
		}
	}
	f.wantDepth(0, 0)
}
