package centre

import (
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// What the centre knows of calls and scripts is that of a fresh company: the
// calls that are played leave no trace here.
const (
	knownCall     = "NTAwOTY2NDQwNw=="
	knownScript   = "1121"
	knownQuestion = "3092"
)

// tag is a topic of calls (document §4.7.2).
type tag struct {
	ID        int64   `json:"id"`
	Parent    *int64  `json:"parent"`
	Name      string  `json:"name"`
	Category  int     `json:"category"` // -1 all, 0 none, else a mask of directions
	Groups    []int64 `json:"groups"`
	Campaigns []int64 `json:"campaigns"`
	Folder    int     `json:"is_folder"`
}

func tags() []tag {
	return []tag{
		{ID: 501, Name: "Продажи", Category: -1, Groups: []int64{0}, Folder: 1},
		{ID: 502, Parent: new(int64(501)), Name: "Заказ", Category: -1, Groups: []int64{0}},
		{ID: 503, Parent: new(int64(501)), Name: "Отказ", Category: 12},
	}
}

// onlyOne reads a mandatory text and wants it to be the one thing there is.
func onlyOne(q api.Query, name, known string, members map[string]any) api.Answer {
	var form struct {
		Entry    api.Text `json:"entry_id"`
		Question api.Text `json:"question_id"`
	}
	wrong := api.ReadFields(q, &form)
	said := form.Entry
	if name == "question_id" {
		said = form.Question
	}
	if said == "" {
		wrong.Add(name, api.Missing)
	}
	switch {
	case len(wrong) > 0:
		return wrong.Answer()
	case string(said) != known:
		return api.Refuse(api.NoObject)
	}
	return api.OK(members)
}

// getCall is cc/call (document §4.7.1).
func (c *Centre) getCall(q api.Query) api.Answer {
	var user *int64
	if staff := c.cfg.Staff(); len(staff) > 0 {
		user = &staff[0].ID
	}
	return onlyOne(q, "entry_id", knownCall, map[string]any{"call": map[string]any{
		"conversion": []map[string]any{{
			"conversion_id": "14136001", "channel_type": 1, "create": 1795330000, "start": 1795330004, "first_answer": 1795330010,
			"end": 1795330060, "result": 1, "assign_user_id": user, "close_user_id": user, "contact_id": nil,
			"entry_point": "74951234567", "group_id": nil, "deal_id": nil, "params": nil,
		}},
		"tag_id": []int64{502}, "call_comment": []string{"перезвонить"}, "script_id": []string{knownScript}, "mark_client": 5,
		"mark_controller": []any{map[string]any{knownQuestion: map[string]any{"mark": 4, "comment": ""}}},
		"recording_id":    []string{"MToxMDA4NjI3Nzo1MDA5NjY0NDA3OjA="},
	}})
}

// listTags is cc/tags (document §4.7.2).
func (c *Centre) listTags(api.Query) api.Answer { return api.OK(map[string]any{"tags": tags()}) }

// getScript is script (document §4.7.3): its entry_id is the id of a script.
func getScript(q api.Query) api.Answer {
	return onlyOne(q, "entry_id", knownScript, map[string]any{"script": map[string]any{"id": 1121, "name": "Входящий звонок"}})
}

// getQuestion is quality/control/question (document §4.7.4).
func getQuestion(q api.Query) api.Answer {
	return onlyOne(q, "question_id", knownQuestion, map[string]any{"question": map[string]any{
		"id": 3092, "qual_ctrl_form_id": 12, "qual_ctrl_form_name": "Продажи", "block_name": "Начало", "block_order": 1,
		"name": "Поздоровался?", "order": 1, "required": 1, "hint": "",
	}})
}

const firstAppeal = 14136224

// chatTail is how much of a chat the event of an appeal carries.
const chatTail = 50

type appealForm struct {
	Channel   *api.Int       `json:"channel_type"`
	Direction *api.Int       `json:"direction"`
	Entry     api.Text       `json:"entry_point"`
	Create    api.Text       `json:"create"`
	End       api.Text       `json:"end"`
	Tags      []api.Int      `json:"tag_id"`
	Comment   api.Text       `json:"comment"`
	Rate      *api.Int       `json:"rate"`
	Result    *api.Int       `json:"result"`
	Assigned  *api.Int       `json:"assign_user_id"`
	Closer    *api.Int       `json:"close_user_id"`
	Group     api.Text       `json:"group_id"`
	Chat      []any          `json:"chat"`
	Client    map[string]any `json:"client_info"`
	Contact   map[string]any `json:"contact"`
}

// times are those of the appeal; one that has no end ends as it begins.
func (f *appealForm) times(wrong api.Fields) (created, ended time.Time) {
	created, ok := moment(f.Create)
	ended, okEnd := moment(f.End)
	switch {
	case f.Create == "":
		wrong.Add("create", api.Missing)
	case !ok:
		wrong.Add("create", api.WrongFormat)
	case f.End == "":
		ended = created
	case !okEnd:
		wrong.Add("end", api.WrongFormat)
	case ended.Before(created):
		wrong.Add("end", api.WrongDates)
	}
	return created, ended
}

// createAppeal is cc/appeals/create-closed-appeals (document §4.8.2). An appeal
// that is closed is told as any other. The table wants a product_id, the example
// has none.
func (c *Centre) createAppeal(q api.Query) api.Answer {
	var f appealForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	wrong.Add("channel_type", among(f.Channel, 0, 10))
	wrong.Add("direction", among(f.Direction, 0, 1))
	wrong.Add("result", among(f.Result, 1, 6))
	if f.Rate != nil {
		wrong.Add("rate", among(f.Rate, 1, 5))
	}
	if f.Entry == "" {
		wrong.Add("entry_point", api.Missing)
	}
	created, ended := f.times(wrong)
	for _, id := range f.Tags {
		if !slices.ContainsFunc(tags(), func(t tag) bool { return t.ID == int64(id) }) {
			wrong.Add("tag_id", api.NoObject)
		}
	}
	for name, user := range map[string]*api.Int{"assign_user_id": f.Assigned, "close_user_id": f.Closer} {
		if user != nil {
			wrong.Add(name, c.checkUser(user))
		}
	}
	if f.Client != nil && f.Contact != nil {
		wrong.Add("contact", api.OnlyOne)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	c.last.appeal++
	id := c.last.appeal
	body := map[string]any{
		"conversion_id": strconv.FormatInt(id, 10), "parent_conversion_id": "", "product_id": strconv.FormatInt(c.cfg.Product, 10),
		"entry_id": "", "channel_type": *f.Channel, "direction": *f.Direction, "entry_point": f.Entry, "create": created.Unix(), "end": ended.Unix(),
		"tag_id": append([]api.Int{}, f.Tags...), "comment": f.Comment, "result": *f.Result, "group_id": f.Group,
		"chat": append([]any{}, f.Chat[max(0, len(f.Chat)-chatTail):]...), "point_id": c.cfg.Point, "manual": 0, "proactive": 0,
	}
	if f.Assigned != nil {
		body["assign_abonent_id"] = *f.Assigned
	}
	if f.Closer != nil {
		body["close_abonent_id"] = *f.Closer
	}
	switch {
	case f.Contact != nil:
		body["contact"] = f.Contact
	case f.Client != nil:
		body["client_info"] = f.Client
	}
	c.tell("/events/md/onAppealClose", body)
	return api.OK(map[string]any{"appeal_id": id})
}
