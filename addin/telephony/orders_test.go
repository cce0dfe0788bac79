package telephony_test

import (
	"slices"
	"testing"

	"mangoofficesdk/sdk/text"
)

func TestOrdersAreHandedOver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.connected(newHost())
	for _, c := range []struct {
		method string
		args   []any
		want   string
	}{
		{"ПозвонитьОтГруппы", []any{"777", "+79161234567", "74951234567"}, `StartGroupCall {"from":"777","to":"+79161234567","line_number":"74951234567"}`},
		{"ПерехватитьЗвонок", []any{"leg"}, `PickupCall {"call_id":"leg"}`},
		{"ПеревестиЗвонок", []any{"leg", "102"}, `TransferCall {"call_id":"leg","to":"102","consult":false}`},
		{"TransferCall", []any{"leg", "102", true}, `TransferCall {"call_id":"leg","to":"102","consult":true}`},
		{"СоединитьЗвонки", []any{"leg"}, `ConnectCalls {"call_id":"leg"}`},
		{"ОтменитьПеревод", []any{"leg"}, `CancelTransfer {"call_id":"leg"}`},
		{"УдержатьЗвонок", []any{"leg"}, `HoldCall {"call_id":"leg"}`},
		{"НачатьЗапись", []any{"leg"}, `StartRecording {"call_id":"leg","party":""}`},
		{"НачатьЗапись", []any{"leg", "102"}, `StartRecording {"call_id":"leg","party":"102"}`},
		{"ВоспроизвестиФайл", []any{"leg", 5}, `PlayAudio {"call_id":"leg","file_id":5,"pause":0}`},
		{"ВоспроизвестиФайл", []any{"leg", 0, 3600}, `PlayAudio {"call_id":"leg","file_id":0,"pause":3600}`},
		{"ОтправитьСМС", []any{"+79161234567", "Ждём вас"}, `SendSMS {"number":"+79161234567","text":"Ждём вас","sender":""}`},
		{"ОтправитьСМС", []any{"+79161234567", "x", "Shop"}, `SendSMS {"number":"+79161234567","text":"x","sender":"Shop"}`},
	} {
		if got := o.must(c.method, c.args...).Str(); got != "cmd-1" {
			t.Errorf("%s(%v) = %q, want the command_id", c.method, c.args, got)
		}
		calls := r.link.called()
		if got := calls[len(calls)-1]; got != c.want {
			t.Errorf("%s(%v) called %s, want %s", c.method, c.args, got, c.want)
		}
	}
	for _, pause := range []int{-1, 3601} {
		if code, field := o.fails("ВоспроизвестиФайл", "leg", 5, pause); code != string(text.BadArgument) || field != "Пауза" {
			t.Errorf("ВоспроизвестиФайл with Пауза %d: %s [%s], want bad_argument [Пауза]", pause, code, field)
		}
	}
	if out := o.do("ПеревестиЗвонок", "leg", "102", "да"); out.Raise == nil {
		t.Errorf("ПеревестиЗвонок with a text for СКонсультацией = %+v, want an exception", out)
	}
	r.link.answer = func(string) (string, error) { return "", text.New(text.NotSupportedByPBX).WithField("call_id") }
	if code, field := o.fails("УдержатьЗвонок", "leg"); code != string(text.NotSupportedByPBX) || field != "call_id" {
		t.Errorf("УдержатьЗвонок of a leg on hold: %s [%s], want not_supported_by_pbx [call_id]", code, field)
	}
	alone := r.object(newHost())
	if code, _ := alone.fails("ОтправитьСМС", "1", "2"); code != string(text.NotConnected) {
		t.Errorf("ОтправитьСМС without a connection: %s, want not_connected", code)
	}
}

// The result of a message comes twice: of the command, and of the delivery.
func TestSMSOverTheRealConnection(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	id := o.must("ОтправитьСМС", "+7 916 123-45-67", "Ждём вас").Str()
	for _, name := range []string{"РезультатКоманды", "РезультатСМС"} {
		eventually(t, name, func() bool { return slices.Contains(h.names(), name) })
	}
	for _, e := range h.events() {
		if e.name != "РезультатКоманды" && e.name != "РезультатСМС" {
			continue
		}
		if m := decodeMap(t, e.data); m["command_id"] != id || m["result"] != 1000.0 {
			t.Errorf("%s = %s, want 1000 of %s", e.name, e.data, id)
		}
	}
	if code, field := o.fails("ОтправитьСМС", "102", "x"); code != string(text.NumberInvalid) || field != "to_number" {
		t.Errorf("ОтправитьСМС to an extension: %s [%s], want number_invalid [to_number]", code, field)
	}
	if code, field := o.fails("ПеревестиЗвонок", "nobody", "102"); code != string(text.CallUnknown) || field != "call_id" {
		t.Errorf("ПеревестиЗвонок of a stranger: %s [%s], want call_unknown [call_id]", code, field)
	}
}
