package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/vpbxtest"
)

var (
	shown = regexp.MustCompile("(?ms)^```\n(.*?)^```$")
	typed = regexp.MustCompile(`"[^"]*"|\S+`)
)

// documented are the pieces of docs/operations.ru.md.
func documented(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/operations.ru.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range shown.FindAllStringSubmatch(string(raw), -1) {
		out = append(out, m[1])
	}
	return out
}

// Every command that docs/operations.ru.md shows, in its order, on a hub that
// runs. Init and install, which ask and need root, have tests of their own.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	r := start(t)
	entry, err := r.pbx.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Talk(1).HangUp("caller"))
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); !strings.Contains(good(t, "", "export", "-calls", "-from", "2020-01-01", "-config", r.file), entry); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the hub does not store the call")
		}
	}
	users := filepath.Join(t.TempDir(), "users.json")
	var name string // of the token that is to be revoked
	done := 0
	for _, block := range documented(t) {
		for line := range strings.Lines(block) {
			line, comment, _ := strings.Cut(line, "#")
			line, _, _ = strings.Cut(line, ">")
			args := typed.FindAllString(line, -1)
			if len(args) < 2 || args[0] != "mango-hub" || args[1] == "init" || args[1] == "install" || args[1] == "demo" {
				continue
			}
			for i, a := range args {
				a = strings.Trim(a, `"`)
				switch a {
				case "users.json": // what it holds stands beside the command
					if err := os.WriteFile(users, []byte(strings.NewReplacer("…", "u1").Replace(comment)), 0o600); err != nil {
						t.Fatal(err)
					}
					a = users
				case "ИМЯ":
					a = name
				case "ENTRY_ID":
					a = entry
				}
				args[i] = a
			}
			out := good(t, "", append(args[1:], "-config", r.file)...)
			if args[1] == "tokens" && args[2] == "add" {
				name = strings.Split(strings.TrimSpace(out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:]), "_")[1]
			}
			done++
		}
	}
	if done < 12 {
		t.Errorf("%d commands in docs/operations.ru.md, want 12 at least", done)
	}
}

// The settings that page shows are settings that there are.
func TestDocumentedSettings(t *testing.T) {
	t.Parallel()
	done := 0
	for _, block := range documented(t) {
		if !strings.HasPrefix(block, "[") {
			continue
		}
		done++
		file := filepath.Join(t.TempDir(), "hub.toml")
		text := "[pbx]\nkey = 'k'\nsalt = 's'\n" + strings.ReplaceAll(block, `"…"`, `"sixteen-characters"`)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(file); err != nil {
			t.Errorf("%s\nis refused: %v", block, err)
		}
	}
	if done == 0 {
		t.Error("docs/operations.ru.md shows no settings")
	}
}
