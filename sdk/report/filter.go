package report

import (
	"strings"

	"mangoofficesdk/sdk/text"
)

// conditions writes what the calls were picked by, "" for all of them.
func (o Options) conditions() string {
	f := o.Filter
	var parts []string
	for _, c := range []struct {
		key    string
		values []string
		say    func(string) string
	}{
		{"employee", f.Employee, nil}, {"group", f.Group, nil}, {"phone", f.Number, nil},
		{"direction", f.Direction, func(s string) string { return text.CallDirection(s).In(o.Lang) }},
		{"status", f.Status, func(s string) string { return text.Status(s).Text(o.Lang) }},
		{"line_number", f.Line, nil}, {"city", f.City, nil}, {"source", f.Source, nil}, {"medium", f.Medium, nil},
		{"campaign", f.Campaign, nil}, {"content", f.Content, nil}, {"term", f.Term, nil}, {"call_type", f.DCTType, nil},
	} {
		if len(c.values) == 0 {
			continue
		}
		said := make([]string, len(c.values))
		for i, v := range c.values {
			if said[i] = v; c.say != nil {
				said[i] = c.say(v)
			}
		}
		name := text.ReportColumn(c.key).In(o.Lang)
		if name == c.key {
			name = text.Track(c.key).Text(o.Lang)
		}
		parts = append(parts, name+": "+strings.Join(said, ", "))
	}
	return strings.Join(parts, "; ")
}
