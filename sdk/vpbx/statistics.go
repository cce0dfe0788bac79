package vpbx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Basic statistics (§3.4.1): a table with one row per leg. It is ordered, then
// fetched when the PBX has made it; the PBX also tells by /result/stats.

// MaxStatisticsSpan is the longest period of one order, both ends included. The
// document says a month; 30 days and more are refused with 3111 (measured by
// others in 2026). Periods cuts a longer one.
const MaxStatisticsSpan = 30*24*time.Hour - time.Second

// Columns of basic statistics.
const (
	ColumnRecords       = "records" // ids of the recordings
	ColumnStart         = "start"
	ColumnFinish        = "finish"
	ColumnAnswer        = "answer"
	ColumnFromExtension = "from_extension"
	ColumnFromNumber    = "from_number"
	ColumnToExtension   = "to_extension"
	ColumnToNumber      = "to_number"
	ColumnReason        = "disconnect_reason"
	ColumnLine          = "line_number"
	ColumnLocation      = "location"
	ColumnEntry         = "entry_id" // links the legs of a call, and the table with the notifications
	ColumnCreate        = "create"   // when the entry began; the document prints a Cyrillic first letter
)

// defaultColumns are those of the document (§3.4.1.1) and the entry.
var defaultColumns = Columns{
	ColumnRecords, ColumnStart, ColumnFinish, ColumnAnswer, ColumnFromExtension, ColumnFromNumber,
	ColumnToExtension, ColumnToNumber, ColumnReason, ColumnLine, ColumnLocation, ColumnEntry,
}

// Columns is a list that the PBX wants as one text, "records, start".
type Columns []string

// MarshalJSON implements json.Marshaler.
func (c Columns) MarshalJSON() ([]byte, error) { return json.Marshal(strings.Join(c, ", ")) }

// UnmarshalJSON implements json.Unmarshaler; the edition of 2017 prints a list.
func (c *Columns) UnmarshalJSON(raw []byte) error {
	var (
		one  string
		many []string
	)
	if json.Unmarshal(raw, &one) != nil {
		if err := json.Unmarshal(raw, &many); err != nil {
			return fmt.Errorf("vpbx: columns: %w", err)
		}
		one = strings.Join(many, ",")
	}
	*c = nil
	for name := range strings.SplitSeq(one, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*c = append(*c, loose.Scalar(name).Word(ColumnCreate))
		}
	}
	return nil
}

// Party is one side of a leg, by the short number or by a number of his.
type Party struct {
	Extension string `json:"extension,omitempty" check:"ext,ref=extension"`
	Number    string `json:"number,omitempty" check:"dial"` // E.164 digits, or sip:…
}

// StatisticsRequest orders basic statistics. The times are plain unix seconds;
// the edition of 2026 speaks of UTC+3, no sample bears that out.
type StatisticsRequest struct {
	DateFrom  UnixText `json:"date_from" check:"required"`
	DateTo    UnixText `json:"date_to" check:"required"` // included; see MaxStatisticsSpan
	Fields    Columns  `json:"fields,omitempty" check:"oneof=records|start|finish|answer|from_extension|from_number|to_extension|to_number|disconnect_reason|line_number|location|entry_id|create"`
	From      *Party   `json:"from,omitempty"`       // who called
	To        *Party   `json:"to,omitempty"`         // who was called
	CallParty *Party   `json:"call_party,omitempty"` // either; only without From and To
	RequestID string   `json:"request_id,omitempty" check:"id"`
}

func (r *StatisticsRequest) check() error {
	if r.CallParty != nil && (r.From != nil || r.To != nil) {
		return bad("call_party", "from | to | call_party")
	}
	return checkSpan("date_to", r.DateFrom.Time, r.DateTo.Time)
}

// checkSpan refuses a period that is too long or ends before it begins. Only
// whole seconds are sent.
func checkSpan(field string, from, to time.Time) error {
	if span := time.Duration(to.Unix()-from.Unix()) * time.Second; span < 0 || span > MaxStatisticsSpan {
		return bad(field, "0 … "+MaxStatisticsSpan.String())
	}
	return nil
}

// StatisticsKey names ordered statistics for a while.
type StatisticsKey struct {
	Key     string  `json:"key" check:"required,max=512"`
	Columns Columns `json:"-"` // what was ordered; nil = as OrderStatistics does
}

var statisticsOrder = declare[StatisticsRequest, StatisticsKey]("/vpbx/stats/request")

var errNoKey = errors.New("the answer has no key")

// OrderStatistics has statistics made (§3.4.1.1). Fields nil = the columns of
// the document and entry_id. The PBX allows one order in two seconds (§1.4.2).
// Codes: 3100 with fields 3111 (the period), 31xx, 5xxx.
//
//vpbx:op POST /vpbx/stats/request
func (c *Client) OrderStatistics(ctx context.Context, r StatisticsRequest) (StatisticsKey, error) {
	if r.Fields == nil {
		r.Fields = defaultColumns
	}
	key, err := call(ctx, c, statisticsOrder, r)
	if err == nil && key.Key == "" {
		err = &Error{Op: statisticsOrder.entry().Name, Kind: KindAnswer, Sent: true, Err: errNoKey}
	}
	key.Columns = r.Fields
	return key, err
}

// StatisticsLeg is one row. What was not ordered, or is not known, is zero.
type StatisticsLeg struct {
	Records       []string // ids of the recordings
	Start, Finish time.Time
	Answer        time.Time // zero: nobody answered
	FromExtension string
	FromNumber    string
	ToExtension   string
	ToNumber      string
	Reason        int // result code; 0 for the words of older editions
	LineNumber    string
	Location      string
	EntryID       string
	Create        time.Time // of the entry
}

// Statistics is what a fetch brings.
type Statistics struct {
	Ready bool // false: ask again, not within five seconds
	Legs  []StatisticsLeg
}

var statisticsResult = declare[StatisticsKey, reply]("/vpbx/stats/result")

// FetchStatistics asks for ordered statistics (§3.4.1.2). They are kept for a
// minute or more until they are fetched; after that the error has
// KindAbsent, as for a wrong key. No code of its own: see Error.
//
//vpbx:op POST /vpbx/stats/result
func (c *Client) FetchStatistics(ctx context.Context, key StatisticsKey) (Statistics, error) {
	r, err := call(ctx, c, statisticsResult, key)
	if err != nil || r.Status == http.StatusNoContent {
		return Statistics{}, err
	}
	columns := key.Columns
	if columns == nil {
		columns = defaultColumns
	}
	legs, err := parseStatistics(string(r.Body), columns)
	if err != nil {
		return Statistics{}, &Error{Op: statisticsResult.entry().Name, Kind: KindAnswer, HTTPStatus: r.Status, Sent: true, Err: err}
	}
	return Statistics{Ready: true, Legs: legs}, nil
}

// parseStatistics reads the CSV: no header, no quotes, ; between columns, \n or
// \r\n between rows. A row of another width would shift the meaning of its
// columns, hence nothing is believed then.
func parseStatistics(csv string, columns Columns) ([]StatisticsLeg, error) {
	var legs []StatisticsLeg
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(csv, "\ufeff")) {
		n++
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			continue
		}
		cells := strings.Split(line, ";")
		if len(cells) == len(columns)+1 && cells[len(columns)] == "" {
			cells = cells[:len(columns)] // one ; too many ends the row
		}
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("vpbx: statistics: row %d has %d columns, not %d", n, len(cells), len(columns))
		}
		var leg StatisticsLeg
		for i, column := range columns {
			leg.set(column, loose.Scalar(strings.TrimSpace(cells[i])))
		}
		legs = append(legs, leg)
	}
	return legs, nil
}

func (l *StatisticsLeg) set(column string, s loose.Scalar) {
	switch column {
	case ColumnRecords:
		// [id,id] in the description, without brackets in the example.
		for id := range strings.SplitSeq(strings.Trim(s.Text(), "[]"), ",") {
			if id = strings.TrimSpace(id); id != "" {
				l.Records = append(l.Records, id)
			}
		}
	case ColumnStart:
		l.Start = s.Unix()
	case ColumnFinish:
		l.Finish = s.Unix()
	case ColumnAnswer:
		l.Answer = s.Unix()
	case ColumnFromExtension:
		l.FromExtension = s.Text()
	case ColumnFromNumber:
		l.FromNumber = s.Text()
	case ColumnToExtension:
		l.ToExtension = s.Text()
	case ColumnToNumber:
		l.ToNumber = s.Text()
	case ColumnReason:
		l.Reason = s.Code()
	case ColumnLine:
		l.LineNumber = s.Text()
	case ColumnLocation:
		l.Location = s.Text()
	case ColumnEntry:
		l.EntryID = s.Text()
	case ColumnCreate:
		l.Create = s.Unix()
	}
}
