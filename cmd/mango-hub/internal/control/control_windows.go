package control

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/mgr"

	"mangoofficesdk/sdk/group"
)

// account is made by the system for this service alone.
const account = `NT SERVICE\` + Name

// waitStop is how long a service may take to stop.
const waitStop = 20 * time.Second

// rights gives folders to the system, the administrators and the service, and
// takes them from everybody else: the key for signatures is in one of them.
func (w What) rights() (all [][]string) {
	for _, dir := range []string{filepath.Dir(w.File), w.Config.Store.DataDir} {
		all = append(all, []string{
			"icacls", dir, "/inheritance:r", "/grant:r", "*S-1-5-18:(OI)(CI)F", "*S-1-5-32-544:(OI)(CI)F", account + ":(OI)(CI)M",
		})
	}
	return all
}

func (w What) config() mgr.Config {
	return mgr.Config{
		DisplayName: Name, Description: Description, StartType: mgr.StartAutomatic, DelayedAutoStart: true,
		ServiceStartName: account, SidType: windows.SERVICE_SID_TYPE_UNRESTRICTED,
	}
}

// Plan is what Install would do.
func (w What) Plan() string {
	var b strings.Builder
	fmt.Fprintf(&b, "service %s (%s)\r\n  %q run -%s -config %q\r\n  account %s, started with the system, again after a failure\r\n", Name, Description, w.Program, Managed, w.File, account)
	for _, r := range w.rights() {
		b.WriteString(strings.Join(r, " ") + "\r\n")
	}
	return b.String()
}

// Install makes the service, and starts it.
func (w What) Install(ctx context.Context) error {
	m, err := mgr.Connect()
	if err != nil {
		return err
	}
	defer func() { _ = m.Disconnect() }()
	s, err := m.CreateService(Name, w.Program, w.config(), "run", "-"+Managed, "-config", w.File)
	if err != nil {
		return err
	}
	defer s.Close()
	again := mgr.RecoveryAction{Type: mgr.ServiceRestart, Delay: 2 * time.Second}
	if err := s.SetRecoveryActions([]mgr.RecoveryAction{again, again, {Type: mgr.ServiceRestart, Delay: time.Minute}}, 3600); err != nil {
		return err
	}
	for _, r := range w.rights() { // after the service: its account exists now
		if out, err := exec.CommandContext(ctx, r[0], r[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", strings.Join(r, " "), err, out)
		}
	}
	return s.Start()
}

// open runs fn on the service.
func open(fn func(*mgr.Service) error) error {
	m, err := mgr.Connect()
	if err != nil {
		return err
	}
	defer func() { _ = m.Disconnect() }()
	s, err := m.OpenService(Name)
	if err != nil {
		return err
	}
	defer s.Close()
	return fn(s)
}

// Uninstall ends the service and takes it away. Configuration and journal stay.
func Uninstall(ctx context.Context) error {
	if err := Stop(ctx); err != nil && !errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
		return err
	}
	return open((*mgr.Service).Delete)
}

// Start starts the service.
func Start(context.Context) error {
	return open(func(s *mgr.Service) error { return s.Start() })
}

// Stop stops it, and waits until it has.
func Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, waitStop)
	defer cancel()
	return open(func(s *mgr.Service) error {
		st, err := s.Control(svc.Stop)
		for err == nil && st.State != svc.Stopped {
			if !group.Sleep(ctx, 200*time.Millisecond) {
				return ctx.Err()
			}
			st, err = s.Query()
		}
		return err
	})
}

// AsService runs fn, if managed under the control of the service manager, which
// must have started this program then.
func AsService(ctx context.Context, managed bool, _ func(string) string, fn Run) error {
	if !managed {
		return fn(ctx, func() {})
	}
	h := &handler{ctx: ctx, fn: fn}
	if err := svc.Run(Name, h); err != nil {
		return err
	}
	return h.err
}

// handler is asked by the service manager.
type handler struct {
	ctx context.Context //nolint:containedctx // svc.Handler has no other way to it
	fn  Run
	err error
}

// Execute implements svc.Handler.
func (h *handler) Execute(_ []string, asked <-chan svc.ChangeRequest, state chan<- svc.Status) (specific bool, code uint32) {
	state <- svc.Status{State: svc.StartPending}
	ready, ended := make(chan struct{}), make(chan error, 1)
	g := group.New(h.ctx, func(name string, v any, stack []byte) { ended <- fmt.Errorf("%s panicked: %v\n%s", name, v, stack) })
	g.Go("service", func(ctx context.Context) { ended <- h.fn(ctx, func() { close(ready) }) })
	for {
		select {
		case <-ready:
			ready = nil // once
			state <- svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptShutdown}
		case h.err = <-ended:
			if h.err != nil {
				return true, 1
			}
			return false, 0
		case q := <-asked:
			switch q.Cmd {
			case svc.Interrogate:
				state <- q.CurrentStatus
			case svc.Stop, svc.Shutdown:
				state <- svc.Status{State: svc.StopPending, WaitHint: uint32(waitStop.Milliseconds())}
				g.Stop()
			}
		}
	}
}
