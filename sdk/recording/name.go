package recording

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// FileName is a name for the file of a recording that every system takes and no
// other recording has. Ids are base64: of those, some differ only by the case
// of their letters, which is one file to Windows. So the name is made of what
// they decode to, "1:10006085:5009411022:1"; the format of ids may change, and
// what does not look like today's gets a name of its hash.
func FileName(id, ext string) string {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "="))
	if err == nil && numbers(raw) {
		return strings.ReplaceAll(string(raw), ":", "-") + ext
	}
	sum := sha256.Sum256([]byte(id))
	return "r" + hex.EncodeToString(sum[:16]) + ext
}

// numbers: nothing but numbers with colons between.
func numbers(raw []byte) bool {
	for _, c := range raw {
		if c != ':' && (c < '0' || c > '9') {
			return false
		}
	}
	return len(raw) > 0 && len(raw) <= 100
}
