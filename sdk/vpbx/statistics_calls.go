package vpbx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Extended statistics (§3.4.2): calls with their legs, day by day. They are
// ordered and then asked for until they are complete; no notification tells.

// DefaultCallLimit is how many calls a page has when the request does not say.
const DefaultCallLimit = 500

// Directions of a call in extended statistics; the notification of a finished
// call counts otherwise (0 internal, 1 in, 2 out).
const (
	StatisticsIn       = 1
	StatisticsOut      = 2
	StatisticsInternal = 3
)

// CallTypes is a list for which the PBX also takes one number.
type CallTypes []int

// MarshalJSON implements json.Marshaler.
func (c CallTypes) MarshalJSON() ([]byte, error) {
	if len(c) == 1 {
		return json.Marshal(c[0])
	}
	return json.Marshal([]int(c))
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *CallTypes) UnmarshalJSON(raw []byte) error {
	numbers := make([]json.Number, 1)
	if json.Unmarshal(raw, &numbers[0]) != nil {
		if err := json.Unmarshal(raw, &numbers); err != nil {
			return fmt.Errorf("vpbx: context_type: %w", err)
		}
	}
	*c = make(CallTypes, len(numbers))
	for i, n := range numbers {
		var err error
		if (*c)[i], err = strconv.Atoi(n.String()); err != nil {
			return fmt.Errorf("vpbx: context_type: %w", err)
		}
	}
	return nil
}

// CallStatisticsRequest orders a page of extended statistics.
type CallStatisticsRequest struct {
	StartDate     MoscowTime `json:"start_date" check:"required"`
	EndDate       MoscowTime `json:"end_date" check:"required"` // included; see MaxStatisticsSpan
	UserIDs       []int64    `json:"user_ids,omitempty" check:"range=1..,ref=member"`
	GroupIDs      []int64    `json:"group_ids,omitempty" check:"range=1..,ref=group"`
	ContextType   CallTypes  `json:"context_type,omitempty" check:"range=1..3"`
	ContextStatus *int       `json:"context_status,omitempty" check:"range=0..1"` // 1 success
	// RecallStatus is of missed calls, hence only with ContextType 1 and
	// ContextStatus 0: 0 called back in vain, 1 with success, 2 not at all.
	RecallStatus *int     `json:"recall_status,omitempty" check:"range=0..2"`
	SearchString string   `json:"search_string,omitempty" check:"max=128"` // part of a number, three characters or more
	Limit        int      `json:"limit" check:"required,oneof=1|5|10|20|50|100|500|1000|2000|5000"`
	Offset       int      `json:"offset" check:"range=0.."`
	ExtParams    int      `json:"ext_params,omitzero" check:"range=0..1"` // 1 = with data of the contact centre
	ExtFields    []string `json:"ext_fields,omitempty" check:"oneof=context_cost_full|context_cost_tariff"`
}

const minSearch = 3 // characters

func (r *CallStatisticsRequest) check() error {
	missed := slices.Equal(r.ContextType, CallTypes{StatisticsIn}) && r.ContextStatus != nil && *r.ContextStatus == 0
	switch {
	case r.RecallStatus != nil && !missed:
		return bad("recall_status", "context_type = 1, context_status = 0")
	case r.SearchString != "" && utf8.RuneCountInString(r.SearchString) < minSearch:
		return bad("search_string", fmt.Sprintf("%d ..", minSearch))
	}
	return checkSpan("end_date", r.StartDate.Time, r.EndDate.Time)
}

// CallStatisticsKey names ordered statistics for a while.
type CallStatisticsKey struct {
	Key string `json:"key" check:"required,max=512"`
}

var callStatisticsOrder = declare[CallStatisticsRequest, CallStatisticsKey]("/vpbx/stats/calls/request")

// OrderCallStatistics has a page of extended statistics made (§3.4.2.2). Limit
// 0 = DefaultCallLimit. The PBX allows one order in two seconds (§1.4.2).
// Codes: 3100 with fields 3111 (the period) or 3104 (the form of the dates).
//
//vpbx:op POST /vpbx/stats/calls/request
func (c *Client) OrderCallStatistics(ctx context.Context, r CallStatisticsRequest) (CallStatisticsKey, error) {
	r.Limit = or(r.Limit, DefaultCallLimit)
	key, err := call(ctx, c, callStatisticsOrder, r)
	if err == nil && key.Key == "" {
		err = &Error{Op: callStatisticsOrder.entry().Name, Kind: KindAnswer, Sent: true, Err: errNoKey}
	}
	return key, err
}

// CallStatistics is what a fetch brings.
type CallStatistics struct {
	// Status is request, work or complete. "" comes from an account that tells
	// none; then days mean that it is complete.
	Status string          `json:"status" words:"request,work,complete,cancel,error,not-found"`
	Days   []StatisticsDay `json:"data"` // only when complete: before, the PBX tells a part
}

// Ready tells that Days is all of it.
func (s CallStatistics) Ready() bool {
	return s.Status == "complete" || s.Status == "" && len(s.Days) > 0
}

// StatisticsDay is a day in the PBX's zone. The totals are in seconds and
// follow the filters of the request.
type StatisticsDay struct {
	Calls     []StatisticsCall `json:"list"`
	Period    string           `json:"period"` // 2019-04-19
	TalkSec   int              `json:"total_talks_duration"`
	CallSec   int              `json:"total_calls_duration"`
	CallCount int              `json:"total_calls_count"`
}

// StatisticsCall is a call. Some are the PBX's own, of a conference for one,
// and lack most values. Durations are in seconds.
type StatisticsCall struct {
	EntryID      string    `json:"entry_id"`
	Type         int       `json:"context_type"` // StatisticsIn, StatisticsOut, StatisticsInternal
	Success      bool      `json:"context_status"`
	CallerID     int64     `json:"caller_id"` // general.user_id; 0 = no employee
	CallerName   string    `json:"caller_name"`
	CallerNumber string    `json:"caller_number"`
	CalledNumber string    `json:"called_number"` // may begin with a service prefix: 700737 4952233501
	Start        time.Time `json:"context_start_time"`
	DurationSec  int       `json:"duration"`
	TalkSec      int       `json:"talk_duration"`
	// OperatorDialSec is of outbound campaigns with an operator, when Legs are
	// missing; nil otherwise.
	OperatorDialSec *int    `json:"operator_call_duration"`
	CostFull        float64 `json:"context_cost_full"`   // when asked for by ExtFields
	CostTariff      float64 `json:"context_cost_tariff"` // without services; as above
	Cost            float64 `json:"cost"`
	// InitType tells who began: 0 a user from any device, 1 from SIP to a
	// number, 2 to SIP, 3 from the contact centre, 4 an ordered call, 5 a
	// widget, 6 a call back or automatic redial of a group.
	InitType     int                 `json:"context_init_type"`
	RecallStatus *int                `json:"recall_status"` // as in the request; nil = not told
	Legs         []StatisticsCallLeg `json:"context_calls"`

	// With ExtParams.
	Conversion     *StatisticsAppeal `json:"conversion"`
	TagIDs         []int64           `json:"tag_id"`
	Comment        string            `json:"call_comment"`
	ScriptIDs      []int64           `json:"script_id"`
	MarkClient     *int              `json:"mark_client"` // 1 to 10; -1 = asked in vain; nil = not asked
	MarkController []StatisticsMark  `json:"mark_controller"`
	Task           *StatisticsTask   `json:"task"` // of an outbound campaign
}

// StatisticsCallLeg is a leg of a call. Durations are in seconds.
type StatisticsCallLeg struct {
	Type            string    `json:"call_type" words:"number,user,group,conference"`
	AbonentID       int64     `json:"call_abonent_id"` // of a group, else general.user_id
	AbonentInfo     string    `json:"call_abonent_info"`
	AbonentNumber   string    `json:"call_abonent_number"`
	Start           time.Time `json:"call_start_time"`
	Answer          time.Time `json:"call_answer_time"` // zero: nobody answered
	End             time.Time `json:"call_end_time"`
	DurationSec     int       `json:"call_duration"`
	TalkSec         int       `json:"talk_duration"`
	DialSec         int       `json:"dial_duration"`
	OperatorDialSec *int      `json:"operator_call_duration"`
	HoldSec         int       `json:"hold_duration"`
	EndReason       int       `json:"call_end_reason"` // result code; the document misprints 110 for 1110
	RecordingIDs    []string  `json:"recording_id"`
	CallID          string    `json:"external_call_id"` // call_id of the notifications, since August 2025

	Inbound         bool `json:"DirectionInbound"`
	Outbound        bool `json:"DirectionOutbound"`
	Conversation    bool `json:"ModeConversation"`
	Listen          bool `json:"ModeListen"`
	Prompt          bool `json:"ModePrompt"`
	Conference      bool `json:"ModeConference"`
	Group           bool `json:"ModeGroup"`
	RecordInbound   bool `json:"RecordInbound"`
	RecordOutbound  bool `json:"RecordOutbound"`
	BlindTransfer   bool `json:"BlindTransfer"`
	ConsultTransfer bool `json:"ConsultTransfer"`
	OutboundDialing bool `json:"OutboundDialing"` // of a campaign
	Intercepted     bool `json:"Intercepted"`     // picked up by this one
	IVRNotUsed      bool `json:"IvrNotUsed"`

	Members []StatisticsCallLeg `json:"members"` // of a group: one leg per employee
}

// StatisticsAppeal is the appeal of the contact centre that a call made.
type StatisticsAppeal struct {
	ID           int64     `json:"conversion_id"`
	Channel      int       `json:"channel_type"` // 0 unknown, 1 call, 2 site, 3 VK, 4 Facebook, 5 Viber, 6 Telegram, 7 SMS, 8 e-mail, 9 WhatsApp, 10 dialogs
	Create       time.Time `json:"create"`
	Start        time.Time `json:"start"` // taken up
	FirstAnswer  time.Time `json:"first_answer"`
	End          time.Time `json:"end"`
	Result       int       `json:"result"` // 1 done, 2 transferred, 3 timeout, 4 unanswered, 5 spam, 6 sending forbidden
	AssignUserID int64     `json:"assign_user_id"`
	CloseUserID  int64     `json:"close_user_id"`
	ContactID    int64     `json:"contact_id"`
	EntryPoint   string    `json:"entry_point"` // of a call: the number that was called
	GroupID      int64     `json:"group_id"`
	DealID       int64     `json:"deal_id"`
	Params       int       `json:"params"` // bits 0–1: 0 internal, 1 in, 2 out; bit 2 automatic; bit 3 trigger
}

// StatisticsMark is an answer of the person who checks the quality.
type StatisticsMark struct {
	QuestionID int64  `json:"question_id"`
	Mark       int    `json:"mark"`
	Comment    string `json:"comment"`
}

// StatisticsTask is the task of a campaign that a call belongs to. It was
// printed in May 2026, for the customers of one operator.
type StatisticsTask struct {
	CampaignID   int64               `json:"campaign_id"`
	Name         string              `json:"name"`
	TaskID       int64               `json:"task_id"`
	Status       int                 `json:"status"`
	StatusReason int                 `json:"status_reason"`
	Subtasks     json.RawMessage     `json:"subtasks"`
	CustomFields json.RawMessage     `json:"custom_fields"`
	Attempts     []StatisticsAttempt `json:"attempts"`
	Actions      []StatisticsAction  `json:"actions"`
}

// StatisticsAttempt is an attempt of a task.
type StatisticsAttempt struct {
	ID     int64 `json:"attempt_id"`
	Result int   `json:"result"`
}

// StatisticsAction is a postponement of a task.
type StatisticsAction struct {
	MemberID       int64     `json:"member_id"`
	MemberName     string    `json:"member_name"`
	Created        time.Time `json:"created" time:"utc 2006.01.02 15:04:05"`
	PostponeTime   time.Time `json:"postpone_time" time:"utc 2006.01.02 15:04:05"` // zero: "later"
	PostponeNumber string    `json:"postpone_number"`
	AttemptID      int64     `json:"attempt_id"`
}

var callStatisticsResult = declare[CallStatisticsKey, CallStatistics]("/vpbx/stats/calls/result")

var errReportFailed = errors.New("the PBX made no report")

// FetchCallStatistics asks for ordered statistics (§3.4.2.3). They are kept
// for a minute or more; an unknown key makes an error with KindAbsent, a
// report that failed or was cancelled one with KindRefused. Code: 5004 of a
// report that failed (seen, not documented).
//
//vpbx:op POST /vpbx/stats/calls/result
func (c *Client) FetchCallStatistics(ctx context.Context, key CallStatisticsKey) (CallStatistics, error) {
	s, err := call(ctx, c, callStatisticsResult, key)
	if err != nil {
		return CallStatistics{}, err
	}
	if !s.Ready() {
		s.Days = nil
	}
	e := &Error{Op: callStatisticsResult.entry().Name, HTTPStatus: http.StatusOK, Sent: true}
	switch s.Status {
	case "not-found":
		e.Kind = KindAbsent
		return s, e
	case "error", "cancel":
		e.Kind, e.Err = KindRefused, fmt.Errorf("%w: %s", errReportFailed, s.Status)
		return s, e
	}
	return s, nil
}
