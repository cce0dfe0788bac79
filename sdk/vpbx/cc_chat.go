package vpbx

import (
	"context"
	"iter"
	"net/url"
	"slices"
	"sort"
	"time"
)

// CreateClosedAppealRequest tells of a conversation that took place elsewhere.
type CreateClosedAppealRequest struct {
	ProductID int64 `json:"product_id,omitempty" check:"range=1.."` // required by the table, absent in the example
	// ChannelType: 0 unknown, 1 call, 2 site, 3 VK, 4 Facebook, 5 Viber, 6
	// Telegram, 7 SMS, 8 e-mail, 9 WhatsApp, 10 dialogs.
	ChannelType *int     `json:"channel_type" check:"required,range=0..10"`
	Direction   *int     `json:"direction" check:"required,oneof=0|1"` // 0 incoming, 1 outgoing
	EntryPoint  string   `json:"entry_point" check:"required"`
	Created     UnixText `json:"create,omitzero" check:"required"`
	End         UnixText `json:"end,omitzero"`
	TagID       []int64  `json:"tag_id,omitempty" check:"range=0..,ref=tag"`
	Comment     string   `json:"comment,omitempty"`
	Rate        int      `json:"rate,omitempty" check:"range=1..5"`
	// Result: 1 done, 2 handed on, 3 nobody answered in time, 4 not answered, 5
	// spam, 6 sending was forbidden.
	Result       int            `json:"result" check:"required,range=1..6"`
	AssignUserID int64          `json:"assign_user_id,omitempty" check:"range=1..,ref=member"`
	CloseUserID  int64          `json:"close_user_id,omitempty" check:"range=1..,ref=member"`
	GroupID      string         `json:"group_id,omitempty" check:"id,ref=group"`
	Chat         []AppealLine   `json:"chat,omitempty"`
	ClientInfo   *AppealClient  `json:"client_info,omitempty"`
	Contact      *AppealContact `json:"contact,omitempty"`
}

// AppealLine is a message of an appeal.
type AppealLine struct {
	Text   string   `json:"text,omitempty"`
	Time   UnixText `json:"time,omitzero"`
	Sender string   `json:"sender,omitempty"` // a name
}

// AppealClient is a client that is in no address book.
type AppealClient struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty" check:"max=128"`
}

// AppealContact is a client of an address book.
type AppealContact struct {
	SourceID  *AppealSource `json:"source_id,omitempty"`
	ContactID string        `json:"contact_id,omitempty" check:"id"` // within the source
}

// AppealSource names an address book.
type AppealSource struct {
	Type  string `json:"type,omitempty"` // vpbx, amo, exch, google, …
	Index *int   `json:"index,omitempty" check:"range=0.."`
}

func (r *CreateClosedAppealRequest) check() error {
	return inOrder("end", r.Created.Time, r.End.Time, 0)
}

type appealCreated struct {
	AppealID []int64 `json:"appeal_id"`
}

var createClosedAppeal = declare[CreateClosedAppealRequest, appealCreated]("/cc/appeals/create-closed-appeals")

// CreateClosedAppeal tells the contact centre of a conversation that took place
// elsewhere and gives the id of the appeal (§4.8.2). A system user answers for
// it. 3300: something it names does not exist.
//
//vpbx:op POST /cc/appeals/create-closed-appeals
func (c *Client) CreateClosedAppeal(ctx context.Context, r CreateClosedAppealRequest) (int64, error) {
	a, err := call(ctx, c, createClosedAppeal, r)
	if err != nil {
		return 0, err
	}
	return created(createClosedAppeal.op, a.AppealID)
}

// Chat methods speak for a client who writes from an application of ours
// (§4.10). The channel is set up in the account; its id is not to be had by the
// API (§4.10.4).

// ChatClient is the client that a message comes from.
type ChatClient struct {
	ChannelID int64  `json:"channelId" check:"required,range=1..,ref=channel"`
	UserID    string `json:"userId" check:"required,id"` // of ours
}

// SendChatMessageRequest asks to hand an operator a message of a client.
type SendChatMessageRequest struct {
	ChatClient
	MessageID string `json:"messageId" check:"required,id"` // of ours
	FirstName string `json:"firstName" check:"required"`
	LastName  string `json:"lastName" check:"required"`
	Type      string `json:"type" check:"required,oneof=text|image|file"`
	// Content of a text: the message, or a mark from "1" to "5".
	Content string `json:"content,omitempty"`
	// Link of an image or a file: where the PBX fetches it.
	Link     string `json:"link,omitempty"`
	FileName string `json:"fileName,omitempty"`
	FileSize string `json:"fileSize,omitempty" check:"digits"` // bytes
}

func (r *SendChatMessageRequest) check() error {
	if r.Type == "text" {
		for _, f := range [][2]string{{"link", r.Link}, {"fileName", r.FileName}, {"fileSize", r.FileSize}} {
			if f[1] != "" {
				return bad(f[0], "type = image | file")
			}
		}
		if r.Content == "" {
			return missing("content")
		}
		return nil
	}
	if r.Content != "" {
		return bad("content", "type = text")
	}
	if r.Link == "" {
		return missing("link")
	}
	if u, err := url.Parse(r.Link); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return bad("link", "https://")
	}
	return nil
}

type messageSent struct {
	MessageID string `json:"messageId"`
}

var sendChatMessage = declare[SendChatMessageRequest, messageSent]("/cc/send_message")

// SendChatMessage hands an operator a message, a file by its address, or a
// mark of a client, and gives what the PBX calls the session (§4.10.2.1). A
// mark counts only with a rule of quality control and, by our own care, within
// five minutes of the question; else it opens a new chat. 5000: not taken.
//
//vpbx:op POST /cc/send_message
func (c *Client) SendChatMessage(ctx context.Context, r SendChatMessageRequest) (string, error) {
	a, err := call(ctx, c, sendChatMessage, r)
	return a.MessageID, err
}

// UserTypingRequest tells whether a client is typing.
type UserTypingRequest struct {
	ChatClient
	Typing *bool `json:"typing" check:"required"`
}

var userTyping = declare[UserTypingRequest, none]("/cc/user_typing")

// UserTyping tells the operator that the client types, or stopped (§4.10.2.2).
// Code: 5008, too many requests.
//
//vpbx:op POST /cc/user_typing
func (c *Client) UserTyping(ctx context.Context, r UserTypingRequest) error {
	return send(ctx, c, userTyping, r)
}

// MessageSeenRequest tells what became of a message of the operator.
type MessageSeenRequest struct {
	ChatClient
	Time            UnixMilli `json:"time,omitzero" check:"required"`
	ServerMessageID string    `json:"serverMessageId" check:"required,id"` // of the notification sendMessage
}

var (
	messageRead     = declare[MessageSeenRequest, none]("/cc/event_message_read")
	messageReceived = declare[MessageSeenRequest, none]("/cc/event_message_received")
)

// MessageRead tells the operator that the client read his message (§4.10.2.3).
// 5000: not taken.
//
//vpbx:op POST /cc/event_message_read
func (c *Client) MessageRead(ctx context.Context, r MessageSeenRequest) error {
	return send(ctx, c, messageRead, r)
}

// MessageReceived tells the operator that the client's device has his message
// (§4.10.2.4). 5000: not taken.
//
//vpbx:op POST /cc/event_message_received
func (c *Client) MessageReceived(ctx context.Context, r MessageSeenRequest) error {
	return send(ctx, c, messageReceived, r)
}

// maxHistory is the most that one answer of ChatHistory holds.
const maxHistory = 50

// ChatHistoryRequest asks for messages of a client's chat.
type ChatHistoryRequest struct {
	ChatClient
	ToID string `json:"toId,omitempty" check:"id"` // only those before this messageId; "" = the last
}

// ChatMessage is a message of a chat.
type ChatMessage struct {
	MessageID       string         `json:"messageId"`
	IsClientMessage bool           `json:"isClientMessage"`
	Type            string         `json:"type"` // text, …
	Time            time.Time      `json:"time" time:"ms"`
	Payload         map[string]any `json:"payload"` // of a text: body
}

type chatHistoryAnswer struct {
	told
	Data []ChatMessage `json:"data"`
}

var chatHistory = declare[ChatHistoryRequest, chatHistoryAnswer]("/cc/get_chat_history")

// ChatHistory reads up to 50 messages of a client's chat, the oldest first
// (§4.10.2.5). There are none before an operator takes the appeal up and after
// it is closed. Code: 5008, too many requests.
//
//vpbx:op POST /cc/get_chat_history
func (c *Client) ChatHistory(ctx context.Context, r ChatHistoryRequest) ([]ChatMessage, error) {
	a, err := call(ctx, c, chatHistory, r)
	if err != nil {
		return nil, err
	}
	sort.SliceStable(a.Data, func(i, j int) bool { return a.Data[i].Time.Before(a.Data[j].Time) })
	return listed(chatHistory.op, a.told, a.Data)
}

// AllChatMessages yields the messages of all pages before r.ToID, the newest
// first. An error ends it.
func (c *Client) AllChatMessages(ctx context.Context, r ChatHistoryRequest) iter.Seq2[ChatMessage, error] {
	return func(yield func(ChatMessage, error) bool) {
		for {
			page, err := c.ChatHistory(ctx, r)
			if err == nil && len(page) > 0 && page[0].MessageID == r.ToID {
				err = senseless(chatHistory.op, errStuck)
			}
			if err != nil {
				yield(ChatMessage{}, err)
				return
			}
			for _, m := range slices.Backward(page) {
				if !yield(m, nil) {
					return
				}
			}
			if len(page) < maxHistory {
				return
			}
			r.ToID = page[0].MessageID
		}
	}
}
