package centre

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Where ids of deals and their documents begin.
const (
	firstDeal     = 232765
	firstDocument = 51001
)

// failed is the status that needs, and alone may have, a reason.
const failed = "failed"

// deal is one deal as it is printed; it is replaced, never changed in place.
type deal struct {
	ID          int64             `json:"deal_id"`
	Name        string            `json:"name"`
	User        int64             `json:"abonent_id"`
	Description string            `json:"description"`
	Amount      json.Number       `json:"amount"`
	Status      string            `json:"status"`
	Comment     string            `json:"reason_comment"`
	Contact     int64             `json:"contact_id"`
	Step        int64             `json:"step_id"`
	Funnel      int64             `json:"funnel_id"`
	Custom      map[string]any    `json:"custom_fields"` // null when there are none
	Reason      map[string]string `json:"status_change_reason"`

	created   time.Time
	documents []document
}

// document of a deal, as cc/deal/documents.list prints it. That its file_id is
// the document_id of documents.add is inferred.
type document struct {
	Created string `json:"create"` // Moscow's time
	User    int64  `json:"abonent_id"`
	ID      int64  `json:"file_id"`
	Name    string `json:"blob_name"`
	Type    string `json:"blob_type"`
	SizeKB  int    `json:"blob_size_kb"`
}

// funnel is a way that deals go.
type funnel struct {
	ID      int64  `json:"sales_funnel_id"` // deals call it funnel_id
	Name    string `json:"name"`
	Deleted bool   `json:"deleted"`
	Steps   []step `json:"steps"`
}

type step struct {
	ID   int64  `json:"step_id"`
	Name string `json:"name"`
}

func funnels() []funnel {
	return []funnel{
		{252, "Продажи", false, []step{{1811, "Первичный контакт"}, {1812, "Предложение"}, {1813, "Оплата"}}},
		{253, "Старая воронка", true, nil},
	}
}

// dealField is a field that the company has added to deals.
type dealField struct {
	ID       int64      `json:"custom_type_id"`
	Type     string     `json:"type"`
	Name     string     `json:"name"`
	Required bool       `json:"required"`
	APIOnly  bool       `json:"api_only"`
	Check    *string    `json:"check_mode"`
	Length   *int       `json:"check_length"`
	LengthB  *int       `json:"check_length_b"`
	Currency *string    `json:"currency"`
	Items    []dealItem `json:"list_items"`
}

type dealItem struct {
	ID    int64  `json:"custom_type_enum_id"`
	Order int    `json:"order"`
	Value string `json:"value"`
}

func dealFields() []dealField {
	return []dealField{
		{ID: 705, Type: "int", Name: "Количество", Check: new("less"), Length: new(6)},
		{ID: 895, Type: "enum", Name: "Источник", Items: []dealItem{{1, 1, "Сайт"}, {2, 2, "Реклама"}}},
		{ID: 896, Type: "text", Name: "Примечание"},
	}
}

type dealForm struct {
	ID          *api.Int       `json:"deal_id"`
	Contact     *api.Int       `json:"contact_id"`
	Name        api.Text       `json:"name"`
	User        *api.Int       `json:"abonent_id"`
	Funnel      api.Int        `json:"funnel_id"`
	Step        api.Int        `json:"step_id"`
	Description *api.Text      `json:"description"`
	Amount      *json.Number   `json:"amount"`
	Custom      map[string]any `json:"custom_fields"`
	Created     api.Text       `json:"create_date"`
	Status      api.Text       `json:"status"`
	Reason      api.Text       `json:"status_change_reason"`
	Comment     *api.Text      `json:"reason_comment"`
}

// apply takes what a request says into d; both methods want the same.
func (c *Centre) applyDeal(f *dealForm, d *deal, wrong api.Fields) {
	if f.Contact == nil || *f.Contact < 1 {
		wrong.Add("contact_id", api.Missing)
	} else {
		d.Contact = int64(*f.Contact)
	}
	if d.Name = string(f.Name); d.Name == "" {
		wrong.Add("name", api.Missing)
	}
	if wrong.Add("abonent_id", c.checkUser(f.User)); f.User != nil {
		d.User = int64(*f.User)
	}
	d.Funnel, d.Step = int64(f.Funnel), int64(f.Step)
	checkStep(d, wrong)
	if f.Description != nil {
		d.Description = string(*f.Description)
	}
	if f.Amount != nil {
		amount, err := f.Amount.Float64()
		if d.Amount = *f.Amount; err != nil || amount < 0 {
			wrong.Add("amount", api.WrongFormat)
		}
	}
	if f.Created != "" {
		at, ok := moment(f.Created)
		if d.created = at; !ok {
			wrong.Add("create_date", api.WrongFormat)
		}
	}
	for id := range f.Custom {
		if !slices.ContainsFunc(dealFields(), func(k dealField) bool { return strconv.FormatInt(k.ID, 10) == id }) {
			wrong.Add("custom_fields", api.NoObject)
		}
	}
	if len(f.Custom) > 0 {
		d.Custom = maps.Clone(d.Custom)
		if d.Custom == nil {
			d.Custom = map[string]any{}
		}
		maps.Copy(d.Custom, f.Custom)
	}
	applyOutcome(f, d, wrong)
}

func checkStep(d *deal, wrong api.Fields) {
	if d.Funnel == 0 {
		wrong.Add("funnel_id", api.Missing)
	}
	if d.Step == 0 {
		wrong.Add("step_id", api.Missing)
	}
	all := funnels()
	i := slices.IndexFunc(all, func(f funnel) bool { return f.ID == d.Funnel && !f.Deleted })
	if i < 0 {
		wrong.Add("funnel_id", api.NoObject)
		return
	}
	if !slices.ContainsFunc(all[i].Steps, func(s step) bool { return s.ID == d.Step }) {
		wrong.Add("step_id", api.NoObject)
	}
}

func applyOutcome(f *dealForm, d *deal, wrong api.Fields) {
	if f.Status != "" {
		if d.Status = string(f.Status); !knownStatus(f.Status) {
			wrong.Add("status", api.WrongFormat)
		}
		if d.Status != failed {
			d.Reason = nil
		}
	}
	if f.Comment != nil {
		d.Comment = string(*f.Comment)
	}
	if f.Reason == "" {
		return
	}
	d.Reason = map[string]string{"fsreason": string(f.Reason)}
	switch {
	case !slices.Contains([]api.Text{"too_expensive", "bad_condition", "competitor", "missing_demand", "alternative"}, f.Reason):
		wrong.Add("status_change_reason", api.WrongFormat)
	case d.Status != failed:
		wrong.Add("status_change_reason", api.Together)
	}
}

func knownStatus(s api.Text) bool {
	return slices.Contains([]api.Text{"in_work", "succeed", failed, "delete"}, s)
}

func (c *Centre) deal(id *int64) (int, bool) {
	i := slices.IndexFunc(c.deals, func(d *deal) bool { return id != nil && d.ID == *id })
	return i, i >= 0
}

// createDeal is cc/deal/create (document §4.5.1).
func (c *Centre) createDeal(q api.Query) api.Answer {
	var f dealForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	d := &deal{ID: c.last.deal + 1, Amount: "0", Status: "in_work", created: c.cfg.Now()}
	if c.applyDeal(&f, d, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	c.last.deal = d.ID
	c.deals = append(c.deals, d)
	return api.OK(map[string]any{"deal_id": d.ID})
}

// updateDeal is cc/deal/update (document §4.5.2).
func (c *Centre) updateDeal(q api.Query) api.Answer {
	var f dealForm
	wrong := api.ReadFields(q, &f)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	if f.ID == nil {
		return api.RefuseField("deal_id", api.Missing)
	}
	i, ok := c.deal(orNull(f.ID))
	if !ok {
		return api.Refuse(api.NoObject)
	}
	d := *c.deals[i]
	if c.applyDeal(&f, &d, wrong); len(wrong) > 0 {
		return wrong.Answer()
	}
	c.deals[i] = &d
	return api.OK(nil)
}

// dealOf finds the deal that a request names.
func (c *Centre) dealOf(q api.Query) (int, *api.Answer) {
	var form struct {
		ID api.Int `json:"deal_id"`
	}
	wrong := api.ReadFields(q, &form)
	if form.ID == 0 {
		wrong.Add("deal_id", api.Missing)
	}
	if len(wrong) > 0 {
		return 0, new(wrong.Answer())
	}
	i, ok := c.deal(orNull(&form.ID))
	if !ok {
		return 0, new(api.Refuse(api.NoObject))
	}
	return i, nil
}

// getDeal is cc/deal/get (document §4.5.3).
func (c *Centre) getDeal(q api.Query) api.Answer {
	i, refusal := c.dealOf(q)
	if refusal != nil {
		return *refusal
	}
	return api.OK(map[string]any{"deal": c.deals[i]})
}

// listDeals is cc/deal/list (document §4.5.4); both days belong to the span.
func (c *Centre) listDeals(q api.Query) api.Answer {
	var form struct {
		From    api.Text `json:"from_date"`
		Until   api.Text `json:"until_date"`
		Users   idList   `json:"abonent_ids"`
		Contact api.Int  `json:"contact_id"`
		Status  api.Text `json:"status"`
	}
	wrong := api.ReadFields(q, &form)
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	from, until := time.Time{}, time.Unix(1<<40, 0)
	for name, day := range map[string]struct {
		said  api.Text
		is    *time.Time
		until time.Duration
	}{"from_date": {form.From, &from, 0}, "until_date": {form.Until, &until, 24 * time.Hour}} {
		if day.said == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, string(day.said), moscow)
		if *day.is = at.Add(day.until); err != nil {
			wrong.Add(name, api.WrongFormat)
		}
	}
	switch {
	case form.Status == "":
		wrong.Add("status", api.Missing)
	case !knownStatus(form.Status):
		wrong.Add("status", api.WrongFormat)
	case !from.Before(until):
		wrong.Add("until_date", api.WrongDates)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	out := []*deal{}
	for _, d := range c.deals {
		if d.Status == string(form.Status) && has(form.Users, &d.User) && (form.Contact == 0 || d.Contact == int64(form.Contact)) &&
			!d.created.Before(from) && d.created.Before(until) {
			out = append(out, d)
		}
	}
	return api.OK(map[string]any{"deals": out})
}

// listDealFields is cc/deal/custom_fields.list (document §4.5.5).
func (c *Centre) listDealFields(api.Query) api.Answer {
	return api.OK(map[string]any{"custom_fields": dealFields()})
}

// listFunnels is cc/deal/funnels.list (document §4.5.8).
func (c *Centre) listFunnels(api.Query) api.Answer {
	return api.OK(map[string]any{"sales_funnels": funnels()})
}

// listDocuments is cc/deal/documents.list (document §4.5.6).
func (c *Centre) listDocuments(q api.Query) api.Answer {
	i, refusal := c.dealOf(q)
	if refusal != nil {
		return *refusal
	}
	return api.OK(map[string]any{"documents": append([]document{}, c.deals[i].documents...)})
}

// addDocument is cc/deal/documents.add (document §4.5.7), a multipart request
// with a file. abonent_id wins over member_id.
func (c *Centre) addDocument(q api.Query) api.Answer {
	var form struct {
		User   *api.Int `json:"abonent_id"`
		Member *api.Int `json:"member_id"`
	}
	wrong := api.ReadFields(q, &form)
	user := form.User
	if user == nil {
		user = form.Member
	}
	if user == nil {
		wrong.Add("abonent_id", api.OneNeeded)
	}
	wrong.Add("abonent_id", c.checkUser(user))
	file, ok := q.Files["file"]
	if !ok {
		wrong.Add("file", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	i, refusal := c.dealOf(q)
	if refusal != nil {
		return *refusal
	}
	c.last.document++
	d := *c.deals[i]
	d.documents = append(slices.Clone(d.documents), document{
		Created: c.cfg.Now().In(moscow).Format(time.DateTime), User: int64(*user), ID: c.last.document,
		Name: file.Name, Type: http.DetectContentType(file.Content), SizeKB: (len(file.Content) + 1023) / 1024,
	})
	c.deals[i] = &d
	return api.OK(map[string]any{"document_id": c.last.document})
}
