package vpbx

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx/guard"
)

// attempts is how often a read is sent at the most.
const attempts = 3

// callerKey is of WithCaller.
type callerKey struct{}

// WithCaller names whose share of the PBX's limits requests with this context
// draw from: a session, an operation. Callers take turns; without a name a
// request is the Office's own.
func WithCaller(ctx context.Context, caller string) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// guardClasses are the classes with a limit of their own; requests of others
// draw from the general one only (§1.4).
var guardClasses = map[RateClass]guard.Class{
	RateCallback: guard.ClassCallback, RateHangup: guard.ClassHangup, RateRecordingStart: guard.ClassRecord,
	RateTransfer: guard.ClassTransfer, RateRoute: guard.ClassRoute, RateRecordings: guard.ClassRecordings,
	RateUsers: guard.ClassUsers, RateBalance: guard.ClassBalance, RateContactsRead: guard.ClassContacts,
	RateContactsWrite: guard.ClassContactEdit, RateStatistics: guard.ClassStats,
}

var urgencies = map[Urgency]guard.Urgency{
	UrgencyRoute: guard.Route, UrgencyCommand: guard.Command, UrgencyRead: guard.Read, UrgencyBulk: guard.Bulk,
}

// guardClass is the class of a method. The two of cc_task have limits apart.
func guardClass(e *Entry) guard.Class {
	switch {
	case e.Class != RateTask:
		return guardClasses[e.Class]
	case strings.HasSuffix(e.Path, "/add"):
		return guard.ClassTaskAdd
	}
	return guard.ClassTaskUpdate
}

// ask checks q, a pointer to the request of o, waits for its turn, sends it and
// judges the answer. A fault found here is a *text.Error that names the field,
// any other a *Error, with the answer beside it if there was one.
//
// This is the one place where a request is repeated: a read that the PBX was
// too busy for, or whose answer was lost. Commands never are, nor is anything
// that was answered with 3xxx.
func (c *Client) ask(ctx context.Context, o *op, q any) (response, error) {
	if err := check(q); err != nil {
		return response{}, err
	}
	m, err := c.message(o, q)
	if err != nil {
		return response{}, err
	}
	for attempt := 0; ; attempt++ {
		r, err := c.admitted(ctx, o, q, m, attempt)
		if err == nil {
			c.budget.Success()
			return r, nil
		}
		e, sent := errors.AsType[*Error](err)
		if !sent || attempt+1 == attempts || !repeatable(o.entry(), e) || !c.budget.Retry(e.Kind == KindTimeout) {
			return r, err
		}
		pause := max(guard.Delay(attempt), e.RetryAfter)
		if time.Now().Add(pause).After(m.until) || !group.Sleep(ctx, pause) {
			return r, err // of the attempt: it says more than "too late"
		}
	}
}

// admitted sends a request once, when its turn has come.
func (c *Client) admitted(ctx context.Context, o *op, q any, m message, attempt int) (response, error) {
	entry := o.entry()
	caller, _ := ctx.Value(callerKey{}).(string)
	said := claims(o, q)
	pass, err := c.guard.Enter(ctx, guard.Ticket{
		Class: guardClass(entry), Urgency: urgencies[entry.Urgency], Caller: caller, Claims: said.all(), Deadline: m.until,
	})
	if err != nil {
		return response{}, refused(entry.Name, err)
	}
	defer pass.Done(guard.Outcome{}) // should anything below panic
	id := commandID(q)
	if id != "" && attempt == 0 && !c.once.First(id, said) {
		pass.Done(guard.Outcome{Kind: guard.NotSent})
		return response{}, text.New(text.CommandRepeated).WithField("command_id")
	}
	r, err := c.exchange(ctx, o, m)
	e, _ := errors.AsType[*Error](err)
	came := outcome(e, said)
	switch came.Kind {
	case guard.Answered:
		if e == nil {
			came.Proven = o.named(r.body)
		}
	case guard.Wrong:
		c.once.Take(id) // posted as well, it is no other
	}
	verdict := pass.Done(came)
	switch {
	case e == nil:
		return r, err
	case e.HTTPStatus == http.StatusUnauthorized && e.Kind == KindAuth && !verdict.WrongKey:
		// The pause after wrong requests, not a wrong key.
		e.Kind = KindPaused
		fallthrough
	case e.Kind == KindRateLimited, e.Kind == KindRefused:
		e.RetryAfter = max(e.RetryAfter, time.Until(verdict.Until))
	}
	return r, e
}

// repeatable tells reads whose failure says nothing about the request itself.
func repeatable(entry *Entry, e *Error) bool {
	if entry.Urgency != UrgencyRead && entry.Urgency != UrgencyBulk {
		return false
	}
	switch e.Kind {
	case KindUnreachable, KindTimeout:
		return true
	case KindRateLimited:
		return e.HTTPStatus != 0 // not one that the guard refused: it knows better
	case KindAnswer:
		return e.HTTPStatus == 0 || e.HTTPStatus >= http.StatusInternalServerError
	}
	return false
}

// refused turns the guard's refusal into an error of the request.
func refused(op string, err error) error {
	e := &Error{Op: op, Kind: KindRateLimited, Err: err}
	paused, isPaused := errors.AsType[*guard.PausedError](err)
	switch {
	case isPaused:
		e.RetryAfter = max(0, time.Until(paused.Until))
		if errors.Is(err, text.New(text.APIPaused)) {
			e.Kind = KindPaused
		}
	case errors.Is(err, context.Canceled):
		e.Kind = KindStopped
	case errors.Is(err, context.DeadlineExceeded):
		e.Kind = KindTimeout
	}
	return e
}

// outcome tells the guard what came of a request; e is nil after success.
func outcome(e *Error, said claimed) guard.Outcome {
	switch {
	case e == nil:
		return guard.Outcome{Kind: guard.Answered}
	case !e.Sent:
		return guard.Outcome{Kind: guard.NotSent}
	case e.HTTPStatus == 0:
		return guard.Outcome{Kind: guard.Lost}
	case e.HTTPStatus == http.StatusUnauthorized:
		return guard.Outcome{Kind: guard.Unauthorized}
	case e.Result/1000 == wrongRequest:
		return guard.Outcome{Kind: guard.Wrong, Denied: said.denied(e)}
	case e.Kind == KindRateLimited:
		return guard.Outcome{Kind: guard.Overloaded, RetryAfter: e.RetryAfter}
	}
	return guard.Outcome{Kind: guard.Answered}
}

// wrongRequest is the class of results that count against the product (§1.4.1).
const wrongRequest = 3

// Results about objects that the PBX has not (§18).
const (
	notFound     = 33 // the subclass
	callNotFound = 3310
)

// denied are the claims that a 3xxx answer takes back.
func (s claimed) denied(e *Error) []string {
	denied := []string{} // not nil: what is not named below is not to blame
	if e.Kind == KindAuth {
		return denied
	}
	for _, r := range s.refs {
		_, named := e.Fields[r.field]
		if named || e.Items[r.item]/100 == notFound { // no item has no code
			denied = append(denied, r.claim)
		}
	}
	switch {
	case len(denied) > 0:
	case e.Result/100 == notFound && len(s.refs) > 0: // an object was not found
		for _, r := range s.refs {
			if e.Result != callNotFound || strings.HasPrefix(r.claim, "call:") {
				denied = append(denied, r.claim)
			}
		}
	case s.shape != "":
		denied = append(denied, s.shape)
	}
	return slices.Compact(denied)
}

// commandID is the id of a command of ours; "" of other requests.
func commandID(q any) string {
	v := reflect.ValueOf(q).Elem()
	if id := schemaOf(v.Type()).commandID; id != nil {
		return v.FieldByIndex(id).String()
	}
	return ""
}

// Posted tells of the outcome of a command that the PBX posted to /result/…. Of
// a 3xxx the guard takes notice as of one in an answer, once for each command.
func (c *Client) Posted(commandID string, result int) {
	if result/1000 != wrongRequest {
		return
	}
	if said, ours := c.once.Take(commandID).(claimed); ours {
		c.guard.Deny(said.denied(&Error{Kind: KindRefused, Result: result}))
	}
}

// Guard tells how things stand with the limits of the PBX.
func (c *Client) Guard() guard.Status { return c.guard.Status() }

// Vouch tells of objects that the PBX itself named, as "extension:101" or
// "call:" and a call_id: requests about them are not doubtful.
func (c *Client) Vouch(claims ...string) { c.guard.Prove(claims...) }
