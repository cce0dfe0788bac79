package vpbx

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// The PBX writes times in half a dozen ways. In requests each way has a type
// of its own, so that a caller cannot pick the wrong zone: they all take a
// time.Time and convert it themselves. The zero time is absent.
type (
	// Unix is seconds since 1970 (§3.4.1).
	Unix struct{ time.Time }
	// UnixText is the same written as a text (§3.4.1 prints "1445288400").
	UnixText struct{ time.Time }
	// MoscowTime is "02.01.2006 15:04:05" in UTC+3, the only form that extended
	// statistics take (§3.4.2; the document says more, the PBX refuses it).
	MoscowTime struct{ time.Time }
	// UTCTime is "2006-01-02 15:04:05" in UTC (campaigns, §4.6; offline records, §3.10).
	UTCTime struct{ time.Time }
	// MoscowISO is "2006-01-02 15:04:05" in UTC+3 (contact centre: the same task
	// is listed with the offset +03 and read without one, §4.9.1).
	MoscowISO struct{ time.Time }
	// UnixMilli is milliseconds since 1970 (chat, §4.10).
	UnixMilli struct{ time.Time }
	// Date is "2006-01-02", a day without a zone (speech, §3.5.6).
	Date struct{ time.Time }
	// ISOTime is ISO 8601 in UTC, "2006-01-02T15:04:05Z".
	ISOTime struct{ time.Time }
)

var moscow = time.FixedZone("MSK", 3*60*60) // all year, since 2014

const (
	moscowLayout = "02.01.2006 15:04:05"
	isoLayout    = "2006-01-02T15:04:05Z"
)

// layouts tells for Field.Format how a time is written.
var layouts = map[reflect.Type]string{
	reflect.TypeFor[Unix]():       "unix seconds",
	reflect.TypeFor[UnixText]():   "unix seconds as text",
	reflect.TypeFor[MoscowTime](): "DD.MM.YYYY HH:MM:SS UTC+3",
	reflect.TypeFor[UTCTime]():    "YYYY-MM-DD HH:MM:SS UTC",
	reflect.TypeFor[MoscowISO]():  "YYYY-MM-DD HH:MM:SS UTC+3",
	reflect.TypeFor[UnixMilli]():  "unix milliseconds",
	reflect.TypeFor[Date]():       "YYYY-MM-DD",
	reflect.TypeFor[ISOTime]():    "YYYY-MM-DDTHH:MM:SSZ",
}

func layoutOf(t reflect.Type) string { return layouts[t] }

// MarshalJSON implements json.Marshaler.
func (t Unix) MarshalJSON() ([]byte, error) { return strconv.AppendInt(nil, t.Time.Unix(), 10), nil }

// MarshalJSON implements json.Marshaler.
func (t UnixText) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(t.Time.Unix(), 10)), nil
}

// MarshalJSON implements json.Marshaler.
func (t MoscowTime) MarshalJSON() ([]byte, error) { return quoted(t.In(moscow), moscowLayout) }

// MarshalJSON implements json.Marshaler.
func (t UTCTime) MarshalJSON() ([]byte, error) { return quoted(t.UTC(), time.DateTime) }

// MarshalJSON implements json.Marshaler.
func (t MoscowISO) MarshalJSON() ([]byte, error) { return quoted(t.In(moscow), time.DateTime) }

// MarshalJSON implements json.Marshaler.
func (t UnixMilli) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, t.Time.UnixMilli(), 10), nil
}

// MarshalJSON implements json.Marshaler.
func (t Date) MarshalJSON() ([]byte, error) { return quoted(t.Time, time.DateOnly) }

// MarshalJSON implements json.Marshaler.
func (t ISOTime) MarshalJSON() ([]byte, error) { return quoted(t.UTC(), isoLayout) }

func quoted(t time.Time, layout string) ([]byte, error) {
	return strconv.AppendQuote(nil, t.Format(layout)), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Unix) UnmarshalJSON(raw []byte) (err error) { t.Time, err = unixFrom(raw); return err }

// UnmarshalJSON implements json.Unmarshaler.
func (t *UnixText) UnmarshalJSON(raw []byte) (err error) { t.Time, err = unixFrom(raw); return err }

// UnmarshalJSON implements json.Unmarshaler.
func (t *MoscowTime) UnmarshalJSON(raw []byte) (err error) {
	t.Time, err = layoutFrom(raw, moscowLayout, moscow)
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *UTCTime) UnmarshalJSON(raw []byte) (err error) {
	t.Time, err = layoutFrom(raw, time.DateTime, time.UTC)
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *MoscowISO) UnmarshalJSON(raw []byte) (err error) {
	t.Time, err = layoutFrom(raw, time.DateTime, moscow)
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *UnixMilli) UnmarshalJSON(raw []byte) (err error) {
	n, err := epochFrom(raw)
	t.Time = time.UnixMilli(n).UTC()
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Date) UnmarshalJSON(raw []byte) (err error) {
	t.Time, err = layoutFrom(raw, time.DateOnly, time.UTC)
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *ISOTime) UnmarshalJSON(raw []byte) (err error) {
	t.Time, err = layoutFrom(raw, time.RFC3339, time.UTC)
	return err
}

// unixFrom takes seconds as a number or a text: both were printed.
func unixFrom(raw []byte) (time.Time, error) {
	n, err := epochFrom(raw)
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(n, 0).UTC(), nil
}

func epochFrom(raw []byte) (int64, error) {
	var number json.Number
	if err := json.Unmarshal(raw, &number); err != nil {
		return 0, fmt.Errorf("vpbx: unix time: %w", err)
	}
	n, err := number.Int64()
	if err != nil || n < 0 {
		return 0, fmt.Errorf("vpbx: unix time: %s", raw)
	}
	return n, nil
}

func layoutFrom(raw []byte, layout string, zone *time.Location) (time.Time, error) {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return time.Time{}, fmt.Errorf("vpbx: time: %w", err)
	}
	t, err := time.ParseInLocation(layout, s, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("vpbx: time: %w", err)
	}
	return t.UTC(), nil
}
