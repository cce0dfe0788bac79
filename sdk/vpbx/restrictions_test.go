package vpbx_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestIncomingLists(t *testing.T) {
	t.Parallel()
	list := func(kind, number string) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error {
			return c.ListNumber(t.Context(), vpbx.ListNumberRequest{List: "black", Number: number, Type: kind, Comment: strings.Repeat("Ж", 255)})
		}
	}
	table := map[string]trial{
		"active": {
			do:   asked(func(c *vpbx.Client) (string, error) { return c.ActiveList(t.Context()) }),
			path: "/vpbx/bwlists/state/", json: `{}`, answer: `{"result":1000,"active":"Black"}`, want: "black",
		},
		"none active": {
			do:   asked(func(c *vpbx.Client) (string, error) { return c.ActiveList(t.Context()) }),
			path: "/vpbx/bwlists/state/", json: `{}`, answer: `{"result":1000,"active":"off"}`, want: "off",
		},
		"numbers": {
			do:   asked(func(c *vpbx.Client) (vpbx.IncomingLists, error) { return c.IncomingLists(t.Context()) }),
			path: "/vpbx/bwlists/numbers/", json: `{}`, answer: "bwlists_numbers",
			want: vpbx.IncomingLists{Active: "black", Black: vpbx.IncomingList{AllowUnknown: true, Numbers: []vpbx.ListedNumber{
				{NumberID: 10088582, Number: "7495*", Comment: "noise", Type: "tel"}, {NumberID: 10088583, Number: "spam@example.com", Type: "sip"},
			}}},
		},
		"delete": {
			do: sent(func(c *vpbx.Client) error {
				return c.UnlistNumber(t.Context(), vpbx.UnlistNumberRequest{NumberID: 10088582})
			}),
			path: "/vpbx/bwlists/number/delete/", json: `{"number_id":10088582}`,
		},
	}
	for number, kind := range map[string]string{
		"79161234567": "tel", "7495*": "tel", "7495123##67": "tel", "*": "tel", "121-130": "tel", "99-100": "tel", "*@example.com": "sip", "a#@b-c.ru": "sip",
	} {
		table["add "+number] = trial{
			do: sent(list(kind, number)), path: "/vpbx/bwlists/number/add/",
			json: fmt.Sprintf(`{"list_type":"black","number":%q,"number_type":%q,"comment":%q}`, number, kind, strings.Repeat("Ж", 255)),
		}
	}
	trials(t, table)
	bad := map[string]refusal{
		"state of":     {by(t, "bwlists/state", `{"a":1}`), text.UnknownField, "a"},
		"numbers of":   {by(t, "bwlists/numbers", `{"a":1}`), text.UnknownField, "a"},
		"grey":         {by(t, "bwlists/number/add", `{"list_type":"grey","number":"1","number_type":"tel"}`), text.BadField, "list_type"},
		"no list":      {by(t, "bwlists/number/add", `{"number":"1","number_type":"tel"}`), text.MissingField, "list_type"},
		"no number":    {by(t, "bwlists/number/add", `{"list_type":"white","number_type":"tel"}`), text.MissingField, "number"},
		"no type":      {by(t, "bwlists/number/add", `{"list_type":"white","number":"1"}`), text.MissingField, "number_type"},
		"delete what":  {by(t, "bwlists/number/delete", `{}`), text.MissingField, "number_id"},
		"long comment": {by(t, "bwlists/number/add", `{"list_type":"white","number":"1","number_type":"tel","comment":"`+strings.Repeat("Ж", 256)+`"}`), text.BadField, "comment"},
	}
	for _, number := range []string{"+7495*", "7495-", "-5", "130-121", "1-2-3", "12a", "7 495"} {
		bad["add "+number] = refusal{list("tel", number), text.NumberInvalid, "number"}
	}
	bad["add a blank"] = refusal{list("sip", "a b@c"), text.NumberInvalid, "number"}
	refusals(t, bad)
}

func TestBlockedNumbers(t *testing.T) {
	t.Parallel()
	trials(t, map[string]trial{
		"get": {
			do: asked(func(c *vpbx.Client) ([]vpbx.BlockedNumber, error) {
				return c.BlockedNumbersPage(t.Context(), vpbx.BlockedNumbersRequest{Numbers: []string{"71234567890"}, Cursor: 2, Limit: 50})
			}),
			path: "/vpbx/outbound_blacklist/get", json: `{"numbers":["71234567890"],"cursor":2,"limit":50}`, answer: "outbound_blacklist",
			want: []vpbx.BlockedNumber{
				{Number: "71234567890", Description: "test", Mode: vpbx.BlockCampaigns, UserID: 10460081, Created: "2026-01-01 00:00:00"},
				{Number: "79160000001", Mode: vpbx.BlockBoth, Created: "2026-02-01 00:00:00"},
			},
		},
		"add": {
			do: asked(func(c *vpbx.Client) ([]string, error) {
				return c.BlockNumbers(t.Context(), vpbx.BlockNumbersRequest{Numbers: []vpbx.NumberBlock{
					{Number: "71234567890", Mode: vpbx.BlockDirect}, {Number: "79160000001", Mode: vpbx.BlockBoth, Description: "d", UserID: 5},
				}})
			}),
			path:   "/vpbx/outbound_blacklist/add",
			json:   `{"numbers":[{"number":"71234567890","mode":1},{"number":"79160000001","mode":3,"description":"d","user_id":5}]}`,
			answer: `{"result":1000,"existed_numbers":[79160000001]}`, want: []string{"79160000001"},
		},
		"describe": {
			do: sent(func(c *vpbx.Client) error {
				return c.DescribeBlocked(t.Context(), vpbx.DescribeBlockedRequest{Number: "71234567890", Description: "d"})
			}),
			path: "/vpbx/outbound_blacklist/update_description", json: `{"number":"71234567890","description":"d"}`,
		},
		"enable mode": {
			do: sent(func(c *vpbx.Client) error {
				return c.EnableBlockMode(t.Context(), vpbx.BlockModeRequest{Number: "71234567890", Mode: vpbx.BlockDirect})
			}),
			path: "/vpbx/outbound_blacklist/enable_mode", json: `{"number":"71234567890","mode":1}`,
		},
		"disable mode": {
			do: sent(func(c *vpbx.Client) error {
				return c.DisableBlockMode(t.Context(), vpbx.BlockModeRequest{Number: "71234567890", Mode: vpbx.BlockBoth})
			}),
			path: "/vpbx/outbound_blacklist/disable_mode", json: `{"number":"71234567890","mode":3}`,
		},
		"delete": {
			do: sent(func(c *vpbx.Client) error {
				return c.UnblockNumbers(t.Context(), vpbx.UnblockNumbersRequest{Numbers: []string{"71234567890", "1"}})
			}),
			path: "/vpbx/outbound_blacklist/delete", json: `{"numbers":["71234567890","1"]}`,
		},
		"forbid": {
			do:   sent(func(c *vpbx.Client) error { return c.ForbidOutgoing(t.Context()) }),
			path: "/vpbx/outbound_blacklist/enable", json: `{}`,
		},
		"allow": {
			do:   sent(func(c *vpbx.Client) error { return c.AllowOutgoing(t.Context()) }),
			path: "/vpbx/outbound_blacklist/disable", json: `{}`,
		},
	})
	refusals(t, map[string]refusal{
		"get from 0":       {by(t, "outbound_blacklist/get", `{"cursor":-1}`), text.BadField, "cursor"},
		"get a word":       {by(t, "outbound_blacklist/get", `{"numbers":["7","x"]}`), text.BadField, "numbers[1]"},
		"add nothing":      {by(t, "outbound_blacklist/add", `{"numbers":[]}`), text.MissingField, "numbers"},
		"add by rules":     {by(t, "outbound_blacklist/add", `{"rules":[{"number":"1","mode":1}]}`), text.UnknownField, "rules"},
		"add without mode": {by(t, "outbound_blacklist/add", `{"numbers":[{"number":"1"}]}`), text.MissingField, "numbers[0].mode"},
		"add empty":        {by(t, "outbound_blacklist/add", `{"numbers":[{}]}`), text.MissingField, "numbers[0].number"},
		"add mode 4":       {by(t, "outbound_blacklist/add", `{"numbers":[{"number":"1","mode":4}]}`), text.BadField, "numbers[0].mode"},
		"describe not":     {by(t, "outbound_blacklist/update_description", `{"number":"1"}`), text.MissingField, "description"},
		"enable not":       {by(t, "outbound_blacklist/enable_mode", `{"number":"1"}`), text.MissingField, "mode"},
		"disable a plus":   {by(t, "outbound_blacklist/disable_mode", `{"number":"+7","mode":1}`), text.BadField, "number"},
		"delete an empty":  {by(t, "outbound_blacklist/delete", `{"numbers":["1",""]}`), text.MissingField, "numbers[1]"},
		"forbid what":      {by(t, "outbound_blacklist/enable", `{"a":1}`), text.UnknownField, "a"},
		"allow what":       {by(t, "outbound_blacklist/disable", `{"a":1}`), text.UnknownField, "a"},
	})
}

// blacklist serves total numbers, in pages or from the place that the cursor
// names. fail is the cursor at which it refuses; 0 = never.
func blacklist(t *testing.T, total int, places bool, fail int) (*pbx, *[]int) {
	var cursors []int
	return start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Cursor, Limit int }
		if err := json.Unmarshal([]byte(r.PostForm.Get("json")), &q); err != nil {
			t.Errorf("outbound_blacklist/get sent %s: %v", r.PostForm.Get("json"), err)
		}
		cursors = append(cursors, q.Cursor)
		if q.Cursor == fail {
			fmt.Fprint(w, `{"result":5004}`)
			return
		}
		from := (q.Cursor - 1) * q.Limit
		if places {
			from = q.Cursor - 1
		}
		var items []string
		for i := from; i < min(from+q.Limit, total); i++ {
			items = append(items, fmt.Sprintf(`{"number":"%d","mode":1}`, 1000+i))
		}
		fmt.Fprintf(w, `{"result":1000,"numbers":[%s]}`, strings.Join(items, ","))
	}), &cursors
}

// The whole list comes once, whatever the cursor counts.
func TestBlockedNumbersIterator(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		total, limit int
		places       bool
		fail         int
		cursors      []int
		want         int
		err          text.Code
	}{
		"empty":              {0, 10, false, 0, []int{1}, 0, ""},
		"one page":           {9, 10, false, 0, []int{1}, 9, ""},
		"a full page":        {10, 10, false, 0, []int{1, 2}, 10, ""},
		"pages":              {25, 10, false, 0, []int{1, 2, 3}, 25, ""},
		"full pages":         {30, 10, false, 0, []int{1, 2, 3, 4}, 30, ""},
		"places":             {25, 10, true, 0, []int{1, 2, 12, 22}, 25, ""},
		"a full page, place": {10, 10, true, 0, []int{1, 2}, 10, ""},
		"full, places":       {21, 10, true, 0, []int{1, 2, 12, 22}, 21, ""},
		"one by one":         {3, 1, true, 0, []int{1, 2, 3, 4}, 3, ""},
		"by default 100":     {150, 0, false, 0, []int{1, 2}, 150, ""},
		"an error at once":   {25, 10, false, 1, []int{1}, 0, text.PBXError},
		"an error inside":    {25, 10, false, 3, []int{1, 2, 3}, 20, text.PBXError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, cursors := blacklist(t, row.total, row.places, row.fail)
			seq := p.client(t, nil).BlockedNumbers(t.Context(), vpbx.BlockedNumbersRequest{Limit: row.limit})
			for range 2 { // a sequence may be run again
				*cursors = nil
				var got int
				var failure error
				for n, err := range seq {
					if failure = err; err != nil {
						continue // the last there is
					}
					if want := strconv.Itoa(1000 + got); n.Number != want {
						t.Fatalf("number %d = %s, want %s", got, n.Number, want)
					}
					got++
				}
				if got != row.want || (row.err == "") != (failure == nil) || row.err != "" && !errors.Is(failure, text.New(row.err)) {
					t.Errorf("BlockedNumbers of %d gave %d, %v, want %d, %q", row.total, got, failure, row.want, row.err)
				}
				if diff := cmp.Diff(row.cursors, *cursors); diff != "" {
					t.Errorf("cursors (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// A PBX that ignores the cursor ends the walk, and so does the caller.
func TestBlockedNumbersEnd(t *testing.T) {
	t.Parallel()
	p := start(t, nil, say(200, "application/json", `{"result":1000,"numbers":[{"number":"1"},{"number":"2"}]}`))
	c := p.client(t, nil)
	got := 0
	for _, err := range c.BlockedNumbers(t.Context(), vpbx.BlockedNumbersRequest{Limit: 2}) {
		if err != nil {
			t.Fatalf("BlockedNumbers: %v", err)
		}
		got++
	}
	if n := len(p.requests()); got != 2 || n != 2 {
		t.Errorf("BlockedNumbers of a PBX without pages gave %d in %d requests, want 2 in 2", got, n)
	}
	for range c.BlockedNumbers(t.Context(), vpbx.BlockedNumbersRequest{Limit: 2}) {
		break
	}
	if n := len(p.requests()); n != 3 {
		t.Errorf("%d requests after a caller who took one number, want 3", n)
	}
}
