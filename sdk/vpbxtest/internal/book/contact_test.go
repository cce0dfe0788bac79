package book_test

import (
	"strings"
	"testing"
)

// Contacts of a fresh book and how they are shown.
const (
	vetrov = `{"contact_id":"12761801","type":0,"name":"Ветров Виктор","office":"директор","site":null,"importance":null,"comment":null,"birthday":null,"sex":null,"avatar":"","url":null,` +
		`"phones":[{"phone_id":"12761802","phone_num":"79161234567","phone":"+7 (916) 123-45-67","comment":"","ext":null,"is_default":true,"type":1},{"phone_id":"12761803","phone_num":"74955404444","phone":"74955404444","comment":"","ext":"12","is_default":false,"type":0}],` +
		`"emails":[{"email_id":"12761804","email":"vetrov@example.com","comment":"","is_default":true}],"nets":[],"messengers":[],"in_favorites":[],"when_created":1795338000,` +
		`"org":{"org_id":"10433117","org_name":"ООО «Ромашка»"},"groups":[{"group_id":"10433501","group_name":"Клиенты"}],"last_call":null`
	vetrovValues = `"custom_values":[{"custom_value_id":12761805,"custom_field_id":3236,"type":1,"text":"перезвонить в июне"},{"custom_value_id":12761806,"custom_field_id":3240,"type":2,"list_items":[{"enum_id":71,"order":1,"name":"Сайт"}]}]`
)

func TestContactRead(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.play(
		step{"contact", `{"contact_id":"12761801"}`, `{"data":` + vetrov + `},"result":1000}`},
		step{"contact", `{"contact_id":12761801,"contact_ext_fields":true}`, `{"data":` + vetrov + `,` + vetrovValues + `,"user_id":null},"result":1000}`},
		step{"contact", `{}`, refused(3103)},
		step{"contact", `{"contact_id":1}`, refused(3300)},
		step{"contact", `{"contact_id":{}}`, refused(3104)},
		step{"contact", `{"contact_id":1,"contact_ext_fields":"maybe"}`, refused(3104)},
		step{"contact/init", `{"query":"","order":[{"name":"desc"}],"limit_rows":1}`, `…"name":"Ветров Виктор"`},
		step{"contact/init", `{"query":"1234567","contact_ext_fields":1}`, `…{"data":[` + vetrov + `,` + vetrovValues + `,"user_id":null}],"result":1000,"state":{"cursor":`},
		step{"contact/init", `{"query":"VETROV@"}`, `…"data":[` + vetrov + `}],"result":1000`},
		step{"contact/init", `{"query":"ромашка"}`, `…"total_rows":1`},
		step{"contact/init", `{"query":"(916)"}`, `…"total_rows":1`},
		step{"custom_fields", `{}`, `…{"custom_field_id":3240,"type":2,"order":5,"name":"Источник","required":false,"api_only":false,"unique":false,"check_mode":0,"check_length":0,"items":[{"enum_id":71,"order":1,"name":"Сайт"},{"enum_id":72,"order":2,"name":"Реклама"}]}`},
	)
	_, cursor, _ := strings.Cut(d.ask("contact/init", `{"query":"","contact_ext_fields":true}`), `"cursor":"`)
	cursor, _, _ = strings.Cut(cursor, `"`)
	d.play(
		step{"contact/cursor", `{"cursor":"` + cursor + `","mode":"first-page"}`, `…"custom_values"`},
		step{"contact/cursor", `{"cursor":"` + cursor + `","mode":"first-page","contact_ext_fields":0}`, `…"total_rows":3`},
	)
	d.told()
}

func TestContactsCreate(t *testing.T) {
	t.Parallel()
	const made = `{"contact_id":"12761811","type":0,"name":"Полная","office":"o","site":"","importance":9,"comment":"c","birthday":"1980-02-29","sex":1,"avatar":"a.png","url":"u",` +
		`"phones":[{"phone_id":"12761812","phone_num":"84951112233","phone":"8 (495) 111-22-33","comment":"факс","ext":"7","is_default":true,"type":5}],"emails":[{"email_id":"12761813","email":"full@example.com","comment":"личная","is_default":false}],` +
		`"nets":[{"net_id":"12761814","net":1,"uname":"full"}],"messengers":[{"mgr_id":"12761815","mgr":3,"uname":"full"}],"in_favorites":[300049012],"when_created":1795338000,` +
		`"org":{"org_id":"10433119","org_name":"Новая"},"groups":[{"group_id":"10433502","group_name":"Поставщики"},{"group_id":"10433503","group_name":"Особые"},{"group_id":"10433501","group_name":"Клиенты"}],"last_call":null,` +
		`"custom_values":[{"custom_value_id":12761816,"custom_field_id":3237,"type":1,"text":"7701234567"},{"custom_value_id":12761817,"custom_field_id":3240,"type":2,"list_items":[{"enum_id":72,"order":2,"name":"Реклама"}]},{"custom_value_id":12761818,"custom_field_id":3241,"type":3,"list_items":[{"enum_id":83,"order":3,"name":"Чаты"},{"enum_id":81,"order":1,"name":"Телефония"}]}]`
	d := open(t)
	d.play(step{"contacts/create", `{"data":[{"name":"Полная","office":"o","site":"","importance":"9","comment":"c","birthday":"1980-02-29","sex":1,"avatar":"a.png","url":"u",
		"org":{"org_name":"Новая"},"groups":[{"group_id":"10433502"},{"group_name":"Особые"},{"group_name":"Клиенты"}],
		"phones":[{"phone":"8 (495) 111-22-33","type":"5","comment":"факс","ext":7,"is_default":1}],"emails":[{"email":"full@example.com","comment":"личная"}],
		"nets":[{"net":1,"uname":"full"}],"messengers":[{"mgr":3,"uname":"full"}],"in_favorites":["300049012"],"user_id":"300049012",
		"custom_values":[{"custom_field_id":3237,"text":7701234567},{"custom_value_id":"","custom_field_id":3240,"value":72},{"custom_field_id":3241,"list_items":[{"enum_id":"83"},{"enum_id":81}]}]}]}`,
		`{"data":{"12761811":` + made + `,"user_id":300049012}},"result":[1000],"skipped":[]}`})
	d.told(
		`/events/ab/groups {"action":"new","data":[{"group_id":"10433503","group_name":"Особые"}]}`,
		`/events/ab/organizations {"action":"new","data":[{"org_id":"10433119","org_name":"Новая"}]}`,
		`/events/ab/contacts {"action":"new","data":[`+made+`,"manager_id":300049012,"last_used":null}]}`,
	)
}

// Each row of a batch is taken or refused by itself.
func TestContactRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ж", 256)
	for row, want := range map[string]string{
		`{"name":"n"}`:                        "1000",
		`{"name":"n","importance":0,"sex":0}`: "1000",
		`{"name":"n","org":{}}`:               "1000",
		`{"name":"n","org":null}`:             "1000",
		`{"name":"n","birthday":""}`:          "1000",
		`{"name":"n","custom_values":[{"custom_field_id":3237,"text":""}]}`:            "1000", // no value: not checked
		`{"name":"n","custom_values":[{"custom_field_id":3238,"text":"12345678901"}]}`: "1000",
		`{"name":"n","custom_values":[{"custom_field_id":3239,"text":"1234"}]}`:        "1000",
		`{"name":"n","phones":[{"phone":"1","comment":"` + long[:510] + `"}]}`:         "1000",
		`{}`:                                               "3103",
		`{"name":""}`:                                      "3103",
		`"n"`:                                              "3104",
		`[]`:                                               "3104",
		`{"name":{}}`:                                      "3104",
		`{"name":"n","importance":10}`:                     "3109",
		`{"name":"n","importance":-1}`:                     "3108",
		`{"name":"n","importance":"much"}`:                 "3104",
		`{"name":"n","sex":2}`:                             "3104",
		`{"name":"n","birthday":"29.02.1980"}`:             "3104",
		`{"name":"n","org":"Ромашка"}`:                     "3104",
		`{"name":"n","org":{"org_id":1}}`:                  "3300",
		`{"name":"n","groups":[{}]}`:                       "3103",
		`{"name":"n","groups":[{"group_id":1}]}`:           "3300",
		`{"name":"n","groups":{}}`:                         "3104",
		`{"name":"n","phones":[{"type":1}]}`:               "3103",
		`{"name":"n","phones":[{"phone":"1","type":6}]}`:   "3104",
		`{"name":"n","phones":[{"phone":"` + long + `"}]}`: "3109",
		`{"name":"n","phones":[{"phone":"1","comment":"` + long + `"}]}`:                                       "3109",
		`{"name":"n","phones":[{"phone":"1","ext":"` + strings.Repeat("1", 33) + `"}]}`:                        "3109",
		`{"name":"n","phones":[{"phone_id":1,"phone":"1"}]}`:                                                   "3300",
		`{"name":"n","emails":[{}]}`:                                                                           "3103",
		`{"name":"n","emails":[{"email":"@"}]}`:                                                                "3112",
		`{"name":"n","emails":[{"email":"a@b","comment":"` + long + `"}]}`:                                     "3109",
		`{"name":"n","nets":[{"net":1}]}`:                                                                      "3103",
		`{"name":"n","nets":[{"net":11,"uname":"u"}]}`:                                                         "3104",
		`{"name":"n","messengers":[{"mgr":1}]}`:                                                                "3103",
		`{"name":"n","messengers":[{"mgr":4,"uname":"u"}]}`:                                                    "3104",
		`{"name":"n","in_favorites":[1]}`:                                                                      "3300",
		`{"name":"n","user_id":1}`:                                                                             "3300",
		`{"name":"n","custom_values":[{"text":"t"}]}`:                                                          "3103",
		`{"name":"n","custom_values":[{"custom_field_id":3236}]}`:                                              "3103",
		`{"name":"n","custom_values":[{"custom_field_id":1,"text":"t"}]}`:                                      "3300",
		`{"name":"n","custom_values":[{"custom_value_id":1,"text":"t"}]}`:                                      "3300",
		`{"name":"n","custom_values":[{"custom_field_id":3237,"text":"123456789"}]}`:                           "3108",
		`{"name":"n","custom_values":[{"custom_field_id":3237,"text":"12345678901"}]}`:                         "3109",
		`{"name":"n","custom_values":[{"custom_field_id":3238,"text":"123456789012"}]}`:                        "3109",
		`{"name":"n","custom_values":[{"custom_field_id":3239,"text":"123"}]}`:                                 "3108",
		`{"name":"n","custom_values":[{"custom_field_id":3240}]}`:                                              "3103",
		`{"name":"n","custom_values":[{"custom_field_id":3240,"value":"first"}]}`:                              "3104",
		`{"name":"n","custom_values":[{"custom_field_id":3240,"value":81}]}`:                                   "3300",
		`{"name":"n","custom_values":[{"custom_field_id":3240,"list_items":[{"enum_id":71},{"enum_id":72}]}]}`: "3107",
		`{"name":"n","phones":[{"phone":"7-916-123-45-67"}]}`:                                                  "3106", // Vetrov's
		`{"name":"n","emails":[{"email":"Vetrov@Example.com"}]}`:                                               "3106",
	} {
		d := open(t)
		good := want == "1000"
		wantAnswer := `{"data":[],"result":[` + want + `],"skipped":[0]}`
		if good {
			wantAnswer = `…"result":[1000],"skipped":[]`
		}
		d.play(step{"contacts/create", `{"data":[` + row + `]}`, wantAnswer})
		if len(d.events) != map[bool]int{true: 1, false: 0}[good] {
			t.Errorf("create %s: told %q", row, d.events)
		}
		// The refused row left nothing behind.
		total := `…"total_rows":3`
		if good {
			total = `…"total_rows":4`
		}
		d.play(step{"contact/init", `{"query":""}`, total})
	}
}

func TestContactsCreateAsAWhole(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.play(
		step{"contacts/create", `{}`, refused(3103)},
		step{"contacts/create", `{"data":{}}`, refused(3104)},
		step{"contacts/create", many(501, `{"name":"n"}`), refused(3503)},
		step{"contacts/create", `{"data":[{"name":"n"}],"on_error":"stop"}`, refused(3104)},
		step{"contacts/create", `{"data":[{"name":"n"}],"on_error":1}`, refused(3104)},
	)
	d.told()
	const twin = `{"name":"twin","org":{"org_name":"of the twin"},"phones":[{"phone":"79161234567"}]}`
	d.play(
		step{"contacts/create", `{"data":[` + twin + `,{"name":"other"}]}`, `…"result":[3106,1000],"skipped":[0]`},
		step{"organizations/init", `{"query":"of the twin"}`, `…"total_rows":0`},
		step{"contacts/create", `{"data":[` + twin + `],"on_error":"duplicate"}`, `…"result":[1000],"skipped":[]`},
		step{"contact/init", `{"query":"79161234567"}`, `…"total_rows":2`},
		// What must be unique stays so.
		step{"contacts/create", `{"data":[{"name":"a","custom_values":[{"custom_field_id":3237,"text":"7701234567"}]},{"name":"b","custom_values":[{"custom_field_id":3237,"text":"7701234567"}]}],"on_error":"duplicate"}`, `…"result":[1000,3106],"skipped":[1]`},
		step{"contacts/create", many(500, `{"name":"n"}`), `…"skipped":[]`},
	)
}

func TestContactsUpdate(t *testing.T) {
	t.Parallel()
	d := open(t)
	change := func(more string) string { return `{"data":[{"contact_id":"12761801",` + more + `}]}` }
	const good = `…"result":[1000],"skipped":[]`
	const ext = `{"contact_id":12761801,"contact_ext_fields":true}`
	d.play(
		// What is not named stays.
		step{"contacts/update", change(`"comment":"новый"`), `{"data":{"12761801":` + strings.Replace(vetrov, `"comment":null`, `"comment":"новый"`, 1) + `,` + vetrovValues + `,"user_id":null}},"result":[1000],"skipped":[]}`},
	)
	d.told(`/events/ab/contacts {"action":"updated","data":[` + strings.Replace(vetrov, `"comment":null`, `"comment":"новый"`, 1) + `,` + vetrovValues + `,"manager_id":null,"last_used":null}]}`)
	d.play(
		// Of a list, what is not named goes; without an id it is new.
		step{"contacts/update", change(`"phones":[{"phone":"79160000000"},{"phone_id":"12761803","comment":"добавочный"}]`), good},
		step{"contact", ext, `…"phones":[{"phone_id":"12761811","phone_num":"79160000000","phone":"79160000000","comment":"","ext":null,"is_default":false,"type":0},{"phone_id":"12761803","phone_num":"74955404444","phone":"74955404444","comment":"добавочный","ext":"12","is_default":false,"type":0}],"emails":[{"email_id"`},
		step{"contacts/update", change(`"emails":[],"nets":[{"net":9,"uname":"u"}]`), good},
		step{"contact", ext, `…"emails":[],"nets":[{"net_id":"12761812","net":9,"uname":"u"}]`},
		step{"contacts/update", change(`"phones":[{"phone_id":"12761802"}]`), `{"data":[],"result":[3300],"skipped":[0]}`}, // gone
		// Links.
		step{"contacts/update", change(`"groups":[{"group_name":"Новая"},{"group_id":10433501}],"org":{"org_id":10433118}`), good},
		step{"contact", ext, `…"org":{"org_id":"10433118","org_name":"Edem Inc."},"groups":[{"group_id":"10433503","group_name":"Новая"},{"group_id":"10433501","group_name":"Клиенты"}]`},
		step{"contacts/update", change(`"groups":[],"org":null`), good},
		step{"contact", ext, `…"org":null,"groups":[]`},
		// Custom values not named stay; one that is named, by either id, changes.
		step{"contacts/update", change(`"custom_values":[{"custom_value_id":12761805,"text":"в июле"},{"custom_field_id":3240,"value":"72"}]`), good},
		step{"contacts/update", change(`"custom_values":[{"custom_field_id":3241,"list_items":[{"enum_id":82}]}],"user_id":300049012`), good},
		step{"contact", ext, `…"custom_values":[{"custom_value_id":12761805,"custom_field_id":3236,"type":1,"text":"в июле"},{"custom_value_id":12761806,"custom_field_id":3240,"type":2,"list_items":[{"enum_id":72,"order":2,"name":"Реклама"}]},{"custom_value_id":12761813,"custom_field_id":3241,"type":3,"list_items":[{"enum_id":82,"order":2,"name":"Обзвон"}]}],"user_id":300049012`},
		step{"contacts/update", change(`"user_id":""`), good},
		step{"contact", ext, `…"user_id":null`},
	)
	d.mu.Lock()
	d.events = nil
	d.mu.Unlock()
	d.play(
		step{"contacts/update", `{"data":[{"name":"n"},{"contact_id":1,"name":"n"},{"contact_id":12761801,"name":""},{"contact_id":"x"}]}`, `{"data":[],"result":[3103,3300,3103,3104],"skipped":[0,1,2,3]}`},
		step{"contacts/update", change(`"name":"другой","groups":[{"group_name":"не будет"},{"group_id":1}]`), `{"data":[],"result":[3300],"skipped":[0]}`},
		step{"groups/init", `{"query":"не будет"}`, `…"total_rows":0`},
		step{"contact", ext, `…"name":"Ветров Виктор"`},
		step{"contacts/update", `{}`, refused(3103)},
		step{"contacts/update", `{"data":7}`, refused(3104)},
		step{"contacts/update", many(501, `{}`), refused(3503)},
	)
	d.told()
}

func TestContactsDelete(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.play(
		step{"contacts/delete", `{"data":["12761801",12761807,"10000"]}`, done},
		step{"contact", `{"contact_id":"12761801"}`, refused(3300)},
		step{"contact/init", `{"query":""}`, `…"total_rows":1`},
	)
	d.told(`/events/ab/contacts {"action":"deleted","data":["12761801","12761807"]}`)
	d.play(
		step{"contacts/delete", `{"data":["12761801"]}`, done},
		step{"contacts/delete", `{}`, refused(3103)},
		step{"contacts/delete", `{"data":"12761801"}`, refused(3104)},
		step{"contacts/delete", `{"data":[[]]}`, refused(3104)},
		step{"contacts/delete", many(501, `1`), refused(3503)},
	)
	d.told()
}
