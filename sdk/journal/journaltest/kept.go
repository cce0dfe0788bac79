package journaltest

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/journal"
)

// keptOnce: every event is listed once, in order, with what became of it, in pages
// of any size.
func keptOnce(t *testing.T, f *fixture) {
	archive, ok := f.store.(journal.Archive)
	if !ok {
		t.Fatalf("%T is no journal.Archive", f.store)
	}
	out := []journal.Out{
		{ID: "done", Record: true, Raw: []byte("1")}, {ID: "waits", Record: true, Raw: []byte("2")}, {ID: "screen", To: "s", Raw: []byte("3")},
		{ID: "parked", Record: true, To: "p", Raw: []byte("4")},
	}
	if err := f.store.Derive(f.ctx, 0, out); err != nil {
		t.Fatalf("Derive() = %v", err)
	}
	ref, err := f.out.Find(f.ctx, "done")
	if err != nil {
		t.Fatalf("Find() = %v", err)
	}
	if err := f.out.Ack(f.ctx, ref); err != nil {
		t.Fatalf("Ack() = %v", err)
	}
	for n := 1; n <= journal.MaxAttempts; n++ {
		if d, err := f.out.Lease(f.ctx, "p", false, 1); err != nil || len(d) != 1 {
			t.Fatalf("Lease() number %d = %v, %v, want one event", n, d, err)
		}
		f.pass(journal.RetryAfter(n))
	}
	if _, parked, err := f.out.Depth(f.ctx); parked != 1 || err != nil {
		t.Fatalf("Depth() = %d parked, %v, want 1", parked, err)
	}
	want := []string{"done 1 #0 true false", "waits 2 #0 false false", "screen 3 #0 false false", "parked 4 #20 false true"}
	if _, err := f.out.Get(f.ctx, "done"); err != nil { // some stores forget within the hours that have passed
		want = want[1:]
	}
	for limit := 1; limit <= 5; limit++ {
		var got []string
		for after := uint64(0); ; {
			list, err := archive.Kept(f.ctx, after, limit)
			if err != nil {
				t.Fatalf("Kept(%d, %d) = %v", after, limit, err)
			}
			if len(list) == 0 {
				break
			}
			for _, k := range list {
				if k.Seq <= after || k.Epoch != f.store.Epoch() {
					t.Errorf("Kept(%d, %d) gives %v", after, limit, k.Ref)
				}
				after = k.Seq
				got = append(got, fmt.Sprintf("%s %s #%d %t %t", k.ID, k.Raw, k.Attempt, !k.Settled.IsZero(), k.Parked))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Kept by %d (-want +got):\n%s", limit, diff)
		}
	}
	if list, err := archive.Kept(f.ctx, math.MaxUint64, 1); len(list) != 0 || err != nil {
		t.Errorf("Kept after the last seq = %v, %v, want none", list, err)
	}
}
