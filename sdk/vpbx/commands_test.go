package vpbx_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		do         func(*vpbx.Client) error
		path, json string
	}{
		"callback, least": {
			func(c *vpbx.Client) error {
				return c.Callback(t.Context(), vpbx.CallbackRequest{CommandID: "cmd-1", From: vpbx.Caller{Extension: "0511"}, ToNumber: "79161234567"})
			},
			"/vpbx/commands/callback",
			`{"command_id":"cmd-1","from":{"extension":"0511"},"to_number":"79161234567"}`,
		},
		"callback, all": {
			func(c *vpbx.Client) error {
				return c.Callback(t.Context(), vpbx.CallbackRequest{
					CommandID: "cbk1", From: vpbx.Caller{Extension: "1234", Number: "12345678"}, ToNumber: "sip:user@x.mangosip.ru",
					LineNumber: "Линия 1 & +2=3", SIPHeaders: &vpbx.AnswerHeaders{AnswerAfter: "0"},
				})
			},
			"/vpbx/commands/callback",
			`{"command_id":"cbk1","from":{"extension":"1234","number":"12345678"},"to_number":"sip:user@x.mangosip.ru","line_number":"Линия 1 \u0026 +2=3","sip_headers":{"Call-Info/answer-after":"0"}}`,
		},
		"hangup": {
			func(c *vpbx.Client) error { return c.Hangup(t.Context(), hangup) },
			"/vpbx/commands/call/hangup", `{"command_id":"h1","call_id":"MToxMDA="}`,
		},
		"route": {
			func(c *vpbx.Client) error {
				return c.Route(t.Context(), vpbx.RouteRequest{CommandID: "c111", CallID: "100:500:256", ToNumber: "123", SIPHeaders: &vpbx.DisplayHeaders{DisplayName: "Santa Claus"}})
			},
			"/vpbx/commands/route",
			`{"command_id":"c111","call_id":"100:500:256","to_number":"123","sip_headers":{"From/display-name":"Santa Claus"}}`,
		},
		"callback of a group": {
			func(c *vpbx.Client) error {
				return c.GroupCallback(t.Context(), vpbx.GroupCallbackRequest{CommandID: "cbk2", From: "74955404444", To: "1234", LineNumber: "Линия"})
			},
			"/vpbx/commands/callback_group", `{"command_id":"cbk2","from":"74955404444","to":"1234","line_number":"Линия"}`,
		},
		"SMS": {
			func(c *vpbx.Client) error {
				return c.SendSMS(t.Context(), vpbx.SMSRequest{CommandID: "s", Text: "Добрый\nдень", FromExtension: "222", ToNumber: "74955404444", SMSSender: "PRO-TAXI"})
			},
			"/vpbx/commands/sms", `{"command_id":"s","text":"Добрый\nдень","from_extension":"222","to_number":"74955404444","sms_sender":"PRO-TAXI"}`,
		},
		"SMS, least, four segments": {
			func(c *vpbx.Client) error {
				return c.SendSMS(t.Context(), vpbx.SMSRequest{CommandID: "s", Text: strings.Repeat("a", 612), FromExtension: "sip:a@b", ToNumber: "74955404444"})
			},
			"/vpbx/commands/sms", `{"command_id":"s","text":"` + strings.Repeat("a", 612) + `","from_extension":"sip:a@b","to_number":"74955404444"}`,
		},
		"recording": {
			func(c *vpbx.Client) error {
				return c.StartRecording(t.Context(), vpbx.StartRecordingRequest{CommandID: "r", CallID: "MTox", CallPartyNumber: "123"})
			},
			"/vpbx/commands/recording/start", `{"command_id":"r","call_id":"MTox","call_party_number":"123"}`,
		},
		"play": {
			func(c *vpbx.Client) error {
				return c.Play(t.Context(), vpbx.PlayRequest{CommandID: "p", CallID: "MTox", InternalID: 24, AfterPlayTime: 20})
			},
			"/vpbx/commands/play/start", `{"command_id":"p","call_id":"MTox","internal_id":24,"after_play_time":20}`,
		},
		"play, a pause": {
			func(c *vpbx.Client) error {
				return c.Play(t.Context(), vpbx.PlayRequest{CommandID: "p", CallID: "MTox", AfterPlayTime: 20})
			},
			"/vpbx/commands/play/start", `{"command_id":"p","call_id":"MTox","after_play_time":20}`,
		},
		"transfer": {
			func(c *vpbx.Client) error {
				return c.Transfer(t.Context(), vpbx.TransferRequest{CommandID: "t", CallID: "MTox", Method: vpbx.TransferConsult, ToNumber: "74955404444", Initiator: "sip:u@t3.mangosip.ru"})
			},
			"/vpbx/commands/transfer", `{"command_id":"t","call_id":"MTox","method":"hold","to_number":"74955404444","initiator":"sip:u@t3.mangosip.ru"}`,
		},
		"connect": {
			func(c *vpbx.Client) error {
				return c.ConnectCalls(t.Context(), vpbx.ConnectCallsRequest{CommandID: "c", HeldCallID: "MTox", Initiator: "123", TransferredID: "MToy"})
			},
			"/vpbx/commands/calls_connect", `{"command_id":"c","holded_call_id":"MTox","transfer_initiator_number":"123","transferred_call_id":"MToy"}`,
		},
		"cancel": {
			func(c *vpbx.Client) error {
				return c.CancelTransfer(t.Context(), vpbx.CancelTransferRequest{CommandID: "123400", CallID: "MTox"})
			},
			"/vpbx/commands/transfer_cancel", `{"command_id":"123400","call_id":"MTox"}`,
		},
		"hold": {
			func(c *vpbx.Client) error {
				return c.Hold(t.Context(), vpbx.HoldRequest{CommandID: "h", CallID: "MTox", Initiator: "1234"})
			},
			"/vpbx/commands/call/hold/on", `{"command_id":"h","call_id":"MTox","initiator":"1234"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, ok)
			if err := row.do(p.client(t, nil)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := []seen{{
				Path: row.path, ContentType: "application/x-www-form-urlencoded", UserAgent: vpbx.DefaultUserAgent, TLS: 0x0303,
				Form: map[string][]string{"vpbx_api_key": {credentials.Key}, "sign": {credentials.JSON([]byte(row.json))}, "json": {row.json}},
			}}
			if diff := cmp.Diff(want, p.requests()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestLocalChecks(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	c := p.client(t, nil)
	long := strings.Repeat("9", 129)
	callback := func(change func(*vpbx.CallbackRequest)) func() error {
		r := vpbx.CallbackRequest{CommandID: "c", From: vpbx.Caller{Extension: "101"}, ToNumber: "79161234567", SIPHeaders: &vpbx.AnswerHeaders{}}
		change(&r)
		return func() error { return c.Callback(t.Context(), r) }
	}
	route := func(change func(*vpbx.RouteRequest)) func() error {
		r := vpbx.RouteRequest{CommandID: "c", CallID: "x", ToNumber: "101", SIPHeaders: &vpbx.DisplayHeaders{}}
		change(&r)
		return func() error { return c.Route(t.Context(), r) }
	}
	group := func(from, to string) func() error {
		r := vpbx.GroupCallbackRequest{CommandID: "c", From: from, To: to, LineNumber: "74951234567"}
		return func() error { return c.GroupCallback(t.Context(), r) }
	}
	sms := func(message string) func() error {
		r := vpbx.SMSRequest{CommandID: "s", Text: message, FromExtension: "222", ToNumber: "74955404444"}
		return func() error { return c.SendSMS(t.Context(), r) }
	}
	for name, row := range map[string]struct {
		do    func() error
		code  text.Code
		field string
	}{
		"no command id":       {callback(func(r *vpbx.CallbackRequest) { r.CommandID = "" }), text.MissingField, "command_id"},
		"long command id":     {callback(func(r *vpbx.CallbackRequest) { r.CommandID = long }), text.BadField, "command_id"},
		"control in id":       {callback(func(r *vpbx.CallbackRequest) { r.CommandID = "a\nb" }), text.BadField, "command_id"},
		"no extension":        {callback(func(r *vpbx.CallbackRequest) { r.From.Extension = "" }), text.ExtensionMissing, "from.extension"},
		"letters":             {callback(func(r *vpbx.CallbackRequest) { r.From.Extension = "10a" }), text.BadField, "from.extension"},
		"arabic digits":       {callback(func(r *vpbx.CallbackRequest) { r.From.Extension = "١٢" }), text.BadField, "from.extension"},
		"no number":           {callback(func(r *vpbx.CallbackRequest) { r.ToNumber = "" }), text.NumberEmpty, "to_number"},
		"plus":                {callback(func(r *vpbx.CallbackRequest) { r.ToNumber = "+79161234567" }), text.NumberInvalid, "to_number"},
		"long number":         {callback(func(r *vpbx.CallbackRequest) { r.ToNumber = long }), text.NumberInvalid, "to_number"},
		"bad sip":             {callback(func(r *vpbx.CallbackRequest) { r.ToNumber = "sip:user" }), text.NumberInvalid, "to_number"},
		"sip with a blank":    {callback(func(r *vpbx.CallbackRequest) { r.ToNumber = "sip:a b@c" }), text.NumberInvalid, "to_number"},
		"long sip":            {callback(func(r *vpbx.CallbackRequest) { r.ToNumber = "sip:" + long + "@c" }), text.NumberInvalid, "to_number"},
		"device is short":     {callback(func(r *vpbx.CallbackRequest) { r.From.Number = "102" }), text.NumberInvalid, "from.number"},
		"long line":           {callback(func(r *vpbx.CallbackRequest) { r.LineNumber = long }), text.BadField, "line_number"},
		"auto answer by word": {callback(func(r *vpbx.CallbackRequest) { r.SIPHeaders.AnswerAfter = "now" }), text.BadField, "sip_headers.Call-Info/answer-after"},
		"hangup without call": {func() error { return c.Hangup(t.Context(), vpbx.HangupRequest{CommandID: "c"}) }, text.MissingField, "call_id"},
		"route without call":  {route(func(r *vpbx.RouteRequest) { r.CallID = "" }), text.MissingField, "call_id"},
		"route to nobody":     {route(func(r *vpbx.RouteRequest) { r.ToNumber = "" }), text.NumberEmpty, "to_number"},
		"reserved in name":    {route(func(r *vpbx.RouteRequest) { r.SIPHeaders.DisplayName = "a;b" }), text.BadField, "sip_headers.From/display-name"},
		"long name":           {route(func(r *vpbx.RouteRequest) { r.SIPHeaders.DisplayName = strings.Repeat("Ж", 33) }), text.BadField, "sip_headers.From/display-name"},
		"two groups":          {group("1234", "5678"), text.BadField, "to"},
		"two numbers":         {group("74955404444", "74955404445"), text.BadField, "to"},
		"a group and nobody":  {group("1234", ""), text.NumberEmpty, "to"},
		"SMS without text":    {sms(""), text.MissingField, "text"},
		"SMS, 613 Latin":      {sms(strings.Repeat("a", 613)), text.BadField, "text"},
		"SMS, 269 Cyrillic":   {sms(strings.Repeat("a", 268) + "ж"), text.BadField, "text"},
		"SMS, 135 pairs":      {sms(strings.Repeat("😀", 135)), text.BadField, "text"},
		"SMS to an extension": {func() error {
			return c.SendSMS(t.Context(), vpbx.SMSRequest{CommandID: "s", Text: "t", FromExtension: "1", ToNumber: "222"})
		}, text.NumberInvalid, "to_number"},
		"recording of nobody": {func() error {
			return c.StartRecording(t.Context(), vpbx.StartRecordingRequest{CommandID: "r", CallID: "x"})
		}, text.MissingField, "call_party_number"},
		"recording of a name": {func() error {
			return c.StartRecording(t.Context(), vpbx.StartRecordingRequest{CommandID: "r", CallID: "x", CallPartyNumber: "Anna"})
		}, text.NumberInvalid, "call_party_number"},
		"play nothing": {func() error { return c.Play(t.Context(), vpbx.PlayRequest{CommandID: "p", CallID: "x"}) }, text.MissingField, "internal_id"},
		"play backwards": {func() error {
			return c.Play(t.Context(), vpbx.PlayRequest{CommandID: "p", CallID: "x", AfterPlayTime: -1})
		}, text.BadField, "after_play_time"},
		"transfer by word": {func() error {
			return c.Transfer(t.Context(), vpbx.TransferRequest{CommandID: "t", CallID: "x", Method: "Hold", ToNumber: "1", Initiator: "2"})
		}, text.BadField, "method"},
		"transfer by nobody": {func() error {
			return c.Transfer(t.Context(), vpbx.TransferRequest{CommandID: "t", CallID: "x", Method: "blind", ToNumber: "1"})
		}, text.NumberEmpty, "initiator"},
		"connect with itself": {func() error {
			return c.ConnectCalls(t.Context(), vpbx.ConnectCallsRequest{CommandID: "c", HeldCallID: "x", Initiator: "1", TransferredID: "x"})
		}, text.BadField, "transferred_call_id"},
		"cancel without call": {func() error { return c.CancelTransfer(t.Context(), vpbx.CancelTransferRequest{CommandID: "c"}) }, text.MissingField, "call_id"},
		"hold by nobody":      {func() error { return c.Hold(t.Context(), vpbx.HoldRequest{CommandID: "h", CallID: "x"}) }, text.NumberEmpty, "initiator"},
		"users of a word":     {func() error { _, err := c.Users(t.Context(), vpbx.UsersRequest{Extension: "x"}); return err }, text.BadField, "extension"},
	} {
		err := row.do()
		got, isText := errors.AsType[*text.Error](err)
		if !isText || got.Code != row.code || got.Field != row.field {
			t.Errorf("%s: %v, want %s [%s]", name, err, row.code, row.field)
		}
	}
	if got := p.requests(); len(got) != 0 {
		t.Errorf("%d bad requests reached the PBX", len(got))
	}
}

func TestCleanDisplayName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Santa Claus": "Santa Claus", " ООО «Ромашка»; Иванов, И.+ ": "ООО Ромашка Иванов И.", "": "", "&&&": "",
		strings.Repeat("Ж", 40): strings.Repeat("Ж", 32), "a\x00b\xffc": "a b c",
	} {
		if got := vpbx.CleanDisplayName(in); got != want {
			t.Errorf("CleanDisplayName(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		clean := vpbx.CleanDisplayName(name)
		r := vpbx.RouteRequest{CommandID: "c", CallID: "x", ToNumber: "1", SIPHeaders: &vpbx.DisplayHeaders{DisplayName: clean}}
		if err := vpbx.Check(r); err != nil || !utf8.ValidString(clean) || len(clean) > 64 {
			t.Fatalf("CleanDisplayName(%q) = %q: %v", name, clean, err)
		}
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	full, err := os.ReadFile("../../testdata/answers/users.json")
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, nil, say(200, "application/json", string(full)))
	got, err := p.client(t, nil).Users(t.Context(), vpbx.UsersRequest{})
	if err != nil {
		t.Fatalf("Users: %v", err)
	}
	want := []vpbx.Employee{
		{
			General: vpbx.EmployeeCard{
				UserID: 300049012, Name: "Cekovic", Login: "300022532/Cekovic", AccessRoleID: 10451, UseStatus: true,
				SIPs: []vpbx.UserSIP{{Number: "Agent_1309_2@mangosip.ru"}},
			},
			Telephony: vpbx.EmployeeTelephony{
				Extension: "12", OutgoingLine: "74994567918", DialAlg: 1, LineID: 300049196,
				Numbers: []vpbx.EmployeeNumber{
					{Number: "sip:userc@tst.mangosip.ru", Protocol: "sip", WaitSec: 120, Status: "on"},
					{Number: "1212121", Normalized: "74951212121", Protocol: "tel", Order: 1, WaitSec: 120, Status: "on"},
				},
			},
			Groups: []int64{10048964},
		},
		{
			General: vpbx.EmployeeCard{Name: "Short form"},
			Telephony: vpbx.EmployeeTelephony{
				Extension: "0511", Numbers: []vpbx.EmployeeNumber{{Number: "79161234567", Protocol: "tel", Order: 2, WaitSec: 30, Status: "off"}},
			},
		},
		{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Users (-want +got):\n%s", diff)
	}
	if json := p.requests()[0].Form.Get("json"); !strings.Contains(json, `"general.user_id"`) || strings.Contains(json, `"extension"`) {
		t.Errorf("Users asked %s", json)
	}
	empty := start(t, nil, say(200, "application/json", `{"users":[]}`))
	if got, err := empty.client(t, nil).Users(t.Context(), vpbx.UsersRequest{Extension: "12"}); err != nil || len(got) != 0 {
		t.Errorf("Users of an empty PBX = %v, %v", got, err)
	}
	other := start(t, nil, ok)
	if _, err := other.client(t, nil).Users(t.Context(), vpbx.UsersRequest{}); !errors.Is(err, text.New(text.BadAnswer)) {
		t.Errorf("Users without users: %v, want bad_answer", err)
	}
}
