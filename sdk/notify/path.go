package notify

import "strings"

// Canonical paths of the notifications that have a type.
const (
	PathCall    = "/events/call"
	PathSummary = "/events/summary"
	PathPing    = "/ping"

	eventsPrefix = "/events/"
	resultPrefix = "/result/"
)

// printedPrefixes are those that the PBX, or its documents, put before the
// path: D17 examples post to /vpbx/api/v1/…, D26 results to /vpbx/result/….
var printedPrefixes = []string{"/vpbx/api/v1", "/vpbx"}

// Canonical strips base (the path of the address entered on the account page,
// "" or "/" for none), the printed prefixes and trailing slashes. A path that
// does not begin with base is taken as it is: a reverse proxy may have cut it.
// A canonical path is its own canonical path (without base), however often a
// prefix was repeated: the journal keeps paths and has them read again.
func Canonical(path, base string) string {
	path = cutPrefix(tidy(path), tidy(base))
	for {
		before := path
		for _, p := range printedPrefixes {
			path = cutPrefix(path, p)
		}
		if path == before {
			return path
		}
	}
}

// tidy gives the path one leading slash and no trailing or doubled ones, and
// drops line breaks, which would break Item.Encode.
func tidy(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\n' || r == '\r' })
	return "/" + strings.Join(parts, "/")
}

func cutPrefix(path, prefix string) string {
	if prefix == "/" {
		return path
	}
	rest, ok := strings.CutPrefix(path, prefix)
	switch {
	case !ok:
		return path
	case rest == "":
		return "/"
	case rest[0] != '/': // /vpbxfoo is not under /vpbx
		return path
	}
	return rest
}

// Recognised reports whether a canonical path is one the PBX posts to: an
// event, a result or the ping. Kinds nobody knows yet count too.
func Recognised(path string) bool {
	if path == PathPing {
		return true
	}
	for _, p := range []string{eventsPrefix, resultPrefix} {
		if rest, ok := strings.CutPrefix(path, p); ok && rest != "" {
			return plain(rest)
		}
	}
	return false
}

// isCommandResult tells the outcome of a command from the other results:
// /result/stats (printed /result/stat too) announces data and has no outcome.
func isCommandResult(path string) bool {
	rest, ok := strings.CutPrefix(path, resultPrefix)
	return ok && rest != "" && rest != "stats" && rest != "stat" && plain(rest)
}

// plain reports whether s has only the characters that PBX paths are made of.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '/' && r != '_' && r != '-' && r != '.'
	})
}
