package centre_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/centre"
)

const worker = 300049012

// desk is a fresh contact centre whose clock is set by hand: 22.11.2026, 12:00
// in Moscow. It remembers what was told.
type desk struct {
	t      testing.TB
	now    time.Time
	all    api.Table
	events []string
	files  map[string]api.File
}

func open(t testing.TB) *desk {
	d := &desk{t: t, now: time.Unix(1795338000, 0)}
	d.all = centre.New(centre.Config{
		Product: 10086277, Point: 10006434, Now: func() time.Time { return d.now },
		Staff: func() []centre.Person {
			return []centre.Person{{worker, "sip:ivanov@example.mangosip.ru"}, {worker + 1, "sip:petrov@example.mangosip.ru"}}
		},
		Notify: func(path string, body any) {
			raw, err := json.Marshal(body)
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			d.events = append(d.events, path+" "+string(raw))
		},
	}).Table()
	return d
}

// ask runs a method and prints its answer as the PBX would.
func (d *desk) ask(path, request string) string {
	d.t.Helper()
	method, ok := d.all[path]
	if !ok {
		d.t.Fatalf("no method %s", path)
	}
	a := method(api.Query{Path: path, JSON: []byte(request), Files: d.files})
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
		d.t.Fatalf("%s: %v", path, err)
	}
	return string(raw)
}

// step is a request, its answer and what it makes the centre tell. An answer
// that begins with "…" need only contain what follows, one with "!" must not
// contain it. Each of told is a part of a
// notification.
type step struct {
	path, json, want string
	told             []string
}

func (d *desk) play(steps ...step) {
	d.t.Helper()
	for _, s := range steps {
		d.events = nil
		got := d.ask(s.path, s.json)
		ok := got == s.want
		if part, found := strings.CutPrefix(s.want, "…"); found {
			ok = strings.Contains(got, part)
		} else if part, found := strings.CutPrefix(s.want, "!"); found {
			ok = !strings.Contains(got, part)
		}
		if !ok {
			d.t.Errorf("%s %.300s\n got %.1500s\nwant %s", s.path, s.json, got, s.want)
		}
		same := len(d.events) == len(s.told)
		for i := range s.told {
			same = same && strings.Contains(d.events[i], s.told[i])
		}
		if !same {
			d.t.Errorf("%s %.300s told\n%s\nwant\n%s", s.path, s.json, strings.Join(d.events, "\n"), strings.Join(s.told, "\n"))
		}
	}
}

func wrong(field string, code int) string {
	return fmt.Sprintf(`{"fields":{%q:%d},"result":3100}`, field, code)
}

func refused(code int) string { return fmt.Sprintf(`{"result":%d}`, code) }

const done = `{"result":1000}`

func TestTasks(t *testing.T) {
	t.Parallel()
	d := open(t)
	const (
		add, update, get = "/cc/task/add", "/cc/task/update", "/cc/task/get"
		list             = "/cc/task/list"
		basic            = `"event_type":1,"to_user_id":300049012,`
		full             = `{"task_id":45595,"status":3,"event_type":2,"start_time":"2026-11-22 14:00:00","duration":10,"to_user_id":300049013}`
	)
	with := func(more string) string { return `{` + basic + more + `}` }
	const start = `"start_time":"2026-11-22 13:00:00"`
	d.play(
		step{add, with(start + `,"duration":"30","priority":2,"contact_id":12761801,"source_type":"vpbx","from_user_id":300049013,"description":"d","is_auto_call":1,"phone":"79161234567","theme":"Новая","deal_id":232765`),
			`{"auto_call_task_id":11024548,"result":1000,"task_id":45595}`,
			[]string{`/events/task/created {"task_id":45595,"status":0,"event_type":1,"duration":30,"priority":2,"contact_id":12761801,"source_id":null,"source_type":"vpbx","from_user_id":300049013,"to_user_id":300049012,"deal_id":232765,"description":"d","phone":"79161234567","is_auto_call":true,"theme":"Новая","start_time":1795341600}`}},
		step{get, `{"task_id":45595}`, `…"start_time":"2026-11-22 13:00:00"`, nil},
		step{list, `{}`, `…"start_time":"2026-11-22 13:00:00+03"`, nil},
		step{update, full, `{"auto_call_task_id":11024548,"result":1000,"task_id":45595}`, []string{`/events/task/changed {"task_id":45595,"status":3,"event_type":2,"duration":10,`}},
		step{update, full[:len(full)-1] + `,"is_auto_call":false}`, `{"auto_call_task_id":null,"result":1000,"task_id":45595}`, []string{`"is_auto_call":false`}},
		step{add, with(`"start_time":"1795338000"`), `{"auto_call_task_id":null,"result":1000,"task_id":45596}`, []string{`"start_time":1795338000`}},
		step{update, `{"task_id":45596,"status":0,"event_type":1,"start_time":"2026-11-22 14:00:00","duration":1,"to_user_id":300049012,"is_auto_call":true}`, refused(4100), nil},
		step{list, `{"status":[3]}`, `!45596`, nil},
		step{list, `{"status":0,"task_id":45596}`, `…45596`, nil},
		step{list, `{"offset":2,"limit":1}`, `…[{"task_id":45596`, nil},
		step{list, `{"offset":9}`, `{"result":1000,"tasks":[]}`, nil},
		step{list, `{"to_user_id":[300049013]}`, `!45596`, nil},
		step{"/cc/task/done", `{"task_id":[45594,45595,1]}`, `{"data":[{"task_id":45594,"result":1000},{"task_id":45595,"result":5000},{"task_id":1,"result":5000}],"result":1000}`, []string{`/events/task/changed {"task_id":45594,"status":1,`}},
		step{"/cc/task/cancel", `{"task_id":45596}`, `{"data":[{"task_id":45596,"result":1000}],"result":1000}`, []string{`"status":2`}},

		step{add, `{}`, `{"fields":{"event_type":3103,"start_time":3103,"to_user_id":3103},"result":3100}`, nil},
		step{add, `{"event_type":5,"to_user_id":1,"start_time":"soon"}`, `{"fields":{"event_type":3104,"start_time":3104,"to_user_id":3300},"result":3100}`, nil},
		step{add, with(start + `,"duration":1441`), wrong("duration", 3109), nil},
		step{add, with(start + `,"duration":-1`), wrong("duration", 3108), nil},
		step{add, with(start + `,"priority":3`), wrong("priority", 3104), nil},
		step{add, with(start + `,"from_user_id":1`), wrong("from_user_id", 3300), nil},
		step{add, with(start + `,"deal_id":1`), wrong("deal_id", 3300), nil},
		step{add, with(start + `,"description":"` + strings.Repeat("ж", 1025) + `"`), wrong("description", 3109), nil},
		step{add, with(start + `,"theme":"` + strings.Repeat("ж", 51) + `"`), wrong("theme", 3109), nil},
		step{add, with(`"start_time":"2026-11-22 12:04:00","is_auto_call":true`), wrong("start_time", 3111), nil},
		step{add, with(start + `,"is_auto_call":"maybe"`), wrong("is_auto_call", 3104), nil},
		step{update, `{}`, wrong("task_id", 3103), nil},
		step{update, `{"task_id":1}`, refused(3300), nil},
		step{update, `{"task_id":45595,"status":4,"event_type":1,"start_time":1,"duration":1440,"to_user_id":300049012}`, `{"fields":{"duration":3104,"status":3104},"result":3100}`, nil},
		step{get, `{}`, wrong("task_id", 3103), nil},
		step{get, `{"task_id":1}`, refused(3300), nil},
		step{list, `{"limit":501}`, wrong("limit", 3109), nil},
		step{list, `{"limit":0}`, wrong("limit", 3108), nil},
		step{list, `{"offset":-1}`, wrong("offset", 3108), nil},
		step{list, `{"start_time":"x"}`, wrong("start_time", 3104), nil},
		step{"/cc/task/done", `{}`, wrong("task_id", 3103), nil},
		step{"/cc/task/cancel", `{"task_id":"x"}`, wrong("task_id", 3104), nil},
	)
	for i := range 48 { // with two of before
		d.ask(add, with(start+fmt.Sprintf(`,"theme":"%d"`, i)))
	}
	d.play(
		step{add, with(start + `,"theme":"one too many"`), wrong("theme", 3107), nil},
		step{add, with(start + `,"theme":"Новая"`), `…"result":1000`, []string{"Новая"}},
	)
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	d := open(t)
	const set, force, presence = "/cc/set_session_status", "/cc/set_abonent_status", "/cc/get_presence"
	const changed, end = "/events/user/status_changed ", "/events/user/session_end "
	d.play(
		step{force, `{"abonent_id":300049012,"status":1}`, refused(4100), nil}, // offline now
		step{set, `{"abonent_id":300049012,"status_alias":"study","ttl":120,"device":"desk","poss":[1,2],"version":"v","ip":"192.0.2.1"}`, `{"result":1000,"session":"session1","ttl":120}`,
			[]string{changed + `{"abonent_id":300049012,"parent_status":1,"status":10,"status_alias":"study","timestamp":1795338000000,"when":1795338000000}`}},
		step{set, `{"abonent_id":300049012,"status":1}`, `{"result":1000,"session":"session2","ttl":604800}`, []string{changed + `{"abonent_id":300049012,"status":1,`}},
		step{set, `{"abonent_id":300049012,"status":1,"session":"session1","ttl":"60"}`, `{"result":1000,"session":"session1","ttl":60}`, nil},
		step{presence, `{"abonent_id":300049012,"session_types":["cc"]}`, `{"abonents":[{"abonent_id":300049012,"calls":[],"cc":[{"uac":"v","ip":"192.0.2.1","timestamp":1795338000,"poss":[1,2],"status":1,"device":"desk"},{"uac":"","ip":"","timestamp":1795338000,"poss":[1,2,3],"status":1,"device":""}],"used_uac_type":["cc"]}],"result":1000}`, nil},
		step{presence, `{}`, `…{"abonent_id":300049013,"calls":[],"cc":[],"mtd":[],"mtm":[],"sip":[{"uac":"SIP","ip":"192.0.2.10","timestamp":1795338000,"poss":[1],"uname":"sip:petrov@example.mangosip.ru"}],"used_uac_type":["sip"]}`, nil},
		step{presence, `{"abonent_id":1}`, `{"abonents":[{}],"result":1000}`, nil},
		step{force, `{"abonent_id":300049012,"status":3}`, done, []string{`"status":3`}},
		step{set, `{"abonent_id":300049012,"status":4,"session":"session2"}`, `…session2`, []string{end + `{"abonent_id":300049012,"result":1000,"session":"session2","timestamp":1795338000000}`}},
	)
	d.now = d.now.Add(61 * time.Second)
	d.play(
		step{presence, `{"abonent_id":300049012}`, `…"cc":[]`, []string{end + `{"abonent_id":300049012,"result":1230,"session":"session1"`, changed + `{"abonent_id":300049012,"status":4`}},
		step{set, `{"abonent_id":300049012,"status":1,"session":"session1"}`, refused(1202), nil},
		step{set, `{"abonent_id":300049013,"status":1}`, `…session3`, []string{changed}},
		step{force, `{"abonent_id":300049013,"status":4}`, done, []string{end, changed}},
		step{"/cc/get_statuses", `{}`, `…{"id":10,"name":"Обучение","color":"#3366ff","parent":1,"point_id":10006434,"deleted":false,"order":7,"description":"","status_alias":"study"}`, nil},

		step{set, `{}`, `{"fields":{"abonent_id":3103,"status":3135},"result":3100}`, nil},
		step{set, `{"abonent_id":1,"status":1}`, wrong("abonent_id", 3300), nil},
		step{set, `{"abonent_id":300049012,"status":9}`, wrong("status", 3300), nil},
		step{set, `{"abonent_id":300049012,"status":10}`, wrong("status_alias", 3103), nil},
		step{set, `{"abonent_id":300049012,"status_alias":"lunch"}`, wrong("status_alias", 3300), nil}, // deleted
		step{set, `{"abonent_id":300049012,"status":1,"ttl":9}`, wrong("ttl", 3108), nil},
		step{set, `{"abonent_id":300049012,"status":1,"ttl":604801}`, wrong("ttl", 3109), nil},
		step{set, `{"abonent_id":300049012,"status":1,"device":"` + strings.Repeat("d", 257) + `"}`, wrong("device", 3109), nil},
		step{set, `{"abonent_id":300049012,"status":1,"poss":[4]}`, wrong("poss", 3104), nil},
		step{set, `{"abonent_id":300049012,"status":[]}`, wrong("status", 3104), nil},
		step{set, `{"abonent_id":300049012,"status":4}`, refused(4100), nil},
		step{force, `{"abonent_id":300049012}`, wrong("status", 3135), nil},
		step{presence, `{"session_types":["сс"]}`, wrong("session_types", 3104), nil}, // Cyrillic
	)
	for range 50 {
		d.ask(set, `{"abonent_id":300049012,"status":1}`)
	}
	d.play(step{set, `{"abonent_id":300049012,"status":1}`, refused(1201), nil})
}

func TestDeals(t *testing.T) {
	t.Parallel()
	d := open(t)
	const create, update, get, list = "/cc/deal/create", "/cc/deal/update", "/cc/deal/get", "/cc/deal/list"
	const add, documents = "/cc/deal/documents.add", "/cc/deal/documents.list"
	with := func(more string) string {
		return `{"contact_id":12761801,"name":"Новая","abonent_id":300049012,"funnel_id":252,"step_id":1811` + more + `}`
	}
	d.play(
		step{create, with(`,"amount":"10.5","description":"d","custom_fields":{"705":25,"895":"1"},"create_date":"2026-11-20 10:00:00"`), `{"deal_id":232766,"result":1000}`, nil},
		step{get, `{"deal_id":232766}`, `{"deal":{"deal_id":232766,"name":"Новая","abonent_id":300049012,"description":"d","amount":10.5,"status":"in_work","reason_comment":"","contact_id":12761801,"step_id":1811,"funnel_id":252,"custom_fields":{"705":25,"895":"1"},"status_change_reason":null},"result":1000}`, nil},
		step{list, `{"status":"in_work","from_date":"2026-11-20","until_date":"2026-11-20"}`, `…{"deals":[{"deal_id":232766`, nil},
		step{list, `{"status":"in_work","from_date":"2026-11-21"}`, `!232766`, nil},
		step{list, `{"status":"in_work","abonent_ids":[300049013]}`, `{"deals":[],"result":1000}`, nil},
		step{list, `{"status":"in_work","contact_id":1}`, `{"deals":[],"result":1000}`, nil},
		step{update, with(`,"deal_id":232766,"status":"failed","status_change_reason":"too_expensive","reason_comment":"c"`), done, nil},
		step{get, `{"deal_id":"232766"}`, `…"status":"failed","reason_comment":"c","contact_id":12761801,"step_id":1811,"funnel_id":252,"custom_fields":{"705":25,"895":"1"},"status_change_reason":{"fsreason":"too_expensive"}`, nil},
		step{"/cc/deal/custom_fields.list", `{}`, `…{"custom_type_id":895,"type":"enum","name":"Источник","required":false,"api_only":false,"check_mode":null,"check_length":null,"check_length_b":null,"currency":null,"list_items":[{"custom_type_enum_id":1,"order":1,"value":"Сайт"}`, nil},
		step{"/cc/deal/funnels.list", `{}`, `…{"sales_funnel_id":253,"name":"Старая воронка","deleted":true,"steps":null}`, nil},
		step{documents, `{"deal_id":232766}`, `{"documents":[],"result":1000}`, nil},
		step{add, `{"deal_id":232766,"abonent_id":300049012}`, wrong("file", 3103), nil},

		step{create, `{}`, `{"fields":{"abonent_id":3103,"contact_id":3103,"funnel_id":3103,"name":3103,"step_id":3103},"result":3100}`, nil},
		step{create, `{"contact_id":1,"name":"n","abonent_id":1,"funnel_id":253,"step_id":1811}`, `{"fields":{"abonent_id":3300,"funnel_id":3300},"result":3100}`, nil},
		step{create, `{"contact_id":1,"name":"n","abonent_id":300049012,"funnel_id":252,"step_id":1}`, wrong("step_id", 3300), nil},
		step{create, with(`,"amount":"much"`), wrong("amount", 3104), nil},
		step{create, with(`,"amount":-1`), wrong("amount", 3104), nil},
		step{create, with(`,"create_date":"once"`), wrong("create_date", 3104), nil},
		step{create, with(`,"custom_fields":{"1":1}`), wrong("custom_fields", 3300), nil},
		step{create, with(`,"status":"won"`), wrong("status", 3104), nil},
		step{create, with(`,"status":"failed","status_change_reason":"mood"`), wrong("status_change_reason", 3104), nil},
		step{create, with(`,"status_change_reason":"competitor"`), wrong("status_change_reason", 3125), nil},
		step{update, with(``), wrong("deal_id", 3103), nil},
		step{update, with(`,"deal_id":1`), refused(3300), nil},
		step{update, `{"deal_id":232766,"contact_id":1,"abonent_id":300049012,"funnel_id":252,"step_id":1811}`, wrong("name", 3103), nil},
		step{get, `{}`, wrong("deal_id", 3103), nil},
		step{get, `{"deal_id":1}`, refused(3300), nil},
		step{documents, `{"deal_id":1}`, refused(3300), nil},
		step{list, `{}`, wrong("status", 3103), nil},
		step{list, `{"status":"won"}`, wrong("status", 3104), nil},
		step{list, `{"status":"failed","from_date":"20.11.2026"}`, wrong("from_date", 3104), nil},
		step{list, `{"status":"failed","from_date":"2026-11-21","until_date":"2026-11-20"}`, wrong("until_date", 3111), nil},
	)
	d.files = map[string]api.File{"file": {Name: "contract.pdf", Content: []byte("text")}}
	d.play(
		step{add, `{"deal_id":232766,"abonent_id":300049012}`, `{"document_id":51001,"result":1000}`, nil},
		step{add, `{"deal_id":232766,"member_id":300049013}`, `{"document_id":51002,"result":1000}`, nil},
		step{documents, `{"deal_id":232766}`, `…[{"create":"2026-11-22 12:00:00","abonent_id":300049012,"file_id":51001,"blob_name":"contract.pdf","blob_type":"text/plain; charset=utf-8","blob_size_kb":1},{"create":"2026-11-22 12:00:00","abonent_id":300049013,"file_id":51002,`, nil},
		step{add, `{"deal_id":232766}`, wrong("abonent_id", 3135), nil},
		step{add, `{"deal_id":232766,"abonent_id":1}`, wrong("abonent_id", 3300), nil},
		step{add, `{"abonent_id":300049012}`, wrong("deal_id", 3103), nil},
		step{add, `{"deal_id":1,"abonent_id":300049012}`, refused(3300), nil},
	)
}
