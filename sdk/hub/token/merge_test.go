package token_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/hub/token"
)

// Hubs that merge, in whatever order, know the same tokens; one that was revoked
// anywhere is nobody's any more.
func TestMerge(t *testing.T) {
	t.Parallel()
	var sets []*token.Set
	for range 2 {
		s, err := token.Open(filepath.Join(t.TempDir(), "tokens.json"))
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, s)
	}
	a, b := sets[0], sets[1]
	var shared []byte
	exchange := func(s *token.Set) {
		t.Helper()
		both, err := s.Merge(shared)
		if err != nil {
			t.Fatalf("Merge() = %v", err)
		}
		shared = both
	}
	if exchange(a); len(shared) > 0 {
		t.Errorf("Merge() of nothing = %s", shared)
	}
	one, first, err := a.Add(token.Grant{Rights: []string{token.Admin}, Note: "one"})
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := b.Add(token.Grant{Extensions: []string{"102"}})
	if err != nil {
		t.Fatal(err)
	}
	exchange(a)
	exchange(b)
	exchange(a)
	for i, s := range sets {
		for _, secret := range []string{one, two} {
			if _, ok := s.Lookup(secret); !ok {
				t.Errorf("set %d does not know a token of the other", i)
			}
		}
	}
	if err := b.Revoke(first.ID); err != nil {
		t.Fatal(err)
	}
	exchange(a) // which does not know it yet
	exchange(b)
	before := string(shared)
	exchange(a)
	exchange(b)
	if string(shared) != before {
		t.Errorf("Merge() of equal sets changes the text:\n%s\n%s", before, shared)
	}
	for i, s := range sets {
		if _, ok := s.Lookup(one); ok {
			t.Errorf("set %d knows a token that was revoked", i)
		}
	}
	if d := cmp.Diff(a.List(), b.List()); d != "" {
		t.Errorf("the sets differ (-a +b):\n%s", d)
	}
	if _, err := a.Merge([]byte("{")); err == nil {
		t.Error("Merge() of half a text = nil, want an error")
	}
}
