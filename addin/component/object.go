package component

import "mangoofficesdk/addin/spec"

// Raise is a failure that must become an exception in BSL: the island calls
// AddError with Text on the calling thread and returns false to the host.
type Raise struct {
	Code string // stable code
	Text string // in the language of the object
}

// Outcome of one method call.
type Outcome struct {
	Ret   spec.Value
	Error string // JSON for the out-parameter Ошибка; "" after success
	Raise *Raise // non-nil: Ret and Error do not matter
}

// Instance is a living object as the island sees it. Its methods are called
// on the host's thread, one at a time per object in practice, but must stand
// concurrent calls. None of them panics.
type Instance interface {
	// Call runs method number i of the declaration. args holds every
	// parameter the platform passed, the out-parameter included.
	Call(i int, args []spec.Value) Outcome
	Get(i int) (spec.Value, *Raise)
	Set(i int, v spec.Value) *Raise
	// Done stops everything the object started and waits for it, two seconds
	// at most. It may be called twice.
	Done()
}
