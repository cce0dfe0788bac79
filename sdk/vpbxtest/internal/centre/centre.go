// Package centre is the contact centre of the emulated PBX (document §4):
// tasks, statuses of employees and their sessions, deals, what the centre
// knows of calls, closed appeals and the chat of a mobile application. What
// changes is told by notifications.
//
// The document prints hardly any code of refusal for these methods. That the
// fields at fault are named, as newer methods do, is inferred.
package centre

import (
	"encoding/json"
	"sync"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// serverError is what the centre answers for a thing that it cannot do
// (document §4.9.1.5 and §4.10.2, examples).
const serverError = 5000

// Person is an employee.
type Person struct {
	ID     int64
	Number string // of the device that rings
}

// Config describes the contact centre of a company.
type Config struct {
	Product, Point int64
	Staff          func() []Person
	Notify         api.Notify
	Now            api.Clock
}

// Centre is one contact centre. The methods of Table are safe for concurrent
// use.
type Centre struct {
	cfg Config

	mu       sync.Mutex
	events   []event // of the method under way
	tasks    []*task
	themes   map[string]bool
	sessions []*session // in the order in which they were opened
	statuses map[int64]int64
	deals    []*deal
	chats    map[string][]message // by the client's id
	last     struct{ task, autoCall, session, deal, document, appeal, message int64 }
}

// event is a notification to post.
type event struct {
	path string
	body any
}

// New makes the contact centre of a fresh company: one task and one deal.
func New(cfg Config) *Centre {
	c := &Centre{cfg: cfg, themes: map[string]bool{}, statuses: map[int64]int64{}, chats: map[string][]message{}}
	c.last.task, c.last.autoCall = firstTask-1, firstAutoCall-1
	c.last.deal, c.last.document = firstDeal-1, firstDocument-1
	c.last.appeal, c.last.message = firstAppeal-1, firstMessage-1
	c.seed()
	return c
}

// Table is the methods of the contact centre.
func (c *Centre) Table() api.Table {
	table := api.Table{
		"/cc/task/add":    c.addTask,
		"/cc/task/update": c.updateTask,
		"/cc/task/get":    c.getTask,
		"/cc/task/list":   c.listTasks,
		"/cc/task/done":   c.closeTasks(taskDone),
		"/cc/task/cancel": c.closeTasks(taskCancelled),

		"/cc/set_session_status": c.setSessionStatus,
		"/cc/set_abonent_status": c.setStatus,
		"/cc/get_presence":       c.presence,
		"/cc/get_statuses":       c.listStatuses,

		"/cc/deal/create":             c.createDeal,
		"/cc/deal/update":             c.updateDeal,
		"/cc/deal/get":                c.getDeal,
		"/cc/deal/list":               c.listDeals,
		"/cc/deal/custom_fields.list": c.listDealFields,
		"/cc/deal/funnels.list":       c.listFunnels,
		"/cc/deal/documents.list":     c.listDocuments,
		"/cc/deal/documents.add":      c.addDocument,

		"/vpbx/cc/call":                     c.getCall,
		"/vpbx/cc/tags":                     c.listTags,
		"/vpbx/script":                      getScript,
		"/vpbx/quality/control/question":    getQuestion,
		"/cc/appeals/create-closed-appeals": c.createAppeal,

		"/cc/send_message":           c.sendMessage,
		"/cc/user_typing":            c.typing,
		"/cc/event_message_read":     c.noticed,
		"/cc/event_message_received": c.noticed,
		"/cc/get_chat_history":       c.chatHistory,
	}
	for path, method := range table {
		table[path] = c.serve(method)
	}
	return table
}

// serve runs a method under the lock and posts what it told after it. What
// events and answers carry is not changed later.
func (c *Centre) serve(m api.Method) api.Method {
	locked := func(q api.Query) (api.Answer, []event) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.endSessions()
		answer := m(q)
		events := c.events
		c.events = nil
		return answer, events
	}
	return func(q api.Query) api.Answer {
		answer, events := locked(q)
		for _, e := range events {
			c.cfg.Notify(e.path, e.body)
		}
		return answer
	}
}

func (c *Centre) tell(path string, body any) { c.events = append(c.events, event{path, body}) }

func (c *Centre) employs(user int64) bool {
	_, ok := c.person(user)
	return ok
}

func (c *Centre) person(user int64) (Person, bool) {
	for _, p := range c.cfg.Staff() {
		if p.ID == user {
			return p, true
		}
	}
	return Person{}, false
}

// checkUser is what is wrong with a mandatory user id.
func (c *Centre) checkUser(id *api.Int) int {
	switch {
	case id == nil || *id == 0:
		return api.Missing
	case !c.employs(int64(*id)):
		return api.NoObject
	}
	return 0
}

// moscow is the zone of the moments that the centre takes and prints as text
// ("+03" in §4.9.1.4).
var moscow = time.FixedZone("", 3*60*60)

// moment reads "2026-11-22 12:00:00", or unix seconds.
func moment(t api.Text) (time.Time, bool) {
	if t.Digits() {
		var n api.Int
		err := n.UnmarshalJSON([]byte(t))
		return time.Unix(int64(n), 0), err == nil
	}
	at, err := time.ParseInLocation(time.DateTime, string(t), moscow)
	return at, err == nil
}

// millis is a moment as events tell it.
func millis(at time.Time) int64 { return at.UnixMilli() }

// idList is a list of ids, or one alone.
type idList []api.Int

// UnmarshalJSON implements json.Unmarshaler.
func (l *idList) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]api.Int)(l))
	}
	var one api.Int
	if err := json.Unmarshal(raw, &one); err != nil || one == 0 {
		return err
	}
	*l = idList{one}
	return nil
}

// orNull is an id that is printed as null when there is none.
func orNull(n *api.Int) *int64 {
	if n == nil || *n == 0 {
		return nil
	}
	return new(int64(*n))
}

func textOrNull(t *api.Text) *string {
	if t == nil {
		return nil
	}
	return new(string(*t))
}
