package campaigns

import (
	"encoding/json"
	"maps"
	"strconv"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// customType is a field that the company has added to the tasks of campaigns.
type customType struct {
	ID    int64       `json:"id"`
	Order int         `json:"order"`
	Name  string      `json:"name"`
	Type  string      `json:"field_type"`
	Props customProps `json:"props"`
}

type customProps struct {
	Master bool `json:"show_master_io"`
	Member bool `json:"show_member"`
}

func customTypes() []customType {
	return []customType{
		{5781, 1, "Приветствие", "text", customProps{Master: true, Member: true}},
		{5782, 2, "Сумма долга", "money", customProps{Master: true}},
	}
}

// listCustomTypes is custom-type/list (document §4.6.20), whose result is the
// list and whose status is no code.
func listCustomTypes(api.Query) api.Answer {
	return api.Bare(map[string]any{"result": customTypes(), "status": 200})
}

// readCustom reads custom_fields: an object, or a list of them as the example
// of task/update has it.
func readCustom(raw json.RawMessage) (map[string]any, int) {
	if string(raw) == "null" {
		return nil, 0
	}
	values := map[string]any{}
	if json.Unmarshal(raw, &values) != nil {
		var all []map[string]any
		if json.Unmarshal(raw, &all) != nil {
			return nil, api.WrongFormat
		}
		values = map[string]any{}
		for _, one := range all {
			maps.Copy(values, one)
		}
	}
	known := map[string]bool{}
	for _, t := range customTypes() {
		known[strconv.FormatInt(t.ID, 10)] = true
	}
	for id := range values {
		if !known[id] {
			return nil, api.NoObject
		}
	}
	return values, 0
}
