package company_test

import (
	"fmt"
	"testing"

	"mangoofficesdk/sdk/vpbxtest/internal/company"
)

const (
	users  = "config/users/request"
	create = "member/create"
	update = "member/update"
	remove = "member/delete"
)

func TestMemberCreate(t *testing.T) {
	t.Parallel()
	c := fresh(t)
	play(t, c,
		step{create, `{"name":"Новиков","access_role_id":"10451","extension":"0511"}`, `{"result":1000,"user_id":300049015}`},
		step{users, `{"extension":"0511","ext_fields":["general.user_id","general.login","general.mobile","general.access_role_id","general.use_status","general.use_cc_numbers","general.sips","groups","telephony.dial_alg","telephony.numbers.schedule","telephony.line_id","telephony.trunk_number_id"]}`,
			`{"users":[{"general":{"access_role_id":10451,"department":"","email":"","login":null,"mobile":null,"name":"Новиков","position":"","sips":[{"number":"user0511@example.mangosip.ru"}],"use_cc_numbers":0,"use_status":1,"user_id":300049015},"groups":[],` +
				`"telephony":{"dial_alg":1,"extension":"0511","line_id":null,"numbers":[{"number":"sip:user0511@example.mangosip.ru","order":0,"protocol":"sip","schedule":[],"status":"on","wait_sec":0}],"outgoingline":null,"trunk_number_id":null}}]}`},
		step{create, `{"name":"Полный","access_role_id":10452,"extension":512,"email":"p@example.com","mobile":"+79161112233","department":"Склад","position":"Кладовщик",` +
			`"login":"full","password":"Abcdefg1","use_status":"0","use_cc_numbers":1,"trunk_number_id":10004501,"dial_alg":2,` +
			`"numbers":[{"number":"1212121","protocol":"tel","wait_sec":"15","status":"off"},` +
			`{"number":"full@example.mangosip.ru","protocol":"sip","schedule":{"from":"2026-01-01 00:00:00","items":[{"type":"alldays","from":"09:00","until":"18:00"},{"type":"specificdate","specific_date":"2026-05-09"}]}},` +
			`{"number":"sip:desk@elsewhere.example","protocol":"sip"}]}`, `{"result":1000,"user_id":300049016}`},
		step{users, `{"extension":"512","ext_fields":["general.login","general.mobile","general.use_status","general.use_cc_numbers","general.sips","telephony.dial_alg","telephony.numbers.schedule","telephony.trunk_number_id","telephony.line_id"]}`,
			`{"users":[{"general":{"department":"Склад","email":"p@example.com","login":"10086277/full","mobile":"+79161112233","name":"Полный","position":"Кладовщик","sips":[{"number":"full@example.mangosip.ru"}],"use_cc_numbers":1,"use_status":0},` +
				`"telephony":{"dial_alg":2,"extension":"512","line_id":null,"numbers":[` +
				`{"number":"1212121","number_normalized":"74951212121","order":0,"protocol":"tel","schedule":[],"status":"off","wait_sec":15},` +
				`{"number":"sip:full@example.mangosip.ru","order":1,"protocol":"sip","schedule":{"from":"2026-01-01 00:00:00","items":[{"type":"AllDays","from":"09:00","until":"18:00"},{"type":"SpecificDate","date":"2026-05-09"}]},"status":"on","wait_sec":0},` +
				`{"number":"sip:desk@elsewhere.example","order":2,"protocol":"sip","schedule":[],"status":"on","wait_sec":0}],"outgoingline":"74957654321","trunk_number_id":10004501}}]}`},
		step{users, `{"extension":"512"}`, `…"numbers":[{"number":"1212121","order":"0","protocol":"tel","status":"off","wait_sec":"15"}`},
	)
	if w, ok := c.Worker("512"); !ok || w.Number != "sip:full@example.mangosip.ru" {
		t.Errorf("Worker(512) = %+v, %v, want the first number that is switched on", w, ok)
	}
	if called, _ := c.Resolve("1212121"); len(called) != 1 || called[0].Extension != "512" {
		t.Errorf("Resolve(1212121) = %+v, want 512 by his telephone", called)
	}
}

func TestMemberCreateRefused(t *testing.T) {
	t.Parallel()
	c := fresh(t)
	with := func(more string) string { return `{"name":"n","access_role_id":10451,"extension":"511",` + more + `}` }
	number := func(n string) string { return with(`"numbers":[` + n + `]`) }
	play(t, c,
		step{create, `{}`, `{"fields":{"access_role_id":3103,"extension":3103,"name":3103},"result":3100}`},
		step{create, `{"name":"","access_role_id":1,"extension":"1x"}`, `{"fields":{"access_role_id":3300,"extension":3104,"name":3103},"result":3100}`},
		step{create, `{"name":"n","access_role_id":10451,"extension":"101"}`, wrong("extension", 3106)},
		step{create, `{"name":"n","access_role_id":10451,"extension":"300"}`, wrong("extension", 3106)}, // a group's
		step{create, `{"name":"n","access_role_id":10451,"extension":"7"}`, wrong("extension", 3104)},
		step{create, `{"name":"n","access_role_id":10451,"extension":"700000"}`, wrong("extension", 3104)},
		step{create, `{"name":{},"access_role_id":"x","extension":"511"}`, `{"fields":{"access_role_id":3104,"name":3104},"result":3100}`},
		step{create, with(`"email":"nobody"`), wrong("email", 3112)},
		step{create, with(`"mobile":"8-916"`), wrong("mobile", 3136)},
		step{create, with(`"login":"new"`), wrong("password", 3125)},
		step{create, with(`"password":"Abcdefg1"`), wrong("login", 3125)},
		step{create, with(`"login":"101","password":"Abcdefg1"`), wrong("login", 3106)},
		step{create, with(`"login":"","password":"Abcdefg1"`), wrong("login", 3103)},
		step{create, with(`"login":"new","password":"Abcdef1"`), wrong("password", 3120)},
		step{create, with(`"login":"new","password":"abcdefg1"`), wrong("password", 3120)},
		step{create, with(`"login":"new","password":"ABCDEFG1"`), wrong("password", 3120)},
		step{create, with(`"login":"new","password":"Abcdefgh"`), wrong("password", 3120)},
		step{create, with(`"use_status":2`), wrong("use_status", 3104)},
		step{create, with(`"use_cc_numbers":-1`), wrong("use_cc_numbers", 3104)},
		step{create, with(`"dial_alg":3`), wrong("dial_alg", 3104)},
		step{create, with(`"line_id":300029114,"trunk_number_id":10004501`), `{"fields":{"line_id":3123,"trunk_number_id":3123},"result":3100}`},
		step{create, with(`"line_id":1`), wrong("line_id", 3300)},
		step{create, with(`"line_id":300029117`), wrong("line_id", 3124)}, // region "sip"
		step{create, with(`"trunk_number_id":1`), wrong("trunk_number_id", 3300)},
		step{create, with(`"trunk_number_id":10004502`), wrong("trunk_number_id", 3124)}, // only receives
		step{create, with(`"numbers":{}`), wrong("numbers", 3104)},
		step{create, number(``), `{"result":5212}`},
		step{create, number(`{"number":"79161112233","protocol":"tel","status":"off"}`), `{"result":5212}`},
		step{create, number(`{"protocol":"tel"}`), wrong("numbers", 3103)},
		step{create, number(`{"number":"79161112233"}`), wrong("numbers", 3103)},
		step{create, number(`{"number":"79161112233","protocol":"fax"}`), wrong("numbers", 3104)},
		step{create, number(`{"number":"79161112233","protocol":"tel","status":"maybe"}`), wrong("numbers", 3104)},
		step{create, number(`{"number":"79161112233","protocol":"tel","wait_sec":-1}`), wrong("numbers", 3108)},
		step{create, number(`{"number":"mum","protocol":"tel"}`), wrong("numbers", 3136)},
		step{create, number(`{"number":"sip:mum","protocol":"sip"}`), wrong("numbers", 3136)},
		step{create, number(`{"number":"5","protocol":"fmc"},{"number":"5","protocol":"fmc"}`), wrong("numbers", 3106)},
		step{create, number(`{"number":"ivanov@example.mangosip.ru","protocol":"sip"}`), wrong("numbers", 5220)}, // his main number
		step{create, number(`{"number":"5","protocol":"fmc","schedule":[]}`), wrong("numbers", 3104)},
		step{create, number(`{"number":"5","protocol":"fmc","schedule":{"from":"tomorrow"}}`), wrong("numbers", 3104)},
		step{create, number(`{"number":"5","protocol":"fmc","schedule":{"items":[{"type":"Someday"}]}}`), wrong("numbers", 3104)},
		step{create, number(`{"number":"5","protocol":"fmc","schedule":{"items":[{"type":"Monday","from":"25:00"}]}}`), wrong("numbers", 3104)},
		step{create, number(`{"number":"5","protocol":"fmc","schedule":{"items":[{"type":"SpecificDate"}]}}`), wrong("numbers", 3103)},
		step{create, number(`{"number":"5","protocol":"fmc","schedule":{"items":[{"type":"SpecificDate","date":"9 May"}]}}`), wrong("numbers", 3104)},
		step{users, `{"extension":"511"}`, `{"users":[]}`}, // none of them left a trace
		step{"sips", `{}`, `!user511`},
	)
}

func TestMemberUpdate(t *testing.T) {
	t.Parallel()
	c := fresh(t)
	change := func(more string) string { return `{"user_id":"300049014",` + more + `}` }
	play(t, c,
		step{update, change(`"name":"Сидорова-Петрова","extension":"203","department":"Касса","line_id":300029115`), done},
		step{users, `{"extension":"103"}`, `{"users":[]}`},
		step{users, `{"extension":"203","ext_fields":["telephony.line_id"]}`, `…"general":{"department":"Касса","email":"sidorova@example.com","name":"Сидорова-Петрова","position":"Бухгалтер"},"telephony":{"extension":"203","line_id":300029115`},
		step{"groups", `{"show_users":"1"}`, `…"name":"Сидорова-Петрова","extension":"203"`},
		step{update, change(`"line_id":""`), done},
		step{users, `{"extension":"203"}`, `…"outgoingline":null`},
		step{update, change(`"outgoingline":"74957654323"`), done},
		step{users, `{"extension":"203","ext_fields":["telephony.trunk_number_id"]}`, `…"outgoingline":"74957654323","trunk_number_id":10004503`},
		step{update, change(`"trunk_number_id":""`), done},
		step{users, `{"extension":"203","ext_fields":["telephony.trunk_number_id"]}`, `…"outgoingline":null,"trunk_number_id":null`},
		step{update, change(`"outgoingline":"74951234567"`), done},
		step{update, change(`"outgoingline":"70000000000"`), wrong("outgoingline", 3330)},
		step{update, change(`"outgoingline":"sip:door@vpbx10086277.mangosip.ru"`), wrong("outgoingline", 3124)},
		step{update, change(`"outgoingline":""`), done},

		// numbers replaces them all; a SIP account goes with its number.
		step{update, change(`"numbers":[{"number":"79161112233","protocol":"tel"},{"number":"anna@office.mangosip.ru","protocol":"sip"}]`), done},
		step{"sips", `{}`, `!sidorova`},
		step{"sips", `{}`, `…{"domain":"office.mangosip.ru","id":100111104,"login":"anna"}`},
		step{update, change(`"numbers":[]`), `{"result":5218}`},
		step{update, change(`"numbers":[{"number":"79161112233","protocol":"tel","status":"off"}]`), `{"result":5212}`},

		step{update, `{"name":"n"}`, wrong("user_id", 3103)},
		step{update, `{"user_id":"x"}`, wrong("user_id", 3104)},
		step{update, `{"user_id":1,"name":"n"}`, `{"result":3300}`},
		step{update, change(`"name":""`), wrong("name", 3103)},
		step{update, change(`"extension":"102"`), wrong("extension", 3106)},
		step{update, change(`"extension":"203"`), done}, // his own
		step{update, change(`"name":"Бухгалтер","dial_alg":9`), wrong("dial_alg", 3104)},
		step{users, `{"extension":"203"}`, `!"name":"Бухгалтер"`}, // all or nothing
	)
	if w, ok := c.Worker("203"); !ok || w.Number != "79161112233" {
		t.Errorf("Worker(203) = %+v, %v, want the new first number", w, ok)
	}
	if got := c.Outgoing("203"); got != "" {
		t.Errorf("Outgoing(203) = %q, want none", got)
	}
}

func TestMemberDelete(t *testing.T) {
	t.Parallel()
	c := fresh(t, func(cfg *company.Config) {
		cfg.Employees = append(cfg.Employees, company.Employee{Extension: "900", Robot: true, UserID: 5})
	})
	play(t, c,
		step{remove, `{"user_id":"300049014"}`, done},
		step{users, `{"extension":"103"}`, `{"users":[]}`},
		step{"groups", `{"show_users":1}`, `!Сидорова`},
		step{"groups", `{"group_id":10051251,"show_users":1}`, `…"operators":[]`},
		step{"sips", `{}`, `!sidorova`},
		step{remove, `{"user_id":"300049014"}`, `{"result":3300}`},
		step{remove, `{"user_id":300049012}`, `{"result":5210}`}, // administrator
		step{remove, `{"user_id":300049013}`, `{"result":5227}`}, // in a rule
		step{remove, `{"user_id":5}`, `{"result":5302}`},         // robot
		step{update, `{"user_id":5,"name":"n"}`, `{"result":5302}`},
		step{"sip/create", `{"user_id":5,"login":"robo","domain":"office.mangosip.ru","password":"Abcdefg1"}`, `{"result":5302}`},
		step{remove, `{}`, wrong("user_id", 3103)},
		step{remove, `{"user_id":true}`, wrong("user_id", 3104)},
		// Another administrator: the first may go, and his rules with him.
		step{update, `{"user_id":300049013,"access_role_id":10450}`, done},
		step{update, `{"user_id":300049012,"access_role_id":10451}`, done},
		step{remove, `{"user_id":300049012}`, done},
		step{update, `{"user_id":300049013,"access_role_id":10451}`, done},
		step{remove, `{"user_id":300049013}`, done},
	)
	if _, ok := c.Resolve("301"); ok {
		t.Error("Resolve(301) finds somebody in a group that lost its only member")
	}
	if c.Employs(300049014) {
		t.Error("Employs(300049014) after his end")
	}
}

func TestEmployeeLimit(t *testing.T) {
	t.Parallel()
	c := fresh(t, func(cfg *company.Config) {
		for i := range 4997 {
			cfg.Employees = append(cfg.Employees, company.Employee{Extension: fmt.Sprint(10000 + i), Number: "1"})
		}
	})
	play(t, c, step{create, `{"name":"n","access_role_id":10451,"extension":"511"}`, `{"result":5228}`})
}
