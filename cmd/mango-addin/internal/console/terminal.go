package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"mangoofficesdk/test/napihost"
)

// Terminal is a person's terminal: lines with history and completion, and
// output that does not tear the line being typed. It is the Out of a console.
type Terminal struct {
	t  *term.Terminal
	in *os.File

	open, dropped bool // the line goes on a statement; Ctrl-C took the line away
}

// interrupt stands for Ctrl-C before the terminal sees it, which would end the
// session: it takes away what is typed, and ends the session on an empty line.
const interrupt = '\a'

// maxTyped is how many characters term.Terminal takes for a line; what comes
// after them it drops without a word.
const maxTyped = 4096

// keys are what a person types, with Ctrl-C as two keys of our own.
type keys struct {
	io.Reader
	rest []byte
}

func (k *keys) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		buf := make([]byte, max(1, len(p)/2))
		n, err := k.Reader.Read(buf)
		if err != nil {
			return 0, err
		}
		k.rest = bytes.ReplaceAll(buf[:n], []byte{3}, []byte{interrupt, '\r'})
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
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
	}{&keys{Reader: in}, out}, "")}
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
	t.dropped = false
	line, err := t.t.ReadLine()
	if err == nil && t.dropped {
		err = errDropped
	}
	return line, errors.Join(err, term.Restore(int(t.in.Fd()), state))
}

// key answers Tab and Ctrl-C.
func (t *Terminal) key(c *Console, line string, pos int, key rune) (string, int, bool) {
	switch key {
	case '\t':
		done := c.complete(line, pos)
		if done.show != "" {
			c.printf("%s", done.show)
		}
		return done.line, done.pos, true
	case interrupt:
		if t.dropped = line != "" || t.open; t.dropped {
			return "", 0, true
		}
		return "выход", len("выход"), true
	}
	return "", 0, false
}

// Interactive carries out the lines that a person types at t; failures are
// shown.
func (c *Console) Interactive(ctx context.Context, t *Terminal) error {
	t.t.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		return t.key(c, line, pos, key)
	}
	aside := make(chan os.Signal, 1) // between two statements Ctrl-C means nothing
	signal.Notify(aside, os.Interrupt)
	defer signal.Stop(aside)
	c.person = true
	c.printf("Tab дополняет имена и показывает параметры, стрелки листают введённое; справка — список команд.\n")
	return c.run(ctx, func(more bool) (string, error) {
		prompt := "> "
		if more {
			prompt = "… "
		}
		t.open = more
		line, err := t.line(prompt)
		switch {
		case errors.Is(err, io.EOF):
			c.printf("\n")
			err = io.EOF
		case err == nil && utf8.RuneCountInString(line) >= maxTyped:
			c.printf("%s\n", c.cfg.Out.Paint(napihost.Red, fmt.Sprintf("! строка длиннее %d знаков: положите её в файл и выполните его, mango-addin host ФАЙЛ", maxTyped)))
			err = errDropped
		}
		return strings.TrimRight(line, "\r"), err
	}, c.shown(ctx))
}
