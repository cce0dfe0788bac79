package company

import (
	"fmt"
	"slices"
	"strings"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Regions of a line that are no region.
const (
	regionActive   = "sip-uac"
	regionPassive  = "sip" // cannot be called out on
	regionTollFree = "toll-free"
	regionMoscow   = "2"
)

// line is a line of the company; its calls go by scheme.
type line struct {
	Line
	scheme int64
}

// Options of a number of a SIP trunk.
const (
	trunkReceives = 2
	trunkCalls    = 4
)

// trunk is a number of a SIP trunk.
type trunk struct {
	id, trunk   int64
	number      string
	options     int64 // trunkReceives | trunkCalls
	description string
	scheme      int64
}

const (
	schemeDay   = 10017301
	schemeNight = 10017302
)

func (c *Company) addLines(lines []Line) error {
	for i, l := range lines {
		if l.Number == "" {
			return fmt.Errorf("vpbxtest: line %d has no number", i+1)
		}
		fill(&l.ID, firstLineID+int64(i))
		switch {
		case strings.HasPrefix(l.Number, "sip:"):
			fill(&l.Region, regionActive)
		case strings.HasPrefix(l.Number, "7800"):
			fill(&l.Region, regionTollFree)
		default:
			fill(&l.Region, regionMoscow)
		}
		c.lines = append(c.lines, line{Line: l})
	}
	return nil
}

// outgoingLine is the line for calling out with an id.
func (c *Company) outgoingLine(id int64) (Line, int) {
	for _, l := range c.lines {
		switch {
		case l.ID != id:
		case l.Region == regionPassive:
			return l.Line, api.NotOutgoing
		default:
			return l.Line, 0
		}
	}
	return Line{}, api.NoObject
}

// OutgoingLine is the number of a line that can call out; "" = there is none.
func (c *Company) OutgoingLine(id int64) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	l, code := c.outgoingLine(id)
	if code != 0 {
		return ""
	}
	return l.Number
}

// trunkFor is the number of a trunk that serves for use; wrong is the code of
// one that does not.
func (c *Company) trunkFor(id, use int64, wrong int) (trunk, int) {
	for _, t := range c.trunks {
		switch {
		case t.id != id:
		case t.options&use == 0:
			return t, wrong
		default:
			return t, 0
		}
	}
	return trunk{}, api.NoObject
}

// outgoingNumber finds a number to call out with; "" is none.
func (c *Company) outgoingNumber(number string) (string, int64, int) {
	if number == "" {
		return "", 0, 0
	}
	for _, l := range c.lines {
		if l.Number == number {
			_, code := c.outgoingLine(l.ID)
			return number, 0, code
		}
	}
	for _, t := range c.trunks {
		if t.number == number {
			_, code := c.trunkFor(t.id, trunkCalls, api.NotOutgoing)
			return number, t.id, code
		}
	}
	return number, 0, api.NoNumber
}

func (c *Company) schemeFor(id int64) (Scheme, bool) {
	i := slices.IndexFunc(c.schemes, func(s Scheme) bool { return s.ID == id })
	if i < 0 {
		return Scheme{}, false
	}
	return c.schemes[i], true
}

// listLines is incominglines (document §3.7.7); trunks are not among them.
func (c *Company) listLines(api.Query) api.Answer {
	lines := []map[string]any{}
	for _, l := range c.lines {
		s, _ := c.schemeFor(l.scheme)
		lines = append(lines, map[string]any{
			"line_id": l.ID, "number": l.Number, "name": nullable(l.Name), "comment": nullable(l.Comment),
			"region": l.Region, "schema_id": idOrNull(s.ID), "schema_name": nullable(s.Name),
		})
	}
	return api.OK(map[string]any{"lines": lines})
}

// listTrunks is trunks/numbers (document §3.7.22).
func (c *Company) listTrunks(api.Query) api.Answer {
	data := []map[string]any{}
	for _, t := range c.trunks {
		data = append(data, map[string]any{
			"trunk_number_id": t.id, "trunk_id": t.trunk, "number": t.number, "options": t.options, "desc": t.description,
		})
	}
	return api.OK(map[string]any{"data": data})
}

// listSchemes is schemas (document §3.7.9).
func (c *Company) listSchemes(q api.Query) api.Answer {
	var form struct {
		Fields []string `json:"ext_fields"`
	}
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	data := []map[string]any{}
	for _, s := range c.schemes {
		lines, trunks := []int64{}, []int64{}
		for _, l := range c.lines {
			if l.scheme == s.ID {
				lines = append(lines, l.ID)
			}
		}
		for _, t := range c.trunks {
			if t.scheme == s.ID {
				trunks = append(trunks, t.id)
			}
		}
		row := map[string]any{"schema_id": s.ID, "name": s.Name, "description": nullable(s.Description), "incominglines": lines}
		if slices.Contains(form.Fields, "trunks_numbers") {
			row["sip_trunks_numbers"] = trunks
		}
		data = append(data, row)
	}
	return api.OK(map[string]any{"data": data})
}

// setScheme is schema/set (document §3.7.10).
func (c *Company) setScheme(q api.Query) api.Answer {
	var form struct {
		Scheme api.Int  `json:"schema_id"`
		Line   *api.Int `json:"line_id"`
		Trunk  *api.Int `json:"trunk_number_id"`
	}
	wrong := api.ReadFields(q, &form)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if form.Scheme == 0 {
		wrong.Add("schema_id", api.Missing)
	} else if _, ok := c.schemeFor(int64(form.Scheme)); !ok {
		wrong.Add("schema_id", api.NoObject)
	}
	set := func() {}
	switch {
	case form.Line == nil && form.Trunk == nil:
		wrong.Add("line_id", api.OneNeeded)
	case form.Line != nil && form.Trunk != nil:
		wrong.Add("line_id", api.OnlyOne)
		wrong.Add("trunk_number_id", api.OnlyOne)
	case form.Line != nil:
		i := slices.IndexFunc(c.lines, func(l line) bool { return l.ID == int64(*form.Line) })
		if i < 0 {
			wrong.Add("line_id", api.NoObject)
		}
		set = func() { c.lines[i].scheme = int64(form.Scheme) }
	default:
		t, code := c.trunkFor(int64(*form.Trunk), trunkReceives, api.WrongKind)
		wrong.Add("trunk_number_id", code)
		set = func() {
			i := slices.IndexFunc(c.trunks, func(o trunk) bool { return o.id == t.id })
			c.trunks[i].scheme = int64(form.Scheme)
		}
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	set()
	return api.OK(nil)
}
