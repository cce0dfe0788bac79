package vpbx

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Speech analytics (§3.5.4–3.5.9), a service of its own. An account without it
// was seen to answer 3128 to the methods of s2t.

// RecordingIDs is a list that the PBX wants as a text which holds a JSON list.
type RecordingIDs []string

// MarshalJSON implements json.Marshaler.
func (r RecordingIDs) MarshalJSON() ([]byte, error) {
	list, err := json.Marshal([]string(r))
	if err != nil {
		return nil, fmt.Errorf("vpbx: recording_id: %w", err)
	}
	return json.Marshal(string(list))
}

// UnmarshalJSON implements json.Unmarshaler. It takes a list too, as one client
// of the PBX sends it, and a single id.
func (r *RecordingIDs) UnmarshalJSON(raw []byte) error {
	var inner string
	if json.Unmarshal(raw, &inner) == nil {
		if !strings.HasPrefix(strings.TrimSpace(inner), "[") {
			*r = RecordingIDs{inner}
			return nil
		}
		raw = []byte(inner)
	}
	if err := json.Unmarshal(raw, (*[]string)(r)); err != nil {
		return fmt.Errorf("vpbx: recording_id: %w", err)
	}
	return nil
}

// CategoriesRequest asks for the topics of recordings.
type CategoriesRequest struct {
	RecordingID RecordingIDs `json:"recording_id" check:"required,max=500,id,ref=recording"`
	WithTerms   bool         `json:"with_terms,omitzero"` // also the words that decided
	WithNames   bool         `json:"with_names,omitzero"` // also the names of the topics
}

// RecordingCategories is what a recording is about.
type RecordingCategories struct {
	RecordingID string     `json:"recording_id"`
	Categories  []Category `json:"categories"`
}

// Category is a topic.
type Category struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	AssignTime time.Time `json:"assign_time"`
	Version    int       `json:"version"` // grows with each change of the topic
	Terms      []Term    `json:"terms"`
}

// Term is a word that decided for a topic.
type Term struct {
	Value    string `json:"value"`
	Count    int    `json:"count"`
	Channels []int  `json:"channels"` // -1 left, 0 mono, 1 right
}

// listOf is an answer with a list.
type listOf[T any] struct {
	told
	Data []T `json:"data"`
}

// list asks a method that answers with a list.
func list[Q, T any](ctx context.Context, c *Client, m method[Q, listOf[T]], q Q) ([]T, error) {
	a, err := call(ctx, c, m, q)
	if err != nil {
		return nil, err
	}
	return listed(m.op, a.told, a.Data)
}

var recordingCategories = declare[CategoriesRequest, listOf[RecordingCategories]]("/vpbx/queries/recording_categories")

// RecordingCategories lists the topics of recordings (§3.5.4). No code of its
// own: see Error.
//
//vpbx:op POST /vpbx/queries/recording_categories
func (c *Client) RecordingCategories(ctx context.Context, r CategoriesRequest) ([]RecordingCategories, error) {
	return list(ctx, c, recordingCategories, r)
}

// TranscriptsRequest asks for the words of recordings.
type TranscriptsRequest struct {
	RecordingID RecordingIDs `json:"recording_id" check:"required,max=500,id,ref=recording"`
}

// RecordingTranscript is what was said.
type RecordingTranscript struct {
	RecordingID string       `json:"recording_id"`
	Names       SpeakerNames `json:"names"`
	Phrases     []Phrase     `json:"phrases"` // in the order of speech
}

// SpeakerNames are in Russian; the PBX invents "channel 1" and the like for
// whom it does not know.
type SpeakerNames struct {
	Client   string `json:"client"`
	Operator string `json:"operator"`
}

// Phrase is one turn of speech. The PBX sends it as a list of two.
type Phrase struct {
	Speaker string // client, operator
	Text    string
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Phrase) UnmarshalJSON(raw []byte) error {
	var pair [2]loose.Scalar
	if err := json.Unmarshal(raw, &pair); err != nil {
		return fmt.Errorf("vpbx: phrase: %w", err)
	}
	p.Speaker, p.Text = pair[0].Word("client", "operator"), pair[1].Text()
	return nil
}

var recordingTranscripts = declare[TranscriptsRequest, listOf[RecordingTranscript]]("/vpbx/queries/recording_transcripts")

// RecordingTranscripts brings the words of recordings, up to 500 (§3.5.5). No
// code of its own: see Error.
//
//vpbx:op POST /vpbx/queries/recording_transcripts
func (c *Client) RecordingTranscripts(ctx context.Context, r TranscriptsRequest) ([]RecordingTranscript, error) {
	return list(ctx, c, recordingTranscripts, r)
}

// SummariesRequest asks what conversations came to. The ids are those of
// Conversations.
type SummariesRequest struct {
	CommunicationID []string `json:"communication_id" check:"required,id,ref=communication"`
}

// ConversationSummary is what a conversation came to.
type ConversationSummary struct {
	CommunicationID string `json:"communication_id"`
	Summary         string `json:"summary"` // several lines
}

var recordingSummaries = declare[SummariesRequest, listOf[ConversationSummary]]("/s2t/queries/recording_summary")

// ConversationSummaries brings what conversations came to (§3.5.6). A wrong
// request is answered with HTTP 400 and 3000.
//
//vpbx:op POST /s2t/queries/recording_summary
func (c *Client) ConversationSummaries(ctx context.Context, r SummariesRequest) ([]ConversationSummary, error) {
	return list(ctx, c, recordingSummaries, r)
}

// ConversationsRequest asks for a page of the conversations of some days.
type ConversationsRequest struct {
	DateFrom Date `json:"date_from" check:"required"`
	DateTo   Date `json:"date_to" check:"required"` // included
	Limit    int  `json:"limit,omitzero" check:"range=1.."`
	Offset   int  `json:"offset,omitzero" check:"range=0.."`
}

func (r *ConversationsRequest) check() error {
	if r.DateTo.Format(time.DateOnly) < r.DateFrom.Format(time.DateOnly) {
		return bad("date_to", "< date_from")
	}
	return nil
}

// Conversation is a conversation that was listened to by the machine.
type Conversation struct {
	CommunicationID string           `json:"communication_id"`
	Type            string           `json:"communication_type"` // 1 in the example
	Info            ConversationInfo `json:"info"`
	Sentiments      Sentiments       `json:"sentiments"`
	// The document swaps the descriptions of the last two; the names are taken
	// at their word.
	HasS2T        bool `json:"has_s2t"`
	HasTranscript bool `json:"has_transcript"`
	HasSummary    bool `json:"has_summary"`
}

// ConversationInfo is who talked when.
type ConversationInfo struct {
	Direction   string    `json:"direction" words:"in,out"` // or a number
	DurationSec int       `json:"duration"`
	TimeCreated time.Time `json:"time_created"`
	FromNumber  string    `json:"from_number"`
	ToNumber    string    `json:"to_number"`
}

// Sentiments are the moods of both sides, "" when unknown.
type Sentiments struct {
	Client   string `json:"client"`
	Operator string `json:"operator"`
}

var conversations = declare[ConversationsRequest, listOf[Conversation]]("/s2t/queries/records")

// ConversationPage reads a page of conversations (§3.5.7). Code: 3000, a field
// is wrong (with HTTP 400).
//
//vpbx:op POST /s2t/queries/records
func (c *Client) ConversationPage(ctx context.Context, r ConversationsRequest) ([]Conversation, error) {
	return list(ctx, c, conversations, r)
}

const conversationLimit = 100 // of the document's example; a bound is not told

// Conversations walks the pages, from r.Offset on. As the PBX tells neither a
// total nor the most that a page can have, the end is a page that is empty, or
// that repeats the one before.
func (c *Client) Conversations(ctx context.Context, r ConversationsRequest) iter.Seq2[Conversation, error] {
	return func(yield func(Conversation, error) bool) {
		r, before := r, Conversation{}
		r.Limit = or(r.Limit, conversationLimit)
		for {
			page, err := c.ConversationPage(ctx, r)
			if err != nil {
				yield(Conversation{}, err)
				return
			}
			if len(page) == 0 || page[0] == before {
				return
			}
			for _, one := range page {
				if !yield(one, nil) {
					return
				}
			}
			before = page[0]
			r.Offset += len(page)
		}
	}
}
