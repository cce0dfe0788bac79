package archive

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

const (
	badRequest = 3000
	maxIDs     = 500
)

// wrongURL is how the methods of a service that is off were seen to answer.
const wrongURL = 3128

// speech is the methods of speech analytics.
func (a *Archive) speech() api.Table {
	return api.Table{
		"/vpbx/queries/recording_categories":  a.categories,
		"/vpbx/queries/recording_transcripts": a.transcripts,
		"/s2t/queries/recording_summary":      a.summaries,
		"/s2t/queries/records":                a.records,
		"/s2t/queries/ai_agents":              a.agents,
		"/s2t/queries/recording_agents":       a.agentResults,
	}
}

// idList is a list of ids, or a text that holds one: so the document prints it.
type idList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *idList) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = []byte(text)
	}
	return json.Unmarshal(raw, (*[]string)(l))
}

type speechForm struct {
	IDs   idList   `json:"recording_id"`
	Terms api.Bool `json:"with_terms"`
	Names api.Bool `json:"with_names"`
}

// ofRecordings reads the ids of recordings and calls each for those in the cloud;
// one that is unknown is passed over (inferred).
func (a *Archive) ofRecordings(q api.Query, each func(*speechForm, *Recording) any) api.Answer {
	var form speechForm
	if code := api.Read(q, &form); code != 0 {
		return api.Refuse(code)
	}
	switch {
	case len(form.IDs) == 0:
		return api.Refuse(api.Missing)
	case len(form.IDs) > maxIDs:
		return api.Refuse(api.TooMany)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	data := []any{}
	for _, id := range form.IDs {
		if r := a.recordings[id]; r != nil && r.stored {
			data = append(data, each(&form, r))
		}
	}
	return api.OK(map[string]any{"data": data})
}

// The one topic that this analytics knows: operators who greet.
const (
	greetingID = 117
	greeting   = "Добрый день"
)

// categories is queries/recording_categories (document §3.5.4).
func (a *Archive) categories(q api.Query) api.Answer {
	return a.ofRecordings(q, func(form *speechForm, r *Recording) any {
		topic := map[string]any{"id": greetingID, "assign_time": r.Ended.Unix(), "version": 1}
		if form.Terms {
			topic["terms"] = []any{map[string]any{"channels": []int{-1}, "count": 1, "value": greeting}}
		}
		if form.Names {
			topic["name"] = "Приветствие"
		}
		return map[string]any{"recording_id": r.ID, "categories": []any{topic}}
	})
}

// transcripts is queries/recording_transcripts (document §3.5.5).
func (a *Archive) transcripts(q api.Query) api.Answer {
	return a.ofRecordings(q, func(_ *speechForm, r *Recording) any {
		names := map[string]string{"client": "Клиент", "operator": "Сотрудник"}
		if r.Other.User != 0 {
			names = map[string]string{"client": r.Other.Name, "operator": r.Worker.Name}
		}
		return map[string]any{"recording_id": r.ID, "names": names, "phrases": r.phrases()}
	})
}

// phrases is what was said.
func (r *Recording) phrases() [][2]string {
	return [][2]string{
		{"operator", greeting + ", меня зовут " + r.Worker.label()},
		{"client", "Здравствуйте, мой номер " + r.Other.address()},
	}
}

// s2tWrong is how these methods refuse.
func s2tWrong(text string) api.Answer {
	return api.Answer{
		Status: http.StatusBadRequest, Code: badRequest,
		Body: map[string]any{"result": badRequest, "error": []string{text}},
	}
}

// ofCalls reads communication ids and calls each for the recordings of theirs.
func (a *Archive) ofCalls(q api.Query, each func(id string, r []*Recording) []any) api.Answer {
	var form struct {
		IDs []string `json:"communication_id"`
	}
	if api.Read(q, &form) != 0 {
		return s2tWrong("The communication id must be an array.")
	}
	if len(form.IDs) == 0 {
		return s2tWrong("The communication id field is required.")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	data := []any{}
	for _, id := range form.IDs {
		if of := a.storedOf(id); len(of) > 0 {
			data = append(data, each(id, of)...)
		}
	}
	return api.OK(map[string]any{"data": data})
}

// storedOf lists the recordings of a call that can be had.
func (a *Archive) storedOf(entry string) []*Recording {
	var out []*Recording
	for _, id := range a.recorded {
		if r := a.recordings[id]; r != nil && r.EntryID == entry && r.stored {
			out = append(out, r)
		}
	}
	return out
}

// summaries is s2t/queries/recording_summary (document §3.5.6).
func (a *Archive) summaries(q api.Query) api.Answer {
	return a.ofCalls(q, func(id string, of []*Recording) []any {
		text := ""
		for _, r := range of {
			text += fmt.Sprintf("Разговор сотрудника %s с абонентом %s, %d с.\n", r.Worker.label(), r.Other.address(), seconds(r.Began, r.Ended))
		}
		return []any{map[string]any{"communication_id": id, "summary": text}}
	})
}

// records is s2t/queries/records (document §3.5.7).
func (a *Archive) records(q api.Query) api.Answer {
	var form struct {
		From   api.Text `json:"date_from"`
		To     api.Text `json:"date_to"`
		Offset api.Int  `json:"offset"`
		Limit  *api.Int `json:"limit"`
	}
	if api.Read(q, &form) != 0 {
		return s2tWrong("The parameters are of a wrong type.")
	}
	from, err := time.ParseInLocation(time.DateOnly, string(form.From), moscow)
	if err != nil {
		return s2tWrong("The date from field is required in the format Y-m-d.")
	}
	to, err := time.ParseInLocation(time.DateOnly, string(form.To), moscow)
	if err != nil || to.Before(from) {
		return s2tWrong("The date to field is required in the format Y-m-d.")
	}
	if form.Offset < 0 || form.Limit != nil && *form.Limit < 1 {
		return s2tWrong("The limit is out of bounds.")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	data, place := []any{}, api.Int(0)
	for _, c := range a.calls {
		of := a.storedOf(c.ID)
		if c.Created.Before(from) || !c.Created.Before(to.AddDate(0, 0, 1)) || len(of) == 0 {
			continue
		}
		if place++; place > form.Offset && (form.Limit == nil || place <= form.Offset+*form.Limit) {
			data = append(data, record(c))
		}
	}
	return api.OK(map[string]any{"data": data})
}

func record(c *Call) any {
	direction := map[int]string{Internal: "internal", Incoming: "in", Outgoing: "out"}[c.Direction]
	to := c.To.address()
	if c.Direction == Incoming {
		to = c.Line
	}
	return map[string]any{
		"communication_id": c.ID, "communication_type": 1,
		"info": map[string]any{
			"direction": direction, "duration": seconds(c.Talk, c.Ended), "time_created": c.Created.Unix(),
			"from_number": c.From.address(), "to_number": to,
		},
		"sentiments": map[string]any{"client": "neutral", "operator": nil},
		"has_s2t":    true, "has_transcript": true, "has_summary": true,
	}
}

// assistant is the one AI agent of this company.
const assistant = 31

// agents is s2t/queries/ai_agents (newest edition): it wants a header.
func (a *Archive) agents(q api.Query) api.Answer {
	if q.Header.Get("X-Product-Id") == "" {
		return s2tWrong("The X-Product-Id header is required.")
	}
	return api.OK(map[string]any{"data": []any{map[string]any{
		"id": assistant, "name": "Оценка разговора", "status": "active", "model": "gpt",
		"created_at": "2026-05-19 10:00:00", "updated_at": "2026-05-19 10:00:00",
		"output_fields": []any{map[string]any{"id": 1, "key": "greeted", "label": "Поздоровался", "type": "boolean", "description": "Сотрудник поздоровался с клиентом"}},
	}}})
}

// agentResults is s2t/queries/recording_agents (newest edition).
func (a *Archive) agentResults(q api.Query) api.Answer {
	if q.Header.Get("X-Point-Id") == "" {
		return s2tWrong("The X-Point-Id header is required.")
	}
	return a.ofCalls(q, func(_ string, of []*Recording) []any {
		out := make([]any, 0, len(of))
		for _, r := range of {
			out = append(out, map[string]any{
				"recording_id": r.ID, "assistant_id": assistant, "processed_at": r.Ended.UTC().Format(time.DateTime),
				"result": []any{map[string]any{"id": 1, "name": "greeted", "value": "true"}},
			})
		}
		return out
	})
}
