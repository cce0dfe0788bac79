package telephony_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

func TestNothingStartsBeforeConnect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.get("Версия")
	o.must("ПолучитьСостояние")
	o.must("Диагностика")
	for _, name := range []string{"ПолучитьНастройки", "ПолучитьТекущиеЗвонки", "ПолучитьСобытия"} {
		if code, _ := o.fails(name); code != string(text.NotConnected) {
			t.Errorf("%s before Подключить: code %s, want not_connected", name, code)
		}
	}
	if got := o.get("Состояние").Int(); got != int64(office.Off) {
		t.Errorf("Состояние = %d, want 0", got)
	}
	if n := r.opens.Load(); n != 0 {
		t.Errorf("the connection was opened %d times", n)
	}
	if got := o.get("ПутьКЖурналу").Str(); got != "" {
		t.Errorf("ПутьКЖурналу = %q, want none before Подключить", got)
	}
	if !o.must("Отключить").Bool() {
		t.Error("Отключить without a connection = Ложь, want Истина")
	}
}

func TestObjectsShareOneConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := r.connected(newHost()), r.object(newHost())
	reordered := `{ "time_zone": "+03:00", "listen": {"address":"127.0.0.1:0","path":"/"}, "mode":"direct",
		"vpbx_api_salt":"` + testSalt + `", "vpbx_api_key":"` + testKey + `", "settings":{}}`
	b.must("Connect", reordered)
	b.must("Connect", params) // once more: nothing happens
	if n := r.opens.Load(); n != 1 {
		t.Fatalf("two objects opened %d connections, want 1", n)
	}
	c := r.object(newHost())
	for _, other := range []string{
		strings.Replace(params, testSalt, "other", 1),
		strings.Replace(params, `"+03:00"`, `"+04:00"`, 1),
		strings.Replace(params, `:0"`, `:1"`, 1),
		strings.Replace(params, `{`, `{"ack":"manual",`, 1),
		strings.Replace(params, `{`, `{"settings":{"distribute":true},`, 1),
	} {
		if code, _ := c.fails("Подключить", other); code != string(text.AlreadyConnected) {
			t.Errorf("Подключить with other parameters: code %s, want already_connected", code)
		}
	}
	if got := c.get("Состояние").Int(); got != int64(office.Off) {
		t.Errorf("Состояние of an object that is not connected = %d, want 0", got)
	}
	a.must("Отключить")
	if r.link.closed != 0 || !b.get("Подключено").Bool() {
		t.Errorf("after Отключить of one of two: closed %d times, Подключено %v", r.link.closed, b.get("Подключено"))
	}
	b.Done()
	if r.link.closed != 1 {
		t.Errorf("after Done of the last: closed %d times, want 1", r.link.closed)
	}
	c.must("Подключить", params)
	if n := r.opens.Load(); n != 2 {
		t.Errorf("a new Подключить: %d connections were opened in all, want 2", n)
	}
}

func TestConcurrentConnectAndDone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				o := r.object(newHost())
				var both sync.WaitGroup
				both.Go(func() { o.do("Подключить", params) })
				both.Go(o.Done)
				both.Wait()
			}
		})
	}
	wg.Wait()
	o := r.object(newHost())
	o.must("Подключить", params)
	if d := o.json("Диагностика"); d["objects"] != 1.0 {
		t.Errorf("Диагностика: objects = %v after all others are done, want 1", d["objects"])
	}
}

func TestOpeningFails(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fail = text.New(text.PortTaken).WithField("listen.address").Wrap(errBoom)
	o := r.object(newHost())
	code, field := o.fails("Подключить", params)
	if code != string(text.PortTaken) || field != "listen.address" {
		t.Errorf("Подключить with the port taken: %s [%s], want port_taken [listen.address]", code, field)
	}
	if got := o.get("Состояние").Int(); got != int64(office.Refused) {
		t.Errorf("Состояние = %d, want 4", got)
	}
	if got := o.get("КодОшибки").Str(); got != string(text.PortTaken) {
		t.Errorf("КодОшибки = %q, want port_taken", got)
	}
	if got := o.get("СообщениеСвязи").Str(); !strings.Contains(got, text.Lookup(text.PortTaken).RU) {
		t.Errorf("СообщениеСвязи = %q, want the reason", got)
	}
	r.fail = nil
	o.must("Подключить", params)
	if got := o.get("Состояние").Int(); got != int64(office.Registered) {
		t.Errorf("Состояние after the port is free = %d, want 3", got)
	}
	if got := o.get("ОписаниеОшибки").Str(); got != "" {
		t.Errorf("ОписаниеОшибки after success = %q, want none", got)
	}
	if got := o.get("СообщениеСвязи").Str(); got != "Сервер интеграции доступен" {
		t.Errorf("СообщениеСвязи = %q", got)
	}
}

func TestRefusedConnectionCanBeReplaced(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	o.must("Подключить", strings.Replace(params, testSalt, "mistyped", 1))
	r.link.setState(office.Refused, text.New(text.KeyRefused))
	if got := o.get("КодОшибки").Str(); got != "" {
		t.Errorf("КодОшибки = %q, want none: Подключить itself succeeded", got)
	}
	first := r.link
	o.must("Подключить", params)
	if first.closed != 1 || r.opens.Load() != 2 {
		t.Errorf("Подключить after a refusal: old link closed %d times, %d opened; want 1 and 2", first.closed, r.opens.Load())
	}
}

func TestConnectWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	// The link answers "connected" first: the objects below change that.
	late := func(s office.State, why *text.Error) {
		eventually(t, "open", func() bool { return r.opens.Load() > 0 })
		time.Sleep(20 * time.Millisecond)
		r.link.setState(s, why)
	}
	r.fail = nil
	o := r.object(newHost())
	o.must("Подключить", params)
	r.link.setState(office.Connected, nil)
	p := r.object(newHost())
	started := time.Now()
	p.must("Подключить", params, 60)
	if d := time.Since(started); d < 60*time.Millisecond {
		t.Errorf("Подключить(…, 60) returned after %v without a registration", d)
	}
	go late(office.Registered, nil)
	q := r.object(newHost())
	q.must("Подключить", params, 10000)
	if !q.get("Подключено").Bool() {
		t.Error("Подключить(…, 10000) returned before the registration")
	}
	r.link.setState(office.Connected, nil)
	go late(office.Refused, text.New(text.KeyRefused))
	u := r.object(newHost())
	if code, _ := u.fails("Подключить", params, 10000); code != string(text.KeyRefused) {
		t.Errorf("Подключить that is refused while it waits: %s, want key_refused", code)
	}
	if code, field := u.fails("Подключить", params, -1); code != string(text.BadArgument) || field != "ЖдатьМс" {
		t.Errorf("Подключить(…, -1): %s [%s], want bad_argument [ЖдатьМс]", code, field)
	}
}

func TestDoneWhileConnectWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	keep := r.connected(newHost())
	defer keep.Done()
	r.link.setState(office.Connecting, nil)
	o := r.object(newHost())
	returned := make(chan struct{})
	go func() { defer close(returned); o.do("Подключить", params, 60000) }()
	time.Sleep(20 * time.Millisecond)
	o.Done()
	select {
	case <-returned:
	case <-time.After(5 * time.Second):
		t.Fatal("Подключить still waits after Done")
	}
}

func TestServerRolePulls(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	if !o.get("ВнешниеСобытия").Bool() {
		t.Error("ВнешниеСобытия of a new object = Ложь, want Истина")
	}
	o.must("Подключить", strings.Replace(params, `{`, `{"role":"server",`, 1))
	if o.get("ВнешниеСобытия").Bool() {
		t.Error("ВнешниеСобытия of a scheduled job = Истина, want Ложь")
	}
	said := r.object(newHost())
	if raise := said.set("ВнешниеСобытия", true); raise != nil {
		t.Fatal(raise)
	}
	said.must("Подключить", strings.Replace(params, `{`, `{"role":"server",`, 1))
	if !said.get("ВнешниеСобытия").Bool() {
		t.Error("ВнешниеСобытия that BSL set was changed by Подключить")
	}
}
