package telephony

import (
	"encoding/json"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// maxRows bounds Количество of ПолучитьРезультат: a bigger one means this many.
const maxRows = 10_000

// answerOr gives the JSON that a method of the link brought, or the id of the
// operation that will bring it.
func (o *Object) answerOr(method string, args any, timeout time.Duration) (string, error) {
	raw, err := o.call(method, args, timeout)
	if err != nil {
		return "", err
	}
	var a struct {
		Answer      json.RawMessage `json:"answer"`
		OperationID string          `json:"operation_id"`
	}
	if err := json.Unmarshal(raw, &a); err != nil || len(a.Answer) == 0 && a.OperationID == "" {
		return "", text.New(text.Internal).WithDetail(method).Wrap(err)
	}
	if a.OperationID != "" {
		return a.OperationID, nil
	}
	return string(a.Answer), nil
}

// apiRequest is ВыполнитьЗапрос.
func (o *Object) apiRequest(method, params string, waitMs int64) (string, error) {
	if most := office.MaxRequestWait.Milliseconds(); waitMs < 0 || waitMs > most {
		return "", outOfRange("ЖдатьМс", "WaitMs", waitMs, 0, most)
	}
	return o.answerOr("APIRequest", object("method", method, "params", strings.TrimPrefix(params, "\ufeff"), "wait_ms", waitMs), callTimeout+time.Duration(waitMs)*time.Millisecond)
}

// getResult is ПолучитьРезультат.
func (o *Object) getResult(id string, offset, count int64) (string, error) {
	const most = 1<<31 - 1
	switch {
	case offset < 0 || offset > most:
		return "", outOfRange("Смещение", "Offset", offset, 0, most)
	case count < 1:
		return "", outOfRange("Количество", "Count", count, 1, maxRows)
	}
	if own(id) {
		return o.ownResult(id, int(offset), int(min(count, maxRows)))
	}
	raw, err := o.call("GetResult", object("operation_id", id, "offset", offset, "count", min(count, maxRows)), callTimeout)
	if err != nil {
		return "", err
	}
	return o.rendered(raw)
}

// cancelOperation is ОтменитьОперацию.
func (o *Object) cancelOperation(id string) error {
	if own(id) {
		return o.own().Cancel("", id)
	}
	_, err := o.call("CancelOperation", object("operation_id", id), callTimeout)
	return err
}

// getEmployees is ПолучитьСотрудников.
func (o *Object) getEmployees(refresh bool) (string, error) {
	return o.answerOr("GetEmployees", object("refresh", refresh), callTimeout)
}

// tracked is ДанныеКоллтрекинга and ИсторияПосетителя.
func (o *Object) tracked(method, number string) (string, error) {
	return o.answerOr(method, object("number", number), callTimeout)
}

func (r *renderer) progress(raw json.RawMessage) {
	b := decodeBody[engine.ProgressBody](raw)
	r.str("operation_id", b.OperationID)
	r.str("kind", b.Kind)
	r.int("done", int64(b.Done))
	r.int("total", int64(b.Total))
	r.int("eta_sec", b.ETASec)
}

func (r *renderer) operationResult(raw json.RawMessage) {
	b := decodeBody[engine.OperationResultBody](raw)
	var said text.Rendered
	if b.Code != "" {
		e := text.Error{Code: text.Code(b.Code), Field: b.Field, Detail: b.Detail, Result: b.Result}
		said = e.Rendered(r.lang)
	}
	r.str("operation_id", b.OperationID)
	r.str("kind", b.Kind)
	r.bool("ok", b.OperationID != "" && b.Code == "")
	r.str("code", b.Code)
	r.str("text", said.Text)
	r.str("path", b.Path)
	r.int("total", int64(b.Total))
}

func (r *renderer) throttle(raw json.RawMessage) {
	b := decodeBody[engine.ThrottleBody](raw)
	r.time("until", b.Until)
	r.str("why", b.Why)
	explained := ""
	if b.Why != "" {
		explained = text.Lookup(text.Code(b.Why)).Text(r.lang)
	}
	r.str("text", explained)
}
