package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/text"
)

// version is set by the linker.
var version = ""

// console is where a command runs.
type console struct {
	env      func(string) string
	in       io.Reader
	out, err io.Writer
}

// russian: what people use who do not say otherwise.
func (c console) russian() bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := c.env(name); v != "" && v != "C" && !strings.HasPrefix(v, "C.") {
			l, known := text.ParseLang(v)
			return !known || l == text.RU
		}
	}
	return true
}

// say prints a line in the language of the reader.
func (c console) say(ru, en string, args ...any) {
	if !c.russian() {
		ru = en
	}
	fmt.Fprintf(c.out, ru+"\n", args...)
}

// pick chooses a text by the language of the reader.
func (c console) pick(ru, en string) string {
	if c.russian() {
		return ru
	}
	return en
}

// command is one of mango-hub's.
type command struct {
	name, args string
	ru, en     string
	run        func(ctx context.Context, c console, f *flag.FlagSet, args []string) error
}

func commands() []command {
	return []command{
		{"init", "", "задать вопросы и записать файл настроек", "ask, and write the configuration", initCommand},
		{"check", "", "проверить связь с АТС в обе стороны", "prove the connection in both directions", checkCommand},
		{"run", "", "работать", "run", runCommand},
		{"demo", "", "работать с эмулятором АТС (mango-sim) на этой машине", "run with the emulated PBX (mango-sim) on this machine", demoCommand},
		{"config", "", "показать действующие настройки без секретов", "show the effective configuration, no secrets", configCommand},
		{"status", "", "показать состояние работающего хаба", "show how the running hub is", statusCommand},
		{"tokens", "add|list|revoke", "токены сеансов 1С и страницы", "tokens of the sessions and the page", tokensCommand},
		{"users", "list|import FILE|export", "пользователи интеграции", "users of the integration", usersCommand},
		{"parked", "", "показать отложенные события", "list the parked events", parkedCommand},
		{"replay", "", "выдать события ещё раз", "offer events once more", replayCommand},
		{"export", "", "выгрузить журнал или историю звонков", "write the journal, or the history of calls", exportCommand},
		{"logs", "", "собрать журналы для поддержки в ZIP, без секретов", "pack the logs for support into a ZIP, no secrets", logsCommand},
		{"install", "", "сделать службой", "make it a service", installCommand},
		{"uninstall", "", "убрать службу", "take the service away", uninstallCommand},
		{"start", "", "запустить службу", "start the service", startCommand},
		{"stop", "", "остановить службу", "stop the service", stopCommand},
		{"version", "", "показать версию", "show the version", versionCommand},
	}
}

// errUsage was told already.
var errUsage = errors.New("usage")

// run is the program: it returns the exit status (2 = a wrong command line).
func run(ctx context.Context, args []string, c console) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		usage(c)
		return 0
	}
	for _, cmd := range commands() {
		if cmd.name != args[0] {
			continue
		}
		f := flag.NewFlagSet("mango-hub "+cmd.name, flag.ContinueOnError)
		f.SetOutput(c.err)
		f.Usage = func() {
			fmt.Fprintf(c.err, "mango-hub %s %s\n  %s\n", cmd.name, cmd.args, c.pick(cmd.ru, cmd.en))
			f.PrintDefaults()
		}
		err := cmd.run(ctx, c, f, args[1:])
		switch {
		case err == nil || errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		}
		complain(c, err)
		return 1
	}
	fmt.Fprintf(c.err, "mango-hub: %q: %s\n", args[0], c.pick("нет такой команды", "no such command"))
	usage(c)
	return 2
}

func usage(c console) {
	c.say("mango-hub — хаб облачной АТС MANGO OFFICE для 1С\n", "mango-hub: the hub of the cloud PBX MANGO OFFICE for 1C\n")
	for _, cmd := range commands() {
		fmt.Fprintf(c.out, "  %-34s %s\n", cmd.name+" "+cmd.args, c.pick(cmd.ru, cmd.en))
	}
	c.say("\nПодробнее: mango-hub КОМАНДА -help; docs/operations.ru.md", "\nMore: mango-hub COMMAND -help; docs/operations.ru.md")
}

// complain tells an error with its remedy.
func complain(c console, err error) {
	lang := text.RU
	if !c.russian() {
		lang = text.EN
	}
	if errors.Is(err, admin.ErrNotRunning) {
		fmt.Fprintln(c.err, "mango-hub:", c.pick("хаб с этими настройками не запущен (или нужны права: sudo)", "no hub runs with this configuration (or rights are missing: sudo)"))
		fmt.Fprintln(c.err, "  ", err)
		return
	}
	if e, ok := errors.AsType[*text.Error](err); ok {
		r := e.Rendered(lang)
		fmt.Fprintf(c.err, "mango-hub: %s\n", r.Text)
		if r.Remedy != "" {
			fmt.Fprintf(c.err, "   %s\n", r.Remedy)
		}
		return
	}
	fmt.Fprintln(c.err, "mango-hub:", err)
}

// parse reads the flags of a command that takes up to most words besides.
func parse(f *flag.FlagSet, args []string, most int) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if f.NArg() > most {
		fmt.Fprintf(f.Output(), "%q?\n", f.Arg(most))
		f.Usage()
		return errUsage
	}
	return nil
}

// fileFlag names the configuration.
func fileFlag(c console, f *flag.FlagSet) *string {
	path := c.env("MANGO_HUB_CONFIG")
	if path == "" {
		path = config.DefaultFile()
	}
	return f.String("config", path, c.pick("`файл` настроек ($MANGO_HUB_CONFIG)", "`file` of the configuration ($MANGO_HUB_CONFIG)"))
}

// load reads the flags and the configuration that they name.
func load(c console, f *flag.FlagSet, args []string, most int) (config.Config, error) {
	path := fileFlag(c, f)
	if err := parse(f, args, most); err != nil {
		return config.Config{}, err
	}
	return config.Load(*path)
}

func configCommand(_ context.Context, c console, f *flag.FlagSet, args []string) error {
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	raw, err := cfg.Masked().Text()
	if err != nil {
		return err
	}
	_, err = c.out.Write(raw)
	return err
}

func versionCommand(_ context.Context, c console, f *flag.FlagSet, args []string) error {
	if err := parse(f, args, 0); err != nil {
		return err
	}
	fmt.Fprintln(c.out, programVersion())
	return nil
}

// programVersion is what the linker said, or else the commit.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return "dev"
}
