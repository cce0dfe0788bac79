package vpbx_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// book serves a list of the address book by a cursor.
type book struct {
	id    string // "org_id"
	total int
	info  string // what state.info tells: all, pages, total, limit, none
	fail  int    // page that is refused; 0 = none
	stuck bool   // the cursor never moves

	asked []string // path and JSON of each request
	page  int
	limit int
}

func (b *book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		LimitRows int `json:"limit_rows"`
		Cursor    string
		Mode      string
	}
	raw := r.PostForm.Get("json")
	_ = json.Unmarshal([]byte(raw), &q)
	b.asked = append(b.asked, strings.TrimPrefix(r.URL.Path, "/vpbx/ab/")+" "+raw)
	if q.Cursor == "" {
		b.page, b.limit = 0, q.LimitRows
	} else if q.Cursor != fmt.Sprintf("c%d", b.page) || q.Mode != "next-page-1" {
		fmt.Fprint(w, `{"result":3104}`)
		return
	}
	if !b.stuck || b.page == 0 {
		b.page++
	}
	if b.page == b.fail {
		fmt.Fprint(w, `{"result":5000}`)
		return
	}
	var items []string
	from := (b.page - 1) * b.limit
	for i := from; i < min(from+b.limit, b.total); i++ {
		items = append(items, fmt.Sprintf(`{"%s":"%d"}`, b.id, i))
	}
	pages := (b.total + b.limit - 1) / b.limit
	info := map[string]string{
		"all":   fmt.Sprintf(`{"page":%d,"from":%d,"size":%d,"limit":%d,"total_rows":%d,"pages":%d}`, b.page, from, len(items), b.limit, b.total, pages),
		"pages": fmt.Sprintf(`{"page":"%d","pages":"%d"}`, b.page, pages), "total": fmt.Sprintf(`{"total_rows":%d}`, b.total),
		"limit": fmt.Sprintf(`{"limit":%d}`, b.limit), "none": `[]`,
	}[b.info]
	if len(items) == 0 {
		fmt.Fprint(w, `{"result":1000,"data":[],"state":{"info":[]}}`) // no data, no cursor
		return
	}
	fmt.Fprintf(w, `{"result":1000,"data":[%s],"state":{"info":%s,"cursor":"c%d"}}`, strings.Join(items, ","), info, b.page)
}

// collect runs a sequence to its end.
func collect[T any](seq iter.Seq2[T, error], id func(T) string) (ids []string, failure error) {
	for v, err := range seq {
		if err != nil {
			failure = err
			continue // nothing comes behind it
		}
		ids = append(ids, id(v))
	}
	return ids, failure
}

func numbers(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint(i))
	}
	return ids
}

func TestWalk(t *testing.T) {
	t.Parallel()
	organizations := func(c *vpbx.Client, limit int) iter.Seq2[vpbx.Organization, error] {
		return c.Organizations(t.Context(), vpbx.ListRequest{LimitRows: limit})
	}
	for name, row := range map[string]struct {
		book     book
		want     int
		requests int
		err      text.Code
	}{
		"empty":                  {book{total: 0, info: "all"}, 0, 1, ""},
		"one page":               {book{total: 2, info: "all"}, 2, 1, ""},
		"a full page":            {book{total: 3, info: "all"}, 3, 1, ""},
		"pages":                  {book{total: 8, info: "all"}, 8, 3, ""},
		"full pages":             {book{total: 9, info: "all"}, 9, 3, ""},
		"only pages told":        {book{total: 9, info: "pages"}, 9, 3, ""},
		"only the total told":    {book{total: 9, info: "total"}, 9, 3, ""},
		"only the limit told":    {book{total: 8, info: "limit"}, 8, 3, ""},
		"the limit, full pages":  {book{total: 9, info: "limit"}, 9, 4, ""},
		"nothing told":           {book{total: 8, info: "none"}, 8, 4, ""},
		"an error at once":       {book{total: 8, info: "all", fail: 1}, 0, 1, text.PBXError},
		"an error inside":        {book{total: 8, info: "all", fail: 2}, 3, 2, text.PBXError},
		"a cursor that is stuck": {book{total: 8, info: "all", stuck: true}, 3, 2, text.BadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := row.book
			b.id = "org_id"
			seq := organizations(start(t, nil, b.ServeHTTP).client(t, nil), 3)
			for range 2 { // a sequence may be run again
				b.asked = nil
				ids, err := collect(seq, func(o vpbx.Organization) string { return o.OrgID })
				diff(t, "Organizations", numbers(row.want), ids)
				if len(b.asked) != row.requests || (err != nil) != (row.err != "") || err != nil && !errors.Is(err, text.New(row.err)) {
					t.Errorf("Organizations: %v in %d requests, want %q in %d: %v", err, len(b.asked), row.err, row.requests, b.asked)
				}
			}
		})
	}
}

// Each list goes its own way, and a caller may stop anywhere.
func TestWalkRequests(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		id   string
		walk func(*vpbx.Client) ([]string, error)
		want []string
	}{
		"organisations": {
			"org_id", func(c *vpbx.Client) ([]string, error) {
				return collect(c.Organizations(t.Context(), vpbx.ListRequest{Query: "A"}), func(o vpbx.Organization) string { return o.OrgID })
			},
			[]string{`organizations/init {"query":"A","limit_rows":500}`, `organizations/cursor {"cursor":"c1","mode":"next-page-1"}`},
		},
		"groups": {
			"group_id", func(c *vpbx.Client) ([]string, error) {
				return collect(c.ContactGroups(t.Context(), vpbx.ListRequest{}), func(g vpbx.ContactGroup) string { return g.GroupID })
			},
			[]string{`groups/init {"query":"","limit_rows":500}`, `groups/cursor {"cursor":"c1","mode":"next-page-1"}`},
		},
		"contacts": {
			"contact_id", func(c *vpbx.Client) ([]string, error) {
				return collect(c.Contacts(t.Context(), vpbx.ContactsRequest{ContactExtFields: true}), func(c vpbx.Contact) string { return c.ContactID })
			},
			[]string{`contact/init {"query":"","limit_rows":500,"contact_ext_fields":true}`, `contact/cursor {"cursor":"c1","mode":"next-page-1","contact_ext_fields":true}`},
		},
	} {
		b := &book{id: row.id, total: 501, info: "all"}
		ids, err := row.walk(start(t, nil, b.ServeHTTP).client(t, nil))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		diff(t, name, numbers(501), ids)
		diff(t, name+" asked", row.want, b.asked)
	}
	b := &book{id: "contact_id", total: 9, info: "all"}
	c := start(t, nil, b.ServeHTTP).client(t, nil)
	for contact := range c.Contacts(t.Context(), vpbx.ContactsRequest{LimitRows: 3}) {
		if contact.ContactID == "3" {
			break
		}
	}
	if len(b.asked) != 2 {
		t.Errorf("%d requests for a caller who stopped in page 2: %v", len(b.asked), b.asked)
	}
	for _, err := range c.Contacts(t.Context(), vpbx.ContactsRequest{LimitRows: 501}) {
		if e := text.From(err); e == nil || e.Field != "limit_rows" {
			t.Errorf("Contacts in pages of 501: %v, want bad_field [limit_rows]", err)
		}
	}
}

// An answer of success that lacks what was asked for is no answer; a list that
// is null is an empty one.
func TestAnswersWithoutData(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*vpbx.Client) error{
		"groups":       func(c *vpbx.Client) error { _, err := c.Groups(t.Context(), vpbx.GroupsRequest{}); return err },
		"lines":        func(c *vpbx.Client) error { _, err := c.IncomingLines(t.Context()); return err },
		"audio":        func(c *vpbx.Client) error { _, err := c.AudioFiles(t.Context()); return err },
		"schemas":      func(c *vpbx.Client) error { _, err := c.Schemas(t.Context(), vpbx.SchemasRequest{}); return err },
		"trunks":       func(c *vpbx.Client) error { _, err := c.TrunkNumbers(t.Context()); return err },
		"roles":        func(c *vpbx.Client) error { _, err := c.Roles(t.Context()); return err },
		"sips":         func(c *vpbx.Client) error { _, err := c.SIPs(t.Context()); return err },
		"domains":      func(c *vpbx.Client) error { _, err := c.Domains(t.Context()); return err },
		"active list":  func(c *vpbx.Client) error { _, err := c.ActiveList(t.Context()); return err },
		"customs":      func(c *vpbx.Client) error { _, err := c.CustomFields(t.Context()); return err },
		"contact page": func(c *vpbx.Client) error { _, err := c.ContactsInit(t.Context(), vpbx.ContactsRequest{}); return err },
		"rules": func(c *vpbx.Client) error {
			_, err := c.AutosecretaryRules(t.Context(), vpbx.AutosecretaryRulesRequest{UserID: 1})
			return err
		},
		"blocked": func(c *vpbx.Client) error {
			_, err := c.BlockedNumbersPage(t.Context(), vpbx.BlockedNumbersRequest{})
			return err
		},
	} {
		bare := start(t, nil, say(200, "application/json", `{}`))
		if err := do(bare.client(t, nil)); !errors.Is(err, text.New(text.BadAnswer)) {
			t.Errorf("%s of {}: %v, want bad_answer", name, err)
		}
		null := start(t, nil, say(200, "application/json", `{"result":1000,"data":null,"groups":null}`))
		if err := do(null.client(t, nil)); err != nil {
			t.Errorf("%s of null: %v, want an empty list", name, err)
		}
	}
	for name, do := range map[string]func(*vpbx.Client) error{
		"balance": func(c *vpbx.Client) error { _, err := c.Balance(t.Context()); return err },
		"lists":   func(c *vpbx.Client) error { _, err := c.IncomingLists(t.Context()); return err },
		"new group": func(c *vpbx.Client) error {
			_, err := c.CreateGroup(t.Context(), vpbx.CreateGroupRequest{Name: "n"})
			return err
		},
		"one contact": func(c *vpbx.Client) error {
			_, err := c.Contact(t.Context(), vpbx.ContactRequest{ContactID: "1"})
			return err
		},
		"one group": func(c *vpbx.Client) error {
			_, err := c.ContactGroup(t.Context(), vpbx.ContactGroupRequest{GroupID: "1"})
			return err
		},
		"one company": func(c *vpbx.Client) error {
			_, err := c.Organization(t.Context(), vpbx.OrganizationRequest{OrgID: "1"})
			return err
		},
		"new SIP": func(c *vpbx.Client) error {
			_, err := c.CreateSIP(t.Context(), vpbx.CreateSIPRequest{UserID: 5, Login: "agent", Domain: "a.ru", Password: "Passw0rd"})
			return err
		},
		"new member": func(c *vpbx.Client) error {
			_, err := c.CreateMember(t.Context(), vpbx.CreateMemberRequest{Name: "n", AccessRoleID: 1, Extension: "1"})
			return err
		},
	} {
		p := start(t, nil, ok)
		if err := do(p.client(t, nil)); !errors.Is(err, text.New(text.BadAnswer)) {
			t.Errorf("%s of {\"result\":1000}: %v, want bad_answer", name, err)
		}
	}
}
