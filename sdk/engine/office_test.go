package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
)

// note is one change of a leg, as the PBX posts it.
type note struct {
	entry, leg      string
	seq             int
	state, location string
	from, fromExt   string
	to, group, line string
	parent, dct     string
	reason          int
}

func (n note) input() engine.Notification {
	quote := func(s string) string { raw, _ := json.Marshal(s); return string(raw) }
	dct := `{"type":0}`
	if n.dct != "" {
		dct = n.dct
	}
	return line{Path: "/events/call", JSON: json.RawMessage(fmt.Sprintf(
		`{"entry_id":%s,"call_id":%s,"timestamp":%d,"seq":%d,"call_state":%s,"location":%s,`+
			`"from":{"number":%s,"extension":%s,"taken_from_call_id":%s},"to":{"extension":%s,"acd_group":%s,"line_number":%s},"dct":%s,"disconnect_reason":%d}`,
		quote(n.entry), quote(n.leg), start.Unix(), n.seq, quote(n.state), quote(n.location), quote(n.from), quote(n.fromExt),
		quote(n.parent), quote(n.to), quote(n.group), quote(n.line), dct, n.reason))}.input()
}

// summaryOf is the PBX's word that a call is over.
func summaryOf(entry, from, to string, direction int, talk bool) engine.Notification {
	answered := int64(0)
	if talk {
		answered = start.Unix() + 1
	}
	return line{Path: "/events/summary", JSON: json.RawMessage(fmt.Sprintf(
		`{"entry_id":%q,"call_direction":%d,"from":{"number":%q},"to":{"extension":%q},"create_time":%d,"talk_time":%d,"end_time":%d}`,
		entry, direction, from, to, start.Unix(), answered, start.Unix()+60))}.input()
}

const client = "79161234567"

// inMenu is the first word of a call that comes into the menu.
func inMenu(entry, from string) note {
	return note{entry: entry, leg: entry + "-ivr", seq: 1, state: "Appeared", location: "ivr", from: from, line: "74951234567"}
}

// company makes a player with settings and desks of these extensions, named
// s101 and so on; their employees are known to the PBX.
func company(change func(*engine.Settings), extensions ...string) *player {
	set := engine.Defaults()
	change(&set)
	p := newPlayer(set)
	var staff []engine.Employee
	for i, ext := range []string{"101", "102", "103", "104"} {
		staff = append(staff, engine.Employee{Extension: ext, Name: "Employee " + ext, UserID: fmt.Sprint(9000 + i)})
	}
	p.step(start, engine.Employees{List: staff})
	for _, ext := range extensions {
		p.step(start, up(ext))
	}
	p.events, p.times = nil, nil
	return p
}

func up(ext string) engine.SessionUp {
	return engine.SessionUp{Session: engine.Session{ID: "s" + ext, GUID: "g" + ext, Extension: ext, UserID: "u" + ext, UserName: "User " + ext}}
}

// after is start plus so many milliseconds.
func after(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

func wantKinds(t *testing.T, what string, got []engine.Event, want int) {
	t.Helper()
	if len(got) != want {
		t.Fatalf("%s: %d events, want %d: %+v", what, len(got), want, got)
	}
}
