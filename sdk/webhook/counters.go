package webhook

import "sync/atomic"

// Cause is why a request ended as it did.
type Cause uint8

// The causes. Accepted counts every notification the sink took; BrokenJSON and
// UnknownKind count some of them once more.
const (
	Accepted Cause = iota
	Pinged
	BrokenJSON
	UnknownKind
	ForeignAddress
	WrongMethod
	UnknownPath
	TooLarge
	Slow
	BadForm
	MissingField
	ForeignKey
	BadSign
	Unavailable
	Overloaded
	Panicked
	causes // their number
)

var causeNames = [causes]string{
	"accepted", "ping", "broken_json", "unknown_kind", "foreign_address", "wrong_method", "unknown_path",
	"too_large", "slow", "bad_form", "missing_field", "foreign_key", "bad_sign", "unavailable", "overloaded", "panic",
}

// String is the name of the counter, as Диагностика shows it.
func (c Cause) String() string {
	if c < causes {
		return causeNames[c]
	}
	return "unknown"
}

// Counters count requests by cause. The zero value is ready.
type Counters struct{ n [causes]atomic.Int64 }

func (c *Counters) add(cause Cause) { c.n[cause].Add(1) }

// Snapshot gives all counters by name, those at zero too.
func (c *Counters) Snapshot() map[string]int64 {
	m := make(map[string]int64, causes)
	for i := range c.n {
		m[Cause(i).String()] = c.n[i].Load() //nolint:gosec // i < causes
	}
	return m
}
