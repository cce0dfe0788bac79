package vpbx

import (
	"context"
	"errors"

	"mangoofficesdk/sdk/internal/loose"
)

// UsersRequest asks for employees.
type UsersRequest struct {
	Extension string // one employee; "" = all
}

// Check finds what the PBX would refuse.
func (r UsersRequest) Check() error {
	if r.Extension == "" {
		return nil
	}
	return extension("extension", r.Extension)
}

// userFields are the fields beyond the short form that we use: without them
// there is no user_id, which statistics and groups need (§3.7.1).
var userFields = []string{
	"general.user_id", "general.sips", "groups", "general.access_role_id", "telephony.dial_alg",
	"telephony.line_id", "telephony.trunk_number_id", "general.mobile", "general.login",
	"general.use_status", "general.use_cc_numbers",
}

// Employee is one employee of the PBX. Absent values are "" and 0.
type Employee struct {
	UserID       int64
	Name         string
	Email        string
	Department   string
	Position     string
	Mobile       string
	Login        string
	AccessRoleID int64
	UseStatus    bool
	UseCCNumbers bool
	SIPs         []string // user@host, without sip:
	Extension    string   // may begin with 0; two employees of the document share one
	OutgoingLine string   // digits or sip:…
	DialAlg      int
	LineID       int64
	TrunkNumber  int64
	Numbers      []EmployeeNumber
	Groups       []int64
}

// EmployeeNumber is one telephone of an employee.
type EmployeeNumber struct {
	Number     string
	Protocol   string // tel, sip, fmc, …
	Normalized string // E.164 digits, tel only
	Order      int
	WaitSec    int // 0 = the limit of the platform
	On         bool
}

type wireUsers struct {
	Users *[]loose.Object[wireUser] `json:"users"`
}

type wireUser struct {
	General   loose.Object[wireGeneral]   `json:"general"`
	Telephony loose.Object[wireTelephony] `json:"telephony"`
	Groups    loose.List[loose.Scalar]    `json:"groups"`
}

type wireGeneral struct {
	Name         loose.Scalar                      `json:"name"`
	Email        loose.Scalar                      `json:"email"`
	Department   loose.Scalar                      `json:"department"`
	Position     loose.Scalar                      `json:"position"`
	UserID       loose.Scalar                      `json:"user_id"`
	AccessRoleID loose.Scalar                      `json:"access_role_id"`
	Mobile       loose.Scalar                      `json:"mobile"`
	Login        loose.Scalar                      `json:"login"`
	UseStatus    loose.Scalar                      `json:"use_status"`
	UseCCNumbers loose.Scalar                      `json:"use_cc_numbers"`
	SIPs         loose.List[loose.Object[wireSIP]] `json:"sips"`
}

type wireSIP struct {
	Number loose.Scalar `json:"number"`
}

type wireTelephony struct {
	Extension     loose.Scalar                         `json:"extension"`
	OutgoingLine  loose.Scalar                         `json:"outgoingline"`
	DialAlg       loose.Scalar                         `json:"dial_alg"`
	LineID        loose.Scalar                         `json:"line_id"`
	TrunkNumberID loose.Scalar                         `json:"trunk_number_id"`
	Numbers       loose.List[loose.Object[wireNumber]] `json:"numbers"`
}

type wireNumber struct {
	Number     loose.Scalar `json:"number"`
	Protocol   loose.Scalar `json:"protocol"`
	Normalized loose.Scalar `json:"number_normalized"`
	Order      loose.Scalar `json:"order"`
	WaitSec    loose.Scalar `json:"wait_sec"`
	Status     loose.Scalar `json:"status"`
}

var errNoUsers = errors.New("the answer has no users")

// Users reads the employees: a read that always succeeds with a good key, and
// so serves to verify one. The PBX allows one request in two seconds.
//
//vpbx:op POST /vpbx/config/users/request
func (c *Client) Users(ctx context.Context, r UsersRequest) ([]Employee, error) {
	const op = "config/users/request"
	if err := r.Check(); err != nil {
		return nil, err
	}
	var w wireUsers
	err := c.call(ctx, op, struct {
		Extension string   `json:"extension,omitempty"`
		ExtFields []string `json:"ext_fields"`
	}{r.Extension, userFields}, &w)
	if err != nil {
		return nil, err
	}
	if w.Users == nil {
		return nil, &Error{Op: op, Kind: KindAnswer, Sent: true, Err: errNoUsers}
	}
	employees := make([]Employee, 0, len(*w.Users))
	for _, u := range *w.Users {
		employees = append(employees, u.Value.employee())
	}
	return employees, nil
}

func (w wireUser) employee() Employee {
	g, t := w.General.Value, w.Telephony.Value
	e := Employee{
		UserID: id(g.UserID), Name: g.Name.Text(), Email: g.Email.Text(), Department: g.Department.Text(),
		Position: g.Position.Text(), Mobile: g.Mobile.Text(), Login: g.Login.Text(), AccessRoleID: id(g.AccessRoleID),
		UseStatus: g.UseStatus.Flag(), UseCCNumbers: g.UseCCNumbers.Flag(),
		Extension: t.Extension.Text(), OutgoingLine: t.OutgoingLine.Text(), DialAlg: t.DialAlg.Code(),
		LineID: id(t.LineID), TrunkNumber: id(t.TrunkNumberID),
	}
	for _, s := range g.SIPs {
		e.SIPs = append(e.SIPs, s.Value.Number.Text())
	}
	for _, n := range t.Numbers {
		v := n.Value
		e.Numbers = append(e.Numbers, EmployeeNumber{
			Number: v.Number.Text(), Protocol: v.Protocol.Text(), Normalized: v.Normalized.Text(),
			Order: v.Order.Code(), WaitSec: v.WaitSec.Code(), On: v.Status.Word("on", "off") == "on",
		})
	}
	for _, group := range w.Groups {
		e.Groups = append(e.Groups, id(group))
	}
	return e
}

func id(s loose.Scalar) int64 {
	n, _ := s.Int()
	return n
}
