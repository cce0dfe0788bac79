package vpbx_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestForwarding(t *testing.T) {
	t.Parallel()
	on, off, phone, sip, none := 1, 0, vpbx.PhoneNumber, vpbx.SIPNumber, ""
	exchanges(t, map[string]exchange{
		"page": {
			do: brings(func(c *vpbx.Client) (vpbx.ForwardingPage, error) {
				return c.ForwardingPage(t.Context(), vpbx.ForwardingRequest{Limit: 10, Offset: 20})
			}),
			path: "/vpbx/forwarding/numbers", json: `{"limit":10,"offset":20}`, answer: "forwarding.json",
			want: vpbx.ForwardingPage{Total: 3, Rules: []vpbx.ForwardingRule{
				{ID: 501, ClientNumber: "121-130", Active: true, Type: vpbx.ForwardGroup, ToGroup: &vpbx.ForwardToGroup{GroupID: 9001}},
				{
					ID: 502, ClientNumber: "79001112233", Type: vpbx.ForwardUser,
					ToUser: &vpbx.ForwardedUser{UserID: 300000007, ContactID: 41, Default: true},
				},
				{
					ID: 503, ClientNumber: "a@mangosip.ru", ClientType: vpbx.SIPNumber, Active: true, Comment: "call the boss", Type: vpbx.ForwardOutside,
					ToUser: &vpbx.ForwardedUser{}, ToOutside: &vpbx.ForwardToOutside{Number: "79004445566", WaitSec: 30},
				},
			}},
		},
		"add, outside": {
			do: does(func(c *vpbx.Client) error {
				return c.AddForwarding(t.Context(), vpbx.AddForwardingRequest{
					ClientPhoneNumber: "79993692503", ClientPhoneType: &phone, Status: &on, ForwardType: vpbx.ForwardOutside,
					ForwardToExt: &vpbx.ForwardToOutside{NumberType: vpbx.SIPNumber, Number: "123456@mangosip.ru", WaitSec: 30}, Comment: "my number",
				})
			}),
			path:   "/vpbx/forwarding/number/add",
			json:   `{"client_phone_number":"79993692503","client_phone_type":"0","status":"1","forward_type":"ext_forward","forward_to_ext":{"forward_number_type":"1","forward_number":"123456@mangosip.ru","forward_wait_sec":"30"},"comment":"my number"}`,
			answer: `{"result":1000}`,
		},
		"add, user": {
			do: does(func(c *vpbx.Client) error {
				return c.AddForwarding(t.Context(), vpbx.AddForwardingRequest{
					ClientPhoneNumber: "a@mangosip.ru", ClientPhoneType: &sip, Status: &off, ForwardType: vpbx.ForwardUser,
					ForwardToUser: &vpbx.ForwardToUser{UserID: 7},
				})
			}),
			path:   "/vpbx/forwarding/number/add",
			json:   `{"client_phone_number":"a@mangosip.ru","client_phone_type":"1","status":"0","forward_type":"user","forward_to_user":{"forward_user_id":7,"forward_contact_id":""}}`,
			answer: `{"result":1000}`,
		},
		"change": {
			do: does(func(c *vpbx.Client) error {
				return c.ChangeForwarding(t.Context(), vpbx.ChangeForwardingRequest{
					ForwardID: 501, ForwardType: vpbx.ForwardGroup, ForwardToGroup: &vpbx.ForwardToGroup{GroupID: 9001},
					ClientPhoneNumber: "79993692503", ClientPhoneType: &phone, Status: &off, Comment: &none,
				})
			}),
			path:   "/vpbx/forwarding/number/change",
			json:   `{"forward_id":501,"forward_type":"group","forward_to_group":{"forward_group_id":9001},"client_phone_number":"79993692503","client_phone_type":"0","status":"0","comment":""}`,
			answer: `{"result":1000}`,
		},
		"remove": {
			do: does(func(c *vpbx.Client) error {
				return c.RemoveForwarding(t.Context(), vpbx.RemoveForwardingRequest{ForwardID: 501})
			}),
			path: "/vpbx/forwarding/number/remove", json: `{"forward_id":501}`, answer: `{"result":1000}`,
		},
	})
}

func TestForwardingFaults(t *testing.T) {
	t.Parallel()
	const add, change = "forwarding/number/add", "forwarding/number/change"
	faults(t, map[string]fault{
		"limit":             {named(t, "forwarding/numbers", `{"limit":1001}`), text.BadField, "limit"},
		"offset":            {named(t, "forwarding/numbers", `{"offset":-1}`), text.BadField, "offset"},
		"no kind":           {named(t, add, `{"client_phone_number":"79","status":1,"forward_type":"user"}`), text.MissingField, "client_phone_type"},
		"no status":         {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"forward_type":"user"}`), text.MissingField, "status"},
		"status":            {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":2,"forward_type":"user"}`), text.BadField, "status"},
		"kind of target":    {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"ivr"}`), text.BadField, "forward_type"},
		"number for SIP":    {named(t, add, `{"client_phone_number":"79","client_phone_type":1,"status":1,"forward_type":"user"}`), text.NumberInvalid, "client_phone_number"},
		"SIP for number":    {named(t, add, `{"client_phone_number":"a@b","client_phone_type":"0","status":1,"forward_type":"user"}`), text.NumberInvalid, "client_phone_number"},
		"SIP with a scheme": {named(t, add, `{"client_phone_number":"sip:a@b","client_phone_type":1,"status":1,"forward_type":"user"}`), text.NumberInvalid, "client_phone_number"},
		"no target":         {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"user"}`), text.MissingField, "forward_to_user"},
		"other target":      {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"user","forward_to_group":{"forward_group_id":1}}`), text.BadField, "forward_to_group"},
		"target without id": {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{}}`), text.MissingField, "forward_to_group.forward_group_id"},
		"bad contact":       {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"user","forward_to_user":{"forward_user_id":1,"forward_contact_id":"x"}}`), text.BadField, "forward_to_user.forward_contact_id"},
		"no wait":           {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"ext_forward","forward_to_ext":{"forward_number":"79"}}`), text.MissingField, "forward_to_ext.forward_wait_sec"},
		"outside number":    {named(t, add, `{"client_phone_number":"79","client_phone_type":0,"status":1,"forward_type":"ext_forward","forward_to_ext":{"forward_number":"+79","forward_wait_sec":30}}`), text.NumberInvalid, "forward_to_ext.forward_number"},
		"change nothing":    {named(t, change, `{"comment":"x"}`), text.MissingField, "forward_id"},
		"target, no kind":   {named(t, change, `{"forward_id":1,"forward_to_group":{"forward_group_id":1}}`), text.MissingField, "forward_type"},
		"number, no kind":   {named(t, change, `{"forward_id":1,"client_phone_number":"79"}`), text.MissingField, "client_phone_type"},
		"kind, no number":   {named(t, change, `{"forward_id":1,"client_phone_type":0}`), text.MissingField, "client_phone_number"},
		"kind, bad number":  {named(t, change, `{"forward_id":1,"client_phone_type":0,"client_phone_number":"a"}`), text.NumberInvalid, "client_phone_number"},
		"remove nothing":    {named(t, "forwarding/number/remove", `{}`), text.MissingField, "forward_id"},
	})
}

// The walk begins without limit and offset, goes on by the total, and ends with
// an error, an empty page, or when the caller has enough.
func TestForwardingRules(t *testing.T) {
	t.Parallel()
	page := func(total, from, to int) string {
		s := ""
		for id := from; id <= to; id++ {
			s += fmt.Sprintf(`,{"forward_id":%d}`, id)
		}
		return fmt.Sprintf(`{"result":1000,"total":%d,"numbers":[%s]}`, total, s[min(1, len(s)):])
	}
	type outcome struct {
		IDs   []int64
		Err   text.Code
		Asked []string
	}
	for name, row := range map[string]struct {
		pages []string
		stop  int
		want  outcome
	}{
		"none":       {[]string{page(0, 1, 0)}, 0, outcome{nil, "", []string{`{}`}}},
		"one page":   {[]string{page(2, 1, 2)}, 0, outcome{[]int64{1, 2}, "", []string{`{}`}}},
		"two pages":  {[]string{page(3, 1, 2), page(3, 3, 3)}, 0, outcome{[]int64{1, 2, 3}, "", []string{`{}`, `{"limit":1000,"offset":2}`}}},
		"fewer":      {[]string{page(3, 1, 2), page(3, 1, 0)}, 0, outcome{[]int64{1, 2}, "", []string{`{}`, `{"limit":1000,"offset":2}`}}},
		"error":      {[]string{page(3, 1, 2), `{"result":3100}`}, 0, outcome{[]int64{1, 2}, text.PBXError, []string{`{}`, `{"limit":1000,"offset":2}`}}},
		"enough":     {[]string{page(3, 1, 2)}, 1, outcome{[]int64{1}, "", []string{`{}`}}},
		"not a list": {[]string{`{"total":1}`}, 0, outcome{nil, text.BadAnswer, []string{`{}`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			p := start(t, nil, func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, row.pages[n])
				n++
			})
			var got outcome
			for rule, err := range p.client(t, nil).ForwardingRules(t.Context()) {
				if err != nil {
					got.Err = text.From(err).Code
					continue
				}
				if got.IDs = append(got.IDs, rule.ID); len(got.IDs) == row.stop {
					break
				}
			}
			for _, r := range p.requests() {
				got.Asked = append(got.Asked, r.Form.Get("json"))
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("ForwardingRules (-want +got):\n%s", diff)
			}
		})
	}
}
