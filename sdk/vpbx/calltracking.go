package vpbx

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Call tracking (§3.6): who on the site was shown a number. Only with dynamic
// call tracking, and only while the number belongs to the visitor.

// TrackedNumberRequest names the number that was called.
type TrackedNumberRequest struct {
	Number string `json:"number" check:"required,digits,max=20"` // E.164 digits
}

// Visitor is who was shown the number.
type Visitor struct {
	UID         string          `json:"uid"` // cookie of the browser
	WidgetID    int64           `json:"widget_id"`
	WidgetName  string          `json:"widget_name"`
	ProductID   int64           `json:"product_id"`
	GoogleID    string          `json:"ga_cid"`
	YandexID    string          `json:"ya_cid"`
	RoistatID   string          `json:"rs_cid"`
	IP          string          `json:"ip"`
	RegionID    int64           `json:"region_id"` // of billing
	Location    VisitorLocation `json:"location"`
	Channel     VisitorChannel  `json:"channel"`
	DurationSec int             `json:"duration"` // since he came to the site
	CurrentPage PageView        `json:"current_page"`
	Device      string          `json:"device" words:"mobile,desktop"`
	Custom      string          `json:"custom"` // of the site's owner, up to 100 characters
}

// VisitorLocation is where the visitor is.
type VisitorLocation struct {
	CountryCode string `json:"country_code"` // ISO
	RegionCode  string `json:"region_code"`
	Region      string `json:"region"`
	City        string `json:"city"`
}

// VisitorChannel is how the visitor came: the utm marks of the address.
type VisitorChannel struct {
	Source   string `json:"source"`
	Medium   string `json:"medium"`
	Campaign string `json:"campaign"`
	Content  string `json:"content"`
	Term     string `json:"term"`
}

// PageView is a page that the visitor opened.
type PageView struct {
	URL   string    `json:"url"`
	Date  time.Time `json:"date" time:"iso"` // without a zone taken as UTC; one place of the document says UTC+3
	Title string    `json:"title"`
}

// wrapped is an answer whose data stand in "data", as the document has it, or
// are the answer, as a client of the PBX takes them.
type wrapped[T any] struct{ Value T }

// UnmarshalJSON implements json.Unmarshaler.
func (w *wrapped[T]) UnmarshalJSON(raw []byte) error {
	var outer struct {
		Data json.RawMessage `json:"data"`
	}
	if raw = bytes.TrimSpace(raw); raw[0] == '{' {
		if err := json.Unmarshal(raw, &outer); err != nil {
			return fmt.Errorf("vpbx: data: %w", err)
		}
	}
	if outer.Data == nil {
		outer.Data = raw
	}
	_ = loose.Decode(outer.Data, &w.Value) // null, or an object for a list: nothing
	return nil
}

var visitor = declare[TrackedNumberRequest, wrapped[Visitor]]("/vpbx/queries/user_info_by_dct_number")

// Visitor finds who was shown a number (§3.6.1); found is false when nobody
// was. No code of its own: see Error.
//
//vpbx:op POST /vpbx/queries/user_info_by_dct_number
func (c *Client) Visitor(ctx context.Context, r TrackedNumberRequest) (v Visitor, found bool, err error) {
	a, err := call(ctx, c, visitor, r)
	return a.Value, a.Value != Visitor{}, err
}

var visitorPages = declare[TrackedNumberRequest, wrapped[[]PageView]]("/vpbx/queries/user_history_by_dct_number")

// VisitorPages lists the pages of his present visit (§3.6.2), none when nobody
// was shown the number. No code of its own: see Error.
//
//vpbx:op POST /vpbx/queries/user_history_by_dct_number
func (c *Client) VisitorPages(ctx context.Context, r TrackedNumberRequest) ([]PageView, error) {
	a, err := call(ctx, c, visitorPages, r)
	return a.Value, err
}
