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

	"mangoofficesdk/sdk/internal/loose"
)

// Errors of Item.Err.
var (
	// ErrBroken tells that the text is not JSON, or not an object.
	ErrBroken = errors.New("notify: broken JSON")
	// ErrIncomplete tells that a field without which the notification means
	// nothing (its id, its result) is absent.
	ErrIncomplete = errors.New("notify: incomplete notification")
)

// Notification is one of the types of this package that end below.
type Notification interface{ notification() }

// Unknown is a notification without a type of its own, or one that could not
// be read: Item.Raw has all there is.
type Unknown struct{}

// Ping is the check that the account page sends by «Проверить подключение».
type Ping struct{}

func (Call) notification()          {}
func (Summary) notification()       {}
func (DTMF) notification()          {}
func (SMS) notification()           {}
func (Recording) notification()     {}
func (RecordAdded) notification()   {}
func (RecordTagged) notification()  {}
func (Recognized) notification()    {}
func (Organizations) notification() {}
func (ContactGroups) notification() {}
func (Contacts) notification()      {}
func (StatusChanged) notification() {}
func (SessionEnd) notification()    {}
func (Task) notification()          {}
func (AppealClosed) notification()  {}
func (ChatMessage) notification()   {}
func (ChatTyping) notification()    {}
func (ChatRead) notification()      {}
func (ChatRating) notification()    {}
func (Result) notification()        {}
func (StatsReady) notification()    {}
func (Ping) notification()          {}
func (Unknown) notification()       {}

// Item is one notification with all that the journal needs.
type Item struct {
	Path         string       // canonical, e.g. /events/call
	Key          string       // equal for redelivered notifications, different for others
	Notification Notification // never nil
	Raw          []byte       // the text of the form field json, as it came
	Err          error        // ErrBroken or ErrIncomplete: Notification is Unknown then
}

// decoder reads the text of one kind. id is what tells one notification of
// the kind from another; "" = the whole text does.
type decoder func(raw []byte) (n Notification, id string, err error)

// decoders by canonical path. Results of commands and chats are recognised by
// more than their path.
var decoders = map[string]decoder{
	PathPing:          func([]byte) (Notification, string, error) { return Ping{}, "", nil },
	PathCall:          decodeCall,
	PathSummary:       decodeSummary,
	PathDTMF:          decodeDTMF,
	PathSMS:           decodeSMS,
	PathRecording:     decodeRecording,
	PathRecordAdded:   decodeRecordAdded,
	PathRecordTagged:  decodeRecordTagged,
	PathRecognized:    decodeRecognized,
	PathOrganizations: decodeOrganizations,
	PathContactGroups: decodeContactGroups,
	PathContacts:      decodeContacts,
	PathStatusChanged: decodeStatusChanged,
	PathSessionEnd:    decodeSessionEnd,
	PathTask:          taskDecoder(TaskTouched),
	PathTaskCreated:   taskDecoder(TaskCreated),
	PathTaskChanged:   taskDecoder(TaskChanged),
	PathAppealClosed:  decodeAppealClosed,
	PathStats:         decodeStats,
}

// Decode reads the text of the json field that was posted to path, canonical
// or not. Item.Raw shares the memory of raw.
func Decode(path string, raw []byte) Item {
	it := Item{Path: Canonical(path, ""), Raw: raw}
	var id string
	if decode, known := decoders[it.Path]; known {
		it.Notification, id, it.Err = decode(raw)
	} else if command, ok := commandOf(it.Path); ok {
		it.Notification, id, it.Err = decodeResult(command, raw)
	} else if isChat(it.Path) {
		it.Path, it.Notification, it.Err = decodeChat(it.Path, raw)
	} else {
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

// seqKey is an id with the counter that belongs to it: repeated Appeared and
// Connected of one leg have different seq and are different notifications.
// Without a seq there is none.
func seqKey(id string, seq int64, hasSeq bool) string {
	if !hasSeq || id == "" || len(id) > maxID {
		return ""
	}
	return id + "|" + strconv.FormatInt(seq, 10)
}

func idKey(id string) string {
	if len(id) > maxID {
		return ""
	}
	return id
}

// read reads an object into v, a struct of plain types with the tags of loose;
// anything else is ErrBroken.
func read(raw []byte, v any) error {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		return fmt.Errorf("%w: a list", ErrBroken)
	}
	if err := loose.Decode(raw, v); err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}

// parse is read for types of loose's own, which are faster.
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
