// Package overlaytest holds the packages that stand in for two of the standard
// library (build/targets/overlay) against the real ones.
package overlaytest

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// names of hosts as people type them.
var names = []string{
	"хаб.рф", "телефония.компания-ёж.рф", "йошкар-ола.рф", "мой-хаб.example.com", "hub.пример.испытание", "über.example",
	"例え.テスト", "офис1.рога-и-копыта.рф",
}

// TestNames: the address that net/http connects to is the same.
func TestNames(t *testing.T) {
	t.Parallel()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for to, from := range map[string]string{
		"idna/idna.go":     filepath.Join("..", "overlay", "idna.go.in"),
		"idna/punycode.go": filepath.Join(strings.TrimSpace(string(root)), "src", "vendor", "golang.org", "x", "net", "idna", "punycode.go"),
		"go.mod":           "", "main.go": "",
	} {
		raw := []byte("module x\n\ngo 1.26\n")
		if to == "main.go" {
			raw = []byte("package main\n\nimport (\"os\"; \"x/idna\")\n\nfunc main() {\n\tfor _, n := range os.Args[1:] {\n" +
				"\t\ts, err := idna.Lookup.ToASCII(n)\n\t\tif err != nil {\n\t\t\ts = err.Error()\n\t\t}\n\t\tprintln(s)\n\t}\n}\n")
		}
		if from != "" {
			var err error
			if raw, err = os.ReadFile(from); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"run", "."}, names...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go run = %v\n%s", err, out)
	}
	got := strings.Fields(string(out))
	for i, n := range names {
		req, err := http.NewRequest(http.MethodGet, "http://"+n+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := req.Write(&b); err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(b.String(), "Host: ")
		want, _, _ := strings.Cut(rest, "\r\n")
		if i >= len(got) || got[i] != want {
			t.Errorf("ToASCII(%s) = %q, want %q", n, got[min(i, len(got)-1)], want)
		}
	}
}
