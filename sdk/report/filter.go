package report

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"mangoofficesdk/sdk/text"
)

// conditions say for people what the calls were picked by, "" for all of them.
func (o *Options) conditions() string {
	var given map[string]any
	if json.Unmarshal(o.Conditions, &given) != nil {
		return "" // nothing was given: the filter was read from it
	}
	said := ""
	for _, key := range slices.Sorted(maps.Keys(given)) {
		values, many := given[key].([]any)
		if !many {
			values = []any{given[key]}
		}
		var list []string
		for _, v := range values {
			s, _ := v.(string)
			switch key {
			case "direction":
				s = text.CallDirection(s).In(o.Lang)
			case "status":
				s = text.Status(s).Text(o.Lang)
			}
			if s != "" {
				list = append(list, s)
			}
		}
		if len(list) == 0 {
			continue
		}
		if said != "" {
			said += "; "
		}
		said += text.ReportCondition(key).In(o.Lang) + ": " + strings.Join(list, ", ")
	}
	return said
}
