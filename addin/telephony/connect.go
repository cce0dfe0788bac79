package telephony

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/zone"
)

// The words of Connect's JSON.
const (
	modeDirect = "direct"
	modeHub    = "hub"
	modeShare  = "share"
	roleDesk   = "desk"
	roleServer = "server"
	ackAuto    = "auto"
	ackManual  = "manual"
)

// Params is Connect's JSON, checked.
type Params struct {
	Mode    string        // direct | hub | share
	Role    string        // desk | server
	Ack     string        // auto | manual
	Office  office.Config // mode direct, and share; in mode hub its Log, Proxy and TimeZone count
	Hub     Hub           // mode hub
	Share   Share         // mode share
	Session office.Session
	Zone    *time.Location // where times of events are shown

	LogPath  string // "" = not given
	LogLevel string // "" = not given

	// Warnings are keys that nobody knows and values that do not matter in
	// this mode. They do not stop the connection.
	Warnings []*text.Error
}

// ParseParams reads Connect's JSON. Absent keys get defaults: mode direct,
// role desk, ack auto, the zone of this computer, and those of office.Config.
// An error is a *text.Error that names the key; it never holds a secret.
func ParseParams(raw string) (Params, error) {
	f, err := parseFields(raw)
	if err != nil {
		return Params{}, err
	}
	p := Params{
		Mode: f.word("mode", modeDirect, modeDirect, modeHub, modeShare),
		Role: f.word("role", roleDesk, roleDesk, roleServer),
		Ack:  f.word("ack", ackAuto, ackAuto, ackManual),
	}
	p.Office = office.Config{
		Credentials: sign.Credentials{Key: f.str("vpbx_api_key"), Salt: sign.NewSalt(f.str("vpbx_api_salt"))},
		APIURL:      f.str("api_url"),
		Proxy:       f.str("proxy"),
		DataDir:     f.str("data_dir"),
	}
	p.Session = office.Session{
		Extension: f.text("extension"), UserID: f.text("user_id"), UserName: f.str("user_name"),
		ClientGUID: f.str("client_guid"), Role: p.Role,
	}
	p.zone(f)
	p.listen(f.object("listen"))
	log := f.object("log")
	p.LogPath = log.str("path")
	p.LogLevel = log.word("level", "", "error", "warn", "info", "debug")
	hub := f.object("hub")
	p.Hub = Hub{URL: hub.str("url"), Token: hub.str("token"), CA: hub.str("ca")}
	share := f.object("share")
	p.Share = Share{Candidates: share.list("candidates"), Listen: share.str("listen")}
	p.Office.Settings = f.raw("settings")

	for _, part := range []*fields{f, log, hub, share} {
		p.Warnings = append(p.Warnings, part.unknown()...)
	}
	if err := f.err(); err != nil {
		return Params{}, err
	}
	if err := p.checkMode(f); err != nil {
		return Params{}, err
	}
	return p, nil
}

// checkMode checks what the mode needs, and warns of what it has no use for.
func (p *Params) checkMode(f *fields) error {
	useless, check := []string{"hub", "share"}, p.Office.Validate
	switch p.Mode {
	case modeHub:
		useless = []string{"vpbx_api_key", "vpbx_api_salt", "api_url", "listen", "data_dir", "settings", "share"}
		check = p.link().Validate
		if p.link().Plain() {
			p.Warnings = append(p.Warnings, text.New(text.HubPlain).WithField("hub.url"))
		}
	case modeShare:
		useless, check = []string{"hub"}, p.share().Validate
	}
	for _, key := range useless {
		if f.given(key) {
			p.Warnings = append(p.Warnings, text.New(text.FieldIgnored).WithField(key))
		}
	}
	return explained(check())
}

// zone reads time_zone: a name or an offset like +03:00 (sdk/zone).
func (p *Params) zone(f *fields) {
	p.Zone = time.Local
	s := f.str("time_zone")
	if s == "" {
		return
	}
	loc, err := zone.Load(s)
	if err != nil {
		f.fail(badField("time_zone", s, text.Wanted("time_zone")))
		return
	}
	p.Zone, p.Office.TimeZone = loc, s
}

func (p *Params) listen(f *fields) {
	p.Office.Listen = office.Listen{
		Address: f.str("address"), Path: f.str("path"), TLSCert: f.str("tls_cert"), TLSKey: f.str("tls_key"),
	}
	for i, s := range f.list("allow_ips") {
		prefix, ok := parsePrefix(s)
		if !ok {
			f.fail(badField(f.path(element("allow_ips", i)), s, text.WantNetwork))
			continue
		}
		p.Office.Listen.AllowIPs = append(p.Office.Listen.AllowIPs, prefix)
	}
	p.Warnings = append(p.Warnings, f.unknown()...)
}

// parsePrefix reads "10.0.0.1", "10.0.0.0/8" or their IPv6 kin.
func parsePrefix(s string) (netip.Prefix, bool) {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	n, err := netip.ParsePrefix(s)
	return n.Masked(), err == nil
}

// equal tells whether q means the same connection: everything but the log,
// which belongs to the process.
func (p Params) equal(q Params) bool {
	a, b := p.Office.WithDefaults(), q.Office.WithDefaults()
	return p.Mode == q.Mode && p.Role == q.Role && p.Ack == q.Ack &&
		p.Session == q.Session && sameZone(p.Zone, q.Zone) && p.Hub.equal(q.Hub) && p.Share.equal(q.Share) &&
		a.Credentials.Key == b.Credentials.Key && a.Credentials.Salt.Equal(b.Credentials.Salt) &&
		a.APIURL == b.APIURL && a.Proxy == b.Proxy && a.DataDir == b.DataDir &&
		a.Listen.Address == b.Listen.Address && a.Listen.Path == b.Listen.Path &&
		a.Listen.TLSCert == b.Listen.TLSCert && a.Listen.TLSKey == b.Listen.TLSKey &&
		samePrefixes(a.Listen.AllowIPs, b.Listen.AllowIPs) &&
		bytes.Equal(canonical(a.Settings), canonical(b.Settings))
}

// sameZone: a fixed offset has no name, so offsets are compared at one moment.
func sameZone(a, b *time.Location) bool {
	if a.String() != b.String() {
		return false
	}
	_, x := time.Unix(0, 0).In(a).Zone()
	_, y := time.Unix(0, 0).In(b).Zone()
	return x == y
}

func samePrefixes(a, b []netip.Prefix) bool {
	texts := func(list []netip.Prefix) []string {
		out := make([]string, 0, len(list))
		for _, p := range list {
			out = append(out, p.String())
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(texts(a), texts(b))
}

// canonical makes JSON objects with equal content equal as bytes.
func canonical(raw json.RawMessage) []byte {
	var v map[string]any
	if json.Unmarshal(raw, &v) != nil || len(v) == 0 {
		return nil
	}
	return mustJSON(v)
}

// mustJSON encodes what cannot fail to be encoded.
func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // recovered by the dispatch, logged with its stack
	}
	return b
}
