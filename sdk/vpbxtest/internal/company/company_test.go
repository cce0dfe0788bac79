package company_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

// What a fresh company has.
func TestLists(t *testing.T) {
	t.Parallel()
	play(t, fresh(t),
		step{"account/balance", `{}`, `{"balance":963592.45,"currency":"RUB","response_at":"2026-11-22 12:00:00","result":1000}`},
		step{"groups", `{}`, `{"groups":[` +
			`{"id":10051250,"name":"Отдел продаж","description":"","extension":"300","dial_alg_group":2,"dial_alg_users":1,"auto_redirect":0,"auto_dial":null,"line_id":null,"use_dynamic_ivr":0,"use_dynamic_seq_num":0,"melody_id":null},` +
			`{"id":10051251,"name":"Бухгалтерия","description":"","extension":"301","dial_alg_group":2,"dial_alg_users":1,"auto_redirect":0,"auto_dial":null,"line_id":null,"use_dynamic_ivr":0,"use_dynamic_seq_num":0,"melody_id":null}],"result":1000}`},
		step{"groups", `{"group_id":"10051251","show_users":1}`, `…"operators":[{"id":300049014,"name":"Сидорова Анна","extension":"103","priority":1,"order":1}]}],"result":1000}`},
		step{"groups", `{"operator_id":300049012}`, `!10051251`},
		step{"groups", `{"operator_extension":103}`, `…10051251`},
		step{"groups", `{"operator_extension":"101","operator_id":300049014}`, `{"groups":[],"result":1000}`},
		step{"groups", `{"group_id":1}`, `{"groups":[],"result":1000}`},
		step{"groups", `{"show_users":"perhaps"}`, wrong("show_users", 3104)},
		step{"incominglines", `{}`, `{"lines":[` +
			`{"comment":null,"line_id":300029114,"name":"Основная","number":"74951234567","region":"2","schema_id":10017301,"schema_name":"Рабочее время"},` +
			`{"comment":"горячая линия","line_id":300029115,"name":"Бесплатная","number":"78001234567","region":"toll-free","schema_id":10017301,"schema_name":"Рабочее время"},` +
			`{"comment":null,"line_id":300029116,"name":"Офис","number":"sip:office@vpbx10086277.mangosip.ru","region":"sip-uac","schema_id":10017301,"schema_name":"Рабочее время"},` +
			`{"comment":null,"line_id":300029117,"name":null,"number":"sip:door@vpbx10086277.mangosip.ru","region":"sip","schema_id":10017301,"schema_name":"Рабочее время"}],"result":1000}`},
		step{"schemas", `{}`, `{"data":[` +
			`{"description":"группа по очереди","incominglines":[300029114,300029115,300029116,300029117],"name":"Рабочее время","schema_id":10017301},` +
			`{"description":null,"incominglines":[],"name":"Нерабочее время","schema_id":10017302}],"result":1000}`},
		step{"schemas", `{"ext_fields":["trunks_numbers"]}`, `…"schema_id":10017302,"sip_trunks_numbers":[10004502]`},
		step{"schemas", `{"ext_fields":"trunks_numbers"}`, `{"result":3104}`},
		step{"trunks/numbers", `{}`, `…{"desc":"оба направления","number":"74957654321","options":6,"trunk_id":10000121,"trunk_number_id":10004501}`},
		step{"audiofiles", `{}`, `…{"id":24,"name":"Приветствие"}`},
		step{"roles", `{}`, `…{"role_id":10451,"name":"Сотрудник","permissions":[{"code":"statistics","param":"own"}]}`},
		step{"domains", `{}`, `{"domains":["example.mangosip.ru","office.mangosip.ru"],"result":1000}`},
		step{"sips", `{}`, `{"data":[` +
			`{"sips":[{"domain":"example.mangosip.ru","id":100111101,"login":"ivanov"}],"user_id":300049012},` +
			`{"sips":[{"domain":"example.mangosip.ru","id":100111102,"login":"petrov"}],"user_id":300049013},` +
			`{"sips":[{"domain":"example.mangosip.ru","id":100111103,"login":"sidorova"}],"user_id":300049014}],"result":1000}`},
	)
}

func TestSchemeSet(t *testing.T) {
	t.Parallel()
	const set = "schema/set"
	play(t, fresh(t),
		step{set, `{"schema_id":"10017302","line_id":"300029115"}`, done},
		step{"incominglines", `{}`, `…"region":"toll-free","schema_id":10017302,"schema_name":"Нерабочее время"`},
		step{set, `{"schema_id":10017302,"trunk_number_id":10004501}`, done},
		step{"schemas", `{"ext_fields":["trunks_numbers"]}`, `…"incominglines":[300029115],"name":"Нерабочее время","schema_id":10017302,"sip_trunks_numbers":[10004501,10004502]`},
		step{set, `{"schema_id":10017302}`, wrong("line_id", 3135)},
		step{set, `{"line_id":300029115}`, wrong("schema_id", 3103)},
		step{set, `{"schema_id":1,"line_id":300029115}`, wrong("schema_id", 3300)},
		step{set, `{"schema_id":10017302,"line_id":1}`, wrong("line_id", 3300)},
		step{set, `{"schema_id":10017302,"trunk_number_id":1}`, wrong("trunk_number_id", 3300)},
		step{set, `{"schema_id":10017302,"trunk_number_id":10004503}`, wrong("trunk_number_id", 3107)}, // only calls
		step{set, `{"schema_id":10017302,"line_id":300029115,"trunk_number_id":10004501}`, `{"fields":{"line_id":3123,"trunk_number_id":3123},"result":3100}`},
		step{set, `{"schema_id":"day","line_id":[]}`, `{"fields":{"line_id":3104,"schema_id":3104},"result":3100}`},
	)
}

func TestAutosecretary(t *testing.T) {
	t.Parallel()
	const rules, change = "autosecretary/rules", "autosecretary/status/change"
	play(t, fresh(t),
		step{rules, `{"user_id":300049012,"rules":[1309]}`, `{"result":1000,"rules":[{"rule_id":1309,"name":"Отпуск","active":true,"direction":["incoming","internal"],` +
			`"schedule":{"items":[],"schedule_id":10006617,"from":"2021-05-01 00:00","until":"2021-05-07 00:00"},"wait_time":1,"melody_id":1000007836,` +
			`"actions":[{"action":"redirect_member","param":300049013}],"notifications":[{"action":"send_email","param":"a@example.com"}]}]}`},
		step{rules, `{"user_id":"300049012"}`, `…"rule_id":1310`},
		step{rules, `{"user_id":300049012,"rules":["1310"]}`, `!1309`},
		step{rules, `{"user_id":300049014}`, `{"result":1000,"rules":[]}`},
		step{rules, `{}`, wrong("user_id", 3103)},
		step{rules, `{"user_id":1}`, `{"result":3300}`},
		step{rules, `{"user_id":{},"rules":1309}`, `{"fields":{"rules":3104,"user_id":3104},"result":3100}`},

		step{change, `{"user_id":300049012,"rule_id":"1309","active":0}`, done},
		step{rules, `{"user_id":300049012,"rules":[1309]}`, `…"active":false`},
		step{change, `{"user_id":300049012,"rule_id":"1309","active":"1"}`, done},
		step{rules, `{"user_id":300049012,"rules":[1309]}`, `…"active":true`},
		step{change, `{}`, `{"fields":{"active":3103,"rule_id":3103,"user_id":3103},"result":3100}`},
		step{change, `{"user_id":300049012,"rule_id":"1309","active":2}`, wrong("active", 3104)},
		step{change, `{"user_id":300049012,"rule_id":"1311","active":1}`, `{"result":3300}`}, // another's
	)
}

// Without the tick nothing that costs changes; reading and schemes go on.
func TestFrozen(t *testing.T) {
	t.Parallel()
	c := fresh(t, func(cfg *company.Config) { cfg.Frozen = true })
	for _, path := range []string{
		"group/create", "group/update", "group/delete", "member/create", "member/update", "member/delete",
		"sip/create", "sip/update", "sip/delete",
	} {
		play(t, c, step{path, `{}`, `{"result":5201}`})
	}
	play(t, c,
		step{"groups", `{}`, `…"result":1000`},
		step{"schema/set", `{"schema_id":10017302,"line_id":300029115}`, done},
	)
}

// Many at a time: every answer is whole, nobody gets another's number, and at
// the end the company is as it was.
func TestManyAtATime(t *testing.T) {
	t.Parallel()
	c := fresh(t)
	before := ask(t, c, "config/users/request", `{"ext_fields":["general.user_id","groups"]}`) + ask(t, c, "sips", `{}`)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			ext := fmt.Sprintf("1%03d", i)
			made := ask(t, c, "member/create", `{"name":"n","access_role_id":10451,"extension":"`+ext+`"}`)
			user := strings.TrimSuffix(made[strings.LastIndexByte(made, ':')+1:], "}")
			group := ask(t, c, "group/create", `{"name":"g","extension":"2`+ext[1:]+`","operators":[{"id":`+user+`,"priority":1}]}`)
			_, group, _ = strings.Cut(group, `:`)
			group, _, _ = strings.Cut(group, ",")
			if called, ok := c.Resolve("2" + ext[1:]); !ok || len(called) != 1 || called[0].Extension != ext {
				t.Errorf("Resolve(2%s) = %+v, %v, want %s", ext[1:], called, ok, ext)
			}
			play(t, c,
				step{"member/update", `{"user_id":` + user + `,"name":"` + ext + `"}`, done},
				step{"config/users/request", `{"extension":"` + ext + `"}`, `…"name":"` + ext + `"`},
				step{"groups", `{"group_id":` + group + `,"show_users":1}`, `…"extension":"` + ext + `"`},
				step{"sip/create", `{"user_id":` + user + `,"login":"login` + ext + `","domain":"office.mangosip.ru","password":"Abcdefg1"}`, `…1000`},
				step{"group/delete", `{"group_id":` + group + `}`, done},
				step{"member/delete", `{"user_id":` + user + `}`, done},
			)
			if _, ok := c.Worker(ext); ok {
				t.Errorf("Worker(%s) is still there", ext)
			}
		})
	}
	all.Wait()
	if after := ask(t, c, "config/users/request", `{"ext_fields":["general.user_id","groups"]}`) + ask(t, c, "sips", `{}`); after != before {
		t.Errorf("the company changed:\n was %s\n  is %s", before, after)
	}
}
