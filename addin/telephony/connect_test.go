package telephony_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

const (
	key  = `"vpbx_api_key":"` + testKey + `"`
	salt = `"vpbx_api_salt":"` + testSalt + `"`
)

func TestParseParams(t *testing.T) {
	t.Parallel()
	p, err := telephony.ParseParams("\ufeff " + `{
		"mode":"direct","role":"server",` + key + `,` + salt + `,"api_url":"https://example.org/vpbx/",
		"listen":{"address":"127.0.0.1:8081","path":"/mango","tls_cert":"c.pem","tls_key":"k.pem",
			"allow_ips":["81.88.80.132"," 10.1.2.3/8 ","::1","::ffff:10.0.0.1"]},
		"extension":101,"user_id":42,"user_name":" Иванов ","client_guid":"g","data_dir":"d","proxy":"proxy:3128",
		"time_zone":"Asia/Yekaterinburg","ack":"manual","log":{"path":"l.log","level":"debug"},
		"settings":{"min_in_sec":5},"hub":null,"unknown":1,"listen2":{}}`)
	if err != nil {
		t.Fatalf("ParseParams() = %v", err)
	}
	prefixes := []netip.Prefix{
		netip.MustParsePrefix("81.88.80.132/32"), netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("10.0.0.1/32"),
	}
	if diff := cmp.Diff(prefixes, p.Office.Listen.AllowIPs, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("allow_ips (-want +got):\n%s", diff)
	}
	session := office.Session{Extension: "101", UserID: "42", UserName: "Иванов", ClientGUID: "g", Role: "server"}
	if diff := cmp.Diff(session, p.Session); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	l := p.Office.Listen
	got := []string{
		p.Mode, p.Role, p.Ack, p.Office.Credentials.Key, p.Office.APIURL, l.Address, l.Path, l.TLSCert, l.TLSKey, p.Office.DataDir,
		p.Office.Proxy, p.Office.TimeZone, p.Zone.String(), p.LogPath, p.LogLevel, string(p.Office.Settings),
	}
	want := []string{
		"direct", "server", "manual", testKey, "https://example.org/vpbx/", "127.0.0.1:8081", "/mango", "c.pem", "k.pem", "d",
		"proxy:3128", "Asia/Yekaterinburg", "Asia/Yekaterinburg", "l.log", "debug", `{"min_in_sec":5}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	var warned []string
	for _, w := range p.Warnings {
		warned = append(warned, string(w.Code)+" "+w.Field)
	}
	if diff := cmp.Diff([]string{"unknown_field listen2", "unknown_field unknown"}, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestParamsDefaults(t *testing.T) {
	t.Parallel()
	p, err := telephony.ParseParams(`{` + key + `,` + salt + `,"mode":"","extension":null,"listen":null,"settings":null,"hub":{"url":"x","token":"y"}}`)
	if err != nil {
		t.Fatalf("ParseParams() = %v", err)
	}
	if p.Mode != "direct" || p.Role != "desk" || p.Ack != "auto" || p.Zone != time.Local || p.Session.Extension != "" {
		t.Errorf("defaults = %q %q %q %v %q, want direct desk auto Local and no extension", p.Mode, p.Role, p.Ack, p.Zone, p.Session.Extension)
	}
	if len(p.Warnings) != 1 || p.Warnings[0].Field != "hub" || p.Warnings[0].Code != text.FieldIgnored {
		t.Errorf("warnings = %v, want one about hub, which does not matter here", p.Warnings)
	}
}

// In mode hub the hub has the key and the settings: they are not asked for, and
// not used.
func TestParamsOfModeHub(t *testing.T) {
	t.Parallel()
	p, err := telephony.ParseParams(`{"mode":"hub","hub":{"url":"wss://hub.example.org","token":"mh_1_secret","ca":""},
		"extension":"101","user_id":"u1","proxy":"proxy:3128","time_zone":"+03:00",` + key + `,"settings":{"min_in_sec":5},"listen":{}}`)
	if err != nil {
		t.Fatalf("ParseParams() = %v", err)
	}
	if want := (telephony.Hub{URL: "wss://hub.example.org", Token: "mh_1_secret"}); p.Mode != "hub" || p.Hub != want {
		t.Errorf("mode %q, hub %+v, want hub and %+v", p.Mode, p.Hub, want)
	}
	var warned []string
	for _, w := range p.Warnings {
		warned = append(warned, string(w.Code)+" "+w.Field)
	}
	if diff := cmp.Diff([]string{"field_ignored vpbx_api_key", "field_ignored listen", "field_ignored settings"}, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// In mode share every session has all that the host needs.
func TestParamsOfModeShare(t *testing.T) {
	t.Parallel()
	const raw = `{"mode":"share","data_dir":"d","share":{"candidates":["srv1:8089","srv2:8089"],"listen":":8090","port":1},
		"settings":{"min_in_sec":5},"listen":{"address":":8080"},"hub":{},` + key + `,` + salt + `}`
	p, err := telephony.ParseParams(raw)
	if err != nil {
		t.Fatalf("ParseParams() = %v", err)
	}
	want := telephony.Share{Candidates: []string{"srv1:8089", "srv2:8089"}, Listen: ":8090"}
	if diff := cmp.Diff(want, p.Share); diff != "" || p.Mode != "share" || p.Office.DataDir != "d" {
		t.Errorf("mode %q, data_dir %q, share (-want +got):\n%s", p.Mode, p.Office.DataDir, diff)
	}
	var warned []string
	for _, w := range p.Warnings {
		warned = append(warned, string(w.Code)+" "+w.Field)
	}
	if diff := cmp.Diff([]string{"unknown_field share.port", "field_ignored hub"}, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// A token that anybody on the way can read deserves a word.
func TestPlainLinkIsWarnedOf(t *testing.T) {
	t.Parallel()
	for url, warned := range map[string]bool{
		"hub.example.org:8088": true, "ws://10.0.0.5": true, "http://hub": true, "wss://hub": false, "https://hub": false,
		"localhost:8088": false, "ws://127.0.0.1:8088": false, "ws://[::1]:8088": false,
	} {
		p, err := telephony.ParseParams(`{"mode":"hub","hub":{"url":"` + url + `","token":"t"}}`)
		if err != nil {
			t.Errorf("ParseParams(%s) = %v", url, err)
			continue
		}
		got := len(p.Warnings) == 1 && p.Warnings[0].Code == text.HubPlain
		if got != warned || !warned && len(p.Warnings) > 0 {
			t.Errorf("ParseParams(%s) warns of %v, want hub_plain: %v", url, p.Warnings, warned)
		}
	}
}

func TestWrongParamsNameTheField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		json  string
		code  text.Code
		field string
	}{
		{``, text.BadJSON, ""},
		{`[]`, text.BadJSON, ""},
		{`null`, text.BadJSON, ""},
		{`{` + salt + `,` + key, text.BadJSON, ""},
		{`{` + salt + `}`, text.MissingField, "vpbx_api_key"},
		{`{` + key + `}`, text.MissingField, "vpbx_api_salt"},
		{`{"vpbx_api_key":1,` + salt + `}`, text.BadField, "vpbx_api_key"},
		{`{"vpbx_api_salt":{"a":"` + testSalt + `"},` + key + `}`, text.BadField, "vpbx_api_salt"},
		{`{"mode":"hub","hub":{"token":"t"}}`, text.MissingField, "hub.url"},
		{`{"mode":"hub","hub":{"url":"wss://hub"}}`, text.MissingField, "hub.token"},
		{`{"mode":"hub","hub":{"url":"hub hub","token":"t"}}`, text.BadField, "hub.url"},
		{`{"mode":"hub","hub":{"url":"wss://hub","token":"t","ca":"no such file"}}`, text.BadCertificate, "hub.ca"},
		{`{"mode":"share",` + key + `,` + salt + `}`, text.MissingField, "data_dir"},
		{`{"mode":"share","data_dir":"d",` + key + `,` + salt + `}`, text.MissingField, "share.candidates"},
		{`{"mode":"share","data_dir":"d","share":{"candidates":["srv"]},` + key + `,` + salt + `}`, text.BadField, "share.candidates[0]"},
		{`{"mode":"share","data_dir":"d","share":{"candidates":"srv:1"},` + key + `,` + salt + `}`, text.BadField, "share.candidates"},
		{`{"mode":"share","data_dir":"d","share":{"candidates":["srv:1"],"listen":"x"},` + key + `,` + salt + `}`, text.BadField, "share.listen"},
		{`{"mode":"share","data_dir":"d","share":["srv:1"],` + key + `,` + salt + `}`, text.BadField, "share"},
		{`{"mode":"share","data_dir":"d","share":{"candidates":["srv:1"]},` + key + `}`, text.MissingField, "vpbx_api_salt"},
		{`{"mode":"other",` + key + `,` + salt + `}`, text.BadField, "mode"},
		{`{"role":"boss",` + key + `,` + salt + `}`, text.BadField, "role"},
		{`{"ack":true,` + key + `,` + salt + `}`, text.BadField, "ack"},
		{`{"api_url":"ftp://x",` + key + `,` + salt + `}`, text.BadField, "api_url"},
		{`{"listen":"127.0.0.1:1",` + key + `,` + salt + `}`, text.BadField, "listen"},
		{`{"listen":{"address":"nowhere"},` + key + `,` + salt + `}`, text.BadField, "listen.address"},
		{`{"listen":{"tls_cert":"x"},` + key + `,` + salt + `}`, text.MissingField, "listen.tls_key"},
		{`{"listen":{"allow_ips":"1.2.3.4"},` + key + `,` + salt + `}`, text.BadField, "listen.allow_ips"},
		{`{"listen":{"allow_ips":["1.2.3.4","1.2.3"]},` + key + `,` + salt + `}`, text.BadField, "listen.allow_ips[1]"},
		{`{"time_zone":"Moscow",` + key + `,` + salt + `}`, text.BadField, "time_zone"},
		{`{"time_zone":3,` + key + `,` + salt + `}`, text.BadField, "time_zone"},
		{`{"extension":[],` + key + `,` + salt + `}`, text.BadField, "extension"},
		{`{"log":{"level":"loud"},` + key + `,` + salt + `}`, text.BadField, "log.level"},
		{`{"settings":[1],` + key + `,` + salt + `}`, text.BadField, "settings"},
		{`{"settings":{"min_in_sec":10000},` + key + `,` + salt + `}`, text.SettingInvalid, "min_in_sec"},
		{`{"hub":{"token":7},` + key + `,` + salt + `}`, text.BadField, "hub.token"},
	} {
		_, err := telephony.ParseParams(c.json)
		e := text.From(err)
		if e == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("ParseParams(%s) = %v, want %s [%s]", c.json, err, c.code, c.field)
			continue
		}
		if strings.Contains(err.Error(), testSalt) || strings.Contains(e.Rendered(text.RU).Text, testSalt) {
			t.Errorf("ParseParams(%s): the error tells the salt: %v", c.json, err)
		}
	}
}

func TestTimeZones(t *testing.T) {
	t.Parallel()
	for zone, offset := range map[string]int{
		"+03:00": 3 * 3600, "-05:30": -(5*3600 + 1800), "+00:00": 0, "UTC": 0, "Europe/Moscow": 3 * 3600, "Asia/Vladivostok": 10 * 3600,
	} {
		p, err := telephony.ParseParams(`{"time_zone":"` + zone + `",` + key + `,` + salt + `}`)
		if err != nil {
			t.Errorf("time_zone %q: %v", zone, err)
			continue
		}
		if _, got := time.Unix(1_700_000_000, 0).In(p.Zone).Zone(); got != offset {
			t.Errorf("time_zone %q: offset %d, want %d", zone, got, offset)
		}
	}
}

func FuzzConnectJSON(f *testing.F) {
	f.Add(params)
	f.Add(`{"mode":"hub","hub":{"url":"wss://hub","token":"t","ca":""}}`)
	f.Add(`{"mode":"share","data_dir":"d",` + key + `,` + salt + `,"share":{"candidates":["srv:1","[::1]:2"],"listen":":1"}}`)
	f.Add(`{"listen":{"allow_ips":["1.2.3.4/33",""]},"time_zone":"+99:99","log":[],"settings":{"":null}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := telephony.ParseParams(raw)
		if err != nil {
			if e := text.From(err); e.Code == text.Internal {
				t.Errorf("ParseParams(%q) = %v, want a coded error", raw, err)
			}
			return
		}
		if err := p.Office.Validate(); p.Mode != "hub" && err != nil {
			t.Errorf("ParseParams(%q) let through %v", raw, err)
		}
		if p.Zone == nil || p.Mode == "" {
			t.Errorf("ParseParams(%q) = %+v, want a zone and a mode there is", raw, p)
		}
	})
}

// "Correct the field" helps nobody who does not know how.
func TestWrongParamsSayWhatIsWanted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	for raw, want := range map[string]string{
		`{"mode":"other"}`:                                       "[mode]: other; допустимо direct, hub, share",
		`{"listen":"x"}`:                                         "[listen]: нужен объект {…}",
		`{"listen":{"address":8080}}`:                            "[listen.address]: нужна строка",
		`{"listen":{"allow_ips":["x"]}}`:                         "[listen.allow_ips[0]]: x; нужен IP-адрес",
		`{"listen":{"allow_ips":"x"}}`:                           "[listen.allow_ips]: нужен массив строк",
		`{"time_zone":"Mars"}`:                                   "[time_zone]: Mars; нужно имя пояса",
		`{` + key + `,` + salt + `,"listen":{"address":"8080"}}`: "[listen.address]: 8080; нужно адрес:порт",
		`{"mode":"share","data_dir":"d",` + key + `,` + salt + `,"share":{"candidates":["srv:1","srv"]}}`:           "[share.candidates[1]]: srv; нужно до 16 адресов",
		`{"mode":"share","data_dir":"d",` + key + `,` + salt + `,"share":{"candidates":["srv:1"],"listen":"8080"}}`: "[share.listen]: 8080; нужно адрес:порт",
		`{` + key + `,` + salt + `,"settings":{"min_in_sec":-1}}`:                                                   "[min_in_sec]: допустимо от 0 до 9999",
		`[]`: "не является объектом JSON",
	} {
		out := o.do("Подключить", raw)
		if e := decodeMap(t, out.Error)["text"].(string); !strings.Contains(e, want) {
			t.Errorf("Подключить(%s): %q, want it to say %q", raw, e, want)
		}
	}
	o.set("ЯзыкСообщений", "en")
	if e := decodeMap(t, o.do("Подключить", `{"mode":"other"}`).Error)["text"].(string); !strings.Contains(e, "other; direct, hub, share are allowed") {
		t.Errorf("Подключить in English: %q, want the words that are allowed", e)
	}
	for _, c := range []struct {
		name string
		args []any
		want string
	}{
		{"НормализоватьНомер", []any{"101", "Я"}, "[Регион]: Я; нужны две латинские буквы"},
		{"Подключить", []any{"{}", -1}, "[ЖдатьМс]: -1; допустимо от 0 до 60000"},
	} {
		o.set("ЯзыкСообщений", "ru")
		if e := decodeMap(t, o.do(c.name, c.args...).Error)["text"].(string); !strings.Contains(e, c.want) {
			t.Errorf("%s(%v): %q, want it to say %q", c.name, c.args, e, c.want)
		}
	}
}

// Each setting that can be wrong by its value has its hint.
func TestEverySettingHasAHint(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	for name, v := range engine.Defaults().Map() {
		if _, flag := v.(bool); flag || strings.HasSuffix(name, "_assignee") {
			continue
		}
		raw := `{` + key + `,` + salt + `,"settings":{"` + name + `":-1.5}}`
		if e := decodeMap(t, o.do("Подключить", raw).Error); e["field"] != name || !strings.Contains(e["text"].(string), "]: ") {
			t.Errorf("Подключить with a wrong %s: %v, want a hint", name, e)
		}
	}
}
