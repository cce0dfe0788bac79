package vpbx_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// The contacts of the sample files.
var (
	ekovic = vpbx.Contact{
		ContactID: "12761840", Name: "Ekovic", Office: "office!", Site: "site", Importance: 3, Birthday: "1980-02-29", Sex: new(1),
		Org: &vpbx.Organization{OrgID: "10433117", OrgName: "Edem Inc."},
		Phones: []vpbx.ContactPhone{
			{PhoneEntry: vpbx.PhoneEntry{PhoneID: "13870362", Type: 1, Phone: "+7 (916) 123-45-67", IsDefault: true}, PhoneNum: "79161234567"},
			{PhoneEntry: vpbx.PhoneEntry{PhoneID: "13870363", Type: 2, Phone: "sip:e@example.com"}},
		},
		Emails:      []vpbx.ContactEmail{{EmailID: "5", Email: "e@example.com", IsDefault: true}},
		Groups:      []vpbx.ContactGroup{{GroupID: "201", GroupName: "VIP"}},
		Nets:        []vpbx.ContactNet{{NetID: "6", Net: 1, UName: "ekovic"}},
		Messengers:  []vpbx.Messenger{{MgrID: "7", Mgr: 1, UName: "@ekovic"}},
		InFavorites: []int64{300049012}, UserID: 300049012, WhenCreated: time.Unix(1795676889, 0).UTC(),
		CustomValues: []vpbx.CustomValue{
			{CustomValueID: 28276, CustomFieldID: 3236, Type: 1, Text: "blue"},
			{CustomValueID: 28277, CustomFieldID: 3237, Type: 3, ListItems: []vpbx.CustomItem{{EnumID: 9, Order: 1, Name: "a"}}},
		},
	}
	bare = vpbx.Contact{
		ContactID: "12761841", Name: "Bare", WhenCreated: time.Unix(1795676889, 0).UTC(), LastUsed: time.Unix(1795676889, 0).UTC(),
	}
)

func TestAddressBookReads(t *testing.T) {
	t.Parallel()
	trials(t, map[string]trial{
		"organisation": {
			do: asked(func(c *vpbx.Client) (vpbx.Organization, error) {
				return c.Organization(t.Context(), vpbx.OrganizationRequest{OrgID: "5"})
			}),
			path: "/vpbx/ab/organization", json: `{"org_id":"5"}`, answer: `{"result":1000,"data":{"org_id":5,"org_name":"A"}}`,
			want: vpbx.Organization{OrgID: "5", OrgName: "A"},
		},
		"group, bare": {
			do: asked(func(c *vpbx.Client) (vpbx.ContactGroup, error) {
				return c.ContactGroup(t.Context(), vpbx.ContactGroupRequest{GroupID: "5"})
			}),
			path: "/vpbx/ab/group", json: `{"group_id":"5"}`, answer: `{"result":1000,"group_id":"5","group_name":"VIP","data":[]}`,
			want: vpbx.ContactGroup{GroupID: "5", GroupName: "VIP"},
		},
		"contact": {
			do: asked(func(c *vpbx.Client) (vpbx.Contact, error) {
				return c.Contact(t.Context(), vpbx.ContactRequest{ContactID: "12761840", ContactExtFields: true})
			}),
			path: "/vpbx/ab/contact", json: `{"contact_id":"12761840","contact_ext_fields":true}`, answer: "ab_contact", want: ekovic,
		},
		"contact, bare": {
			do: asked(func(c *vpbx.Client) (vpbx.Contact, error) {
				return c.Contact(t.Context(), vpbx.ContactRequest{ContactID: "12761841"})
			}),
			path: "/vpbx/ab/contact", json: `{"contact_id":"12761841"}`, answer: "ab_contact_flat", want: bare,
		},
		"custom fields": {
			do:   asked(func(c *vpbx.Client) ([]vpbx.CustomField, error) { return c.CustomFields(t.Context()) }),
			path: "/vpbx/ab/custom_fields/", json: `{}`, answer: "ab_custom_fields",
			want: []vpbx.CustomField{
				{CustomFieldID: 3236, Type: 1, Order: 1, Name: "Colour", Required: true, Unique: true, CheckMode: 3, CheckLength: 2},
				{CustomFieldID: 3237, Type: 3, Order: 2, Name: "Interests", APIOnly: true, Items: []vpbx.CustomItem{{EnumID: 9, Name: "a", Order: 1}, {EnumID: 10, Name: "b", Order: 2}}},
			},
		},
		"organisations, first page": {
			do: asked(func(c *vpbx.Client) (vpbx.Page[vpbx.Organization], error) {
				return c.OrganizationsInit(t.Context(), vpbx.ListRequest{LimitRows: 2, Order: []map[string]string{{"id": "asc"}}})
			}),
			path: "/vpbx/ab/organizations/init", json: `{"query":"","limit_rows":2,"order":[{"id":"asc"}]}`, answer: "ab_organizations",
			want: vpbx.Page[vpbx.Organization]{
				Data: []vpbx.Organization{{OrgID: "10433117", OrgName: "Edem Inc."}, {OrgID: "10433118", OrgName: "Second"}},
				PageState: vpbx.PageState{
					Cursor: "c2VjcmV0", Info: vpbx.PageInfo{Page: 1, Size: 2, Limit: 2, TotalRows: 3, Pages: 2},
				},
			},
		},
		"organisations, another page": {
			do: asked(func(c *vpbx.Client) (vpbx.Page[vpbx.Organization], error) {
				return c.OrganizationsCursor(t.Context(), vpbx.CursorRequest{Cursor: "c2VjcmV0", Mode: "prev-page-9"})
			}),
			path: "/vpbx/ab/organizations/cursor", json: `{"cursor":"c2VjcmV0","mode":"prev-page-9"}`, answer: `{"result":1000,"data":[]}`,
			want: vpbx.Page[vpbx.Organization]{},
		},
		"groups, first page": {
			do: asked(func(c *vpbx.Client) (vpbx.Page[vpbx.ContactGroup], error) {
				return c.ContactGroupsInit(t.Context(), vpbx.ListRequest{Query: "V"})
			}),
			path: "/vpbx/ab/groups/init", json: `{"query":"V"}`, answer: "ab_groups",
			want: vpbx.Page[vpbx.ContactGroup]{
				Data:      []vpbx.ContactGroup{{GroupID: "201", GroupName: "VIP"}},
				PageState: vpbx.PageState{Cursor: "Z3JvdXBz", Info: vpbx.PageInfo{Page: 1, Size: 1, Limit: 10, TotalRows: 1, Pages: 1}},
			},
		},
		"groups, another page": {
			do: asked(func(c *vpbx.Client) (vpbx.Page[vpbx.ContactGroup], error) {
				return c.ContactGroupsCursor(t.Context(), vpbx.CursorRequest{Cursor: "x", Mode: "last-page"})
			}),
			path: "/vpbx/ab/groups/cursor", json: `{"cursor":"x","mode":"last-page"}`, answer: `{"result":1000,"data":[],"state":[]}`,
			want: vpbx.Page[vpbx.ContactGroup]{},
		},
		"contacts, first page": {
			do: asked(func(c *vpbx.Client) (vpbx.Page[vpbx.Contact], error) {
				return c.ContactsInit(t.Context(), vpbx.ContactsRequest{Query: "7916", LimitRows: 500, ContactExtFields: true})
			}),
			path: "/vpbx/ab/contact/init", json: `{"query":"7916","limit_rows":500,"contact_ext_fields":true}`, answer: "ab_contacts",
			want: vpbx.Page[vpbx.Contact]{
				Data:      []vpbx.Contact{ekovic, bare},
				PageState: vpbx.PageState{Cursor: "Y29udGFjdHM=", Info: vpbx.PageInfo{Page: 1, Size: 2, Limit: 10, TotalRows: 2, Pages: 1}},
			},
		},
		"contacts, another page": {
			do: asked(func(c *vpbx.Client) (vpbx.Page[vpbx.Contact], error) {
				return c.ContactsCursor(t.Context(), vpbx.ContactsCursorRequest{CursorRequest: vpbx.CursorRequest{Cursor: "x", Mode: vpbx.NextPage}})
			}),
			path: "/vpbx/ab/contact/cursor", json: `{"cursor":"x","mode":"next-page-1"}`, answer: `{"result":1000,"data":[],"state":{"cursor":null}}`,
			want: vpbx.Page[vpbx.Contact]{},
		},
	})
	table := map[string]refusal{
		"organisation of what": {by(t, "ab/organization", `{}`), text.MissingField, "org_id"},
		"group by name":        {by(t, "ab/group", `{"group_id":"VIP"}`), text.BadField, "group_id"},
		"contact of what":      {by(t, "ab/contact", `{"contact_ext_fields":true}`), text.MissingField, "contact_id"},
		"ext fields by word":   {by(t, "ab/contact", `{"contact_id":"1","contact_ext_fields":"yes"}`), text.BadField, "contact_ext_fields"},
		"fields of":            {by(t, "ab/custom_fields", `{"a":1}`), text.UnknownField, "a"},
	}
	for _, list := range []string{"ab/organizations", "ab/groups", "ab/contact"} {
		table[list+", 501"] = refusal{by(t, list+"/init", `{"limit_rows":501}`), text.BadField, "limit_rows"}
		table[list+", up"] = refusal{by(t, list+"/init", `{"order":[{"id":"asc"},{"name":"up"}]}`), text.BadField, "order[1].name"}
		table[list+", no order"] = refusal{by(t, list+"/init", `{"order":[{}]}`), text.MissingField, "order[0]"}
		table[list+", two at once"] = refusal{by(t, list+"/init", `{"order":[{"id":"asc","name":"asc"}]}`), text.BadField, "order[0]"}
		table[list+", no cursor"] = refusal{by(t, list+"/cursor", `{"mode":"first-page"}`), text.MissingField, "cursor"}
		table[list+", no mode"] = refusal{by(t, list+"/cursor", `{"cursor":"x"}`), text.MissingField, "mode"}
		table[list+", ten pages"] = refusal{by(t, list+"/cursor", `{"cursor":"x","mode":"next-page-10"}`), text.BadField, "mode"}
	}
	refusals(t, table)
}

func TestAddressBookWrites(t *testing.T) {
	t.Parallel()
	type organizations = []vpbx.Outcome[vpbx.Organization]
	type groups = []vpbx.Outcome[vpbx.ContactGroup]
	trials(t, map[string]trial{
		"create organisations": {
			do: asked(func(c *vpbx.Client) (organizations, error) {
				return c.CreateOrganizations(t.Context(), vpbx.CreateOrganizationsRequest{Data: []vpbx.NewOrganization{{OrgName: "A"}, {OrgName: "B"}}})
			}),
			path: "/vpbx/ab/organizations/create", json: `{"data":[{"org_name":"A"},{"org_name":"B"}]}`,
			answer: `{"result":[1000,1000],"data":[{"org_id":"2","org_name":"B"},{"org_id":"1","org_name":"A"}],"skipped":[]}`,
			want:   organizations{{1000, false, vpbx.Organization{OrgID: "1", OrgName: "A"}}, {1000, false, vpbx.Organization{OrgID: "2", OrgName: "B"}}},
		},
		"update organisations": {
			do: asked(func(c *vpbx.Client) (organizations, error) {
				return c.UpdateOrganizations(t.Context(), vpbx.UpdateOrganizationsRequest{Data: []vpbx.OrganizationName{{OrgID: "1", OrgName: "A"}}})
			}),
			path: "/vpbx/ab/organizations/update", json: `{"data":[{"org_id":"1","org_name":"A"}]}`,
			answer: `{"result":1000,"data":[{"org_id":1,"org_name":"A"}]}`, want: organizations{{1000, false, vpbx.Organization{OrgID: "1", OrgName: "A"}}},
		},
		"delete organisations": {
			do: sent(func(c *vpbx.Client) error {
				return c.DeleteOrganizations(t.Context(), vpbx.DeleteOrganizationsRequest{Data: []string{"10433913", "10000"}})
			}),
			path: "/vpbx/ab/organizations/delete", json: `{"data":["10433913","10000"]}`,
		},
		"create groups": {
			do: asked(func(c *vpbx.Client) (groups, error) {
				return c.CreateContactGroups(t.Context(), vpbx.CreateContactGroupsRequest{Data: []vpbx.NewContactGroup{{GroupName: "VIP"}}})
			}),
			path: "/vpbx/ab/groups/create/", json: `{"data":[{"group_name":"VIP"}]}`,
			answer: `{"result":["1000"],"data":{"7":{"group_id":7,"group_name":"VIP"}}}`, want: groups{{1000, false, vpbx.ContactGroup{GroupID: "7", GroupName: "VIP"}}},
		},
		"update groups": {
			do: asked(func(c *vpbx.Client) (groups, error) {
				return c.UpdateContactGroups(t.Context(), vpbx.UpdateContactGroupsRequest{Data: []vpbx.ContactGroupName{{GroupID: "7", GroupName: "V"}}})
			}),
			path: "/vpbx/ab/groups/update", json: `{"data":[{"group_id":"7","group_name":"V"}]}`,
			answer: `{"result":[1000],"data":null,"skipped":null}`, want: groups{{Code: 1000}},
		},
		"delete groups": {
			do: sent(func(c *vpbx.Client) error {
				return c.DeleteContactGroups(t.Context(), vpbx.DeleteContactGroupsRequest{Data: []string{"7"}})
			}),
			path: "/vpbx/ab/groups/delete", json: `{"data":["7"]}`, answer: `{"result":[1000]}`,
		},
		"delete contacts": {
			do: sent(func(c *vpbx.Client) error {
				return c.DeleteContacts(t.Context(), vpbx.DeleteContactsRequest{Data: []string{"12761840"}})
			}),
			path: "/vpbx/ab/contacts/delete", json: `{"data":["12761840"]}`,
		},
	})
	table := map[string]refusal{}
	for list, item := range map[string]string{"ab/organizations": "org", "ab/groups": "group"} {
		many := `{"data":[` + strings.TrimSuffix(strings.Repeat(`{"`+item+`_name":"A"},`, 501), ",") + `]}`
		table[list+", 501"] = refusal{by(t, list+"/create", many), text.BadField, "data"}
		table[list+", none"] = refusal{by(t, list+"/create", `{}`), text.MissingField, "data"}
		table[list+", no name"] = refusal{by(t, list+"/create", `{"data":[{"`+item+`_name":"A"},{}]}`), text.MissingField, "data[1]." + item + "_name"}
		table[list+", id of a new one"] = refusal{by(t, list+"/create", `{"data":[{"`+item+`_id":"1"}]}`), text.UnknownField, "data[0]." + item + "_id"}
		table[list+", no id"] = refusal{by(t, list+"/update", `{"data":[{"`+item+`_name":"A"}]}`), text.MissingField, "data[0]." + item + "_id"}
	}
	for _, list := range []string{"ab/organizations", "ab/groups", "ab/contacts"} {
		table[list+", delete none"] = refusal{by(t, list+"/delete", `{"data":[]}`), text.MissingField, "data"}
		table[list+", delete by name"] = refusal{by(t, list+"/delete", `{"data":["1","A"]}`), text.BadField, "data[1]"}
		table[list+", delete a text"] = refusal{by(t, list+"/delete", `{"data":"1;2"}`), text.BadField, "data"}
	}
	refusals(t, table)
}

func TestContactWrites(t *testing.T) {
	t.Parallel()
	type outcomes = []vpbx.Outcome[vpbx.Contact]
	full := vpbx.ContactFields{
		Office: new("o"), Site: new("s"), Org: &vpbx.OrganizationLink{OrgName: "New Inc."}, Importance: new(0), Comment: new(""), Birthday: new("1980-02-29"),
		Sex: new(0), Avatar: new("a"), URL: new("u"),
		Phones: []vpbx.PhoneEntry{{Type: 1, Phone: "+7 (916) 123-45-67", Comment: "c", Ext: "12", IsDefault: true}, {PhoneID: "5", Phone: "1"}},
		Emails: []vpbx.ContactEmail{{Email: "e@example.com"}}, Groups: []vpbx.ContactGroupLink{{GroupID: "201"}, {GroupName: "New"}},
		Nets: []vpbx.ContactNet{{UName: "n"}}, Messengers: []vpbx.Messenger{{Mgr: 3, UName: "m"}}, InFavorites: []int64{5}, UserID: 5,
	}
	const fullJSON = `"office":"o","site":"s","org":{"org_name":"New Inc."},"importance":0,"comment":"","birthday":"1980-02-29","sex":0,"avatar":"a","url":"u",` +
		`"phones":[{"type":1,"phone":"+7 (916) 123-45-67","comment":"c","ext":"12","is_default":true},{"phone_id":"5","type":0,"phone":"1"}],` +
		`"emails":[{"email":"e@example.com"}],"groups":[{"group_id":"201"},{"group_name":"New"}],"nets":[{"net":0,"uname":"n"}],` +
		`"messengers":[{"mgr":3,"uname":"m"}],"in_favorites":[5],"user_id":5`
	trials(t, map[string]trial{
		"create, least": {
			do: asked(func(c *vpbx.Client) (outcomes, error) {
				return c.CreateContacts(t.Context(), vpbx.CreateContactsRequest{Data: []vpbx.NewContact{{Name: "Bare"}}})
			}),
			path: "/vpbx/ab/contacts/create/", json: `{"data":[{"name":"Bare"}]}`,
			answer: `{"result":[1000],"data":{"12761841":{"contact_id":"12761841","name":" Bare "}},"skipped":[]}`,
			want:   outcomes{{1000, false, vpbx.Contact{ContactID: "12761841", Name: "Bare"}}},
		},
		"create, all": {
			do: asked(func(c *vpbx.Client) (outcomes, error) {
				return c.CreateContacts(t.Context(), vpbx.CreateContactsRequest{OnError: "duplicate", Data: []vpbx.NewContact{{
					Name: "Full", ContactFields: full, CustomValues: []vpbx.CustomInput{
						{CustomFieldID: 1, Text: new("")}, {CustomFieldID: 2, Value: new("5")}, {CustomFieldID: 3, ListItems: []vpbx.ListChoice{{EnumID: 9}}},
					},
				}}})
			}),
			path: "/vpbx/ab/contacts/create/",
			json: `{"data":[{"name":"Full",` + fullJSON + `,"custom_values":[{"custom_field_id":1,"text":""},{"custom_field_id":2,"value":"5"},` +
				`{"custom_field_id":3,"list_items":[{"enum_id":9}]}]}],"on_error":"duplicate"}`,
			answer: `{"result":[1000],"data":[]}`, want: outcomes{{Code: 1000}},
		},
		"update": {
			do: asked(func(c *vpbx.Client) (outcomes, error) {
				return c.UpdateContacts(t.Context(), vpbx.UpdateContactsRequest{Data: []vpbx.ContactChange{
					{ContactID: "1", Name: "N", ContactFields: full, CustomValues: []vpbx.CustomChange{
						{CustomInput: vpbx.CustomInput{CustomFieldID: 1, Text: new("x")}},
						{CustomValueID: "28276", CustomInput: vpbx.CustomInput{CustomFieldID: 1, ListItems: []vpbx.ListChoice{}}},
					}},
					{ContactID: "2", ContactFields: vpbx.ContactFields{Birthday: new(""), Phones: []vpbx.PhoneEntry{}, Groups: []vpbx.ContactGroupLink{}}},
				}})
			}),
			path: "/vpbx/ab/contacts/update",
			json: `{"data":[{"contact_id":"1","type":0,"name":"N",` + fullJSON + `,"custom_values":[{"custom_value_id":"","custom_field_id":1,"text":"x"},` +
				`{"custom_value_id":"28276","custom_field_id":1,"list_items":[]}]},{"contact_id":"2","type":0,"birthday":"","phones":[],"groups":[]}]}`,
			answer: `{"result":[1000,1000],"data":[{"contact_id":2,"name":"Two"},{"contact_id":"1"}]}`,
			want:   outcomes{{1000, false, vpbx.Contact{ContactID: "1"}}, {1000, false, vpbx.Contact{ContactID: "2", Name: "Two"}}},
		},
	})
	contact := func(fields string) func(*vpbx.Client) error {
		return by(t, "ab/contacts/create", `{"data":[{"name":"a"},{"name":"b",`+fields+`}]}`)
	}
	custom := func(fields string) func(*vpbx.Client) error {
		return by(t, "ab/contacts/update", `{"data":[{"contact_id":"1","custom_values":[{"custom_field_id":1,`+fields+`}]}]}`)
	}
	long, _ := json.Marshal(strings.Repeat("Ж", 256))
	refusals(t, map[string]refusal{
		"no name":            {by(t, "ab/contacts/create", `{"data":[{"comment":"x"}]}`), text.MissingField, "data[0].name"},
		"empty":              {by(t, "ab/contacts/create", `{"data":[{}]}`), text.MissingField, "data[0].name"},
		"501":                {by(t, "ab/contacts/create", `{"data":[`+strings.Repeat(`{"name":"a"},`, 500)+`{"name":"a"}]}`), text.BadField, "data"},
		"on_error stop":      {by(t, "ab/contacts/create", `{"data":[{"name":"a"}],"on_error":"stop"}`), text.BadField, "on_error"},
		"on_error within":    {by(t, "ab/contacts/create", `{"data":[{"name":"a","on_error":"skip"}]}`), text.UnknownField, "data[0].on_error"},
		"importance":         {contact(`"importance":10`), text.BadField, "data[1].importance"},
		"birthday":           {contact(`"birthday":"29.02.1980"`), text.BadField, "data[1].birthday"},
		"no such day":        {contact(`"birthday":"1981-02-29"`), text.BadField, "data[1].birthday"},
		"no organisation":    {contact(`"org":{}`), text.MissingField, "data[1].org.org_id"},
		"no group":           {contact(`"groups":[{"group_id":"1"},{}]`), text.MissingField, "data[1].groups[1].group_id"},
		"no phone":           {contact(`"phones":[{}]`), text.MissingField, "data[1].phones[0].phone"},
		"type of a phone":    {contact(`"phones":[{"phone":"1","type":6}]`), text.BadField, "data[1].phones[0].type"},
		"a long phone":       {contact(fmt.Sprintf(`"phones":[{"phone":%s}]`, long)), text.BadField, "data[1].phones[0].phone"},
		"phone_num":          {contact(`"phones":[{"phone":"1","phone_num":"1"}]`), text.UnknownField, "data[1].phones[0].phone_num"},
		"a long ext":         {contact(`"phones":[{"phone":"1","ext":"` + strings.Repeat("1", 33) + `"}]`), text.BadField, "data[1].phones[0].ext"},
		"no e-mail":          {contact(`"emails":[{"comment":"x"}]`), text.MissingField, "data[1].emails[0].email"},
		"network 11":         {contact(`"nets":[{"net":11,"uname":"x"}]`), text.BadField, "data[1].nets[0].net"},
		"messenger 4":        {contact(`"messengers":[{"mgr":4,"uname":"x"}]`), text.BadField, "data[1].messengers[0].mgr"},
		"favourite of 0":     {contact(`"in_favorites":[0]`), text.BadField, "data[1].in_favorites[0]"},
		"sex 2":              {contact(`"sex":2`), text.BadField, "data[1].sex"},
		"no value":           {contact(`"custom_values":[{"custom_field_id":1}]`), text.MissingField, "data[1].custom_values[0].text"},
		"value of no field":  {contact(`"custom_values":[{"text":"1"}]`), text.MissingField, "data[1].custom_values[0].custom_field_id"},
		"two values":         {custom(`"text":"1","value":"1"`), text.BadField, "data[0].custom_values[0]"},
		"choice of nothing":  {custom(`"list_items":[{}]`), text.MissingField, "data[0].custom_values[0].list_items[0].enum_id"},
		"value id by name":   {custom(`"text":"1","custom_value_id":"x"`), text.BadField, "data[0].custom_values[0].custom_value_id"},
		"update of what":     {by(t, "ab/contacts/update", `{"data":[{"name":"a"}]}`), text.MissingField, "data[0].contact_id"},
		"update of type 1":   {by(t, "ab/contacts/update", `{"data":[{"contact_id":"1","type":1}]}`), text.BadField, "data[0].type"},
		"update of no group": {by(t, "ab/contacts/update", `{"data":[{"contact_id":"1","groups":[{}]}]}`), text.MissingField, "data[0].groups[0].group_id"},
	})
}

// Neither of the errors of a batch hides what was done.
func TestBatchInPart(t *testing.T) {
	t.Parallel()
	names := []vpbx.NewOrganization{{OrgName: "A"}, {OrgName: "B"}, {OrgName: "A"}}
	type outcomes = []vpbx.Outcome[vpbx.Organization]
	a1, b2, a3 := vpbx.Organization{OrgID: "1", OrgName: "A"}, vpbx.Organization{OrgID: "2", OrgName: "B"}, vpbx.Organization{OrgID: "3", OrgName: "A"}
	for name, row := range map[string]struct {
		answer string
		want   outcomes
		items  map[int]int // nil: no error
	}{
		"one refused": {
			`{"result":[1000,3104,1000],"data":[{"org_id":"1","org_name":"A"},{"org_id":"3","org_name":"A"}]}`,
			outcomes{{1000, false, a1}, {Code: 3104}, {1000, false, a3}}, map[int]int{1: 3104},
		},
		"one refused, in a list with holes": {
			`{"result":[3106,"1000",1000],"data":[null,{"org_id":"2","org_name":"B"},{"org_id":"1","org_name":"A"}]}`,
			outcomes{{Code: 3106}, {1000, false, b2}, {1000, false, a1}}, map[int]int{0: 3106},
		},
		"all refused": {
			`{"result":[3104,5000,3106],"data":[]}`, outcomes{{Code: 3104}, {Code: 5000}, {Code: 3106}}, map[int]int{0: 3104, 1: 5000, 2: 3106},
		},
		"one skipped": {
			`{"result":[1000,1000],"data":{"1":{"org_id":"1","org_name":"A"},"2":{"org_id":"2","org_name":"B"}},"skipped":[2]}`,
			outcomes{{1000, false, a1}, {1000, false, b2}, {Skipped: true}}, nil,
		},
		"one skipped, one refused, codes for the rest": {
			`{"result":[3104,1000],"data":[{"org_id":"3","org_name":"A"}],"skipped":["0","7",-1,"0"]}`,
			outcomes{{Skipped: true}, {Code: 3104}, {1000, false, a3}}, map[int]int{1: 3104},
		},
		"one skipped, and shown": {
			`{"result":[1000,1000,1000],"data":[{"org_id":"1","org_name":"A"},{"org_id":"2","org_name":"B"},{"org_id":"3","org_name":"A"}],"skipped":[0]}`,
			outcomes{{1000, true, a3}, {1000, false, b2}, {1000, false, a1}}, nil,
		},
		"one code for all": {
			`{"result":1000,"data":[{"org_id":"1","org_name":"A"},{"org_id":"2","org_name":"B"},{"org_id":"3","org_name":"A"}],"skipped":[]}`,
			outcomes{{1000, false, a1}, {1000, false, b2}, {1000, false, a3}}, nil,
		},
		"names in another spelling": {
			`{"result":[1000,1000,1000],"data":[{"org_id":"1","org_name":"a"},{"org_id":"2","org_name":"B"},{"org_id":"3","org_name":"a"}]}`,
			outcomes{{1000, false, vpbx.Organization{OrgID: "1", OrgName: "a"}}, {1000, false, b2}, {1000, false, vpbx.Organization{OrgID: "3", OrgName: "a"}}}, nil,
		},
		"less data than was done": {
			`{"result":[1000,1000,1000],"data":[{"org_id":"9","org_name":"?"}]}`, outcomes{{Code: 1000}, {Code: 1000}, {Code: 1000}}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, say(200, "application/json", row.answer))
			c := p.client(t, nil)
			got, err := c.CreateOrganizations(t.Context(), vpbx.CreateOrganizationsRequest{Data: names})
			diff(t, "CreateOrganizations answered "+row.answer, row.want, got)
			e, failed := errors.AsType[*vpbx.Error](err)
			if failed != (row.items != nil) {
				t.Fatalf("CreateOrganizations answered %s: %v, want failures %v", row.answer, err, row.items)
			}
			for i, o := range got {
				if want := o.Code == 1000 && !o.Skipped; o.Done() != want {
					t.Errorf("Done of element %d, %+v = %v", i, o, o.Done())
				}
			}
			c = p.client(t, nil) // the guard of the first one waits after a 3xxx
			answer, err := c.Do(t.Context(), "ab/organizations/create", json.RawMessage(`{"data":[{"org_name":"A"},{"org_name":"B"},{"org_name":"A"}]}`))
			if string(answer.JSON) != row.answer || (err != nil) != failed {
				t.Errorf("Do(ab/organizations/create) = %s, %v, want the answer beside the error", answer.JSON, err)
			}
			if failed {
				diff(t, "failures", row.items, e.Items)
				if said := text.From(e).Rendered(text.EN).Text; !strings.Contains(said, fmt.Sprintf("] %d", e.Result)) || !strings.Contains(e.Error(), "elements map[") {
					t.Errorf("the error says %q, %q, not which elements", said, e.Error())
				}
			}
		})
	}
}

func TestBatchFails(t *testing.T) {
	t.Parallel()
	request := vpbx.CreateContactsRequest{Data: []vpbx.NewContact{{Name: "A"}, {Name: "B"}, {Name: "C"}}}
	for answer, code := range map[string]text.Code{
		`{"result":3100}`: text.PBXError, `{"result":[1000,1000]}`: text.BadAnswer, `{}`: text.BadAnswer, `{"result":5008}`: text.RateLimited,
		`{"result":[1000,1000,1000,1000]}`: text.BadAnswer, `{"result":[3104,1000]}`: text.BadAnswer, ``: text.BadAnswer,
	} {
		p := start(t, nil, say(200, "application/json", answer))
		if got, err := p.client(t, nil).CreateContacts(t.Context(), request); !errors.Is(err, text.New(code)) || got != nil {
			t.Errorf("CreateContacts answered %s = %v, %v, want %s", answer, got, err, code)
		}
	}
	// Of many failures the first are told.
	p := start(t, nil, say(200, "application/json", `{"result":[`+strings.Repeat("3104,", 6)+`1000]}`))
	_, err := p.client(t, nil).CreateContacts(t.Context(), vpbx.CreateContactsRequest{Data: make([]vpbx.NewContact, 0)})
	if !errors.Is(err, text.New(text.MissingField)) {
		t.Errorf("CreateContacts of nobody: %v, want missing_field", err)
	}
	request.Data = append(request.Data, request.Data...)
	request.Data = append(request.Data, request.Data[0])
	_, err = p.client(t, nil).CreateContacts(t.Context(), request)
	if e := text.From(err); e.Detail != "[0] 3104, [1] 3104, [2] 3104, [3] 3104, [4] 3104, …" {
		t.Errorf("CreateContacts with six failures tells %q", e.Detail)
	}
}
