package engine

import (
	"bytes"
	"encoding/json"

	"mangoofficesdk/sdk/text"
)

// Annotation is what the 1C base knows of a call: whom it was with, and what
// about. These values live there; they are kept with the call for its card and
// for reports.
type Annotation struct {
	SubscriberName string `json:"subscriber_name"`
	SubscriberRef  string `json:"subscriber_ref"` // opaque
	Subject        string `json:"subject"`
	Description    string `json:"description"`
	AuthorName     string `json:"author_name"`
}

// maxAnnotation bounds each value, in bytes: a description is a note, not a
// document.
const maxAnnotation = 8 << 10

// ParseAnnotation reads ДополнитьЗвонок. An unknown key, one that is no text, or
// one that is too long is refused: a *text.Error whose Field is the key.
func ParseAnnotation(raw json.RawMessage) (a Annotation, err error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(raw, &given); err != nil || given == nil {
		return a, text.New(text.BadJSON).WithField("annotation").Wrap(err)
	}
	places := map[string]*string{
		"subscriber_name": &a.SubscriberName, "subscriber_ref": &a.SubscriberRef, "subject": &a.Subject,
		"description": &a.Description, "author_name": &a.AuthorName,
	}
	for key, value := range given {
		place := places[key]
		if place == nil {
			return a, text.New(text.UnknownField).WithField(key)
		}
		if bytes.Equal(value, []byte("null")) || json.Unmarshal(value, place) != nil || len(*place) > maxAnnotation {
			return a, text.New(text.BadField).WithField(key)
		}
	}
	return a, nil
}

// Annotated tells that BSL added to a call, live, over, or of long ago.
type Annotated struct {
	EntryID    string
	Annotation Annotation
	ID         string // of this annotation
	Pos        uint64
}

func (Annotated) input() {}

// annotated tells whoever keeps calls.
func (s *State) annotated(in Annotated) {
	ev := s.about(in.EntryID, "")
	ev.Kind, ev.Class, ev.To = CallChanged, Record, Address{Rule: AnyWriter}
	s.emit(ev, CallChangedBody{What: "annotation", Annotation: &in.Annotation}, in.ID)
	s.release(in.Pos)
}
