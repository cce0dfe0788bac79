package vpbx

import (
	"context"
	"time"
)

// AutosecretaryRulesRequest asks for the rules of an employee.
type AutosecretaryRulesRequest struct {
	UserID int64   `json:"user_id" check:"required,range=1..,ref=member"`
	Rules  []int64 `json:"rules,omitempty" check:"range=1..,ref=autosecretary_rule"` // only these; nil = all
}

// AutosecretaryRule says what happens to calls that an employee does not take.
type AutosecretaryRule struct {
	RuleID int64  `json:"rule_id"`
	Name   string `json:"name"`
	// Active: the document says once that 0 is on; its example and the method
	// that switches say that 1 and true are.
	Active        bool                        `json:"active"`
	Direction     []string                    `json:"direction" words:"incoming,internal"`
	Schedule      AutosecretarySchedule       `json:"schedule"`
	WaitTime      int                         `json:"wait_time"` // 0 to 100
	MelodyID      int64                       `json:"melody_id"`
	Actions       []AutosecretaryAction       `json:"actions"`
	Notifications []AutosecretaryNotification `json:"notifications"`
}

// AutosecretarySchedule is when a rule holds.
type AutosecretarySchedule struct {
	ScheduleID int64                       `json:"schedule_id"`
	From       time.Time                   `json:"from" time:"msk 2006-01-02 15:04"`
	Until      time.Time                   `json:"until" time:"msk 2006-01-02 15:04"`
	Items      []AutosecretaryScheduleItem `json:"items"`
}

// AutosecretaryScheduleItem is one line of a schedule.
type AutosecretaryScheduleItem struct {
	// Type: 1 all days, 2 working, 3 not working, 4 Sunday, 5 Monday to 10
	// Saturday, 11 Date.
	Type  int    `json:"type"`
	Date  string `json:"date"`
	From  string `json:"from"`  // "HH:MM", Moscow time
	Until string `json:"until"` // "HH:MM", Moscow time
}

// AutosecretaryAction is what is done with the call.
type AutosecretaryAction struct {
	Action   string `json:"action" words:"end_call,voice_mail,redirect_group,redirect_member,redirect_ext_number"`
	Param    string `json:"param"`     // e-mail, group_id, user_id or number
	WaitTime int    `json:"wait_time"` // seconds, of redirect_ext_number
}

// AutosecretaryNotification is who is told.
type AutosecretaryNotification struct {
	Action string `json:"action" words:"send_sms_ext_number,send_email"`
	Param  string `json:"param"` // number or e-mail
}

type autosecretaryAnswer struct {
	told
	Rules []AutosecretaryRule `json:"rules"`
}

var autosecretaryRules = declare[AutosecretaryRulesRequest, autosecretaryAnswer]("/vpbx/autosecretary/rules")

// AutosecretaryRules reads the rules of an employee (§3.7.15). Codes of its
// chapter: 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/autosecretary/rules
func (c *Client) AutosecretaryRules(ctx context.Context, r AutosecretaryRulesRequest) ([]AutosecretaryRule, error) {
	a, err := call(ctx, c, autosecretaryRules, r)
	if err != nil {
		return nil, err
	}
	return listed(autosecretaryRules.op, a.told, a.Rules)
}

// SwitchAutosecretaryRequest switches a rule on or off.
type SwitchAutosecretaryRequest struct {
	UserID int64  `json:"user_id" check:"required,range=1..,ref=member"`
	RuleID string `json:"rule_id" check:"required,digits,max=20,ref=autosecretary_rule"` // a text here
	Active *int   `json:"active" check:"required,range=0..1"`                            // 1 = on
}

var switchAutosecretary = declare[SwitchAutosecretaryRequest, none]("/vpbx/autosecretary/status/change")

// SwitchAutosecretary switches a rule (§3.7.16). Codes: 2230, 3000, 3100, 31xx,
// 3300 (no such rule or employee), 5xxx.
//
//vpbx:op POST /vpbx/autosecretary/status/change
func (c *Client) SwitchAutosecretary(ctx context.Context, r SwitchAutosecretaryRequest) error {
	return send(ctx, c, switchAutosecretary, r)
}
