package book_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/book"
)

const worker = 300049012

// desk is a book with a clock and an ear.
type desk struct {
	testing.TB
	methods api.Table

	mu     sync.Mutex
	now    time.Time
	events []string
}

func open(t testing.TB) *desk {
	t.Helper()
	d := &desk{TB: t, now: time.Unix(1795338000, 0)}
	d.methods = book.New(book.Config{
		Employs: func(user int64) bool { return user == worker },
		Notify: func(path string, body any) {
			raw, err := json.Marshal(body)
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			d.events = append(d.events, path+" "+string(raw))
		},
		Now: func() time.Time {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.now
		},
	}).Table()
	return d
}

// ask runs a method and prints its answer as the PBX would.
func (d *desk) ask(path, request string) string {
	d.Helper()
	method, ok := d.methods["/vpbx/ab/"+path]
	if !ok {
		d.Fatalf("no method %s", path)
	}
	a := method(api.Query{Path: "/vpbx/ab/" + path, JSON: []byte(request)})
	var body any = a.Body
	if a.Body == nil {
		body = map[string]any{"result": a.Code}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		d.Fatalf("%s: %v", path, err)
	}
	return string(raw)
}

type step struct{ path, json, want string }

// play asks one thing after another. An answer that begins with "…" need only
// contain what follows.
func (d *desk) play(steps ...step) {
	d.Helper()
	for _, s := range steps {
		got := d.ask(s.path, s.json)
		ok := got == s.want
		if part, found := strings.CutPrefix(s.want, "…"); found {
			ok = strings.Contains(got, part)
		}
		if !ok {
			d.Errorf("%s %.300s\n got %.2000s\nwant %s", s.path, s.json, got, s.want)
		}
	}
}

// told wants these notifications since the last time.
func (d *desk) told(want ...string) {
	d.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if diff := cmp.Diff(want, d.events); diff != "" {
		d.Errorf("notifications (-want +got):\n%s", diff)
	}
	d.events = nil
}

func refused(code int) string { return fmt.Sprintf(`{"result":%d}`, code) }

const done = `{"result":1000}`

// many are n rows.
func many(n int, row string) string {
	return `{"data":[` + strings.TrimSuffix(strings.Repeat(row+",", n), ",") + `]}`
}

// Organisations and groups are the same but for their names.
func TestShelves(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		one, many, id, name string
		first               int64
		seeds               [2]string
	}{
		{"organization", "organizations", "org_id", "org_name", 10433117, [2]string{"ООО «Ромашка»", "Edem Inc."}},
		{"group", "groups", "group_id", "group_name", 10433501, [2]string{"Клиенты", "Поставщики"}},
	} {
		t.Run(row.many, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			obj := func(i int64, name string) string {
				return fmt.Sprintf(`{%q:"%d",%q:%q}`, row.id, row.first+i, row.name, name)
			}
			name := func(s string) string { return fmt.Sprintf(`{%q:%q}`, row.name, s) }
			data := func(rows ...string) string { return `{"data":[` + strings.Join(rows, ",") + `]}` }
			ref := func(i int64) string { return fmt.Sprintf(`{%q:%d}`, row.id, row.first+i) }
			create, update, remove := row.many+"/create", row.many+"/update", row.many+"/delete"
			d.play(
				step{row.one, ref(0), `{"data":` + obj(0, row.seeds[0]) + `,"result":1000}`},
				step{row.one, fmt.Sprintf(`{%q:"%d"}`, row.id, row.first+1), `{"data":` + obj(1, row.seeds[1]) + `,"result":1000}`},
				step{row.one, `{}`, refused(3103)},
				step{row.one, ref(2), refused(3300)},
				step{row.one, fmt.Sprintf(`{%q:[]}`, row.id), refused(3104)},
			)
			d.told()
			d.play(step{create, data(name("a"), name("b"), name(""), name("a"), `7`, `{"`+row.name+`":5}`, `{"`+row.name+`":{}}`),
				`{"data":[` + obj(2, "a") + `,` + obj(3, "b") + `,` + obj(4, "5") + `],"result":[1000,1000,3103,3106,3104,1000,3104],"skipped":[2,3,4,6]}`})
			d.told(`/events/ab/` + row.many + ` {"action":"new","data":[` + obj(2, "a") + `,` + obj(3, "b") + `,` + obj(4, "5") + `]}`)
			d.play(step{update, data(obj(2, "c"), obj(9, "d"), name("e"), obj(3, ""), obj(3, "c"), obj(2, "c")),
				`{"data":[` + obj(2, "c") + `,` + obj(2, "c") + `],"result":[1000,3300,3103,3103,3106,1000],"skipped":[1,2,3,4]}`})
			d.told(`/events/ab/` + row.many + ` {"action":"updated","data":[` + obj(2, "c") + `,` + obj(2, "c") + `]}`)
			d.play(
				step{row.one, ref(2), `{"data":` + obj(2, "c") + `,"result":1000}`},
				step{remove, fmt.Sprintf(`{"data":["%d",%d,"10000"]}`, row.first+2, row.first+3), done},
				step{row.one, ref(2), refused(3300)},
			)
			d.told(fmt.Sprintf(`/events/ab/%s {"action":"deleted","data":["%d","%d"]}`, row.many, row.first+2, row.first+3))
			d.play(
				step{remove, `{"data":["10000"]}`, done},
				step{create, data(name("5")), `{"data":[],"result":[3106],"skipped":[0]}`},
			)
			d.told() // nothing changed
			for _, path := range []string{create, update, remove} {
				d.play(
					step{path, `{}`, refused(3103)},
					step{path, `{"data":[]}`, refused(3103)},
					step{path, `{"data":"1;2"}`, refused(3104)},
					step{path, many(501, `1`), refused(3503)},
				)
			}
			d.play(step{remove, `{"data":["x"]}`, refused(3104)})
			d.told()
		})
	}
}

// A contact loses its links with what they led to.
func TestLinksGo(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.play(
		step{"contact/init", `{"query":"ветров"}`, `…"org":{"org_id":"10433117","org_name":"ООО «Ромашка»"},"groups":[{"group_id":"10433501","group_name":"Клиенты"}]`},
		step{"organizations/update", `{"data":[{"org_id":"10433117","org_name":"ООО «Лютик»"}]}`, `…1000`},
		step{"contact/init", `{"query":"лютик"}`, `…"name":"Ветров Виктор"`},
		step{"organizations/delete", `{"data":["10433117"]}`, done},
		step{"groups/delete", `{"data":["10433501"]}`, done},
		step{"contact/init", `{"query":"ветров"}`, `…"org":null,"groups":[]`},
	)
}

func TestPaging(t *testing.T) {
	t.Parallel()
	d := open(t)
	var rows []string
	for i := range 23 {
		rows = append(rows, fmt.Sprintf(`{"org_name":"page %02d"}`, 22-i)) // ids 10433119 … in falling order of names
	}
	d.play(step{"organizations/create", `{"data":[` + strings.Join(rows, ",") + `]}`, `…"skipped":[]`})
	type page struct {
		Result int
		Data   []struct {
			Name string `json:"org_name"`
		}
		State struct {
			Info   struct{ Page, From, Size, Limit, Total, Pages int }
			Cursor *string
		}
	}
	var cursor string
	show := func(path, request string) string {
		t.Helper()
		raw := d.ask("organizations/"+path, request)
		var p page
		if err := json.Unmarshal([]byte(strings.ReplaceAll(raw, "total_rows", "total")), &p); err != nil || p.Result != 1000 {
			t.Fatalf("%s %s: %s, %v", path, request, raw, err)
		}
		names := ""
		if len(p.Data) > 0 {
			names = strings.TrimPrefix(p.Data[0].Name, "page ") + "–" + strings.TrimPrefix(p.Data[len(p.Data)-1].Name, "page ")
		}
		if p.State.Cursor == nil {
			return fmt.Sprint(p.State.Info, names, " no cursor")
		}
		if *p.State.Cursor == cursor {
			t.Errorf("%s %s: the same cursor again", path, request)
		}
		cursor = *p.State.Cursor
		return fmt.Sprint(p.State.Info, names)
	}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	next := func(mode string) string { return show("cursor", `{"cursor":"`+cursor+`","mode":"`+mode+`"}`) }
	// info: page, from, size, limit, total, pages.
	want("init", show("init", `{"query":"PAGE"}`), "{1 0 10 10 23 3}22–13")
	want("next", next("next-page-1"), "{2 10 10 10 23 3}12–03")
	want("current", next("current-page"), "{2 10 10 10 23 3}12–03")
	want("last", next("last-page"), "{3 20 3 10 23 3}02–00")
	want("two back", next("prev-page-2"), "{1 0 10 10 23 3}22–13")
	kept := cursor
	want("beyond", next("next-page-9"), "{10 23 0 10 23 3} no cursor")
	want("before", next("prev-page-1"), "{0 0 0 10 23 3} no cursor")
	want("first", next("first-page"), "{1 0 10 10 23 3}22–13")
	cursor = kept
	want("an older cursor", next("next-page-2"), "{3 20 3 10 23 3}02–00")
	want("sorted", show("init", `{"query":"page","limit_rows":"4","order":[{"org_name":"asc"},{"id":"desc"}]}`), "{1 0 4 4 23 6}00–03")
	want("sorted next", next("next-page-1"), "{2 4 4 4 23 6}04–07")
	want("falling", show("init", `{"query":"page","limit_rows":500,"order":[{"id":"desc"}]}`), "{1 0 23 500 23 1}00–22")
	// A page shows the book as it is.
	d.play(step{"organizations/delete", `{"data":["10433119"]}`, done})
	want("after a deletion", next("first-page"), "{1 0 22 500 22 1}00–21")
	want("nothing", show("init", `{"query":"nobody"}`), "{1 0 0 10 0 0} no cursor")
}

func TestPagingRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, cursor, _ := strings.Cut(d.ask("organizations/init", `{"query":""}`), `"cursor":"`)
	cursor, _, _ = strings.Cut(cursor, `"`)
	with := func(mode string) string { return `{"cursor":"` + cursor + `","mode":"` + mode + `"}` }
	for _, shelf := range []string{"organizations", "groups", "contact"} {
		d.play(
			step{shelf + "/init", `{}`, refused(3103)},
			step{shelf + "/init", `{"query":[]}`, refused(3104)},
			step{shelf + "/init", `{"query":"","limit_rows":0}`, refused(3108)},
			step{shelf + "/init", `{"query":"","limit_rows":501}`, refused(3503)},
			step{shelf + "/init", `{"query":"","order":[{"size":"asc"}]}`, refused(3104)},
			step{shelf + "/init", `{"query":"","order":[{"id":"up"}]}`, refused(3104)},
			step{shelf + "/init", `{"query":"","order":"id"}`, refused(3104)},
			step{shelf + "/cursor", `{}`, refused(3103)},
			step{shelf + "/cursor", `{"mode":"first-page"}`, refused(3103)},
			step{shelf + "/cursor", `{"cursor":"` + cursor + `"}`, refused(3103)},
			step{shelf + "/cursor", `{"cursor":"unknown","mode":"first-page"}`, refused(3300)},
			step{shelf + "/cursor", with("next-page"), refused(3104)},
			step{shelf + "/cursor", with("next-page-0"), refused(3104)},
			step{shelf + "/cursor", with("next-page-10"), refused(3104)},
			step{shelf + "/cursor", with("first-page-1"), refused(3104)},
		)
	}
	d.play(
		step{"groups/cursor", with("first-page"), refused(3300)}, // of another shelf
		step{"organizations/cursor", with("first-page"), `…"result":1000`},
	)
	d.mu.Lock()
	d.now = d.now.Add(10*time.Minute + time.Second)
	d.mu.Unlock()
	d.play(step{"organizations/cursor", with("first-page"), refused(3300)}) // expired
}

// Cursors do not pile up.
func TestOldestCursorGoes(t *testing.T) {
	t.Parallel()
	d := open(t)
	cursor := func() string {
		_, cursor, _ := strings.Cut(d.ask("groups/init", `{"query":""}`), `"cursor":"`)
		cursor, _, _ = strings.Cut(cursor, `"`)
		return `{"cursor":"` + cursor + `","mode":"first-page"}`
	}
	first, second := cursor(), cursor()
	for range 9999 {
		cursor()
	}
	d.play(
		step{"groups/cursor", first, refused(3300)},
		step{"groups/cursor", second, `…"result":1000`},
	)
}

// Many at a time: no change and no notification is lost.
func TestManyAtATime(t *testing.T) {
	t.Parallel()
	d := open(t)
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			n := fmt.Sprintf("790300000%02d", i)
			made := d.ask("contacts/create", `{"data":[{"name":"c","org":{"org_name":"shared"},"phones":[{"phone":"`+n+`"}]}]}`)
			_, id, _ := strings.Cut(made, `"contact_id":"`)
			id, _, _ = strings.Cut(id, `"`)
			d.play(
				step{"contacts/update", `{"data":[{"contact_id":"` + id + `","comment":"` + n + `"}]}`, `…"result":[1000]`},
				step{"contact/init", `{"query":"` + n + `"}`, `…"total_rows":1`},
				step{"contact", `{"contact_id":` + id + `}`, `…"comment":"` + n + `"`},
			)
			if i%2 == 0 {
				d.play(step{"contacts/delete", `{"data":["` + id + `"]}`, done})
			}
		})
	}
	all.Wait()
	d.play(
		step{"contact/init", `{"query":"shared"}`, `…"total_rows":15`},
		step{"organizations/init", `{"query":"shared"}`, `…"total_rows":1`},
	)
	count := map[string]int{}
	for _, e := range d.events {
		path, body, _ := strings.Cut(e, " ")
		count[strings.TrimPrefix(path, "/events/ab/")+" "+strings.SplitN(body, `"`, 5)[3]]++
	}
	want := map[string]int{"organizations new": 1, "contacts new": 30, "contacts updated": 30, "contacts deleted": 15}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("notifications (-want +got):\n%s", diff)
	}
}
