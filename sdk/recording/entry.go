package recording

import (
	"encoding/base64"
	"strings"
)

// EntryOf is the entry_id of the call that a recording is of, read out of its
// id: "1:10006085:5009411022:1" in base64 is the second side of the entry
// "5009411022". The PBX promises no form of ids (§3.1.2), so ok is false for any
// other, and whoever uses this looks whether that call knows the recording.
func EntryOf(id string) (entryID string, ok bool) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "="))
	if err != nil || !numbers(raw) {
		return "", false
	}
	parts := strings.Split(string(raw), ":")
	if len(parts) != 4 || parts[2] == "" {
		return "", false
	}
	return base64.StdEncoding.EncodeToString([]byte(parts[2])), true
}
