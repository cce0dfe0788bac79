package telephony

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/phone"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

// probeTimeout bounds the one signed request of СоздатьИнтеграцию.
const probeTimeout = 5 * time.Second

// settings is ПолучитьНастройки.
func (o *Object) settings() (string, error) {
	c, _, err := o.link()
	if err != nil {
		return "", err
	}
	v := c.link.View()
	return settingsJSON(v.Settings, v.Revision), nil
}

func settingsJSON(settings map[string]any, revision int64) string {
	m := maps.Clone(settings)
	if m == nil {
		m = map[string]any{}
	}
	m["revision"] = revision
	return string(mustJSON(m))
}

// setSettings is УстановитьНастройки. Unknown keys are kept by the Office and
// reported in the log and in Диагностика.
func (o *Object) setSettings(raw string) error {
	if _, err := parseFields(raw); err != nil {
		return err
	}
	answer, err := o.call("SetSettings", json.RawMessage(raw), callTimeout)
	if err != nil {
		return explained(err)
	}
	var a struct {
		Unknown []string `json:"unknown"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return text.New(text.Internal).WithDetail("SetSettings").Wrap(err)
	}
	o.warnSettings(a.Unknown)
	return nil
}

func (o *Object) warnSettings(unknown []string) {
	for _, key := range unknown {
		o.proc.warn(text.New(text.UnknownField).WithField("settings." + key))
	}
}

// createIntegration is СоздатьИнтеграцию: the format is checked here, then one
// signed read that the PBX surely knows tells whether code and key are right.
// Without a key there is nothing to sign with, and only the format is checked.
func (o *Object) createIntegration(key, salt, raw string) (string, error) {
	o.proc.remember(sign.NewSalt(salt))
	if o.proc.connected() {
		// A second client beside the connection could spend the one wrong
		// request in two minutes that the PBX forgives (VPBX API, 401).
		return "", text.New(text.AlreadyConnected)
	}
	params, signed, err := integrationParams(key, salt, raw)
	if err != nil {
		return "", err
	}
	settings, unknown, err := engine.ParseSettings(engine.Defaults(), params.Office.Settings)
	if err != nil {
		return "", explained(err)
	}
	o.warnSettings(unknown)
	for _, w := range params.Warnings {
		o.proc.warn(w)
	}
	if signed {
		ctx, cancel := context.WithTimeout(o.env.Context(), probeTimeout)
		defer cancel()
		params.Office.Log = o.proc.log.Logger()
		err := o.proc.opt.Probe(ctx, params.Office)
		o.proc.readUsers(params.Office.Credentials.Key, o.proc.opt.Now())
		if err != nil {
			if ctx.Err() != nil {
				return "", o.interrupted(err)
			}
			return "", err
		}
	}
	return settingsJSON(settings.Map(), 0), nil
}

// integrationParams puts the two arguments into the JSON and checks the whole.
func integrationParams(key, salt, raw string) (p Params, signed bool, err error) {
	m := map[string]any{}
	if raw != "" {
		f, err := parseFields(raw)
		if err != nil {
			return Params{}, false, err
		}
		for k, v := range f.m {
			m[k] = v
		}
		if salt == "" {
			salt = f.str("vpbx_api_salt")
		}
	}
	signed = salt != ""
	if !signed {
		salt = "not given" // the check of the rest demands one
	}
	m["mode"], m["vpbx_api_key"], m["vpbx_api_salt"] = modeDirect, key, salt // whoever keeps the key
	p, err = ParseParams(string(mustJSON(m)))
	if !signed {
		p.Office.Credentials.Salt = sign.Salt{}
	}
	return p, signed, err
}

// connected tells whether any object of the process is connected.
func (p *Process) connected() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conn != nil
}

// numberJSON is a number with what is dialled after it.
type numberJSON struct {
	phone.Number
	Extension string `json:"extension"`
}

// normalizePhone is НормализоватьНомер. A number that makes no sense is an
// answer too: kind is then `invalid`.
func (o *Object) normalizePhone(number, region string) (string, error) {
	if err := checkRegion(region); err != nil {
		return "", err
	}
	list := phone.List(number, region)
	if len(list) == 0 {
		list = []phone.Contact{{Number: phone.Parse(number, region)}}
	}
	answer := struct {
		numberJSON
		Others []numberJSON `json:"others"`
	}{numberJSON(list[0]), []numberJSON{}}
	for _, c := range list[1:] {
		answer.Others = append(answer.Others, numberJSON(c))
	}
	return string(mustJSON(answer)), nil
}

// sameNumber is СравнитьНомера.
func (o *Object) sameNumber(a, b, region string) (bool, error) {
	if err := checkRegion(region); err != nil {
		return false, err
	}
	return phone.SameField(a, b, region), nil
}

func checkRegion(region string) error {
	if isRegion(region) {
		return nil
	}
	e := text.New(text.BadArgument).WithField(component.Field("Регион", "Region")).WithDetail(region)
	return hint(e, text.WantRegion)
}

// isRegion tells a code of two letters (ISO 3166-1), whatever the country.
func isRegion(s string) bool {
	letter := func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
	return len(s) == 2 && letter(s[0]) && letter(s[1])
}
