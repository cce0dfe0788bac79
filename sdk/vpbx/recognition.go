package vpbx

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"mangoofficesdk/sdk/internal/loose"
)

// Recognition of files (§3.10): conversations that were recorded elsewhere. A
// file is handed in, /events/recognized/offline tells when it is done, and its
// words are fetched by the id of the order.

// Bounds of a file (§3.10.1.3). Of its inside, which is not looked at, the PBX
// wants 128 kbit/s or more and half an hour or less.
const (
	maxWave      = 100 << 20 // bytes, of wav; of any file that is not kept
	maxAudio     = 30 << 20  // bytes, of the others
	maxAudioName = 64        // Latin characters
)

// Directions of a recorded conversation.
const (
	RecordedIn  = "IN"
	RecordedOut = "OUT"
)

// KeptRecordRequest hands in a file that is kept as a conversation of an
// employee. It needs speech analytics, recognition and offline scoring; to be
// listened to, the cloud storage. The older name member_id for UserID is not
// offered.
type KeptRecordRequest struct {
	UserID    int64   `json:"user_id" check:"required,range=1..,ref=member"` // general.user_id
	Direction string  `json:"direction" check:"required,oneof=IN|OUT"`
	From      string  `json:"from,omitempty" check:"dial"` // who called; wanted with OUT, says the document
	To        string  `json:"to,omitempty" check:"dial"`   // who was called; wanted with IN
	Created   UTCTime `json:"created" check:"required"`
	// MemberChannel is where the employee is heard: -1 left, 1 right.
	MemberChannel int    `json:"member_channel" check:"required,oneof=-1|1"`
	Diarization   bool   `json:"diarization,omitzero"`           // true for a file of one channel, else 3129
	File          Upload `json:"file,omitzero" check:"required"` // wav up to 100 MB; mp3, mp4, ogg up to 30 MB
}

func (r *KeptRecordRequest) check() error {
	switch {
	case r.Direction == RecordedOut && r.From == "":
		return missing("from")
	case r.Direction == RecordedIn && r.To == "":
		return missing("to")
	}
	return checkAudio(r.File, maxAudio)
}

// checkAudio checks a file; limit is that of all kinds but wav.
func checkAudio(f Upload, limit int) error {
	kind := strings.ToLower(path.Ext(f.Name))
	if kind == ".wav" {
		limit = maxWave
	}
	switch {
	case len(f.Name) > maxAudioName,
		strings.ContainsFunc(f.Name, func(c rune) bool { return c > unicode.MaxASCII || unicode.IsControl(c) }),
		strings.ContainsAny(f.Name, `/\"`):
		return bad("file.name", fmt.Sprintf("A-Z a-z 0-9, %d", maxAudioName))
	case !slices.Contains([]string{".wav", ".mp3", ".mp4", ".ogg"}, kind):
		return bad("file.name", "wav | mp3 | mp4 | ogg")
	case len(f.Content) == 0:
		return missing("file.base64")
	case len(f.Content) > limit:
		return bad("file.base64", fmt.Sprintf("%d > %d", len(f.Content), limit))
	}
	return nil
}

type recognitionOrder struct {
	RequestID string `json:"request_id"`
}

var (
	recogniseKept = declare[KeptRecordRequest, recognitionOrder]("/vpbx/offline_record/recognize")
	recognise     = declare[RecordRequest, recognitionOrder]("/vpbx/record/recognize")
)

// RecogniseAndKeep hands in a file and gives the id of the order (§3.10.1).
// Codes: 3103, 3104, 3109 (too big), 3129 (channels), 3300 (no such employee),
// 5008 (no such service), 5228 (more than 5000 employees), by field where one
// is at fault; HTTP 413 means too big, too.
//
//vpbx:op POST /vpbx/offline_record/recognize
func (c *Client) RecogniseAndKeep(ctx context.Context, r KeptRecordRequest) (requestID string, err error) {
	return recognition(ctx, c, recogniseKept, r)
}

// RecordRequest hands in a file that is not kept.
type RecordRequest struct {
	File Upload `json:"file,omitzero" check:"required"` // wav, mp3, mp4, ogg up to 100 MB
}

func (r *RecordRequest) check() error { return checkAudio(r.File, maxWave) }

// Recognise hands in a file, of which only the words are kept, and gives the
// id of the order (§3.10.2). Codes: 3104, 3109 (too big), 3129 (channels),
// 5008 (no such service).
//
//vpbx:op POST /vpbx/record/recognize
func (c *Client) Recognise(ctx context.Context, r RecordRequest) (requestID string, err error) {
	return recognition(ctx, c, recognise, r)
}

var errNoRequestID = errors.New("the answer has no request_id")

func recognition[Q any](ctx context.Context, c *Client, m method[Q, recognitionOrder], q Q) (string, error) {
	a, err := call(ctx, c, m, q)
	if err == nil && a.RequestID == "" {
		err = &Error{Op: m.entry().Name, Kind: KindAnswer, Sent: true, Err: errNoRequestID}
	}
	return a.RequestID, err
}

// RecognitionsRequest names orders. The document's table has one request_id,
// its example this list.
type RecognitionsRequest struct {
	RequestIDs []string `json:"request_ids" check:"required,digits"`
}

// Recognition is what became of an order.
type Recognition struct {
	RequestID   string       `json:"request_id"`
	Status      string       `json:"status"` // "ready"; "" = unknown, or not yet
	TimeCreated time.Time    `json:"time_created" time:"ms"`
	TimeUpdated time.Time    `json:"time_updated" time:"ms"`
	Transcribes []Transcribe `json:"transcribes"`
}

// Ready tells that the words are there.
func (r Recognition) Ready() bool { return strings.EqualFold(r.Status, "ready") }

// Transcribe is one turn of speech.
type Transcribe struct {
	Channel string `json:"channel" words:"client,operator"` // or a number
	Words   []Word `json:"data"`
}

// Word is a word, or a full stop, and when it was said: seconds from the
// beginning.
type Word struct {
	Text  string  `json:"word"`
	Begin float64 `json:"begin"`
	End   float64 `json:"end"`
}

// recognitions by the id of the order: so in the example, with [] for what is
// not there; a list in the table.
type recognitions map[string]Recognition

// UnmarshalJSON implements json.Unmarshaler.
func (r *recognitions) UnmarshalJSON(raw []byte) error {
	var list []Recognition
	if loose.Decode(raw, (*map[string]Recognition)(r)) == nil || loose.Decode(raw, &list) != nil {
		return nil
	}
	*r = recognitions{}
	for _, one := range list {
		(*r)[one.RequestID] = one
	}
	return nil
}

type recognitionsAnswer struct {
	Data recognitions `json:"data"`
}

var recognitionTasks = declare[RecognitionsRequest, recognitionsAnswer]("/vpbx/transcribes/tasks")

// Recognitions brings the words of files (§3.10.4), one for each id of the
// request, in its order. Codes of its chapter: 3103, 3104, 5000, 5008.
//
//vpbx:op POST /vpbx/transcribes/tasks
func (c *Client) Recognitions(ctx context.Context, r RecognitionsRequest) ([]Recognition, error) {
	a, err := call(ctx, c, recognitionTasks, r)
	if err != nil {
		return nil, err
	}
	all := make([]Recognition, len(r.RequestIDs))
	for i, id := range r.RequestIDs {
		all[i] = a.Data[id]
		all[i].RequestID = id
	}
	return all, nil
}
