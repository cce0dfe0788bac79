package vpbx_test

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	trials(t, map[string]trial{
		"list": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.Group, error) { return c.Groups(t.Context(), vpbx.GroupsRequest{}) }),
			path: "/vpbx/groups", json: `{}`, answer: "groups",
			want: []vpbx.Group{
				{
					ID: 10051250, Name: "Sales", Extension: "041", DialAlgGroup: 1, DialAlgUsers: 5, AutoRedirect: true, AutoDial: 18979,
					LineID: 300029114, UseDynamicIVR: true, Operators: []vpbx.GroupOperator{
						{ID: 300029116, Name: "Anna", Extension: "10", Priority: 1, Order: 1},
						{ID: 300039900, Name: "Boris", Extension: "15", Priority: 2, Order: 2},
					},
				},
				{ID: 7, Name: "Empty"},
			},
		},
		"list, all filters": {
			do: asked(func(c *vpbx.Client) ([]vpbx.Group, error) {
				return c.Groups(t.Context(), vpbx.GroupsRequest{GroupID: 5, OperatorID: 300029116, OperatorExtension: "0511", ShowUsers: new(0)})
			}),
			path: "/vpbx/groups", json: `{"group_id":5,"operator_id":300029116,"operator_extension":"0511","show_users":0}`,
			want: []vpbx.Group(nil),
		},
		"create": {
			do: asked(func(c *vpbx.Client) (int64, error) {
				return c.CreateGroup(t.Context(), vpbx.CreateGroupRequest{Name: "Sales", GroupFields: vpbx.GroupFields{
					Description: new("d"), Extension: new("041"), DialAlgGroup: new(0), DialAlgUsers: 5, AutoRedirect: new(0), AutoDial: 1,
					LineID: 300049196, UseDynamicIVR: new(1), UseDynamicSeqNum: new(0), MelodyID: 24, Operators: []vpbx.GroupMember{{ID: 300049189, Priority: 1}},
				}})
			}),
			path: "/vpbx/group/create", answer: `{"result":1000,"group_id":"10049774"}`, want: int64(10049774),
			json: `{"name":"Sales","description":"d","extension":"041","dial_alg_group":0,"dial_alg_users":5,"auto_redirect":0,"auto_dial":1,` +
				`"line_id":300049196,"use_dynamic_ivr":1,"use_dynamic_seq_num":0,"melody_id":24,"operators":[{"id":300049189,"priority":1}]}`,
		},
		"update": {
			do: sent(func(c *vpbx.Client) error {
				return c.UpdateGroup(t.Context(), vpbx.UpdateGroupRequest{GroupID: 10049774, Group: vpbx.GroupChange{Name: "New"}})
			}),
			path: "/vpbx/group/update", json: `{"group_id":10049774,"group":{"name":"New"}}`,
		},
		"update, emptying": {
			do: sent(func(c *vpbx.Client) error {
				return c.UpdateGroup(t.Context(), vpbx.UpdateGroupRequest{GroupID: 1, Group: vpbx.GroupChange{
					GroupFields: vpbx.GroupFields{Extension: new(""), Operators: []vpbx.GroupMember{}},
				}})
			}),
			path: "/vpbx/group/update", json: `{"group_id":1,"group":{"extension":"","operators":[]}}`,
		},
		"delete": {
			do:   sent(func(c *vpbx.Client) error { return c.DeleteGroup(t.Context(), vpbx.DeleteGroupRequest{GroupID: 1}) }),
			path: "/vpbx/group/delete", json: `{"group_id":1}`,
		},
	})
	create := func(f vpbx.GroupFields) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error {
			_, err := c.CreateGroup(t.Context(), vpbx.CreateGroupRequest{Name: "n", GroupFields: f})
			return err
		}
	}
	refusals(t, map[string]refusal{
		"list of a word":      {by(t, "groups", `{"operator_extension":"x"}`), text.BadField, "operator_extension"},
		"list by a stranger":  {by(t, "groups", `{"id":1}`), text.UnknownField, "id"},
		"list, show 2":        {by(t, "groups", `{"show_users":2}`), text.BadField, "show_users"},
		"list, show true":     {by(t, "groups", `{"show_users":true}`), text.BadField, "show_users"},
		"no name":             {by(t, "group/create", `{"extension":"1"}`), text.MissingField, "name"},
		"algorithm 4":         {create(vpbx.GroupFields{DialAlgGroup: new(4)}), text.BadField, "dial_alg_group"},
		"algorithm of 6":      {create(vpbx.GroupFields{DialAlgUsers: 6}), text.BadField, "dial_alg_users"},
		"letters":             {create(vpbx.GroupFields{Extension: new("1a")}), text.BadField, "extension"},
		"nobody":              {create(vpbx.GroupFields{Operators: []vpbx.GroupMember{{ID: 1}, {}}}), text.MissingField, "operators[1].id"},
		"update of nothing":   {by(t, "group/update", `{"group_id":1}`), text.MissingField, "group"},
		"update, no group":    {by(t, "group/update", `{"group":{"name":"x"}}`), text.MissingField, "group_id"},
		"update, misprint":    {by(t, "group/update", `{"group_id":1,"group":{"use_dynamic_seq_um":1}}`), text.UnknownField, "group.use_dynamic_seq_um"},
		"delete of nothing":   {by(t, "group/delete", `{}`), text.MissingField, "group_id"},
		"delete of minus one": {by(t, "group/delete", `{"group_id":-1}`), text.BadField, "group_id"},
	})
}

func TestLinesAndSchemas(t *testing.T) {
	t.Parallel()
	trials(t, map[string]trial{
		"balance": {
			do:   asked(func(c *vpbx.Client) (vpbx.Balance, error) { return c.Balance(t.Context()) }),
			path: "/vpbx/account/balance", json: `{}`, answer: "balance",
			want: vpbx.Balance{Amount: 963592.45, Currency: "RUB", RespondedAt: "2026-01-24 17:55:24"},
		},
		"balance, nothing left": {
			do:   asked(func(c *vpbx.Client) (vpbx.Balance, error) { return c.Balance(t.Context()) }),
			path: "/vpbx/account/balance", json: `{}`, answer: `{"result":1000,"balance":"0"}`, want: vpbx.Balance{},
		},
		"lines": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.IncomingLine, error) { return c.IncomingLines(t.Context()) }),
			path: "/vpbx/incominglines", json: `{}`, answer: "incominglines",
			want: []vpbx.IncomingLine{
				{LineID: 300029114, Number: "74955404444", Comment: "Main", Region: "2", SchemaID: 10012, SchemaName: "Day"},
				{LineID: 300029115, Number: "sip:line@vpbx100.mangosip.ru", Name: "Reserve", Region: "sip-uac"},
			},
		},
		"audio files": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.AudioFile, error) { return c.AudioFiles(t.Context()) }),
			path: "/vpbx/audiofiles", json: `{}`, answer: "audiofiles",
			want: []vpbx.AudioFile{{ID: 1000007836, Name: "Hold"}, {ID: 24, Name: "Welcome"}},
		},
		"schemas": {
			do: asked(func(c *vpbx.Client) ([]vpbx.Schema, error) {
				return c.Schemas(t.Context(), vpbx.SchemasRequest{ExtFields: []string{"trunks_numbers"}})
			}),
			path: "/vpbx/schemas", json: `{"ext_fields":["trunks_numbers"]}`, answer: "schemas",
			want: []vpbx.Schema{
				{SchemaID: 10012, Name: "Day", IncomingLines: []int64{300029114, 300029115}, TrunkNumbers: []int64{501}},
				{SchemaID: 10013, Name: "Night", Description: "after hours"},
			},
		},
		"set of a line": {
			do: sent(func(c *vpbx.Client) error {
				return c.SetSchema(t.Context(), vpbx.SetSchemaRequest{SchemaID: 10012, LineID: 300029114})
			}),
			path: "/vpbx/schema/set", json: `{"schema_id":10012,"line_id":300029114}`,
		},
		"set of a trunk": {
			do: sent(func(c *vpbx.Client) error {
				return c.SetSchema(t.Context(), vpbx.SetSchemaRequest{SchemaID: 10012, TrunkNumberID: 501})
			}),
			path: "/vpbx/schema/set", json: `{"schema_id":10012,"trunk_number_id":501}`,
		},
		"trunk numbers": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.TrunkNumber, error) { return c.TrunkNumbers(t.Context()) }),
			path: "/vpbx/trunks/numbers", json: `{}`, answer: "trunk_numbers",
			want: []vpbx.TrunkNumber{
				{TrunkNumberID: 501, TrunkID: 40, Number: "74951112233", Options: 6, Description: "Office"},
				{TrunkNumberID: 502, TrunkID: 40, Number: "74951112234", Options: 2},
			},
		},
	})
	refusals(t, map[string]refusal{
		"balance of":        {by(t, "account/balance", `{"currency":"RUB"}`), text.UnknownField, "currency"},
		"lines of":          {by(t, "incominglines", `{"line_id":1}`), text.UnknownField, "line_id"},
		"files of":          {by(t, "audiofiles", `{"id":1}`), text.UnknownField, "id"},
		"trunks of":         {by(t, "trunks/numbers", `{"trunk_id":1}`), text.UnknownField, "trunk_id"},
		"schemas with what": {by(t, "schemas", `{"ext_fields":["all"]}`), text.BadField, "ext_fields[0]"},
		"schemas, a text":   {by(t, "schemas", `{"ext_fields":"trunks_numbers"}`), text.BadField, "ext_fields"},
		"set of nothing":    {by(t, "schema/set", `{"schema_id":1}`), text.MissingField, "line_id"},
		"set of both":       {by(t, "schema/set", `{"schema_id":1,"line_id":1,"trunk_number_id":1}`), text.BadField, "trunk_number_id"},
		"set, no schema":    {by(t, "schema/set", `{"line_id":1}`), text.MissingField, "schema_id"},
	})
}

func TestMembers(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 5, 23, 0, 0, 0, 0, time.UTC)
	trials(t, map[string]trial{
		"roles": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.Role, error) { return c.Roles(t.Context()) }),
			path: "/vpbx/roles", json: `{}`, answer: "roles",
			want: []vpbx.Role{
				{RoleID: 10451, Name: "Operator", Permissions: []vpbx.Permission{{Code: "calls_view", Param: "own"}, {Code: "17"}}},
				{RoleID: 10452, Name: "Guest"},
			},
		},
		"create, least": {
			do: asked(func(c *vpbx.Client) (int64, error) {
				return c.CreateMember(t.Context(), vpbx.CreateMemberRequest{Name: "Anna", AccessRoleID: 10451, Extension: "0511"})
			}),
			path: "/vpbx/member/create", json: `{"name":"Anna","access_role_id":10451,"extension":"0511"}`,
			answer: `{"result":1000,"user_id":"300051452"}`, want: int64(300051452),
		},
		"create, all": {
			do: asked(func(c *vpbx.Client) (int64, error) {
				return c.CreateMember(t.Context(), vpbx.CreateMemberRequest{Name: "Anna", AccessRoleID: 1, Extension: "12", MemberFields: vpbx.MemberFields{
					Email: new("a@example.com"), Mobile: new("79161234567"), Department: new("Sales"), Position: new("Head"), Login: "anna",
					Password: "Passw0rd", UseStatus: new(1), UseCCNumbers: new(0), LineID: new("300049196"), DialAlg: new(0),
					Numbers: []vpbx.MemberNumber{
						{Number: "79161234567", Protocol: "tel", WaitSec: 30, Status: "on", Schedule: &vpbx.MemberSchedule{
							From: vpbx.UTCTime{Time: day}, Until: vpbx.UTCTime{Time: day.Add(24 * time.Hour)},
							Items: []vpbx.MemberScheduleItem{
								{Type: "WorkingDays", From: "09:00", Until: "18:25"}, {Type: "SpecificDate", Date: vpbx.Date{Time: day}},
							},
						}},
						{Number: "sip:anna@shop.mangosip.ru", Protocol: "sip"}, {Number: "anna@shop.mangosip.ru", Protocol: "sip"},
					},
				}})
			}),
			path: "/vpbx/member/create", answer: `{"result":1000,"user_id":5}`, want: int64(5),
			json: `{"name":"Anna","access_role_id":1,"extension":"12","email":"a@example.com","mobile":"79161234567","department":"Sales","position":"Head",` +
				`"login":"anna","password":"Passw0rd","use_status":1,"use_cc_numbers":0,"line_id":"300049196","dial_alg":0,"numbers":[` +
				`{"number":"79161234567","protocol":"tel","wait_sec":30,"status":"on","schedule":{"from":"2026-05-23 00:00:00","until":"2026-05-24 00:00:00",` +
				`"items":[{"type":"WorkingDays","from":"09:00","until":"18:25"},{"type":"SpecificDate","date":"2026-05-23"}]}},` +
				`{"number":"sip:anna@shop.mangosip.ru","protocol":"sip"},{"number":"anna@shop.mangosip.ru","protocol":"sip"}]}`,
		},
		"update, no outgoing number": {
			do: sent(func(c *vpbx.Client) error {
				return c.UpdateMember(t.Context(), vpbx.UpdateMemberRequest{UserID: 5, OutgoingLine: new(""), MemberFields: vpbx.MemberFields{LineID: new(""), Email: new("")}})
			}),
			path: "/vpbx/member/update", json: `{"user_id":5,"outgoingline":"","email":"","line_id":""}`,
		},
		"update, to a trunk": {
			do: sent(func(c *vpbx.Client) error {
				return c.UpdateMember(t.Context(), vpbx.UpdateMemberRequest{
					UserID: 5, Name: "B", AccessRoleID: 2, Extension: "13", MemberFields: vpbx.MemberFields{LineID: new(""), TrunkNumberID: new("501")},
				})
			}),
			path: "/vpbx/member/update", json: `{"user_id":5,"name":"B","access_role_id":2,"extension":"13","line_id":"","trunk_number_id":"501"}`,
		},
		"delete": {
			do:   sent(func(c *vpbx.Client) error { return c.DeleteMember(t.Context(), vpbx.DeleteMemberRequest{UserID: 5}) }),
			path: "/vpbx/member/delete", json: `{"user_id":5}`,
		},
	})
	update := func(f vpbx.MemberFields) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error {
			return c.UpdateMember(t.Context(), vpbx.UpdateMemberRequest{UserID: 5, MemberFields: f})
		}
	}
	phone := func(n vpbx.MemberNumber) func(*vpbx.Client) error {
		return update(vpbx.MemberFields{Numbers: []vpbx.MemberNumber{n}})
	}
	item := func(i vpbx.MemberScheduleItem) func(*vpbx.Client) error {
		return phone(vpbx.MemberNumber{Number: "1", Protocol: "tel", Schedule: &vpbx.MemberSchedule{Items: []vpbx.MemberScheduleItem{i}}})
	}
	refusals(t, map[string]refusal{
		"roles of":           {by(t, "roles", `{"role_id":1}`), text.UnknownField, "role_id"},
		"no name":            {by(t, "member/create", `{"access_role_id":1,"extension":"12"}`), text.MissingField, "name"},
		"no role":            {by(t, "member/create", `{"name":"a","extension":"12"}`), text.MissingField, "access_role_id"},
		"no extension":       {by(t, "member/create", `{"name":"a","access_role_id":1}`), text.ExtensionMissing, "extension"},
		"nobody":             {by(t, "member/update", `{"name":"a"}`), text.MissingField, "user_id"},
		"delete of nobody":   {by(t, "member/delete", `{}`), text.MissingField, "user_id"},
		"e-mail":             {update(vpbx.MemberFields{Email: new("a@b")}), text.BadField, "email"},
		"two at signs":       {update(vpbx.MemberFields{Email: new("a@b@c.ru")}), text.BadField, "email"},
		"mobile with a plus": {update(vpbx.MemberFields{Mobile: new("+79161234567")}), text.BadField, "mobile"},
		"login alone":        {update(vpbx.MemberFields{Login: "a"}), text.MissingField, "password"},
		"password alone":     {update(vpbx.MemberFields{Password: "Passw0rd"}), text.MissingField, "login"},
		"weak password":      {update(vpbx.MemberFields{Login: "a", Password: "password1"}), text.BadField, "password"},
		"short password":     {update(vpbx.MemberFields{Login: "a", Password: "Pass0rd"}), text.BadField, "password"},
		"line and trunk":     {update(vpbx.MemberFields{LineID: new("1"), TrunkNumberID: new("2")}), text.BadField, "trunk_number_id"},
		"line by name":       {update(vpbx.MemberFields{LineID: new("main")}), text.BadField, "line_id"},
		"algorithm":          {update(vpbx.MemberFields{DialAlg: new(3)}), text.BadField, "dial_alg"},
		"empty telephone":    {phone(vpbx.MemberNumber{}), text.MissingField, "numbers[0].number"},
		"no protocol":        {phone(vpbx.MemberNumber{Number: "1"}), text.MissingField, "numbers[0].protocol"},
		"skype":              {phone(vpbx.MemberNumber{Number: "1", Protocol: "skype"}), text.BadField, "numbers[0].protocol"},
		"letters by tel":     {phone(vpbx.MemberNumber{Number: "1a", Protocol: "tel"}), text.NumberInvalid, "numbers[0].number"},
		"digits by sip":      {phone(vpbx.MemberNumber{Number: "123", Protocol: "sip"}), text.NumberInvalid, "numbers[0].number"},
		"status":             {phone(vpbx.MemberNumber{Number: "1", Protocol: "fmc", Status: "1"}), text.BadField, "numbers[0].status"},
		"wait":               {phone(vpbx.MemberNumber{Number: "1", Protocol: "fmc", WaitSec: -1}), text.BadField, "numbers[0].wait_sec"},
		"no day":             {item(vpbx.MemberScheduleItem{From: "09:00"}), text.MissingField, "numbers[0].schedule.items[0].type"},
		"other spelling":     {item(vpbx.MemberScheduleItem{Type: "alldays"}), text.BadField, "numbers[0].schedule.items[0].type"},
		"hour 25":            {item(vpbx.MemberScheduleItem{Type: "AllDays", From: "25:00"}), text.BadField, "numbers[0].schedule.items[0].from"},
		"short hour":         {item(vpbx.MemberScheduleItem{Type: "AllDays", Until: "9:00"}), text.BadField, "numbers[0].schedule.items[0].until"},
		"no date":            {item(vpbx.MemberScheduleItem{Type: "SpecificDate"}), text.MissingField, "numbers[0].schedule.items[0].date"},
		"span": {phone(vpbx.MemberNumber{Number: "1", Protocol: "tel", Schedule: &vpbx.MemberSchedule{
			From: vpbx.UTCTime{Time: day}, Until: vpbx.UTCTime{Time: day}}}), text.BadField, "numbers[0].schedule.until"},
		"schedule as a list": {by(t, "member/update", `{"user_id":1,"numbers":[{"number":"1","protocol":"tel","schedule":[]}]}`), text.BadField, "numbers[0].schedule"},
	})
}

func TestAutosecretary(t *testing.T) {
	t.Parallel()
	trials(t, map[string]trial{
		"rules": {
			do: asked(func(c *vpbx.Client) ([]vpbx.AutosecretaryRule, error) {
				return c.AutosecretaryRules(t.Context(), vpbx.AutosecretaryRulesRequest{UserID: 5, Rules: []int64{1309, 1310}})
			}),
			path: "/vpbx/autosecretary/rules", json: `{"user_id":5,"rules":[1309,1310]}`, answer: "autosecretary_rules",
			want: []vpbx.AutosecretaryRule{
				{
					RuleID: 1309, Name: "day off", Active: true, Direction: []string{"incoming", "internal"},
					Schedule: vpbx.AutosecretarySchedule{
						ScheduleID: 10006617, From: time.Date(2026, 4, 30, 21, 0, 0, 0, time.UTC), Until: time.Date(2026, 5, 6, 21, 0, 0, 0, time.UTC),
						Items: []vpbx.AutosecretaryScheduleItem{{Type: 11, Date: "2026-05-01", From: "09:00", Until: "18:00"}},
					},
					WaitTime: 1, MelodyID: 1000007836,
					Actions: []vpbx.AutosecretaryAction{
						{Action: "redirect_member", Param: "300100588"}, {Action: "redirect_ext_number", Param: "79161234567", WaitTime: 20},
					},
					Notifications: []vpbx.AutosecretaryNotification{{Action: "send_email", Param: "a@example.com"}},
				},
				{RuleID: 1310, Direction: []string{"incoming"}},
			},
		},
		"switch off": {
			do: sent(func(c *vpbx.Client) error {
				return c.SwitchAutosecretary(t.Context(), vpbx.SwitchAutosecretaryRequest{UserID: 5, RuleID: "1309", Active: new(0)})
			}),
			path: "/vpbx/autosecretary/status/change", json: `{"user_id":5,"rule_id":"1309","active":0}`,
		},
	})
	refusals(t, map[string]refusal{
		"rules of nobody": {by(t, "autosecretary/rules", `{}`), text.MissingField, "user_id"},
		"rule 0":          {by(t, "autosecretary/rules", `{"user_id":1,"rules":[5,0]}`), text.BadField, "rules[1]"},
		"switch how":      {by(t, "autosecretary/status/change", `{"user_id":1,"rule_id":"1"}`), text.MissingField, "active"},
		"switch to 2":     {by(t, "autosecretary/status/change", `{"user_id":1,"rule_id":"1","active":2}`), text.BadField, "active"},
		"switch by name":  {by(t, "autosecretary/status/change", `{"user_id":1,"rule_id":"day off","active":1}`), text.BadField, "rule_id"},
	})
}

func TestSIPs(t *testing.T) {
	t.Parallel()
	good := vpbx.CreateSIPRequest{UserID: 5, Login: "agent.1", Domain: "shop.mangosip.ru", Password: "Passw0rd"}
	trials(t, map[string]trial{
		"list": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.MemberSIPs, error) { return c.SIPs(t.Context()) }),
			path: "/vpbx/sips", json: `{}`, answer: "sips",
			want: []vpbx.MemberSIPs{
				{UserID: 300049012, SIPs: []vpbx.SIPAccount{{ID: 100111111, Login: "agent1", Domain: "shop.mangosip.ru"}}}, {UserID: 300049013},
			},
		},
		"domains": {
			do:   asked(func(c *vpbx.Client) ([]string, error) { return c.Domains(t.Context()) }),
			path: "/vpbx/domains", json: `{}`, answer: "domains", want: []string{"test1.mangosip.ru", "test2.mangosip.ru"},
		},
		"create": {
			do:   asked(func(c *vpbx.Client) (int64, error) { return c.CreateSIP(t.Context(), good) }),
			path: "/vpbx/sip/create", json: `{"user_id":5,"login":"agent.1","domain":"shop.mangosip.ru","password":"Passw0rd"}`,
			answer: `{"result":1000,"sip_id":"100111111"}`, want: int64(100111111),
		},
		"create, digits": {
			do: asked(func(c *vpbx.Client) (int64, error) {
				r := good
				r.Login, r.Description = "0001", "d"
				return c.CreateSIP(t.Context(), r)
			}),
			path: "/vpbx/sip/create", json: `{"user_id":5,"login":"0001","domain":"shop.mangosip.ru","password":"Passw0rd","description":"d"}`,
			answer: `{"result":1000,"sip_id":7}`, want: int64(7),
		},
		"update": {
			do: sent(func(c *vpbx.Client) error {
				return c.UpdateSIP(t.Context(), vpbx.UpdateSIPRequest{SIPID: 7, UserID: 6, Login: "1agent", Domain: "a.ru", Password: "Passw0rd", Description: new("")})
			}),
			path: "/vpbx/sip/update", json: `{"sip_id":7,"user_id":6,"login":"1agent","domain":"a.ru","password":"Passw0rd","description":""}`,
		},
		"delete": {
			do:   sent(func(c *vpbx.Client) error { return c.DeleteSIP(t.Context(), vpbx.DeleteSIPRequest{SIPID: 7}) }),
			path: "/vpbx/sip/delete", json: `{"sip_id":7}`,
		},
	})
	create := func(change func(*vpbx.CreateSIPRequest)) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error {
			r := good
			change(&r)
			_, err := c.CreateSIP(t.Context(), r)
			return err
		}
	}
	table := map[string]refusal{
		"list of":        {by(t, "sips", `{"user_id":1}`), text.UnknownField, "user_id"},
		"domains of":     {by(t, "domains", `{"a":1}`), text.UnknownField, "a"},
		"nobody":         {create(func(r *vpbx.CreateSIPRequest) { r.UserID = 0 }), text.MissingField, "user_id"},
		"no login":       {create(func(r *vpbx.CreateSIPRequest) { r.Login = "" }), text.MissingField, "login"},
		"no domain":      {create(func(r *vpbx.CreateSIPRequest) { r.Domain = "" }), text.MissingField, "domain"},
		"no password":    {create(func(r *vpbx.CreateSIPRequest) { r.Password = "" }), text.MissingField, "password"},
		"weak password":  {create(func(r *vpbx.CreateSIPRequest) { r.Password = "PASSW0RD" }), text.BadField, "password"},
		"login alone":    {by(t, "sip/update", `{"sip_id":1,"login":"agent"}`), text.MissingField, "domain"},
		"domain alone":   {by(t, "sip/update", `{"sip_id":1,"domain":"a.ru"}`), text.MissingField, "login"},
		"update, login":  {by(t, "sip/update", `{"sip_id":1,"domain":"a.ru","login":"a"}`), text.BadField, "login"},
		"update of what": {by(t, "sip/update", `{"password":"Passw0rd"}`), text.MissingField, "sip_id"},
		"delete of what": {by(t, "sip/delete", `{}`), text.MissingField, "sip_id"},
	}
	for _, login := range []string{"abc", "1234", "_abcd", "ag ent", "ag@ent", "агент", "001a b"} {
		table["login "+login] = refusal{create(func(r *vpbx.CreateSIPRequest) { r.Login = login }), text.BadField, "login"}
	}
	for _, domain := range []string{"localhost", ".ru", "a..ru", "a_b.ru", "пример.рф"} {
		table["domain "+domain] = refusal{create(func(r *vpbx.CreateSIPRequest) { r.Domain = domain }), text.BadField, "domain"}
	}
	refusals(t, table)
}
