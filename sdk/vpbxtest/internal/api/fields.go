package api

import (
	"encoding/json"
	"fmt"
)

// Fields are codes by field, for methods that name every field at fault
// (document §3.10.1). The document prints that shape for few methods; it is
// inferred for those whose list of codes reads "3100, 31xx".
type Fields map[string]int

// Add holds code against a field; 0 is nothing, and the first one stays.
func (f Fields) Add(field string, code int) {
	if _, told := f[field]; !told && code != 0 {
		f[field] = code
	}
}

// Answer refuses with 3100 and the fields.
func (f Fields) Answer() Answer { return Answer{Code: WrongParam, Fields: f} }

// ReadFields takes the parameters into v and names the members whose type is
// wrong. Unknown members are ignored, as the PBX does.
func ReadFields[T any](q Query, v *T) Fields {
	wrong := Fields{}
	if json.Unmarshal(q.JSON, v) == nil {
		return wrong
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(q.JSON, &members) != nil {
		return wrong // no object: the envelope has seen to it
	}
	for name, raw := range members {
		var alone T
		one, err := json.Marshal(map[string]json.RawMessage{name: raw})
		if err != nil || json.Unmarshal(one, &alone) != nil {
			wrong.Add(name, WrongFormat)
		}
	}
	return wrong
}

// Bool is a yes or no that may also be sent as 1, "1" or "true".
type Bool bool

// UnmarshalJSON implements json.Unmarshaler.
func (b *Bool) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case `true`, `1`, `"1"`, `"true"`:
		*b = true
	case `false`, `0`, `"0"`, `"false"`, `""`, `null`:
		*b = false
	default:
		return fmt.Errorf("%s is neither yes nor no", raw)
	}
	return nil
}
