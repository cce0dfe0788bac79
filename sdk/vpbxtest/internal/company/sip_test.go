package company_test

import (
	"slices"
	"testing"
)

func TestSIP(t *testing.T) {
	t.Parallel()
	const (
		create = "sip/create"
		update = "sip/update"
		remove = "sip/delete"
	)
	account := func(login, domain, password string) string {
		return `{"user_id":"300049014","login":"` + login + `","domain":"` + domain + `","password":"` + password + `"}`
	}
	const office, good = "office.mangosip.ru", "Abcdefg1"
	c := fresh(t)
	play(t, c,
		step{create, account("anna", office, good), `{"result":1000,"sip_id":100111104}`},
		step{"sips", `{}`, `…{"domain":"office.mangosip.ru","id":100111104,"login":"anna"}`},
		step{"config/users/request", `{"extension":"103","ext_fields":["general.sips"]}`, `…"sips":[{"number":"sidorova@example.mangosip.ru"},{"number":"anna@office.mangosip.ru"}]`},
		step{create, account("anna2", "mangosip.ru", good), `{"result":1000,"sip_id":100111105}`}, // costs extra
		step{create, `{}`, `{"fields":{"domain":3103,"login":3103,"password":3103,"user_id":3103},"result":3100}`},
		step{create, `{"user_id":1,"login":"annas","domain":"office.mangosip.ru","password":"Abcdefg1"}`, wrong("user_id", 3300)},
		step{create, account("anna", office, good), wrong("login", 3106)},
		step{create, account("new1", "example.com", good), wrong("domain", 3122)},
		step{create, account("new1", office, "short"), wrong("password", 3120)},

		step{update, `{"sip_id":"100111104","login":"anna3","domain":"example.mangosip.ru","description":"d"}`, done},
		step{"config/users/request", `{"extension":"103"}`, `…"number":"sip:anna3@example.mangosip.ru"`},
		step{update, `{"sip_id":100111104,"login":"anna4"}`, wrong("domain", 3125)},
		step{update, `{"sip_id":100111104,"domain":"office.mangosip.ru"}`, wrong("login", 3125)},
		step{update, `{"sip_id":100111104,"login":"ivanov","domain":"example.mangosip.ru"}`, wrong("login", 3106)},
		step{update, `{"sip_id":100111104,"password":"abc"}`, wrong("password", 3120)},
		step{update, `{"sip_id":1,"password":"Abcdefg1"}`, `{"result":3300}`},
		step{update, `{"password":"Abcdefg1"}`, wrong("sip_id", 3103)},
		step{update, `{"sip_id":"x"}`, wrong("sip_id", 3104)},
		step{update, `{"sip_id":100111104,"user_id":1}`, wrong("user_id", 3300)},
		step{update, `{"sip_id":100111104,"user_id":300049013}`, done}, // handed to a colleague
		step{"config/users/request", `{"extension":"102"}`, `…sip:anna3@example.mangosip.ru`},
		step{"config/users/request", `{"extension":"103"}`, `!anna3`},
		step{update, `{"sip_id":100111103,"user_id":300049013}`, `{"result":5220}`}, // his main number
		step{update, `{"sip_id":100111101,"user_id":300049013}`, `{"result":5218}`}, // his only one

		step{remove, `{"sip_id":"100111104"}`, done},
		step{remove, `{"sip_id":"100111104"}`, `{"result":3300}`},
		step{remove, `{"sip_id":100111101}`, `{"result":5218}`},
		step{"member/update", `{"user_id":300049013,"numbers":[{"number":"petrov@example.mangosip.ru","protocol":"sip"},{"number":"79161112233","protocol":"tel","status":"off"}]}`, done},
		step{remove, `{"sip_id":100111102}`, `{"result":5216}`}, // the rest is switched off
		step{remove, `{}`, wrong("sip_id", 3103)},
		step{remove, `{"sip_id":"x"}`, wrong("sip_id", 3104)},
		step{remove, `{"sip_id":100111103}`, done},
	)
	if w, _ := c.Worker("103"); w.Number != "sip:anna2@mangosip.ru" {
		t.Errorf("103 rings at %q, want the account that is left", w.Number)
	}
}

// The rule of code 3121.
func TestSIPLogins(t *testing.T) {
	t.Parallel()
	good := []string{"abcd", "a1_-", "1abc", "123x", "0001", "000123"}
	for _, login := range slices.Concat(good, []string{"abc", "1234", "0012", "_abc", "ab c", "логин", "a@bc", ""}) {
		want := wrong("login", 3121)
		if slices.Contains(good, login) {
			want = `{"result":1000,"sip_id":100111104}`
		}
		play(t, fresh(t), step{"sip/create", `{"user_id":300049012,"domain":"office.mangosip.ru","password":"Abcdefg1","login":"` + login + `"}`, want})
	}
}
