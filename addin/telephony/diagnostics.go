package telephony

import (
	"cmp"
	"encoding/json"
	"maps"
	"runtime"
	"slices"
	"strings"

	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// status is ПолучитьСостояние: what a form wants to show, in one call.
func (o *Object) status() string {
	v := o.view()
	w := jsonWriter{zone: o.zone()}
	w.open('{')
	w.int("state", int64(v.State))
	w.str("extension", v.Extension)
	w.bool("is_first", v.IsFirst)
	w.int("queue", int64(o.queueLength()))
	w.str("mode", o.mode())
	w.key("error")
	o.failure(&w, v.Why)
	w.close('}')
	return string(w.buf)
}

// mode is "" without a connection.
func (o *Object) mode() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conn == nil {
		return ""
	}
	return o.conn.params.Mode
}

// failure writes an error as the out-parameter Ошибка does; empty strings when
// all is well.
func (o *Object) failure(w *jsonWriter, e *text.Error) {
	var r text.Rendered
	if e != nil {
		r = e.Rendered(o.env.Lang())
	}
	w.open('{')
	w.str("code", string(r.Code))
	w.str("text", r.Text)
	w.str("remedy", r.Remedy)
	w.bool("retryable", r.Retryable)
	w.str("field", r.Field)
	w.close('}')
}

// diagnostics is Диагностика: what support needs in order to help, without a
// secret. What the Office adds stands under the names it chose.
func (o *Object) diagnostics() string {
	p := o.proc
	v := o.view()
	f := o.facts(v)
	host := f.host
	w := jsonWriter{zone: o.zone()}
	w.open('{')
	w.str("version", p.opt.Version)
	w.str("os", runtime.GOOS)
	w.str("arch", runtime.GOARCH)
	w.str("go", runtime.Version())
	w.time("time", p.opt.Now())
	o.findingsPart(&w, f)
	w.str("attach_type", host.Attach)
	w.key("platform")
	w.open('{')
	w.str("version", host.AppVersion)
	w.str("user_agent", host.UserAgent)
	w.int("application", int64(host.Application))
	w.str("locale", host.Locale)
	w.str("language", host.Language)
	w.int("event_depth", int64(host.EventDepth))
	w.close('}')
	w.str("library_path", host.LibraryPath)
	w.key("log")
	w.open('{')
	w.str("path", p.log.Path())
	w.str("level", p.log.Level())
	w.int("lost_lines", p.log.Dropped())
	w.close('}')
	p.crashPart(&w, f.crashes)
	o.connectionPart(&w, f)
	p.countersPart(&w)
	o.notesPart(&w, "last_errors", &p.count.errors)
	o.notesPart(&w, "warnings", &p.count.warnings)
	officePart(&w, v)
	w.close('}')
	return string(w.buf)
}

func (o *Object) connectionPart(w *jsonWriter, f *facts) {
	var p Params
	objects := o.proc.objects()
	if f.params != nil {
		p = *f.params
	}
	v, listen := f.view, p.Office.Listen
	w.str("mode", p.Mode)
	w.str("role", p.Role)
	w.str("ack", p.Ack)
	w.int("state", int64(v.State))
	w.key("error")
	o.failure(w, v.Why)
	w.str("vpbx_api_key", p.Office.Credentials.Key)
	w.str("extension", v.Extension)
	w.bool("is_first", v.IsFirst)
	w.bool("stale", v.Stale)
	w.key("listen")
	w.open('{')
	w.str("address", listen.Address)
	w.str("path", listen.Path)
	w.bool("tls", listen.TLSCert != "")
	w.close('}')
	w.bool("proxy", p.Office.Proxy != "") // its URL may hold a password
	w.bool("api_tls", (p.Mode == modeDirect || p.Mode == modeShare) && strings.HasPrefix(p.Office.WithDefaults().APIURL, "https:"))
	w.str("hub", p.Hub.URL)
	w.int("clock_skew_ms", f.num("clock_skew_ms"))
	w.bool("clock_skew_known", f.at("clock_skew_ms") != nil) // else no answer of the PBX came yet
	w.int("objects", int64(objects))
	w.bool("external_events", f.push)
	w.int("queue", int64(f.queue))
}

// objects counts the members of the connection.
func (p *Process) objects() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		return 0
	}
	return len(p.conn.members)
}

// crashPart tells whether this process or an earlier one was ended by the Go
// runtime. The reports themselves are read from their files.
func (p *Process) crashPart(w *jsonWriter, reports []logfile.CrashReport) {
	w.key("crash")
	w.open('{')
	w.str("path", p.log.Crash())
	w.list("reports", len(reports), func(i int) {
		w.open('{')
		w.str("path", reports[i].Path)
		w.time("time", reports[i].Time)
		w.int("bytes", reports[i].Size)
		w.close('}')
	})
	w.close('}')
}

func (p *Process) countersPart(w *jsonWriter) {
	c := &p.count
	w.key("counters")
	w.open('{')
	w.int("events_delivered", c.delivered.Load())
	w.int("events_taken", c.taken.Load())
	w.int("events_refused", c.refused.Load())
	w.int("events_fetched", c.fetched.Load())
	w.int("events_shed", c.shed.Load())
	w.int("events_expired", c.expired.Load())
	w.int("events_replaced", c.replaced.Load())
	w.int("events_left", c.refusedFull.Load())
	w.int("events_settled", c.settled.Load())
	w.int("settle_failures", c.settleFailed.Load())
	w.int("internal_errors", c.internal.Load())
	w.close('}')
	c.way.write(w, "latency")
	c.inbox.write(w, "latency_inbox")
}

func (o *Object) notesPart(w *jsonWriter, key string, list *[]note) {
	count := &o.proc.count
	count.mu.Lock()
	notes := slices.Clone(*list)
	count.mu.Unlock()
	w.list(key, len(notes), func(i int) {
		r := notes[i].e.Rendered(o.env.Lang())
		w.open('{')
		w.time("time", notes[i].at)
		w.str("code", string(r.Code))
		w.str("text", r.Text)
		w.str("field", r.Field)
		w.close('}')
	})
}

// officePart writes what the Office tells about itself, in sorted order.
func officePart(w *jsonWriter, v office.Snapshot) {
	w.key("office")
	w.open('{')
	for _, k := range slices.Sorted(maps.Keys(v.Diagnostics)) {
		raw, err := json.Marshal(v.Diagnostics[k])
		if err != nil {
			continue // a value of the Office that is no JSON; the others still help
		}
		w.key(string(mustKey(k)))
		w.buf = append(w.buf, raw...)
	}
	w.close('}')
}

// mustKey makes any text a harmless key.
func mustKey(k string) []byte {
	out := make([]byte, 0, len(k))
	for i := range len(k) {
		if b := k[i]; b == '_' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' {
			out = append(out, b)
		}
	}
	return out
}

// activeCalls is ПолучитьТекущиеЗвонки, oldest first.
func (o *Object) activeCalls() (string, error) {
	c, b, err := o.link()
	if err != nil {
		return "", err
	}
	all := c.link.View().Calls
	calls := make([]*office.ActiveCall, 0, len(all))
	for i := range all {
		calls = append(calls, &all[i])
	}
	slices.SortFunc(calls, func(x, y *office.ActiveCall) int {
		return cmp.Or(x.Started.Compare(y.Started), cmp.Compare(x.CallID, y.CallID))
	})
	r := renderer{lang: o.env.Lang(), jsonWriter: jsonWriter{zone: b.zone}}
	r.open('[')
	for _, call := range calls {
		r.activeCall(call)
	}
	r.close(']')
	return string(r.buf), nil
}

func (r *renderer) activeCall(c *office.ActiveCall) {
	r.open('{')
	r.str("entry_id", c.EntryID)
	r.str("call_id", c.CallID)
	r.str("state", c.State)
	r.str("direction", string(c.Direction))
	r.party("caller", c.Caller)
	r.party("callee", c.Callee)
	r.str("line_number", c.Line)
	r.str("group", c.Group)
	r.time("started", c.Started)
	r.time("talk_started", c.TalkStarted)
	r.close('}')
}

// applyLog takes the log settings of Connect's JSON. A file that was named and
// cannot be written is the caller's mistake; the default one is only a loss.
func (p *Process) applyLog(params Params) error {
	if params.LogLevel != "" {
		if err := p.log.SetLevel(params.LogLevel); err != nil {
			return err
		}
	}
	if params.LogPath != "" {
		if err := p.log.SetPath(params.LogPath); err != nil {
			return err
		}
		return nil
	}
	if p.log.Path() == "" {
		if err := p.log.SetPath(p.opt.LogPath); err != nil {
			p.warn(text.From(err))
		}
	}
	return nil
}
