package vpbxtest_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

// TestDocumentedUse is the example of docs/emulator.md, which holds each of its
// lines to the page.
func TestDocumentedUse(t *testing.T) {
	t.Parallel()
	ctx, cred, listener := t.Context(), sign.Credentials{Key: "k", Salt: sign.NewSalt("s")}, "http://127.0.0.1:1"

	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Target: listener, Stepped: true})
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	entry, err := pbx.Begin(ctx, vpbxtest.Inbound("79161234567", "").Ring("101", 20).Answer().Talk(30))
	if err != nil || entry == "" {
		t.Fatalf("Begin() = %q, %v", entry, err)
	}
	err = pbx.SetFaults(vpbxtest.Faults{Notifications: vpbxtest.NotificationFaults{Lose: vpbxtest.When{Next: 1}}})
	if err != nil {
		t.Fatalf("SetFaults() = %v", err)
	}
	err = pbx.Step(ctx, time.Minute)
	if err != nil {
		t.Fatalf("Step() = %v", err)
	}
	if calls, err := pbx.Calls(ctx); err != nil || len(calls) != 0 {
		t.Errorf("Calls() = %v, %v; want the call over after a minute", calls, err)
	}

	page, err := os.ReadFile("../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("document_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(page), "\n```go\n")
	code, _, _ = strings.Cut(code, "\n```")
	n := 0
	for line := range strings.Lines(code) {
		if n++; !strings.Contains(string(source), "\t"+strings.TrimSpace(line)+"\n") {
			t.Errorf("docs/emulator.md has a line that this test does not run: %s", line)
		}
	}
	if n < 5 {
		t.Errorf("docs/emulator.md has %d lines of Go, want 5 at least", n)
	}
}
