package vpbx

import (
	"context"
	"iter"
	"strings"

	"mangoofficesdk/sdk/text"
)

// Forwarding by the client's number (§3.3): whoever calls from the number of a
// rule is put through to the rule's target at once, past the IVR.

// Targets of a rule.
const (
	ForwardGroup   = "group"
	ForwardUser    = "user"
	ForwardOutside = "ext_forward"
)

// Kinds of a number in a rule.
const (
	PhoneNumber = 0 // digits
	SIPNumber   = 1 // user@host, without sip:
)

// ForwardToGroup names a group.
type ForwardToGroup struct {
	GroupID int64 `json:"forward_group_id" check:"required,range=1..,ref=group"`
}

// ForwardToUser names an employee.
type ForwardToUser struct {
	UserID    int64  `json:"forward_user_id" check:"required,range=1..,ref=member"`
	ContactID string `json:"forward_contact_id" check:"digits,max=20,ref=device"` // which number of his; "" = the default one
}

// ForwardToOutside names a number that is none of the PBX.
type ForwardToOutside struct {
	NumberType int    `json:"forward_number_type,string" check:"range=0..1"` // PhoneNumber, SIPNumber
	Number     string `json:"forward_number" check:"required"`
	WaitSec    int    `json:"forward_wait_sec,string" check:"required,range=1.."` // seconds until the attempt is given up
}

func (f *ForwardToOutside) check(path string) error {
	return typedNumber(join(path, "forward_number"), f.NumberType, f.Number)
}

// typedNumber checks a number against its kind: the PBX refuses a mismatch.
func typedNumber(field string, kind int, value string) error {
	if kind == PhoneNumber {
		if !digits(value) || len(value) > maxDigits {
			return text.New(text.NumberInvalid).WithField(field)
		}
		return nil
	}
	if strings.HasPrefix(value, "sip:") {
		return text.New(text.NumberInvalid).WithField(field)
	}
	return number(field, "sip:"+value)
}

// ForwardedUser is the employee of a rule, as the PBX tells him.
type ForwardedUser struct {
	UserID    int64 `json:"forward_user_id"`
	ContactID int64 `json:"forward_contact_id"`
	Default   bool  `json:"is_default_contact_id"` // his default number
}

// ForwardingRule is a rule of the PBX. One of the targets is there, as Type
// says.
type ForwardingRule struct {
	ID           int64             `json:"forward_id"`
	ClientNumber string            `json:"client_phone_number"` // or a mask, set on the account page: 121-130
	ClientType   int               `json:"client_phone_type"`   // PhoneNumber, SIPNumber
	Active       bool              `json:"status"`
	Comment      string            `json:"comment"`
	Type         string            `json:"forward_type" words:"group,user,ext_forward"`
	ToGroup      *ForwardToGroup   `json:"forward_to_group"`
	ToUser       *ForwardedUser    `json:"forward_to_user"`
	ToOutside    *ForwardToOutside `json:"forward_to_ext"`
}

// ForwardingRequest asks for rules. Both fields are better left out: an account
// was seen that answers 3100 to any limit.
type ForwardingRequest struct {
	Limit  int `json:"limit,omitzero" check:"range=1..1000"` // 0 = 1000
	Offset int `json:"offset,omitzero" check:"range=0.."`
}

// ForwardingPage is a part of the rules.
type ForwardingPage struct {
	Rules []ForwardingRule `json:"numbers"`
	Total int              `json:"total"` // of all parts
}

type forwardingAnswer struct {
	told
	ForwardingPage
}

var forwardingNumbers = declare[ForwardingRequest, forwardingAnswer]("/vpbx/forwarding/numbers")

// ForwardingPage reads a part of the rules (§3.3.1). Codes: 3300, 5xxx.
//
//vpbx:op POST /vpbx/forwarding/numbers
func (c *Client) ForwardingPage(ctx context.Context, r ForwardingRequest) (ForwardingPage, error) {
	a, err := call(ctx, c, forwardingNumbers, r)
	if err == nil {
		_, err = listed(forwardingNumbers.op, a.told, a.Rules)
	}
	return a.ForwardingPage, err
}

const forwardingLimit = 1000 // of one request, and its default

// ForwardingRules walks all rules, beginning without limit and offset.
func (c *Client) ForwardingRules(ctx context.Context) iter.Seq2[ForwardingRule, error] {
	return func(yield func(ForwardingRule, error) bool) {
		for r := (ForwardingRequest{}); ; r.Limit = forwardingLimit {
			page, err := c.ForwardingPage(ctx, r)
			if err != nil {
				yield(ForwardingRule{}, err)
				return
			}
			for _, rule := range page.Rules {
				if !yield(rule, nil) {
					return
				}
			}
			r.Offset += len(page.Rules)
			if len(page.Rules) == 0 || r.Offset >= page.Total {
				return
			}
		}
	}
}

// AddForwardingRequest is a new rule. ForwardType says which of the targets is
// given.
type AddForwardingRequest struct {
	ClientPhoneNumber string            `json:"client_phone_number" check:"required"`
	ClientPhoneType   *int              `json:"client_phone_type,string" check:"required,range=0..1"` // PhoneNumber, SIPNumber
	Status            *int              `json:"status,string" check:"required,range=0..1"`            // 1 = the rule works
	ForwardType       string            `json:"forward_type" check:"required,oneof=group|user|ext_forward"`
	ForwardToGroup    *ForwardToGroup   `json:"forward_to_group,omitempty"`
	ForwardToUser     *ForwardToUser    `json:"forward_to_user,omitempty"`
	ForwardToExt      *ForwardToOutside `json:"forward_to_ext,omitempty"`
	Comment           string            `json:"comment,omitempty"`
}

func (r *AddForwardingRequest) check() error {
	if err := typedNumber("client_phone_number", *r.ClientPhoneType, r.ClientPhoneNumber); err != nil {
		return err
	}
	return checkTarget(r.ForwardType, r.ForwardToGroup, r.ForwardToUser, r.ForwardToExt)
}

// checkTarget wants the target that kind names, and no other.
func checkTarget(kind string, group *ForwardToGroup, user *ForwardToUser, outside *ForwardToOutside) error {
	for _, target := range []struct {
		kind, field string
		given       bool
	}{
		{ForwardGroup, "forward_to_group", group != nil},
		{ForwardUser, "forward_to_user", user != nil},
		{ForwardOutside, "forward_to_ext", outside != nil},
	} {
		switch {
		case target.given && kind == "":
			return missing("forward_type")
		case target.given && kind != target.kind:
			return bad(target.field, "forward_type = "+kind)
		case !target.given && kind == target.kind:
			return missing(target.field)
		}
	}
	if outside != nil {
		return outside.check("forward_to_ext")
	}
	return nil
}

var forwardingAdd = declare[AddForwardingRequest, none]("/vpbx/forwarding/number/add")

// AddForwarding makes a rule (§3.3.2). A second one for the same client number
// is refused. The PBX tells no id: read the rules for it. Codes: 3100, 31xx,
// 3300 (no such group or employee), 5xxx.
//
//vpbx:op POST /vpbx/forwarding/number/add
func (c *Client) AddForwarding(ctx context.Context, r AddForwardingRequest) error {
	return send(ctx, c, forwardingAdd, r)
}

// ChangeForwardingRequest changes what is given of a rule.
type ChangeForwardingRequest struct {
	ForwardID         int64             `json:"forward_id" check:"required,range=1..,ref=forwarding"`
	ForwardType       string            `json:"forward_type,omitempty" check:"oneof=group|user|ext_forward"` // with its target
	ForwardToGroup    *ForwardToGroup   `json:"forward_to_group,omitempty"`
	ForwardToUser     *ForwardToUser    `json:"forward_to_user,omitempty"`
	ForwardToExt      *ForwardToOutside `json:"forward_to_ext,omitempty"`
	ClientPhoneNumber string            `json:"client_phone_number,omitempty"` // with its type
	ClientPhoneType   *int              `json:"client_phone_type,string,omitempty" check:"range=0..1"`
	Status            *int              `json:"status,string,omitempty" check:"range=0..1"`
	Comment           *string           `json:"comment,omitempty"` // "" removes it
}

func (r *ChangeForwardingRequest) check() error {
	switch {
	case r.ClientPhoneType == nil && r.ClientPhoneNumber != "":
		return missing("client_phone_type")
	case r.ClientPhoneType != nil:
		if r.ClientPhoneNumber == "" {
			return missing("client_phone_number")
		}
		if err := typedNumber("client_phone_number", *r.ClientPhoneType, r.ClientPhoneNumber); err != nil {
			return err
		}
	}
	return checkTarget(r.ForwardType, r.ForwardToGroup, r.ForwardToUser, r.ForwardToExt)
}

var forwardingChange = declare[ChangeForwardingRequest, none]("/vpbx/forwarding/number/change")

// ChangeForwarding changes a rule (§3.3.3). Codes: 31xx, 3300 (no such rule),
// 5xxx. The document calls 3100 a success here; that is taken for a misprint.
//
//vpbx:op POST /vpbx/forwarding/number/change
func (c *Client) ChangeForwarding(ctx context.Context, r ChangeForwardingRequest) error {
	return send(ctx, c, forwardingChange, r)
}

// RemoveForwardingRequest names a rule.
type RemoveForwardingRequest struct {
	ForwardID int64 `json:"forward_id" check:"required,range=1..,ref=forwarding"`
}

var forwardingRemove = declare[RemoveForwardingRequest, none]("/vpbx/forwarding/number/remove")

// RemoveForwarding removes a rule (§3.3.4). Codes: 3300 (no such rule), 5xxx.
//
//vpbx:op POST /vpbx/forwarding/number/remove
func (c *Client) RemoveForwarding(ctx context.Context, r RemoveForwardingRequest) error {
	return send(ctx, c, forwardingRemove, r)
}
