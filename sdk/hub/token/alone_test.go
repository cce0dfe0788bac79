package token_test

import (
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"mangoofficesdk/sdk/hub/token"
)

// Programs that change the file at once, a hub that merges among them, lose
// nothing of each other, and the hub knows all of it. Sets of one process have
// files of their own, whose locks exclude each other as those of processes do.
func TestChangesAtOnce(t *testing.T) {
	t.Parallel()
	const programs, each = 8, 12
	path := filepath.Join(t.TempDir(), "tokens.json")
	hub := open(t, path)
	first, made := add(t, hub, token.Grant{Note: "revoked meanwhile"})
	var mu sync.Mutex
	secrets := map[string]bool{}
	var wg sync.WaitGroup
	for p := range programs {
		wg.Go(func() {
			for i := range each {
				s, err := token.Open(path) // each command is a program of its own
				if err != nil {
					t.Errorf("Open() = %v", err)
					return
				}
				secret, _, err := s.Add(token.Grant{Note: strconv.Itoa(p) + "/" + strconv.Itoa(i)})
				if err != nil {
					t.Errorf("Add() = %v", err)
					return
				}
				mu.Lock()
				secrets[secret] = true
				mu.Unlock()
			}
		})
	}
	wg.Go(func() {
		if err := open(t, path).Revoke(made.ID); err != nil {
			t.Errorf("Revoke() = %v", err)
		}
	})
	wg.Go(func() {
		var shared []byte
		for range each {
			both, err := hub.Merge(shared)
			if err != nil {
				t.Errorf("Merge() = %v", err)
			}
			shared = both
		}
	})
	wg.Wait()
	until(t, "the hub knows every token", func() bool {
		for secret := range secrets {
			if _, ok := hub.Lookup(secret); !ok {
				return false
			}
		}
		return len(secrets) == programs*each
	})
	if _, ok := hub.Lookup(first); ok {
		t.Error("Lookup() of the token revoked meanwhile is good")
	}
	if n := len(open(t, path).List()); n != programs*each+1 {
		t.Errorf("the file has %d tokens, want %d", n, programs*each+1)
	}
}
