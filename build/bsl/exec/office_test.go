package exec_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/build/bsl/exec"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is the platform around the real component: events wait until the one
// thread of the session takes them.
type host chan [2]string

func (h host) ExternalEvent(_, name, data string) bool {
	select {
	case h <- [2]string{name, data}:
		return true
	default:
		return false
	}
}

func (h host) Info() component.HostInfo { return component.HostInfo{Application: -1, Language: "ru"} }

// office is a session whose add-in is the component itself, connected to an
// emulated PBX.
type office struct {
	*session
	pbx    *vpbxtest.PBX
	events host
	object real
	last   map[string]string // the data of the last event of each name
}

func newOffice(t *testing.T, pbxOf vpbxtest.Config) *office {
	t.Helper()
	key, salt := fmt.Sprint("bsl", t.Name(), os.Getpid()), "salt"
	pbxOf.NoRateLimits, pbxOf.Credentials, pbxOf.Seed = true, sign.Credentials{Key: key, Salt: sign.NewSalt(salt)}, 3
	pbx, err := vpbxtest.New(pbxOf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	proc := telephony.NewProcess(telephony.ProcessOptions{Version: "1.2.3.4", LogPath: filepath.Join(t.TempDir(), "p.log")})
	t.Cleanup(func() { _ = proc.Close() })
	o := &office{session: newSession(t), pbx: pbx, events: make(host, 100), last: map[string]string{}}
	o.object = real{proc.NewInstance(o.events)}
	t.Cleanup(o.object.Done)
	o.addin.backend = o.object
	connect, err := json.Marshal(map[string]any{"mode": "direct", "vpbx_api_key": key, "vpbx_api_salt": salt,
		"api_url": pbx.URL() + "/vpbx/", "listen": map[string]any{"address": "127.0.0.1:0", "path": "/mango"},
		"data_dir": t.TempDir(), "settings": map[string]any{"open_client_card": true}})
	if err != nil {
		t.Fatal(err)
	}
	o.constants["МангоОфисПараметрыПодключения"] = string(connect)
	o.start()
	o.until("the registration", func() bool { return o.call("МангоОфисКлиент", "Подключено") == true })
	listen := o.diagnostics()["listen"].(map[string]any)["address"].(string)
	if err := pbx.SetTarget("http://" + listen + "/mango"); err != nil {
		t.Fatal(err)
	}
	return o
}

// until hands over events as they come.
func (o *office) until(what string, done func() bool) {
	o.t.Helper()
	deadline := time.After(30 * time.Second)
	for !done() {
		select {
		case e := <-o.events:
			o.last[e[0]] = e[1]
			o.event(e[0], e[1])
		case <-time.After(20 * time.Millisecond): // what is done need not come with an event
		case <-deadline:
			o.t.Fatalf("%s did not come in 30 s; shown %q, logged %q", what, o.shown, o.logged)
		}
	}
}

func (o *office) diagnostics() map[string]any {
	o.t.Helper()
	text, _ := o.object.call("Диагностика", nil)
	var all struct{ Office map[string]any }
	if err := json.Unmarshal([]byte(text.(string)), &all); err != nil {
		o.t.Fatalf("Диагностика = %v: %v", text, err)
	}
	return all.Office
}

// waiting is how many record events are not acknowledged.
func (o *office) waiting() any { return o.diagnostics()["journal"].(map[string]any)["waiting"] }

// From the ring to the saved call, with nothing between but the modules, the
// component and a PBX.
func TestCallIsShownSavedAndAcknowledged(t *testing.T) {
	t.Parallel()
	o := newOffice(t, vpbxtest.Config{Stepped: true})
	call := vpbxtest.Inbound("79161234567", "").Ring("101", 2).Answer().Talk(20).HangUp("caller")
	if _, err := o.pbx.Begin(t.Context(), call); err != nil {
		t.Fatalf("Begin() = %v", err)
	}
	// A pop-up of a call that is over is not shown when it is late.
	o.until("the pop-up", func() bool { return len(o.forms) > 0 })
	if err := o.pbx.Step(t.Context(), time.Minute); err != nil {
		t.Fatalf("Step() = %v", err)
	}
	o.until("the saved call", func() bool { return len(o.rows()) == 1 })
	o.until("the acknowledgement", func() bool { return o.waiting() == 0.0 })
	for id, row := range o.rows() {
		if id == "" || row["Абонент"] != "Ромашка" || row["Статус"] != "accepted_ok" || row["Автор"] != "Иванов Иван" {
			t.Errorf("saved call %q = %v", id, row)
		}
		o.until("the annotation", func() bool {
			card, _ := o.object.call("ПолучитьЗвонок", []exec.Value{id})
			return strings.Contains(exec.Text(card), "Ромашка")
		})
	}
	for _, form := range []string{"ОбщаяФорма.МангоОфисВходящийЗвонок", "Ромашка", "ОбщаяФорма.МангоОфисКарточкаЗвонка"} {
		if !slices.Contains(o.forms, form) {
			t.Errorf("opened %q, want %s among them", o.forms, form)
		}
	}
}

func TestAdapterCallsThroughThePBX(t *testing.T) {
	t.Parallel()
	o := newOffice(t, vpbxtest.Config{})
	if got := o.call("MO_ОбщийКлиент", "ИнициироватьЗвонок", "+7 916 123-45-67"); got != true {
		t.Fatalf("ИнициироватьЗвонок = %v, shown %q", got, o.shown)
	}
	o.until("the result", func() bool { return slices.Contains(o.told, "МангоОфис.РезультатКоманды") })
	if len(o.shown) > 0 {
		t.Errorf("shown %q after success, want nothing", o.shown)
	}
	// The local check of the modules is a coarse one: the add-in knows better.
	if got := o.call("MO_ОбщийКлиент", "ИнициироватьЗвонок", "+7 916 12"); got != true {
		t.Errorf("ИнициироватьЗвонок = %v, want true and a refusal later", got)
	}
	o.until("the refusal", func() bool { return len(o.shown) > 0 })
}

// An exception while the call is saved leaves it with the component, and a
// scheduled job, or the next attempt, saves it.
func TestUnsavedCallStays(t *testing.T) {
	t.Parallel()
	o := newOffice(t, vpbxtest.Config{})
	o.w.Funcs["призаписи"] = func([]*exec.Value) exec.Value { exec.Raise("нет места"); return nil }
	if _, err := o.pbx.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 2).Answer().Talk(5).HangUp("caller")); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	o.until("the failure", func() bool { return len(o.logged) > 0 })
	if len(o.rows()) != 0 || o.waiting() == 0.0 {
		t.Fatalf("rows %v, %v waiting; want none and one", o.rows(), o.waiting())
	}
	o.w.Funcs["призаписи"] = func([]*exec.Value) exec.Value { return nil }
	o.event("ИтогЗвонка", o.last["ИтогЗвонка"]) // as it comes again after the minute it was put off for
	o.until("the acknowledgement", func() bool { return o.waiting() == 0.0 })
	if len(o.rows()) != 1 {
		t.Errorf("rows = %v, want the call", o.rows())
	}
}

// The logs are collected after Отключить too, and the user is told where they are.
func TestLogsAreCollectedWithoutAConnection(t *testing.T) {
	t.Parallel()
	o := newOffice(t, vpbxtest.Config{})
	o.call("МангоОфисКлиент", "Отключиться")
	o.shown = nil
	o.call("МангоОфисКлиент", "СобратьЖурналы")
	o.until("the archive", func() bool { return len(o.shown) > 0 })
	path, ok := strings.CutPrefix(o.shown[0], "Журналы для поддержки собраны: ")
	if !ok {
		t.Fatalf("the user is shown %q, want the path of the archive", o.shown)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer z.Close()
	if len(z.File) < 5 {
		t.Errorf("%s has %d files, want 5 at least", path, len(z.File))
	}
}
