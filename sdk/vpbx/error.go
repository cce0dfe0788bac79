package vpbx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"mangoofficesdk/sdk/text"
)

// Kind says at which step a request failed.
type Kind string

// The kinds.
const (
	KindUnreachable Kind = "unreachable" // no TCP, proxy, or the connection broke
	KindTLS         Kind = "tls"
	KindTimeout     Kind = "timeout"
	KindStopped     Kind = "stopped"      // the context was cancelled, or the client closed
	KindAuth        Kind = "auth"         // key or signature refused
	KindPaused      Kind = "paused"       // 401 within two minutes of a wrong request
	KindRateLimited Kind = "rate_limited" // 429, 503, 5008
	KindRefused     Kind = "refused"      // the PBX understood and answered a result code
	KindAbsent      Kind = "absent"       // no such report or recording: 404 of the methods that fetch one
	KindAnswer      Kind = "answer"       // the answer is no answer
)

var kindCodes = map[Kind]text.Code{
	KindUnreachable: text.Unreachable, KindTLS: text.TLSFailed, KindTimeout: text.Timeout, KindStopped: text.Stopping,
	KindAuth: text.KeyRefused, KindPaused: text.APIPaused, KindRateLimited: text.RateLimited,
	KindRefused: text.PBXError, KindAbsent: text.Absent, KindAnswer: text.BadAnswer,
}

// Error is a failed request. errors.AsType[*text.Error] and text.From find the
// coded error for people in it.
//
// Any method may come to these results, beside its own (§18): 2xxx, the account
// or a service is closed, blocked or without money; 3000, 3100 to 3136, the
// request as a whole or a field of it, whose codes stand in Fields; 3102 and
// 3105, signature and key; 33xx, something that it names is not there; 4xxx, not
// possible now; 5xxx, the PBX is out of order, 5008 too busy, 52xx the object is
// in use or the account may not.
type Error struct {
	Op         string // "commands/callback"
	Kind       Kind
	HTTPStatus int            // 0: no answer came
	Result     int            // the PBX's code; 0: none
	Fields     map[string]int // code per field of the request, of the newer methods
	Items      map[int]int    // code per failed element of a batch; the others were done
	RetryAfter time.Duration  // not before that; 0: not told
	RequestID  string         // X-Uuid, for the PBX's support
	// Sent tells that the request may have reached the PBX: a command whose
	// answer was lost may have been carried out.
	Sent bool
	Err  error // the cause, for logs
}

// Error implements error.
func (e *Error) Error() string {
	s := "vpbx: " + e.Op + ": " + string(e.Kind)
	if e.HTTPStatus != 0 {
		s += ", HTTP " + strconv.Itoa(e.HTTPStatus)
	}
	if e.Result != 0 {
		s += ", result " + strconv.Itoa(e.Result)
	}
	if len(e.Fields) > 0 {
		s += fmt.Sprintf(", fields %v", e.Fields)
	}
	if len(e.Items) > 0 {
		s += fmt.Sprintf(", elements %v", e.Items)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the coded error and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Text()}
	}
	return []error{e.Text(), e.Err}
}

// Text is the error for people.
func (e *Error) Text() *text.Error {
	t := text.New(kindCodes[e.Kind])
	t.Err = e.Err
	switch e.Kind {
	case KindRefused, KindAuth, KindRateLimited:
		t.Result = e.Result
	case KindAnswer:
		if e.HTTPStatus != 0 {
			t.Detail = "HTTP " + strconv.Itoa(e.HTTPStatus)
		}
	}
	if len(e.Items) > 0 {
		t.Detail = itemCodes(e.Items)
	}
	for _, field := range sortedFields(e.Fields) {
		t.Field = field // the first one: people mend one thing at a time
		break
	}
	return t
}

// itemCodes lists the first failures of a batch: "[2] 3104, [5] 3300, …".
func itemCodes(items map[int]int) string {
	const most = 5
	var s []string
	for _, i := range slices.Sorted(maps.Keys(items)) {
		if len(s) == most {
			s = append(s, "…")
			break
		}
		s = append(s, fmt.Sprintf("[%d] %d", i, items[i]))
	}
	return strings.Join(s, ", ")
}

// partial tells the refusal of some elements of a batch.
func partial(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && len(e.Items) > 0
}

// transportError classifies what happened before there was an answer.
func transportError(op string, sent bool, err error) error {
	e := &Error{Op: op, Kind: KindUnreachable, Sent: sent, Err: err}
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, errClosed), errors.Is(err, errHeldBack), errors.Is(err, context.Canceled):
		e.Kind = KindStopped
	case errors.Is(err, context.DeadlineExceeded), isNet && timeout.Timeout(), errors.Is(err, fasthttp.ErrTimeout):
		// Within dialling it means that nobody listens there.
		if e.Kind = KindTimeout; !sent {
			e.Kind = KindUnreachable
		}
	case errors.Is(err, errTLS) && !broken(err):
		e.Kind = KindTLS
	case errors.Is(err, fasthttp.ErrBodyTooLarge), sent && !broken(err):
		e.Kind = KindAnswer
	}
	return e
}

// broken tells a connection that ended under us from one whose bytes make no
// sense. A TLS alert from the peer is an *net.OpError too, of Op "remote error".
func broken(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "read" || op.Op == "write" || op.Op == "dial")
}
