package notify

import (
	"fmt"
	"time"
)

// TaskChange is what became of a task.
type TaskChange string

// The changes of tasks, as their paths tell them.
const (
	TaskTouched TaskChange = "" // the path does not tell
	TaskCreated TaskChange = "created"
	TaskChanged TaskChange = "changed"
)

// Task is a contact-centre task that was created or changed (§4.9.2). All
// fields come each time, changed or not.
type Task struct {
	Change      TaskChange `json:"-"`
	TaskID      string     `json:"task_id"`
	Status      int        `json:"status"`     // 0 open, 1 done, 2 cancelled, 3 confirmed
	Type        int        `json:"event_type"` // 1 call, 2 write, 3 meet, 4 do
	Start       time.Time  `json:"start_time" time:"any"`
	Minutes     int        `json:"duration"`
	Priority    int        `json:"priority"` // 0 not important, 1 normal, 2 important
	ContactID   string     `json:"contact_id"`
	SourceID    string     `json:"source_id"`
	SourceType  string     `json:"source_type"`
	FromUserID  string     `json:"from_user_id"`
	ToUserID    string     `json:"to_user_id"`
	Description string     `json:"description"`
	AutoCall    bool       `json:"is_auto_call"`
	Phone       string     `json:"phone"`
	Theme       string     `json:"theme"`
	DealID      string     `json:"deal_id"`
}

func taskDecoder(change TaskChange) decoder {
	return func(raw []byte) (Notification, string, error) {
		t := Task{Change: change}
		if err := read(raw, &t); err != nil {
			return nil, "", err
		}
		if t.TaskID == "" {
			return nil, "", fmt.Errorf("%w: task_id", ErrIncomplete)
		}
		return t, "", nil
	}
}
