package napihost

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// dateLayout is how a Дата is written between the two programs.
const dateLayout = "2006-01-02T15:04:05"

// Null is the BSL value Null; nil stands for Неопределено.
type Null struct{}

// Omit leaves an argument out, so that its default is taken.
type Omit struct{}

// Typed is a number of a variant type of the caller's choice ("UI1", "R4").
type Typed struct {
	VT    string  `json:"vt"`
	Value float64 `json:"value"`
}

// ToJSON turns a Go value into the value language of the protocol: nil, Null,
// Omit, bool, string, integers, float64, time.Time (wall clock), []byte,
// Typed, and json.RawMessage for a value that is in that language already.
func ToJSON(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, string, int, int32, int64, float64, Typed, json.RawMessage:
		return v, nil
	case Null:
		return map[string]any{"null": true}, nil
	case Omit:
		return map[string]any{"omit": true}, nil
	case time.Time:
		return map[string]any{"date": v.Format(dateLayout)}, nil
	case []byte:
		return map[string]any{"blob": base64.StdEncoding.EncodeToString(v)}, nil
	}
	return nil, fmt.Errorf("napihost: %T is no value of BSL", v)
}

// Value is a value that came from the component.
type Value struct {
	VT  string // variant type; "" for arguments
	Raw json.RawMessage
}

// Result is what a call gave.
type Result struct {
	Value
	Args   []Value // every argument as the call left it: out-parameters
	NS     int64
	Errors []AddError
}

// Text is the value as a string; "" for other types.
func (v Value) Text() string {
	var s string
	_ = json.Unmarshal(v.Raw, &s)
	return s
}

// Bool is the value as Булево; false for other types.
func (v Value) Bool() bool {
	var b bool
	_ = json.Unmarshal(v.Raw, &b)
	return b
}

// Number is the value as Число; 0 for other types.
func (v Value) Number() float64 {
	var f float64
	_ = json.Unmarshal(v.Raw, &f)
	return f
}

// Int is the value as an integral Число; 0 for other types.
func (v Value) Int() int64 { return int64(v.Number()) }

// JSON decodes a string value that itself holds JSON.
func (v Value) JSON(into any) error {
	if err := json.Unmarshal([]byte(v.Text()), into); err != nil {
		return fmt.Errorf("napihost: %s: %w", v, err)
	}
	return nil
}

// special is what the value language writes as an object.
type special struct {
	Null   bool   `json:"null"`
	Date   string `json:"date"`
	Blob   string `json:"blob"`
	Number string `json:"number"`
	VT     int    `json:"vt"`
}

// BSL shows the value as a BSL programmer would write it.
func (v Value) BSL() string {
	if len(v.Raw) == 0 {
		return ""
	}
	switch v.Raw[0] {
	case 'n':
		return "Неопределено"
	case 't':
		return "Истина"
	case 'f':
		return "Ложь"
	case '"':
		return `"` + v.Text() + `"`
	case '{':
		var s special
		_ = json.Unmarshal(v.Raw, &s)
		switch {
		case s.Null:
			return "Null"
		case s.Date != "":
			return "'" + s.Date + "'"
		case s.Number != "":
			return s.Number
		case s.VT != 0:
			return "variant " + strconv.Itoa(s.VT)
		}
		blob, _ := base64.StdEncoding.DecodeString(s.Blob)
		return fmt.Sprintf("ДвоичныеДанные(%d)", len(blob))
	}
	return string(v.Raw)
}

// Time is the value as Дата; zero for other types.
func (v Value) Time() time.Time {
	var s special
	_ = json.Unmarshal(v.Raw, &s)
	t, _ := time.Parse(dateLayout, s.Date)
	return t
}

// Bytes is the value as ДвоичныеДанные; nil for other types.
func (v Value) Bytes() []byte {
	var s special
	_ = json.Unmarshal(v.Raw, &s)
	b, _ := base64.StdEncoding.DecodeString(s.Blob)
	return b
}

// String shows the value for test failures.
func (v Value) String() string { return v.VT + " " + v.BSL() }
