package notify

import (
	"cmp"
	"strings"
	"unicode"
)

// Canonical paths of the notifications that have a type. The document prints
// none for contact groups (inferred from their neighbours) and for tasks (our
// names); PathTask is a task whose path does not tell what became of it.
const (
	PathCall    = "/events/call"
	PathSummary = "/events/summary"
	PathDTMF    = "/events/dtmf"
	PathSMS     = "/events/sms"

	PathRecording    = "/events/recording"
	PathRecordAdded  = "/events/record/added"
	PathRecordTagged = "/events/record/tagged"
	PathRecognized   = "/events/recognized/offline"

	PathOrganizations = "/events/ab/organizations"
	PathContactGroups = "/events/ab/groups"
	PathContacts      = "/events/ab/contacts"

	PathStatusChanged = "/events/user/status_changed"
	PathSessionEnd    = "/events/user/session_end"

	PathTask         = "/events/task"
	PathTaskCreated  = "/events/task/created"
	PathTaskChanged  = "/events/task/changed"
	PathAppealClosed = "/events/md/onAppealClose"

	// The PBX posts all chat notifications to PathChat; what they are stands in
	// their text, and Item.Path tells it.
	PathChat        = "/events/md"
	PathChatMessage = "/events/md/sendMessage"
	PathChatTyping  = "/events/md/notifyUserTyping"
	PathChatRead    = "/events/md/notifyMessageRead"
	PathChatRating  = "/events/md/rateQuality"

	PathStats = "/result/stats"
	PathPing  = "/ping"

	eventsPrefix = "/events/"
	resultPrefix = "/result/"
	chatPrefix   = PathChat + "/"
)

// printedPrefixes are those that the PBX, or its documents, put before the
// path: D17 examples post to /vpbx/api/v1/…, D26 results to /vpbx/result/….
var printedPrefixes = []string{"/vpbx/api/v1", "/vpbx"}

// spellings are paths that the documents print in more than one way, or that
// follow from the names of the methods (/vpbx/ab/contact/init).
var spellings = map[string]string{
	"/result/stat":            PathStats, // the edition of 2026; that of 2017 has stats
	"/events/ab/organization": PathOrganizations,
	"/events/ab/group":        PathContactGroups,
	"/events/ab/contact":      PathContacts,
}

// Canonical strips base (the path of the address entered on the account page,
// "" or "/" for none), the printed prefixes and trailing slashes, and gives a
// path that is written in several ways its one spelling. A path that does not
// begin with base is taken as it is: a reverse proxy may have cut it.
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
			return spelt(path)
		}
	}
}

// spelt gives a path its one spelling.
func spelt(path string) string {
	if _, known := decoders[path]; known {
		return path
	}
	if one, ok := spellings[path]; ok {
		return one
	}
	rest, ok := strings.CutPrefix(path, eventsPrefix)
	if !ok {
		return path
	}
	if task := taskPath(rest); task != "" {
		return task
	}
	// The index of the document writes /events/md#sendMessage.
	if name, ok := strings.CutPrefix(rest, "md#"); ok {
		if word := chatWord(name); word != "" {
			return chatPrefix + word
		}
		return PathChat
	}
	return path
}

// taskPath recognises the notifications of contact-centre tasks, for which no
// path is printed: any that names a task and at most one thing done to it, in
// the styles of the PBX's other paths (user/status_changed, md/onAppealClose,
// cc/task/add). "" = another one.
func taskPath(rest string) string {
	found, path := false, PathTask
	for _, word := range words(rest) {
		change := ""
		switch word {
		case "task", "tasks":
			found = true
		case "cc", "md", "on": // where it belongs, not what it is
		case "created", "create", "new", "added", "add":
			change = PathTaskCreated
		case "changed", "change", "updated", "update":
			change = PathTaskChanged
		default:
			return ""
		}
		if change != "" && path != PathTask {
			return ""
		}
		path = cmp.Or(change, path)
	}
	if !found {
		return ""
	}
	return path
}

// words splits at everything that is not a letter or digit, and before a
// capital that follows a small letter; it gives lower case.
func words(s string) []string {
	var b strings.Builder
	last := ' '
	for _, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteByte(' ')
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.Fields(b.String())
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

// commandOf tells the outcome of a command, one of ours or one nobody knows
// yet, from the announcement of statistics, which has none.
func commandOf(path string) (command string, ok bool) {
	command, ok = strings.CutPrefix(path, resultPrefix)
	return command, ok && command != "" && path != PathStats && plain(command)
}

// plain reports whether s has only the characters that PBX paths are made of.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '/' && r != '_' && r != '-' && r != '.'
	})
}
