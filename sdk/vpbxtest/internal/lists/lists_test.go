package lists_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/lists"
)

const worker = 300049012

func fresh() *lists.Lists {
	return lists.New(lists.Config{
		Employs: func(user int64) bool { return user == worker },
		Now:     func() time.Time { return time.Unix(1795338000, 0) },
	})
}

// ask runs a method and prints its answer as the PBX would.
func ask(t *testing.T, l *lists.Lists, path, request string) string {
	t.Helper()
	method, ok := l.Table()["/vpbx/"+path]
	if !ok {
		t.Fatalf("no method %s", path)
	}
	a := method(api.Query{Path: "/vpbx/" + path, JSON: []byte(request)})
	var body any = a.Body
	switch {
	case a.Body != nil:
	case a.Fields != nil:
		body = map[string]any{"result": a.Code, "fields": a.Fields}
	default:
		body = map[string]any{"result": a.Code}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(raw)
}

type step struct{ path, json, want string }

func play(t *testing.T, l *lists.Lists, steps ...step) {
	t.Helper()
	for _, s := range steps {
		if got := ask(t, l, s.path, s.json); got != s.want {
			t.Errorf("%s %.300s\n got %.500s\nwant %s", s.path, s.json, got, s.want)
		}
	}
}

func wrong(field string, code int) string {
	return fmt.Sprintf(`{"fields":{%q:%d},"result":3100}`, field, code)
}

func refused(code int) string { return fmt.Sprintf(`{"result":%d}`, code) }

const done = `{"result":1000}`

func TestIncoming(t *testing.T) {
	t.Parallel()
	const add, remove = "bwlists/number/add", "bwlists/number/delete"
	with := func(more string) string { return `{"list_type":"white","number_type":"tel",` + more + `}` }
	play(t, fresh(),
		step{"bwlists/state", `{}`, `{"active":"black","result":1000}`},
		step{"bwlists/numbers", `{}`, `{"data":{"active":"black","black":{"allow_unknown_number":true,"numbers":[{"number_id":10088501,"number":"7900*","comment":"спам","number_type":"tel"}]},"white":{"allow_unknown_number":false,"numbers":[]}},"result":1000}`},
		step{add, with(`"number":79161234567,"comment":"друг"`), done},
		step{add, `{"list_type":"white","number_type":"sip","number":"sip:friend@example.com"}`, done},
		step{add, with(`"number":"121-130"`), done},
		step{add, with(`"number":"7495#######"`), done},
		step{remove, `{"number_id":"10088504"}`, done},
		step{add, with(`"number":"121-130"`), done}, // it was taken out
		step{"bwlists/numbers", `{}`, `{"data":{"active":"black","black":{"allow_unknown_number":true,"numbers":[{"number_id":10088501,"number":"7900*","comment":"спам","number_type":"tel"}]},"white":{"allow_unknown_number":false,"numbers":[` +
			`{"number_id":10088502,"number":"79161234567","comment":"друг","number_type":"tel"},{"number_id":10088503,"number":"sip:friend@example.com","comment":"","number_type":"sip"},` +
			`{"number_id":10088505,"number":"7495#######","comment":"","number_type":"tel"},{"number_id":10088506,"number":"121-130","comment":"","number_type":"tel"}]}},"result":1000}`},

		step{add, `{}`, `{"fields":{"list_type":3103,"number_type":3103},"result":3100}`},
		step{add, `{"list_type":"grey","number_type":"fax","number":"1"}`, `{"fields":{"list_type":3104,"number_type":3104},"result":3100}`},
		step{add, `{"list_type":[],"number":"1"}`, wrong("list_type", 3104)},
		step{add, with(`"number":""`), wrong("number", 3103)},
		step{add, with(`"number":"mum"`), wrong("number", 3136)},
		step{add, with(`"number":"121-"`), wrong("number", 3136)},
		step{add, with(`"number":"1-2-3"`), wrong("number", 3136)},
		step{add, `{"list_type":"white","number_type":"sip","number":"friend"}`, wrong("number", 3136)},
		step{add, with(`"number":"79161234567"`), wrong("number", 3106)},
		step{add, with(`"number":"1","comment":"` + strings.Repeat("ж", 256) + `"`), wrong("comment", 3109)},
		step{add, with(`"number":"1","comment":"` + strings.Repeat("ж", 255) + `"`), done},
		step{remove, `{}`, wrong("number_id", 3103)},
		step{remove, `{"number_id":"first"}`, wrong("number_id", 3104)},
		step{remove, `{"number_id":10088504}`, refused(3300)},
	)
}

func TestOutgoing(t *testing.T) {
	t.Parallel()
	const (
		get      = "outbound_blacklist/get"
		add      = "outbound_blacklist/add"
		describe = "outbound_blacklist/update_description"
		on       = "outbound_blacklist/enable_mode"
		off      = "outbound_blacklist/disable_mode"
		remove   = "outbound_blacklist/delete"
	)
	const seed = `{"number":"71234567890","description":"test","mode":2,"user_id":null,"created":"2024-01-01 00:00:00"}`
	row := func(more string) string { return `{"numbers":[{` + more + `}]}` }
	long := strings.Repeat("ж", 256)
	play(t, fresh(),
		step{get, `{}`, `{"numbers":[` + seed + `],"result":1000}`},
		step{add, `{"numbers":[{"number":79161111111,"mode":"1","user_id":"300049012"},{"number":"71234567890","mode":1},{"number":"79162222222","mode":3,"description":"d"},{"number":"79162222222","mode":1}]}`, `{"existed_numbers":["71234567890","79162222222"],"result":1000}`},
		step{get, `{"numbers":["79162222222",79161111111,"7"]}`, `{"numbers":[{"number":"79161111111","description":"","mode":1,"user_id":300049012,"created":"2026-11-22 09:00:00"},{"number":"79162222222","description":"d","mode":3,"user_id":null,"created":"2026-11-22 09:00:00"}],"result":1000}`},
		step{get, `{"cursor":3,"limit":"1"}`, `{"numbers":[{"number":"79162222222","description":"d","mode":3,"user_id":null,"created":"2026-11-22 09:00:00"}],"result":1000}`},
		step{get, `{"cursor":4,"limit":1}`, `{"numbers":[],"result":1000}`},
		step{get, `{"cursor":0}`, refused(3108)},
		step{get, `{"limit":0}`, refused(3108)},
		step{get, `{"numbers":"7"}`, refused(3104)},

		step{add, `{}`, refused(3103)},
		step{add, `{"numbers":[]}`, refused(3103)},
		step{add, `{"numbers":{}}`, refused(3104)},
		step{add, row(`"mode":1`), refused(3103)},
		step{add, row(`"number":"7"`), refused(3103)},
		step{add, row(`"number":"+7","mode":1`), refused(3136)},
		step{add, row(`"number":"1234567890123456","mode":1`), refused(3136)},
		step{add, row(`"number":"7","mode":0`), refused(3108)},
		step{add, row(`"number":"7","mode":4`), refused(3109)},
		step{add, row(`"number":"7","mode":1,"description":"` + long + `"`), refused(3109)},
		step{add, row(`"number":"7","mode":1,"user_id":1`), refused(3300)},
		step{add, row(`"number":"71234567890","mode":1`), refused(4100)}, // nothing new

		step{describe, `{"number":"71234567890","description":"new"}`, done},
		step{describe, `{"number":"71234567890"}`, refused(3103)},
		step{describe, `{"description":"d"}`, refused(3103)},
		step{describe, `{"number":"7","description":"d"}`, refused(3300)},
		step{describe, `{"number":"7","description":"` + long + `"}`, refused(3109)},
		step{describe, `{"number":"7","description":{}}`, refused(3104)},

		step{on, `{"number":"71234567890","mode":"1"}`, done},
		step{get, `{"limit":1}`, `{"numbers":[{"number":"71234567890","description":"new","mode":3,"user_id":null,"created":"2024-01-01 00:00:00"}],"result":1000}`},
		step{on, `{"mode":1}`, refused(3103)},
		step{on, `{"number":"71234567890"}`, refused(3103)},
		step{on, `{"number":"71234567890","mode":"all"}`, refused(3104)},
		step{on, `{"number":"7","mode":1}`, refused(3300)},
		step{off, `{"number":"71234567890","mode":2}`, done},
		step{get, `{"limit":1}`, `{"numbers":[{"number":"71234567890","description":"new","mode":1,"user_id":null,"created":"2024-01-01 00:00:00"}],"result":1000}`},
		step{off, `{"number":"71234567890","mode":3}`, done},
		step{off, `{"number":"71234567890","mode":3}`, refused(3300)}, // it went with its last mode

		step{remove, `{"numbers":["79161111111","7"]}`, refused(3300)},
		step{remove, `{"numbers":["79161111111"]}`, done},
		step{remove, `{"numbers":["mum"]}`, refused(3136)},
		step{remove, `{"numbers":[]}`, refused(3103)},
		step{remove, `{"numbers":7}`, refused(3104)},
		step{get, `{}`, `{"numbers":[{"number":"79162222222","description":"d","mode":3,"user_id":null,"created":"2026-11-22 09:00:00"}],"result":1000}`},

		step{"outbound_blacklist/disable", `{}`, done},
		step{get, `{}`, refused(3300)}, // the option is off
		step{add, row(`"number":"7","mode":1`), refused(3300)},
		step{"outbound_blacklist/enable", `{}`, done},
		step{get, `{"numbers":["7"]}`, `{"numbers":[],"result":1000}`},
	)
}

// Twenty thousand numbers to a list, and not one more.
func TestLimit(t *testing.T) {
	t.Parallel()
	l := fresh()
	var rows []string
	for i := range 20000 - 1 { // one is there
		rows = append(rows, fmt.Sprintf(`{"number":"7916%07d","mode":1}`, i))
	}
	play(t, l,
		step{"outbound_blacklist/add", `{"numbers":[` + strings.Join(rows, ",") + `,{"number":"7","mode":1}]}`, refused(5222)},
		step{"outbound_blacklist/add", `{"numbers":[` + strings.Join(rows, ",") + `]}`, `{"existed_numbers":[],"result":1000}`},
		step{"outbound_blacklist/add", `{"numbers":[{"number":"7","mode":1}]}`, refused(5222)},
	)
	if got := strings.Count(ask(t, l, "outbound_blacklist/get", `{}`), `"created"`); got != 100 {
		t.Errorf("get without a limit gives %d numbers, want 100", got)
	}
	for i := range 20000 - 1 {
		play(t, l, step{"bwlists/number/add", fmt.Sprintf(`{"list_type":"black","number_type":"tel","number":"%d"}`, i), done})
	}
	play(t, l,
		step{"bwlists/number/add", `{"list_type":"black","number_type":"tel","number":"7"}`, wrong("number", 3106)},
		step{"bwlists/number/add", `{"list_type":"black","number_type":"tel","number":"777777"}`, refused(5222)},
		step{"bwlists/number/add", `{"list_type":"white","number_type":"tel","number":"777777"}`, done},
	)
}

// Many at a time: nothing is lost.
func TestManyAtATime(t *testing.T) {
	t.Parallel()
	l := fresh()
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			number := fmt.Sprintf("7916%07d", i)
			play(t, l,
				step{"outbound_blacklist/add", `{"numbers":[{"number":"` + number + `","mode":1}]}`, `{"existed_numbers":[],"result":1000}`},
				step{"outbound_blacklist/enable_mode", `{"number":"` + number + `","mode":2}`, done},
				step{"bwlists/number/add", `{"list_type":"black","number_type":"tel","number":"` + number + `"}`, done},
			)
			if i%2 == 0 {
				play(t, l, step{"outbound_blacklist/delete", `{"numbers":["` + number + `"]}`, done})
			}
		})
	}
	all.Wait()
	if got := strings.Count(ask(t, l, "outbound_blacklist/get", `{}`), `"mode":3`); got != 20 {
		t.Errorf("%d bans of both modes are left, want 20", got)
	}
	if got := strings.Count(ask(t, l, "bwlists/numbers", `{}`), `"number_id"`); got != 41 {
		t.Errorf("%d numbers in the lists, want 41", got)
	}
}
