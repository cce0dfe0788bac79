package engine

import (
	"encoding/json"
	"fmt"
	"strings"

	"mangoofficesdk/sdk/text"
)

// User is one user of the integration: a 1C user and his extension.
type User struct {
	UserID    string `json:"user_id"` // opaque
	Name      string `json:"name"`
	Extension string `json:"extension"` // digits; "" = none yet
}

// UsersSet replaces the users of the integration.
type UsersSet struct{ List []User }

func (UsersSet) input() {}

// maxExtension is the longest short number of the PBX (§4.1).
const maxExtension = 20

// ParseUsers reads УстановитьПользователей: a JSON array of {user_id, name,
// extension}. A wrong one refuses the whole: a *text.Error whose Field is
// users[i].key; for an extension or an id given twice its Detail names both.
func ParseUsers(raw json.RawMessage) ([]User, error) {
	var list []User
	if err := json.Unmarshal(raw, &list); err != nil || list == nil {
		return nil, text.New(text.BadJSON).WithField("users").Wrap(err)
	}
	return list, CheckUsers(list)
}

// CheckUsers checks a list of users; see ParseUsers.
func CheckUsers(list []User) error {
	ids, extensions := map[string]User{}, map[string]User{}
	for i, u := range list {
		field := func(key string) string { return fmt.Sprintf("users[%d].%s", i, key) }
		if u.UserID == "" {
			return text.New(text.MissingField).WithField(field("user_id"))
		}
		if other, twice := ids[u.UserID]; twice {
			return text.New(text.BadField).WithField(field("user_id")).WithDetail(both(other, u))
		}
		ids[u.UserID] = u
		if u.Extension == "" {
			continue
		}
		if !IsExtension(u.Extension) {
			return text.New(text.BadField).WithField(field("extension")).WithDetail(u.Extension)
		}
		if other, twice := extensions[u.Extension]; twice {
			return text.New(text.ExtensionTwice).WithField(field("extension")).WithDetail(both(other, u))
		}
		extensions[u.Extension] = u
	}
	return nil
}

func both(a, b User) string {
	name := func(u User) string {
		if u.Name != "" {
			return u.Name
		}
		return u.UserID
	}
	return fmt.Sprintf("%s, %s: %s", name(a), name(b), b.Extension)
}

// IsExtension reports whether s can be a short number of the PBX.
func IsExtension(s string) bool {
	return len(s) <= maxExtension && s != "" && strings.Trim(s, "0123456789") == ""
}
