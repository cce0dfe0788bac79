package telephony

import (
	"strconv"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/text"
)

// hint adds to an error what the value should have been, behind what it was if
// that may be shown.
func hint(e *text.Error, want text.Pair) *text.Error {
	if want == (text.Pair{}) {
		return e
	}
	if e.Detail != "" {
		want = text.Pair{RU: e.Detail + "; " + want.RU, EN: e.Detail + "; " + want.EN}
	}
	return e.WithDetail(component.Field(want.RU, want.EN))
}

// badField refuses the value of a key; shown may be "", as for a secret.
func badField(path, shown string, want text.Pair) *text.Error {
	return hint(text.New(text.BadField).WithField(path).WithDetail(shown), want)
}

// explained gives a wrong field or setting that the Office found its hint.
func explained(err error) error {
	if err == nil {
		return nil
	}
	e := text.From(err)
	if e.Code != text.BadField && e.Code != text.SettingInvalid {
		return err
	}
	return hint(e, text.Wanted(e.Field))
}

// kindOf is what a JSON value read into target should have been.
func kindOf(target any) text.Pair {
	switch target.(type) {
	case *string:
		return text.WantString
	case *bool:
		return text.WantBoolean
	case *[]string:
		return text.WantStrings
	}
	return text.WantObject
}

// outOfRange refuses a number of BSL.
func outOfRange(ru, en string, got, low, high int64) error {
	e := text.New(text.BadArgument).WithField(component.Field(ru, en)).WithDetail(strconv.FormatInt(got, 10))
	return hint(e, text.Range(low, high))
}
