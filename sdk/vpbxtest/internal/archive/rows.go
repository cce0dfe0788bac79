package archive

import (
	"time"
)

// callRow is one call of extended statistics.
type callRow struct {
	EntryID      string   `json:"entry_id"`
	Kind         int64    `json:"context_type"`
	Status       int      `json:"context_status"`
	CallerID     *int64   `json:"caller_id"` // null: no employee
	CallerName   string   `json:"caller_name"`
	CallerNumber string   `json:"caller_number"`
	CalledNumber string   `json:"called_number"`
	Start        int64    `json:"context_start_time"`
	Duration     int64    `json:"duration"`
	Talk         int64    `json:"talk_duration"`
	CostFull     *float64 `json:"context_cost_full,omitempty"`
	CostTariff   *float64 `json:"context_cost_tariff,omitempty"`
	Init         int      `json:"context_init_type"`
	Recall       int      `json:"recall_status"`
	Cost         float64  `json:"cost"`

	// With ext_params=1; nobody filled them in the contact centre.
	TagIDs         *[]int64 `json:"tag_id,omitempty"`
	CallComment    *string  `json:"call_comment,omitempty"`
	ScriptIDs      *[]int64 `json:"script_id,omitempty"`
	MarkController *[]int64 `json:"mark_controller,omitempty"`

	Task any `json:"task,omitempty"` // since 28.05.2026

	Legs []legRow `json:"context_calls"`
}

// legRow is one leg; that of a group has a leg of every operator.
type legRow struct {
	Type       string   `json:"call_type"` // number, user, group
	AbonentID  *int64   `json:"call_abonent_id"`
	Info       string   `json:"call_abonent_info"`
	Number     *string  `json:"call_abonent_number"`
	Start      int64    `json:"call_start_time"`
	Answer     *int64   `json:"call_answer_time"`
	End        int64    `json:"call_end_time"`
	Duration   int64    `json:"call_duration"`
	Talk       int64    `json:"talk_duration"`
	Dial       int64    `json:"dial_duration"`
	Hold       *int64   `json:"hold_duration"`
	Reason     int      `json:"call_end_reason"`
	Recordings []string `json:"recording_id"`
	CallID     string   `json:"external_call_id,omitempty"`
	Inbound    bool     `json:"DirectionInbound"`
	Outbound   bool     `json:"DirectionOutbound"`
	Talks      bool     `json:"ModeConversation"`
	Listen     bool     `json:"ModeListen"`
	Prompt     bool     `json:"ModePrompt"`
	Conference bool     `json:"ModeConference"`
	Group      bool     `json:"ModeGroup"`
	RecordIn   bool     `json:"RecordInbound"`
	RecordOut  bool     `json:"RecordOutbound"`
	Blind      bool     `json:"BlindTransfer"`
	Consult    bool     `json:"ConsultTransfer"`
	Dialing    bool     `json:"OutboundDialing"`
	Picked     bool     `json:"Intercepted"`
	NoIVR      bool     `json:"IvrNotUsed"`
	Members    []legRow `json:"members"`
}

// Of context_init_type. Which of them a click-to-call is, is inferred.
const (
	initUser  = 0
	initOrder = 4
)

// perMinute is what a begun minute of an outgoing call costs here, in roubles.
const perMinute = 1.5

func seconds(from, to time.Time) int64 {
	if from.IsZero() {
		return 0
	}
	return to.Unix() - from.Unix() // as the difference of two times told
}

func rowOf(c *Call, recall int, f *callsForm) callRow {
	row := callRow{
		EntryID: c.ID, Kind: int64(c.kind()), CallerName: c.From.label(), CallerNumber: c.From.address(),
		CalledNumber: c.To.address(), Start: c.Created.Unix(), Duration: seconds(c.Created, c.Ended),
		Talk: seconds(c.Talk, c.Ended), Init: initUser, Recall: recall,
	}
	if c.Direction == Incoming {
		row.CalledNumber = c.Line
	}
	if c.From.User != 0 {
		row.CallerID = new(c.From.User)
	}
	if !c.Talk.IsZero() {
		row.Status = 1
		if c.Direction == Outgoing {
			row.Cost = float64((row.Talk+59)/60) * perMinute
		}
	}
	if c.Ordered {
		row.Init = initOrder
	}
	for _, name := range f.ExtFields {
		switch name {
		case "context_cost_full":
			row.CostFull = new(row.Cost)
		case "context_cost_tariff":
			row.CostTariff = new(row.Cost)
		}
	}
	if f.ExtParams {
		row.TagIDs, row.CallComment, row.ScriptIDs, row.MarkController = &[]int64{}, new(""), &[]int64{}, &[]int64{}
	}
	row.Legs = legRows(c)
	return row
}

func (p Party) label() string {
	if p.Name != "" {
		return p.Name
	}
	return p.address()
}

func (p Party) address() string {
	if p.Number != "" {
		return p.Number
	}
	return p.Extension
}

// legRows lists the legs at abonents; those of operators whom one group led to
// stand below it. IVR and queue are no abonents (inferred).
func legRows(c *Call) []legRow {
	rows := []legRow{}
	noIVR := true
	for i := range c.Legs {
		l := &c.Legs[i]
		if l.Location != "abonent" {
			noIVR = false
			continue
		}
		row := legOf(c, l, noIVR)
		if l.Group == nil {
			rows = append(rows, row)
			continue
		}
		if last := len(rows) - 1; last >= 0 && rows[last].Group && *rows[last].AbonentID == l.Group.ID {
			rows[last].add(row)
			continue
		}
		rows = append(rows, groupOf(l.Group, row))
	}
	return rows
}

func legOf(c *Call, l *Leg, noIVR bool) legRow {
	row := legRow{
		Type: "number", Info: l.To.label(), Number: new(l.To.address()), Start: l.Began.Unix(), End: l.Ended.Unix(),
		Duration: seconds(l.Began, l.Ended), Dial: seconds(l.Began, l.Ended), Reason: l.Reason,
		Recordings: append([]string{}, l.Recordings...), CallID: l.ID,
		Inbound: c.Direction == Incoming, Outbound: c.Direction == Outgoing, Talks: !l.Answered.IsZero(),
		Blind: l.Transfer == "blind" || l.Transfer == "return_blind", Consult: l.Transfer == "consultative",
		RecordIn: len(l.Recordings) > 0 && c.Direction == Outgoing, RecordOut: len(l.Recordings) > 0 && c.Direction != Outgoing,
		Picked: l.Reason == pickedUp, NoIVR: noIVR, Dialing: c.Task != 0,
	}
	if l.To.User != 0 {
		row.Type, row.AbonentID = "user", new(l.To.User)
	}
	if !l.Answered.IsZero() {
		row.Answer = new(l.Answered.Unix())
		row.Talk, row.Dial = seconds(l.Answered, l.Ended), seconds(l.Began, l.Answered)
	}
	if l.Held > 0 {
		row.Hold = new(int64(l.Held / time.Second))
	}
	return row
}

const pickedUp = 1182

// groupOf is the leg of a group with its first operator.
func groupOf(g *Group, first legRow) legRow {
	row := first
	row.Type, row.AbonentID, row.Info, row.Number, row.CallID = "group", new(g.ID), g.Name, nil, ""
	row.Group, row.Talks, row.Picked = true, false, false
	row.Members = []legRow{first}
	return row
}

// add puts one more operator below a group, whose own times are those of the
// operator who answered, else of the last one.
func (r *legRow) add(o legRow) {
	r.Members = append(r.Members, o)
	r.Recordings = append(r.Recordings, o.Recordings...)
	r.RecordIn, r.RecordOut = r.RecordIn || o.RecordIn, r.RecordOut || o.RecordOut
	if r.Answer == nil {
		r.Answer, r.Talk, r.Reason = o.Answer, o.Talk, o.Reason
	}
	r.End = max(r.End, o.End)
	r.Duration, r.Dial = r.End-r.Start, r.End-r.Start
	if r.Answer != nil {
		r.Dial = *r.Answer - r.Start
	}
}
