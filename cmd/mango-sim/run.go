package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
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

// sim is the program while it runs.
type sim struct {
	pbx     *vpbxtest.PBX
	out     *console
	feed    *feed
	byName  map[string]vpbxtest.Scenario
	key     string
	speed   float64
	stepped bool

	mu     sync.Mutex
	target string
}

func newSim(o options, pbx *vpbxtest.PBX, out *console, lines *feed) (*sim, error) {
	all, err := known()
	if err != nil {
		return nil, err
	}
	s := &sim{
		pbx: pbx, out: out, feed: lines, byName: map[string]vpbxtest.Scenario{},
		key: o.cfg.Credentials.Key, speed: o.cfg.Speed, stepped: o.cfg.Stepped, target: o.cfg.Target,
	}
	for _, sc := range all {
		s.byName[sc.Name] = sc
	}
	return s, nil
}

// find reads a scenario: a built-in name, else a file.
func (s *sim) find(name string) (vpbxtest.Scenario, error) {
	if sc, ok := s.byName[name]; ok {
		return sc, nil
	}
	sc, err := vpbxtest.LoadScenario(name)
	if errors.Is(err, fs.ErrNotExist) {
		return sc, fmt.Errorf("no scenario and no file is called %q; see -list", name)
	}
	if sc.Name == "" {
		sc.Name = strings.TrimSuffix(path.Base(name), ".json")
	}
	return sc, err
}

// play plays one scenario or trace to its end.
func (s *sim) play(ctx context.Context, name string) error {
	if strings.HasSuffix(name, ".jsonl") {
		s.out.say("replay %s", name)
		return s.pbx.Replay(ctx, name)
	}
	sc, err := s.find(name)
	if err != nil {
		return err
	}
	s.out.say("%s", strings.TrimSuffix(fmt.Sprintf("play %s: %s", sc.Name, sc.Title), ": "))
	_, err = s.pbx.Play(ctx, sc)
	return err
}

func serve(ctx context.Context, o options, env func(string) string, stdout, stderr io.Writer) (err error) {
	out, lines := newConsole(stdout, coloured(stdout, env)), newFeed(o.salt)
	o.cfg.Observe = func(a vpbxtest.Activity) {
		out.activity(a)
		lines.add(a)
	}
	o.cfg.Log = zerolog.New(stderr).With().Timestamp().Logger()
	pbx, err := vpbxtest.New(o.cfg)
	if err != nil {
		return err
	}
	defer func() {
		after := context.WithoutCancel(ctx)
		err = errors.Join(err, pbx.Reset(after), settle(after, pbx, o.cfg.Stepped), pbx.Close())
		out.say("stopped; %s", counters(pbx.Stats()))
	}()
	s, err := newSim(o, pbx, out, lines)
	if err != nil {
		return err
	}
	if err := pbx.Start(); err != nil {
		return err
	}
	s.greet(o)
	if o.admin != "" {
		stop, err := s.open(ctx, o.admin)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	for _, name := range o.scenarios {
		if err := s.play(ctx, name); err != nil {
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

// open serves the admin API and the console at address until stop is called.
func (s *sim) open(ctx context.Context, address string) (stop func() error, err error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("-admin: %w", err)
	}
	// Streams of events end with alive: Close waits for no handler.
	alive, cancel := context.WithCancel(context.WithoutCancel(ctx))
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: stopping, ReadTimeout: time.Minute, IdleTimeout: time.Minute,
		BaseContext: func(net.Listener) context.Context { return alive },
		ErrorLog:    log.New(io.Discard, "", 0), // a browser that leaves is no news
	}
	g := group.New(alive, nil)
	g.Go("admin", func(context.Context) {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.out.say("the console is no longer served: %v", err)
		}
	})
	s.out.say("the console is at http://%s/, its API below /admin/v1/", ln.Addr())
	return func() error {
		cancel()
		end, done := context.WithTimeout(context.WithoutCancel(ctx), stopping)
		defer done()
		return errors.Join(server.Shutdown(end), g.Wait(end))
	}, nil
}

func (s *sim) greet(o options) {
	salt := "as given"
	if o.demo {
		salt = demoSalt
	}
	target := o.cfg.Target
	if target == "" {
		target = "nowhere (no -target)"
	}
	s.out.say("the API is served at %s/vpbx/ (api_url %s)", s.pbx.URL(), s.pbx.URL())
	s.out.say("vpbx_api_key %s, vpbx_api_salt %s", o.cfg.Credentials.Key, salt)
	s.out.say("notifications go to %s, speed %v", target, o.cfg.Speed)
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
