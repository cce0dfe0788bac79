package office

import (
	"context"
	"encoding/json"
	"strconv"

	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/vpbx"
)

// Employee is one employee of the PBX as GetEmployees gives him: what 1C wants
// of config/users/request. Absent values are "" and [].
type Employee struct {
	Name       string  `json:"name"`
	Extension  string  `json:"extension"`
	UserID     string  `json:"user_id"` // the PBX's
	Position   string  `json:"position"`
	Department string  `json:"department"`
	Mobile     string  `json:"mobile"`
	Email      string  `json:"email"`
	Line       string  `json:"line_number"` // for his outgoing calls
	Groups     []int64 `json:"groups"`      // ids of the PBX

	phones []string // where he answers, besides the mobile
}

func employee(e vpbx.Employee) Employee {
	known := Employee{
		Name: e.General.Name, Extension: e.Telephony.Extension, Position: e.General.Position, Department: e.General.Department,
		Mobile: e.General.Mobile, Email: e.General.Email, Line: e.Telephony.OutgoingLine, Groups: e.Groups,
	}
	if id := e.General.UserID; id != 0 {
		known.UserID = strconv.FormatInt(id, 10)
	}
	for _, n := range e.Telephony.Numbers {
		known.phones = append(known.phones, n.Number)
	}
	if known.Groups == nil {
		known.Groups = []int64{}
	}
	return known
}

// answered is what a method gives that may have to ask the PBX first: the
// answer, or the operation that brings it.
type answered struct {
	Answer      json.RawMessage `json:"answer,omitempty"`
	OperationID string          `json:"operation_id,omitempty"`
}

// getEmployees gives the employees as they were read last, or, when they never
// were or the caller wants them fresh, reads them.
func (l *Local) getEmployees(_ context.Context, args json.RawMessage) (any, error) {
	var a struct {
		Refresh bool `json:"refresh"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	o := l.office
	if known := o.employees.Load(); known != nil && !a.Refresh {
		raw, err := json.Marshal(*known)
		return answered{Answer: raw}, err
	}
	if err := o.reachable(); err != nil {
		return nil, err
	}
	id, err := o.ops.Start(l.id, "GetEmployees", func(ctx context.Context, op *operation.Op) error {
		list, err := o.client.Users(ctx, vpbx.UsersRequest{})
		o.usersRead.Store(new(o.cfg.Now()))
		if err != nil {
			return err
		}
		o.know(list)
		for _, e := range list {
			raw, err := json.Marshal(employee(e))
			if err != nil {
				return err
			}
			if err := op.Add(raw); err != nil {
				return err
			}
		}
		return nil
	})
	return answered{OperationID: id}, err
}
