package vpbx

import (
	"context"
	"iter"
	"time"
)

// Tasks of the contact centre are what an employee has to do; one with
// is_auto_call dials by itself. The document describes them twice, with
// different fields and forms (§4.3, §4.9): the later form is sent, both are
// read. They are no tasks of a campaign (CampaignTask).

// TaskFields describe a task.
type TaskFields struct {
	EventType   int       `json:"event_type" check:"required,oneof=1|2|3|4"` // 1 call, 2 write, 3 meet, 4 do
	StartTime   MoscowISO `json:"start_time,omitzero" check:"required"`
	Duration    int       `json:"duration" check:"required,range=1..1439"` // minutes
	Priority    int       `json:"priority,omitempty" check:"oneof=1|2"`    // 1 usual, 2 important; 0 = unimportant
	ContactID   int64     `json:"contact_id,omitempty" check:"range=1..,ref=contact"`
	SourceID    *int64    `json:"source_id,omitempty" check:"range=0.."` // of the contact; nil = the PBX's own address book
	SourceType  string    `json:"source_type,omitempty"`                 // of the contact: vpbx, …; "" = the PBX's own address book
	FromUserID  int64     `json:"from_user_id,omitempty" check:"range=1..,ref=member"`
	ToUserID    int64     `json:"to_user_id" check:"required,range=1..,ref=member"`
	Description string    `json:"description,omitempty" check:"chars=1024"`
	IsAutoCall  *bool     `json:"is_auto_call,omitempty"`       // nil: no for a new task, unchanged for another
	Phone       string    `json:"phone,omitempty" check:"dial"` // nobody checks that it is the contact's
	Theme       string    `json:"theme,omitempty" check:"chars=50"`
	DealID      int64     `json:"deal_id,omitempty" check:"range=1..,ref=deal"`
}

// AddTaskRequest asks for a new task.
type AddTaskRequest struct {
	TaskFields
}

// autoCallLead is how far ahead an automatic call must lie (§4.9.1.1).
const autoCallLead = 5 * time.Minute

func (r *AddTaskRequest) check() error {
	if r.IsAutoCall != nil && *r.IsAutoCall && time.Until(r.StartTime.Time) < autoCallLead {
		return bad("start_time", ">= +00:05:00")
	}
	return nil
}

// TaskIDs are what a task goes by.
type TaskIDs struct {
	TaskID int64 `json:"task_id"`
	// AutoCallTaskID is the task_id in the notifications of the call that the
	// task makes; 0: it makes none.
	AutoCallTaskID int64 `json:"auto_call_task_id"`
}

var addTask = declare[AddTaskRequest, TaskIDs]("/cc/task/add")

// AddTask puts a task before an employee (§4.9.1.1, §4.3.1): at most five
// requests a second. An unknown theme is made; when there are 50 themes the
// request is refused and no task is made. An automatic call must begin five
// minutes from now or later. A deal is checked for existence. Code: 5008, too
// many requests.
//
//vpbx:op POST /cc/task/add
func (c *Client) AddTask(ctx context.Context, r AddTaskRequest) (TaskIDs, error) {
	return taskIDs(ctx, c, addTask, r)
}

// UpdateTaskRequest asks to change a task. What it must tell is all that a new
// task must; the document is silent about what becomes of other absent fields.
type UpdateTaskRequest struct {
	TaskID int64 `json:"task_id" check:"required,range=1..,ref=task"`
	Status *int  `json:"status" check:"required,oneof=0|1|2|3"` // 0 open, 1 done, 2 cancelled, 3 confirmed
	TaskFields
}

var updateTask = declare[UpdateTaskRequest, TaskIDs]("/cc/task/update")

// UpdateTask changes a task (§4.9.1.2, §4.3.2): at most five requests a
// second. is_auto_call true makes an automatic call and false cancels it;
// within five minutes of the start it cannot be changed. Code: 5008, too many
// requests.
//
//vpbx:op POST /cc/task/update
func (c *Client) UpdateTask(ctx context.Context, r UpdateTaskRequest) (TaskIDs, error) {
	return taskIDs(ctx, c, updateTask, r)
}

func taskIDs[Q any](ctx context.Context, c *Client, m method[Q, TaskIDs], r Q) (TaskIDs, error) {
	a, err := call(ctx, c, m, r)
	if err == nil && a.TaskID == 0 {
		err = empty(m.op)
	}
	return a, err
}

// Task is a task of the contact centre. Absent values are 0 and "".
type Task struct {
	TaskID      int64     `json:"task_id"`
	Status      int       `json:"status"`                // 0 open, 1 done, 2 cancelled, 3 confirmed
	EventType   int       `json:"event_type"`            // 1 call, 2 write, 3 meet, 4 do
	StartTime   time.Time `json:"start_time" time:"any"` // printed with the offset +03 in lists, without one alone
	Duration    int       `json:"duration"`              // minutes
	Priority    int       `json:"priority"`              // 0 unimportant, 1 usual, 2 important
	ContactID   int64     `json:"contact_id"`
	SourceID    int64     `json:"source_id"`
	SourceType  string    `json:"source_type"`
	FromUserID  int64     `json:"from_user_id"`
	ToUserID    int64     `json:"to_user_id"`
	DealID      int64     `json:"deal_id"`
	Description string    `json:"description"`
	Phone       string    `json:"phone"` // with a plus or without
	IsAutoCall  bool      `json:"is_auto_call"`
	Theme       string    `json:"theme"`
}

// TaskRequest names one task.
type TaskRequest struct {
	TaskID int64 `json:"task_id" check:"required,range=1..,ref=task"`
}

type taskAnswer struct {
	Task []Task `json:"task"`
}

var task = declare[TaskRequest, taskAnswer]("/cc/task/get")

// Task reads one task (§4.9.1.3, §4.3.3). Code: 5008, too many requests.
//
//vpbx:op POST /cc/task/get
func (c *Client) Task(ctx context.Context, r TaskRequest) (Task, error) {
	a, err := call(ctx, c, task, r)
	if err != nil {
		return Task{}, err
	}
	return only(task.op, a.Task)
}

// maxTasks is the most that one answer of Tasks holds, and its default.
const maxTasks = 500

// TasksRequest asks for tasks. Empty lists do not filter.
type TasksRequest struct {
	Limit      int       `json:"limit,omitempty" check:"range=1..500"` // 0 = 500
	Offset     int       `json:"offset,omitempty" check:"range=0.."`
	TaskID     []int64   `json:"task_id,omitempty" check:"range=1..,ref=task"`
	StartTime  MoscowISO `json:"start_time,omitzero"`
	Status     []int     `json:"status,omitempty" check:"oneof=0|1|2|3"`
	EventType  []int     `json:"event_type,omitempty" check:"oneof=1|2|3|4"`
	ContactID  []int64   `json:"contact_id,omitempty" check:"range=1..,ref=contact"`
	Priority   []int     `json:"priority,omitempty" check:"oneof=1|2"`
	FromUserID []int64   `json:"from_user_id,omitempty" check:"range=1..,ref=member"`
	ToUserID   []int64   `json:"to_user_id,omitempty" check:"range=1..,ref=member"`
}

type tasksAnswer struct {
	told
	Tasks []Task `json:"tasks"`
}

var tasks = declare[TasksRequest, tasksAnswer]("/cc/task/list")

// Tasks reads one page of tasks (§4.9.1.4, §4.3.4). Code: 5008, too many
// requests.
//
//vpbx:op POST /cc/task/list
func (c *Client) Tasks(ctx context.Context, r TasksRequest) ([]Task, error) {
	a, err := call(ctx, c, tasks, r)
	if err != nil {
		return nil, err
	}
	return listed(tasks.op, a.told, a.Tasks)
}

// AllTasks yields the tasks of all pages from r.Offset on; r.Limit is the size
// of a page. An error ends it.
func (c *Client) AllTasks(ctx context.Context, r TasksRequest) iter.Seq2[Task, error] {
	r.Limit = or(r.Limit, maxTasks)
	return func(yield func(Task, error) bool) {
		var first int64 // of the page before
		for {
			page, err := c.Tasks(ctx, r)
			if err == nil && len(page) > 0 && page[0].TaskID == first {
				err = senseless(tasks.op, errStuck) // offset is ignored
			}
			if err != nil {
				yield(Task{}, err)
				return
			}
			for _, t := range page {
				if !yield(t, nil) {
					return
				}
			}
			if len(page) < r.Limit {
				return
			}
			first = page[0].TaskID
			r.Offset += len(page)
		}
	}
}

// TaskIDsRequest names tasks.
type TaskIDsRequest struct {
	TaskID []int64 `json:"task_id" check:"required,range=1..,ref=task"` // a list, whatever its name says
}

// TaskOutcome tells what became of one task.
type TaskOutcome struct {
	TaskID int64 `json:"task_id"`
	Code   int   `json:"result"` // 1000 done; else see text.Result: the document's example has 5000 for tasks that are done already
}

// Done tells whether the task was changed.
func (o TaskOutcome) Done() bool { return done(o.Code) }

type taskOutcomes struct {
	told
	Data []TaskOutcome `json:"data"`
}

var (
	completeTasks = declare[TaskIDsRequest, taskOutcomes]("/cc/task/done")
	cancelTasks   = declare[TaskIDsRequest, taskOutcomes]("/cc/task/cancel")
)

// CompleteTasks marks tasks as done (§4.9.1.5, §4.3.5). The PBX takes or
// refuses each by itself: success of the whole says nothing of the one. Codes:
// 5000 of one that is not done, 5008 too many requests.
//
//vpbx:op POST /cc/task/done
func (c *Client) CompleteTasks(ctx context.Context, r TaskIDsRequest) ([]TaskOutcome, error) {
	return outcomesOf(ctx, c, completeTasks, r)
}

// CancelTasks cancels tasks (§4.9.1.6, §4.3.6). The PBX takes or refuses each
// by itself: success of the whole says nothing of the one. Codes: 5000 of one
// that is not cancelled, 5008 too many requests.
//
//vpbx:op POST /cc/task/cancel
func (c *Client) CancelTasks(ctx context.Context, r TaskIDsRequest) ([]TaskOutcome, error) {
	return outcomesOf(ctx, c, cancelTasks, r)
}

func outcomesOf(ctx context.Context, c *Client, m method[TaskIDsRequest, taskOutcomes], r TaskIDsRequest) ([]TaskOutcome, error) {
	a, err := call(ctx, c, m, r)
	if err != nil {
		return nil, err
	}
	return listed(m.op, a.told, a.Data)
}
