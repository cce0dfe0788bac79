package vpbx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/internal/loose"
)

// Results that the client itself reads.
const (
	resultDone        = 1000
	resultDoneRemarks = 1001
	resultBadSign     = 3102
	resultBadKey      = 3105
	resultOverload    = 5008 // the contact centre's way to say "too many requests"
)

// verdict is what an answer says about success, whatever its shape: `result`
// as number, text, array of numbers or of objects; `Result` (encoding/json
// folds case); `code`; `status` (API sheet, shapes of answers).
type verdict struct {
	json   bool // the body is a JSON object
	result int  // 0: none told
	status int  // HTTP-like status told in the body; 0: none
	fields map[string]int
	items  map[int]int // of an array: the failures by their place
}

type wireVerdict struct {
	Result json.RawMessage              `json:"result"`
	Code   loose.Scalar                 `json:"code"`
	Status loose.Scalar                 `json:"status"`
	Fields loose.Object[map[string]any] `json:"fields"`
}

func readVerdict(body []byte) verdict {
	if n := barely(body); n != 0 {
		return verdict{json: true, result: n}
	}
	return parsedVerdict(body)
}

func parsedVerdict(body []byte) verdict {
	var w wireVerdict
	if json.Unmarshal(body, &w) != nil {
		return verdict{}
	}
	v := verdict{json: true, status: w.Status.Code()}
	v.result, v.items = resultOf(w.Result)
	if v.result == 0 {
		v.result = w.Code.Code()
	}
	for name, value := range w.Fields.Value {
		// Codes come as numbers or texts.
		if n, err := strconv.Atoi(strings.TrimSuffix(fmt.Sprint(value), ".0")); err == nil {
			if v.fields == nil {
				v.fields = map[string]int{}
			}
			v.fields[name] = n
		}
	}
	return v
}

// barely reads the commonest body, {"result":1000}, which says nothing else; 0
// is for any other.
func barely(body []byte) (result int) {
	digits, ok := bytes.CutPrefix(body, []byte(`{"result":`))
	if !ok || len(digits) != len("1000}") || digits[0] == '0' || digits[4] != '}' {
		return 0
	}
	for _, c := range digits[:4] {
		if c < '0' || c > '9' {
			return 0
		}
		result = 10*result + int(c-'0')
	}
	return result
}

// resultOf reads the member result. Of an array of numbers the first failure
// counts, a wrong request before all others, for its consequences (§1.4.1); an
// array of objects is data, its success stands in status.
func resultOf(raw json.RawMessage) (result int, failed map[int]int) {
	if len(raw) == 0 {
		return 0, nil
	}
	var one loose.Scalar
	if one.UnmarshalJSON(raw) == nil && one != "" { // valid JSON by now
		return one.Code(), nil
	}
	var many []loose.Scalar
	if json.Unmarshal(raw, &many) != nil {
		return 0, nil
	}
	for i, s := range many {
		n := s.Code()
		if n != 0 && (result == 0 || done(result) || n/1000 == 3 && result/1000 != 3) {
			result = n
		}
		if n != 0 && !done(n) {
			if failed == nil {
				failed = map[int]int{}
			}
			failed[i] = n
		}
	}
	return result, failed
}

func done(result int) bool { return result == resultDone || result == resultDoneRemarks }

var errNoJSON = errors.New("the body is not JSON")

func answered(op string, r response, v verdict) *Error {
	return &Error{
		Op: op, HTTPStatus: r.status, Result: v.result, Fields: v.fields, Items: v.items,
		RequestID: r.requestID, Sent: true, RetryAfter: retryAfter(r.retryAfter),
	}
}

// judge finds what is wrong with an answer: nil or an *Error.
func (c *Client) judge(entry *Entry, r response) error {
	v := readVerdict(r.body)
	kind, err := fault(entry, r, v)
	if kind == "" {
		return nil
	}
	e := answered(entry.Name, r, v)
	e.Kind, e.Err = kind, err
	return e
}

// fault is "" for an answer of success.
func fault(entry *Entry, r response, v verdict) (Kind, error) {
	status := r.status
	if v.status >= http.StatusBadRequest && v.result == 0 {
		status = v.status // {"status":429} may come under HTTP 200
	}
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable, v.result == resultOverload:
		return KindRateLimited, nil
	case status == http.StatusUnauthorized:
		return KindAuth, nil // or the pause after wrong requests: the guard knows
	case v.result == resultBadSign, v.result == resultBadKey:
		return KindAuth, nil
	case v.result != 0 && !done(v.result):
		return KindRefused, nil
	case entry.Kind == AnswerRedirect && status/100 == 3 && r.location != "":
		return "", nil
	case status == http.StatusNotFound && (entry.Kind == AnswerPoll || entry.Kind == AnswerRedirect):
		return KindAbsent, nil // §3.4.1.2: a wrong key, or an old one
	case status >= http.StatusMultipleChoices || status < http.StatusOK:
		return KindAnswer, nil
	case len(r.body) == 0 || r.status == http.StatusNoContent:
		return "", nil // commands: only the HTTP status matters (§3.2); 204: nothing yet
	case !v.json && !plainText(entry) && !bareList(entry, r.body):
		return KindAnswer, errNoJSON
	}
	return "", nil
}

// plainText tells the method whose data are no JSON: CSV (§3.4.1.2).
func plainText(entry *Entry) bool { return entry.Name == "stats/result" }

// bareList tells data of call tracking that come without the object around
// them: so one client of the PBX takes them, against the document (§3.6).
func bareList(entry *Entry, body []byte) bool {
	return entry.Area == "calltracking" && json.Valid(body) && bytes.TrimSpace(body)[0] == '['
}

// unreadable is an answer of success whose data make no sense.
func (c *Client) unreadable(o *op, r response, err error) error {
	e := answered(o.entry().Name, r, readVerdict(r.body))
	e.Kind, e.Err = KindAnswer, err
	return e
}

// retryAfter reads the header: seconds, or a date (RFC 9110 §10.2.3).
func retryAfter(header string) time.Duration {
	if header == "" {
		return 0 // what almost every answer has
	}
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil {
		return time.Duration(min(max(n, 0), 3600)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(time.Until(at), 0), time.Hour)
	}
	return 0
}

func sortedFields(fields map[string]int) []string { return slices.Sorted(maps.Keys(fields)) }
