//go:build linux

package control_test

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/control"
)

func TestUnit(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change     func(*control.What)
		has, lacks []string
	}{
		"defaults": {
			func(*control.What) {},
			[]string{
				"ExecStart=/opt/mango-hub run -config /etc/mango-hub/mango-hub.toml\n", "User=mango-hub\n", "Type=notify\n", "StateDirectory=mango-hub\n",
				"ProtectSystem=strict\n", "NoNewPrivileges=yes\n", "CapabilityBoundingSet=\n", "UMask=0077\n", "WantedBy=multi-user.target\n",
			},
			[]string{"ReadWritePaths", "CAP_"},
		},
		"a low port":       {func(w *control.What) { w.Config.HTTP.Listen = ":443" }, []string{"AmbientCapabilities=CAP_NET_BIND_SERVICE\n"}, nil},
		"a folder":         {func(w *control.What) { w.Config.Store.DataDir = "/srv/my hub" }, []string{"ReadWritePaths=\"/srv/my hub\"\n"}, []string{"StateDirectory"}},
		"a log":            {func(w *control.What) { w.Config.Log.File = "/var/log/hub/hub.log" }, []string{"ReadWritePaths=/var/log/hub\n"}, nil},
		"signs of a unit":  {func(w *control.What) { w.File = `/etc/50% $HOME"x.toml` }, []string{`-config "/etc/50%% $$HOME\"x.toml"` + "\n"}, nil},
		"a secret of ours": {func(w *control.What) { w.Config.PBX.Salt = "verysecret" }, nil, []string{"verysecret"}},
	} {
		w := control.What{Program: "/opt/mango-hub", File: "/etc/mango-hub/mango-hub.toml", Config: config.Default()}
		w.Config.Store.DataDir = "/var/lib/mango-hub"
		row.change(&w)
		unit := w.Unit()
		for _, want := range row.has {
			if !strings.Contains(unit, want) {
				t.Errorf("%s: the unit lacks %q:\n%s", name, want, unit)
			}
		}
		for _, no := range row.lacks {
			if strings.Contains(unit, no) {
				t.Errorf("%s: the unit has %q:\n%s", name, no, unit)
			}
		}
		if plan := w.Plan(); strings.Contains(plan, "verysecret") || plan == "" {
			t.Errorf("%s: the plan is empty or has a secret:\n%s", name, plan)
		}
	}
}

// The service is another user: what it has to read becomes its group's.
func TestPlanOpensTheKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"/etc/mango-hub/hub-key.pem": true, "/etc/ssl/private/hub.pem": false} {
		w := control.What{Program: "/opt/mango-hub", File: "/etc/mango-hub/mango-hub.toml", Config: config.Default()}
		w.Config.HTTP.TLSKey = key
		if plan := w.Plan(); strings.Contains(plan, "chgrp mango-hub "+key+"\n# chmod 640 "+key) != want {
			t.Errorf("Plan with the key %s gives it to the service: %v, want %v:\n%s", key, !want, want, plan)
		}
	}
}

// systemd is told when the hub is up and when it goes, and nobody else.
func TestAsServiceTells(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	told := func() string {
		buf := make([]byte, 64)
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}
	env := func(key string) string { return map[string]string{"NOTIFY_SOCKET": path}[key] }
	if err := control.AsService(t.Context(), false, env, func(_ context.Context, ready func()) error {
		ready()
		if got := told(); got != "READY=1" {
			t.Errorf("told %q, want READY=1", got)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := told(); got != "STOPPING=1" {
		t.Errorf("told %q, want STOPPING=1", got)
	}
	none := func(string) string { return "" }
	if err := control.AsService(t.Context(), false, none, func(_ context.Context, ready func()) error { ready(); return context.Canceled }); err != context.Canceled {
		t.Errorf("AsService() = %v, want the error of the work", err)
	}
}
