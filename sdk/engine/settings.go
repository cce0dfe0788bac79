package engine

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/zone"
)

// Settings of the company (docs: BSL contract, "Settings of the company").
// They are a value: a State never changes the one it was given.
type Settings struct {
	Distribute         bool   `json:"distribute"`
	RespectStatus      bool   `json:"respect_status"`
	RouteDeadlineMs    int    `json:"route_deadline_ms"` // ms, 1–3000
	IvrPopup           bool   `json:"ivr_popup"`
	IvrFallback        string `json:"ivr_fallback"` // none | next_free
	OpenClientCard     bool   `json:"open_client_card"`
	SaveInternal       bool   `json:"save_internal"`
	Calltracking       bool   `json:"calltracking"`
	CreateOnIncoming   bool   `json:"create_on_incoming"`
	CreateOnOutgoing   bool   `json:"create_on_outgoing"`
	ClientType         string `json:"client_type"`       // clientTypes
	IvrAssignee        string `json:"ivr_assignee"`      // opaque 1C user id
	MissedAssignee     string `json:"missed_assignee"`   // opaque 1C user id
	MinInSec           int    `json:"min_in_sec"`        // s, 0–9999
	MinOutSec          int    `json:"min_out_sec"`       // s, 0–9999
	ThresholdCompare   string `json:"threshold_compare"` // gt | ge
	ArchiveRecordings  bool   `json:"archive_recordings"`
	UsersLimit         int    `json:"users_limit"`         // 0 = none
	DuplicateExtension string `json:"duplicate_extension"` // allow | displace
	PBXTimeZone        string `json:"pbx_time_zone"`
	KeepCallsDays      int    `json:"keep_calls_days"` // 0 = for ever
	CatchUp            bool   `json:"catch_up"`        // by statistics

	// Extra holds keys of newer versions: they are kept and given back.
	Extra map[string]json.RawMessage `json:"-"`
}

// Bounds of the settings.
const (
	maxThresholdSec    = 9999
	maxRouteDeadlineMs = 3000
	maxKeepCallsDays   = 36500
)

var clientTypes = []string{"partner", "counterparty", "counterparty_partner", "contact_partner", "person"}

// Defaults are the settings of a company that never set any.
func Defaults() Settings {
	return Settings{
		RouteDeadlineMs: 1500, IvrFallback: "none", ClientType: "partner",
		ThresholdCompare: "gt", DuplicateExtension: "allow", PBXTimeZone: "Europe/Moscow",
		KeepCallsDays: 3 * 365, CatchUp: true,
	}
}

// ParseSettings reads a JSON object over base: keys left out keep the value of
// base, unknown keys go to Extra and are returned, sorted. A wrong value
// refuses the whole: a *text.Error setting_invalid with its Field. Empty raw
// changes nothing.
func ParseSettings(base Settings, raw json.RawMessage) (s Settings, unknown []string, err error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return base, nil, nil
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(raw, &given); err != nil || given == nil {
		return base, nil, text.New(text.BadJSON).WithField("settings")
	}
	s = base
	s.Extra = maps.Clone(base.Extra)
	fields := s.fields()
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if key == "revision" { // GetSettings adds it; handing it back is no mistake
			continue
		}
		target, known := fields[key]
		if !known {
			if s.Extra == nil {
				s.Extra = map[string]json.RawMessage{}
			}
			s.Extra[key] = bytes.Clone(given[key])
			unknown = append(unknown, key)
			continue
		}
		// null would leave the value as it was, silently: refuse it.
		if bytes.Equal(given[key], []byte("null")) || json.Unmarshal(given[key], target) != nil {
			return base, nil, invalid(key)
		}
	}
	if field := s.fault(); field != "" {
		return base, nil, invalid(field)
	}
	return s, unknown, nil
}

func invalid(field string) error { return text.New(text.SettingInvalid).WithField(field) }

// fields pairs each key with its place in s.
func (s *Settings) fields() map[string]any {
	return map[string]any{
		"distribute": &s.Distribute, "respect_status": &s.RespectStatus,
		"route_deadline_ms": &s.RouteDeadlineMs, "ivr_popup": &s.IvrPopup, "ivr_fallback": &s.IvrFallback,
		"open_client_card": &s.OpenClientCard, "save_internal": &s.SaveInternal, "calltracking": &s.Calltracking,
		"create_on_incoming": &s.CreateOnIncoming, "create_on_outgoing": &s.CreateOnOutgoing,
		"client_type": &s.ClientType, "ivr_assignee": &s.IvrAssignee, "missed_assignee": &s.MissedAssignee,
		"min_in_sec": &s.MinInSec, "min_out_sec": &s.MinOutSec, "threshold_compare": &s.ThresholdCompare,
		"archive_recordings": &s.ArchiveRecordings, "users_limit": &s.UsersLimit,
		"duplicate_extension": &s.DuplicateExtension, "pbx_time_zone": &s.PBXTimeZone,
		"keep_calls_days": &s.KeepCallsDays, "catch_up": &s.CatchUp,
	}
}

// fault names the first key out of range, "" when all is well.
func (s *Settings) fault() string {
	_, zoneErr := zone.Load(s.PBXTimeZone)
	for _, check := range []struct {
		ok    bool
		field string
	}{
		{s.RouteDeadlineMs >= 1 && s.RouteDeadlineMs <= maxRouteDeadlineMs, "route_deadline_ms"},
		{s.IvrFallback == "none" || s.IvrFallback == "next_free", "ivr_fallback"},
		{slices.Contains(clientTypes, s.ClientType), "client_type"},
		{s.MinInSec >= 0 && s.MinInSec <= maxThresholdSec, "min_in_sec"},
		{s.MinOutSec >= 0 && s.MinOutSec <= maxThresholdSec, "min_out_sec"},
		{s.ThresholdCompare == "gt" || s.ThresholdCompare == "ge", "threshold_compare"},
		{s.UsersLimit >= 0, "users_limit"},
		{s.DuplicateExtension == "allow" || s.DuplicateExtension == "displace", "duplicate_extension"},
		{s.PBXTimeZone != "" && zoneErr == nil, "pbx_time_zone"},
		{s.KeepCallsDays >= 0 && s.KeepCallsDays <= maxKeepCallsDays, "keep_calls_days"},
	} {
		if !check.ok {
			return check.field
		}
	}
	return ""
}

// Map gives the settings as a JSON object, keys of Extra included; the caller
// owns it.
func (s Settings) Map() map[string]any {
	m := map[string]any{}
	for key, raw := range s.Extra {
		var v any
		if json.Unmarshal(raw, &v) == nil {
			m[key] = v
		}
	}
	for key, place := range s.fields() {
		switch p := place.(type) {
		case *bool:
			m[key] = *p
		case *int:
			m[key] = *p
		case *string:
			m[key] = *p
		}
	}
	return m
}

// Thresholds decide over the status of a call.
func (s *Settings) Thresholds() call.Thresholds {
	return call.Thresholds{MinIn: s.MinInSec, MinOut: s.MinOutSec, Inclusive: s.ThresholdCompare == "ge"}
}
