// Package control makes mango-hub a service of the system: a unit of systemd,
// or a service of Windows.
package control

import (
	"context"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"mangoofficesdk/cmd/mango-hub/internal/config"
)

// Name of the service, and of the user it runs as.
const Name = "mango-hub"

// Description of the service.
const Description = "mango-hub: 1C and the cloud PBX MANGO OFFICE"

// Managed is the flag of "mango-hub run" that the service of Windows has: whoever
// guesses from the parent process guesses wrong where that is another one.
const Managed = "service"

// What is installed.
type What struct {
	Program string // absolute path
	File    string // of the configuration, absolute
	Config  config.Config
}

// Unit is the unit of systemd. Everything that the hub needs is in it, and
// everything else is taken away.
func (w What) Unit() string {
	var b strings.Builder
	b.WriteString(`# Written by mango-hub install. Changes belong into a drop-in: systemctl edit ` + Name + `
[Unit]
Description=` + Description + `
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart=` + quote(w.Program) + ` run -config ` + quote(w.File) + `
User=` + Name + `
Restart=on-failure
RestartSec=2
TimeoutStopSec=20
LimitNOFILE=65536
UMask=0077
`)
	if w.Config.Store.DataDir == "/var/lib/"+Name {
		b.WriteString("StateDirectory=" + Name + "\nStateDirectoryMode=0700\n")
	} else {
		b.WriteString("ReadWritePaths=" + quote(w.Config.Store.DataDir) + "\n")
	}
	if f := w.Config.Log.File; f != "" {
		b.WriteString("ReadWritePaths=" + quote(filepath.Dir(f)) + "\n")
	}
	b.WriteString("# The key for signatures may lie in /etc/mango-hub/salt, for root alone:\n#LoadCredential=salt:/etc/mango-hub/salt\n\n")
	bind := ""
	if low(w.Config.HTTP.Listen) {
		bind = "CAP_NET_BIND_SERVICE"
	}
	b.WriteString("CapabilityBoundingSet=" + bind + "\nAmbientCapabilities=" + bind + `
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`)
	return b.String()
}

// low reports whether only a privileged program may listen there.
func low(listen string) bool {
	_, port, err := net.SplitHostPort(listen)
	n, bad := strconv.Atoi(port)
	return err == nil && bad == nil && n > 0 && n < 1024
}

// quote is a word of a unit: % begins a specifier, $ a variable.
func quote(s string) string {
	s = strings.NewReplacer("%", "%%", "$", "$$").Replace(s)
	if !strings.ContainsAny(s, " \t\"'\\;") {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Run is the work of the service: it returns when ctx ends. ready is called
// when it has begun.
type Run func(ctx context.Context, ready func()) error
