package centre_test

import (
	"strings"
	"testing"
)

func TestCallData(t *testing.T) {
	t.Parallel()
	d := open(t)
	const call, script, question = "/vpbx/cc/call", "/vpbx/script", "/vpbx/quality/control/question"
	d.play(
		step{call, `{"entry_id":"NTAwOTY2NDQwNw=="}`, `…"mark_client":5,"mark_controller":[{"3092":{"comment":"","mark":4}}],"recording_id":["MToxMDA4NjI3Nzo1MDA5NjY0NDA3OjA="],"script_id":["1121"],"tag_id":[502]},"result":1000}`, nil},
		step{call, `{}`, wrong("entry_id", 3103), nil},
		step{call, `{"entry_id":[]}`, wrong("entry_id", 3104), nil},
		step{call, `{"entry_id":"old"}`, refused(3300), nil},
		step{"/vpbx/cc/tags", `{}`, `…{"id":502,"parent":501,"name":"Заказ","category":-1,"groups":[0],"campaigns":null,"is_folder":0}`, nil},
		step{script, `{"entry_id":"1121"}`, `{"result":1000,"script":{"id":1121,"name":"Входящий звонок"}}`, nil},
		step{script, `{"entry_id":1122}`, refused(3300), nil},
		step{script, `{}`, wrong("entry_id", 3103), nil},
		step{question, `{"question_id":"3092"}`, `…"id":3092,`, nil},
		step{question, `{"entry_id":"3092"}`, wrong("question_id", 3103), nil},
		step{question, `{"question_id":"1"}`, refused(3300), nil},
	)
}

func TestAppeals(t *testing.T) {
	t.Parallel()
	d := open(t)
	const create = "/cc/appeals/create-closed-appeals"
	with := func(more string) string {
		return `{"channel_type":6,"direction":0,"entry_point":"bot","create":"1795337000","result":1` + more + `}`
	}
	d.play(
		step{create, with(`,"end":"1795337100","tag_id":[502],"comment":"c","rate":5,"assign_user_id":300049012,"close_user_id":300049013,"chat":[{"text":"t","time":1795337000,"sender":"1"}],"client_info":{"name":"n","phone":"7"}`),
			`{"appeal_id":14136224,"result":1000}`,
			[]string{`/events/md/onAppealClose {"assign_abonent_id":300049012,"channel_type":6,"chat":[{"sender":"1","text":"t","time":1795337000}],"client_info":{"name":"n","phone":"7"},"close_abonent_id":300049013,"comment":"c","conversion_id":"14136224","create":1795337000,"direction":0,"end":1795337100,"entry_id":"","entry_point":"bot","group_id":"","manual":0,"parent_conversion_id":"","point_id":10006434,"proactive":0,"product_id":"10086277","result":1,"tag_id":[502]}`}},
		step{create, with(`,"contact":{"contact_id":"1"}`), `…14136225`, []string{`"contact":{"contact_id":"1"}`}},
		step{create, with(`,"chat":["first"` + strings.Repeat(`,"later"`, 50) + `]`), `…14136226`, []string{`"chat":["later"`}},
		step{create, `{}`, `{"fields":{"channel_type":3103,"create":3103,"direction":3103,"entry_point":3103,"result":3103},"result":3100}`, nil},
		step{create, `{"channel_type":11,"direction":2,"entry_point":"e","create":"x","result":7}`, `{"fields":{"channel_type":3104,"create":3104,"direction":3104,"result":3104},"result":3100}`, nil},
		step{create, with(`,"end":"1795336999"`), wrong("end", 3111), nil},
		step{create, with(`,"end":"x"`), wrong("end", 3104), nil},
		step{create, with(`,"rate":6`), wrong("rate", 3104), nil},
		step{create, with(`,"tag_id":[1]`), wrong("tag_id", 3300), nil},
		step{create, with(`,"assign_user_id":1`), wrong("assign_user_id", 3300), nil},
		step{create, with(`,"client_info":{},"contact":{}`), wrong("contact", 3123), nil},
		step{create, with(`,"chat":5`), wrong("chat", 3104), nil},
	)
}

func TestChat(t *testing.T) {
	t.Parallel()
	d := open(t)
	const send, typing, read, received, history = "/cc/send_message", "/cc/user_typing", "/cc/event_message_read", "/cc/event_message_received", "/cc/get_chat_history"
	const who = `"channelId":885,"userId":"u1"`
	msg := func(more string) string {
		return `{` + who + `,"messageId":"m1","firstName":"f","lastName":"l",` + more + `}`
	}
	d.play(
		step{history, `{` + who + `}`, `{"data":[],"result":1000}`, nil},
		step{send, msg(`"content":"привет"`), `{"messageId":"m1","result":1000}`, []string{
			`/events/md {"data":{"messageId":"m1","type":"notifyMessageRead","userId":"u1"},"path":"/events/md","point_id":10006434}`,
			`"serverMessageId":"435594321659769153","time":1795338000000,"type":"text"},"type":"sendMessage","userId":"u1"}`}},
		step{send, msg(`"type":"file","link":"https://example.com/a.pdf","fileName":"a.pdf","fileSize":"10"`), `…m1`, []string{"notifyMessageRead"}},
		step{history, `{` + who + `}`, `…{"data":[{"messageId":"m1","isClientMessage":true,"type":"text","time":1795338000000,"payload":{"body":"привет"}},{"messageId":"435594321659769153","isClientMessage":false,`, nil},
		step{history, `{` + who + `,"toId":"435594321659769153"}`, `!Здравствуйте`, nil},
		step{read, `{` + who + `,"time":1795338000000,"serverMessageId":"435594321659769153"}`, done, nil},
		step{received, `{` + who + `,"time":1795338000000,"serverMessageId":435594321659769153}`, done, nil},
		step{typing, `{` + who + `,"typing":false}`, done, nil},

		step{send, `{}`, `{"fields":{"channelId":3103,"userId":3103},"result":3100}`, nil},
		step{send, `{` + who + `}`, `{"fields":{"content":3103,"firstName":3103,"lastName":3103,"messageId":3103},"result":3100}`, nil},
		step{send, msg(`"type":"video"`), wrong("type", 3104), nil},
		step{send, msg(`"type":"image"`), wrong("link", 3103), nil},
		step{send, strings.Replace(msg(`"content":"c"`), "885", "1", 1), refused(5000), nil},
		step{typing, `{` + who + `}`, wrong("typing", 3103), nil},
		step{typing, `{"channelId":1,"userId":"u1","typing":true}`, refused(5000), nil},
		step{read, `{` + who + `}`, `{"fields":{"serverMessageId":3103,"time":3103},"result":3100}`, nil},
		step{received, `{` + who + `,"time":1795338000000,"serverMessageId":"1"}`, refused(5000), nil},
		step{history, `{"channelId":"x","userId":"u"}`, wrong("channelId", 3104), nil},
		step{history, `{"channelId":1,"userId":"u"}`, refused(5000), nil},
	)
}
