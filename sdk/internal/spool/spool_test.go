package spool_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mangoofficesdk/sdk/internal/spool"
)

func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := spool.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"one ", "two ", "three"} {
		if n, err := f.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", s, n, err)
		}
	}
	var all strings.Builder
	if err := f.CopyTo(&all); err != nil || all.String() != "one two three" || f.Size() != 13 {
		t.Errorf("CopyTo = %q, %v, Size() = %d, want one two three, 13", all.String(), err, f.Size())
	}
	part := make([]byte, 3)
	if n, err := f.ReadAt(part, 4); n != 3 || err != nil || string(part) != "two" {
		t.Errorf("ReadAt(4) = %q, %v, want two", part[:n], err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("Close left %v behind", left)
	}
	if _, err := spool.Create(filepath.Join(dir, "absent")); err == nil {
		t.Error("Create in a folder that is not there succeeded")
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"mango-1.part", "other.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	spool.Clean(dir)
	if left, _ := os.ReadDir(dir); len(left) != 1 || left[0].Name() != "other.part" {
		t.Errorf("Clean left %v, want other.part alone", left)
	}
}
