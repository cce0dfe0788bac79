package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

// A platform that refuses events gets them again, in order, none lost and
// none twice.
func TestRefusedEventsComeAgainInOrder(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	if err := r.Object.Refuse(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	const n = 5
	for range n {
		play(t, r, answered(client))
	}
	var got []rig.Data
	for range n {
		got = append(got, next(t, r, 1, is("CallSummary"))...)
	}
	want := slices.Repeat([]string{"IncomingCall", "CallAnswered", "CallEnded", "CallSummary"}, n)
	// What was over before it could be shown need not be shown any more.
	if records := slices.DeleteFunc(slices.Clone(got), func(e rig.Data) bool { return e.Class != "record" }); len(records) != n {
		t.Errorf("%d records, want %d", len(records), n)
	}
	at := 0
	for _, kind := range kinds(got) {
		i := slices.Index(want[at:], kind)
		if i < 0 {
			t.Fatalf("order %v", kinds(got))
		}
		at += i + 1
	}
	for i := 1; i < len(got); i++ {
		if got[i].Seq <= got[i-1].Seq {
			t.Errorf("seq %d after %d", got[i].Seq, got[i-1].Seq)
		}
	}
	s, err := r.Host.Stats(t.Context())
	if err != nil || s.Objects[0].Refused != 5 {
		t.Errorf("the platform refused %+v, %v; want 5", s.Objects, err)
	}
}

// A modal dialog: the platform's queue of two fills up, later events wait in
// the component and arrive when the dialog is closed.
func TestFullQueueLosesNothing(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	if err := r.Object.SetDepth(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if err := r.Host.Hold(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	const n = 4
	for range n {
		play(t, r, answered(client))
	}
	if err := r.Host.Hold(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	entries := map[string]int{}
	for range n {
		got := next(t, r, 1, is("CallSummary"))
		entries[got[len(got)-1].EntryID]++
	}
	if len(entries) != n {
		t.Errorf("records of %d calls, want %d: %v", len(entries), n, entries)
	}
}

// With ack = manual a record stays until BSL acknowledges it.
func TestManualAcknowledgement(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, map[string]any{"ack": "manual"})
	play(t, r, answered(client))
	got := next(t, r, 1, is("CallSummary"))
	first := got[len(got)-1]
	if first.Attempt != 1 {
		t.Errorf("attempt %d, want 1", first.Attempt)
	}
	if res := call(t, r.Object, "ОтложитьСобытие", first.ID, 0, ""); !res.Bool() {
		t.Fatalf("ОтложитьСобытие: %+v", failed(t, res))
	}
	got = next(t, r, 1, is("CallSummary"))
	again := got[len(got)-1]
	if again.ID != first.ID || again.Attempt != 2 {
		t.Errorf("after ОтложитьСобытие: id %s attempt %d, want %s and 2", again.ID, again.Attempt, first.ID)
	}
	// A bare number does not tell its epoch, but one from before this run is stale.
	if res := call(t, r.Object, "ПодтвердитьСобытие", float64(12345), ""); res.Bool() || failed(t, res).Code != "seq_stale" {
		t.Errorf("ПодтвердитьСобытие with an old seq = %v %v", res, res.Args)
	}
	if res := call(t, r.Object, "ПодтвердитьСобытие", "no-such-event", ""); res.Bool() || failed(t, res).Code != "event_unknown" {
		t.Errorf("ПодтвердитьСобытие with an unknown id = %v %v", res, res.Args)
	}
	if res := call(t, r.Object, "ПодтвердитьСобытие", again.ID, ""); !res.Bool() {
		t.Errorf("ПодтвердитьСобытие: %+v", failed(t, res))
	}
	var whole rig.Data
	if err := call(t, r.Object, "ПолучитьСобытие", first.ID, "").JSON(&whole); err != nil || whole.ID != first.ID {
		t.Errorf("ПолучитьСобытие(%s) = %+v, %v", first.ID, whole, err)
	}
	if res := call(t, r.Object, "ОтложитьСобытие", again.ID, 0, ""); res.Bool() {
		t.Error("ОтложитьСобытие after ПодтвердитьСобытие = Истина")
	}
}

// A seq of this epoch acknowledges too.
func TestAcknowledgeBySeq(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, map[string]any{"ack": "manual"})
	play(t, r, answered(client))
	got := next(t, r, 1, is("CallSummary"))
	if res := call(t, r.Object, "ПодтвердитьСобытие", float64(got[len(got)-1].Seq), ""); !res.Bool() {
		t.Errorf("ПодтвердитьСобытие(seq): %+v", failed(t, res))
	}
}

// With ВнешниеСобытия = Ложь nothing is pushed; ПолучитьСобытия hands over.
func TestPullEvents(t *testing.T) {
	t.Parallel()
	r := start(t, stepped)
	if err := r.Object.Set(t.Context(), "ВнешниеСобытия", false); err != nil {
		t.Fatal(err)
	}
	if res := call(t, r.Object, "Подключить", r.Params(nil), 10000, ""); !res.Bool() {
		t.Fatalf("Подключить: %+v", failed(t, res))
	}
	if err := r.PBX.SetTarget("http://" + diagnostics(t, r).Office.Listen.Address); err != nil {
		t.Fatal(err)
	}
	begin(t, r.PBX, answered(client))
	var seen []string
	deadline, rung := time.Now().Add(soon), false
	for !slices.Contains(seen, "CallSummary") {
		if !rung && slices.Contains(seen, "IncomingCall") {
			rung = true
			step(t, r.PBX, untilOver)
		}
		var batch []rig.Data
		if err := call(t, r.Object, "ПолучитьСобытия", 100, "").JSON(&batch); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, kinds(batch)...)
		if time.Now().After(deadline) {
			t.Fatalf("ПолучитьСобытия gave only %v", seen)
		}
		time.Sleep(5 * time.Millisecond)
	}
	calls := slices.DeleteFunc(seen, func(k string) bool { return k == "ConnectionState" })
	if d := cmp.Diff([]string{"IncomingCall", "CallAnswered", "CallEnded", "CallSummary"}, calls); d != "" {
		t.Errorf("ПолучитьСобытия (-want +got):\n%s", d)
	}
	if pushed := r.Host.Pending(); len(pushed) != 0 {
		t.Errorf("%d events were pushed all the same", len(pushed))
	}
}

// A wrong call raises, and the text names method and argument.
func TestWrongArgumentsRaise(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	for _, c := range []struct {
		method string
		args   []any
		want   []string
	}{
		{"Подключить", []any{5}, []string{"Подключить", "Параметры", "Строка", "Число"}},
		{"Подключить", []any{nil}, []string{"Подключить", "Параметры"}},
		{"Подключить", []any{"{}", "скоро"}, []string{"Подключить", "ЖдатьМс"}},
		{"ПроверитьСвязь", []any{1.5}, []string{"ПроверитьСвязь", "ТаймаутМс"}},
		{"ИнициироватьЗвонок", []any{[]byte{1}}, []string{"ИнициироватьЗвонок", "Номер"}},
		{"ЗавершитьЗвонок", []any{time.Now()}, []string{"ЗавершитьЗвонок", "ИдЗвонка"}},
	} {
		_, err := r.Object.Call(t.Context(), c.method, c.args...)
		f, ok := napihost.Exception(err)
		if !ok || len(f.Errors) == 0 {
			t.Errorf("Call(%s, %v) = %v, want an exception", c.method, c.args, err)
			continue
		}
		e := f.Errors[0]
		for _, word := range c.want {
			if !strings.Contains(e.Text, word) {
				t.Errorf("Call(%s, %v) raised %q, want %q in it", c.method, c.args, e.Text, word)
			}
		}
		if e.SCode == 0 {
			t.Errorf("Call(%s): AddError with scode 0 is no exception", c.method)
		}
		if v, err := r.Object.Get(t.Context(), "ОписаниеОшибки"); err != nil || !strings.Contains(v.Text(), c.method) {
			t.Errorf("ОписаниеОшибки = %v, %v; want %s in it", v, err, c.method)
		}
	}
	for _, args := range [][]any{{}, {"1", "2", "3", "4", "5", "6"}} {
		if _, err := r.Object.CallRaw(t.Context(), "ИнициироватьЗвонок", args...); err == nil {
			t.Errorf("CallRaw(ИнициироватьЗвонок) with %d arguments: no exception", len(args))
		}
	}
	// Numbers of any variant type are numbers.
	for _, vt := range []string{"I2", "I4", "UI1", "R4", "R8", "I8", "UI4"} {
		if _, err := r.Object.Call(t.Context(), "ПолучитьСобытия", napihost.Typed{VT: vt, Value: 5}); err != nil {
			t.Errorf("ПолучитьСобытия(%s 5): %v", vt, err)
		}
	}
}

// With ВызыватьИсключения every failure raises; without it none does.
func TestRaiseErrors(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	res := call(t, r.Object, "ИнициироватьЗвонок", client, "", "")
	if f := failed(t, res); res.Text() != "" || f.Code != "not_connected" {
		t.Errorf("ИнициироватьЗвонок without a connection = %v, %+v", res, f)
	}
	if err := r.Object.Set(t.Context(), "ВызыватьИсключения", true); err != nil {
		t.Fatal(err)
	}
	_, err := r.Object.Call(t.Context(), "ИнициироватьЗвонок", client, "", "")
	if f, ok := napihost.Exception(err); !ok || len(f.Errors) != 1 {
		t.Errorf("ИнициироватьЗвонок with ВызыватьИсключения: %v, want an exception", err)
	}
	if err := r.Object.Set(t.Context(), "ЯзыкСообщений", "xx"); err == nil {
		t.Error("ЯзыкСообщений = xx: no exception")
	}
	if err := r.Object.Set(t.Context(), "Версия", "1"); err == nil {
		t.Error("Версия could be written")
	}
}

// A number that cannot be dialled never reaches the PBX: a wrong request there
// would close the API for two minutes.
func TestBadNumbersStayHere(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	before := r.PBX.Stats().Requests
	for number, code := range map[string]string{"": "number_empty", "   ": "number_empty", "звонок": "number_invalid", "12'; DROP": "number_invalid"} {
		res := call(t, r.Object, "ИнициироватьЗвонок", number, "", "")
		if f := failed(t, res); res.Text() != "" || f.Code != code {
			t.Errorf("ИнициироватьЗвонок(%q) = %v, %+v; want %s", number, res, f, code)
		}
	}
	if res := call(t, r.Object, "ЗавершитьЗвонок", "no-such-call", ""); res.Text() != "" || failed(t, res).Code != "call_unknown" {
		t.Errorf("ЗавершитьЗвонок of an unknown call = %v %v", res, res.Args)
	}
	if after := r.PBX.Stats().Requests; after != before {
		t.Errorf("%d API requests for nothing", after-before)
	}
}

func TestSettingsAndStatus(t *testing.T) {
	t.Parallel()
	r := connected(t, stepped, nil)
	if res := call(t, r.Object, "УстановитьНастройки", `{"open_client_card":true}`, ""); !res.Bool() {
		t.Fatalf("УстановитьНастройки: %+v", failed(t, res))
	}
	var settings map[string]json.RawMessage
	if err := call(t, r.Object, "ПолучитьНастройки").JSON(&settings); err != nil || string(settings["open_client_card"]) != "true" {
		t.Errorf("ПолучитьНастройки = %s, %v", settings["open_client_card"], err)
	}
	res := call(t, r.Object, "УстановитьНастройки", `{"save_internal":true,"min_in_sec":10000}`, "")
	if f := failed(t, res); res.Bool() || f.Code != "setting_invalid" || !strings.Contains(f.Field, "min_in_sec") {
		t.Errorf("УстановитьНастройки out of range = %v, %+v", res, f)
	}
	if err := call(t, r.Object, "ПолучитьНастройки").JSON(&settings); err != nil || string(settings["save_internal"]) != "false" {
		t.Errorf("a refused change was applied in part: %s, %v", settings["save_internal"], err)
	}
	var status struct {
		State     int    `json:"state"`
		Extension string `json:"extension"`
		Mode      string `json:"mode"`
	}
	if err := call(t, r.Object, "ПолучитьСостояние").JSON(&status); err != nil || status.State != 3 || status.Extension != own || status.Mode != "direct" {
		t.Errorf("ПолучитьСостояние = %+v, %v", status, err)
	}
	if err := r.Object.Set(t.Context(), "ЯзыкСобытий", "en"); err != nil {
		t.Fatal(err)
	}
	begin(t, r.PBX, answered(client))
	e, err := r.Host.Await(t.Context(), func(e napihost.Event) bool { return e.Message == "IncomingCall" })
	if err != nil {
		t.Fatalf("no event named in English: %v", err)
	}
	var data struct {
		Open bool `json:"open_client_card"`
	}
	if err := json.Unmarshal([]byte(e.Data), &data); err != nil || !data.Open {
		t.Errorf("IncomingCall: open_client_card %v, %v; the setting says true", data.Open, err)
	}
}
