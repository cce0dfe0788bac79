package text

import (
	"errors"
	"strings"
)

// Error is an outcome with a code from the table. It is the error value that
// crosses packages and, rendered, reaches BSL.
type Error struct {
	Code   Code
	Field  string // the argument or JSON key at fault, "" when there is none
	Detail string // what was seen, for people; never a secret, salt or expected signature
	Result int    // the PBX's own code, 0 when the PBX was not asked
	Err    error  // the cause, for logs; its text is not shown to users
}

// New makes an error from a code.
func New(code Code) *Error { return &Error{Code: code} }

// WithField returns a copy that names the argument or JSON key at fault.
func (e *Error) WithField(field string) *Error { c := *e; c.Field = field; return &c }

// WithDetail returns a copy that says what was seen.
func (e *Error) WithDetail(detail string) *Error { c := *e; c.Detail = detail; return &c }

// WithResult returns a copy that carries the PBX's own result code.
func (e *Error) WithResult(result int) *Error { c := *e; c.Result = result; return &c }

// Wrap returns a copy that carries the cause.
func (e *Error) Wrap(err error) *Error { c := *e; c.Err = err; return &c }

// Error implements error, in English, for logs and Go callers.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	b.WriteString(": " + e.Rendered(EN).Text)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, text.New(code)) compare codes.
func (e *Error) Is(target error) bool {
	t, ok := errors.AsType[*Error](target)
	return ok && t.Code == e.Code
}

// Rendered is an error as BSL sees it (the JSON of the out-parameter Ошибка).
type Rendered struct {
	Code      Code   `json:"code"`
	Text      string `json:"text"`
	Remedy    string `json:"remedy"`
	Retryable bool   `json:"retryable"`
	Field     string `json:"field"`
}

// Rendered puts the error into the reader's language.
func (e *Error) Rendered(l Lang) Rendered {
	m := Lookup(e.Code)
	t, remedy, retry := m.Text(l), m.Remedy(l), m.Retryable
	if e.Result != 0 {
		r := Result(e.Result)
		t += ": " + r.Text(l)
		if s := r.Remedy(l); s != "" {
			remedy = s
		}
		retry = r.Retryable
	}
	if e.Field != "" {
		t += " [" + e.Field + "]"
	}
	if e.Detail != "" {
		t += ": " + e.Detail
	}
	return Rendered{Code: e.Code, Text: t, Remedy: remedy, Retryable: retry, Field: e.Field}
}

// From finds the coded error in err's chain, or makes an `internal` one of it.
// It returns nil for nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return New(Internal).Wrap(err)
}
