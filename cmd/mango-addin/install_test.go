package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/test/napihost"
)

func TestHostCommand(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "Program Files", "napi-host.exe")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string][]string{
		"": nil, path: {path}, "qemu-aarch64 -L /usr napi-host": {"qemu-aarch64", "-L", "/usr", "napi-host"}, filepath.Dir(path): strings.Fields(filepath.Dir(path)),
	} {
		if got := hostCommand(host); !slices.Equal(got, want) {
			t.Errorf("hostCommand(%q) = %q, want %q", host, got, want)
		}
	}
}

func TestLoadExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		failure napihost.Failure
		says    string
	}{
		{napihost.Failure{OSError: 193}, "другой разрядности"},
		{napihost.Failure{OSError: 225}, "антивирус"},
		{napihost.Failure{OSError: 1114}, "Windows 10"},
		{napihost.Failure{Text: "/a.so: wrong ELF class: ELFCLASS32"}, "другой разрядности"},
		{napihost.Failure{Text: "/a.so: failed to map segment from shared object"}, "noexec"},
		{napihost.Failure{Text: "something else"}, "napihost"},
	} {
		if err := loadExplained(&c.failure); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("loadExplained(%+v) = %v, want one that says %q", c.failure, err, c.says)
		}
	}
	if err := loadExplained(nil); err != nil {
		t.Errorf("loadExplained(nil) = %v, want nil", err)
	}
}
