package vpbx

import (
	"fmt"
	"reflect"
	"strings"

	"mangoofficesdk/sdk/internal/loose"
)

// The tag `names` of an answer's field says what its value is the id of, in the
// words of the tag ref of requests: what the PBX itself has named is there, and
// requests about it are not doubtful. Only lists that stay short have it: the
// guard remembers so many claims, and ten thousand contacts would push out the
// employees.

// naming makes what the answer of a method is read into, if it has that tag. A
// table of all answers would weigh a sixth of a megabyte in the library, whose
// callers ask by name and know no types.
func naming(path string) any {
	switch path {
	case "/vpbx/config/users/request":
		return new(usersAnswer)
	case "/vpbx/member/create":
		return new(userIDAnswer)
	case "/vpbx/groups":
		return new(groupsAnswer)
	case "/vpbx/group/create":
		return new(groupIDAnswer)
	case "/vpbx/incominglines":
		return new(incomingLinesAnswer)
	case "/vpbx/audiofiles":
		return new(audioFilesAnswer)
	case "/vpbx/schemas":
		return new(schemasAnswer)
	case "/vpbx/trunks/numbers":
		return new(trunkNumbersAnswer)
	case "/vpbx/roles":
		return new(rolesAnswer)
	case "/vpbx/sips":
		return new(sipsAnswer)
	case "/vpbx/sip/create":
		return new(sipIDAnswer)
	case "/vpbx/domains":
		return new(domainsAnswer)
	case "/cc/get_statuses":
		return new(operatorStatusesAnswer)
	case "/cc/deal/funnels.list":
		return new(funnelsAnswer)
	}
	return nil
}

// named lists what an answer names, as claims.
func (o *op) named(body []byte) []string {
	a := naming(o.path)
	if a == nil || loose.Decode(body, a) != nil {
		return nil
	}
	return appendNamed(nil, "", reflect.ValueOf(a))
}

func appendNamed(claims []string, kinds string, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return appendNamed(claims, kinds, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			claims = appendNamed(claims, kinds, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			claims = appendNamed(claims, v.Type().Field(i).Tag.Get("names"), v.Field(i))
		}
	case reflect.Int64, reflect.String:
		if kinds == "" || v.IsZero() {
			return claims
		}
		for kind := range strings.SplitSeq(kinds, ",") {
			claims = append(claims, kind+":"+fmt.Sprint(v))
		}
	}
	return claims
}
