package napihost

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Answer is what the program says to one request.
type Answer struct {
	ID      int64             `json:"id"`
	OK      bool              `json:"ok"`
	NS      int64             `json:"ns"`       // how long the request took, without the pipes
	Kind    string            `json:"kind"`     // of the failure: request, json, load, create, unknown, argument, exception, …
	Error   string            `json:"error"`    // the failure in words
	OSError int               `json:"os_error"` // system number of a failed load, e.g. 1114
	VT      string            `json:"vt"`       // variant type of Result
	Result  json.RawMessage   `json:"result"`
	Args    []json.RawMessage `json:"args"` // every argument as the call left it
	Errors  []AddError        `json:"errors"`
}

// AddError is one message the component gave to the platform.
type AddError struct {
	Code   int    `json:"code"` // 1000–1009: the icon
	Source string `json:"source"`
	Text   string `json:"text"`
	SCode  int64  `json:"scode"` // not 0: BSL gets an exception
}

// Event is one external event as 1C would receive it.
type Event struct {
	Object  int    `json:"object"`
	Source  string `json:"source"`
	Message string `json:"message"`
	Data    string `json:"data"`
	AtNS    int64  `json:"at_ns"`   // when ExternalEvent was called, unix nanoseconds
	Foreign bool   `json:"foreign"` // raised on another thread than the main one
}

// At is when the component raised the event.
func (e Event) At() time.Time { return time.Unix(0, e.AtNS) }

// Failure is a request that the program or the component refused.
type Failure struct {
	Op      string
	Kind    string
	Text    string
	OSError int
	Errors  []AddError
}

// Error joins what is known: the kind and the texts of AddError.
func (f *Failure) Error() string {
	texts := []string{f.Text}
	for _, e := range f.Errors {
		texts = append(texts, e.Text)
	}
	return fmt.Sprintf("napihost: %s: %s: %s", f.Op, f.Kind, strings.Join(texts, "; "))
}

// Exception tells whether err is one that BSL would see as an exception: the
// component returned false. Its Errors hold the texts.
func Exception(err error) (*Failure, bool) {
	f, ok := errors.AsType[*Failure](err)
	return f, ok && f.Kind == "exception"
}

// Err is nil for a good answer, else a *Failure.
func (a Answer) Err(op string) error {
	if a.OK {
		return nil
	}
	return &Failure{Op: op, Kind: a.Kind, Text: a.Error, OSError: a.OSError, Errors: a.Errors}
}

func (a Answer) into(v any) error {
	if len(a.Result) == 0 {
		return errors.New("napihost: the answer has no result")
	}
	return json.Unmarshal(a.Result, v)
}

// Stats is the account of a program: what it handed out and what came back.
type Stats struct {
	OS              string        `json:"os"`
	Arch            string        `json:"arch"`
	Allocations     int           `json:"allocations"` // blocks not freed: must be 0 after Quit
	Allocated       int           `json:"allocated"`   // blocks handed out in all
	Objects         []ObjectStats `json:"objects"`
	ViolationsCount int           `json:"violations_count"`
	Violations      []string      `json:"violations"` // what a correct component never does; the first 32
}

// ObjectStats is the account of one object's event queue.
type ObjectStats struct {
	Object  int  `json:"object"`
	Alive   bool `json:"alive"`
	Depth   int  `json:"depth"`
	Waiting int  `json:"waiting"` // accepted, not yet taken
	Taken   int  `json:"taken"`
	Refused int  `json:"refused"` // ExternalEvent said false
	Dropped int  `json:"dropped"` // accepted, lost at Done or CleanEventBuffer
}

// Clean is nil when the component left nothing behind and broke no rule.
func (s Stats) Clean() error {
	if s.Allocations != 0 || s.ViolationsCount != 0 {
		return fmt.Errorf("napihost: %d blocks not freed, %d violations %q", s.Allocations, s.ViolationsCount, s.Violations)
	}
	return nil
}
