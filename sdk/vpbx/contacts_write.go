package vpbx

import (
	"context"
	"strconv"
	"time"

	"mangoofficesdk/sdk/text"
)

// ContactFields are the fields of a contact that can be set. Absent ones stay
// as they are. A list that is there replaces: telephones, addresses, networks
// and messengers whose ids it lacks are deleted, entries without an id are
// new, and an empty list that is not nil deletes all. Organisation and groups
// are linked by id; by a name alone they are made.
type ContactFields struct {
	Office      *string            `json:"office,omitempty"`
	Site        *string            `json:"site,omitempty"`
	Org         *OrganizationLink  `json:"org,omitempty"`
	Importance  *int               `json:"importance,omitempty" check:"range=0..9"`
	Comment     *string            `json:"comment,omitempty"`
	Birthday    *string            `json:"birthday,omitempty"` // "YYYY-MM-DD"
	Sex         *int               `json:"sex,omitempty" check:"range=0..1"`
	Avatar      *string            `json:"avatar,omitempty"`
	URL         *string            `json:"url,omitempty"`
	Phones      []PhoneEntry       `json:"phones,omitzero"`
	Emails      []ContactEmail     `json:"emails,omitzero"`
	Groups      []ContactGroupLink `json:"groups,omitzero"`
	Nets        []ContactNet       `json:"nets,omitzero"`
	Messengers  []Messenger        `json:"messengers,omitzero"`
	InFavorites []int64            `json:"in_favorites,omitzero" check:"range=1..,ref=member"`
	UserID      int64              `json:"user_id,omitempty" check:"range=1..,ref=member"`
}

// OrganizationLink links a contact to an organisation.
type OrganizationLink struct {
	OrgID   string `json:"org_id,omitempty" check:"digits,max=20,ref=organization"`
	OrgName string `json:"org_name,omitempty"`
}

// ContactGroupLink puts a contact into a group.
type ContactGroupLink struct {
	GroupID   string `json:"group_id,omitempty" check:"digits,max=20,ref=contact_group"`
	GroupName string `json:"group_name,omitempty"`
}

// CustomInput is a value for an own field: one of the three, by the type of
// the field.
type CustomInput struct {
	CustomFieldID int64        `json:"custom_field_id" check:"required,range=1..,ref=custom_field"`
	Text          *string      `json:"text,omitempty"`
	Value         *string      `json:"value,omitempty"`
	ListItems     []ListChoice `json:"list_items,omitzero"`
}

// CustomChange is a value for an own field of a contact that may have one.
type CustomChange struct {
	CustomValueID string `json:"custom_value_id" check:"digits,max=20,ref=custom_value"` // "" = a new value, and is sent
	CustomInput
}

// ListChoice is one choice of a list.
type ListChoice struct {
	EnumID int64 `json:"enum_id" check:"required,range=1..,ref=custom_item"`
}

func (f *ContactFields) check(path string) error {
	if f.Birthday != nil && *f.Birthday != "" {
		if day, err := time.Parse(time.DateOnly, *f.Birthday); err != nil || day.Year() == 0 {
			return bad(join(path, "birthday"), "YYYY-MM-DD")
		}
	}
	if f.Org != nil && f.Org.OrgID == "" && f.Org.OrgName == "" {
		return text.New(text.MissingField).WithField(join(path, "org.org_id"))
	}
	for i, g := range f.Groups {
		if g.GroupID == "" && g.GroupName == "" {
			return text.New(text.MissingField).WithField(join(path, "groups["+strconv.Itoa(i)+"].group_id"))
		}
	}
	return nil
}

func (v *CustomInput) check(path string) error {
	given := 0
	for _, there := range []bool{v.Text != nil, v.Value != nil, v.ListItems != nil} {
		if there {
			given++
		}
	}
	switch given {
	case 0:
		return text.New(text.MissingField).WithField(join(path, "text")).WithDetail("text | value | list_items")
	case 1:
		return nil
	}
	return bad(path, "text | value | list_items")
}

// NewContact describes a new contact.
type NewContact struct {
	Name string `json:"name" check:"required"`
	ContactFields
	CustomValues []CustomInput `json:"custom_values,omitempty"`
}

// CreateContactsRequest describes new contacts.
type CreateContactsRequest struct {
	Data []NewContact `json:"data" check:"required,max=500"`
	// OnError says what to do with a contact that is there already. It stands
	// outside of data since November 2022, though the example was not mended.
	OnError string `json:"on_error,omitempty" check:"oneof=skip|duplicate"` // "" = skip
}

func (r *CreateContactsRequest) check() error {
	for i, n := range r.Data {
		if err := checkContact(i, &n.ContactFields, len(n.CustomValues), func(k int) *CustomInput { return &n.CustomValues[k] }); err != nil {
			return err
		}
	}
	return nil
}

// checkContact checks contact i of a batch with its custom values.
func checkContact(i int, f *ContactFields, values int, value func(int) *CustomInput) error {
	path := "data[" + strconv.Itoa(i) + "]"
	if err := f.check(path); err != nil {
		return err
	}
	for k := range values {
		if err := value(k).check(join(path, "custom_values["+strconv.Itoa(k)+"]")); err != nil {
			return err
		}
	}
	return nil
}

var createContacts = declare[CreateContactsRequest, batchAnswer[Contact]]("/vpbx/ab/contacts/create")

// CreateContacts makes contacts (§3.9.3.4), ten requests a second at most
// (§1.4.2). Of a batch that was done in part the outcomes stand beside the
// error. 3503: more than 500.
//
//vpbx:op POST /vpbx/ab/contacts/create
func (c *Client) CreateContacts(ctx context.Context, r CreateContactsRequest) ([]Outcome[Contact], error) {
	return batch(ctx, c, createContacts, r, keys(r.Data, func(n NewContact) string { return n.Name }),
		func(n Contact) string { return n.Name })
}

// ContactChange is what changes of a contact.
type ContactChange struct {
	ContactID string `json:"contact_id" check:"required,digits,max=20,ref=contact"`
	Type      int    `json:"type" check:"range=0..0"` // marked as required; there is one type
	Name      string `json:"name,omitempty"`
	ContactFields
	CustomValues []CustomChange `json:"custom_values,omitempty"`
}

// UpdateContactsRequest changes contacts.
type UpdateContactsRequest struct {
	Data []ContactChange `json:"data" check:"required,max=500"`
}

func (r *UpdateContactsRequest) check() error {
	for i, n := range r.Data {
		if err := checkContact(i, &n.ContactFields, len(n.CustomValues), func(k int) *CustomInput { return &n.CustomValues[k].CustomInput }); err != nil {
			return err
		}
	}
	return nil
}

var updateContacts = declare[UpdateContactsRequest, batchAnswer[Contact]]("/vpbx/ab/contacts/update")

// UpdateContacts changes contacts (§3.9.3.5); limits and outcomes as of
// CreateContacts. Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/contacts/update
func (c *Client) UpdateContacts(ctx context.Context, r UpdateContactsRequest) ([]Outcome[Contact], error) {
	return batch(ctx, c, updateContacts, r, keys(r.Data, func(n ContactChange) string { return n.ContactID }),
		func(n Contact) string { return n.ContactID })
}

// DeleteContactsRequest names contacts.
type DeleteContactsRequest struct {
	Data []string `json:"data" check:"required,max=500,digits,ref=contact"`
}

var deleteContacts = declare[DeleteContactsRequest, none]("/vpbx/ab/contacts/delete")

// DeleteContacts removes contacts (§3.9.3.6). Code: 3503, more than 500 at
// once.
//
//vpbx:op POST /vpbx/ab/contacts/delete
func (c *Client) DeleteContacts(ctx context.Context, r DeleteContactsRequest) error {
	return send(ctx, c, deleteContacts, r)
}
