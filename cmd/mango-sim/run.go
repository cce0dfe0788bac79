package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/testdata/scenarios"
)

// run is the program: it returns the exit status (2 = a wrong command line).
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	o, err := parse(args, env, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case o.list:
		return show(stdout, stderr)
	}
	if err := serve(ctx, o, env, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "mango-sim:", err)
		return 1
	}
	return 0
}

// known lists the built-in scenarios by name.
func known() ([]vpbxtest.Scenario, error) {
	files, err := fs.Glob(scenarios.Files, "*.json")
	if err != nil {
		return nil, err
	}
	all := make([]vpbxtest.Scenario, 0, len(files))
	for _, file := range files {
		raw, err := scenarios.Files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := vpbxtest.ParseScenario(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func show(stdout, stderr io.Writer) int {
	all, err := known()
	if err != nil {
		fmt.Fprintln(stderr, "mango-sim:", err)
		return 1
	}
	for _, s := range all {
		fmt.Fprintf(stdout, "%-26s %s\n", s.Name, s.Title)
	}
	return 0
}

// player plays what -scenario and the admin endpoint name.
type player struct {
	pbx    *vpbxtest.PBX
	group  *group.Group
	out    *console
	byName map[string]vpbxtest.Scenario
}

func newPlayer(pbx *vpbxtest.PBX, g *group.Group, out *console) (*player, error) {
	all, err := known()
	if err != nil {
		return nil, err
	}
	p := &player{pbx: pbx, group: g, out: out, byName: map[string]vpbxtest.Scenario{}}
	for _, s := range all {
		p.byName[s.Name] = s
	}
	return p, nil
}

// find reads a scenario: a built-in name, else a file.
func (p *player) find(name string) (vpbxtest.Scenario, error) {
	if s, ok := p.byName[name]; ok {
		return s, nil
	}
	s, err := vpbxtest.LoadScenario(name)
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("no scenario and no file is called %q; see -list", name)
	}
	if s.Name == "" {
		s.Name = strings.TrimSuffix(path.Base(name), ".json")
	}
	return s, err
}

// play plays one scenario or trace to its end.
func (p *player) play(ctx context.Context, name string) error {
	if strings.HasSuffix(name, ".jsonl") {
		p.out.say("replay %s", name)
		return p.pbx.Replay(ctx, name)
	}
	s, err := p.find(name)
	if err != nil {
		return err
	}
	return p.perform(ctx, s)
}

func (p *player) perform(ctx context.Context, s vpbxtest.Scenario) error {
	p.out.say("%s", strings.TrimSuffix(fmt.Sprintf("play %s: %s", s.Name, s.Title), ": "))
	_, err := p.pbx.Play(ctx, s)
	return err
}

// later plays s in the background.
func (p *player) later(s vpbxtest.Scenario) bool {
	return p.group.Go("play", func(ctx context.Context) {
		if err := p.perform(ctx, s); err != nil && ctx.Err() == nil {
			p.out.say("play %s: %v", s.Name, err)
		}
	})
}

// stopping bounds a clean stop: live calls hang up and tell so.
const stopping = 3 * time.Second

func serve(ctx context.Context, o options, env func(string) string, stdout, stderr io.Writer) (err error) {
	out := newConsole(stdout, coloured(stdout, env))
	o.cfg.Observe = out.activity
	o.cfg.Log = zerolog.New(stderr).With().Timestamp().Logger()
	pbx, err := vpbxtest.New(o.cfg)
	if err != nil {
		return err
	}
	g := group.New(context.WithoutCancel(ctx), nil)
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopping)
		defer cancel()
		g.Stop() // plays end: their callers hang up
		waited := g.Wait(end)
		if s := pbx.Settle(end); s != nil && !errors.Is(s, context.DeadlineExceeded) {
			waited = errors.Join(waited, s)
		}
		err = errors.Join(err, waited, pbx.Close())
		out.say("stopped; %s", counters(pbx.Stats()))
	}()
	p, err := newPlayer(pbx, g, out)
	if err != nil {
		return err
	}
	pbx.Handle("/_sim", p.admin())
	pbx.Handle("/_sim/", p.admin())
	if err := pbx.Start(); err != nil {
		return err
	}
	p.greet(o)
	for _, name := range o.scenarios {
		if err := p.play(ctx, name); err != nil {
			if ctx.Err() != nil {
				return nil // stopped by hand
			}
			return err
		}
	}
	if o.exit {
		if s := pbx.Stats(); s.Refused > 0 {
			return fmt.Errorf("%d of %d notifications were not answered with 200", s.Refused, s.Refused+s.Posted)
		}
		return nil
	}
	<-ctx.Done()
	return nil
}

func (p *player) greet(o options) {
	salt := "as given"
	if o.demo {
		salt = demoSalt
	}
	target := o.cfg.Target
	if target == "" {
		target = "nowhere (no -target)"
	}
	p.out.say("the API is served at %s/vpbx/ (api_url %s)", p.pbx.URL(), p.pbx.URL())
	p.out.say("vpbx_api_key %s, vpbx_api_salt %s", o.cfg.Credentials.Key, salt)
	p.out.say("notifications go to %s, speed %v", target, o.cfg.Speed)
}

func counters(s vpbxtest.Stats) string {
	return fmt.Sprintf("%d calls, %d notifications delivered, %d refused, %d lost; %d requests",
		s.Calls, s.Posted, s.Refused, s.Dropped, s.Requests)
}

// coloured: only on a terminal, and not where NO_COLOR asks for none.
func coloured(w io.Writer, env func(string) string) bool {
	f, ok := w.(*os.File)
	if !ok || env("NO_COLOR") != "" || slices.Contains([]string{"", "dumb"}, env("TERM")) {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
