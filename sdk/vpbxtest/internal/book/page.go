package book

import (
	"cmp"
	"crypto/rand"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Reading page by page: init asks a question and shows the first page, cursor
// shows another one. The document says that a cursor is opaque and that every
// answer gives a new one. How long one lives, and that an unknown or expired
// one is answered with 3300, is inferred; so is that a page shows the book as
// it is now, not as it was for init.
const (
	defaultRows    = 10
	cursorLifetime = 10 * time.Minute
	maxCursors     = 10000 // the oldest go first
)

// lister finds what a query asks for; ext asks for the additional fields.
type lister func(query string, ext bool) listing

// listing is what a query finds.
type listing struct {
	shelf  string            // whose
	fields map[string]string // names by which it may be sorted: "id", "name" or "created"
	rows   []row
}

type row struct {
	id      int64
	name    string
	created int64
	print   func() any
}

// view is what a cursor stands for.
type view struct {
	shelf string
	query string
	limit int
	order []map[string]string
	ext   bool
	page  int // from 1
	until time.Time
}

// cursors remembers views, oldest first.
type cursors struct {
	views map[string]view
	order []string
}

// put remembers v and gives its cursor.
func (c *cursors) put(v view, now time.Time) string {
	for len(c.order) > 0 && (len(c.order) >= maxCursors || now.After(c.views[c.order[0]].until)) {
		delete(c.views, c.order[0])
		c.order = c.order[1:]
	}
	name := rand.Text()
	v.until = now.Add(cursorLifetime)
	c.views[name] = v
	c.order = append(c.order, name)
	return name
}

// begin is …/init.
func (b *Book) begin(find lister) method {
	return func(q api.Query) (api.Answer, []event) {
		form := struct {
			Query *api.Text           `json:"query"`
			Limit api.Int             `json:"limit_rows"`
			Order []map[string]string `json:"order"`
			Ext   api.Bool            `json:"contact_ext_fields"`
		}{Limit: defaultRows}
		if code := api.Read(q, &form); code != 0 {
			return refuse(code)
		}
		switch {
		case form.Query == nil:
			return refuse(api.Missing)
		case form.Limit < 1:
			return refuse(api.TooSmall)
		case form.Limit > maxRows:
			return refuse(api.TooMany)
		}
		v := view{query: string(*form.Query), limit: int(form.Limit), order: form.Order, ext: bool(form.Ext), page: 1}
		found := find(v.query, v.ext)
		for _, by := range v.order {
			for field, way := range by {
				if found.fields[field] == "" || (way != "asc" && way != "desc") {
					return refuse(api.WrongFormat)
				}
			}
		}
		v.shelf = found.shelf
		return b.show(v, found), nil
	}
}

// modes are the ways to another page.
var modes = regexp.MustCompile(`^(first|last|current|next|prev)-page(?:-([1-9]))?$`)

// proceed is …/cursor.
func (b *Book) proceed(find lister) method {
	return func(q api.Query) (api.Answer, []event) {
		var form struct {
			Cursor api.Text  `json:"cursor"`
			Mode   api.Text  `json:"mode"`
			Ext    *api.Bool `json:"contact_ext_fields"`
		}
		if code := api.Read(q, &form); code != 0 {
			return refuse(code)
		}
		if form.Cursor == "" || form.Mode == "" {
			return refuse(api.Missing)
		}
		mode := modes.FindStringSubmatch(string(form.Mode))
		if mode == nil || (mode[2] != "") != (mode[1] == "next" || mode[1] == "prev") {
			return refuse(api.WrongFormat)
		}
		v, ok := b.cursors.views[string(form.Cursor)]
		if form.Ext != nil {
			v.ext = bool(*form.Ext)
		}
		found := find(v.query, v.ext)
		if !ok || b.now().After(v.until) || v.shelf != found.shelf {
			return refuse(api.NoObject)
		}
		by, _ := strconv.Atoi(mode[2])
		switch mode[1] {
		case "first":
			v.page = 1
		case "last":
			v.page = max(v.pages(found), 1)
		case "next":
			v.page += by
		case "prev":
			v.page -= by
		}
		return b.show(v, found), nil
	}
}

func (v view) pages(found listing) int { return (len(found.rows) + v.limit - 1) / v.limit }

// info tells where a page stands; from counts from 0, as in the examples.
type info struct {
	Page  int `json:"page"`
	From  int `json:"from"`
	Size  int `json:"size"`
	Limit int `json:"limit"`
	Total int `json:"total_rows"`
	Pages int `json:"pages"`
}

// show prints a page. A page without rows has no cursor.
func (b *Book) show(v view, found listing) api.Answer {
	found.sort(v.order)
	from := min(max(v.page-1, 0)*v.limit, len(found.rows))
	until := min(from+v.limit, len(found.rows))
	if v.page < 1 {
		until = from
	}
	data := make([]any, 0, until-from)
	for _, r := range found.rows[from:until] {
		data = append(data, r.print())
	}
	state := map[string]any{"info": info{v.page, from, len(data), v.limit, len(found.rows), v.pages(found)}}
	if len(data) > 0 {
		state["cursor"] = b.cursors.put(v, b.now())
	}
	return api.OK(map[string]any{"data": data, "state": state})
}

// sort orders the rows, by id where nothing else is asked for.
func (l listing) sort(order []map[string]string) {
	slices.SortStableFunc(l.rows, func(a, b row) int {
		for _, by := range order {
			for _, field := range slices.Sorted(maps.Keys(by)) {
				var c int
				switch l.fields[field] {
				case "id":
					c = cmp.Compare(a.id, b.id)
				case "name":
					c = cmp.Compare(a.name, b.name)
				case "created":
					c = cmp.Compare(a.created, b.created)
				}
				if by[field] == "desc" {
					c = -c
				}
				if c != 0 {
					return c
				}
			}
		}
		return cmp.Compare(a.id, b.id)
	})
}
