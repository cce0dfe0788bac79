// Package api is what the areas of the emulated PBX have in common: how a
// method is asked, what it may answer, and the codes of the document.
//
// An area (employees, address book, contact centre, …) is a package beside
// this one: it owns its state behind a lock and offers its methods as a Table.
// Envelope, signature, rate limits, faults and the quota of wrong requests are
// the PBX's business; an area only sees valid JSON objects.
package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Query is one request whose envelope was right.
type Query struct {
	JSON   []byte // an object
	Path   string // as asked, without a trailing slash
	Files  map[string]File
	Header http.Header
}

// File came with a multipart request.
type File struct {
	Name    string
	Content []byte
}

// Method answers one request. It is called by many goroutines at a time.
type Method func(Query) Answer

// Table is the methods of an area by path: "/vpbx/groups". A path that ends
// with "/" takes everything below it.
type Table map[string]Method

// Notify posts a notification to the external system, signed and with the
// faults that are on: Notify("/events/ab/contacts", body).
type Notify func(path string, body any)

// Clock tells the time of the PBX.
type Clock func() time.Time

// Answer is what a method gives. Exactly one of Code and Body is wanted; a
// Code other than Done is counted against the product when it is of class 3xxx.
type Answer struct {
	Status int            // HTTP; 0 = 200
	Code   int            // printed as {"result":Code}; 0 = none
	Fields map[string]int // codes by field, printed beside the result
	Body   any            // printed as JSON; []byte with Type as it is
	Type   string         // of a Body that is no JSON
	Header map[string]string
}

// Codes that areas answer (document, appendix of codes).
const (
	Done        = 1000
	WrongParam  = 3100
	Missing     = 3103
	WrongFormat = 3104
	NoObject    = 3300
	NoSuchCall  = 3310
	NoRecording = 3320
	NoNumber    = 3330
	NoService   = 5201 // the tick "may change services" is off
)

// Refuse answers a code.
func Refuse(code int) Answer { return Answer{Code: code} }

// RefuseField answers 3100 and names the field at fault, as newer methods do.
func RefuseField(field string, code int) Answer {
	return Answer{Code: WrongParam, Fields: map[string]int{field: code}}
}

// OK answers {"result":1000} with more members; nil for none.
func OK(members map[string]any) Answer {
	body := map[string]any{"result": Done}
	for name, value := range members {
		body[name] = value
	}
	return Answer{Body: body}
}

// Bare answers members without a result, as the methods of 2017 do.
func Bare(members map[string]any) Answer { return Answer{Body: members} }

// Empty answers an HTTP status without a body.
func Empty(status int) Answer { return Answer{Status: status, Body: []byte{}} }

// Redirect answers 302.
func Redirect(location string) Answer {
	return Answer{Status: http.StatusFound, Body: []byte{}, Header: map[string]string{"Location": location}}
}

// Read takes the parameters into v, a pointer to a struct; 0, or the code of a
// refusal. Unknown members are ignored, as the PBX does.
func Read(q Query, v any) int {
	if json.Unmarshal(q.JSON, v) != nil {
		return WrongFormat
	}
	return 0
}

// Text is a text that may also be sent as a number: the PBX evidently takes
// both (document §3.7, requests). null and absent are "".
type Text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && (raw[0] == '-' || (raw[0] >= '0' && raw[0] <= '9')) {
		*t = Text(raw)
		return nil
	}
	return json.Unmarshal(raw, (*string)(t))
}

// Digits reports whether t is made of decimal digits only.
func (t Text) Digits() bool { return t != "" && strings.Trim(string(t), "0123456789") == "" }

// Int is an integer that may also be sent as a text.
type Int int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *Int) UnmarshalJSON(raw []byte) error {
	var number json.Number
	if string(raw) == `""` || string(raw) == "null" {
		*n = 0
		return nil
	}
	if err := json.Unmarshal(raw, &number); err != nil {
		return err
	}
	v, err := number.Int64()
	*n = Int(v)
	return err
}
