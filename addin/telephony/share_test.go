package telephony_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// freeAddress is one that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// inOffice changes the parameters of a connection to mode share.
func inOffice(connect, address, extension string) string {
	connect = strings.Replace(connect, `"extension":"101"`, `"extension":"`+extension+`"`, 1)
	return strings.Replace(connect, `{`, `{"mode":"share","share":{"candidates":[`+quote(address)+`]},`, 1)
}

// at is what Диагностика says of a session's position.
func (o *object) at(t *testing.T) string {
	t.Helper()
	share, _ := o.json("Диагностика")["office"].(map[string]any)["share"].(map[string]any)
	position, _ := share["position"].(string)
	return position
}

// Two 1C processes of one machine: the first hosts, the second is served by it,
// and takes over when the first leaves.
func TestShare(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	proc := telephony.NewProcess(telephony.ProcessOptions{LogPath: filepath.Join(t.TempDir(), "second.log")})
	t.Cleanup(func() { _ = proc.Close() })
	second := rig{t: t, proc: proc}

	address := freeAddress(t)
	h := newHost()
	a, b := p.object(newHost()), second.object(h)
	first := p.connect
	p.connect = inOffice(first, address, "101")
	a.must("Подключить", p.connect, 10000)
	b.must("Подключить", inOffice(first, address, "102"), 10000)
	for _, o := range []*object{a, b} {
		if !o.get("Подключено").Bool() {
			t.Fatalf("Подключено = Ложь: %s", o.get("СообщениеСвязи").Str())
		}
	}
	if got := a.at(t) + ", " + b.at(t); got != "host, colleague" {
		t.Fatalf("positions by Диагностика: %s, want host, colleague", got)
	}
	if code, _ := b.fails("УстановитьНастройки", `{"min_in_sec":5}`); code != string(text.Forbidden) {
		t.Errorf("УстановитьНастройки of a colleague: %s, want forbidden", code)
	}
	a.must("УстановитьНастройки", `{"min_in_sec":5}`)
	if d := a.json("Диагностика"); d["mode"] != "share" {
		t.Errorf("Диагностика: mode = %v, want share", d["mode"])
	}

	// 102 is called, in the process that does not hear the PBX itself.
	listen := a.json("Диагностика")["office"].(map[string]any)["listen"].(map[string]any)["address"].(string)
	if err := p.SetTarget("http://" + listen + "/mango"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("102", 3).Answer().Talk(20).HangUp("caller")); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	eventually(t, "the end of the call at the colleague", func() bool { return strings.Contains(strings.Join(h.names(), " "), "ЗвонокЗавершен") })

	a.must("Отключить")
	eventually(t, "the colleague hosts", func() bool { return b.get("Подключено").Bool() && b.at(t) == "host" })
	if s := b.json("ПолучитьНастройки"); s["min_in_sec"] != 5.0 || s["open_client_card"] != true {
		t.Errorf("ПолучитьНастройки after the take-over = %v, want what the first session set", s)
	}
	b.must("УстановитьНастройки", `{"min_in_sec":6}`) // whoever hosts may
	b.must("Отключить")
	if got := b.get("Состояние").Int(); got != int64(office.Off) {
		t.Errorf("Состояние after Отключить = %d, want 0", got)
	}
	// Key, port and folder are free again.
	a.connect(p.connect, 10000)
	if !a.get("Подключено").Bool() || a.at(t) != "host" {
		t.Errorf("Подключить after all left: %s, position %s, want the host", a.get("СообщениеСвязи").Str(), a.at(t))
	}
}

// A scheduled job never hosts: it waits for whoever does.
func TestShareServerRoleWaits(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	o := p.object(newHost())
	o.must("Подключить", strings.Replace(inOffice(p.connect, freeAddress(t), "101"), `{`, `{"role":"server",`, 1))
	eventually(t, "the reason", func() bool {
		e, _ := o.json("ПолучитьСостояние")["error"].(map[string]any)
		return e["code"] == string(text.ShareNoHost)
	})
	if s := o.get("Состояние").Int(); s != int64(office.Connecting) || o.at(t) != "seeking" {
		t.Errorf("Состояние = %d, position %s, want 1 and seeking", s, o.at(t))
	}
}
