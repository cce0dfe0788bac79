package console

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/test/napihost"
)

// MethodDoc says what the Native API does not: what the parameters of a method
// are called, and what all is for.
type MethodDoc struct {
	Params  []ParamDoc
	Returns string // type of the result; "" for a procedure
	Doc     string
	Example string // in BSL
}

// ParamDoc is one parameter.
type ParamDoc struct{ Name, Type, Doc string }

// EventDoc is an event that the component may raise.
type EventDoc struct{ Name, NameRU, Doc string }

// Config of a console.
type Config struct {
	Command []string // of napi-host
	Library string   // absolute path
	Class   string   // "" = the first one of the library
	Out     napihost.Printer
	Stderr  io.Writer
	// Docs finds a method by its English name; nil when nothing is known.
	Docs func(method string) (MethodDoc, bool)
	// Events are those that may come; for completion and describe.
	Events []EventDoc
	// Record is a file that gets what is done as a script; "" = none.
	Record string
	// Lookup gives the value of ${NAME} in scripts; nil = the environment.
	Lookup func(name string) (string, bool)
}

// Console is one session with a component.
type Console struct {
	cfg     Config
	host    *napihost.Host
	objects map[int]*napihost.Object
	current *napihost.Object
	about   napihost.Description
	vars    map[string]any

	last string  // last result as BSL text, or an event's data; after an exception its text
	did  outcome // of the statement under way
	rec  *recorder

	person bool // Ctrl-C ends a statement, not the session

	out  sync.Mutex // events are printed from the reading goroutine
	many bool       // more than one object was made; guarded by out
}

var (
	// errQuit ends a session without a failure.
	errQuit = errors.New("quit")
	// errDropped is instead of a line that is not to be carried out.
	errDropped = errors.New("dropped")
)

// Open starts napi-host, loads the library and creates an object.
func Open(ctx context.Context, cfg Config) (*Console, error) {
	if cfg.Lookup == nil {
		cfg.Lookup = os.LookupEnv
	}
	c := &Console{cfg: cfg, objects: map[int]*napihost.Object{}, vars: map[string]any{}}
	onEvent := c.printEvent
	if cfg.Record != "" {
		// Told now, not when a session's work is lost.
		f, err := os.OpenFile(cfg.Record, os.O_WRONLY|os.O_CREATE, 0o644)
		if err != nil {
			return nil, fmt.Errorf("запись сеанса: %w", err)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
		c.rec = &recorder{path: cfg.Record}
		onEvent = func(e napihost.Event) {
			c.rec.event(e)
			c.printEvent(e)
		}
	}
	host, err := napihost.Start(ctx, napihost.Config{Command: cfg.Command, Stderr: cfg.Stderr, OnEvent: onEvent})
	if err != nil {
		return nil, err
	}
	c.host = host
	lib, err := host.Load(ctx, cfg.Library)
	if err == nil && len(lib.Classes) == 0 {
		err = errors.New("the library names no classes")
	}
	if err != nil {
		host.Kill()
		return nil, err
	}
	if c.cfg.Class == "" {
		c.cfg.Class = lib.Classes[0]
	}
	if err := c.create(ctx, c.cfg.Class); err != nil {
		host.Kill()
		return nil, err
	}
	return c, nil
}

// Close ends the objects and the program; a leak or a broken rule of the
// component is an error.
func (c *Console) Close(ctx context.Context) error {
	stats, err := c.host.Quit(ctx)
	c.host.Kill()
	return errors.Join(err, stats.Clean(), c.rec.save())
}

func (c *Console) create(ctx context.Context, class string) error {
	o, err := c.host.Create(ctx, class)
	if err != nil {
		return err
	}
	if c.about, err = o.Describe(ctx); err != nil {
		return err
	}
	c.objects[o.ID], c.current = o, o
	c.out.Lock()
	c.many = o.ID > 1
	c.out.Unlock()
	c.printf("объект %d: %s, методов %d, свойств %d\n", o.ID, class, len(c.about.Methods), len(c.about.Properties))
	return nil
}

func (c *Console) printf(format string, args ...any) {
	c.out.Lock()
	defer c.out.Unlock()
	fmt.Fprintf(c.cfg.Out.W, format, args...)
}

func (c *Console) printEvent(e napihost.Event) {
	c.out.Lock()
	defer c.out.Unlock()
	note := e.At().Format("15:04:05.000")
	if c.many {
		note += " объект " + strconv.Itoa(e.Object)
	}
	fmt.Fprint(c.cfg.Out.W, c.cfg.Out.Paint(napihost.Green, "◀ "))
	c.cfg.Out.Event(e, note)
}

// Script carries out the lines of r and stops at the first failure: an
// exception that no "!" expects, a check that does not hold, a wait that ends
// without its event. name is for messages.
func (c *Console) Script(ctx context.Context, name string, r io.Reader) error {
	return c.run(ctx, scan(r), func(n int, line string, err error) error {
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", name, n, line, err)
		}
		return nil
	})
}

// Dialogue carries out lines that come from something that is no terminal, as
// if a person typed them.
func (c *Console) Dialogue(ctx context.Context, r io.Reader) error {
	next := scan(r)
	return c.run(ctx, func(more bool) (string, error) {
		if more {
			c.printf("… ")
		} else {
			c.printf("> ")
		}
		return next(more)
	}, c.shown(ctx))
}

// shown tells failures and goes on, unless the host has ended.
func (c *Console) shown(ctx context.Context) func(int, string, error) error {
	return func(_ int, _ string, err error) error {
		if errors.Is(err, napihost.ErrEnded) {
			return fmt.Errorf("программа, в которой работала компонента, завершилась; начните сеанс снова: %w", err)
		}
		if err != nil {
			c.printf("%s\n", c.cfg.Out.Paint(napihost.Red, "! "+err.Error()))
			return ctx.Err()
		}
		return nil
	}
}

// maxLine bounds a line of input.
const maxLine = 16 << 20

// scan gives the lines of r, then io.EOF.
func scan(r io.Reader) func(more bool) (string, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	return func(bool) (string, error) {
		if lines.Scan() {
			return lines.Text(), nil
		}
		return "", cmp.Or(lines.Err(), io.EOF)
	}
}

// run carries out the lines that next gives; more tells it that a statement
// goes on.
func (c *Console) run(ctx context.Context, next func(more bool) (string, error), judge func(int, string, error) error) error {
	open := "" // what was typed of a statement that goes on
	for n := 1; ; n++ {
		text, err := next(open != "")
		switch {
		case errors.Is(err, io.EOF) && open != "":
			return judge(0, open, errIncomplete)
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errDropped):
			open = ""
			continue
		case err != nil:
			return err
		case open == "" && skip(text):
			continue
		}
		open = strings.TrimLeft(open+"\n"+text, "\n")
		err = c.interruptible(ctx, open)
		if errors.Is(err, errIncomplete) {
			continue
		}
		line := open
		open = ""
		if errors.Is(err, errQuit) {
			return nil
		}
		if err := judge(n, line, err); err != nil {
			return err
		}
	}
}

// interruptible carries out one statement; for a person, until Ctrl-C.
func (c *Console) interruptible(ctx context.Context, line string) error {
	if !c.person {
		return c.Do(ctx, line)
	}
	now, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	err := c.Do(now, line)
	if err != nil && now.Err() != nil && ctx.Err() == nil {
		return errors.New("прервано: компонента закончит вызов сама, до тех пор она занята")
	}
	return err
}

// skip tells empty lines and comments.
func skip(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "#")
}

// Do carries out one statement.
func (c *Console) Do(ctx context.Context, typed string) error {
	line, err := c.expand(typed)
	if err != nil {
		return err
	}
	s, err := parse(line)
	if err != nil {
		return err
	}
	c.did = outcome{}
	c.rec.begin(s)
	if s.word != "" {
		err := c.command(ctx, s.word, s.args)
		if err == nil {
			c.rec.done(typed, s, c.did)
		}
		return err
	}
	err = c.statement(ctx, s)
	f, raised := napihost.Exception(err)
	if raised {
		texts := []string{f.Text}
		for _, e := range f.Errors {
			texts = append(texts, e.Text)
		}
		c.last = strings.Join(texts, "; ")
		c.did.raised = texts[len(texts)-1]
	}
	if err == nil || raised {
		c.rec.done(typed, s, c.did)
	}
	switch {
	case s.raises && !raised && err == nil:
		return errors.New("ожидалось исключение, его нет")
	case s.raises && raised:
		c.printf("%s %s\n", c.cfg.Out.Paint(napihost.Red, "исключение:"), c.last)
		return nil
	}
	return err
}

// expand puts in the values of ${NAME}.
func (c *Console) expand(line string) (string, error) {
	var missing error
	line = placeholders.ReplaceAllStringFunc(line, func(m string) string {
		name := m[2 : len(m)-1]
		v, ok := c.cfg.Lookup(name)
		if !ok {
			missing = fmt.Errorf("%s не задано", m)
		}
		return v
	})
	return line, missing
}

func (c *Console) statement(ctx context.Context, s statement) error {
	value, err := c.eval(ctx, s.expr)
	if err != nil {
		return err
	}
	if s.target == "" {
		return nil
	}
	if p, ok := c.about.Property(s.target); ok {
		return c.current.Set(ctx, p.Name, value)
	}
	c.vars[strings.ToLower(s.target)] = value
	return nil
}

// eval gives the value of an expression in the protocol's language and shows
// the results of calls and properties.
func (c *Console) eval(ctx context.Context, e expr) (any, error) {
	if e.call {
		return c.call(ctx, e)
	}
	if e.name == "" {
		return e.value, nil
	}
	if v, ok := c.vars[strings.ToLower(e.name)]; ok {
		return v, c.show(v)
	}
	if _, ok := c.about.Property(e.name); !ok {
		if m, ok := c.about.Method(e.name); ok {
			return c.call(ctx, expr{name: m.Name, call: true})
		}
		return nil, fmt.Errorf("ни метода, ни свойства, ни переменной %s нет", e.name)
	}
	v, err := c.current.Get(ctx, e.name)
	if err != nil {
		return nil, err
	}
	c.result(v)
	return v.Raw, nil
}

func (c *Console) show(v any) error {
	raw, err := napihost.ToJSON(v)
	if err != nil {
		return err
	}
	text, err := json.Marshal(raw)
	if err != nil {
		return err
	}
	c.result(napihost.Value{Raw: text})
	return nil
}

// result remembers and prints a value; JSON in a string is laid out.
func (c *Console) result(v napihost.Value) {
	c.last, c.did.value = v.BSL(), v
	shown := c.last
	if text := strings.TrimSpace(v.Text()); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		var laid strings.Builder
		if raw, err := json.MarshalIndent(json.RawMessage(text), "  ", "  "); err == nil {
			laid.Write(raw)
			shown = laid.String()
		}
	}
	c.printf("%s %s\n", c.cfg.Out.Paint(napihost.Bold, "="), shown)
}

// call calls a method. A variable given as an argument gets the value that
// the call left there: that is how out-parameters work in BSL.
func (c *Console) call(ctx context.Context, e expr) (any, error) {
	if _, ok := c.about.Method(e.name); !ok {
		return nil, fmt.Errorf("метода %s нет; какие есть: методы", e.name)
	}
	args := make([]any, len(e.args))
	for i, a := range e.args {
		v, known := c.vars[strings.ToLower(a.name)]
		switch {
		case a.omit, a.name != "" && !known:
			args[i] = napihost.Omit{} // the platform passes the default
		case a.name != "":
			args[i] = v
		default:
			args[i] = a.value
		}
	}
	r, err := c.current.Call(ctx, e.name, args...)
	if err != nil {
		return nil, err
	}
	if len(r.Raw) > 0 {
		c.result(r.Value)
	}
	for i, a := range e.args {
		if a.name != "" && i < len(r.Args) {
			c.vars[strings.ToLower(a.name)] = r.Args[i].Raw
			c.printf("  %s = %s\n", a.name, r.Args[i].BSL())
		}
	}
	// An out-parameter that nobody asked for is the error of the contract.
	if n := len(r.Args); n > len(e.args) {
		var failure struct{ Code, Text, Remedy string }
		if r.Args[n-1].JSON(&failure) == nil && failure.Text != "" {
			c.did.refused = failure.Code
			c.printf("  %s\n", c.cfg.Out.Paint(napihost.Red, failure.Text+". "+failure.Remedy))
		}
	}
	for _, m := range r.Errors {
		c.printf("  %s\n", c.cfg.Out.Paint(napihost.Red, m.Text))
	}
	if len(r.Raw) == 0 {
		return nil, nil
	}
	return r.Raw, nil
}

// waitFor is how long "ждать" waits when the line does not say.
const waitFor = 10 * time.Second
