package vpbx

import (
	"context"
	"iter"
	"time"
)

// Contact is an entry of the address book. Absent values are "", 0 and nil.
type Contact struct {
	ContactID    string         `json:"contact_id"`
	Type         int            `json:"type"` // 0
	Name         string         `json:"name"`
	Office       string         `json:"office"`
	Site         string         `json:"site"`
	Org          *Organization  `json:"org"`
	Importance   int            `json:"importance"` // 0 to 9
	Comment      string         `json:"comment"`
	Birthday     string         `json:"birthday"` // "YYYY-MM-DD"
	Sex          *int           `json:"sex"`      // 0 or 1; the document does not say which is which
	Avatar       string         `json:"avatar"`
	URL          string         `json:"url"`
	Phones       []ContactPhone `json:"phones"`
	Emails       []ContactEmail `json:"emails"`
	Groups       []ContactGroup `json:"groups"`
	Nets         []ContactNet   `json:"nets"`
	Messengers   []Messenger    `json:"messengers"`
	InFavorites  []int64        `json:"in_favorites"` // user_id
	CustomValues []CustomValue  `json:"custom_values"`
	UserID       int64          `json:"user_id"` // the employee in charge
	WhenCreated  time.Time      `json:"when_created"`
	LastUsed     time.Time      `json:"last_used"`
	LastCall     time.Time      `json:"last_call"`
}

// ContactPhone is a telephone of a contact.
type ContactPhone struct {
	PhoneEntry
	PhoneNum string `json:"phone_num"` // digits of Phone, of answers only; not in the document's tables
}

// PhoneEntry is what can be set of a telephone.
type PhoneEntry struct {
	PhoneID   string `json:"phone_id,omitempty" check:"digits,max=20,ref=phone"` // "" = a new one
	Type      int    `json:"type" check:"range=0..5"`                            // 0 city, 1 mobile, 2 SIP, 3 Skype, 4 other, 5 fax
	Phone     string `json:"phone" check:"required,chars=255"`                   // as a person writes it
	Comment   string `json:"comment,omitempty" check:"chars=255"`
	Ext       string `json:"ext,omitempty" check:"chars=32"`
	IsDefault bool   `json:"is_default,omitempty"`
}

// ContactEmail is an address of a contact.
type ContactEmail struct {
	EmailID   string `json:"email_id,omitempty" check:"digits,max=20,ref=email"` // "" = a new one
	Email     string `json:"email" check:"required"`
	Comment   string `json:"comment,omitempty"`
	IsDefault bool   `json:"is_default,omitempty"`
}

// ContactNet is an account of a contact in a social network.
type ContactNet struct {
	NetID string `json:"net_id,omitempty" check:"digits,max=20,ref=net"` // "" = a new one
	// Net: 0 Facebook, 1 VK, 2 Google+, 3 OK, 4 MySpace, 5 Instagram, 6
	// LinkedIn, 7 Twitter, 8 Vine, 9 YouTube, 10 Badoo.
	Net   int    `json:"net" check:"range=0..10"`
	UName string `json:"uname" check:"required"`
}

// Messenger is an account of a contact in a messenger.
type Messenger struct {
	MgrID string `json:"mgr_id,omitempty" check:"digits,max=20,ref=messenger"` // "" = a new one
	Mgr   int    `json:"mgr" check:"range=0..3"`                               // 0 Viber, 1 Telegram, 2 Skype, 3 WhatsApp
	UName string `json:"uname" check:"required"`
}

// CustomValue is the value of an own field of the company, see CustomFields.
type CustomValue struct {
	CustomValueID int64        `json:"custom_value_id"`
	CustomFieldID int64        `json:"custom_field_id"`
	Type          int          `json:"type"` // of the field
	Text          string       `json:"text"`
	Value         string       `json:"value"`
	ListItems     []CustomItem `json:"list_items"`
}

// CustomItem is one choice of a list.
type CustomItem struct {
	EnumID int64  `json:"enum_id"`
	Order  int    `json:"order"`
	Name   string `json:"name"`
}

// CustomFieldsRequest has no parameters.
type CustomFieldsRequest struct{}

// CustomField is a field that the company added to its contacts.
type CustomField struct {
	CustomFieldID int64  `json:"custom_field_id"`
	Type          int    `json:"type"` // 1 text, 2 one of a list, 3 some of a list; others up to 11 exist
	Order         int    `json:"order"`
	Name          string `json:"name"`
	Required      bool   `json:"required"`
	APIOnly       bool   `json:"api_only"`
	Unique        bool   `json:"unique"`
	// CheckMode says how the length of a text compares to CheckLength: 1 less,
	// 2 equal, 3 more.
	CheckMode   int          `json:"check_mode"`
	CheckLength int          `json:"check_length"`
	Items       []CustomItem `json:"items"`
}

type customFieldsAnswer struct {
	told
	Data []CustomField `json:"data"`
}

var customFields = declare[CustomFieldsRequest, customFieldsAnswer]("/vpbx/ab/custom_fields")

// CustomFields reads the own fields of the company (§3.9.5). No code of its
// own: see Error.
//
//vpbx:op POST /vpbx/ab/custom_fields
func (c *Client) CustomFields(ctx context.Context) ([]CustomField, error) {
	a, err := call(ctx, c, customFields, CustomFieldsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(customFields.op, a.told, a.Data)
}

// ContactRequest names a contact.
type ContactRequest struct {
	ContactID        string `json:"contact_id" check:"required,digits,max=20,ref=contact"`
	ContactExtFields bool   `json:"contact_ext_fields,omitempty"` // fills CustomValues and UserID
}

var contact = declare[ContactRequest, single[Contact]]("/vpbx/ab/contact")

// Contact reads a contact (§3.9.3.3). No code of its own: see Error.
//
//vpbx:op POST /vpbx/ab/contact
func (c *Client) Contact(ctx context.Context, r ContactRequest) (Contact, error) {
	a, err := call(ctx, c, contact, r)
	if err == nil && a.Value.ContactID == "" {
		err = empty(contact.op)
	}
	return a.Value, err
}

// ContactsRequest asks for the first page of contacts.
type ContactsRequest struct {
	Query            string              `json:"query"`                                     // part of a name or of a number; "" = all, and is sent
	LimitRows        int                 `json:"limit_rows,omitempty" check:"range=1..500"` // 0 = 10
	Order            []map[string]string `json:"order,omitempty" check:"oneof=asc|desc,max=20"`
	ContactExtFields bool                `json:"contact_ext_fields,omitempty"` // fills CustomValues and UserID
}

func (r *ContactsRequest) check() error { return checkOrder(r.Order) }

// ContactsCursorRequest asks for another page of contacts.
type ContactsCursorRequest struct {
	CursorRequest
	ContactExtFields bool `json:"contact_ext_fields,omitempty"` // as for the first page
}

var (
	contactsInit   = declare[ContactsRequest, pageAnswer[Contact]]("/vpbx/ab/contact/init")
	contactsCursor = declare[ContactsCursorRequest, pageAnswer[Contact]]("/vpbx/ab/contact/cursor")
)

// ContactsInit reads the first page of contacts (§3.9.3.1). There is no other
// way to find a contact by number than to look for it with Query. Code: 3503,
// more than 500 at once.
//
//vpbx:op POST /vpbx/ab/contact/init
func (c *Client) ContactsInit(ctx context.Context, r ContactsRequest) (Page[Contact], error) {
	return page(ctx, c, contactsInit, r)
}

// ContactsCursor reads another page of them (§3.9.3.2). No code of its own: see
// Error.
//
//vpbx:op POST /vpbx/ab/contact/cursor
func (c *Client) ContactsCursor(ctx context.Context, r ContactsCursorRequest) (Page[Contact], error) {
	return page(ctx, c, contactsCursor, r)
}

// Contacts yields all contacts that match, in pages of 500 unless r says
// otherwise.
func (c *Client) Contacts(ctx context.Context, r ContactsRequest) iter.Seq2[Contact, error] {
	r.LimitRows = or(r.LimitRows, maxRows)
	return walk(contactsCursor.op, func() (Page[Contact], error) {
		return c.ContactsInit(ctx, r)
	}, func(cursor string) (Page[Contact], error) {
		return c.ContactsCursor(ctx, ContactsCursorRequest{CursorRequest{cursor, NextPage}, r.ContactExtFields})
	})
}
