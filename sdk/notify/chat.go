package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Chat is what the notifications for a mobile application's chat share
// (§4.10.3).
type Chat struct {
	PointID string
	UserID  string // the client, as our side names him
}

// ChatMessage is a message to the client: an operator's, or an automatic one.
type ChatMessage struct {
	Chat
	MessageID string
	Type      string // text…
	Time      time.Time
	Body      string
	Payload   json.RawMessage // Body and whatever else a type brings
}

// ChatTyping tells that the operator has begun, or ceased, to type.
type ChatTyping struct {
	Chat
	Typing bool
}

// ChatRead tells that the operator has read a message of the client.
type ChatRead struct {
	Chat
	MessageID string
}

// ChatRating asks the client, whose appeal is closed, for a rating.
type ChatRating struct {
	Chat
	Rule ChatRule
}

// ChatRule is what to ask.
type ChatRule struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Bye       string         `json:"byeMessage"`
	Questions []ChatQuestion `json:"questions"`
}

// ChatQuestion is one question of a rule.
type ChatQuestion struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// chatWords are the kinds of chat notifications, data.type of their text.
var chatWords = []string{"sendMessage", "notifyUserTyping", "notifyMessageRead", "rateQuality"}

// chatWord gives a kind its spelling, "" when it is none.
func chatWord(s string) string {
	for _, w := range chatWords {
		if strings.EqualFold(w, s) {
			return w
		}
	}
	return ""
}

func isChat(path string) bool {
	word, ok := strings.CutPrefix(path, chatPrefix)
	return path == PathChat || ok && chatWord(word) != ""
}

type wireChat struct {
	PointID string    `json:"point_id"`
	Data    *chatData `json:"data"`
	chatData
}

// chatData stands below `data`, or alone where the envelope is missing.
type chatData struct {
	Kind      string   `json:"type" words:"sendMessage,notifyUserTyping,notifyMessageRead,rateQuality"`
	UserID    string   `json:"userId"`
	MessageID string   `json:"messageId"`
	Typing    bool     `json:"typing"`
	Rule      ChatRule `json:"rule"`
	Message   struct {
		ID      string          `json:"serverMessageId"`
		Type    string          `json:"type"`
		Time    time.Time       `json:"time" time:"ms"`
		Payload json.RawMessage `json:"payload"`
	} `json:"message"`
}

// decodeChat also tells the path that names the kind. One that is not known is
// left under the common path, without a type.
func decodeChat(path string, raw []byte) (kind string, n Notification, err error) {
	var w wireChat
	if err := read(raw, &w); err != nil {
		return path, nil, err
	}
	d := w.chatData
	if w.Data != nil {
		d = *w.Data
	}
	word := d.Kind
	if word == "" {
		word = chatWord(strings.TrimPrefix(path, chatPrefix))
	}
	if chatWord(word) == "" {
		return PathChat, Unknown{}, nil
	}
	kind, chat := chatPrefix+chatWord(word), Chat{PointID: w.PointID, UserID: d.UserID}
	missing := ""
	switch kind {
	case PathChatMessage:
		m := ChatMessage{Chat: chat, MessageID: d.Message.ID, Type: d.Message.Type, Time: d.Message.Time, Payload: d.Message.Payload}
		var p struct {
			Body string `json:"body"`
		}
		_ = loose.Decode(m.Payload, &p) // without a body there is none
		m.Body = p.Body
		if m.MessageID == "" && m.Payload == nil {
			missing = "message"
		}
		n = m
	case PathChatTyping:
		n = ChatTyping{chat, d.Typing}
	case PathChatRead:
		if d.MessageID == "" {
			missing = "messageId"
		}
		n = ChatRead{chat, d.MessageID}
	case PathChatRating:
		if d.Rule.ID == "" {
			missing = "rule"
		}
		n = ChatRating{chat, d.Rule}
	}
	if missing != "" {
		return kind, nil, fmt.Errorf("%w: %s", ErrIncomplete, missing)
	}
	return kind, n, nil
}
