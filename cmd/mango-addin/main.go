// Command mango-addin is the workbench around the component: it drives the
// library without 1C and packs it for 1C.
//
//	mango-addin host [flags] [script…]   call methods and watch events in a terminal
//	mango-addin pack [flags]             write the bundle and the loose files
//	mango-addin install [flags]          put the component into ExtCompT of this user
//	mango-addin status, repair, uninstall
//	mango-addin doctor [flags]           say what is wrong on this desk, and what to do
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
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
	{"install", "положить компоненту туда, где её ищет 1С этого пользователя", runInstall},
	{"status", "что там лежит и загружается ли", runStatus},
	{"repair", "положить заново и убрать остатки других версий", runRepair},
	{"uninstall", "убрать компоненту", runUninstall},
	{"doctor", "что не так на этом компьютере и что делать", runDoctor},
	{"host", "вместо 1С: вызывать методы и видеть события в терминале", runHost},
	{"pack", "собрать комплект для УстановитьВнешнююКомпоненту и отдельные файлы", runPack},
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
	if slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		usage(s.out)
		return 0
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

// exitCodes is for those who call the program from a script or a policy.
const exitCodes = "Код завершения: 0 — сделано, 1 — не сделано (причина в потоке ошибок), 2 — вызвана неверно."

// errUsage is returned when the flags were wrong and the flag package has
// said so already.
var errUsage = errors.New("wrong usage")

func usage(w io.Writer) {
	fmt.Fprintln(w, "Вызов: mango-addin КОМАНДА [ключи]; ключи команды: mango-addin КОМАНДА -h")
	for _, c := range subcommands {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.doc)
	}
	fmt.Fprintln(w, exitCodes)
}

// parseFlags parses args; a mistake gives errUsage, -h flag.ErrHelp.
func parseFlags(f *flag.FlagSet, args []string) error {
	err := f.Parse(args)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		return errUsage
	}
	return err
}
