package vpbx

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Campaigns dial lists of clients for the operators of the contact centre
// (§4.6). Their methods have the contact centre's limits (5008). Codes: 5101 no
// contact centre, 5102, 5103, 5112 and 5114 too many campaigns, 5104 parameters
// that do not fit together, 5105 no such author, 5106 not in this status, 5107,
// 5108 and 5113 too many tasks, 5109 a number twice, 5110 and 5111 a task
// cannot be started or changed.
//
// Statuses of a campaign: 0 stopped, 1 planned, 2 running, 3 stopping, 4
// finished, 5 being worked on, 6 being deleted. Why it has one: 1 a command, 2
// done, 3 expired, 4 out of its hours, 5 lost, 6 no service, 7 no money, 8
// maintenance, 9 an administrator.

// CampaignHours are when a campaign may dial on one day of the week.
type CampaignHours struct {
	Weekday int    `json:"weekday" check:"required,range=1..7"`
	Start   string `json:"start" check:"required"` // HH:MM, UTC
	End     string `json:"end" check:"required"`   // HH:MM, UTC
}

// CampaignSettings are what both a new campaign and a changed one may tell.
// Absent: the PBX's default, or as it was. Redials are counts of attempts,
// timers and waits are seconds.
type CampaignSettings struct {
	CreatedBy           int64   `json:"created_by,omitempty" check:"range=1..,ref=member"`
	Priority            int     `json:"priority,omitempty" check:"range=1..3"` // 1 high, 2 normal, 3 low
	Order               int     `json:"order,omitempty" check:"range=1..999"`
	StartDate           UTCTime `json:"start_date,omitzero"`
	EndDate             UTCTime `json:"end_date,omitzero"`
	Operators           []int64 `json:"operators,omitempty" check:"range=1..,ref=member"` // whose status counts for the distribution of calls
	DialMode            int     `json:"dial_mode,omitempty" check:"oneof=2|3|4|7"`        // 2 both at once, 3 operator first, 4 client first, 7 predictive
	VoiceMessageID      int64   `json:"voice_message_id,omitempty" check:"range=1..,ref=audio"`
	HoldMessageID       int64   `json:"hold_message_id,omitempty" check:"range=1..,ref=audio"`
	RedialMax           int     `json:"redial_max,omitempty" check:"range=1.."`
	RedialBusy          int     `json:"redial_busy,omitempty" check:"oneof=1|3|5|10"`
	RedialNoAnswer      int     `json:"redial_no_answer,omitempty" check:"oneof=1|3|5|10"`
	RedialNotAvail      int     `json:"redial_not_avail,omitempty" check:"oneof=1|3|5|10"`
	AnswerWait          int     `json:"answer_wait,omitempty" check:"oneof=10|20|30|60"`
	AddCallsCoef        float64 `json:"add_calls_coef,omitempty" check:"oneof=0.1|0.5|0.7|1|1.5|2|3|5"` // calls at once for each free operator
	TimerBusy           int     `json:"timer_busy,omitempty" check:"oneof=60|300|900|3600"`
	TimerNoAnswer       int     `json:"timer_no_answer,omitempty" check:"oneof=3600|10800|43200|86400"`
	TimerNotAvail       *int    `json:"timer_not_avail,omitempty" check:"oneof=0|3600|10800|43200|86400"` // 0 = do not call again
	CallProcessing      *int    `json:"call_processing,omitempty" check:"oneof=0|5|6|7|8|9|10|30|60|120|300|900"`
	SIPTrunkOfOperator  int64   `json:"sip_trunk_id_operator,omitempty" check:"range=1..,ref=trunk"`
	SIPTrunkOfClient    int64   `json:"sip_trunk_id_client,omitempty" check:"range=1..,ref=trunk"`
	UseAutoSubstitution *bool   `json:"use_auto_substitution_num,omitempty"`
	TimezoneMode        *int    `json:"timezone_mode,omitempty" check:"oneof=0|1|2"` // zones and hours: 0 ignored, 1 of operator and client, 2 of the client
	SMSSender           string  `json:"sms_sender,omitempty" check:"chars=64"`
	DIDAbonentIDs       []int64 `json:"did_abonent_ids,omitempty" check:"range=1..,ref=did"` // numbers to call from, chosen at random
	Antirobot           *bool   `json:"antirobot,omitempty"`

	// What to do when the anti-robot service heard no person. One day is
	// printed as 864000 for two of the timers: a slip or not, both are let through.

	RedialVoiceMail     int `json:"redial_antirobot_voice_mail,omitempty" check:"oneof=1|3|5|10"`
	RedialRobotBusy     int `json:"redial_antirobot_busy,omitempty" check:"oneof=1|3|5|10"`
	RedialClientHungUp  int `json:"redial_antirobot_client_hungup,omitempty" check:"oneof=1|3|5|10"`
	RedialRobotNotAvail int `json:"redial_antirobot_not_avail,omitempty" check:"range=1..10"`
	TimerVoiceMail      int `json:"timer_antirobot_voice_mail,omitempty" check:"oneof=60|300|900|3600"`
	TimerRobotBusy      int `json:"timer_antirobot_busy,omitempty" check:"oneof=900|1800|3600|7200|10800|43200|86400|864000"`
	TimerClientHungUp   int `json:"timer_antirobot_client_hungup,omitempty" check:"oneof=900|1800|3600|7200|10800|43200|86400|864000"`
	TimerRobotNotAvail  int `json:"timer_antirobot_not_avail,omitempty" check:"oneof=900|1800|3600|7200|10800|43200|86400"`
}

// AddCampaignRequest asks for a new campaign.
type AddCampaignRequest struct {
	LineID   int64           `json:"line_id" check:"required,range=1..,ref=line"`
	Name     string          `json:"name" check:"required,chars=70"`
	Schedule []CampaignHours `json:"schedule" check:"required"`
	// ServiceType: 2 widget, 3 widget of dialogs, 4 lead generator, 5 deferred
	// call, 8 campaign (the default), 9 missed by a group, 10 missed in the IVR, 12
	// with tasks that delete themselves.
	ServiceType int  `json:"service_type,omitempty" check:"oneof=2|3|4|5|8|9|10|12"`
	Endless     bool `json:"endless,omitempty"` // it ends by command only, not when its tasks are done
	CampaignSettings
}

func (r *AddCampaignRequest) check() error { return checkCampaign(r.CampaignSettings, r.Schedule) }

func checkCampaign(s CampaignSettings, schedule []CampaignHours) error {
	for i, h := range schedule {
		for _, f := range [][2]string{{"start", h.Start}, {"end", h.End}} {
			if t, err := time.Parse("15:04", f[1]); err != nil || t.Format("15:04") != f[1] {
				return bad(join(item("schedule", i), f[0]), "HH:MM")
			}
		}
	}
	return inOrder("end_date", s.StartDate.Time, s.EndDate.Time, 0)
}

type campaignCreated struct {
	CampaignID []int64 `json:"campaign_id"`
}

var addCampaign = declare[AddCampaignRequest, campaignCreated]("/vpbx/campaign/add")

// AddCampaign makes a campaign and gives its id (§4.6.5). Then come its tasks
// (PushCampaignTasks) and its start. Codes of its chapter: 5008, 51xx (5101 no
// contact centre, 5102 and 5103 too many campaigns, 5104 a parameter, 5105
// created_by is nobody).
//
//vpbx:op POST /vpbx/campaign/add
func (c *Client) AddCampaign(ctx context.Context, r AddCampaignRequest) (int64, error) {
	a, err := call(ctx, c, addCampaign, r)
	if err != nil {
		return 0, err
	}
	return created(addCampaign.op, a.CampaignID)
}

// UpdateCampaignRequest asks to change a campaign.
type UpdateCampaignRequest struct {
	CampaignID  int64           `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	LineID      int64           `json:"line_id" check:"required,range=1..,ref=line"`
	Name        string          `json:"name,omitempty" check:"chars=70"`
	Schedule    []CampaignHours `json:"schedule,omitempty"`
	ServiceType int             `json:"service_type,omitempty" check:"oneof=2|3|4|5|8|9|10"` // see AddCampaignRequest
	CampaignSettings
}

func (r *UpdateCampaignRequest) check() error { return checkCampaign(r.CampaignSettings, r.Schedule) }

var updateCampaign = declare[UpdateCampaignRequest, none]("/vpbx/campaign/update")

// UpdateCampaign changes what is told of a campaign that is stopped or planned,
// else 5106 (§4.6.6). The dates of a finished one stay.
//
//vpbx:op POST /vpbx/campaign/update
func (c *Client) UpdateCampaign(ctx context.Context, r UpdateCampaignRequest) error {
	return send(ctx, c, updateCampaign, r)
}

// CampaignRequest names a campaign.
type CampaignRequest struct {
	CampaignID int64 `json:"campaign_id" check:"required,range=1..,ref=campaign"`
}

type campaignStatus struct {
	Status int `json:"status"`
}

var (
	startCampaign  = declare[CampaignRequest, campaignStatus]("/vpbx/campaign/start")
	stopCampaign   = declare[CampaignRequest, campaignStatus]("/vpbx/campaign/stop")
	deleteCampaign = declare[CampaignRequest, campaignStatus]("/vpbx/campaign/delete")
)

// StartCampaign starts a campaign and gives its status, at first 1, planned
// (§4.6.9). Codes of its chapter: 5008, 51xx (5106 its state, 5110 it does not
// start).
//
//vpbx:op POST /vpbx/campaign/start
func (c *Client) StartCampaign(ctx context.Context, r CampaignRequest) (status int, err error) {
	a, err := call(ctx, c, startCampaign, r)
	return a.Status, err
}

// StopCampaign stops a campaign and gives its status (§4.6.10). Codes of its
// chapter: 5008, 51xx (5106 its state).
//
//vpbx:op POST /vpbx/campaign/stop
func (c *Client) StopCampaign(ctx context.Context, r CampaignRequest) (status int, err error) {
	a, err := call(ctx, c, stopCampaign, r)
	return a.Status, err
}

// DeleteCampaign deletes a campaign that is stopped or finished, else 5106, and
// gives its status (§4.6.11).
//
//vpbx:op POST /vpbx/campaign/delete
func (c *Client) DeleteCampaign(ctx context.Context, r CampaignRequest) (status int, err error) {
	a, err := call(ctx, c, deleteCampaign, r)
	return a.Status, err
}

// Campaign is a campaign. Absent values are 0, "" and the zero time; redials,
// timers and waits as in CampaignSettings.
type Campaign struct {
	CampaignID     int64          `json:"campaign_id"`
	LineID         int64          `json:"line_id"`
	Name           string         `json:"name"`
	CreatedBy      CampaignAuthor `json:"created_by"`
	Priority       int            `json:"priority"`
	Order          int            `json:"order"`
	Start          time.Time      `json:"start" time:"unix"`
	End            time.Time      `json:"end" time:"unix"`
	Status         int            `json:"status"`
	StatusReason   int            `json:"status_reason"`
	Members        []string       `json:"members"`   // extensions
	Operators      []int64        `json:"operators"` // user_ids, robots among them
	DialMode       int            `json:"dial_mode"`
	RedialBusy     int            `json:"redial_busy"`
	RedialNoAnswer int            `json:"redial_no_answer"`
	RedialNotAvail int            `json:"redial_not_avail"`
	AnswerWait     int            `json:"answer_wait"`
	AddCallsCoef   float64        `json:"add_calls_coef"`
	TimerBusy      int            `json:"timer_busy"`
	TimerNoAnswer  int            `json:"timer_no_answer"`
	TimerNotAvail  int            `json:"timer_not_avail"` // 1800 occurs, though nobody may set it
	CallProcessing int            `json:"call_processing"`

	SIPTrunkOfOperator  int64 `json:"sip_trunk_id_operator"`
	SIPTrunkOfClient    int64 `json:"sip_trunk_id_client"`
	UseAutoSubstitution bool  `json:"use_auto_substitution_num"`
	TimezoneMode        int   `json:"timezone_mode"`
	Antirobot           bool  `json:"antirobot"`
	RedialVoiceMail     int   `json:"redial_antirobot_voice_mail"`
	RedialRobotBusy     int   `json:"redial_antirobot_busy"`
	RedialClientHungUp  int   `json:"redial_antirobot_client_hungup"`
	RedialRobotNotAvail int   `json:"redial_antirobot_not_avail"`
	TimerVoiceMail      int   `json:"timer_antirobot_voice_mail"`
	TimerRobotBusy      int   `json:"timer_antirobot_busy"`
	TimerClientHungUp   int   `json:"timer_antirobot_client_hungup"`
	TimerRobotNotAvail  int   `json:"timer_antirobot_not_avail"`

	SchemaID           int64     `json:"schema_id"`
	Created            time.Time `json:"created" time:"unix"`
	ServiceType        int       `json:"service_type"`          // see AddCampaignRequest; others occur
	TasksCount         int       `json:"tasks_count"`           // Campaigns only
	FinishedTasksCount int       `json:"finished_tasks_count"`  // Campaigns only
	Completed          time.Time `json:"completed" time:"unix"` // Campaigns only

	Endless       bool                 `json:"endless"`         // Campaign only
	Tasks         []CampaignTaskInList `json:"tasks"`           // Campaign only, when asked for
	DIDAbonentIDs []int64              `json:"did_abonent_ids"` // Campaign only: numbers it calls from
}

// CampaignAuthor is the employee who made a campaign.
type CampaignAuthor struct {
	UserID    int64  `json:"user_id"`
	Name      string `json:"name"`
	Extension string `json:"extension"`
}

// CampaignTaskInList is a task as Campaign lists it.
type CampaignTaskInList struct {
	TaskID          int64     `json:"task_id"`
	Name            string    `json:"name"`   // of the client
	Status          *int      `json:"status"` // see CampaignTask; nil = none yet
	Number          string    `json:"number"`
	Timezone        int       `json:"timezone"` // hours from UTC
	TimezoneEnabled int       `json:"timezone_enabled"`
	AttemptsCount   int       `json:"attempts_count"`
	StatusReason    int       `json:"status_reason"` // see CampaignTask
	Position        string    `json:"position"`
	DueDate         time.Time `json:"due_date" time:"unix"`
	Organization    string    `json:"organization"`
	Comment         string    `json:"comment"`
	OperatorID      int64     `json:"operator_id"`
	RecordID        string    `json:"record_id"`
	Duration        int       `json:"duration"` // seconds of conversation
}

// CampaignsRequest asks for all campaigns.
type CampaignsRequest struct{}

type campaignsAnswer struct {
	told
	Campaigns []Campaign `json:"campaigns"`
}

var campaigns = declare[CampaignsRequest, campaignsAnswer]("/vpbx/campaign/list")

// Campaigns reads all campaigns (§4.6.3). Codes of its chapter: 5008, 51xx
// (5101 no contact centre).
//
//vpbx:op POST /vpbx/campaign/list
func (c *Client) Campaigns(ctx context.Context) ([]Campaign, error) {
	a, err := call(ctx, c, campaigns, CampaignsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(campaigns.op, a.told, a.Campaigns)
}

// CampaignInfoRequest asks for one campaign.
type CampaignInfoRequest struct {
	CampaignID int64 `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	NeedTasks  bool  `json:"need_tasks,omitempty"`
}

type campaignAnswer struct {
	Campaign      []Campaign `json:"campaign"`
	DIDAbonentIDs []int64    `json:"did_abonent_ids"`
}

var campaign = declare[CampaignInfoRequest, campaignAnswer]("/vpbx/campaign")

// Campaign reads one campaign, with its tasks if they are asked for (§4.6.4).
// Codes of its chapter: 5008, 51xx.
//
//vpbx:op POST /vpbx/campaign
func (c *Client) Campaign(ctx context.Context, r CampaignInfoRequest) (Campaign, error) {
	a, err := call(ctx, c, campaign, r)
	if err != nil {
		return Campaign{}, err
	}
	one, err := only(campaign.op, a.Campaign)
	if one.DIDAbonentIDs == nil {
		one.DIDAbonentIDs = a.DIDAbonentIDs // the table has them beside the campaign
	}
	return one, err
}

// CampaignFieldsRequest asks for the fields that the account gave its tasks.
type CampaignFieldsRequest struct{}

// CampaignField is a field that the account gave the tasks of its campaigns.
type CampaignField struct {
	ID        int64              `json:"id"`
	Order     int                `json:"order"`
	Name      string             `json:"name"`
	FieldType string             `json:"field_type" words:"input_field,enum,multi_enum,address,int,money,date,check_box,url,text,point_member"`
	Props     CampaignFieldProps `json:"props"`
}

// CampaignFieldProps tells where a field is shown. The document describes each
// with the other's words; the names are taken for right.
type CampaignFieldProps struct {
	ShowMasterIO bool `json:"show_master_io"`
	ShowMember   bool `json:"show_member"`
}

type campaignFieldsAnswer struct {
	Result json.RawMessage `json:"result"` // the list takes the place of the code, which is in status
}

var campaignFields = declare[CampaignFieldsRequest, campaignFieldsAnswer]("/vpbx/custom-type/list")

// CampaignFields reads the fields that the account gave the tasks of its
// campaigns (§4.6.20). Codes of its chapter: 5008, 51xx; of success the status
// 200 tells, for result is the list.
//
//vpbx:op POST /vpbx/custom-type/list
func (c *Client) CampaignFields(ctx context.Context) ([]CampaignField, error) {
	a, err := call(ctx, c, campaignFields, CampaignFieldsRequest{})
	if err != nil {
		return nil, err
	}
	var fields []CampaignField
	if len(a.Result) == 0 || a.Result[0] != '[' || loose.Decode(a.Result, &fields) != nil {
		return nil, empty(campaignFields.op)
	}
	return fields, nil
}
