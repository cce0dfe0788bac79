package vpbx

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"mangoofficesdk/sdk/internal/loose"
)

// The tag `names` of an answer's field says what its value is the id of, in the
// words of the tag ref of requests: what the PBX itself has named is there, and
// requests about it are not doubtful. Only lists that stay short have it: the
// guard remembers so many claims, and ten thousand contacts would push out the
// employees.

// namers caches naming: the set of types is that of the program.
var namers sync.Map // reflect.Type → bool

// naming tells whether a type, or one within it, has the tag.
func naming(t reflect.Type) bool {
	known, ok := namers.Load(t)
	if !ok {
		known = anyNames(t, map[reflect.Type]bool{})
		namers.Store(t, known)
	}
	return known.(bool) //nolint:errcheck // only this function stores
}

func anyNames(t reflect.Type, seen map[reflect.Type]bool) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return anyNames(t.Elem(), seen)
	case reflect.Struct:
		if seen[t] {
			return false
		}
		seen[t] = true
		for i := range t.NumField() {
			if f := t.Field(i); f.Tag.Get("names") != "" || anyNames(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// named lists what an answer names, as claims.
func (o *op) named(body []byte) []string {
	if !naming(o.answer) {
		return nil
	}
	v := reflect.New(o.answer)
	if loose.Decode(body, v.Interface()) != nil {
		return nil
	}
	return appendNamed(nil, "", v.Elem())
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
