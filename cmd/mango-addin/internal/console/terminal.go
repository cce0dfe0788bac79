package console

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Terminal is a person's terminal: lines with history and completion, and
// output that does not tear the line being typed. It is the Out of a console.
type Terminal struct {
	t  *term.Terminal
	in *os.File
}

// NewTerminal takes both ends of a terminal; ok is false when they are none.
// The lines typed are kept in the file history.
func NewTerminal(in, out *os.File, history string) (t *Terminal, ok bool) {
	if !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) || !enableEscapes(out) {
		return nil, false
	}
	t = &Terminal{in: in, t: term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "")}
	t.t.History = openHistory(history)
	return t, true
}

// Write implements io.Writer; the line being typed is drawn again below.
func (t *Terminal) Write(p []byte) (int, error) { return t.t.Write(p) }

// line reads one line. Only meanwhile is the terminal raw, so that Ctrl-C ends
// a call that waits.
func (t *Terminal) line(prompt string) (string, error) {
	state, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return "", err
	}
	if w, h, err := term.GetSize(int(t.in.Fd())); err == nil && w > 0 {
		_ = t.t.SetSize(w, h)
	}
	t.t.SetPrompt(prompt)
	line, err := t.t.ReadLine()
	return line, errors.Join(err, term.Restore(int(t.in.Fd()), state))
}

// Interactive carries out the lines that a person types at t; failures are
// shown.
func (c *Console) Interactive(ctx context.Context, t *Terminal) error {
	t.t.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		done := c.complete(line, pos)
		if done.show != "" {
			c.printf("%s", done.show)
		}
		return done.line, done.pos, true
	}
	c.printf("Tab дополняет имена и показывает параметры, стрелки листают введённое; справка — список команд.\n")
	return c.run(ctx, func(more bool) (string, error) {
		prompt := "> "
		if more {
			prompt = "… "
		}
		line, err := t.line(prompt)
		if errors.Is(err, io.EOF) {
			c.printf("\n")
			err = io.EOF
		}
		return strings.TrimRight(line, "\r"), err
	}, c.shown(ctx))
}
