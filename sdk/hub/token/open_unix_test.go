//go:build unix

package token_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"mangoofficesdk/sdk/hub/token"
)

func TestOpenRefusesAFileOthersMayWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokens.json")
	if err := os.WriteFile(path, []byte(`{"tokens":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o662); err != nil {
		t.Fatal(err)
	}
	if _, err := token.Open(path); !errors.Is(err, token.ErrOpen) {
		t.Errorf("Open() = %v, want ErrOpen", err)
	}
}
