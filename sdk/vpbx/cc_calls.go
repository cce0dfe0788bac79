package vpbx

import (
	"context"
	"maps"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// CallDataRequest names a call.
type CallDataRequest struct {
	// EntryID is the text of the notifications, whatever the table says. Calls
	// leave the history in time: then 3300.
	EntryID string `json:"entry_id" check:"required,id"`
}

// CallData is what the contact centre knows of a call.
type CallData struct {
	Appeals  []Appeal `json:"conversion"`
	TagID    []int64  `json:"tag_id"` // topics, see Tags
	Comments []string `json:"call_comment"`
	ScriptID []int64  `json:"script_id"` // see Script
	// MarkClient is what the client gave after the call: 1 to 10, -1 asked and
	// silent, nil not asked.
	MarkClient *int `json:"mark_client"`
	// MarkController is what quality control gave, by the id of the question.
	MarkController ControllerMarks `json:"mark_controller"`
	RecordingID    []string        `json:"recording_id"`
}

// Appeal is one appeal of a client within a call.
type Appeal struct {
	AppealID     int64     `json:"conversion_id"`
	ChannelType  int       `json:"channel_type"` // see CreateClosedAppealRequest
	Created      time.Time `json:"create" time:"unix"`
	End          time.Time `json:"end" time:"unix"`
	Result       int       `json:"result"`         // see CreateClosedAppealRequest
	AssignUserID int64     `json:"assign_user_id"` // user_id of the employee
	CloseUserID  int64     `json:"close_user_id"`
	ContactID    int64     `json:"contact_id"`
	FirstAnswer  time.Time `json:"first_answer" time:"unix"`
	Start        time.Time `json:"start" time:"unix"` // taken up by an employee
	EntryPoint   string    `json:"entry_point"`       // of a call: the number that was called
	GroupID      int64     `json:"group_id"`
	DealID       int64     `json:"deal_id"`
	Params       int       `json:"params"` // bits 0 and 1: 0 internal, 1 incoming, 2 outgoing; bit 2: automatic; bit 3: triggered
}

// ControllerMark is an answer to a question of quality control.
type ControllerMark struct {
	Mark    int    `json:"mark"`
	Comment string `json:"comment"`
}

// ControllerMarks are answers by the id of the question (QualityQuestion).
type ControllerMarks map[string]ControllerMark

// UnmarshalJSON implements json.Unmarshaler: an object stands in a list.
func (m *ControllerMarks) UnmarshalJSON(raw []byte) error {
	var wrapped struct {
		List []map[string]ControllerMark `json:"list"`
	}
	if err := loose.Decode([]byte(`{"list":`+string(raw)+`}`), &wrapped); err != nil {
		return err
	}
	*m = nil
	for _, one := range wrapped.List {
		if *m == nil {
			*m = ControllerMarks{}
		}
		maps.Copy(*m, one)
	}
	return nil
}

type callDataAnswer struct {
	Call []CallData `json:"call"`
}

var callData = declare[CallDataRequest, callDataAnswer]("/vpbx/cc/call")

// CallData reads what the contact centre knows of a call now: appeals, topics,
// comments, marks (§4.7.1). 3300: no such call (any more).
//
//vpbx:op POST /vpbx/cc/call
func (c *Client) CallData(ctx context.Context, r CallDataRequest) (CallData, error) {
	a, err := call(ctx, c, callData, r)
	if err != nil {
		return CallData{}, err
	}
	return only(callData.op, a.Call)
}

// TagsRequest asks for the topics.
type TagsRequest struct{}

// Tag is a topic that an operator can give a conversation.
type Tag struct {
	ID     int64  `json:"id"`
	Parent int64  `json:"parent"` // 0 = none
	Name   string `json:"name"`
	// Category is a sum: 1 incoming through a group, 2 incoming to a person, 4
	// by a campaign or a callback, 8 outgoing otherwise, 16 internal; 0 none, -1 all.
	Category  int     `json:"category"`
	Groups    []int64 `json:"groups"` // 0 = common topics
	Campaigns []int64 `json:"campaigns"`
	IsFolder  bool    `json:"is_folder"`
}

type tagsAnswer struct {
	told
	Tags []Tag `json:"tags"`
}

var tags = declare[TagsRequest, tagsAnswer]("/vpbx/cc/tags")

// Tags reads the topics of conversations (§4.7.2). Code: 5008, too many
// requests.
//
//vpbx:op POST /vpbx/cc/tags
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	a, err := call(ctx, c, tags, TagsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(tags.op, a.told, a.Tags)
}

// ScriptRequest names a script.
type ScriptRequest struct {
	// ScriptID is one of CallData.ScriptID. The table calls it the id of a call;
	// the example sends, and the answer has, the id of a script.
	ScriptID string `json:"entry_id" check:"required,digits,max=20,ref=script"`
}

// Script is what an operator is told to say.
type Script struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type scriptAnswer struct {
	Script []Script `json:"script"`
}

var script = declare[ScriptRequest, scriptAnswer]("/vpbx/script")

// Script reads the name of a script (§4.7.3). 3300: it was deleted.
//
//vpbx:op POST /vpbx/script
func (c *Client) Script(ctx context.Context, r ScriptRequest) (Script, error) {
	a, err := call(ctx, c, script, r)
	if err != nil {
		return Script{}, err
	}
	return only(script.op, a.Script)
}

// QualityQuestionRequest names a question of quality control.
type QualityQuestionRequest struct {
	QuestionID string `json:"question_id" check:"required,digits,max=20,ref=question"`
}

// QualityQuestion is a question of quality control.
type QualityQuestion struct {
	ID         int64  `json:"id"`
	FormID     int64  `json:"qual_ctrl_form_id"`
	FormName   string `json:"qual_ctrl_form_name"` // unique in the account
	BlockName  string `json:"block_name"`
	BlockOrder int    `json:"block_order"`
	Name       string `json:"name"`
	Order      int    `json:"order"` // in its block
	Required   bool   `json:"required"`
	Hint       string `json:"hint"`
}

type qualityQuestionAnswer struct {
	Question []QualityQuestion `json:"question"`
}

var qualityQuestion = declare[QualityQuestionRequest, qualityQuestionAnswer]("/vpbx/quality/control/question")

// QualityQuestion reads a question that CallData.MarkController answers
// (§4.7.4). 3300: no such question.
//
//vpbx:op POST /vpbx/quality/control/question
func (c *Client) QualityQuestion(ctx context.Context, r QualityQuestionRequest) (QualityQuestion, error) {
	a, err := call(ctx, c, qualityQuestion, r)
	if err != nil {
		return QualityQuestion{}, err
	}
	return only(qualityQuestion.op, a.Question)
}
