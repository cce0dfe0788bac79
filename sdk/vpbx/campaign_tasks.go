package vpbx

import (
	"context"
	"iter"
	"time"
)

// CampaignTaskFields describe a task of a campaign: a client to call.
type CampaignTaskFields struct {
	Name         string  `json:"name,omitempty" check:"chars=255"` // of the client
	Number       string  `json:"number" check:"required,chars=64"` // digits, with a plus or without, or sip:user@host
	Priority     int     `json:"priority,omitempty" check:"range=1..1000"`
	Organization string  `json:"organization,omitempty" check:"chars=255"`
	Position     string  `json:"position,omitempty" check:"chars=255"`
	Comment      string  `json:"comment,omitempty" check:"chars=1024"`
	DueDate      UTCTime `json:"due_date,omitzero"`      // not done by then, it ends with reason 25
	BlockedUntil UTCTime `json:"blocked_until,omitzero"` // not called before
	// CustomFields are values by the id of the field (CampaignFields); the
	// account decides which are required.
	CustomFields map[string]any    `json:"custom_fields,omitempty"`
	Subtasks     []CampaignSubtask `json:"subtasks,omitempty"` // other numbers of the client; the first that answers ends the task
}

// CampaignSubtask is another number of a client.
type CampaignSubtask struct {
	Number   string `json:"number" check:"required,chars=64"`
	Priority int    `json:"priority,omitempty" check:"range=1..999"`
	Order    *int   `json:"order" check:"required,range=0.."` // of dialling, from 0
	Type     int    `json:"type" check:"range=0..0"`          // always 0
}

func (f *CampaignTaskFields) checkAt(parent string) error {
	if err := campaignNumber(join(parent, "number"), f.Number); err != nil {
		return err
	}
	if err := ownFields(join(parent, "custom_fields"), f.CustomFields); err != nil {
		return err
	}
	taken := map[int]bool{}
	for i, s := range f.Subtasks {
		at := item(join(parent, "subtasks"), i)
		if err := campaignNumber(join(at, "number"), s.Number); err != nil {
			return err
		}
		if taken[*s.Order] {
			return bad(join(at, "order"), "")
		}
		taken[*s.Order] = true
	}
	return nil
}

// PushCampaignTasksRequest asks to add tasks to a campaign.
type PushCampaignTasksRequest struct {
	CampaignID int64                `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	Tasks      []CampaignTaskFields `json:"tasks" check:"required,max=10000"` // as many as a campaign may have
}

func (r *PushCampaignTasksRequest) check() error {
	for i := range r.Tasks {
		if err := r.Tasks[i].checkAt(item("tasks", i)); err != nil {
			return err
		}
	}
	return nil
}

var pushCampaignTasks = declare[PushCampaignTasksRequest, none]("/vpbx/tasks/push")

// PushCampaignTasks adds tasks to a campaign that is not finished (§4.6.7). They
// are made after the answer: neither their ids nor a later failure is told.
// 5107: the campaign would have over 10,000; 5109: a number occurs twice.
//
//vpbx:op POST /vpbx/tasks/push
func (c *Client) PushCampaignTasks(ctx context.Context, r PushCampaignTasksRequest) error {
	return send(ctx, c, pushCampaignTasks, r)
}

// AddCampaignTaskRequest asks to add a task to a campaign.
type AddCampaignTaskRequest struct {
	CampaignID int64 `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	CampaignTaskFields
}

func (r *AddCampaignTaskRequest) check() error { return r.checkAt("") }

type campaignTaskCreated struct {
	TaskID []int64 `json:"task_id"`
}

var addCampaignTask = declare[AddCampaignTaskRequest, campaignTaskCreated]("/vpbx/task/add")

// AddCampaignTask adds a task to an endless campaign that is not finished, and
// gives its id (§4.6.8). Codes of its chapter: 5008, 51xx (5106 state of the
// campaign, 5107 more than 10,000 tasks, 5108 and 5113 their limits, 5109 twice
// the same).
//
//vpbx:op POST /vpbx/task/add
func (c *Client) AddCampaignTask(ctx context.Context, r AddCampaignTaskRequest) (int64, error) {
	a, err := call(ctx, c, addCampaignTask, r)
	if err != nil {
		return 0, err
	}
	return created(addCampaignTask.op, a.TaskID)
}

// UpdateCampaignTaskRequest asks to change a task.
type UpdateCampaignTaskRequest struct {
	CampaignID   int64  `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	TaskID       int64  `json:"task_id" check:"required,range=1..,ref=campaign_task"`
	Name         string `json:"name" check:"required,chars=255"`
	Priority     int    `json:"priority,omitempty" check:"range=1..1000"`
	Organization string `json:"organization,omitempty" check:"chars=255"`
	Position     string `json:"position,omitempty" check:"chars=255"`
	// CustomFields as in CampaignTaskFields; one example puts the object into a
	// list, the table and all other methods do not.
	CustomFields map[string]any `json:"custom_fields,omitempty"`
}

func (r *UpdateCampaignTaskRequest) check() error { return ownFields("custom_fields", r.CustomFields) }

var updateCampaignTask = declare[UpdateCampaignTaskRequest, none]("/vpbx/task/update")

// UpdateCampaignTask changes a task (§4.6.17). 5111: not in its status.
//
//vpbx:op POST /vpbx/task/update
func (c *Client) UpdateCampaignTask(ctx context.Context, r UpdateCampaignTaskRequest) error {
	return send(ctx, c, updateCampaignTask, r)
}

// CampaignTaskRequest names a task of a campaign.
type CampaignTaskRequest struct {
	CampaignID int64 `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	TaskID     int64 `json:"task_id" check:"required,range=1..,ref=campaign_task"`
}

var (
	startCampaignTask  = declare[CampaignTaskRequest, none]("/vpbx/task/start")
	stopCampaignTask   = declare[CampaignTaskRequest, none]("/vpbx/task/stop")
	deleteCampaignTask = declare[CampaignTaskRequest, none]("/vpbx/task/delete")
)

// StartCampaignTask puts a task into the queue (§4.6.14). 5110: it did not
// start; 5111: not in its status.
//
//vpbx:op POST /vpbx/task/start
func (c *Client) StartCampaignTask(ctx context.Context, r CampaignTaskRequest) error {
	return send(ctx, c, startCampaignTask, r)
}

// StopCampaignTask stops a task (§4.6.15). 5111: not in its status.
//
//vpbx:op POST /vpbx/task/stop
func (c *Client) StopCampaignTask(ctx context.Context, r CampaignTaskRequest) error {
	return send(ctx, c, stopCampaignTask, r)
}

// DeleteCampaignTask deletes a task (§4.6.16). 5111: not in its status.
//
//vpbx:op POST /vpbx/task/delete
func (c *Client) DeleteCampaignTask(ctx context.Context, r CampaignTaskRequest) error {
	return send(ctx, c, deleteCampaignTask, r)
}

// ResetCampaignTasksRequest names tasks to call again.
type ResetCampaignTasksRequest struct {
	CampaignID int64   `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	TaskIDs    []int64 `json:"task_ids" check:"required,range=1..,ref=campaign_task"`
}

var resetCampaignTasks = declare[ResetCampaignTasksRequest, none]("/vpbx/tasks/reset")

// ResetCampaignTasks gives tasks back to be called again (§4.6.19). The fields
// are those of the table: the example is another method's. Codes of its
// chapter: 5008, 51xx (5111 state of a task).
//
//vpbx:op POST /vpbx/tasks/reset
func (c *Client) ResetCampaignTasks(ctx context.Context, r ResetCampaignTasksRequest) error {
	return send(ctx, c, resetCampaignTasks, r)
}

// CampaignTaskInfoRequest asks for one task.
type CampaignTaskInfoRequest struct {
	TaskID int64 `json:"task_id" check:"required,range=1..,ref=campaign_task"`
	Brief  bool  `json:"brief,omitempty"` // without CustomFields and Subtasks
}

// CampaignTask is a task of a campaign. Absent values are 0, "", nil and the
// zero time.
type CampaignTask struct {
	TaskID       int64          `json:"campaign_task_id"`
	CampaignID   int64          `json:"campaign_id"`
	Name         string         `json:"name"` // of the client
	Priority     int            `json:"priority"`
	Number       string         `json:"number"`
	Organization string         `json:"organization"`
	Position     string         `json:"position"`
	Comment      string         `json:"comment"`
	DueDate      time.Time      `json:"due_date" time:"unix"`
	BlockedUntil time.Time      `json:"blocked_until" time:"unix"`
	CustomFields map[string]any `json:"custom_fields"` // by the id of the field
	TalkDuration int            `json:"talk_duration"` // seconds
	Status       *int           `json:"status"`        // 0 stopped, 1 queued, 2 being called, 4 finished, 6 deleted
	// StatusReason: 1 talked; client: 2 busy, 3 no answer, 4 unavailable;
	// operator: 5 busy, 6 no answer, 7 unavailable; 8 no such number, 10 the
	// operator did not wait, 11 stopped by an administrator, 20 by the operator;
	// anti-robot: 21 unavailable, 22 busy, 23 voice mail, 24 the client hung up;
	// 25 the due date passed, 26 forbidden number.
	StatusReason   int                  `json:"status_reason"`
	TransferNumber string               `json:"transfer_number"` // extension
	Updated        time.Time            `json:"updated" time:"unix"`
	End            time.Time            `json:"end" time:"unix"` // of tasks of the widget only
	Created        time.Time            `json:"created" time:"unix"`
	Subtasks       []CampaignTaskNumber `json:"subtasks"`
}

// CampaignTaskNumber is another number of a client.
type CampaignTaskNumber struct {
	SubtaskID    int64  `json:"subtask_id"`
	Number       string `json:"number"`
	Priority     int    `json:"priority"`
	Order        int    `json:"order"`
	Type         int    `json:"type"`           // 0 call, 1 SMS, 2 WhatsApp
	RegionFIASID int64  `json:"region_fias_id"` // pages of tasks only
	OneAttempt   bool   `json:"one_attempt"`    // pages of tasks only: a failure ends it
}

type campaignTaskAnswer struct {
	Task []CampaignTask `json:"task"`
}

var campaignTask = declare[CampaignTaskInfoRequest, campaignTaskAnswer]("/vpbx/task")

// CampaignTask reads one task (§4.6.13). Codes of its chapter: 5008, 51xx.
//
//vpbx:op POST /vpbx/task
func (c *Client) CampaignTask(ctx context.Context, r CampaignTaskInfoRequest) (CampaignTask, error) {
	a, err := call(ctx, c, campaignTask, r)
	if err != nil {
		return CampaignTask{}, err
	}
	return only(campaignTask.op, a.Task)
}

// maxFinishedSpan is the longest span of FinishedCampaignTasks.
const maxFinishedSpan = 4 * time.Hour

// FinishedCampaignTasksRequest asks for tasks of a span of at most four hours.
type FinishedCampaignTasksRequest struct {
	CampaignID int64   `json:"campaign_id" check:"required,range=1..,ref=campaign"`
	StartDate  UTCTime `json:"start_date,omitzero" check:"required"`
	EndDate    UTCTime `json:"end_date,omitzero" check:"required"`
}

func (r *FinishedCampaignTasksRequest) check() error {
	return inOrder("end_date", r.StartDate.Time, r.EndDate.Time, maxFinishedSpan)
}

type finishedCampaignTasksAnswer struct {
	Campaign []struct {
		Tasks []CampaignTask `json:"tasks"`
	} `json:"campaign"`
}

var finishedCampaignTasks = declare[FinishedCampaignTasksRequest, finishedCampaignTasksAnswer]("/vpbx/tasks/finished")

// FinishedCampaignTasks reads the tasks of a finished campaign that ended within
// the span without an operator (§4.6.18; the text contradicts itself on which
// reasons that means). Codes of its chapter: 5008, 51xx (5106 state of the
// campaign).
//
//vpbx:op POST /vpbx/tasks/finished
func (c *Client) FinishedCampaignTasks(ctx context.Context, r FinishedCampaignTasksRequest) ([]CampaignTask, error) {
	a, err := call(ctx, c, finishedCampaignTasks, r)
	if err != nil {
		return nil, err
	}
	one, err := only(finishedCampaignTasks.op, a.Campaign)
	return one.Tasks, err
}

// CampaignTasksRequest asks for tasks of several campaigns.
type CampaignTasksRequest struct {
	CampaignIDs []int64 `json:"campaign_ids" check:"required,range=1..,ref=campaign"`
	// Fields by name; alias_task is all but subtasks and task_custom_fields (the
	// default), alias_all is all.
	Fields []string `json:"fields,omitempty" check:"oneof=product_id|point_id|campaign_id|task_id|name|position|organization|number|duration|task_status|task_status_reason|task_comment|blocked_until|task_updated|operator_id|task_end|due_date|task_created|region_fias_id|did_abonent_id|first_attempt|last_attempt|attempts_count|make_last_attempt|priority|postponed|postponed_at|timezone|timezone_enabled|ignore_client_schedule|subtasks|task_custom_fields|alias_task|alias_all"`
	Limit  int      `json:"limit,omitempty" check:"range=1..100"` // 0 = 10
	Cursor string   `json:"cursor,omitempty"`                     // of the page before; "" = from the start
}

// CampaignTaskRow is a task in a page. Its times are printed
// "2025.09.26 08:28:12" without a zone: UTC, as all of the campaigns.
type CampaignTaskRow struct {
	ProductID            int64                `json:"product_id"`
	PointID              int64                `json:"point_id"`
	CampaignID           int64                `json:"campaign_id"`
	TaskID               int64                `json:"task_id"`
	Name                 string               `json:"name"` // of the client
	Position             string               `json:"position"`
	Organization         string               `json:"organization"`
	Number               string               `json:"number"`
	Duration             int                  `json:"duration"`           // seconds of conversation
	Status               *int                 `json:"task_status"`        // see CampaignTask
	StatusReason         int                  `json:"task_status_reason"` // see CampaignTask
	Comment              string               `json:"task_comment"`
	Created              time.Time            `json:"task_created" time:"utc 2006.01.02 15:04:05"`
	Updated              time.Time            `json:"task_updated" time:"utc 2006.01.02 15:04:05"`
	End                  time.Time            `json:"task_end" time:"utc 2006.01.02 15:04:05"`
	DueDate              time.Time            `json:"due_date" time:"utc 2006.01.02 15:04:05"`
	BlockedUntil         time.Time            `json:"blocked_until" time:"utc 2006.01.02 15:04:05"`
	OperatorID           int64                `json:"operator_id"`
	RegionFIASID         int64                `json:"region_fias_id"`
	DIDAbonentID         int64                `json:"did_abonent_id"` // the number it was called from
	FirstAttempt         time.Time            `json:"first_attempt" time:"utc 2006.01.02 15:04:05"`
	LastAttempt          time.Time            `json:"last_attempt" time:"utc 2006.01.02 15:04:05"`
	AttemptsCount        int                  `json:"attempts_count"`
	MakeLastAttempt      bool                 `json:"make_last_attempt"` // one attempt only
	Priority             int                  `json:"priority"`
	Postponed            bool                 `json:"postponed"`
	PostponedAt          time.Time            `json:"postponed_at" time:"utc 2006.01.02 15:04:05"`
	Timezone             int                  `json:"timezone"` // hours from UTC
	TimezoneEnabled      int                  `json:"timezone_enabled"`
	IgnoreClientSchedule bool                 `json:"ignore_client_schedule"`
	Subtasks             []CampaignTaskNumber `json:"subtasks"`
	CustomFields         map[string]any       `json:"task_custom_fields"` // by the id of the field
	CampaignStatus       int                  `json:"campaign_status"`
	CampaignServiceType  int                  `json:"campaign_service_type"`
}

// CampaignTasksPage is a page of tasks.
type CampaignTasksPage struct {
	Tasks  []CampaignTaskRow
	Cursor string // of the page behind; "" = this was the last
}

type campaignTasksAnswer struct {
	told
	Cursor string            `json:"cursor"`
	Tasks  []CampaignTaskRow `json:"tasks"`
}

var campaignTasks = declare[CampaignTasksRequest, campaignTasksAnswer]("/vpbx/v2/campaign/tasks")

// CampaignTasks reads one page of the tasks of campaigns (§4.6.2). The table's
// descriptions are shifted by three rows; the names are taken for right. Codes
// of its chapter: 5008, 51xx.
//
//vpbx:op POST /vpbx/v2/campaign/tasks
func (c *Client) CampaignTasks(ctx context.Context, r CampaignTasksRequest) (CampaignTasksPage, error) {
	a, err := call(ctx, c, campaignTasks, r)
	if err != nil {
		return CampaignTasksPage{}, err
	}
	rows, err := listed(campaignTasks.op, a.told, a.Tasks)
	return CampaignTasksPage{Tasks: rows, Cursor: a.Cursor}, err
}

// maxTaskPage is the most that one answer of CampaignTasks holds.
const maxTaskPage = 100

// AllCampaignTasks yields the tasks of all pages from r.Cursor on; r.Limit is
// the size of a page, 0 = 100. An error ends it.
func (c *Client) AllCampaignTasks(ctx context.Context, r CampaignTasksRequest) iter.Seq2[CampaignTaskRow, error] {
	r.Limit = or(r.Limit, maxTaskPage)
	return func(yield func(CampaignTaskRow, error) bool) {
		for {
			page, err := c.CampaignTasks(ctx, r)
			if err != nil {
				yield(CampaignTaskRow{}, err)
				return
			}
			for _, row := range page.Tasks {
				if !yield(row, nil) {
					return
				}
			}
			switch {
			case page.Cursor == "", len(page.Tasks) == 0:
				return
			case page.Cursor == r.Cursor:
				yield(CampaignTaskRow{}, senseless(campaignTasks.op, errStuck))
				return
			}
			r.Cursor = page.Cursor
		}
	}
}

// CampaignReport is what a campaign brought.
type CampaignReport struct {
	CampaignID int64                `json:"campaign_id"`
	Tasks      []CampaignReportTask `json:"tasks"`
}

// CampaignReportTask is a task with its attempts.
type CampaignReportTask struct {
	TaskID   int64             `json:"task_id"`
	Attempts []CampaignAttempt `json:"attempts"`
}

// CampaignAttempt is one call to a client.
type CampaignAttempt struct {
	AttemptID    int64  `json:"attempt_id"`
	Name         string `json:"name"` // of the client
	Position     string `json:"position"`
	Organization string `json:"organization"`
	RecordID     string `json:"record_id"` // recording_id, a text whatever the table says
	Phone        string `json:"phone"`     // that answered
	SMS          string `json:"sms"`       // code of confirmation that came by SMS
	Text         string `json:"text"`      // transcript of the answer
	Number       string `json:"number"`    // digit that was pressed to confirm
	Result       int    `json:"result"`    // see CampaignTask.StatusReason
}

type campaignReportAnswer struct {
	Data []CampaignReport `json:"data"`
}

var campaignReport = declare[CampaignRequest, campaignReportAnswer]("/vpbx/campaign-report/create")

// CampaignReport reads the attempts of a campaign; it creates nothing, for all
// its name (§4.6.12). Codes of its chapter: 5008, 51xx.
//
//vpbx:op POST /vpbx/campaign-report/create
func (c *Client) CampaignReport(ctx context.Context, r CampaignRequest) (CampaignReport, error) {
	a, err := call(ctx, c, campaignReport, r)
	if err != nil {
		return CampaignReport{}, err
	}
	return only(campaignReport.op, a.Data)
}
