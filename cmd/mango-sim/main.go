// Command mango-sim is a PBX for a developer who has none: it serves the VPBX
// API and posts the notifications of calls that a script, a command or a
// person plays. It is sdk/vpbxtest with a console.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
