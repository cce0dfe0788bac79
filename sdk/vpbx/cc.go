package vpbx

import (
	"strconv"
	"strings"
	"time"
)

// The contact centre (§4) answers beside the VPBX API, under /cc, for accounts
// with the service «Открытое API». Any of its methods answers 5008 when it is
// down or asked more than ten times a second (§1.4.3). Its abonent_id and
// user_id are the user_id of the employee (EmployeeCard.UserID).

// only is the object of an answer, which some tables call a list: the first.
func only[T any](o *op, list []T) (T, error) {
	if len(list) == 0 {
		var none T
		return none, empty(o)
	}
	return list[0], nil
}

// created is the id of what a request made. Without one the request may still
// have been carried out.
func created(o *op, ids []int64) (int64, error) {
	id, err := only(o, ids)
	if err == nil && id == 0 {
		err = empty(o)
	}
	return id, err
}

// ownFields checks the values of fields that the account has defined: they go
// by the number of the field.
func ownFields(path string, fields map[string]any) error {
	for id := range fields {
		if !digits(id) {
			return bad(join(path, id), "0-9")
		}
	}
	return nil
}

func item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// campaignNumber checks a number to dial. Only the campaigns' examples print
// numbers with a plus (§4.6.7).
func campaignNumber(path, value string) error { return number(path, strings.TrimPrefix(value, "+")) }

// inOrder checks that two times, if both are told, are in order and no further
// apart than most; 0 = no limit. field is the later one's.
func inOrder(field string, from, until time.Time, most time.Duration) error {
	switch {
	case from.IsZero(), until.IsZero():
		return nil
	case until.Before(from):
		return bad(field, ">= "+from.UTC().Format(time.DateTime))
	case most > 0 && until.Sub(from) > most:
		return bad(field, "<= "+from.Add(most).UTC().Format(time.DateTime))
	}
	return nil
}
