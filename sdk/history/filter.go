package history

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// Filter is Отбор: a call passes that has one of the values of each field. An
// empty field takes all; the zero Filter takes every call.
type Filter struct {
	Employee  []string // extensions, of either side of any leg
	Group     []string // extensions of groups
	Number    []string // of either side of any leg; the digits count, 8 and +7 are the same
	Direction []string // in, out, internal
	Status    []string // missed, accepted_ok, accepted_bad, reached_ok, reached_bad, transferred
	Line      []string // as Number

	// Parameters of call tracking, in any letter case.
	City, Source, Medium, Campaign, Content, Term []string
	DCTType                                       []string // dynamic, static

	// Only is no part of Отбор: an extension that must take part in the call,
	// whatever else is wanted; "" = none must.
	Only string
}

// places are the keys of Отбор.
func (f *Filter) places() map[string]*[]string {
	return map[string]*[]string{
		"employee": &f.Employee, "group": &f.Group, "number": &f.Number, "direction": &f.Direction,
		"status": &f.Status, "line": &f.Line, "city": &f.City, "source": &f.Source, "medium": &f.Medium,
		"campaign": &f.Campaign, "content": &f.Content, "term": &f.Term, "dct_type": &f.DCTType,
	}
}

// ParseFilter reads Отбор: an object whose values are a text or a list of
// texts; "" and [] mean no condition. Errors are *text.Error whose Field is the
// key.
func ParseFilter(raw json.RawMessage) (f Filter, err error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return f, nil
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(raw, &given); err != nil {
		return f, text.New(text.BadJSON).WithField("filter").Wrap(err)
	}
	places := f.places()
	for key, value := range given {
		place := places[key]
		if place == nil {
			return Filter{}, text.New(text.UnknownField).WithField(key)
		}
		if *place, err = texts(value); err != nil {
			return Filter{}, text.New(text.BadField).WithField(key).Wrap(err)
		}
	}
	for key, known := range words {
		for _, v := range *places[key] {
			if !slices.Contains(known, v) {
				return Filter{}, text.New(text.BadField).WithField(key).WithDetail(v)
			}
		}
	}
	for key, list := range map[string][]string{"number": f.Number, "line": f.Line} {
		for _, v := range list {
			if tail(v) == "" {
				return Filter{}, text.New(text.BadField).WithField(key).WithDetail(v)
			}
		}
	}
	return f, nil
}

// words are the values that some fields may have.
var words = map[string][]string{
	"direction": {string(engine.In), string(engine.Out), string(engine.Internal)},
	"status": {
		string(engine.Missed), string(engine.AcceptedOK), string(engine.AcceptedBad), string(engine.ReachedOK),
		string(engine.ReachedBad), string(engine.Transferred),
	},
	"dct_type": {"dynamic", "static"},
}

func texts(raw json.RawMessage) (list []string, err error) {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		list = []string{one}
	} else if err = json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	if len(list) == 0 {
		return nil, nil
	}
	return list, nil
}

// Match reports whether the call passes.
func (f Filter) Match(c *Call) bool {
	one := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	if !one(f.Direction, string(c.Direction)) || !one(f.Status, string(c.Status)) || !one(f.Group, c.Group) ||
		!one(f.DCTType, c.Track("call_type")) {
		return false
	}
	if f.Only != "" && !c.Has(f.Only) {
		return false
	}
	if len(f.Employee) > 0 && !slices.ContainsFunc(f.Employee, c.Has) {
		return false
	}
	if len(f.Line) > 0 && !slices.ContainsFunc(f.Line, func(n string) bool { return sameNumber(n, c.Line) }) {
		return false
	}
	if len(f.Number) > 0 && !slices.ContainsFunc(f.Number, c.hasNumber) {
		return false
	}
	for _, t := range []struct {
		list []string
		key  string
	}{{f.City, "city"}, {f.Source, "source"}, {f.Medium, "medium"}, {f.Campaign, "campaign"}, {f.Content, "content"}, {f.Term, "term"}} {
		value := c.Track(t.key)
		if len(t.list) > 0 && !slices.ContainsFunc(t.list, func(s string) bool { return strings.EqualFold(s, value) }) {
			return false
		}
	}
	return true
}

func (c *Call) hasNumber(number string) bool {
	if sameNumber(number, c.Caller.Number) || sameNumber(number, c.Callee.Number) {
		return true
	}
	return slices.ContainsFunc(c.Legs, func(l engine.Leg) bool {
		return sameNumber(number, l.Caller.Number) || sameNumber(number, l.Callee.Number)
	})
}

// nationalDigits of a number tell it apart within a country: +7, 8 and nothing
// may stand before them.
const nationalDigits = 10

// sameNumber compares the digits of numbers, or what names an address of SIP.
func sameNumber(a, b string) bool {
	a, b = tail(a), tail(b)
	return a != "" && a == b
}

// tail is what counts of a number.
func tail(number string) string {
	if strings.Contains(number, "@") {
		return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(number), "sip:"))
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	return digits[max(0, len(digits)-nationalDigits):]
}
