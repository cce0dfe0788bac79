// Command mango-addin is the workbench around the component: it drives the
// library without 1C and packs it for 1C.
//
//	mango-addin host [flags] [script…]   call methods and watch events in a terminal
//	mango-addin pack [flags]             write the bundle and the loose files
//	mango-addin install [flags]          put the component into ExtCompT of this user
//	mango-addin status, repair, uninstall
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// streams are what a subcommand reads and writes.
type streams struct {
	in       *os.File
	out, err *os.File
}

var subcommands = []struct {
	name, doc string
	run       func(ctx context.Context, args []string, s streams) error
}{
	{"host", "call methods and watch events in a terminal, without 1C", runHost},
	{"pack", "write the bundle for УстановитьВнешнююКомпоненту and the loose files", runPack},
	{"install", "put the component where 1C of this user looks for it", runInstall},
	{"status", "tell what is there, and whether it loads", runStatus},
	{"repair", "install over what is there, and remove what is left of other versions", runRepair},
	{"uninstall", "take the component away", runUninstall},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program as usual
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run gives the exit code: 0 good, 1 failed, 2 wrongly called.
func run(ctx context.Context, args []string, s streams) int {
	if len(args) == 0 {
		usage(s.err)
		return 2
	}
	for _, c := range subcommands {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, args[1:], s)
		switch {
		case err == nil || errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		}
		fmt.Fprintf(s.err, "mango-addin %s: %v\n", c.name, err)
		return 1
	}
	usage(s.err)
	return 2
}

// errUsage is returned when the flags were wrong and the flag package has
// said so already.
var errUsage = errors.New("wrong usage")

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: mango-addin COMMAND [flags]")
	for _, c := range subcommands {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.doc)
	}
}

// parseFlags parses args; a mistake gives errUsage, -h flag.ErrHelp.
func parseFlags(f *flag.FlagSet, args []string) error {
	err := f.Parse(args)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		return errUsage
	}
	return err
}
