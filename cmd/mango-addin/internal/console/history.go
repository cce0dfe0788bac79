package console

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// maxHistory bounds the lines that are remembered.
const maxHistory = 500

// secrets are lines that are not written down: they may hold a key or a token.
var secrets = regexp.MustCompile(`(?i)salt|token|secret|password`)

// history is the lines typed before, newest last, kept in a file. It
// implements term.History.
type history struct {
	path  string // "" = only in memory
	lines []string
}

// openHistory reads the file; one that cannot be read is an empty one.
func openHistory(path string) *history {
	h := &history{path: path}
	f, err := os.Open(path)
	if err != nil {
		return h
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		h.remember(lines.Text())
	}
	return h
}

func (h *history) remember(line string) bool {
	line = strings.TrimSpace(line)
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return false
	}
	h.lines = append(h.lines, line)
	if len(h.lines) > maxHistory {
		h.lines = h.lines[1:]
	}
	return true
}

// Add implements term.History. What may hold a secret lives as long as the
// program; a file that cannot be written is done without.
func (h *history) Add(line string) {
	if !h.remember(line) || h.path == "" || secrets.MatchString(line) {
		return
	}
	if os.MkdirAll(filepath.Dir(h.path), 0o700) != nil {
		return
	}
	f, err := os.OpenFile(h.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteString(strings.TrimSpace(line) + "\n")
}

// Len implements term.History.
func (h *history) Len() int { return len(h.lines) }

// At implements term.History: 0 is the newest line.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

// HistoryPath is where the lines of this user are kept; "" when nowhere.
func HistoryPath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "mangoofficesdk", "console_history")
}
