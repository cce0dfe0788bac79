package telephony_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
)

// R66: the table «Параметры ДКТ» of the card is the guide's, each of its nineteen
// rows with its name and in its place, also those that nothing is known of.
func TestCardHasTheParametersOfTheGuide(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	visitor := `{"data":{"uid":"vis-1","widget_name":"site","ga_cid":"GA1","ya_cid":123456789,"rs_cid":"r1","location":{"city":"Москва"},
		"channel":{"source":"yandex","medium":"cpc","campaign":"осень","content":"ad","term":"кресло"},
		"duration":65,"current_page":{"url":"https://example.com/"},"device":"mobile","custom":"x=1"}}`
	card := history.Card{Call: history.Call{EntryID: "e-1"}}
	card.Calltracking = engine.Tracks(notify.DCT{Number: "74990001122", Type: 1}, "e-1", json.RawMessage(visitor))
	r.link.answer = func(string) (string, error) {
		raw, err := json.Marshal(card)
		return string(raw), err
	}
	type row struct{ Name, Value string }
	var got struct{ Calltracking []row }
	if err := json.Unmarshal([]byte(o.must("ПолучитьЗвонок", "e-1").Str()), &got); err != nil {
		t.Fatalf("ПолучитьЗвонок gave no JSON: %v", err)
	}
	want := []row{
		{"ДКТ: client_id", "vis-1"}, {"ДКТ: client_сid", "GA1"}, {"ДКТ: ya_client_id", "123456789"}, {"ДКТ: Город", "Москва"},
		{"ДКТ: Источник", "yandex"}, {"ДКТ: Канал", "cpc"}, {"ДКТ: Кампания", "осень"}, {"ДКТ: Содержимое", "ad"}, {"ДКТ: Что искал", "кресло"},
		{"ДКТ: Время на сайте", "65"}, {"ДКТ: Страница звонка", "https://example.com/"}, {"ДКТ: Контекст вызова", "e-1"}, {"ДКТ: Custom", "x=1"},
		{"ДКТ: Имя виджета", "site"}, {"ДКТ: Тип заявки", ""}, {"roistat", "r1"}, {"ДКТ: Тип звонка", "dynamic"}, {"ДКТ: device", "mobile"},
		{"ДКТ: новый пользователь", ""},
	}
	if diff := cmp.Diff(want, got.Calltracking[:min(len(want), len(got.Calltracking))]); diff != "" {
		t.Errorf("calltracking of ПолучитьЗвонок (-guide +got):\n%s", diff)
	}
}

// R66: the card of a call reads as its summary did, with texts and local times,
// and what came later.
func TestGetCall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	r.link.answer = func(string) (string, error) {
		return `{"entry_id":"e-1","direction":"in","caller":{"number":"79161234567"},"status":"accepted_ok","started":"2026-11-26T07:00:00Z",
			"disconnect_reason":1110,"calltracking":[{"key":"client_cid","value":"GA1"},{"key":"campaign","value":"осень"},{"key":"roistat","value":""}],"recordings":[{"recording_id":"r1","extension":"101"}],"annotation":{"subject":"Заказ"},"changed":"2026-11-26T08:00:00Z",
			"speech":{"topics":[{"recording_id":"r1","categories":[{"name":"Заказ"}]}],"transcript":[{"recording_id":"r1","phrases":[["client","Почём?"]]}]},
			"speech_state":{"state":"ready"}}`, nil
	}
	got := o.must("ПолучитьЗвонок", "e-1").Str()
	for _, part := range []string{
		`{"entry_id":"e-1","call_id":"","direction":"in","caller":{"extension":"","number":"79161234567","name":""}`,
		`"started_unix":1795676400`, `"status":"accepted_ok","status_text":"`, `"disconnect_text":"`, `"recordings":[{"recording_id":"r1","extension":"101"}]`,
		`"calltracking":[{"key":"client_cid","name":"ДКТ: client_сid","value":"GA1"},{"key":"campaign","name":"ДКТ: Кампания","value":"осень"},{"key":"roistat","name":"roistat","value":""}]`,
		`"legs":[]`, `"annotation":{"subscriber_name":"","subscriber_ref":"","subject":"Заказ"`, `"speech":{"state":"ready","code":"","text":""},"topics":[{"recording_id":"r1","categories":[{"name":"Заказ"}]}]`,
		`"transcript":[{"recording_id":"r1","phrases":[["client","Почём?"]]}],"summary":[]`, `"changed_unix":1795680000}`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("ПолучитьЗвонок = %s, want %s in it", got, part)
		}
	}
	if !o.must("СледитьЗаЗвонком", "e-1").Bool() || !o.must("СледитьЗаЗвонком", "e-1", false).Bool() {
		t.Error("СледитьЗаЗвонком = Ложь")
	}
	calls := r.link.called()
	want := []string{`GetCall {"entry_id":"e-1"}`, `WatchCall {"entry_id":"e-1","on":true}`, `WatchCall {"entry_id":"e-1","on":false}`}
	for i, w := range want {
		if got := calls[len(calls)-len(want)+i]; got != w {
			t.Errorf("call %d = %s, want %s", i, got, w)
		}
	}
	r.link.answer = func(string) (string, error) {
		return `{"entry_id":"e-1","speech_state":{"state":"absent","code":"speech_off","result":3128}}`, nil
	}
	got = o.must("ПолучитьЗвонок", "e-1").Str()
	if want := `"speech":{"state":"absent","code":"speech_off","text":"Речевая аналитика не подключена: `; !strings.Contains(got, want) || !strings.Contains(got, `"topics":[],"transcript":[],"summary":[]`) {
		t.Errorf("ПолучитьЗвонок = %s, want %s and empty lists in it", got, want)
	}
	id := func(string) (string, error) { return `{"operation_id":"op-1"}`, nil }
	r.link.answer = id
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	if got := o.must("ЗагрузитьЗвонки", day, day.Add(36*time.Hour), ` {"status":"missed"}`).Str(); got != "op-1" {
		t.Errorf("ЗагрузитьЗвонки = %q, want op-1", got)
	}
	calls = r.link.called()
	if got, want := calls[len(calls)-1], `LoadCalls {"filter":{"status":"missed"},"from":"2026-11-01T00:00:00+03:00","to":"2026-11-02T12:00:00+03:00"}`; got != want {
		t.Errorf("ЗагрузитьЗвонки called %s, want %s", got, want)
	}
	if code, _ := o.fails("ЗагрузитьЗвонки", day, day, `{`); code != string(text.BadJSON) {
		t.Errorf("ЗагрузитьЗвонки with a broken filter: %s, want bad_json", code)
	}
	r.link.answer = func(string) (string, error) { return "", text.New(text.BadArgument).WithField("to") }
	if code, field := o.fails("ЗагрузитьЗвонки", day, day); code != string(text.BadArgument) || field != "Конец" {
		t.Errorf("ЗагрузитьЗвонки of a period that ends as it begins: %s [%s], want bad_argument [Конец]", code, field)
	}
	r.link.answer = func(string) (string, error) {
		return `{"kind":"LoadCalls","total":2,"rows":[{"entry_id":"e-1","started":"2026-11-26T07:00:00Z","status":"missed","recording_state":{"state":"absent","code":"recording_no_talk"}}]}`, nil
	}
	got = o.must("ПолучитьРезультат", "op-1").Str()
	for _, part := range []string{`{"total":2,"rows":[{"entry_id":"e-1"`, `"started_unix":1795676400`, `"status":"missed","status_text":"`,
		`"recording_state":{"state":"absent","code":"recording_no_talk","text":"`} {
		if !strings.Contains(got, part) {
			t.Errorf("ПолучитьРезультат = %s, want %s in it", got, part)
		}
	}
	r.link.answer = func(string) (string, error) { return "", text.New(text.CallUnknown).WithField("entry_id") }
	if code, _ := o.fails("ПолучитьЗвонок", "e-2"); code != string(text.CallUnknown) {
		t.Errorf("ПолучитьЗвонок of an unknown call: %s, want call_unknown", code)
	}
}
