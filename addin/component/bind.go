package component

import (
	"math"
	"strings"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/text"
)

// bind checks the arguments that the platform passed against the declaration
// and fills in defaults. 1C passes exactly the declared number of arguments,
// omitted ones as Неопределено; other hosts pass fewer. The result reuses args
// when it is long enough.
func bind(params []spec.Param, args []spec.Value, fallible bool) ([]spec.Value, *text.Error) {
	limit := len(params)
	if fallible {
		limit++
	}
	if len(args) > limit {
		return nil, countError(text.TooMany(len(args), limit))
	}
	bound := args
	if len(args) < len(params) {
		bound = make([]spec.Value, len(params))
		copy(bound, args)
	}
	bound = bound[:len(params)]
	for i := range params {
		p := &params[i]
		if bound[i].Kind() == spec.KindEmpty && p.Default != nil {
			bound[i] = *p.Default
			continue
		}
		if i >= len(args) {
			return nil, countError(text.TooFew(len(args), required(params))).WithField(fieldOf(p.Name))
		}
		v, ok := convert(p.Type, bound[i])
		if !ok {
			return nil, WrongType(p.Name, bound[i], p.Type)
		}
		bound[i] = v
	}
	return bound, nil
}

// required counts the parameters without a default.
func required(params []spec.Param) int {
	n := 0
	for i := range params {
		if params[i].Default == nil {
			n = i + 1
		}
	}
	return n
}

// convert gives v the declared type, or ok false. Only what loses nothing is
// converted: 5.0 is an integer, "5" and Истина are not numbers.
func convert(t spec.Type, v spec.Value) (spec.Value, bool) {
	k := v.Kind()
	switch t {
	case spec.Str:
		return v, k == spec.KindString
	case spec.Num:
		if k == spec.KindFloat {
			return v, !math.IsNaN(v.Float()) && !math.IsInf(v.Float(), 0)
		}
		return v, k == spec.KindInt
	case spec.Int:
		if k == spec.KindFloat {
			return integral(v)
		}
		return v, k == spec.KindInt
	case spec.Boolean:
		return v, k == spec.KindBool
	case spec.Date:
		return v, k == spec.KindTime
	case spec.Binary:
		return v, k == spec.KindBlob
	case spec.Any:
		return v, k != spec.KindUnsupported
	}
	return v, false
}

// integral accepts a float without a fraction within int64. 2^63 itself is
// the first float that does not fit.
func integral(v spec.Value) (spec.Value, bool) {
	const limit = 1 << 63
	f := v.Float()
	if f != math.Trunc(f) || f < -limit || f >= limit {
		return v, false
	}
	return spec.Integer(int64(f)), true
}

// WrongType says what was given as an argument and which types it may have. It
// becomes an exception, to which Call adds the method.
func WrongType(name spec.Name, got spec.Value, want ...spec.Type) *text.Error {
	types := make([]text.Pair, len(want))
	for i, t := range want {
		types[i] = text.Pair(t.Name())
	}
	return text.New(text.BadArgumentType).WithField(fieldOf(name)).
		WithDetail(inBoth(text.GotType(text.Pair(spec.KindName(got.Kind())), types...)))
}

func countError(p text.Pair) *text.Error {
	return text.New(text.BadArgumentCount).WithDetail(inBoth(p))
}

func inBoth(p text.Pair) string { return Field(p.RU, p.EN) }

// between parts the two names that an error carries until the language of its
// reader is known.
const between = "\x00"

// Field names an argument in both languages of BSL, for text.Error.WithField
// (or WithDetail): a body does not know which one its caller reads. Call puts
// the right one in place.
func Field(ru, en string) string { return ru + between + en }

func fieldOf(n spec.Name) string {
	if n == (spec.Name{}) {
		return ""
	}
	return Field(n.RU, n.EN)
}

// named puts the names of Field into the reader's language.
func named(e *text.Error, l text.Lang) *text.Error {
	if !strings.Contains(e.Field, between) && !strings.Contains(e.Detail, between) {
		return e
	}
	choose := func(s string) string {
		ru, en, both := strings.Cut(s, between)
		if !both {
			return s
		}
		return pick(spec.Name{RU: ru, EN: en}, l)
	}
	return e.WithField(choose(e.Field)).WithDetail(choose(e.Detail))
}

func pick(n spec.Name, l text.Lang) string {
	if l == text.EN {
		return n.EN
	}
	return n.RU
}
