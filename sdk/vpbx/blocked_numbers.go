package vpbx

import (
	"context"
	"iter"
)

// Numbers that may not be called (§3.8.3): a service of its own, and one more
// for campaigns. 3300 means both that the service is off and that there is no
// such number; 3136 a number in a wrong form; 5008 not now.

// BlockMode says which calls to a number are blocked.
type BlockMode int

// The modes. Campaigns need the service of outbound campaigns.
const (
	BlockDirect    BlockMode = 1 // calls of employees
	BlockCampaigns BlockMode = 2
	BlockBoth      BlockMode = 3
)

// BlockedNumber is a number that may not be called.
type BlockedNumber struct {
	Number      string    `json:"number"`
	Description string    `json:"description"`
	Mode        BlockMode `json:"mode"`
	UserID      int64     `json:"user_id"` // 0 = none
	Created     string    `json:"created"` // "YYYY-MM-DD HH:MM:SS"; the document names no zone
}

// BlockedNumbersRequest asks for blocked numbers.
type BlockedNumbersRequest struct {
	Numbers []string `json:"numbers,omitempty" check:"digits"` // only these; nil = all
	// Cursor is where to begin, from 1: a page or a number, the document does
	// not say which.
	Cursor int `json:"cursor,omitempty" check:"range=1.."`
	Limit  int `json:"limit,omitempty" check:"range=1.."` // 0 = 100
}

type blockedNumbersAnswer struct {
	told
	Numbers []BlockedNumber `json:"numbers"`
}

var blockedNumbers = declare[BlockedNumbersRequest, blockedNumbersAnswer]("/vpbx/outbound_blacklist/get")

// BlockedNumbersPage reads a part of the list (§3.8.3.1). Codes of its chapter:
// 3100, 3103, 3104, 3300 (the option is off), 5000, 5004, 5008.
//
//vpbx:op POST /vpbx/outbound_blacklist/get
func (c *Client) BlockedNumbersPage(ctx context.Context, r BlockedNumbersRequest) ([]BlockedNumber, error) {
	a, err := call(ctx, c, blockedNumbers, r)
	if err != nil {
		return nil, err
	}
	return listed(blockedNumbers.op, a.told, a.Numbers)
}

const defaultBlocked = 100 // numbers in a page

// BlockedNumbers yields the whole list from Cursor on. Whether the cursor
// counts pages or numbers shows at the second request: one step of the cursor
// brings a new page, or the old one moved by one.
func (c *Client) BlockedNumbers(ctx context.Context, r BlockedNumbersRequest) iter.Seq2[BlockedNumber, error] {
	return func(yield func(BlockedNumber, error) bool) {
		r := r // the sequence may be run twice
		r.Cursor, r.Limit = max(r.Cursor, 1), or(r.Limit, defaultBlocked)
		begin, counts := r.Cursor, false // counts: the cursor counts numbers
		seen := map[string]bool{}
		for {
			page, err := c.BlockedNumbersPage(ctx, r)
			if err != nil {
				yield(BlockedNumber{}, err)
				return
			}
			before := len(seen)
			for _, n := range page {
				if seen[n.Number] {
					continue
				}
				if seen[n.Number] = true; !yield(n, nil) {
					return
				}
			}
			fresh := len(seen) - before
			if len(page) < r.Limit || fresh == 0 {
				return
			}
			if known := len(page) - fresh; r.Cursor == begin+1 && 2*known >= r.Limit {
				counts = true
			}
			if r.Cursor++; counts {
				r.Cursor = begin + len(seen)
			}
		}
	}
}

// BlockNumbersRequest blocks numbers.
type BlockNumbersRequest struct {
	Numbers []NumberBlock `json:"numbers" check:"required"`
}

// NumberBlock is a number to block.
type NumberBlock struct {
	Number      string    `json:"number" check:"required,digits,max=20"`
	Mode        BlockMode `json:"mode" check:"required,range=1..3"`
	Description string    `json:"description,omitempty"`
	UserID      int64     `json:"user_id,omitempty" check:"range=1..,ref=member"`
}

type blockNumbersAnswer struct {
	Existed []string `json:"existed_numbers"`
}

var blockNumbers = declare[BlockNumbersRequest, blockNumbersAnswer]("/vpbx/outbound_blacklist/add")

// BlockNumbers blocks numbers and tells which of them were blocked before
// (§3.8.3.2). 4100: there are rules for them; 5222: a list holds 20,000.
//
//vpbx:op POST /vpbx/outbound_blacklist/add
func (c *Client) BlockNumbers(ctx context.Context, r BlockNumbersRequest) (existed []string, err error) {
	a, err := call(ctx, c, blockNumbers, r)
	return a.Existed, err
}

// DescribeBlockedRequest changes what is said of a number.
type DescribeBlockedRequest struct {
	Number      string `json:"number" check:"required,digits,max=20,ref=blocked_number"`
	Description string `json:"description" check:"required"` // 3109: too long
}

var describeBlocked = declare[DescribeBlockedRequest, none]("/vpbx/outbound_blacklist/update_description")

// DescribeBlocked changes the description of a blocked number (§3.8.3.3).
// Codes: 3103, 3104, 3109 (too long), 3300 (not on the list), 5000, 5004, 5008.
//
//vpbx:op POST /vpbx/outbound_blacklist/update_description
func (c *Client) DescribeBlocked(ctx context.Context, r DescribeBlockedRequest) error {
	return send(ctx, c, describeBlocked, r)
}

// BlockModeRequest names a number of the list and a mode.
type BlockModeRequest struct {
	Number string    `json:"number" check:"required,digits,max=20,ref=blocked_number"`
	Mode   BlockMode `json:"mode" check:"required,range=1..3"`
}

var (
	enableBlockMode  = declare[BlockModeRequest, none]("/vpbx/outbound_blacklist/enable_mode")
	disableBlockMode = declare[BlockModeRequest, none]("/vpbx/outbound_blacklist/disable_mode")
)

// EnableBlockMode blocks one kind of calls to a number of the list (§3.8.3.4).
// 3300: it is not on the list.
//
//vpbx:op POST /vpbx/outbound_blacklist/enable_mode
func (c *Client) EnableBlockMode(ctx context.Context, r BlockModeRequest) error {
	return send(ctx, c, enableBlockMode, r)
}

// DisableBlockMode allows one kind of calls to a number of the list (§3.8.3.5).
// Codes as of EnableBlockMode: 3103, 3104, 3300 (not on the list), 5000,
// 5004, 5008.
//
//vpbx:op POST /vpbx/outbound_blacklist/disable_mode
func (c *Client) DisableBlockMode(ctx context.Context, r BlockModeRequest) error {
	return send(ctx, c, disableBlockMode, r)
}

// UnblockNumbersRequest names numbers of the list.
type UnblockNumbersRequest struct {
	Numbers []string `json:"numbers" check:"required,digits,ref=blocked_number"`
}

var unblockNumbers = declare[UnblockNumbersRequest, none]("/vpbx/outbound_blacklist/delete")

// UnblockNumbers takes numbers off the list (§3.8.3.6). Codes: 3100, 3103, 3104,
// 3136 (the form of a number), 3300 (not on the list), 5000, 5004, 5008.
//
//vpbx:op POST /vpbx/outbound_blacklist/delete
func (c *Client) UnblockNumbers(ctx context.Context, r UnblockNumbersRequest) error {
	return send(ctx, c, unblockNumbers, r)
}

// ForbidOutgoingRequest has no parameters.
type ForbidOutgoingRequest struct{}

// AllowOutgoingRequest has no parameters.
type AllowOutgoingRequest struct{}

var (
	forbidOutgoing = declare[ForbidOutgoingRequest, none]("/vpbx/outbound_blacklist/enable")
	allowOutgoing  = declare[AllowOutgoingRequest, none]("/vpbx/outbound_blacklist/disable")
)

// ForbidOutgoing switches on the option that forbids all outgoing calls
// (§3.8.3.7). Codes: 5000, 5008.
//
//vpbx:op POST /vpbx/outbound_blacklist/enable
func (c *Client) ForbidOutgoing(ctx context.Context) error {
	return send(ctx, c, forbidOutgoing, ForbidOutgoingRequest{})
}

// AllowOutgoing switches that option off (§3.8.3.8). Codes as of
// ForbidOutgoing: 5000, 5008.
//
//vpbx:op POST /vpbx/outbound_blacklist/disable
func (c *Client) AllowOutgoing(ctx context.Context) error {
	return send(ctx, c, allowOutgoing, AllowOutgoingRequest{})
}
