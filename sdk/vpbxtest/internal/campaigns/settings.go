package campaigns

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// setting is a parameter of a campaign that stands for itself: what it may be
// and what it is when nobody says.
type setting struct {
	name string
	old  string // its name until 11.03.2024, still taken; "" = none
	def  any
	// shown tells that campaigns print it.
	shown bool
	read  func(raw json.RawMessage) (value any, code int)
}

// settings are those of campaign/add (document §4.6.5). What a campaign gets
// when a timer of the anti-robot is not given is inferred.
func settings() []setting {
	attempts, waits := choice(1, 3, 5, 10), choice(60, 300, 900, 3600)
	long := choice(3600, 10800, 43200, 86400)
	// The list for "not available" ends with 864000 in print.
	robot := choice(60, 300, 900, 3600, 10800, 43200, 86400, 864000)
	return []setting{
		{name: "priority", def: int64(2), shown: true, read: choice(1, 2, 3)},
		{name: "order", shown: true, read: between(1, 999)},
		{name: "service_type", def: int64(8), shown: true, read: choice(2, 3, 4, 5, 8, 9, 10, 12)},
		{name: "dial_mode", def: int64(2), shown: true, read: choice(2, 3, 4, 7)},
		{name: "voice_message_id", read: between(1, 1<<53)},
		{name: "hold_message_id", read: between(1, 1<<53)},
		{name: "redial_max", shown: true, read: between(1, 1000)},
		{name: "redial_busy", old: "max_redial_count_if_busy", def: int64(3), shown: true, read: attempts},
		{name: "redial_no_answer", old: "max_redial_count_if_no_answ", def: int64(3), shown: true, read: attempts},
		{name: "redial_not_avail", old: "max_redial_count_if_number_not_avail", def: int64(1), shown: true, read: attempts},
		{name: "redial_antirobot_voice_mail", shown: true, read: attempts},
		{name: "redial_antirobot_busy", shown: true, read: attempts},
		{name: "redial_antirobot_client_hungup", shown: true, read: attempts},
		{name: "redial_antirobot_not_avail", shown: true, read: between(1, 10)},
		{name: "answer_wait", old: "max_wait_time", def: int64(30), shown: true, read: choice(10, 20, 30, 60)},
		{name: "add_calls_coef", old: "additional_calls_coefficient", def: int64(1), shown: true, read: choice(0.1, 0.5, 0.7, 1, 1.5, 2, 3, 5)},
		{name: "timer_busy", old: "wait_time_if_busy", def: int64(900), shown: true, read: waits},
		{name: "timer_no_answer", old: "wait_time_if_no_answ", def: int64(3600), shown: true, read: long},
		{name: "timer_not_avail", old: "wait_time_if_number_not_avail", def: int64(0), shown: true, read: choice(0, 3600, 10800, 43200, 86400)},
		{name: "timer_antirobot_voice_mail", shown: true, read: robot},
		{name: "timer_antirobot_busy", shown: true, read: robot},
		{name: "timer_antirobot_client_hungup", shown: true, read: robot},
		{name: "timer_antirobot_not_avail", shown: true, read: robot},
		{name: "call_processing", old: "after_call_processing", def: int64(0), shown: true, read: choice(0, 5, 6, 7, 8, 9, 10, 30, 60, 120, 300, 900)},
		{name: "sip_trunk_id_operator", shown: true, read: between(1, 1<<53)},
		{name: "sip_trunk_id_client", shown: true, read: between(1, 1<<53)},
		{name: "use_auto_substitution_num", def: false, shown: true, read: yesOrNo},
		{name: "timezone_mode", old: "timezone_enabled", def: int64(0), shown: true, read: choice(0, 1, 2)},
		{name: "antirobot", def: false, shown: true, read: yesOrNo},
		{name: "sms_sender", read: text(64)},
		{name: "endless", def: false, read: yesOrNo},
	}
}

// readSettings takes what a request says about settings into values.
func readSettings(members map[string]json.RawMessage, values map[string]any, wrong api.Fields) {
	for _, s := range settings() {
		name := s.name
		raw, said := members[name]
		if !said && s.old != "" {
			name = s.old
			raw, said = members[name]
		}
		switch {
		case !said:
		case string(raw) == "null":
			values[s.name] = s.def
		default:
			value, code := s.read(raw)
			if wrong.Add(name, code); code == 0 {
				values[s.name] = value
			}
		}
	}
}

// number reads a number or a text of one.
func number(raw json.RawMessage) (any, float64, bool) {
	var n json.Number
	if json.Unmarshal(raw, &n) != nil {
		return nil, 0, false
	}
	f, err := n.Float64()
	if i, whole := n.Int64(); whole == nil {
		return i, f, err == nil
	}
	return f, f, err == nil
}

func choice(allowed ...float64) func(json.RawMessage) (any, int) {
	return func(raw json.RawMessage) (any, int) {
		value, f, ok := number(raw)
		if !ok || !slices.Contains(allowed, f) {
			return nil, api.WrongFormat
		}
		return value, 0
	}
}

func between(low, high int64) func(json.RawMessage) (any, int) {
	return func(raw json.RawMessage) (any, int) {
		var n api.Int
		switch {
		case n.UnmarshalJSON(raw) != nil:
			return nil, api.WrongFormat
		case int64(n) < low:
			return nil, api.TooSmall
		case int64(n) > high:
			return nil, api.TooBig
		}
		return int64(n), 0
	}
}

func yesOrNo(raw json.RawMessage) (any, int) {
	var b api.Bool
	if b.UnmarshalJSON(raw) != nil {
		return nil, api.WrongFormat
	}
	return bool(b), 0
}

func text(most int) func(json.RawMessage) (any, int) {
	return func(raw json.RawMessage) (any, int) {
		var t api.Text
		switch {
		case t.UnmarshalJSON(raw) != nil:
			return nil, api.WrongFormat
		case utf8.RuneCountInString(string(t)) > most:
			return nil, api.TooBig
		}
		return string(t), 0
	}
}
