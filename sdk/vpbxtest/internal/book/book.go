// Package book is the address book of the emulated PBX (document §3.9):
// organisations, groups and contacts, read page by page, changed in batches,
// every change told by a notification.
//
// A batch answers a list of codes, one for each row sent; the rows that were
// not taken are listed by index as well. A request that is wrong as a whole is
// answered with one code.
package book

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// maxRows is how many objects one request may read or change.
const maxRows = 500

// Config describes an address book.
type Config struct {
	Employs func(user int64) bool // whether a user_id is somebody's
	Notify  api.Notify
	Now     api.Clock
}

// Book is one address book. The methods of Table are safe for concurrent use.
type Book struct {
	employs func(int64) bool
	notify  api.Notify
	now     api.Clock

	mu       sync.Mutex
	orgs     shelf
	groups   shelf
	contacts []*contact // by id; changed by putting another in its place
	cursors  cursors
	last     int64 // of the ids of contacts and what belongs to them
}

// New makes an address book with a few entries.
func New(cfg Config) *Book {
	b := &Book{
		employs: cfg.Employs, notify: cfg.Notify, now: cfg.Now, last: firstID,
		orgs:    shelf{path: "organizations", idName: "org_id", nameName: "org_name", last: firstOrgID - 1},
		groups:  shelf{path: "groups", idName: "group_id", nameName: "group_name", last: firstGroupID - 1},
		cursors: cursors{views: map[string]view{}},
	}
	b.seed()
	return b
}

// Table is the methods of the address book.
func (b *Book) Table() api.Table {
	table := api.Table{
		"/vpbx/ab/contact":         b.serve(b.getContact),
		"/vpbx/ab/contact/init":    b.serve(b.begin(b.contactPages)),
		"/vpbx/ab/contact/cursor":  b.serve(b.proceed(b.contactPages)),
		"/vpbx/ab/contacts/create": b.serve(b.createContacts),
		"/vpbx/ab/contacts/update": b.serve(b.updateContacts),
		"/vpbx/ab/contacts/delete": b.serve(b.deleteContacts),
		"/vpbx/ab/custom_fields":   b.serve(listFields),
	}
	for one, s := range map[string]*shelf{"organization": &b.orgs, "group": &b.groups} {
		table["/vpbx/ab/"+one] = b.serve(s.get)
		many := "/vpbx/ab/" + s.path
		table[many+"/init"] = b.serve(b.begin(s.pages))
		table[many+"/cursor"] = b.serve(b.proceed(s.pages))
		table[many+"/create"] = b.serve(s.create)
		table[many+"/update"] = b.serve(s.update)
		table[many+"/delete"] = b.serve(s.remove)
	}
	return table
}

// event is a notification to post.
type event struct {
	path string
	body change
}

// change is what it says (document §3.9.4): "new" and "updated" carry objects,
// "deleted" ids.
type change struct {
	Action string `json:"action"`
	Data   any    `json:"data"`
}

// tell makes the event of a change; none when nothing changed.
func tell[T any](path, action string, data []T) []event {
	if len(data) == 0 {
		return nil
	}
	return []event{{"/events/ab/" + path, change{action, data}}}
}

// method answers under the lock and gives the events to post after it. What
// both carry is not changed later.
type method func(api.Query) (api.Answer, []event)

func (b *Book) serve(m method) api.Method {
	locked := func(q api.Query) (api.Answer, []event) {
		b.mu.Lock()
		defer b.mu.Unlock()
		return m(q)
	}
	return func(q api.Query) api.Answer {
		answer, events := locked(q)
		for _, e := range events {
			b.notify(e.path, e.body)
		}
		return answer
	}
}

func refuse(code int) (api.Answer, []event) { return api.Refuse(code), nil }

// id is a number that is told as a text.
type id int64

// MarshalJSON implements json.Marshaler.
func (n id) MarshalJSON() ([]byte, error) { return []byte(`"` + n.String() + `"`), nil }

func (n id) String() string { return strconv.FormatInt(int64(n), 10) }

// rows are those of a batch, each by itself: what is wrong with one does not
// concern the others.
func rows(q api.Query) ([]json.RawMessage, int) {
	var form struct {
		Data []json.RawMessage `json:"data"`
	}
	code := api.Read(q, &form)
	switch {
	case code != 0:
		return nil, code
	case len(form.Data) == 0:
		return nil, api.Missing
	case len(form.Data) > maxRows:
		return nil, api.TooMany
	}
	return form.Data, 0
}

// ids are those of a batch of deletions.
func ids(q api.Query) ([]int64, int) {
	raw, code := rows(q)
	out := make([]int64, 0, len(raw))
	for _, one := range raw {
		var n api.Int
		if n.UnmarshalJSON(one) != nil {
			return nil, api.WrongFormat
		}
		out = append(out, int64(n))
	}
	return out, code
}

// outcome collects the codes of a batch.
type outcome struct {
	codes   []int
	skipped []int
}

// add notes the code of the next row; 0 is done.
func (o *outcome) add(code int) {
	if code == 0 {
		o.codes = append(o.codes, api.Done)
		return
	}
	o.skipped = append(o.skipped, len(o.codes))
	o.codes = append(o.codes, code)
}

func (o *outcome) answer(data any) api.Answer {
	return api.Bare(map[string]any{"result": o.codes, "data": data, "skipped": append([]int{}, o.skipped...)})
}

// contains reports whether text holds part, whatever the case.
func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
