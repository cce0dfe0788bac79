package vpbx

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/text"
)

// RolesRequest has no parameters.
type RolesRequest struct{}

// Role is what an employee may see and do.
type Role struct {
	RoleID      int64        `json:"role_id" names:"role"`
	Name        string       `json:"name"`
	Permissions []Permission `json:"permissions"`
}

// Permission is a part of a role. The document describes neither of the two.
type Permission struct {
	Code  string `json:"code"`
	Param any    `json:"param"`
}

type rolesAnswer struct {
	told
	Roles []Role `json:"roles"`
}

var roles = declare[RolesRequest, rolesAnswer]("/vpbx/roles")

// Roles reads the roles (§3.7.11). Codes of its chapter: 2230, 3000, 3100,
// 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/roles
func (c *Client) Roles(ctx context.Context) ([]Role, error) {
	a, err := call(ctx, c, roles, RolesRequest{})
	if err != nil {
		return nil, err
	}
	return listed(roles.op, a.told, a.Roles)
}

// MemberFields are the optional fields of an employee, in create and update.
// Absent ones are left to the PBX, or as they are.
type MemberFields struct {
	Email         *string        `json:"email,omitempty"`
	Mobile        *string        `json:"mobile,omitempty" check:"digits,max=20"`
	Department    *string        `json:"department,omitempty"`
	Position      *string        `json:"position,omitempty"`
	Login         string         `json:"login,omitempty"`                   // with Password
	Password      string         `json:"password,omitempty" check:"secret"` // with Login; 8 characters or more, small and capital Latin letters and digits (3120)
	UseStatus     *int           `json:"use_status,omitempty" check:"range=0..1"`
	UseCCNumbers  *int           `json:"use_cc_numbers,omitempty" check:"range=0..1"`
	LineID        *string        `json:"line_id,omitempty" check:"digits,max=20,ref=line"`                 // outgoing, not of region "sip" (3124); "" = none
	TrunkNumberID *string        `json:"trunk_number_id,omitempty" check:"digits,max=20,ref=trunk_number"` // instead of LineID; whose Options are 4 or 6
	DialAlg       *int           `json:"dial_alg,omitempty" check:"range=0..2"`
	Numbers       []MemberNumber `json:"numbers,omitempty"` // all of his telephones: what is not listed is removed
}

// MemberNumber is a telephone of an employee.
type MemberNumber struct {
	Number   string          `json:"number" check:"required,id"` // digits, or user@host of SIP with or without sip:
	Protocol string          `json:"protocol" check:"required,oneof=tel|sip|fmc"`
	WaitSec  int             `json:"wait_sec,omitempty" check:"range=0.."` // seconds; 0 = the limit of the platform
	Status   string          `json:"status,omitempty" check:"oneof=on|off"`
	Schedule *MemberSchedule `json:"schedule,omitempty"` // nil = always; an object, never a list
}

// MemberSchedule says when a telephone rings.
type MemberSchedule struct {
	From  UTCTime              `json:"from,omitzero"`
	Until UTCTime              `json:"until,omitzero"`
	Items []MemberScheduleItem `json:"items,omitempty"`
}

// MemberScheduleItem is one line of a schedule. Its types are spelt in two ways
// in the document; date was called specific_date before March 2022.
type MemberScheduleItem struct {
	Type  string `json:"type" check:"required,oneof=AllDays|WorkingDays|Holidays|SpecificDate|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"`
	From  string `json:"from,omitempty"`  // "HH:MM", Moscow time
	Until string `json:"until,omitempty"` // "HH:MM", Moscow time
	Date  Date   `json:"date,omitzero"`   // of SpecificDate
}

func (r *MemberFields) check() error {
	switch {
	case r.Email != nil && *r.Email != "" && !email(*r.Email):
		return bad("email", "name@domain")
	case (r.Login == "") != (r.Password == ""):
		return together("login", r.Login, "password")
	case r.Password != "" && !strongPassword(r.Password):
		return bad("password", passwordRule)
	case r.LineID != nil && *r.LineID != "" && r.TrunkNumberID != nil && *r.TrunkNumberID != "":
		return bad("trunk_number_id", "line_id | trunk_number_id")
	}
	for i, n := range r.Numbers {
		if err := n.check("numbers[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	return nil
}

// together is the error of two fields of which one is absent (3125).
func together(first, value, second string) error {
	if value == "" {
		second = first
	}
	return text.New(text.MissingField).WithField(second)
}

func (n *MemberNumber) check(path string) error {
	at := join(path, "number")
	if n.Protocol == "sip" {
		if err := number(at, "sip:"+strings.TrimPrefix(n.Number, "sip:")); err != nil {
			return err
		}
	} else if !digits(n.Number) || len(n.Number) > maxDigits {
		return text.New(text.NumberInvalid).WithField(at)
	}
	if n.Schedule == nil {
		return nil
	}
	path = join(path, "schedule")
	if s := n.Schedule; !s.From.IsZero() && !s.Until.IsZero() && !s.From.Before(s.Until.Time) {
		return bad(join(path, "until"), "from < until")
	}
	for i, item := range n.Schedule.Items {
		at := join(path, "items["+strconv.Itoa(i)+"]")
		switch {
		case !hourMinute(item.From):
			return bad(join(at, "from"), "HH:MM")
		case !hourMinute(item.Until):
			return bad(join(at, "until"), "HH:MM")
		case item.Type == "SpecificDate" && item.Date.IsZero():
			return text.New(text.MissingField).WithField(join(at, "date"))
		}
	}
	return nil
}

// hourMinute tells a time of day, or none.
func hourMinute(s string) bool {
	_, err := time.Parse("15:04", s)
	return s == "" || err == nil && len(s) == len("15:04")
}

// email tells name@domain. The PBX looks closer: 3112 to 3119.
func email(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(strings.Trim(host, "."), ".") && len(s) <= 254 &&
		!strings.Contains(host, "@") && !strings.ContainsFunc(s, blank)
}

// CreateMemberRequest describes a new employee.
type CreateMemberRequest struct {
	Name         string `json:"name" check:"required"`
	AccessRoleID int64  `json:"access_role_id" check:"required,range=1..,ref=role"`
	Extension    string `json:"extension" check:"required,ext,ref=free_extension"` // nobody else's
	MemberFields
}

type userIDAnswer struct {
	UserID int64 `json:"user_id" names:"member"`
}

var createMember = declare[CreateMemberRequest, userIDAnswer]("/vpbx/member/create")

// CreateMember makes an employee and tells his user_id (§3.7.12). It may cost
// money: 5201 where the account page does not allow that by API. 3106: the
// extension or the login is taken; 3130–3134: the password; 5211: no SIP domain
// for him; 5221, 5228: as many employees as the tariff has.
//
//vpbx:op POST /vpbx/member/create
func (c *Client) CreateMember(ctx context.Context, r CreateMemberRequest) (int64, error) {
	a, err := call(ctx, c, createMember, r)
	if err == nil && a.UserID == 0 {
		err = empty(createMember.op)
	}
	return a.UserID, err
}

// UpdateMemberRequest changes an employee: only the fields that are there.
type UpdateMemberRequest struct {
	UserID       int64   `json:"user_id" check:"required,range=1..,ref=member"`
	Name         string  `json:"name,omitempty"`
	AccessRoleID int64   `json:"access_role_id,omitempty" check:"range=1..,ref=role"`
	Extension    string  `json:"extension,omitempty" check:"ext,ref=free_extension"`
	OutgoingLine *string `json:"outgoingline,omitempty" check:"id,ref=line"` // digits or sip:…
	MemberFields
}

var updateMember = declare[UpdateMemberRequest, none]("/vpbx/member/update")

// UpdateMember changes an employee (§3.7.13). Numbers replaces all of his
// telephones, and a SIP number that is left out loses its account. Chat robots
// cannot be changed. 5207: the contact centre uses a number; 5208, 5219: the
// default number stays; 5212, 5218: one number must.
//
//vpbx:op POST /vpbx/member/update
func (c *Client) UpdateMember(ctx context.Context, r UpdateMemberRequest) error {
	return send(ctx, c, updateMember, r)
}

// DeleteMemberRequest names an employee.
type DeleteMemberRequest struct {
	UserID int64 `json:"user_id" check:"required,range=1..,ref=member"`
}

var deleteMember = declare[DeleteMemberRequest, none]("/vpbx/member/delete")

// DeleteMember removes an employee (§3.7.14), unless he is in use (5202 to
// 5208), an administrator (5210) or a robot (5302).
//
//vpbx:op POST /vpbx/member/delete
func (c *Client) DeleteMember(ctx context.Context, r DeleteMemberRequest) error {
	return send(ctx, c, deleteMember, r)
}
