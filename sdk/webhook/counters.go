package webhook

import "sync/atomic"

// Cause is why a request, or a connection without one, ended as it did.
type Cause uint8

// The causes. Accepted counts every notification the sink took; BrokenJSON and
// UnknownKind count some of them once more. The last three are connections, not
// requests.
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
	NoRequest // something was sent, but no whole request
	Silent    // nothing was sent: a check of the port, a browser that connects early
	NoTLS     // no agreement on TLS: plain HTTP, a scanner, nothing at all
	causes    // their number
)

var causeNames = [causes]string{
	"accepted", "ping", "broken_json", "unknown_kind", "foreign_address", "wrong_method", "unknown_path",
	"too_large", "slow", "bad_form", "missing_field", "foreign_key", "bad_sign", "unavailable", "overloaded", "panic",
	"no_request", "silent", "no_tls",
}

// String is the name of the counter, as Диагностика shows it.
func (c Cause) String() string {
	if c < causes {
		return causeNames[c]
	}
	return "unknown"
}

// counters count requests by cause.
type counters struct{ n [causes]atomic.Int64 }

func (c *counters) add(cause Cause) { c.n[cause].Add(1) }

// snapshot gives all counters by name, those at zero too.
func (c *counters) snapshot() map[string]int64 {
	m := make(map[string]int64, causes)
	for i := range c.n {
		m[Cause(i).String()] = c.n[i].Load() //nolint:gosec // i < causes
	}
	return m
}
