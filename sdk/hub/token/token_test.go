package token_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/hub/token"
)

func open(t *testing.T, path string) *token.Set {
	t.Helper()
	s, err := token.Open(path)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	return s
}

func add(t *testing.T, s *token.Set, g token.Grant) (string, token.Grant) {
	t.Helper()
	secret, made, err := s.Add(g)
	if err != nil {
		t.Fatalf("Add(%+v) = %v", g, err)
	}
	return secret, made
}

func TestLifeOfAToken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokens.json")
	s := open(t, path)
	secret, made := add(t, s, token.Grant{User: "u1", Extensions: []string{"101"}, Rights: []string{token.Admin}, Note: "desk"})
	other, _ := add(t, s, token.Grant{})

	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hidden := secret[strings.LastIndex(secret, "_")+1:]
	if len(hidden) < 26 || strings.Contains(string(raw), hidden) {
		t.Errorf("the secret of %d characters is short, or stands in the file", len(hidden))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file = %v, %v, want 0600", info.Mode(), err)
	}

	// As another process, a second set finds the same.
	again := open(t, path)
	got, ok := again.Lookup(secret)
	if diff := cmp.Diff(made, got); !ok || diff != "" {
		t.Errorf("Lookup() = %v (-want +got):\n%s", ok, diff)
	}
	for _, wrong := range []string{
		"", "mh_", "mh__", secret + "x", secret[:len(secret)-1], strings.TrimPrefix(secret, "mh_"), "mh_" + made.ID + "_",
		"mh_" + made.ID + other[strings.LastIndex(other, "_"):], "mh_nobody_" + hidden,
	} {
		if g, ok := again.Lookup(wrong); ok {
			t.Errorf("Lookup(%q) = %+v, want none", wrong, g)
		}
	}

	if err := again.Revoke(made.ID); err != nil {
		t.Fatalf("Revoke() = %v", err)
	}
	if err := again.Revoke(made.ID); !errors.Is(err, token.ErrUnknown) {
		t.Errorf("Revoke() twice = %v, want ErrUnknown", err)
	}
	if _, ok := again.Lookup(secret); ok {
		t.Error("Lookup() of a revoked token is good")
	}
	until(t, "the first set sees the revocation", func() bool { _, ok := s.Get(made.ID); return !ok })
	if _, ok := s.Lookup(other); !ok {
		t.Error("Lookup() of the other token failed")
	}
	if list := s.List(); len(list) != 2 || list[0].Revoked.IsZero() {
		t.Errorf("List() = %+v, want two, the first one revoked", list)
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// TestBrokenFileChangesNothing: an editor's accident must not lock everybody
// out, and must not be written over.
func TestBrokenFileChangesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokens.json")
	s := open(t, path)
	secret, made := add(t, s, token.Grant{})
	if err := os.WriteFile(path, []byte(`{"tokens":[`), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, "Err() tells", func() bool { return errors.Is(s.Err(), token.ErrFile) })
	if _, ok := s.Lookup(secret); !ok {
		t.Error("Lookup() with a broken file failed, want what was known")
	}
	if _, _, err := s.Add(token.Grant{}); !errors.Is(err, token.ErrFile) {
		t.Errorf("Add() = %v, want ErrFile", err)
	}
	if err := s.Revoke(made.ID); !errors.Is(err, token.ErrFile) {
		t.Errorf("Revoke() = %v, want ErrFile", err)
	}
	if _, err := token.Open(path); !errors.Is(err, token.ErrFile) {
		t.Errorf("Open() = %v, want ErrFile", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("ab", 32)
	for name, content := range map[string]string{
		"no id":         `{"tokens":[{"sha256":"` + hash + `"}]}`,
		"id with _":     `{"tokens":[{"id":"a_b","sha256":"` + hash + `"}]}`,
		"short hash":    `{"tokens":[{"id":"a","sha256":"abcd"}]}`,
		"no hex":        `{"tokens":[{"id":"a","sha256":"` + strings.Repeat("zz", 32) + `"}]}`,
		"the same name": `{"tokens":[{"id":"a","sha256":"` + hash + `"},{"id":"a","sha256":"` + hash + `"}]}`,
		"a list":        `[]`,
		"nothing":       ``,
	} {
		path := filepath.Join(t.TempDir(), "tokens.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := token.Open(path); !errors.Is(err, token.ErrFile) {
			t.Errorf("%s: Open() = %v, want ErrFile", name, err)
		}
	}
	if _, _, err := open(t, filepath.Join(t.TempDir(), "x")).Add(token.Grant{Rights: []string{"root"}}); !errors.Is(err, token.ErrRight) {
		t.Errorf("Add(right root) = %v, want ErrRight", err)
	}
}

// FuzzFile: whatever the file holds, nobody gets in by it but who knows a
// secret.
func FuzzFile(f *testing.F) {
	f.Add([]byte(`{"tokens":[{"id":"a","sha256":"`+strings.Repeat("ab", 32)+`","extensions":["101"]}]}`), "mh_a_x")
	f.Add([]byte(`{"tokens":[{"id":"","sha256":""}]}`), "mh__")
	f.Add([]byte(`null`), "")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte, secret string) {
		path := filepath.Join(dir, "tokens.json")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := token.Open(path)
		if err != nil {
			return
		}
		if g, ok := s.Lookup(secret); ok && g.ID == "" {
			t.Fatalf("Lookup(%q) = %+v", secret, g)
		}
	})
}
