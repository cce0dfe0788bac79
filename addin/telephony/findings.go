package telephony

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// severity orders findings: what stops the work, what will, what is good to know.
type severity uint8

const (
	failing severity = iota
	warning
	hinting
)

var severities = [...]string{"error", "warning", "hint"}

// finding is one thing that is wrong, or might be.
type finding struct {
	severity severity
	e        *text.Error
}

const (
	// waitsLong is how old the oldest event may get before 1C has taken it,
	// waitsRefused when 1C was seen to refuse: a moment's refusal is usual.
	waitsLong    = time.Minute
	waitsRefused = 5 * time.Second
	// skewLimit is how far clocks may be apart: links to recordings live for minutes.
	skewLimit = time.Minute
	// shortQueue: the library asks for a thousand, and 1C begins with one.
	shortQueue = 10
)

// The oldest platform that the component is made for.
var oldestPlatform = [...]int64{8, 3, 10}

// facts are what findings are made of. Nothing of them is secret.
type facts struct {
	host   component.HostInfo
	params *Params // nil: not connected
	view   office.Snapshot
	push   bool          // the object takes external events
	queue  int           // events that wait for it
	oldest time.Duration // how long the first of them has waited

	refused, fetched, internal int64
	lostLines                  int64
	logPath                    string
	crashes                    []logfile.CrashReport
}

// findings say in words what is wrong, worst first.
func (f *facts) findings() []finding {
	list := findingList{}
	f.ofPlatform(&list)
	f.ofConnection(&list)
	f.ofEvents(&list)
	f.ofLibrary(&list)
	if f.params != nil {
		f.ofPBX(&list)
		f.ofNotifications(&list)
		f.ofStore(&list)
	}
	slices.SortStableFunc(list, func(a, b finding) int { return cmp.Compare(a.severity, b.severity) })
	return list
}

// findingList collects.
type findingList []finding

func (l *findingList) add(s severity, code text.Code, field, detail string) {
	*l = append(*l, finding{s, &text.Error{Code: code, Field: field, Detail: detail}})
}

// count adds what was counted, unless nothing was.
func (l *findingList) count(s severity, code text.Code, n int64) {
	if n > 0 {
		l.add(s, code, "", strconv.FormatInt(n, 10))
	}
}

func (f *facts) ofPlatform(l *findingList) {
	if f.host.Attach == "isolated" && f.push {
		l.add(warning, text.AttachIsolated, "", "")
	}
	switch v := f.host.AppVersion; {
	case v == "":
		l.add(hinting, text.PlatformUnknown, "", "")
	case OlderPlatform(v):
		l.add(warning, text.PlatformOld, "", v)
	}
	if d := f.host.EventDepth; f.push && d > 0 && d < shortQueue {
		l.add(hinting, text.EventQueueShort, "", strconv.Itoa(d))
	}
}

// OlderPlatform tells whether a version like 8.3.25.1000 is older than any that
// the component is made for. What is no version is not old.
func OlderPlatform(version string) bool {
	parts := strings.Split(version, ".")
	for i, want := range oldestPlatform {
		if i >= len(parts) {
			return false
		}
		n, err := strconv.ParseInt(parts[i], 10, 32)
		if err != nil || n != want {
			return err == nil && n < want
		}
	}
	return false
}

func (f *facts) ofConnection(l *findingList) {
	v := f.view
	switch why := v.Why; {
	case v.State == office.Off:
		l.add(hinting, text.ConnectionOff, "", "")
	case why == nil:
		if v.Stale {
			l.add(warning, text.ReplicaStale, "", "")
		}
	case why.Code == text.ConnectionStarting:
		l.add(hinting, why.Code, "", "")
	case why.Code != text.APIPaused && why.Code != text.RateLimited && why.Code != text.RequestsHeld: // those are of the guard
		*l = append(*l, finding{failing, why})
	}
	if f.params == nil {
		return
	}
	for _, w := range f.params.Warnings {
		*l = append(*l, finding{warning, w})
	}
	if plainAPI(f.params) {
		l.add(warning, text.APIPlain, "api_url", "")
	}
	f.skew(l, "hub", f.num("link", "clock_skew_ms"))
	f.skew(l, "vpbx", f.num("clock_skew_ms"))
	switch {
	case v.Extension == "" && f.params.Role == roleDesk:
		l.add(warning, text.ExtensionMissing, "extension", "")
	case f.at("extension_unknown") == true:
		l.add(failing, text.ExtensionUnknown, "extension", v.Extension)
	}
}

// plainAPI tells whether requests go over a network unencrypted.
func plainAPI(p *Params) bool {
	if p.Mode == modeHub {
		return false
	}
	u, err := url.Parse(p.Office.WithDefaults().APIURL)
	return err == nil && u.Scheme == "http" && !loopback(u.Hostname())
}

func loopback(host string) bool {
	prefix, ok := parsePrefix(host)
	return host == "localhost" || ok && prefix.Addr().IsLoopback()
}

func (f *facts) skew(l *findingList, whose string, ms int64) {
	if d := time.Duration(ms) * time.Millisecond; d.Abs() > skewLimit {
		l.add(warning, text.ClockSkew, whose, d.Round(time.Second).String())
	}
}

func (f *facts) ofEvents(l *findingList) {
	switch {
	case f.queue == 0:
	case !f.push && f.fetched == 0:
		l.count(warning, text.EventsNotFetched, int64(f.queue))
	case f.push && f.refused > 0 && f.oldest > waitsRefused:
		l.count(warning, text.EventsRefused, int64(f.queue))
	case f.oldest > waitsLong:
		l.count(warning, text.EventsWaiting, int64(f.queue))
	}
}

func (f *facts) ofLibrary(l *findingList) {
	l.count(warning, text.Internal, f.internal)
	l.count(warning, text.LogLost, f.lostLines)
	if f.params != nil && f.logPath == "" {
		l.add(hinting, text.LogOff, "", "")
	}
	if len(f.crashes) > 0 {
		l.add(warning, text.Crashed, "", f.crashes[0].Path)
	}
}

// ofPBX tells why requests wait, the strongest reason first (office.held).
func (f *facts) ofPBX(l *findingList) {
	for _, gate := range []struct {
		key      string
		code     text.Code
		severity severity
	}{
		{"paused_until_unix", text.APIPaused, failing},
		{"backing_off_until_unix", text.RateLimited, warning},
		{"doubtful_paused_until_unix", text.RequestsHeld, warning},
	} {
		if until := f.num("rate_guard", gate.key); until > 0 {
			l.add(gate.severity, gate.code, "", time.Unix(until, 0).In(f.params.Zone).Format(timeLayout))
			return
		}
	}
}

// ofNotifications looks at the way from the PBX. What is refused weighs less
// once good ones come: the internet knocks at every open port.
func (f *facts) ofNotifications(l *findingList) {
	if f.at("webhook") == nil || f.view.State != office.Registered {
		return
	}
	accepted := f.num("webhook", "accepted")
	weight := warning
	if accepted == 0 {
		weight = failing
		unsure := hinting
		if f.num("commands_under_way") > 0 {
			unsure = warning // its result should have come
		}
		l.add(unsure, text.NeverNotified, "", "")
	}
	l.count(weight, text.NotifyBadSign, f.num("webhook", "bad_sign"))
	l.count(weight, text.NotifyForeignKey, f.num("webhook", "foreign_key"))
	l.count(min(weight+1, hinting), text.NotifyForeign, f.num("webhook", "foreign_address"))
	l.count(min(weight+1, hinting), text.NotifyPath, f.num("webhook", "unknown_path"))
}

func (f *facts) ofStore(l *findingList) {
	folder := f.word("journal", "folder")
	for _, part := range []string{"journal", "calls", "archive"} {
		if trouble := f.word(part, "trouble"); trouble != "" {
			l.add(failing, text.Code(trouble), "", folder)
		}
	}
	if moved := f.word("journal", "damaged_moved_to"); moved != "" {
		l.add(warning, text.StoreDamaged, "", moved)
	}
	if f.at("journal", "repaired") == true {
		l.add(hinting, text.StoreRepaired, "", "")
	}
	l.count(warning, text.EventsParked, f.num("journal", "parked"))
	if f.params.Mode == modeDirect && f.at("journal", "durable") == false {
		l.add(hinting, text.StoreMemory, "data_dir", "")
	}
}

// at looks into what the Office tells of itself: values of Go in this process,
// of JSON over a link.
func (f *facts) at(path ...string) any {
	var v any = f.view.Diagnostics
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func (f *facts) num(path ...string) int64 {
	switch v := f.at(path...).(type) {
	case int64:
		return v
	case int:
		return int64(v)
	case float64:
		return int64(v)
	}
	return 0
}

func (f *facts) word(path ...string) string {
	switch v := f.at(path...).(type) {
	case string:
		return v
	case text.Code:
		return string(v)
	}
	return ""
}

// facts gathers them; it runs within a method body (component.Env.Host).
func (o *Object) facts(v office.Snapshot) *facts {
	p := o.proc
	f := &facts{
		host: o.env.Host().Info(), view: v,
		refused: p.count.refused.Load(), fetched: p.count.fetched.Load(), internal: p.count.internal.Load(),
		lostLines: p.log.Dropped(), logPath: p.log.Path(), crashes: logfile.CrashReports(p.log.Crash()),
	}
	o.mu.Lock()
	c, b := o.conn, o.inbox
	f.push = o.push
	o.mu.Unlock()
	if c != nil {
		f.params = &c.params
		var since time.Time
		if f.queue, since = c.dist.length(b); f.queue > 0 {
			f.oldest = p.opt.Now().Sub(since)
		}
	}
	return f
}

// findingsPart writes them in the object's language.
func (o *Object) findingsPart(w *jsonWriter, f *facts) {
	list := f.findings()
	w.list("findings", len(list), func(i int) {
		r := list[i].e.Rendered(o.env.Lang())
		w.open('{')
		w.str("code", string(r.Code))
		w.str("severity", severities[list[i].severity])
		w.str("text", r.Text)
		w.str("remedy", r.Remedy)
		w.str("field", r.Field)
		w.close('}')
	})
}
