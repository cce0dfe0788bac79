package centre

import (
	"slices"
	"strconv"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// The channel of the mobile application that a fresh company has; the API does
// not tell its number, the web account does.
const knownChannel = 885

// firstMessage is the id of the first message.
const firstMessage = 435594321659769152

// history bounds cc/get_chat_history.
const history = 50

const pathChat = "/events/md"

// message of a chat, as its history prints it.
type message struct {
	ID      string  `json:"messageId"`
	Client  bool    `json:"isClientMessage"`
	Type    string  `json:"type"`
	Time    int64   `json:"time"` // ms
	Payload payload `json:"payload"`

	server string // the id that notifications tell
}

type payload struct {
	Body string `json:"body"`
}

// chatForm is what all methods of the chat take.
type chatForm struct {
	Channel   *api.Int  `json:"channelId"`
	User      api.Text  `json:"userId"`
	ID        api.Text  `json:"messageId"`
	FirstName api.Text  `json:"firstName"`
	LastName  api.Text  `json:"lastName"`
	Type      api.Text  `json:"type"`
	Content   api.Text  `json:"content"`
	Link      api.Text  `json:"link"`
	File      api.Text  `json:"fileName"`
	Size      api.Text  `json:"fileSize"`
	Typing    *api.Bool `json:"typing"`
	Time      api.Int   `json:"time"`
	Server    api.Text  `json:"serverMessageId"`
	To        api.Text  `json:"toId"`
}

func (c *Centre) readChat(q api.Query, f *chatForm) api.Fields {
	wrong := api.ReadFields(q, f)
	if len(wrong) > 0 {
		return wrong
	}
	if f.Channel == nil {
		wrong.Add("channelId", api.Missing)
	}
	if f.User == "" {
		wrong.Add("userId", api.Missing)
	}
	return wrong
}

// tellChat posts one of the four events of a chat, which name their path.
func (c *Centre) tellChat(kind string, data map[string]any) {
	data["type"] = kind
	c.tell(pathChat, map[string]any{"point_id": c.cfg.Point, "path": pathChat, "data": data})
}

// sendMessage is cc/send_message (document §4.10.2.1). The message is read at
// once, and the first one of a client is greeted by the bot, which takes the
// appeal into work.
func (c *Centre) sendMessage(q api.Query) api.Answer {
	var f chatForm
	wrong := c.readChat(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	for name, value := range map[string]api.Text{"messageId": f.ID, "firstName": f.FirstName, "lastName": f.LastName} {
		if value == "" {
			wrong.Add(name, api.Missing)
		}
	}
	m := message{ID: string(f.ID), Client: true, Type: string(f.Type), Time: millis(c.cfg.Now())}
	switch f.Type {
	case "", "text":
		m.Type, m.Payload.Body = "text", string(f.Content)
		if f.Content == "" {
			wrong.Add("content", api.Missing)
		}
	case "image", "file":
		if m.Payload.Body = string(f.Link); f.Link == "" {
			wrong.Add("link", api.Missing)
		}
	default:
		wrong.Add("type", api.WrongFormat)
	}
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case *f.Channel != knownChannel:
		return api.Refuse(serverError)
	}
	user := string(f.User)
	greeted := len(c.chats[user]) > 0
	c.say(user, m)
	c.tellChat("notifyMessageRead", map[string]any{"userId": user, "messageId": m.ID})
	if !greeted {
		hello := c.say(user, message{Type: "text", Time: m.Time, Payload: payload{"Здравствуйте! Оператор скоро ответит."}})
		c.tellChat("sendMessage", map[string]any{"userId": user, "message": map[string]any{
			"serverMessageId": hello.server, "type": hello.Type, "time": hello.Time, "payload": hello.Payload,
		}})
	}
	return api.OK(map[string]any{"messageId": m.ID})
}

// say adds a message to a chat.
func (c *Centre) say(user string, m message) message {
	c.last.message++
	m.server = strconv.FormatInt(c.last.message, 10)
	if m.ID == "" {
		m.ID = m.server
	}
	c.chats[user] = append(c.chats[user], m)
	return m
}

// typing is cc/user_typing (document §4.10.2.2).
func (c *Centre) typing(q api.Query) api.Answer {
	var f chatForm
	wrong := c.readChat(q, &f)
	if f.Typing == nil {
		wrong.Add("typing", api.Missing)
	}
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case *f.Channel != knownChannel:
		return api.Refuse(serverError)
	}
	return api.OK(nil)
}

// noticed is cc/event_message_read and cc/event_message_received (document
// §4.10.2.3–4), about a message of the operator.
func (c *Centre) noticed(q api.Query) api.Answer {
	var f chatForm
	wrong := c.readChat(q, &f)
	if f.Time == 0 {
		wrong.Add("time", api.Missing)
	}
	if f.Server == "" {
		wrong.Add("serverMessageId", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	known := slices.ContainsFunc(c.chats[string(f.User)], func(m message) bool { return !m.Client && m.server == string(f.Server) })
	if *f.Channel != knownChannel || !known {
		return api.Refuse(serverError)
	}
	return api.OK(nil)
}

// chatHistory is cc/get_chat_history (document §4.10.2.5): the last messages,
// or the last before toId.
func (c *Centre) chatHistory(q api.Query) api.Answer {
	var f chatForm
	wrong := c.readChat(q, &f)
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case *f.Channel != knownChannel:
		return api.Refuse(serverError)
	}
	all := c.chats[string(f.User)]
	if i := slices.IndexFunc(all, func(m message) bool { return m.ID == string(f.To) }); f.To != "" && i >= 0 {
		all = all[:i]
	}
	return api.OK(map[string]any{"data": append([]message{}, all[max(0, len(all)-history):]...)})
}
