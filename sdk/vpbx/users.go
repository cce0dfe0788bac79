package vpbx

import (
	"context"
	"errors"
)

// UsersRequest asks for employees. ExtFields "" = all that we know; without
// general.user_id statistics and groups cannot be linked (§3.7.1).
type UsersRequest struct {
	Extension string   `json:"extension,omitempty" check:"ext,ref=extension"` // one employee; "" = all
	ExtFields []string `json:"ext_fields,omitempty" check:"oneof=general.user_id|general.sips|groups|general.access_role_id|telephony.dial_alg|telephony.line_id|telephony.trunk_number_id|general.mobile|general.login|general.use_status|general.use_cc_numbers|telephony.numbers.schedule"`
}

// userFields are the fields beyond the short form that Employee has.
var userFields = []string{
	"general.user_id", "general.sips", "groups", "general.access_role_id", "telephony.dial_alg",
	"telephony.line_id", "telephony.trunk_number_id", "general.mobile", "general.login",
	"general.use_status", "general.use_cc_numbers",
}

// Employee is one employee of the PBX. Absent values are "" and 0.
type Employee struct {
	General   EmployeeCard      `json:"general"`
	Telephony EmployeeTelephony `json:"telephony"`
	Groups    []int64           `json:"groups"`
}

// EmployeeCard is who the employee is.
type EmployeeCard struct {
	Name         string    `json:"name"`
	Email        string    `json:"email"`
	Department   string    `json:"department"`
	Position     string    `json:"position"`
	UserID       int64     `json:"user_id" names:"member"`
	AccessRoleID int64     `json:"access_role_id"`
	Mobile       string    `json:"mobile"`
	Login        string    `json:"login"`
	UseStatus    bool      `json:"use_status"`
	UseCCNumbers bool      `json:"use_cc_numbers"`
	SIPs         []UserSIP `json:"sips"`
}

// UserSIP is a SIP account of an employee.
type UserSIP struct {
	Number string `json:"number"` // user@host, without sip:
}

// EmployeeTelephony is how the employee is reached.
type EmployeeTelephony struct {
	Extension     string           `json:"extension" names:"extension,dial,number"` // may begin with 0; two employees of the document share one
	OutgoingLine  string           `json:"outgoingline"`                            // digits or sip:…
	DialAlg       int              `json:"dial_alg"`
	LineID        int64            `json:"line_id"`
	TrunkNumberID int64            `json:"trunk_number_id"`
	Numbers       []EmployeeNumber `json:"numbers"`
}

// EmployeeNumber is one telephone of an employee.
type EmployeeNumber struct {
	Number     string `json:"number"`
	Protocol   string `json:"protocol"`          // tel, sip, fmc, …
	Normalized string `json:"number_normalized"` // E.164 digits, tel only
	Order      int    `json:"order"`
	WaitSec    int    `json:"wait_sec"` // 0 = the limit of the platform
	Status     string `json:"status" words:"on,off"`
}

type usersAnswer struct {
	Users *[]Employee `json:"users"`
}

var users = declare[UsersRequest, usersAnswer]("/vpbx/config/users/request")

var errNoUsers = errors.New("the answer has no users")

// Users reads the employees: a read that always succeeds with a good key, and
// so serves to verify one. The PBX allows one request in two seconds (§1.4.2).
// Codes of its chapter: 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/config/users/request
func (c *Client) Users(ctx context.Context, r UsersRequest) ([]Employee, error) {
	if r.ExtFields == nil {
		r.ExtFields = userFields
	}
	a, err := call(ctx, c, users, r)
	if err != nil {
		return nil, err
	}
	if a.Users == nil {
		return nil, &Error{Op: users.entry().Name, Kind: KindAnswer, Sent: true, Err: errNoUsers}
	}
	return *a.Users, nil
}
