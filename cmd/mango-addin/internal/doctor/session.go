package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/manifest"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/test/napihost"
)

// Session says with what the real library is to be tried.
type Session struct {
	Host    []string // command of napi-host
	Library string   // absolute path
	Params  string   // JSON for Подключить; secret
}

// Bounds of a try.
const (
	registerWait = 15 * time.Second // Подключить waits for the PBX or the hub
	uselessWait  = 2 * time.Second  // there is no way to either
	checkWait    = 5 * time.Second
	sessionTime  = time.Minute
)

// Ways are the connections that Подключить would make. Errors are added to the
// report; ok is false then.
func (r *Report) Ways(raw string) (ways []Way, ok bool) {
	r.begin("Подключение")
	p, err := telephony.ParseParams(raw)
	if err != nil {
		r.coded(Error, text.From(err))
		return nil, false
	}
	proxy, err := proxyOf(p.Office.Proxy)
	if err != nil {
		r.coded(Error, text.New(text.BadField).WithField("proxy")) // it may hold a password
		return nil, false
	}
	if p.Mode == "hub" {
		if u, fine := p.HubEndpoint(); fine {
			ways = append(ways, Way{Name: "хаб", URL: u, CA: p.Hub.CA, Proxy: proxy})
		}
		return ways, true
	}
	if u, err := url.Parse(p.Office.WithDefaults().APIURL); err == nil {
		ways = append(ways, Way{Name: "API ВАТС", URL: u, Proxy: proxy, TLS12: true})
	}
	return ways, true
}

func proxyOf(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err == nil && u.Host == "" {
		err = errors.New("no host")
	}
	return u, err
}

func (r *Report) coded(s Severity, e *text.Error) {
	m := e.Rendered(text.RU)
	r.add(s, string(m.Code), m.Text, m.Remedy)
}

// told is a finding, or a failure, as the library writes it.
type told struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`
	Remedy   string   `json:"remedy"`
}

// ours is what this try brings about itself: it takes no events.
const ours = string(text.EventsNotFetched)

// Connect loads the library, connects as 1C would, and passes on what it finds.
// Events are left to the 1C that they are for: they are not even offered here.
func (r *Report) Connect(ctx context.Context, s Session) {
	r.begin("Подключение")
	ctx, cancel := context.WithTimeout(ctx, sessionTime)
	defer cancel()
	h, err := napihost.Start(ctx, napihost.Config{Command: s.Host, Stderr: io.Discard})
	if err != nil {
		r.add(Error, "host", "napi-host не запускается: "+err.Error(), "Положите napi-host из комплекта рядом с этой программой")
		return
	}
	defer h.Kill()
	if err := r.try(ctx, h, s); err != nil {
		r.add(Error, "library_fails", s.Library+": "+err.Error(), repair)
		return
	}
	_, _ = h.Quit(ctx) // what it left over is the tests' business
}

// NoSession tells that there is nothing to try a connection with.
func (r *Report) NoSession(err error) {
	r.begin("Подключение")
	r.add(Error, "host", "Проверить связь нечем: "+err.Error(), "Положите рядом с этой программой napi-host из комплекта и установите компоненту, или укажите -napi-host и -lib")
}

func (r *Report) try(ctx context.Context, h *napihost.Host, s Session) error {
	if _, err := h.Load(ctx, s.Library); err != nil {
		return err
	}
	o, err := h.Create(ctx, manifest.Name)
	if err != nil {
		return err
	}
	if err := o.Set(ctx, "ExternalEvents", false); err != nil {
		return err
	}
	wait := registerWait
	if r.failed("Сеть") {
		wait = uselessWait
	}
	connected, err := r.call(ctx, o, "Connect", s.Params, wait.Milliseconds(), "")
	if err != nil {
		return err
	}
	if connected {
		if connected, err = r.call(ctx, o, "CheckConnection", checkWait.Milliseconds(), ""); err != nil {
			return err
		}
	}
	if err := r.diagnosis(ctx, o); err != nil {
		return err
	}
	if connected && !r.failed("Подключение") {
		r.ok("connected", "Подключить и ПроверитьСвязь: связь есть")
	}
	_, err = o.Call(ctx, "Disconnect")
	return err
}

// call calls a method whose last argument is Ошибка, and passes the failure on.
func (r *Report) call(ctx context.Context, o *napihost.Object, method string, args ...any) (bool, error) {
	res, err := o.Call(ctx, method, args...)
	if err != nil || res.Bool() {
		return err == nil, err
	}
	var f told
	if err := res.Args[len(args)-1].JSON(&f); err != nil {
		return false, err
	}
	f.Severity = Error
	r.pass(f)
	return false, nil
}

func (r *Report) diagnosis(ctx context.Context, o *napihost.Object) error {
	res, err := o.Call(ctx, "Diagnostics")
	if err != nil {
		return err
	}
	var d struct {
		Version  string `json:"version"`
		Findings []told `json:"findings"`
	}
	if err := json.Unmarshal([]byte(res.Text()), &d); err != nil {
		return err
	}
	r.ok("library", "Библиотека версии %s загружена", d.Version)
	for _, f := range d.Findings {
		if f.Code == string(text.ConnectionStarting) && r.failed("Подключение") {
			continue // only because nobody waited any longer
		}
		r.pass(f)
	}
	return nil
}

// pass adds what the library told, once.
func (r *Report) pass(f told) {
	if f.Code == ours || r.has(f.Code) {
		return
	}
	r.add(f.Severity, f.Code, f.Text, f.Remedy)
}

// failed tells whether a group has an error.
func (r *Report) failed(group string) bool {
	for _, f := range r.Findings {
		if f.Group == group && f.Severity == Error {
			return true
		}
	}
	return false
}
