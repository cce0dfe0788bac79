package token

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
)

// Merge brings the tokens of several hubs together: raw is the file's text of
// another one, or nothing. The set gets what it has not, and gives the text of
// both, which is the same whoever merges. A token that was revoked at either
// stays so. For the rest raw is right: a token that was made does not change.
func (s *Set) Merge(raw []byte) ([]byte, error) {
	var theirs []entry
	if len(raw) > 0 {
		var err error
		if theirs, err = parse(raw); err != nil {
			return nil, err
		}
	}
	unlock, err := s.alone()
	if err != nil {
		return nil, err
	}
	defer unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	both := slices.Clone(theirs)
	for _, own := range s.list {
		at := slices.IndexFunc(both, func(e entry) bool { return e.ID == own.ID })
		switch {
		case at < 0:
			both = append(both, own)
		case !own.Revoked.IsZero() && (both[at].Revoked.IsZero() || own.Revoked.Before(both[at].Revoked)):
			both[at].Revoked = own.Revoked
		}
	}
	slices.SortStableFunc(both, func(a, b entry) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	if len(both) == 0 {
		return nil, nil
	}
	if !reflect.DeepEqual(both, s.list) {
		if err := s.save(both); err != nil {
			return nil, err
		}
	}
	return json.Marshal(file{both})
}
