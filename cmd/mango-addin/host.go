package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"mangoofficesdk/addin/manual"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/cmd/mango-addin/internal/console"
	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/test/napihost"
)

// closeGrace bounds the end of a session: Done may take two seconds per object.
const closeGrace = 20 * time.Second

func runHost(ctx context.Context, args []string, s streams) error {
	f := flag.NewFlagSet("mango-addin host", flag.ContinueOnError)
	f.SetOutput(s.err)
	lib := f.String("lib", "", "the component (default: beside this program, in dist/ of the checkout, or the installed one)")
	host := f.String("napi-host", "", "command that runs napi-host, e.g. \"qemu-aarch64 -L /usr/aarch64-linux-gnu dist/napi-host-linux-arm64\"")
	class := f.String("class", "", "class of the first object (default: the first one of the library)")
	color := f.String("color", "auto", "auto, always or never")
	record := f.String("record", "", "write what is done to this file, as a script that does it again and expects the same")
	set := values{}
	f.Var(set, "set", "NAME=VALUE: the value of ${NAME} in scripts; may be repeated")
	f.Usage = func() {
		fmt.Fprintln(s.err, "usage: mango-addin host [flags] [script…]   (- = standard input; without scripts: a dialogue)")
		f.PrintDefaults()
	}
	if err := parseFlags(f, args); err != nil {
		return err
	}
	a, err := artefacts(*lib, *host)
	if err != nil {
		return err
	}
	printer := napihost.Printer{W: s.out, Color: *color == "always" || *color == "auto" && napihost.WantColor(s.out)}
	var person *console.Terminal
	if f.NArg() == 0 {
		if t, ok := console.NewTerminal(s.in, s.out, console.HistoryPath()); ok {
			person, printer.W = t, t
		}
	}
	c, err := console.Open(ctx, console.Config{
		Command: a.Host, Library: a.Library, Class: *class, Out: printer, Stderr: s.err,
		Docs: methodDocs(), Events: eventDocs(), Record: *record, Lookup: set.lookup,
	})
	if err != nil {
		return err
	}
	if person != nil {
		// Ctrl-C is the person's word to the console, not the end of the program.
		session, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM)
		defer stop()
		err = c.Interactive(session, person)
	} else {
		err = play(ctx, c, f.Args(), s.in)
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeGrace)
	defer cancel()
	return errors.Join(err, c.Close(end))
}

// installed is the component of this machine in ExtCompT, "" = there is none.
func installed() string {
	dir, err := extcomp.DefaultDir()
	if err != nil {
		return ""
	}
	f, err := extcomp.Open(dir, func(string) {})
	if err != nil {
		return ""
	}
	return f.Newest(runtime.GOOS, runtime.GOARCH)
}

// hostCommand splits a command at spaces, unless all of it is the path of a
// program: folders have spaces, too.
func hostCommand(host string) []string {
	if info, err := os.Stat(host); err == nil && info.Mode().IsRegular() {
		return []string{host}
	}
	return strings.Fields(host)
}

// artefacts fills in what the flags leave open.
func artefacts(lib, host string) (napihost.Artefacts, error) {
	a := napihost.Artefacts{Host: hostCommand(host)}
	if lib != "" {
		path, err := napihost.Absolute(lib)
		if err != nil {
			return a, err
		}
		a.Library = path
	}
	if len(a.Host) > 0 && a.Library != "" {
		return a, nil
	}
	found, err := napihost.Find()
	if len(a.Host) == 0 {
		a.Host = found.Host
	}
	if a.Library == "" {
		a.Library = found.Library
	}
	if a.Library == "" {
		a.Library = installed()
	}
	if len(a.Host) > 0 && a.Host[0] != "" && a.Library != "" {
		return a, nil
	}
	if err != nil {
		err = fmt.Errorf("нет библиотеки или napi-host: выполните mango-addin install, положите napi-host рядом с этой программой или укажите их ключами -lib и -napi-host (%w)", err)
	}
	return a, err
}

func play(ctx context.Context, c *console.Console, scripts []string, stdin *os.File) error {
	if len(scripts) == 0 {
		if info, err := stdin.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return c.Dialogue(ctx, stdin)
		}
		scripts = []string{"-"}
	}
	for _, name := range scripts {
		if err := playFile(ctx, c, name, stdin); err != nil {
			return err
		}
	}
	return nil
}

func playFile(ctx context.Context, c *console.Console, name string, stdin io.Reader) error {
	if name == "-" {
		return c.Script(ctx, "stdin", stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return c.Script(ctx, name, f)
}

// methodDocs knows the parameters' names of our own component: the Native API
// does not tell them.
func methodDocs() func(string) (console.MethodDoc, bool) {
	docs := map[string]console.MethodDoc{}
	for _, m := range manual.Class().Methods {
		d := console.MethodDoc{Doc: m.Doc.RU, Example: manual.ExampleOf(m.Name.EN).RU}
		if m.Returns != spec.None {
			d.Returns = m.Returns.Name().RU
		}
		for _, p := range m.AllParams() {
			d.Params = append(d.Params, console.ParamDoc{Name: p.Name.RU, Type: p.Type.Name().RU, Doc: p.Doc.RU})
		}
		docs[m.Name.EN] = d
	}
	return func(method string) (console.MethodDoc, bool) {
		d, ok := docs[method]
		return d, ok
	}
}

// eventDocs are the events of our own component.
func eventDocs() []console.EventDoc {
	var docs []console.EventDoc
	for _, e := range manual.Events() {
		docs = append(docs, console.EventDoc{Name: e.Name.EN, NameRU: e.Name.RU, Doc: e.Doc.RU})
	}
	return docs
}

// values is a repeatable NAME=VALUE flag.
type values map[string]string

// String implements flag.Value.
func (v values) String() string { return "" }

// Set implements flag.Value.
func (v values) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return errors.New("want NAME=VALUE")
	}
	v[name] = value
	return nil
}

func (v values) lookup(name string) (string, bool) {
	if value, ok := v[name]; ok {
		return value, true
	}
	return os.LookupEnv(name)
}
