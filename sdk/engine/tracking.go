package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/notify"
)

// trackTime is how long the PBX may take to tell who was shown the number
// that a client called. The summary of a short call waits for it.
const trackTime = 3 * time.Second

// Kinds of call tracking (§3.1.2, dct.type).
const (
	dynamicTracking = 1 // the number was lent to one visitor for a while
	staticTracking  = 2 // the number stands for a source; no visitor to ask for
)

// Tracked is the PBX's answer about the visitor of a call: the JSON of
// user_info_by_dct_number, {} when there is none. Pos is its position in the
// journal: it is kept there, for the binding of number and visitor is gone
// when an Office starts anew.
type Tracked struct {
	EntryID string
	Visitor json.RawMessage
	Pos     uint64
}

func (Tracked) input() {}

// track asks once, at the first sight of a call that came to a number of call
// tracking: the number is the visitor's only for a while.
func (s *State) track(e *entry) {
	d := e.call.DCT()
	if d.Type == 0 || e.tracks != nil || !e.trackBy.IsZero() || !s.settings.Calltracking {
		return
	}
	if d.Type != dynamicTracking || d.Number == "" || e.call.EntryID == "" {
		e.tracks = Tracks(d, e.call.EntryID, nil)
		return
	}
	e.trackBy = s.now.Add(trackTime)
	s.due.add(e.trackBy, e.key)
	s.out = append(s.out, Request{
		Kind: RequestVisitor, ID: "visitor|" + e.call.EntryID, EntryID: e.call.EntryID, Number: d.Number, Until: e.trackBy,
	})
}

// tracked takes the answer in. What is known stays known, also when the
// setting is switched off meanwhile.
func (s *State) tracked(in Tracked) {
	e := s.calls[entryKey(in.EntryID, "")]
	if e == nil || e.tracks != nil {
		s.release(in.Pos)
		return
	}
	e.records = append(e.records, in.Pos)
	e.tracks = Tracks(e.call.DCT(), in.EntryID, in.Visitor)
	e.trackBy = s.now
	s.conclude(e)
}

// trackAwaited reports whether the answer about the visitor may still come.
func (s *State) trackAwaited(e *entry) bool { return e.tracks == nil && s.now.Before(e.trackBy) }

// tracksOf is what an event says of call tracking.
func (e *entry) tracksOf() []Track { return append([]Track{}, e.tracks...) }

// trackKeys are the parameters of the guide, in its order, and where the PBX
// has them; "" where its documents know of no such thing (C18).
var trackKeys = []struct{ key, path string }{
	{"client_id", "uid"}, {"client_cid", "ga_cid"}, {"ya_client_id", "ya_cid"}, {"city", "location.city"},
	{"source", "channel.source"}, {"medium", "channel.medium"}, {"campaign", "channel.campaign"},
	{"content", "channel.content"}, {"term", "channel.term"}, {"time_on_site", "duration"},
	{"page", "current_page.url"}, {"call_context", ""}, {"custom", "custom"}, {"widget_name", "widget_name"},
	{"request_type", ""}, {"roistat", "rs_cid"}, {"call_type", ""}, {"device", "device"}, {"new_user", ""},
}

// TrackKeys are the keys of the guide's nineteen parameters, in its order.
func TrackKeys() []string {
	keys := make([]string, len(trackKeys))
	for i, k := range trackKeys {
		keys[i] = k.key
	}
	return keys
}

// Tracks makes the parameters of call tracking from what the PBX answered
// about the visitor: the guide's nineteen, "" where nothing is known, then
// what else the PBX said, under its own names. Without a visitor only the kind
// and the number are known.
func Tracks(d notify.DCT, entryID string, visitor json.RawMessage) []Track {
	said := flatten(visitor)
	list := make([]Track, 0, len(trackKeys)+1)
	for _, k := range trackKeys {
		value := said[k.path]
		delete(said, k.path)
		switch k.key {
		case "city":
			value = cmp.Or(value, said["location.country_code"])
		case "call_context":
			value = entryID
		case "call_type":
			value = map[int]string{dynamicTracking: "dynamic", staticTracking: "static"}[d.Type]
		}
		list = append(list, Track{Key: k.key, Value: value})
	}
	list = append(list, Track{Key: "dct_number", Value: d.Number})
	for _, path := range slices.Sorted(maps.Keys(said)) {
		list = append(list, Track{Key: path, Value: said[path]})
	}
	return list
}

// flatten gives the scalars of a JSON object by their paths. The answer may
// be wrapped in data (D17) or bare.
func flatten(raw json.RawMessage) map[string]string {
	found := map[string]string{}
	var v map[string]any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if len(raw) == 0 || dec.Decode(&v) != nil {
		return found
	}
	if data, wrapped := v["data"].(map[string]any); wrapped {
		v = data
	}
	delete(v, "data") // an empty list stands for nobody
	delete(v, "result")
	collect(found, "", v)
	return found
}

// collect takes the first of equal paths, in order of the keys: the same on
// every replay. Lists stay JSON.
func collect(found map[string]string, prefix string, v map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(v)) {
		path := strings.TrimPrefix(prefix+"."+key, ".")
		if _, twice := found[path]; twice {
			continue
		}
		switch value := v[key].(type) {
		case string:
			found[path] = value
		case json.Number:
			found[path] = value.String()
		case bool:
			found[path] = strconv.FormatBool(value)
		case map[string]any:
			collect(found, path, value)
		case []any:
			raw, _ := json.Marshal(value) // it was JSON
			found[path] = string(raw)
		}
	}
}
