package campaigns_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/campaigns"
)

const (
	line   = 300029114
	worker = 300049012
)

// desk is a fresh company whose clock is set by hand: Sunday, 22.11.2026,
// 09:00 UTC.
type desk struct {
	t   testing.TB
	now time.Time
	all api.Table
}

func open(t testing.TB) *desk {
	d := &desk{t: t, now: time.Unix(1795338000, 0)}
	d.all = campaigns.New(campaigns.Config{
		Product: 10086277, Point: 10006434, Line: line, Operator: worker, Now: func() time.Time { return d.now },
		Person: func(user int64) (campaigns.Person, bool) {
			return campaigns.Person{ID: worker, Name: "Иванов", Extension: "101"}, user == worker
		},
		CallsOut: func(id int64) int {
			if id == line {
				return 0
			}
			return 3300
		},
	}).Table()
	return d
}

// ask runs a method and prints its answer as the PBX would.
func (d *desk) ask(path, request string) string {
	d.t.Helper()
	method, ok := d.all["/vpbx/"+path]
	if !ok {
		d.t.Fatalf("no method %s", path)
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
		d.t.Fatalf("%s: %v", path, err)
	}
	return string(raw)
}

// step is a request and its answer. An answer that begins with "…" need only
// contain what follows, one with "!" must not contain it.
type step struct{ path, json, want string }

func (d *desk) play(steps ...step) {
	d.t.Helper()
	for _, s := range steps {
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
	}
}

func wrong(field string, code int) string {
	return fmt.Sprintf(`{"fields":{%q:%d},"result":3100}`, field, code)
}

func refused(code int) string { return fmt.Sprintf(`{"result":%d}`, code) }

const (
	done = `{"result":1000}`
	// The campaigns of a fresh company and what comes after them.
	old     = `"campaign_id":17775`
	endless = `"campaign_id":17776`
	fresh   = `"campaign_id":17777`
	sunday  = `"schedule":[{"weekday":7,"start":"08:00","end":"10:00"}]`
)

func with(more string) string { return fmt.Sprintf(`{"line_id":%d,"name":"n",%s}`, line, more) }

func TestCampaign(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.play(
		step{"campaign/add", `{"line_id":"300029114","created_by":300049012,"name":"Обзвон (январь)","start_date":"2026-11-22 08:00:00","end_date":"2026-11-22 12:00:00","operators":[300049012],"did_abonent_ids":[300049012],` +
			`"max_redial_count_if_busy":"5","add_calls_coef":1.5,"timer_not_avail":null,"antirobot":1,"sms_sender":"Shop",` + sunday + `}`, `{"campaign_id":17777,"result":1000}`},
		step{"campaign", `{` + fresh + `}`, `{"campaign":{"add_calls_coef":1.5,"answer_wait":30,"antirobot":true,"call_processing":0,"campaign_id":17777,"completed":false,"created":1795338000,` +
			`"created_by":{"user_id":300049012,"name":"Иванов","extension":"101"},"dial_mode":2,"end":1795348800,"endless":false,"finished_tasks_count":0,"line_id":300029114,"members":["101"],"name":"Обзвон (январь)","operators":[300049012],` +
			`"order":null,"priority":2,"redial_antirobot_busy":null,"redial_antirobot_client_hungup":null,"redial_antirobot_not_avail":null,"redial_antirobot_voice_mail":null,"redial_busy":5,"redial_max":null,"redial_no_answer":3,"redial_not_avail":1,` +
			`"schema_id":null,"service_type":8,"sip_trunk_id_client":null,"sip_trunk_id_operator":null,"start":1795334400,"status":0,"status_reason":null,"tasks_count":0,` +
			`"timer_antirobot_busy":null,"timer_antirobot_client_hungup":null,"timer_antirobot_not_avail":null,"timer_antirobot_voice_mail":null,"timer_busy":900,"timer_no_answer":3600,"timer_not_avail":0,"timezone_mode":0,"use_auto_substitution_num":false},` +
			`"did_abonent_ids":[300049012],"result":1000}`},
		step{"campaign/update", `{` + fresh + `,"line_id":300029114,"name":"Другой","dial_mode":7}`, `{"Result":1000}`},
		step{"campaign", `{` + fresh + `,"need_tasks":true}`, `…"tasks":[]`},
		step{"campaign/list", `{}`, `…"dial_mode":7,"end":1795348800,`},
		step{"campaign/start", `{` + fresh + `}`, `{"result":1000,"status":2}`},
		step{"campaign/start", `{` + fresh + `}`, refused(5106)},
		step{"campaign/update", `{` + fresh + `,"line_id":300029114}`, refused(5106)},
		step{"campaign/delete", `{` + fresh + `}`, refused(5106)},
	)
	d.now = d.now.Add(90 * time.Minute) // the schedule is over
	d.play(
		step{"campaign", `{` + fresh + `}`, `…"status":1,"status_reason":4`},
		step{"campaign/stop", `{` + fresh + `}`, `{"result":1000,"status":0}`},
		step{"campaign/stop", `{` + fresh + `}`, refused(5106)},
		step{"campaign/start", `{` + fresh + `}`, `{"result":1000,"status":1}`},
	)
	d.now = d.now.Add(2 * time.Hour) // and so are the dates
	d.play(
		step{"campaign", `{` + fresh + `}`, `…"status":4,"status_reason":3`},
		step{"campaign/start", `{` + fresh + `}`, refused(5106)},
		step{"tasks/push", `{` + fresh + `,"tasks":[{"number":"7"}]}`, refused(5106)},
		step{"tasks/reset", `{` + fresh + `}`, refused(5106)},
		step{"campaign/delete", `{` + fresh + `}`, done},
		step{"campaign", `{` + fresh + `}`, refused(3300)},
		step{"campaign/list", `{}`, `!17777`},
	)
}

func TestCampaignRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	const add = "campaign/add"
	d.play(
		step{add, `{}`, `{"fields":{"line_id":3103,"name":3103,"schedule":3103},"result":3100}`},
		step{add, `{"line_id":1,"name":"` + strings.Repeat("ж", 71) + `",` + sunday + `}`, `{"fields":{"line_id":3300,"name":3109},"result":3100}`},
		step{add, `{"line_id":300029114,"name":[],` + sunday + `}`, wrong("name", 3104)},
		step{add, with(`"schedule":[]`), wrong("schedule", 3103)},
		step{add, with(`"schedule":[{"weekday":8,"start":"08:00","end":"09:00"}]`), wrong("schedule", 3104)},
		step{add, with(`"schedule":[{"weekday":1,"start":"8:00","end":"09:00"}]`), wrong("schedule", 3104)},
		step{add, with(`"schedule":[{"weekday":1,"start":"10:00","end":"09:00"}]`), wrong("schedule", 3111)},
		step{add, with(sunday + `,"start_date":"tomorrow"`), wrong("start_date", 3104)},
		step{add, with(sunday + `,"end_date":"2020-01-01 00:00:00"`), wrong("end_date", 3111)},
		step{add, with(sunday + `,"created_by":1`), refused(5105)},
		step{add, with(sunday + `,"operators":[1]`), wrong("operators", 3300)},
		step{add, with(sunday + `,"did_abonent_ids":[1]`), wrong("did_abonent_ids", 3300)},
		step{add, with(sunday + `,"priority":4`), wrong("priority", 3104)},
		step{add, with(sunday + `,"order":0`), wrong("order", 3108)},
		step{add, with(sunday + `,"order":1000`), wrong("order", 3109)},
		step{add, with(sunday + `,"service_type":1`), wrong("service_type", 3104)},
		step{add, with(sunday + `,"dial_mode":5`), wrong("dial_mode", 3104)},
		step{add, with(sunday + `,"redial_busy":2`), wrong("redial_busy", 3104)},
		step{add, with(sunday + `,"max_wait_time":15`), wrong("max_wait_time", 3104)},
		step{add, with(sunday + `,"add_calls_coef":0.2`), wrong("add_calls_coef", 3104)},
		step{add, with(sunday + `,"antirobot":"perhaps"`), wrong("antirobot", 3104)},
		step{add, with(sunday + `,"sms_sender":"` + strings.Repeat("a", 65) + `"`), wrong("sms_sender", 3109)},
		step{"campaign/list", `{}`, `!17777`},

		step{"campaign", `{}`, wrong("campaign_id", 3103)},
		step{"campaign", `{"campaign_id":"x"}`, wrong("campaign_id", 3104)},
		step{"campaign", `{` + old + `,"need_tasks":5}`, wrong("need_tasks", 3104)},
		step{"campaign/update", `{"line_id":300029114}`, wrong("campaign_id", 3103)},
		step{"campaign/update", `{` + endless + `}`, wrong("line_id", 3103)},
		step{"campaign/update", `{` + endless + `,"line_id":300029114,"priority":9}`, wrong("priority", 3104)},
		step{"campaign/update", `{` + endless + `,"line_id":300029114,"created_by":9}`, refused(5105)},
		step{"campaign/update", `{` + fresh + `,"line_id":300029114}`, refused(3300)},
		step{"campaign/start", `{}`, wrong("campaign_id", 3103)},
		step{"campaign/stop", `{` + fresh + `}`, refused(3300)},
		step{"campaign/delete", `{` + fresh + `}`, refused(3300)},
		step{"campaign-report/create", `{` + fresh + `}`, refused(3300)},
	)
}

// The campaign that was done before anybody asked.
func TestFinishedCampaign(t *testing.T) {
	t.Parallel()
	d := open(t)
	const span = `,"start_date":"2026-11-22 07:00:00","end_date":"2026-11-22 07:59:00"`
	d.play(
		step{"campaign", `{` + old + `,"need_tasks":1}`, `…{"task_id":11227830,"name":"Ветров Виктор","status":4,"number":"79161234567","timezone":null,"timezone_enabled":0,"attempts_count":1,"status_reason":1,"position":"директор","due_date":null,"organization":"ООО «Ромашка»","comment":null,"operator_id":300049012,"record_id":"MToxMDA4NjI3Nzo1MDA5NjY0NDA3OjA=","duration":42}`},
		step{"campaign-report/create", `{` + old + `}`, `…"campaign_id":17775,"tasks":[{"task_id":11227830,"attempts":[{"attempt_id":50210001,"name":"Ветров Виктор","position":"директор","organization":"ООО «Ромашка»","record_id":"MToxMDA4NjI3Nzo1MDA5NjY0NDA3OjA=","phone":"79161234567","sms":null,"text":null,"number":1,"result":1}]},{"task_id":11227831,"attempts":[{`},
		step{"tasks/finished", `{` + old + span + `}`, `…{"campaign":{"campaign_id":17775,"tasks":[{"blocked_until":null,"campaign_id":17775,"campaign_task_id":11227830,"comment":null,"created":1795330200,"custom_fields":{"5781":"Привет"},"due_date":null,"end":1795333860,"name":"Ветров Виктор","number":"79161234567","organization":"ООО «Ромашка»","position":"директор","priority":1,"status":4,"status_reason":1,"subtasks":[],"talk_duration":42,"transfer_number":null,"updated":1795333860}]},"result":1000}`},
		step{"tasks/finished", `{` + old + `,"start_date":"2026-11-22 01:00:00","end_date":"2026-11-22 02:00:00"}`, `{"campaign":{"campaign_id":17775,"tasks":[]},"result":1000}`},
		step{"tasks/finished", `{}`, wrong("campaign_id", 3103)},
		step{"tasks/finished", `{` + old + `,"end_date":"now"}`, `{"fields":{"end_date":3104,"start_date":3103},"result":3100}`},
		step{"tasks/finished", `{` + old + `,"start_date":"2026-11-22 01:00:00","end_date":"2026-11-22 05:00:01"}`, wrong("end_date", 3111)},
		step{"tasks/finished", `{` + fresh + span + `}`, refused(3300)},
		step{"task/start", `{` + old + `,"task_id":11227830}`, refused(5106)},
		step{"task/stop", `{` + old + `,"task_id":11227830}`, refused(5106)},
		step{"task/update", `{` + old + `,"task_id":11227830,"name":"n"}`, refused(5111)},
		step{"task/add", `{` + old + `,"number":"7"}`, refused(5106)},
		step{"custom-type/list", `{}`, `{"result":[{"id":5781,"order":1,"name":"Приветствие","field_type":"text","props":{"show_master_io":true,"show_member":true}},{"id":5782,"order":2,"name":"Сумма долга","field_type":"money","props":{"show_master_io":true,"show_member":false}}],"status":200}`},
	)
}

func TestTasks(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.play(
		step{"campaign/add", with(sunday), `{"campaign_id":17777,"result":1000}`},
		step{"tasks/push", `{` + fresh + `,"tasks":[{"name":"Евгеньев Евгений","number":"+375291111111","priority":1,"organization":"АБВ","position":"","comment":"c","due_date":"2026-11-22 10:00:00","blocked_until":"2026-11-22 09:30:00","custom_fields":{"5781":"Салют"},` +
			`"subtasks":[{"number":"+7007372527954818","order":1,"type":0},{"number":"sip:admin@test.mangosip.ru","order":0,"type":0,"priority":2}]},{"number":79161234567}]}`, done},
		step{"task", `{"task_id":"11227833"}`, `{"result":1000,"task":{"blocked_until":1795339800,"campaign_id":17777,"campaign_task_id":11227833,"comment":"c","created":1795338000,"custom_fields":{"5781":"Салют"},"due_date":1795341600,"end":null,"name":"Евгеньев Евгений","number":"375291111111","organization":"АБВ","position":"","priority":1,"status":1,"status_reason":null,` +
			`"subtasks":[{"subtask_id":36514003,"number":"sip:admin@test.mangosip.ru","priority":2,"order":0,"type":0},{"subtask_id":36514004,"number":"7007372527954818","priority":1000,"order":1,"type":0}],"talk_duration":0,"transfer_number":null,"updated":1795338000}}`},
		step{"task", `{"task_id":11227833,"brief":true}`, `!subtasks`},
		step{"campaign", `{` + fresh + `,"need_tasks":true}`, `…"due_date":"1795341600"`},
		step{"task/update", `{` + fresh + `,"task_id":11227833,"name":"Иной","priority":5,"organization":"о","position":"п","custom_fields":[{"5781":"a"},{"5782":1}]}`, done},
		step{"task", `{"task_id":11227833}`, `…"custom_fields":{"5781":"a","5782":1},"due_date":1795341600,"end":null,"name":"Иной","number":"375291111111","organization":"о","position":"п","priority":5`},
		step{"task/stop", `{` + fresh + `,"task_id":11227833}`, done},
		step{"task", `{"task_id":11227833}`, `…"status":0,"status_reason":11`},
		step{"task/stop", `{` + fresh + `,"task_id":11227833}`, refused(5111)},
		step{"task/start", `{` + fresh + `,"task_id":11227833}`, done},
		step{"task/start", `{` + fresh + `,"task_id":11227833}`, refused(5111)},
		step{"task/delete", `{` + fresh + `,"task_id":11227834}`, done},
		step{"task", `{"task_id":11227834}`, refused(3300)},
		step{"task/add", `{` + fresh + `,"number":"7"}`, refused(5106)}, // not endless
		step{"task/add", `{` + endless + `,"name":"Поздно","number":"7","due_date":"2026-11-22 09:10:00"}`, `{"result":1000,"task_id":11227835}`},
	)
	d.now = d.now.Add(time.Hour + time.Second)
	d.play(
		step{"task", `{"task_id":11227833}`, `…"end":1795341600,`}, // its due date is over
		step{"task", `{"task_id":11227833}`, `…"status":4,"status_reason":25`},
		step{"tasks/finished", `{` + endless + `,"start_date":"2026-11-22 09:00:00","end_date":"2026-11-22 10:00:00"}`, `…"campaign_task_id":11227835`},
		step{"campaign/list", `{}`, `…"finished_tasks_count":1`},
		step{"campaign/start", `{` + fresh + `}`, `{"result":1000,"status":4}`}, // nothing is left
	)
	d.play(
		step{"task/stop", `{` + endless + `,"task_id":11227832}`, done},
		step{"tasks/reset", `{` + endless + `,"task_ids":["11227832"]}`, done},
		step{"task", `{"task_id":11227832}`, `…"status":1,"status_reason":null`},
		step{"tasks/reset", `{` + endless + `}`, done},
	)
}

func TestTasksRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	task := func(more string) string { return `{` + endless + `,"tasks":[{` + more + `}]}` }
	one := func(more string) string { return `{` + endless + `,` + more + `}` }
	const push, add = "tasks/push", "task/add"
	d.play(
		step{push, `{}`, wrong("campaign_id", 3103)},
		step{push, `{` + endless + `}`, wrong("tasks", 3103)},
		step{push, `{` + endless + `,"tasks":{}}`, wrong("tasks", 3104)},
		step{push, `{` + fresh + `,"tasks":[{"number":"7"}]}`, refused(3300)},
		step{push, task(`"name":"n"`), wrong("tasks", 3103)},
		step{push, task(`"number":"mum"`), wrong("tasks", 3136)},
		step{push, `{` + endless + `,"tasks":[{"number":"7"},{"number":"+7"}]}`, refused(5109)},
		step{push, `{` + endless + `,"tasks":[{"number":"7"}` + strings.Repeat(`,{"number":"8"}`, 9999) + `]}`, refused(5107)},
		step{add, `{` + endless + `}`, wrong("number", 3103)},
		step{add, one(`"number":"` + strings.Repeat("7", 65) + `"`), wrong("number", 3109)},
		step{add, one(`"number":"sip:"`), wrong("number", 3136)},
		step{add, one(`"number":"7","name":"` + strings.Repeat("ж", 256) + `"`), wrong("name", 3109)},
		step{add, one(`"number":"7","comment":"` + strings.Repeat("ж", 1025) + `"`), wrong("comment", 3109)},
		step{add, one(`"number":"7","priority":0`), wrong("priority", 3108)},
		step{add, one(`"number":"7","priority":1001`), wrong("priority", 3109)},
		step{add, one(`"number":"7","due_date":"soon"`), wrong("due_date", 3104)},
		step{add, one(`"number":"7","blocked_until":1`), wrong("blocked_until", 3104)},
		step{add, one(`"number":"7","custom_fields":{"1":"x"}`), wrong("custom_fields", 3300)},
		step{add, one(`"number":"7","custom_fields":5`), wrong("custom_fields", 3104)},
		step{add, one(`"number":"7","subtasks":[{"number":"7"}]`), wrong("subtasks", 3103)},
		step{add, one(`"number":"7","subtasks":[{"number":"7","order":0,"type":1}]`), wrong("subtasks", 3104)},
		step{"campaign", `{` + endless + `,"need_tasks":true}`, `…"tasks_count":1,`},

		step{"task", `{}`, wrong("task_id", 3103)},
		step{"task", `{"task_id":1}`, refused(3300)},
		step{"task/update", one(`"task_id":11227832`), wrong("name", 3103)},
		step{"task/update", one(`"name":"n"`), wrong("task_id", 3103)},
		step{"task/update", one(`"name":"n","task_id":1`), refused(3300)},
		step{"task/update", one(`"name":"n","task_id":11227832,"priority":"high"`), wrong("priority", 3104)},
		step{"task/start", one(`"task_id":"x"`), wrong("task_id", 3104)},
		step{"task/stop", one(`"task_id":1`), refused(3300)},
		step{"task/delete", `{"task_id":11227832}`, wrong("campaign_id", 3103)},
		step{"task/delete", `{` + old + `,"task_id":11227832}`, refused(3300)}, // of another campaign
		step{"tasks/reset", one(`"task_ids":5`), wrong("task_ids", 3104)},
		step{"tasks/reset", one(`"task_ids":[1]`), wrong("task_ids", 3300)},
		step{"tasks/reset", `{"task_id":"2489649"}`, wrong("campaign_id", 3103)},
	)
}

func TestPage(t *testing.T) {
	t.Parallel()
	d := open(t)
	const page = "v2/campaign/tasks"
	d.play(
		step{page, `{"campaign_ids":[17775,17776],"fields":["task_id","task_end"],"limit":2}`, `{"cmd_id":"1","cursor":"6ong7","result":1000,"tasks":[{"task_end":"2026.11.22 07:51:00","task_id":11227830},{"task_end":"2026.11.22 08:00:00","task_id":11227831}]}`},
		step{page, `{"campaign_ids":[17775,17776],"fields":["task_id"],"limit":2,"cursor":"6ong7"}`, `{"cmd_id":"2","cursor":null,"result":1000,"tasks":[{"task_id":11227832}]}`},
		step{page, `{"campaign_ids":17776,"cursor":null}`, `{"cmd_id":"3","cursor":null,"result":1000,"tasks":[{"attempts_count":0,"blocked_until":null,"campaign_id":17776,"did_abonent_id":null,"due_date":null,"duration":null,"first_attempt":null,"ignore_client_schedule":false,"last_attempt":null,"make_last_attempt":false,"name":"Сидоров Семён","number":"79031112233","operator_id":null,"organization":"","point_id":10006434,"position":"","postponed":false,"postponed_at":null,"priority":1000,"product_id":10086277,"region_fias_id":null,` +
			`"task_comment":null,"task_created":"2026.11.22 09:00:00","task_end":null,"task_id":11227832,"task_status":1,"task_status_reason":null,"task_updated":"2026.11.22 09:00:00","timezone":null,"timezone_enabled":0}]}`},
		step{page, `{"campaign_ids":17775,"fields":["alias_all"]}`, `…"subtasks":[{"subtask_id":36514001,"type":0,"order":0,"region_fias_id":null,"number":"79051112233","one_attempt":false}`},
		step{page, `{"campaign_ids":17775,"fields":["alias_all"]}`, `…"campaign_service_type":8,"campaign_status":4`},
		step{page, `{"campaign_ids":[1]}`, `…"tasks":[]`},
		step{page, `{}`, wrong("campaign_ids", 3103)},
		step{page, `{"campaign_ids":{}}`, wrong("campaign_ids", 3104)},
		step{page, `{"campaign_ids":1,"fields":["task"]}`, wrong("fields", 3104)},
		step{page, `{"campaign_ids":1,"limit":0}`, wrong("limit", 3108)},
		step{page, `{"campaign_ids":1,"limit":101}`, wrong("limit", 3109)},
		step{page, `{"campaign_ids":1,"cursor":"?"}`, wrong("cursor", 3104)},
	)
}
