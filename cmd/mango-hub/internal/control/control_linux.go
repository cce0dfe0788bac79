package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
)

const unitFile = "/etc/systemd/system/" + Name + ".service"

// step is a command of the installation.
type step []string

func (s step) String() string { return strings.Join(s, " ") }

func (w What) steps() (before, after []step) {
	if _, err := user.Lookup(Name); err != nil {
		before = append(before, step{"useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", Name})
	}
	before = append(before, step{"chgrp", Name, w.File}, step{"chmod", "640", w.File})
	// The key that init made; others are their owner's business.
	if key := w.Config.HTTP.TLSKey; filepath.Dir(key) == filepath.Dir(w.File) {
		before = append(before, step{"chgrp", Name, key}, step{"chmod", "640", key})
	}
	if dir := w.Config.Store.DataDir; dir != "/var/lib/"+Name {
		before = append(before, step{"install", "-d", "-m", "700", dir}, step{"chown", "-R", Name + ":" + Name, dir})
	}
	return before, []step{{"systemctl", "daemon-reload"}, {"systemctl", "enable", "--now", Name}}
}

// Plan is what Install would do.
func (w What) Plan() string {
	before, after := w.steps()
	var b strings.Builder
	for _, s := range before {
		b.WriteString("# " + s.String() + "\n")
	}
	b.WriteString("# " + unitFile + ":\n\n" + w.Unit() + "\n")
	for _, s := range after {
		b.WriteString("# " + s.String() + "\n")
	}
	return b.String()
}

// Install makes the service, and starts it.
func (w What) Install(ctx context.Context) error {
	before, after := w.steps()
	if err := run(ctx, before...); err != nil {
		return err
	}
	if err := os.WriteFile(unitFile, []byte(w.Unit()), 0o644); err != nil { //nolint:gosec // a unit is no secret
		return err
	}
	return run(ctx, after...)
}

// Uninstall ends the service and takes its unit away. Configuration and journal
// stay.
func Uninstall(ctx context.Context) error {
	if err := run(ctx, step{"systemctl", "disable", "--now", Name}); err != nil {
		return err
	}
	return errors.Join(os.Remove(unitFile), run(ctx, step{"systemctl", "daemon-reload"}))
}

// Start starts the service.
func Start(ctx context.Context) error { return run(ctx, step{"systemctl", "start", Name}) }

// Stop stops it.
func Stop(ctx context.Context) error { return run(ctx, step{"systemctl", "stop", Name}) }

func run(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if out, err := exec.CommandContext(ctx, s[0], s[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", s, err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}

// AsService runs fn; systemd is told when it has begun, and when it stops.
func AsService(ctx context.Context, _ bool, env func(string) string, fn Run) error {
	defer notify(ctx, env, "STOPPING=1")
	return fn(ctx, func() { notify(ctx, env, "READY=1") })
}

// notify tells systemd, if it waits to be told (Type=notify).
func notify(ctx context.Context, env func(string) string, state string) {
	socket := env("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	conn, err := new(net.Dialer).DialContext(context.WithoutCancel(ctx), "unixgram", socket)
	if err != nil {
		return // nobody listens: it is not for us to fail then
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(state)) // as above
}
