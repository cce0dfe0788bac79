package telephony_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// pbx is an emulated PBX and a process of the real library that talks to it.
type pbx struct {
	*vpbxtest.PBX
	rig
	connect string // JSON for Подключить
}

// pbxKey is each test's own, and each process's: a machine serves a key once.
func pbxKey(t *testing.T) string { return "key" + t.Name() + strconv.Itoa(os.Getpid()) }

func newPBX(t *testing.T) *pbx { return newPBXWith(t, vpbxtest.Config{NoRateLimits: true}) }

func newPBXWith(t *testing.T, cfg vpbxtest.Config) *pbx {
	t.Helper()
	key := pbxKey(t)
	cfg.Credentials = sign.Credentials{Key: key, Salt: sign.NewSalt(testSalt)}
	cfg.Style.Parallel, cfg.Seed = true, 3
	cfg.Faults.Notifications.Reorder, cfg.Faults.Notifications.Double = vpbxtest.Always(), vpbxtest.Always()
	emulator, err := vpbxtest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Errorf("Close() of the PBX = %v", err)
		}
	})
	if err := emulator.Start(); err != nil {
		t.Fatal(err)
	}
	proc := telephony.NewProcess(telephony.ProcessOptions{Version: "1.2.3.4", LogPath: filepath.Join(t.TempDir(), "p.log")})
	t.Cleanup(func() {
		if err := proc.Close(); err != nil {
			t.Errorf("Close() of the process = %v", err)
		}
	})
	return &pbx{
		PBX: emulator, rig: rig{t: t, proc: proc},
		connect: `{"vpbx_api_key":"` + key + `","vpbx_api_salt":"` + testSalt + `","api_url":` + quote(emulator.URL()+"/vpbx/") +
			`,"listen":{"address":"127.0.0.1:0","path":"/mango"},"data_dir":` + quote(t.TempDir()) + `,"extension":"101","settings":{"open_client_card":true}}`,
	}
}

// register connects an object and tells the PBX where it listens.
func (p *pbx) register(h *fakeHost) *object {
	p.t.Helper()
	o := p.object(h)
	o.must("Подключить", p.connect, 10000)
	if !o.get("Подключено").Bool() {
		p.t.Fatalf("Подключено = Ложь: %s", o.get("СообщениеСвязи").Str())
	}
	listen := o.json("Диагностика")["office"].(map[string]any)["listen"].(map[string]any)["address"].(string)
	if err := p.SetTarget("http://" + listen + "/mango"); err != nil {
		p.t.Fatal(err)
	}
	return o
}

// connect is Подключить after another connection, tried again while that one
// ends still: a busy disk may hold it for longer than is waited.
func (o *object) connect(params string, waitMs int) {
	o.t.Helper()
	failure := ""
	eventually(o.t, "the end of the connection before", func() bool {
		failure = o.do("Подключить", params, waitMs).Error
		return !strings.Contains(failure, `"`+string(text.Stopping)+`"`)
	})
	if failure != "" {
		o.t.Fatalf("Подключить = %s", failure)
	}
}

// names are the events taken so far, those about the connection left out.
func (h *fakeHost) names() []string {
	var names []string
	for _, e := range h.events() {
		if e.name != "СостояниеСвязи" {
			names = append(names, e.name)
		}
	}
	return names
}

func TestIncomingCallReaches1C(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	call := vpbxtest.Inbound("79161234567", "").IVR(1).Ring("101", 3).Answer().Talk(20).HangUp("caller")
	if _, err := p.Play(t.Context(), call); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	eventually(t, "the summary", func() bool { return slices.Contains(h.names(), "ИтогЗвонка") })
	if err := p.Settle(t.Context()); err != nil {
		t.Fatalf("Settle() = %v", err)
	}
	names := h.names()
	for _, name := range []string{"ЗвонокЗавершен", "ИтогЗвонка"} {
		if n := len(slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s != name })); n != 1 {
			t.Errorf("events %v: %s came %d times, want once", names, name, n)
		}
	}
	for _, e := range h.events() {
		if e.name != "ИтогЗвонка" {
			continue
		}
		m := decodeMap(t, e.data)
		if m["status"] != "accepted_ok" || m["direction"] != "in" || m["talk_sec"].(float64) < 19 {
			t.Errorf("ИтогЗвонка = %s", e.data)
		}
		whole := o.json("ПолучитьСобытие", e.id)
		if whole["entry_id"] != m["entry_id"] {
			t.Errorf("ПолучитьСобытие(%s) = %v", e.id, whole)
		}
	}
	eventually(t, "acknowledgement", func() bool {
		journal := o.json("Диагностика")["office"].(map[string]any)["journal"].(map[string]any)
		return journal["waiting"] == 0.0
	})
	if way := o.json("Диагностика")["latency"].(map[string]any); way["count"] == 0.0 {
		t.Errorf("latency = %v, want events counted", way)
	}
}

// What the PBX got a 200 for outlives the connection, as long as the process
// lives: the summary that 1C refused comes after the next Подключить.
func TestNothingIsLostBetweenConnections(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	var open atomic.Bool
	h.take = func(string) bool { return open.Load() }
	o := p.register(h)
	if _, err := p.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 3).Answer().Talk(20).HangUp("caller")); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	eventually(t, "the summary", func() bool { return strings.Contains(o.must("ПолучитьСобытия").Str(), `"CallSummary"`) })
	o.must("Отключить")
	open.Store(true)
	o.connect(p.connect, 10000)
	eventually(t, "the summary again", func() bool { return slices.Contains(h.names(), "ИтогЗвонка") })
	if got := h.names(); len(got) != 1 {
		t.Errorf("events after the second Подключить = %v, want the summary alone", got)
	}
}

func TestClickToCall(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	id := o.must("ИнициироватьЗвонок", "+7 916 123-45-67").Str()
	eventually(t, "result", func() bool { return slices.Contains(h.names(), "РезультатКоманды") })
	for _, e := range h.events() {
		if e.name != "РезультатКоманды" {
			continue
		}
		m := decodeMap(t, e.data)
		if m["command_id"] != id || m["command"] != "StartCall" || m["result"] != 1000.0 || m["result_text"] == "" {
			t.Errorf("РезультатКоманды = %s, want StartCall %s with 1000", e.data, id)
		}
	}
	if code, field := o.fails("ИнициироватьЗвонок", " "); code != string(text.NumberEmpty) || field != "number" {
		t.Errorf("ИнициироватьЗвонок without a number: %s [%s], want number_empty [number]", code, field)
	}
	if code, _ := o.fails("ЗавершитьЗвонок", "nobody"); code != string(text.CallUnknown) {
		t.Errorf("ЗавершитьЗвонок of a stranger: %s, want call_unknown", code)
	}
}

func TestRealConnection(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	o := p.register(newHost())
	if !o.must("ПроверитьСвязь").Bool() {
		t.Error("ПроверитьСвязь = Ложь")
	}
	o.must("УстановитьНастройки", `{"min_in_sec":5}`)
	if s := o.json("ПолучитьНастройки"); s["min_in_sec"] != 5.0 || s["open_client_card"] != true {
		t.Errorf("ПолучитьНастройки = %v", s)
	}
	if code, field := o.fails("УстановитьНастройки", `{"min_in_sec":-1}`); code != string(text.SettingInvalid) || field != "min_in_sec" {
		t.Errorf("УстановитьНастройки with a wrong value: %s [%s], want setting_invalid [min_in_sec]", code, field)
	}
	listen := o.json("Диагностика")["office"].(map[string]any)["listen"].(map[string]any)["address"].(string)
	other := p.object(newHost())
	busy := strings.Replace(p.connect, "127.0.0.1:0", listen, 1)
	if code, _ := other.fails("Подключить", busy); code != string(text.AlreadyConnected) {
		t.Errorf("Подключить with another port: %s, want already_connected", code)
	}
	if code, _ := o.fails("ПодтвердитьСобытие", 12345); code != string(text.SeqStale) && code != string(text.EventUnknown) {
		t.Errorf("ПодтвердитьСобытие of an old seq: %s", code)
	}
	o.must("Отключить")
	if got := o.get("Состояние").Int(); got != int64(office.Off) {
		t.Errorf("Состояние after Отключить = %d, want 0", got)
	}
	// The port is free again, the key too.
	o.connect(busy, 10000)
	if !o.get("Подключено").Bool() {
		t.Error("Подключить on the port that was just left: not registered")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	wrong := p.object(newHost())
	mistyped := strings.Replace(p.connect, testSalt, "mistyped", 1)
	if code, _ := wrong.fails("Подключить", mistyped, 10000); code != string(text.KeyRefused) {
		t.Errorf("Подключить with a wrong key: %s, want key_refused", code)
	}
	if got := wrong.get("Состояние").Int(); got != int64(office.Refused) {
		t.Errorf("Состояние after a refusal = %d, want 4", got)
	}

	holder, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	taken := strings.Replace(p.connect, "127.0.0.1:0", holder.Addr().String(), 1)
	var code, field string
	eventually(t, "the end of the refused connection", func() bool { // see connect
		code, field = wrong.fails("Подключить", taken)
		return code != string(text.Stopping)
	})
	if code != string(text.PortTaken) || field != "listen.address" {
		t.Errorf("Подключить on a port in use: %s [%s], want port_taken [listen.address]", code, field)
	}
}

// TestRemainsOfTheConnectionBefore: a store that the disk holds still is our own,
// and nobody is told of another process.
func TestRemainsOfTheConnectionBefore(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	params, err := telephony.ParseParams(strings.Replace(p.connect, pbxKey(t), pbxKey(t)+"-before", 1))
	if err != nil {
		t.Fatal(err)
	}
	slow, err := office.Open(t.Context(), params.Office)
	if err != nil {
		t.Fatal(err)
	}
	telephony.Before(p.proc, slow)
	o := p.object(newHost())
	if code, _ := o.fails("Подключить", p.connect, 10000); code != string(text.Stopping) {
		t.Errorf("Подключить beside the remains of another connection: %s, want stopping", code)
	}
	if err := slow.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.must("Подключить", p.connect, 10000)
}

func TestProbeOfTheRealPBX(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	o := p.object(newHost())
	options := `{"api_url":` + quote(p.URL()+"/vpbx/") + `}`
	if s := o.json("СоздатьИнтеграцию", pbxKey(t), testSalt, options); s["route_deadline_ms"] != 1500.0 {
		t.Errorf("СоздатьИнтеграцию = %v, want the default settings", s)
	}
	if code, _ := o.fails("СоздатьИнтеграцию", pbxKey(t), "mistyped", options); code != string(text.KeyRefused) {
		t.Errorf("СоздатьИнтеграцию with a wrong key: %s, want key_refused", code)
	}
}

// A form that checks the key, connects at once and once more asks three times for
// the employees, which the PBX allows once in two seconds: the others wait.
func TestConnectRightAfterCreateIntegration(t *testing.T) {
	t.Parallel()
	p := newPBXWith(t, vpbxtest.Config{}) // with its limits
	h := newHost()
	o := p.object(h)
	o.must("СоздатьИнтеграцию", pbxKey(t), testSalt, `{"api_url":`+quote(p.URL()+"/vpbx/")+`}`)
	for n := range 2 {
		o.must("Отключить")
		o.connect(p.connect, 10000)
		if !o.get("Подключено").Bool() {
			t.Errorf("Подключено = Ложь: %s", o.get("СообщениеСвязи").Str())
		}
		// Before the next Отключить, which takes the event with it.
		eventually(t, "state 3 is told", func() bool { return strings.Count(data(h.events()), `"state":3`) > n })
	}
	if all := data(h.events()); strings.Contains(all, string(text.RateLimited)) {
		t.Errorf("events after СоздатьИнтеграцию and Подключить = %s, want none with rate_limited", all)
	}
}

// data is that of all events, one a line.
func data(events []event) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(e.data + "\n")
	}
	return b.String()
}
