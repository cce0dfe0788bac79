package jetstream

import (
	"errors"
	"fmt"

	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/journal"
)

// Errors of this store. Whoever asks a store whose leadership is over gets
// ErrLost, which is a journal.ErrClosed: of what was under way then only the log
// knows whether it happened, and the next leader finds out. The key of a record
// and the id of an event see to it that repeating does no harm.
var (
	ErrLost     = fmt.Errorf("journal: another hub leads now, or the cluster is out of reach: %w", journal.ErrClosed)
	ErrTooLarge = errors.New("journal: the notification is larger than a message of the NATS cluster may be (max_payload)")

	errNewer  = errors.New("journal: the log was written by a newer program")
	errGap    = errors.New("journal: records are missing in the log")
	errFenced = errors.New("journal: another leader has written to the log")
	errLate   = errors.New("journal: the leadership could not be renewed in time")
	errStuck  = errors.New("journal: the log took a record and does not give it")
)

// Codes of the server that nats.go has no names for: there is no room.
const (
	codeInsufficient  js.ErrorCode = 10023
	codeStorageFull   js.ErrorCode = 10047
	codeStoreFailed   js.ErrorCode = 10077
	codeMemoryFull    js.ErrorCode = 10028
	codeAccountLimits js.ErrorCode = 10002
)

func code(err error) js.ErrorCode {
	if api, ok := errors.AsType[*js.APIError](err); ok {
		return api.ErrorCode
	}
	if e, ok := errors.AsType[js.JetStreamError](err); ok && e.APIError() != nil {
		return e.APIError().ErrorCode
	}
	return 0
}

// outrun tells that something else was written since.
func outrun(err error) bool {
	c := code(err)
	return c == js.JSErrCodeStreamWrongLastSequence || c == js.JSErrCodeStreamWrongLastSequenceConstant
}

// noRoom tells that the server has refused for want of it.
func noRoom(err error) bool {
	switch code(err) {
	case codeInsufficient, codeStorageFull, codeStoreFailed, codeMemoryFull, codeAccountLimits:
		return true
	}
	return false
}
