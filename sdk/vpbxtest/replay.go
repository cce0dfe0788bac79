package vpbxtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Recorded is one line of a trace file.
type Recorded struct {
	At   Seconds         `json:"at"` // since the start
	Path string          `json:"path"`
	JSON json.RawMessage `json:"json"` // the very bytes of the form field
}

// maxLine bounds a line of a trace.
const maxLine = 1 << 20

// LoadTrace reads a trace: one JSON object per line, blank lines allowed.
func LoadTrace(path string) ([]Recorded, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var trace []Recorded
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var r Recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("vpbxtest: %s:%d: %w", path, n, err)
		}
		if !strings.HasPrefix(r.Path, "/") || len(r.JSON) == 0 || r.At < 0 || r.At > maxSeconds {
			return nil, fmt.Errorf("vpbxtest: %s:%d: path, json or at is wrong", path, n)
		}
		trace = append(trace, r)
	}
	return trace, lines.Err()
}

// Replay posts a trace file as it stands, with its own ids and times of day,
// at its own pace (scaled by Speed), and returns when every line was answered.
// Faults and style do not touch it.
func (p *PBX) Replay(ctx context.Context, file string) error {
	trace, err := LoadTrace(file)
	if err != nil {
		return err
	}
	if len(trace) == 0 {
		return fmt.Errorf("vpbxtest: %s is empty", file)
	}
	done := make(chan Delivery, len(trace))
	err = p.tl.do(ctx, func() {
		for _, r := range trace {
			n := &posting{Delivery: Delivery{Path: r.Path, JSON: r.JSON}, waiter: done}
			p.tl.after(r.At.duration(), func() { p.launch(n) })
		}
	})
	if err != nil {
		return err
	}
	for range trace {
		select {
		case d := <-done:
			if d.Dropped {
				return errors.New("vpbxtest: there is no target")
			}
		case <-p.tl.ended:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
