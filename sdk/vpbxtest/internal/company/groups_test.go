package company_test

import "testing"

func TestGroups(t *testing.T) {
	t.Parallel()
	const (
		create = "group/create"
		update = "group/update"
		remove = "group/delete"
	)
	c := fresh(t)
	change := func(more string) string { return `{"group_id":"10051252","group":{` + more + `}}` }
	play(t, c,
		step{create, `{"name":"Склад","description":"d","extension":"41","dial_alg_group":"1","dial_alg_users":5,"auto_redirect":1,"auto_dial":"18979","line_id":"300029114","use_dynamic_ivr":1,"use_dynamic_seq_num":1,"melody_id":"24","operators":[{"id":"300049013","priority":"2","order":"7"},{"id":300049012}]}`, `{"group_id":10051252,"result":1000}`},
		step{"groups", `{"group_id":10051252,"show_users":1}`, `{"groups":[{"id":10051252,"name":"Склад","description":"d","extension":"41","dial_alg_group":1,"dial_alg_users":5,"auto_redirect":1,"auto_dial":18979,"line_id":300029114,"use_dynamic_ivr":1,"use_dynamic_seq_num":1,"melody_id":24,` +
			`"operators":[{"id":300049013,"name":"Петров Пётр","extension":"102","priority":2,"order":1},{"id":300049012,"name":"Иванов Иван","extension":"101","priority":0,"order":2}]}],"result":1000}`},
		step{"config/users/request", `{"extension":"102","ext_fields":["groups"]}`, `…"groups":[10051250,10051252]`},
		step{create, `{}`, wrong("name", 3103)},
		step{create, `{"name":"n","dial_alg_group":4}`, wrong("dial_alg_group", 3104)},
		step{create, `{"name":"n","dial_alg_users":0}`, wrong("dial_alg_users", 3104)},
		step{create, `{"name":"n","auto_redirect":2,"use_dynamic_ivr":2,"use_dynamic_seq_num":2}`, `{"fields":{"auto_redirect":3104,"use_dynamic_ivr":3104,"use_dynamic_seq_num":3104},"result":3100}`},
		step{create, `{"name":"n","extension":"101"}`, wrong("extension", 3106)},
		step{create, `{"name":"n","extension":"300"}`, wrong("extension", 3106)},
		step{create, `{"name":"n","line_id":1,"melody_id":2}`, `{"fields":{"line_id":3300,"melody_id":3300},"result":3100}`},
		step{create, `{"name":"n","line_id":300029117}`, wrong("line_id", 3124)},
		step{create, `{"name":"n","operators":[{"id":1}]}`, wrong("operators", 3300)},
		step{create, `{"name":"n","operators":[{"priority":1}]}`, wrong("operators", 3103)},
		step{create, `{"name":"n","operators":[{"id":300049012},{"id":300049012}]}`, wrong("operators", 3106)},
		step{create, `{"name":["n"],"operators":{}}`, `{"fields":{"name":3104,"operators":3104},"result":3100}`},

		step{update, change(`"name":"Склад 2","melody_id":"","line_id":null`), done}, // "" takes away, null says nothing
		step{"groups", `{"group_id":10051252}`, `…"name":"Склад 2","description":"d","extension":"41","dial_alg_group":1,"dial_alg_users":5,"auto_redirect":1,"auto_dial":18979,"line_id":300029114,"use_dynamic_ivr":1,"use_dynamic_seq_num":1,"melody_id":null}`},
		step{update, change(`"operators":[{"id":300049014,"priority":1}]`), done},
		step{"groups", `{"operator_id":300049012}`, `!Склад`},
		step{update, change(`"extension":""`), done},
		step{"groups", `{"group_id":10051252}`, `…"extension":""`},
		step{update, change(`"name":"","dial_alg_group":7`), `{"fields":{"dial_alg_group":3104,"name":3103},"result":3100}`},
		step{update, change(`"name":{}`), wrong("name", 3104)},
		step{update, `{"group_id":1,"group":{}}`, `{"result":3300}`},
		step{update, `{}`, `{"fields":{"group":3103,"group_id":3103},"result":3100}`},
		step{update, `{"group_id":10051252,"group":"name"}`, wrong("group", 3104)},

		step{remove, `{"group_id":"10051252"}`, done},
		step{remove, `{"group_id":"10051252"}`, `{"result":3300}`},
		step{remove, `{"group_id":10051250}`, `{"result":5202}`}, // the first scheme leads there
		step{remove, `{}`, wrong("group_id", 3103)},
		step{remove, `{"group_id":"x"}`, wrong("group_id", 3104)},
		step{"groups", `{}`, `!Склад`},
		step{create, `{"name":"без номера"}`, `{"group_id":10051253,"result":1000}`},
	)
	if _, ok := c.Group(""); ok {
		t.Error(`Group("") finds a group`)
	}
}
