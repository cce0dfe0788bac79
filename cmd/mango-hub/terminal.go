package main

import (
	"context"
	"os"

	"golang.org/x/term"

	"mangoofficesdk/sdk/group"
)

// terminal is where a person types, if one does.
func (c console) terminal() (fd int, ok bool) {
	f, ok := c.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// interruptible runs fn, which waits for a person, until ctx ends: nothing else
// ends the reading of a terminal, and one that is left must show again what is
// typed.
func interruptible(ctx context.Context, c console, fn func() error) error {
	fd, ok := c.terminal()
	if !ok {
		return fn()
	}
	before, err := term.GetState(fd)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	group.New(context.WithoutCancel(ctx), nil).Go("questions", func(context.Context) { done <- fn() })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		_ = term.Restore(fd, before) // the person left, and the program ends
		return context.Cause(ctx)
	}
}
