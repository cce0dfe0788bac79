package bolt_test

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
)

// Every event is listed once, whatever became of it, in pages of any size.
func TestKept(t *testing.T) {
	t.Parallel()
	s, _, err := bolt.Open(bolt.Options{Dir: filepath.Join(t.TempDir(), "store")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := []journal.Out{
		{ID: "done", Record: true, Raw: []byte("1")}, {ID: "waits", Record: true, Raw: []byte("2")}, {ID: "screen", To: "s", Raw: []byte("3")},
	}
	if err := s.Derive(t.Context(), 0, out); err != nil {
		t.Fatal(err)
	}
	ref, err := s.Find(t.Context(), "done")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ack(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	for limit := 1; limit <= 4; limit++ {
		var got []string
		for after := uint64(0); ; {
			list, err := s.Kept(t.Context(), after, limit)
			if err != nil {
				t.Fatalf("Kept(%d, %d) = %v", after, limit, err)
			}
			if len(list) == 0 {
				break
			}
			for _, k := range list {
				after = k.Seq
				got = append(got, fmt.Sprintf("%s %s %v", k.ID, k.Raw, !k.Settled.IsZero()))
			}
		}
		if diff := cmp.Diff([]string{"done 1 true", "waits 2 false", "screen 3 false"}, got); diff != "" {
			t.Errorf("Kept by %d (-want +got):\n%s", limit, diff)
		}
	}
	if list, err := s.Kept(t.Context(), math.MaxUint64, 1); len(list) != 0 || err != nil {
		t.Errorf("Kept after the last seq = %v, %v, want none", list, err)
	}
}
