package vpbx_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

var (
	november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("MSK", 3*60*60))
	lastDay  = november.Add(vpbx.MaxStatisticsSpan) // 30 November, 23:59:59
)

func basic(change func(*vpbx.StatisticsRequest)) vpbx.StatisticsRequest {
	r := vpbx.StatisticsRequest{DateFrom: vpbx.UnixText{Time: november}, DateTo: vpbx.UnixText{Time: lastDay}}
	if change != nil {
		change(&r)
	}
	return r
}

func extended(change func(*vpbx.CallStatisticsRequest)) vpbx.CallStatisticsRequest {
	r := vpbx.CallStatisticsRequest{StartDate: vpbx.MoscowTime{Time: november}, EndDate: vpbx.MoscowTime{Time: lastDay}}
	if change != nil {
		change(&r)
	}
	return r
}

const allColumns = "records, start, finish, answer, from_extension, from_number, to_extension, to_number, disconnect_reason, line_number, location, entry_id"

func unix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func TestBasicStatistics(t *testing.T) {
	t.Parallel()
	key := vpbx.StatisticsKey{Key: "b3Z7+wPR/ZIA=="}
	exchanges(t, map[string]exchange{
		"order, least": {
			do:   brings(func(c *vpbx.Client) (vpbx.StatisticsKey, error) { return c.OrderStatistics(t.Context(), basic(nil)) }),
			path: "/vpbx/stats/request", json: `{"date_from":"1793480400","date_to":"1796072399","fields":"` + allColumns + `"}`,
			answer: `{"key":"5f2+/=="}`,
			want: vpbx.StatisticsKey{Key: "5f2+/==", Columns: vpbx.Columns{
				"records", "start", "finish", "answer", "from_extension", "from_number", "to_extension", "to_number",
				"disconnect_reason", "line_number", "location", "entry_id",
			}},
		},
		"order, sides": {
			do: brings(func(c *vpbx.Client) (vpbx.StatisticsKey, error) {
				return c.OrderStatistics(t.Context(), basic(func(r *vpbx.StatisticsRequest) {
					r.From, r.To, r.RequestID = &vpbx.Party{Extension: "0511"}, &vpbx.Party{Number: "79161234567"}, "r-1"
					r.Fields = vpbx.Columns{vpbx.ColumnEntry, vpbx.ColumnCreate}
				}))
			}),
			path:   "/vpbx/stats/request",
			json:   `{"date_from":"1793480400","date_to":"1796072399","fields":"entry_id, create","from":{"extension":"0511"},"to":{"number":"79161234567"},"request_id":"r-1"}`,
			answer: `{"result":1000,"key":"k"}`, want: vpbx.StatisticsKey{Key: "k", Columns: vpbx.Columns{"entry_id", "create"}},
		},
		"fetch": {
			do:   brings(func(c *vpbx.Client) (vpbx.Statistics, error) { return c.FetchStatistics(t.Context(), key) }),
			path: "/vpbx/stats/result", json: `{"key":"b3Z7+wPR/ZIA=="}`, answer: "stats.csv",
			want: vpbx.Statistics{Ready: true, Legs: []vpbx.StatisticsLeg{
				{
					Records: []string{"MTox", "MToy"}, Start: unix(1578664100), Finish: unix(1578664180), Answer: unix(1578664110),
					FromNumber: "79161234567", ToExtension: "0512", ToNumber: "sip:user@t.mangosip.ru", Reason: 1110,
					LineNumber: "74951234567", Location: "abonent", EntryID: "NTAwOTQ=",
				},
				{
					Start: unix(1578665100), Finish: unix(1578665120), FromNumber: "79161234567", ToExtension: "12",
					ToNumber: "sip:user@t.mangosip.ru", LineNumber: "74951234567", Location: "abonent", EntryID: "NTAwOTU=",
				},
				{
					Records: []string{"MToz"}, Finish: unix(1578665200), FromExtension: "33", FromNumber: "101", ToNumber: "79030000000",
					Reason: 1120, Location: "ivr", EntryID: "NTAwOTY=",
				},
			}},
		},
		"fetch, no calls": {
			do:   brings(func(c *vpbx.Client) (vpbx.Statistics, error) { return c.FetchStatistics(t.Context(), key) }),
			path: "/vpbx/stats/result", json: `{"key":"b3Z7+wPR/ZIA=="}`, want: vpbx.Statistics{Ready: true},
		},
		"fetch by name": {
			do: brings(func(c *vpbx.Client) (vpbx.Answer, error) {
				return c.Do(t.Context(), "stats/result", json.RawMessage(`{"key":"k"}`))
			}),
			path: "/vpbx/stats/result", json: `{"key":"k"}`, answer: "stats.csv", want: vpbx.Answer{Text: answerText(t, "stats.csv")},
		},
		"fetch by name, no calls": {
			do: brings(func(c *vpbx.Client) (vpbx.Answer, error) {
				return c.Do(t.Context(), "stats/result", json.RawMessage(`{"key":"k"}`))
			}),
			path: "/vpbx/stats/result", json: `{"key":"k"}`, want: vpbx.Answer{},
		},
	})
}

// What a fetch means besides a table.
func TestFetchOutcomes(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Ready bool
		Code  text.Code
	}
	for name, row := range map[string]struct {
		status int
		body   string
		want   outcome // of both kinds of statistics
		basic  bool    // of the basic only
	}{
		"not ready":       {204, "", outcome{}, false},
		"gone":            {404, "", outcome{Code: text.Absent}, false},
		"refused":         {200, `{"result":5004}`, outcome{Code: text.PBXError}, false},
		"web page":        {200, "<html>busy</html>", outcome{Code: text.BadAnswer}, false},
		"short row":       {200, "1;2;3\n", outcome{Code: text.BadAnswer}, true},
		"long row":        {200, strings.Repeat("1;", 13) + "\n", outcome{Code: text.BadAnswer}, true},
		"second row":      {200, strings.Repeat("1;", 12) + "\n1\n", outcome{Code: text.BadAnswer}, true},
		"byte order mark": {200, "\ufeff" + strings.Repeat(";", 11), outcome{Ready: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, say(row.status, "text/csv", row.body))
			c := p.client(t, nil)
			s, err := c.FetchStatistics(t.Context(), vpbx.StatisticsKey{Key: "k"})
			if got := (outcome{s.Ready, codeOf(err)}); got != row.want {
				t.Errorf("FetchStatistics = %+v, %v, want %+v", got, err, row.want)
			}
			if row.basic {
				return
			}
			calls, err := c.FetchCallStatistics(t.Context(), vpbx.CallStatisticsKey{Key: "k"})
			if got := (outcome{calls.Ready(), codeOf(err)}); got != row.want {
				t.Errorf("FetchCallStatistics = %+v, %v, want %+v", got, err, row.want)
			}
		})
	}
	for body, want := range map[string]outcome{
		`{"result":1000,"status":"request"}`:                     {},
		`{"result":1000,"status":"work","data":[{"list":[{}]}]}`: {},
		`{"result":1000}`:                                             {},
		`{"result":1000,"data":[{"list":[{}]}]}`:                      {Ready: true},
		`{"result":1000,"status":"complete"}`:                         {Ready: true},
		`{"result":1000,"status":"not-found"}`:                        {Code: text.Absent},
		`{"result":1000,"status":"error","data":[{"list":[{}]}]}`:     {Code: text.PBXError},
		`{"result":1000,"status":"cancel"}`:                           {Code: text.PBXError},
		`{"result":3100,"fields":{"end_date":3111},"status":"error"}`: {Code: text.PBXError},
	} {
		p := start(t, nil, say(200, "application/json", body))
		s, err := p.client(t, nil).FetchCallStatistics(t.Context(), vpbx.CallStatisticsKey{Key: "k"})
		if got := (outcome{s.Ready(), codeOf(err)}); got != want || !got.Ready && s.Days != nil {
			t.Errorf("FetchCallStatistics answered %s = %+v, %v, want %+v", body, s, err, want)
		}
	}
	none := start(t, nil, say(200, "application/json", `{"result":1000}`)).client(t, nil)
	_, err := none.OrderStatistics(t.Context(), basic(nil))
	_, calls := none.OrderCallStatistics(t.Context(), extended(nil))
	if !errors.Is(err, text.New(text.BadAnswer)) || !errors.Is(calls, text.New(text.BadAnswer)) {
		t.Errorf("orders answered without a key: %v and %v, want bad_answer", err, calls)
	}
}

func codeOf(err error) text.Code {
	if err == nil {
		return ""
	}
	return text.From(err).Code
}

func TestExtendedStatistics(t *testing.T) {
	t.Parallel()
	zero, one, two, four, minus := 0, 1, 2, 4, -1
	exchanges(t, map[string]exchange{
		"order, least": {
			do: brings(func(c *vpbx.Client) (vpbx.CallStatisticsKey, error) {
				return c.OrderCallStatistics(t.Context(), extended(nil))
			}),
			path: "/vpbx/stats/calls/request", json: `{"start_date":"01.11.2026 00:00:00","end_date":"30.11.2026 23:59:59","limit":500,"offset":0}`,
			answer: `{"key":"BK7TWiy3"}`, want: vpbx.CallStatisticsKey{Key: "BK7TWiy3"},
		},
		"order, all": {
			do: brings(func(c *vpbx.Client) (vpbx.CallStatisticsKey, error) {
				return c.OrderCallStatistics(t.Context(), extended(func(r *vpbx.CallStatisticsRequest) {
					r.UserIDs, r.GroupIDs, r.ContextType = []int64{300000007}, []int64{9001, 9002}, vpbx.CallTypes{vpbx.StatisticsIn}
					r.ContextStatus, r.RecallStatus, r.SearchString = &zero, &two, "916"
					r.Limit, r.Offset, r.ExtParams, r.ExtFields = 5000, 10000, 1, []string{"context_cost_full", "context_cost_tariff"}
				}))
			}),
			path:   "/vpbx/stats/calls/request",
			json:   `{"start_date":"01.11.2026 00:00:00","end_date":"30.11.2026 23:59:59","user_ids":[300000007],"group_ids":[9001,9002],"context_type":1,"context_status":0,"recall_status":2,"search_string":"916","limit":5000,"offset":10000,"ext_params":1,"ext_fields":["context_cost_full","context_cost_tariff"]}`,
			answer: `{"key":"k"}`, want: vpbx.CallStatisticsKey{Key: "k"},
		},
		"order by name": {
			do: does(func(c *vpbx.Client) error {
				_, err := c.Do(t.Context(), "stats/calls/request", json.RawMessage(
					`{"start_date":"31.10.2026 00:00:00","end_date":"29.11.2026 23:59:59","context_type":[1,"3"],"limit":"100","offset":"0"}`))
				return err
			}),
			path: "/vpbx/stats/calls/request", json: `{"start_date":"31.10.2026 00:00:00","end_date":"29.11.2026 23:59:59","context_type":[1,3],"limit":100,"offset":0}`,
			answer: `{"key":"k"}`,
		},
		"fetch": {
			do: brings(func(c *vpbx.Client) (vpbx.CallStatistics, error) {
				return c.FetchCallStatistics(t.Context(), vpbx.CallStatisticsKey{Key: "k"})
			}),
			path: "/vpbx/stats/calls/result/", json: `{"key":"k"}`, answer: "stats-calls.json",
			want: vpbx.CallStatistics{Status: "complete", Days: []vpbx.StatisticsDay{
				{
					Period: "2026-11-02", TalkSec: 10, CallSec: 21, CallCount: 2,
					Calls: []vpbx.StatisticsCall{
						{
							EntryID: "NTAwMQ==", Type: vpbx.StatisticsIn, Success: true, CallerName: "79161234567", CallerNumber: "79161234567",
							CalledNumber: "74951234567", Start: unix(1793606400), DurationSec: 14, TalkSec: 9,
							CostFull: 155.25, CostTariff: 12.5, Cost: 155.25, RecallStatus: &two,
							Legs: []vpbx.StatisticsCallLeg{{
								Type: "group", AbonentID: 9001, AbonentInfo: "Sales", Start: unix(1793606400), Answer: unix(1793606405), End: unix(1793606414),
								DurationSec: 14, TalkSec: 9, DialSec: 5, EndReason: 1110, RecordingIDs: []string{"MTox"}, CallID: "Y2FsbA==",
								Inbound: true, Group: true, RecordOutbound: true,
								Members: []vpbx.StatisticsCallLeg{{
									Type: "user", AbonentID: 300000007, AbonentInfo: "Anna", AbonentNumber: "sip:anna@t.mangosip.ru",
									OperatorDialSec: &four, RecordingIDs: []string{"MTox"},
								}},
							}},
							Conversion: &vpbx.StatisticsAppeal{
								ID: 77, Channel: 1, Create: unix(1793606400), Start: unix(1793606404), FirstAnswer: unix(1793606405), End: unix(1793606500),
								Result: 1, AssignUserID: 300000007, CloseUserID: 300000007, EntryPoint: "74951234567", GroupID: 9001, Params: 5,
							},
							TagIDs: []int64{1, 2}, Comment: "will call again", ScriptIDs: []int64{5}, MarkClient: &minus,
							MarkController: []vpbx.StatisticsMark{{QuestionID: 3, Mark: 4, Comment: "fine"}},
							Task: &vpbx.StatisticsTask{
								CampaignID: 2047594, Name: "Autumn", TaskID: 1549362305, Status: 5, StatusReason: 28,
								Subtasks: json.RawMessage(`[]`), CustomFields: json.RawMessage(`{"a":1}`),
								Attempts: []vpbx.StatisticsAttempt{{ID: 1947613410, Result: one}},
								Actions: []vpbx.StatisticsAction{{
									MemberID: 16380268, MemberName: "Anna", Created: time.Date(2026, 5, 26, 10, 14, 51, 0, time.UTC),
									PostponeNumber: "79010070319", AttemptID: 1947613410,
								}},
							},
						},
						{EntryID: "NTAwMg=="},
					},
				},
				{Period: "2026-11-03", Calls: []vpbx.StatisticsCall{{EntryID: "NTAwMw==", Type: vpbx.StatisticsInternal, RecallStatus: &zero}}},
			}},
		},
	})
}

func TestStatisticsFaults(t *testing.T) {
	t.Parallel()
	const span, calls = `"date_from":"1793480400","date_to":"1793480400"`, `"start_date":"01.11.2026 00:00:00","end_date":"30.11.2026 23:59:59","limit":1,"offset":0`
	order := func(change func(*vpbx.StatisticsRequest)) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error { _, err := c.OrderStatistics(t.Context(), basic(change)); return err }
	}
	orderCalls := func(change func(*vpbx.CallStatisticsRequest)) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error { _, err := c.OrderCallStatistics(t.Context(), extended(change)); return err }
	}
	faults(t, map[string]fault{
		"no beginning":    {order(func(r *vpbx.StatisticsRequest) { r.DateFrom.Time = time.Time{} }), text.MissingField, "date_from"},
		"no end":          {order(func(r *vpbx.StatisticsRequest) { r.DateTo.Time = time.Time{} }), text.MissingField, "date_to"},
		"backwards":       {order(func(r *vpbx.StatisticsRequest) { r.DateTo.Time = november.Add(-time.Second) }), text.BadField, "date_to"},
		"30 days":         {order(func(r *vpbx.StatisticsRequest) { r.DateTo.Time = lastDay.Add(time.Second) }), text.BadField, "date_to"},
		"centuries":       {order(func(r *vpbx.StatisticsRequest) { r.DateTo.Time = november.AddDate(900, 0, 0) }), text.BadField, "date_to"},
		"all sides":       {order(func(r *vpbx.StatisticsRequest) { r.CallParty, r.To = &vpbx.Party{}, &vpbx.Party{} }), text.BadField, "call_party"},
		"side by a word":  {order(func(r *vpbx.StatisticsRequest) { r.From = &vpbx.Party{Extension: "x"} }), text.BadField, "from.extension"},
		"column":          {order(func(r *vpbx.StatisticsRequest) { r.Fields = vpbx.Columns{"start", "end"} }), text.BadField, "fields[1]"},
		"column by name":  {named(t, "stats/request", `{`+span+`,"fields":"start, finishes"}`), text.BadField, "fields[1]"},
		"columns by word": {named(t, "stats/request", `{`+span+`,"fields":7}`), text.BadField, "fields"},
		"time as a date":  {named(t, "stats/request", `{"date_from":"2026-11-01","date_to":"1"}`), text.BadField, "date_from"},
		"no key":          {named(t, "stats/result", `{}`), text.MissingField, "key"},

		"calls, no beginning": {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.StartDate.Time = time.Time{} }), text.MissingField, "start_date"},
		"calls, 30 days":      {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.EndDate.Time = lastDay.Add(time.Second) }), text.BadField, "end_date"},
		"calls, limit":        {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.Limit = 200 }), text.BadField, "limit"},
		"calls, short search": {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.SearchString = "жж" }), text.BadField, "search_string"},
		"calls, type":         {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.ContextType = vpbx.CallTypes{1, 4} }), text.BadField, "context_type[1]"},
		"calls, recall":       {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.RecallStatus = new(int) }), text.BadField, "recall_status"},
		"calls, extra":        {orderCalls(func(r *vpbx.CallStatisticsRequest) { r.ExtFields = []string{"cost"} }), text.BadField, "ext_fields[0]"},
		"calls, ISO":          {named(t, "stats/calls/request", `{"start_date":"2026-11-01 00:00:00"}`), text.BadField, "start_date"},
		"calls, no limit":     {named(t, "stats/calls/request", `{"start_date":"01.11.2026 00:00:00","end_date":"01.11.2026 00:00:01"}`), text.MissingField, "limit"},
		"calls, type by word": {named(t, "stats/calls/request", `{`+calls+`,"context_type":"in"}`), text.BadField, "context_type"},
		"calls, user by word": {named(t, "stats/calls/request", `{`+calls+`,"user_ids":["x"]}`), text.BadField, "user_ids[0]"},
		"calls, no key":       {named(t, "stats/calls/result", `{"key":""}`), text.MissingField, "key"},
	})
}
