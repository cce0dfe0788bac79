//go:build !linux && !windows

package control

import (
	"context"
	"errors"
)

var errSystem = errors.New("services are made on Linux (systemd) and Windows only; run: mango-hub run")

// Plan is what Install would do.
func (w What) Plan() string { return errSystem.Error() + "\n" }

// Install fails.
func (w What) Install(context.Context) error { return errSystem }

// Uninstall fails.
func Uninstall(context.Context) error { return errSystem }

// Start fails.
func Start(context.Context) error { return errSystem }

// Stop fails.
func Stop(context.Context) error { return errSystem }

// AsService runs fn.
func AsService(ctx context.Context, _ bool, _ func(string) string, fn Run) error {
	return fn(ctx, func() {})
}
