package notify

import (
	"encoding/json"
	"fmt"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Action is what was done to rows of the address book.
type Action string

// The actions (§3.9.4).
const (
	Added   Action = "new"
	Updated Action = "updated"
	Deleted Action = "deleted"
)

// Organizations is /events/ab/organizations (§3.9.4.2). After Deleted the rows
// have only their IDs.
type Organizations struct {
	Action Action
	List   []Organization
	IDs    []string
}

// ContactGroups is /events/ab/groups (§3.9.4.3); see Organizations.
type ContactGroups struct {
	Action Action
	List   []ContactGroup
	IDs    []string
}

// Contacts is /events/ab/contacts (§3.9.4.4); see Organizations.
type Contacts struct {
	Action Action
	List   []Contact
	IDs    []string
}

// Organization of the address book.
type Organization struct {
	ID   string `json:"org_id"`
	Name string `json:"org_name"`
}

// ContactGroup of the address book.
type ContactGroup struct {
	ID   string `json:"group_id"`
	Name string `json:"group_name"`
}

// Contact of the address book.
type Contact struct {
	ID         string         `json:"contact_id"`
	Type       int            `json:"type"` // informative
	Name       string         `json:"name"`
	Office     string         `json:"office"`
	Site       string         `json:"site"`
	Org        Organization   `json:"org"`
	Importance int            `json:"importance"` // 0–9
	Comment    string         `json:"comment"`
	Birthday   string         `json:"birthday"` // yyyy-mm-dd
	Sex        *int           `json:"sex"`      // 0, 1; nil when not given
	Avatar     string         `json:"avatar"`
	URL        string         `json:"url"`
	Phones     []ContactPhone `json:"phones"`
	Emails     []ContactEmail `json:"emails"`
	Groups     []ContactGroup `json:"groups"`
	Nets       []ContactNet   `json:"nets"`
	Messengers []Messenger    `json:"messengers"`
	Favorites  []string       `json:"in_favorites"` // user_id of those who marked it
	Custom     []CustomValue  `json:"custom_values"`
	UserID     string         `json:"user_id"` // the manager
	Created    time.Time      `json:"when_created" time:"any"`
	LastUsed   time.Time      `json:"last_used" time:"any"`
	LastCall   time.Time      `json:"last_call" time:"any"`
}

// ContactPhone is a number of a contact.
type ContactPhone struct {
	ID        string `json:"phone_id"`
	Type      int    `json:"type"`      // 0 city, 1 mobile, 2 SIP, 3 Skype, 4 other, 5 fax
	Phone     string `json:"phone"`     // as it was typed
	Digits    string `json:"phone_num"` // not documented, seen
	Comment   string `json:"comment"`
	Extension string `json:"ext"`
	Default   bool   `json:"is_default"`
}

// ContactEmail is an address of a contact.
type ContactEmail struct {
	ID      string `json:"email_id"`
	Email   string `json:"email"`
	Comment string `json:"comment"`
	Default bool   `json:"is_default"`
}

// ContactNet is an account in a social network, Net being its number (§3.9.3).
type ContactNet struct {
	ID   string `json:"net_id"`
	Net  int    `json:"net"`
	Name string `json:"uname"`
}

// Messenger is an account: 0 Viber, 1 Telegram, 2 Skype, 3 WhatsApp.
type Messenger struct {
	ID        string `json:"mgr_id"`
	Messenger int    `json:"mgr"`
	Name      string `json:"uname"`
}

// CustomValue is the value of a field of the company's own.
type CustomValue struct {
	ID      string       `json:"custom_value_id"`
	FieldID string       `json:"custom_field_id"`
	Type    int          `json:"type"` // 1 text, 2 list, 3 list of many, 4–11 see §4.8.3
	Text    string       `json:"text"`
	EnumIDs []string     `json:"enum_id"` // what was chosen of a list, in one form
	Items   []CustomItem `json:"list_items"`
}

// CustomItem is what was chosen of a list, in the other form.
type CustomItem struct {
	EnumID string `json:"enum_id"`
	Order  int    `json:"order"`
	Name   string `json:"name"`
}

// change has the fields of the three types above.
type change[T any] struct {
	Action Action
	List   []T
	IDs    []string
}

// decodeChange reads rows, or ids of rows, whichever they are.
func decodeChange[T any](raw []byte) (c change[T], err error) {
	var w struct {
		Action Action            `json:"action" words:"new,updated,deleted"`
		Data   []json.RawMessage `json:"data"`
	}
	if err := read(raw, &w); err != nil {
		return c, err
	}
	if w.Action == "" {
		return c, fmt.Errorf("%w: action", ErrIncomplete)
	}
	c.Action = w.Action
	for _, item := range w.Data {
		var row T
		var id loose.Scalar
		if err := loose.Decode(item, &row); err == nil {
			c.List = append(c.List, row)
		} else if _ = id.UnmarshalJSON(item); id != "" {
			c.IDs = append(c.IDs, id.Text())
		}
	}
	return c, nil
}

func decodeOrganizations(raw []byte) (Notification, string, error) {
	c, err := decodeChange[Organization](raw)
	return Organizations(c), "", err
}

func decodeContactGroups(raw []byte) (Notification, string, error) {
	c, err := decodeChange[ContactGroup](raw)
	return ContactGroups(c), "", err
}

func decodeContacts(raw []byte) (Notification, string, error) {
	type row struct {
		Contact
		ManagerID string `json:"manager_id"` // the example's name of user_id
	}
	w, err := decodeChange[row](raw)
	c := Contacts{Action: w.Action, IDs: w.IDs}
	for _, r := range w.List {
		if r.UserID == "" {
			r.UserID = r.ManagerID
		}
		c.List = append(c.List, r.Contact)
	}
	return c, "", err
}
