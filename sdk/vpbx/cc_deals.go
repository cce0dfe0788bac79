package vpbx

import (
	"context"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// DealFields describe a deal (§4.5.1).
type DealFields struct {
	ContactID   int64    `json:"contact_id" check:"required,range=1..,ref=contact"` // of the PBX's own address book only
	Name        string   `json:"name" check:"required"`
	Description string   `json:"description,omitempty"`
	Amount      *float64 `json:"amount,omitempty"`
	AbonentID   int64    `json:"abonent_id" check:"required,range=1..,ref=member"` // who answers for it
	FunnelID    int64    `json:"funnel_id" check:"required,range=1..,ref=funnel"`
	StepID      int64    `json:"step_id" check:"required,range=1..,ref=step"` // of the funnel
	// CustomFields are values by the id of the field (DealCustomFields tells
	// which are required): a text, number, bool, date "2006-01-02", url, user id,
	// or for a list an object of its items, {"895":"1"}.
	CustomFields map[string]any `json:"custom_fields,omitempty"`
	Status       string         `json:"status,omitempty" check:"oneof=in_work|succeed|failed|delete"`
	// StatusChangeReason tells why a deal failed; ReasonComment goes with it.
	StatusChangeReason string `json:"status_change_reason,omitempty" check:"oneof=too_expensive|bad_condition|competitor|missing_demand|alternative"`
	ReasonComment      string `json:"reason_comment,omitempty"`
}

const dealFailed = "failed"

func (f *DealFields) check() error {
	if f.ReasonComment != "" && f.StatusChangeReason == "" {
		return missing("status_change_reason")
	}
	return ownFields("custom_fields", f.CustomFields)
}

// CreateDealRequest asks for a new deal.
type CreateDealRequest struct {
	DealFields
	CreateDate MoscowISO `json:"create_date,omitzero"` // absent = now
}

func (r *CreateDealRequest) check() error {
	if r.StatusChangeReason != "" && r.Status != dealFailed {
		return bad("status", dealFailed)
	}
	return r.DealFields.check()
}

type dealCreated struct {
	DealID []int64 `json:"deal_id"` // "of several deals: all ids", says the text
}

var createDeal = declare[CreateDealRequest, dealCreated]("/cc/deal/create")

// CreateDeal makes a deal and gives its id (§4.5.1). Code: 5008, too many
// requests.
//
//vpbx:op POST /cc/deal/create
func (c *Client) CreateDeal(ctx context.Context, r CreateDealRequest) (int64, error) {
	a, err := call(ctx, c, createDeal, r)
	if err != nil {
		return 0, err
	}
	return created(createDeal.op, a.DealID)
}

// UpdateDealRequest asks to change a deal. What it must tell is all that a new
// deal must; the document is silent about what becomes of other absent fields.
type UpdateDealRequest struct {
	DealID int64 `json:"deal_id" check:"required,range=1..,ref=deal"`
	DealFields
}

func (r *UpdateDealRequest) check() error {
	// Without a status it is for a deal that has failed already.
	if r.StatusChangeReason != "" && r.Status != "" && r.Status != dealFailed {
		return bad("status", dealFailed)
	}
	return r.DealFields.check()
}

var updateDeal = declare[UpdateDealRequest, none]("/cc/deal/update")

// UpdateDeal changes a deal; its documents, appeals and tasks stay (§4.5.2).
// Code: 5008, too many requests.
//
//vpbx:op POST /cc/deal/update
func (c *Client) UpdateDeal(ctx context.Context, r UpdateDealRequest) error {
	return send(ctx, c, updateDeal, r)
}

// Deal is a deal of the contact centre.
type Deal struct {
	DealID             int64          `json:"deal_id"`
	Name               string         `json:"name"`
	AbonentID          int64          `json:"abonent_id"`
	Description        string         `json:"description"`
	Amount             float64        `json:"amount"`
	Status             string         `json:"status" words:"in_work,succeed,failed,delete"`
	ReasonComment      string         `json:"reason_comment"`
	ContactID          int64          `json:"contact_id"`
	StepID             int64          `json:"step_id"`
	FunnelID           int64          `json:"funnel_id"`
	CustomFields       map[string]any `json:"custom_fields"` // by the id of the field
	StatusChangeReason DealReason     `json:"status_change_reason"`
}

// DealReason tells why a deal failed: too_expensive, …; "" = it did not.
type DealReason string

// UnmarshalJSON implements json.Unmarshaler: requests have a text, answers an
// object around it.
func (r *DealReason) UnmarshalJSON(raw []byte) error {
	var plain loose.Scalar
	if err := plain.UnmarshalJSON(raw); err != nil {
		return err
	}
	var wrapped struct {
		Reason string `json:"fsreason"`
	}
	if plain == "" && loose.Decode(raw, &wrapped) == nil {
		plain = loose.Scalar(wrapped.Reason)
	}
	*r = DealReason(plain)
	return nil
}

// DealRequest names a deal.
type DealRequest struct {
	DealID int64 `json:"deal_id" check:"required,range=1..,ref=deal"`
}

type dealAnswer struct {
	Deal []Deal `json:"deal"`
}

var deal = declare[DealRequest, dealAnswer]("/cc/deal/get")

// Deal reads one deal (§4.5.3). Code: 5008, too many requests.
//
//vpbx:op POST /cc/deal/get
func (c *Client) Deal(ctx context.Context, r DealRequest) (Deal, error) {
	a, err := call(ctx, c, deal, r)
	if err != nil {
		return Deal{}, err
	}
	return only(deal.op, a.Deal)
}

// DealsRequest asks for deals.
type DealsRequest struct {
	FromDate   Date    `json:"from_date,omitzero"`
	UntilDate  Date    `json:"until_date,omitzero"`
	AbonentIDs []int64 `json:"abonent_ids,omitempty" check:"range=1..,ref=member"`
	ContactID  int64   `json:"contact_id,omitempty" check:"range=1..,ref=contact"`
	Status     string  `json:"status" check:"required,oneof=in_work|succeed|failed|delete"`
}

func (r *DealsRequest) check() error {
	return inOrder("until_date", r.FromDate.Time, r.UntilDate.Time, 0)
}

type dealsAnswer struct {
	told
	Deals []Deal `json:"deals"`
}

var deals = declare[DealsRequest, dealsAnswer]("/cc/deal/list")

// Deals reads the deals of one status, all at once (§4.5.4). Code: 5008, too
// many requests.
//
//vpbx:op POST /cc/deal/list
func (c *Client) Deals(ctx context.Context, r DealsRequest) ([]Deal, error) {
	a, err := call(ctx, c, deals, r)
	if err != nil {
		return nil, err
	}
	return listed(deals.op, a.told, a.Deals)
}

// DealCustomFieldsRequest asks for the fields that the account gave its deals.
type DealCustomFieldsRequest struct{}

// DealCustomField is a field that the account gave its deals.
type DealCustomField struct {
	CustomTypeID int64          `json:"custom_type_id"`
	Type         string         `json:"type" words:"text,enum,multi_enum,address,int,money,date,check_box,url,input_field,point_member"`
	Name         string         `json:"name"`
	Required     bool           `json:"required"`
	APIOnly      bool           `json:"api_only"` // people can only read it
	CheckMode    string         `json:"check_mode" words:"more,equal,less,between"`
	CheckLength  string         `json:"check_length"`   // bound of the length or the value
	CheckLengthB string         `json:"check_length_b"` // the upper one of between
	Currency     string         `json:"currency" words:"rub,usd,eu"`
	ListItems    []DealListItem `json:"list_items"` // of enum and multi_enum
}

// DealListItem is a value that a field of deals can have.
type DealListItem struct {
	CustomTypeEnumID int64  `json:"custom_type_enum_id"`
	Order            int    `json:"order"`
	Value            string `json:"value"`
}

type dealCustomFieldsAnswer struct {
	told
	CustomFields []DealCustomField `json:"custom_fields"`
}

var dealCustomFields = declare[DealCustomFieldsRequest, dealCustomFieldsAnswer]("/cc/deal/custom_fields.list")

// DealCustomFields reads the fields that the account gave its deals (§4.5.5).
// Code: 5008, too many requests.
//
//vpbx:op POST /cc/deal/custom_fields.list
func (c *Client) DealCustomFields(ctx context.Context) ([]DealCustomField, error) {
	a, err := call(ctx, c, dealCustomFields, DealCustomFieldsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(dealCustomFields.op, a.told, a.CustomFields)
}

// FunnelsRequest asks for the sales funnels.
type FunnelsRequest struct{}

// Funnel is a sales funnel.
type Funnel struct {
	FunnelID int64        `json:"sales_funnel_id" names:"funnel"` // funnel_id of deals
	Name     string       `json:"name"`
	Deleted  bool         `json:"deleted"`
	Steps    []FunnelStep `json:"steps"` // none of a deleted one
}

// FunnelStep is a step of a sales funnel.
type FunnelStep struct {
	StepID int64  `json:"step_id" names:"step"`
	Name   string `json:"name"`
}

type funnelsAnswer struct {
	told
	Funnels []Funnel `json:"sales_funnels"`
}

var funnels = declare[FunnelsRequest, funnelsAnswer]("/cc/deal/funnels.list")

// Funnels reads the sales funnels and their steps, deleted ones among them
// (§4.5.8). Code: 5008, too many requests.
//
//vpbx:op POST /cc/deal/funnels.list
func (c *Client) Funnels(ctx context.Context) ([]Funnel, error) {
	a, err := call(ctx, c, funnels, FunnelsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(funnels.op, a.told, a.Funnels)
}

// DealDocument is a file of a deal.
type DealDocument struct {
	Created   time.Time `json:"create" time:"any"` // printed without a zone: Moscow's, as other times of the contact centre
	AbonentID int64     `json:"abonent_id"`        // who added it
	FileID    int64     `json:"file_id"`
	Name      string    `json:"blob_name"`
	Type      string    `json:"blob_type"` // image/png
	SizeKB    int64     `json:"blob_size_kb"`
}

// DealDocumentsRequest names a deal.
type DealDocumentsRequest struct {
	DealID int64 `json:"deal_id" check:"required,range=1..,ref=deal"`
}

type dealDocumentsAnswer struct {
	told
	Documents []DealDocument `json:"documents"`
}

var dealDocuments = declare[DealDocumentsRequest, dealDocumentsAnswer]("/cc/deal/documents.list")

// DealDocuments lists the files of a deal (§4.5.6). The API cannot fetch them.
// Code: 5008, too many requests.
//
//vpbx:op POST /cc/deal/documents.list
func (c *Client) DealDocuments(ctx context.Context, r DealDocumentsRequest) ([]DealDocument, error) {
	a, err := call(ctx, c, dealDocuments, r)
	if err != nil {
		return nil, err
	}
	return listed(dealDocuments.op, a.told, a.Documents)
}

// AddDealDocumentRequest asks to add a file to a deal. One of the ids is
// wanted; if both are told, AbonentID counts.
type AddDealDocumentRequest struct {
	DealID    int64  `json:"deal_id" check:"required,range=1..,ref=deal"`
	AbonentID int64  `json:"abonent_id,omitempty" check:"range=1..,ref=member"`
	MemberID  int64  `json:"member_id,omitempty" check:"range=1..,ref=member"`
	File      Upload `json:"file,omitzero" check:"required"`
}

func (r *AddDealDocumentRequest) check() error {
	switch {
	case r.AbonentID == 0 && r.MemberID == 0:
		return missing("abonent_id")
	case r.File.Name == "":
		return missing("file.name")
	case len(r.File.Content) == 0:
		return missing("file.base64")
	}
	return nil
}

type documentAdded struct {
	DocumentID []int64 `json:"document_id"`
}

var addDealDocument = declare[AddDealDocumentRequest, documentAdded]("/cc/deal/documents.add")

// AddDealDocument adds a file to a deal and gives its number there (§4.5.7).
// Code: 5008, too many requests.
//
//vpbx:op POST /cc/deal/documents.add
func (c *Client) AddDealDocument(ctx context.Context, r AddDealDocumentRequest) (int64, error) {
	a, err := call(ctx, c, addDealDocument, r)
	if err != nil {
		return 0, err
	}
	return created(addDealDocument.op, a.DocumentID)
}
