// Package notify turns what the PBX posts into Go values. It is tolerant:
// numbers come as numbers or texts, empty and null mean absent, unknown fields
// are ignored, unknown kinds and broken JSON are kept raw. It never fails and
// never panics; what could not be read is told by Item.Err.
//
// It does not check signatures (sdk/webhook does) and draws no conclusions
// about calls (sdk/call does).
package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Errors of Item.Err.
var (
	// ErrBroken tells that the text is not JSON, or not an object.
	ErrBroken = errors.New("notify: broken JSON")
	// ErrIncomplete tells that a field without which the notification means
	// nothing (its id, its result) is absent.
	ErrIncomplete = errors.New("notify: incomplete notification")
)

// Notification is one of Call, Summary, Result, Ping and Unknown.
type Notification interface{ notification() }

// Unknown is a notification without a type of its own, or one that could not
// be read: Item.Raw has all there is.
type Unknown struct{}

// Ping is the check that the account page sends by «Проверить подключение».
type Ping struct{}

func (Call) notification()    {}
func (Summary) notification() {}
func (Result) notification()  {}
func (Ping) notification()    {}
func (Unknown) notification() {}

// Item is one notification with all that the journal needs.
type Item struct {
	Path         string       // canonical, e.g. /events/call
	Key          string       // equal for redelivered notifications, different for others
	Notification Notification // never nil
	Raw          []byte       // the text of the form field json, as it came
	Err          error        // ErrBroken or ErrIncomplete: Notification is Unknown then
}

// Decode reads the text of the json field that was posted to path, canonical
// or not. Item.Raw shares the memory of raw.
func Decode(path string, raw []byte) Item {
	it := Item{Path: Canonical(path, ""), Raw: raw}
	var id string
	switch {
	case it.Path == PathPing:
		it.Notification = Ping{}
	case it.Path == PathCall:
		it.Notification, id, it.Err = decodeCall(raw)
	case it.Path == PathSummary:
		it.Notification, id, it.Err = decodeSummary(raw)
	case isCommandResult(it.Path):
		it.Notification, id, it.Err = decodeResult(strings.TrimPrefix(it.Path, resultPrefix), raw)
	default:
		it.Notification, it.Err = Unknown{}, checkJSON(raw)
	}
	if it.Err != nil {
		it.Notification, id = Unknown{}, ""
	}
	it.Key = key(it.Path, id, raw)
	return it
}

// maxID bounds an id within a key: the PBX promises 128 bytes at most
// (§3.1.2); a longer one is hashed with the rest.
const maxID = 128

// key joins the path with the id; without a usable id the whole text stands
// for it, so that only true copies are equal (architecture §3). Canonical
// paths of typed notifications hold no '|', hence keys cannot collide.
func key(path, id string, raw []byte) string {
	if id == "" {
		sum := sha256.Sum256(raw)
		return path + "|sha256:" + hex.EncodeToString(sum[:])
	}
	return path + "|" + id
}

// callKey is call_id and seq: repeated Appeared and Connected of one leg have
// different seq and are different notifications. Without a seq there is none.
func callKey(callID string, seq int64, hasSeq bool) string {
	if !hasSeq || len(callID) > maxID {
		return ""
	}
	return callID + "|" + strconv.FormatInt(seq, 10)
}

func idKey(id string) string {
	if len(id) > maxID {
		return ""
	}
	return id
}

// parse reads an object into v; anything else is ErrBroken.
func parse(raw []byte, v any) error {
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}

func checkJSON(raw []byte) error {
	var kept json.RawMessage
	return parse(raw, &kept)
}

// Encode packs the item for the journal: its path, a newline, its raw text.
func (i Item) Encode() []byte {
	b := make([]byte, 0, len(i.Path)+1+len(i.Raw))
	b = append(b, i.Path...)
	b = append(b, '\n')
	return append(b, i.Raw...)
}

// Restore reads what Encode packed. The result equals the first Decode.
func Restore(packed []byte) Item {
	path, raw, _ := bytes.Cut(packed, []byte("\n"))
	return Decode(string(path), raw)
}
