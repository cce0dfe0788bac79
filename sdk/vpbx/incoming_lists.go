package vpbx

import (
	"context"
	"strings"

	"mangoofficesdk/sdk/text"
)

// The black and the white list of incoming calls (§3.8.2). Which of them holds
// is set on the account page only.

// ActiveListRequest has no parameters.
type ActiveListRequest struct{}

type activeListAnswer struct {
	told
	Active string `json:"active" words:"black,white"`
}

var activeList = declare[ActiveListRequest, activeListAnswer]("/vpbx/bwlists/state")

// ActiveList tells which list holds, "black" or "white" (§3.8.2.1). What the
// PBX says when neither does is not documented: it comes as it is. Codes as of
// IncomingLists: 3300, 5xxx.
//
//vpbx:op POST /vpbx/bwlists/state
func (c *Client) ActiveList(ctx context.Context) (string, error) {
	a, err := call(ctx, c, activeList, ActiveListRequest{})
	if err == nil && a.Active == "" && a.Result == nil {
		err = empty(activeList.op)
	}
	return a.Active, err
}

// IncomingListsRequest has no parameters.
type IncomingListsRequest struct{}

// IncomingLists are both lists.
type IncomingLists struct {
	Active string       `json:"active" words:"black,white"`
	Black  IncomingList `json:"black"`
	White  IncomingList `json:"white"`
}

// IncomingList is one list.
type IncomingList struct {
	AllowUnknown bool           `json:"allow_unknown_number"` // callers who hide their number
	Numbers      []ListedNumber `json:"numbers"`
}

// ListedNumber is a number or a mask of numbers: * stands for any characters, #
// for one, a-b for a range.
type ListedNumber struct {
	NumberID int64  `json:"number_id"`
	Number   string `json:"number"`
	Comment  string `json:"comment"`
	Type     string `json:"number_type" words:"tel,sip"`
}

type incomingListsAnswer struct {
	Data *IncomingLists `json:"data"`
}

var incomingLists = declare[IncomingListsRequest, incomingListsAnswer]("/vpbx/bwlists/numbers")

// IncomingLists reads both lists (§3.8.2.2). Codes: 3300, 5xxx.
//
//vpbx:op POST /vpbx/bwlists/numbers
func (c *Client) IncomingLists(ctx context.Context) (IncomingLists, error) {
	a, err := call(ctx, c, incomingLists, IncomingListsRequest{})
	switch {
	case err != nil:
		return IncomingLists{}, err
	case a.Data == nil:
		return IncomingLists{}, empty(incomingLists.op)
	}
	return *a.Data, nil
}

// ListNumberRequest puts a number or a mask on a list. The document marks no
// field as required; all but the comment are here.
type ListNumberRequest struct {
	List    string `json:"list_type" check:"required,oneof=black|white"`
	Number  string `json:"number" check:"required,id"`                 // see ListedNumber
	Type    string `json:"number_type" check:"required,oneof=tel|sip"` // tel: digits, no plus
	Comment string `json:"comment,omitempty" check:"chars=255"`
}

func (r *ListNumberRequest) check() error {
	if r.Type == "tel" && !mask(r.Number) || strings.ContainsFunc(r.Number, blank) {
		return text.New(text.NumberInvalid).WithField("number")
	}
	return nil
}

// mask tells digits with * and #, or a range of digits.
func mask(s string) bool {
	if from, to, ok := strings.Cut(s, "-"); ok {
		return digits(from) && digits(to) && (len(from) < len(to) || len(from) == len(to) && from <= to)
	}
	return s != "" && strings.Trim(s, "0123456789*#") == ""
}

var listNumber = declare[ListNumberRequest, none]("/vpbx/bwlists/number/add")

// ListNumber puts a number on a list (§3.8.2.3). 5222: a list holds 20,000 (the
// text says that there is no limit); 5221: the lists are not part of the
// tariff.
//
//vpbx:op POST /vpbx/bwlists/number/add
func (c *Client) ListNumber(ctx context.Context, r ListNumberRequest) error {
	return send(ctx, c, listNumber, r)
}

// UnlistNumberRequest names an entry of a list.
type UnlistNumberRequest struct {
	NumberID int64 `json:"number_id" check:"required,range=1..,ref=listed_number"`
}

var unlistNumber = declare[UnlistNumberRequest, none]("/vpbx/bwlists/number/delete")

// UnlistNumber takes a number off its list (§3.8.2.4). Codes as of ListNumber:
// 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/bwlists/number/delete
func (c *Client) UnlistNumber(ctx context.Context, r UnlistNumberRequest) error {
	return send(ctx, c, unlistNumber, r)
}
