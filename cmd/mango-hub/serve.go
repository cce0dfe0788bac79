package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/control"
	"mangoofficesdk/cmd/mango-hub/internal/service"
	"mangoofficesdk/sdk/logfile"
)

// stopTime bounds the end of the hub, which has bounds of its own for each part:
// systemd and Windows wait 20 seconds.
const stopTime = 16 * time.Second

func runCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	managed := f.Bool(control.Managed, false, c.pick("под управлением службы Windows", "under the service manager of Windows"))
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	return control.AsService(ctx, *managed, c.env, func(ctx context.Context, ready func()) error {
		return serve(ctx, c, cfg, ready)
	})
}

// serve runs the hub until ctx ends.
func serve(ctx context.Context, c console, cfg config.Config, ready func()) (err error) {
	log, closeLog, err := openLog(cfg.Log, c.out)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			log.Error().Err(err).Msg("the hub ends")
		}
		closeLog()
	}()
	if err := os.MkdirAll(cfg.Store.DataDir, 0o700); err != nil {
		return &config.FieldError{Field: "store.data_dir", Err: err}
	}
	// What the Go runtime says when it gives up goes to standard error, which
	// nobody reads of a service.
	if found, err := logfile.CrashOutput(filepath.Join(cfg.Store.DataDir, "crash.txt")); err != nil || found {
		log.Warn().Err(err).Bool("found", found).Msg("an earlier life ended with a crash")
	}
	hub, err := service.Open(ctx, cfg, service.Options{Version: programVersion(), Env: c.env, Log: log})
	if err != nil {
		return err
	}
	ready()
	select {
	case <-ctx.Done():
	case err = <-hub.Failed():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if bad := hub.Shutdown(end); err == nil {
		err = bad
	}
	return err
}

// openLog opens the rotated file, or logs to out.
func openLog(l config.Log, out io.Writer) (log zerolog.Logger, done func(), err error) {
	if l.File == "" {
		level, err := zerolog.ParseLevel(l.Level)
		return zerolog.New(out).Level(level).With().Timestamp().Logger(), func() {}, err
	}
	if err := os.MkdirAll(filepath.Dir(l.File), 0o700); err != nil {
		return log, nil, &config.FieldError{Field: "log.file", Err: err}
	}
	keep := l.Keep
	if keep == 0 {
		keep = -1 // logfile's word for none
	}
	file, err := logfile.New(l.File, l.Level, logfile.Options{MaxSize: int64(l.MaxSizeMB) << 20, Keep: keep})
	if err != nil {
		return log, nil, &config.FieldError{Field: "log.file", Err: err}
	}
	return file.Logger(), func() { _ = file.Close() }, nil // nobody is left to tell
}

func installCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	show := f.Bool("print", false, c.pick("только показать", "only show"))
	path := fileFlag(c, f)
	if err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := config.Load(*path)
	if err != nil {
		return err
	}
	w := control.What{Config: cfg}
	if w.File, err = filepath.Abs(*path); err != nil {
		return err
	}
	if w.Program, err = os.Executable(); err != nil {
		return err
	}
	if *show {
		_, err := fmt.Fprint(c.out, w.Plan())
		return err
	}
	if err := w.Install(ctx); err != nil {
		return err
	}
	c.say("Служба %s установлена и запущена. Дальше: mango-hub check", "The service %s is installed and runs. Next: mango-hub check", control.Name)
	return nil
}

// plainly is a command without flags.
func plainly(do func(context.Context) error) func(context.Context, console, *flag.FlagSet, []string) error {
	return func(ctx context.Context, _ console, f *flag.FlagSet, args []string) error {
		if err := parse(f, args, 0); err != nil {
			return err
		}
		return do(ctx)
	}
}

func uninstallCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	return plainly(control.Uninstall)(ctx, c, f, args)
}

func startCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	return plainly(control.Start)(ctx, c, f, args)
}

func stopCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	return plainly(control.Stop)(ctx, c, f, args)
}
