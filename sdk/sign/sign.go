// Package sign computes and checks the signature that every message of the
// VPBX API carries, in both directions.
//
// sign = lower-case hex of SHA-256(vpbx_api_key + json + vpbx_api_salt), plain
// concatenation of the bytes exactly as sent (VPBX API §2, "Подпись").
// The salt is never transmitted; here it is a type that prints as ***.
package sign

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
)

// Salt is the secret of a VPBX ("Ключ для создания подписи"). Every way of
// printing it (fmt, JSON, text, zerolog) gives ***.
type Salt struct{ secret string }

// NewSalt wraps the secret typed in by the administrator.
func NewSalt(secret string) Salt { return Salt{secret} }

const masked = "***"

// String implements fmt.Stringer without telling the secret.
func (Salt) String() string { return masked }

// GoString implements fmt.GoStringer without telling the secret.
func (Salt) GoString() string { return masked }

// MarshalText implements encoding.TextMarshaler without telling the secret.
func (Salt) MarshalText() ([]byte, error) { return []byte(masked), nil }

// Empty reports whether no secret was given.
func (s Salt) Empty() bool { return s.secret == "" }

// Hide gives the secret to whoever is to find it in texts and take it out; to
// nobody else.
func (s Salt) Hide(from func(secret string)) { from(s.secret) }

// Equal compares two salts in constant time.
func (s Salt) Equal(o Salt) bool {
	return subtle.ConstantTimeCompare([]byte(s.secret), []byte(o.secret)) == 1
}

// Credentials are the pair that opens a VPBX: the unique code of the PBX
// (public within the company) and its salt.
type Credentials struct {
	Key  string
	Salt Salt
}

// JSON signs the text of the json field. It must be given the very bytes that
// are sent, before form encoding.
func (c Credentials) JSON(json []byte) string { return c.sum(string(json)) }

// VerifyJSON reports whether got is the signature of json, in constant time.
func (c Credentials) VerifyJSON(json []byte, got string) bool {
	want := c.JSON(json)
	return subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// Recording signs a GET link to a recording: SHA-256(key + timestamp + id +
// salt), where timestamp is the unix time the link lives until (§3.5.2).
func (c Credentials) Recording(id string, until int64) string {
	return c.sum(strconv.FormatInt(until, 10) + id)
}

func (c Credentials) sum(text string) string {
	sum := sha256.Sum256([]byte(c.Key + text + c.Salt.secret))
	return hex.EncodeToString(sum[:])
}

// Derive is a secret for another purpose than signing: HMAC-SHA256 of purpose
// and key under the salt, which it does not give away.
func (c Credentials) Derive(purpose string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, []byte(c.Salt.secret))
	_, _ = mac.Write([]byte(purpose + "\x00" + c.Key)) // never fails
	return [sha256.Size]byte(mac.Sum(nil))
}
