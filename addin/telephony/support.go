package telephony

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/support"
)

// Bounds of what the process remembers in order to hide it, and of the listing
// of the library's folder.
const (
	maxKnown1C   = 64
	maxLibraries = 300
)

// remember notes a secret, so that no archive has it.
func (p *Process) remember(salt sign.Salt, more ...string) {
	salt.Hide(func(secret string) { more = append(more, secret) })
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range more {
		if s != "" && !slices.Contains(p.known.Secrets, s) && len(p.known.Secrets) < maxKnown1C {
			p.known.Secrets = append(p.known.Secrets, s)
		}
	}
}

// try notes the parameters that somebody connects with: it is the failed attempt
// that support is asked about.
func (p *Process) try(params Params) {
	secrets := []string{params.Hub.Token}
	if u, err := url.Parse(params.Office.Proxy); err == nil && u.User != nil {
		password, _ := u.User.Password()
		secrets = append(secrets, password, u.User.String())
	}
	p.remember(params.Office.Credentials.Salt, secrets...)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tried = params
	if name := params.Session.UserName; !slices.Contains(p.known.Names, name) && len(p.known.Names) < maxKnown1C {
		p.known.Names = append(p.known.Names, name)
	}
}

// collectLogs is СобратьЖурналы. It asks no Office: people need it when there is
// none.
func (o *Object) collectLogs(path string) (string, error) {
	field := component.Field("ПутьКАрхиву", "ArchivePath")
	a := o.archive()
	out, err := support.Create(path, support.FileName("mango-logs", a.Computer, a.Now),
		filepath.Dir(o.proc.logPath()), filepath.Join(os.TempDir(), ClassName))
	if err != nil {
		return "", unwrittenArchive(err, field)
	}
	id, err := o.own().Start("", "CollectLogs", func(ctx context.Context, op *operation.Op) error {
		done := false
		defer func() {
			if !done {
				out.Drop()
			}
		}()
		entries, err := a.Write(ctx, out, func(done, total int64) { op.Progress(int(done>>10), int(total>>10)) })
		if err == nil {
			err = ctx.Err() // cancelled in this moment: nothing is left
		} else {
			err = out.Failed(err)
		}
		if err != nil {
			return unwrittenArchive(err, field)
		}
		done = true
		if err := out.Commit(); err != nil {
			return unwrittenArchive(err, field)
		}
		for _, e := range entries {
			if err := op.Add(mustJSON(e)); err != nil {
				return err
			}
		}
		op.SetPath(out.Path)
		return nil
	})
	if err != nil {
		out.Drop()
		return "", err
	}
	return id, nil
}

// logPath is the file of the log, or the one that would be.
func (p *Process) logPath() string {
	if path := p.log.Path(); path != "" {
		return path
	}
	return p.opt.LogPath
}

// archive gathers what is packed. It must run on a thread of the host, which
// tells of itself there only.
func (o *Object) archive() *support.Archive {
	p := o.proc
	computer, _ := os.Hostname() // "" is a name too
	log := p.logPath()
	library := o.env.Host().Info().LibraryPath
	p.mu.Lock()
	known := support.Known{Secrets: slices.Clone(p.known.Secrets), Names: slices.Clone(p.known.Names)}
	p.mu.Unlock()
	known.Home, _ = os.UserHomeDir()
	a := &support.Archive{Program: ClassName + " " + p.opt.Version, Computer: computer, Now: p.opt.Now(), Known: known}
	add := func(name, about, text string) {
		if text != "" {
			a.Parts = append(a.Parts, support.Part{Name: name, About: about, Text: []byte(text)})
		}
	}
	add("environment.json", support.AboutEnvironment, o.environment(computer))
	add("diagnostics.json", support.AboutDiagnostics, o.diagnostics())
	add("status.json", support.AboutStatus, o.status())
	add("connection.json", support.AboutConnection, o.connectionJSON())
	if settings, err := o.settings(); err == nil {
		add("settings.json", support.AboutSettings, settings)
	}
	if library != "" {
		dir := filepath.Dir(library)
		a.Parts = append(a.Parts, support.Part{Name: "registry.xml", About: support.AboutRegistry, Path: filepath.Join(dir, "registry.xml")})
		add("libraries.txt", support.AboutLibraries, listing(dir))
	}
	for _, suffix := range []string{crashSuffix, crashSuffix + ".1"} {
		a.Parts = append(a.Parts, support.Part{Name: "log/" + filepath.Base(log) + suffix, About: support.AboutCrash, Path: log + suffix})
	}
	add("log/early.log", support.AboutEarly, string(p.log.Early()))
	a.Parts = append(a.Parts, support.Rotated("log/"+filepath.Base(log), support.AboutLog, log)...)
	return a
}

// listing tells the files of a folder: other versions of a library are a usual
// trouble.
func listing(dir string) string {
	files, err := os.ReadDir(dir)
	var b strings.Builder
	b.WriteString(dir + "\n")
	if err != nil {
		b.WriteString(err.Error() + "\n")
	}
	for _, f := range files[:min(len(files), maxLibraries)] {
		if info, err := f.Info(); err == nil {
			fmt.Fprintf(&b, "%s %9d %s\n", info.ModTime().Format(timeLayout), info.Size(), f.Name())
		}
	}
	return b.String()
}

// environment is what the process runs in.
func (o *Object) environment(computer string) string {
	host := o.env.Host().Info()
	system, total, free := support.System()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	program, _ := os.Executable() // "" when it cannot be told
	w := jsonWriter{zone: o.zone()}
	w.open('{')
	w.str("version", o.proc.opt.Version)
	w.str("go", runtime.Version())
	w.str("os", runtime.GOOS)
	w.str("arch", runtime.GOARCH)
	w.str("system", system)
	w.str("computer", computer)
	w.int("processors", int64(runtime.NumCPU()))
	w.int("memory_mb", int64(total>>20))
	w.int("memory_free_mb", int64(free>>20))
	w.int("go_memory_mb", int64(mem.Sys>>20))
	w.int("pid", int64(os.Getpid()))
	w.str("program", program)
	w.str("library_path", host.LibraryPath)
	w.str("attach_type", host.Attach)
	w.str("platform", host.AppVersion)
	w.int("application", int64(host.Application))
	w.str("locale", host.Locale)
	w.time("now", o.proc.opt.Now())
	w.close('}')
	return string(w.buf)
}

// connectionJSON is what somebody last connected with, without secrets; "" when
// nobody did.
func (o *Object) connectionJSON() string {
	o.mu.Lock()
	c := o.conn
	o.mu.Unlock()
	o.proc.mu.Lock()
	p := o.proc.tried
	o.proc.mu.Unlock()
	if c != nil {
		p = c.params
	}
	if p.Mode == "" {
		return ""
	}
	listen, list := p.Office.Listen, jsonWriter{}
	w := jsonWriter{zone: p.Zone}
	w.open('{')
	w.str("mode", p.Mode)
	w.str("role", p.Role)
	w.str("ack", p.Ack)
	w.str("vpbx_api_key", p.Office.Credentials.Key)
	w.bool("salt_given", !p.Office.Credentials.Salt.Empty())
	w.str("api_url", p.Office.APIURL)
	w.str("proxy", p.Office.Proxy)
	w.str("data_dir", p.Office.DataDir)
	w.str("listen_address", listen.Address)
	w.str("listen_path", listen.Path)
	w.str("tls_cert", listen.TLSCert)
	w.str("tls_key", listen.TLSKey)
	for _, prefix := range listen.AllowIPs {
		list.comma()
		list.text(prefix.String())
	}
	w.raw("allow_ips", []byte("["+string(list.buf)+"]"))
	w.str("hub_url", p.Hub.URL)
	w.str("hub_ca", p.Hub.CA)
	w.bool("token_given", p.Hub.Token != "")
	w.str("share_candidates", strings.Join(p.Share.Candidates, ", "))
	w.str("share_listen", p.Share.Listen)
	w.str("extension", p.Session.Extension)
	w.str("user_id", p.Session.UserID)
	w.str("user_name", p.Session.UserName)
	w.str("client_guid", p.Session.ClientGUID)
	w.str("time_zone", p.Zone.String())
	w.str("log_path", p.LogPath)
	w.str("log_level", p.LogLevel)
	w.close('}')
	return string(w.buf)
}
