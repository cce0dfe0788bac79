package e2e

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

// Wrong JSON of Подключить is refused with the key named, before anything
// starts.
func TestConnectNamesTheField(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	for _, c := range []struct {
		name   string
		params string
		code   string
		field  string
	}{
		{"no JSON", "{", "bad_json", ""},
		{"a list", "[]", "bad_json", ""},
		{"no key", r.Params(map[string]any{"vpbx_api_key": nil}), "missing_field", "vpbx_api_key"},
		{"no salt", r.Params(map[string]any{"vpbx_api_salt": nil}), "missing_field", "vpbx_api_salt"},
		{"a number for the salt", r.Params(map[string]any{"vpbx_api_salt": 5}), "bad_field", "vpbx_api_salt"},
		{"mode", r.Params(map[string]any{"mode": "telepathy"}), "bad_field", "mode"},
		{"mode share", r.Params(map[string]any{"mode": "share"}), "missing_field", "share.candidates"},
		{"share.candidates", r.Params(map[string]any{"mode": "share", "share": map[string]any{"candidates": []string{"srv"}}}), "bad_field", "share.candidates[0]"},
		{"mode hub", r.Params(map[string]any{"mode": "hub"}), "missing_field", "hub.url"},
		{"hub.token", r.Params(map[string]any{"mode": "hub", "hub": map[string]any{"url": "wss://hub"}}), "missing_field", "hub.token"},
		{"hub.url", r.Params(map[string]any{"mode": "hub", "hub": map[string]any{"url": "ftp://hub", "token": "t"}}), "bad_field", "hub.url"},
		{"role", r.Params(map[string]any{"role": "boss"}), "bad_field", "role"},
		{"ack", r.Params(map[string]any{"ack": 1}), "bad_field", "ack"},
		{"api_url", r.Params(map[string]any{"api_url": "ftp://x"}), "bad_field", "api_url"},
		{"listen", r.Params(map[string]any{"listen": "8080"}), "bad_field", "listen"},
		{"listen.address", r.Params(map[string]any{"listen": map[string]any{"address": "nowhere"}}), "bad_field", "listen.address"},
		{"listen.tls_key", r.Params(map[string]any{"listen": map[string]any{"address": "127.0.0.1:0", "tls_cert": "c.pem"}}), "missing_field", "listen.tls_key"},
		{"time_zone", r.Params(map[string]any{"time_zone": "Mars/Olympus"}), "bad_field", "time_zone"},
		{"a setting", r.Params(map[string]any{"settings": map[string]any{"route_deadline_ms": 99999}}), "setting_invalid", "route_deadline_ms"},
	} {
		res := call(t, r.Object, "Подключить", c.params, 0, "")
		f := failed(t, res)
		if res.Bool() || f.Code != c.code || !strings.HasSuffix(f.Field, c.field) || f.Text == "" || f.Remedy == "" {
			t.Errorf("%s: Подключить = %v, %+v; want Ложь, code %s, field %s", c.name, res, f, c.code, c.field)
		}
		noSecrets(t, r, c.name+": the error", res.Args[2].Text())
		if v, err := r.Object.Get(t.Context(), "КодОшибки"); err != nil || v.Text() != c.code {
			t.Errorf("%s: КодОшибки = %v, %v; want %s", c.name, v, err, c.code)
		}
	}
	if d := diagnostics(t, r); d.State != 0 || d.Objects != 0 {
		t.Errorf("after refusals: state %d, objects %d; want 0 and 0", d.State, d.Objects)
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	params := r.Params(map[string]any{"listen": map[string]any{"address": taken.Addr().String()}})
	res := call(t, r.Object, "Подключить", params, 0, "")
	f := failed(t, res)
	if res.Bool() || f.Code != "port_taken" || f.Field != "listen.address" {
		t.Errorf("Подключить on a taken port = %v, %+v", res, f)
	}
	if v, err := r.Object.Get(t.Context(), "Состояние"); err != nil || v.Int() != 4 {
		t.Errorf("Состояние = %v, %v; want 4", v, err)
	}
	if v, err := r.Object.Get(t.Context(), "ОписаниеОшибки"); err != nil || !strings.Contains(v.Text(), f.Text) {
		t.Errorf("ОписаниеОшибки = %v, %v; want %q in it", v, err, f.Text)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	if res := call(t, r.Object, "Подключить", params, 10000, ""); !res.Bool() {
		t.Errorf("Подключить on the freed port = %v, %+v", res, failed(t, res))
	}
	if v, err := r.Object.Get(t.Context(), "Состояние"); err != nil || v.Int() != 3 {
		t.Errorf("Состояние after waiting = %v, %v; want 3", v, err)
	}
}

func TestKeyRefused(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	res := call(t, r.Object, "Подключить", r.Params(map[string]any{"vpbx_api_key": "another" + r.Credentials.Key}), 0, "")
	if !res.Bool() {
		t.Fatalf("Подключить = %v, %+v", res, failed(t, res))
	}
	got := next(t, r, 1, func(d rig.Data) bool { return d.Event == "ConnectionState" && d.State == 4 })
	if last := got[len(got)-1]; last.Code != "key_refused" {
		t.Errorf("СостояниеСвязи: code %q, want key_refused", last.Code)
	}
}

func TestUnreachablePBX(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	// Port 9 of loopback: nobody listens there.
	res := call(t, r.Object, "Подключить", r.Params(map[string]any{"api_url": "http://127.0.0.1:9/vpbx/"}), 0, "")
	if !res.Bool() {
		t.Fatalf("Подключить = %v, %+v", res, failed(t, res))
	}
	got := next(t, r, 1, func(d rig.Data) bool { return d.Code == "pbx_unreachable" })
	if last := got[len(got)-1]; last.State != 2 {
		t.Errorf("СостояниеСвязи: state %d, want 2", last.State)
	}
	if call(t, r.Object, "ПроверитьСвязь", 2000, "").Bool() {
		t.Error("ПроверитьСвязь = Истина without a PBX")
	}
}

func TestCheckConnection(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	before := r.PBX.Stats().Requests
	if res := call(t, r.Object, "ПроверитьСвязь", 5000, ""); !res.Bool() {
		t.Errorf("ПроверитьСвязь = %v, %+v", res, failed(t, res))
	}
	if after := r.PBX.Stats().Requests; after != before {
		t.Errorf("ПроверитьСвязь spent %d API requests, want none", after-before)
	}
}

// Two objects of one process are two windows on one connection.
func TestTwoObjectsShareConnection(t *testing.T) {
	t.Parallel()
	r := connected(t, stepped, nil)
	second, err := r.Host.Create(t.Context(), rig.ClassName)
	if err != nil {
		t.Fatal(err)
	}
	if res := call(t, second, "Подключить", r.Params(map[string]any{"extension": "102"}), 0, ""); res.Bool() || failed(t, res).Code != "already_connected" {
		t.Errorf("Подключить with other parameters = %v", res)
	}
	if res := call(t, second, "Подключить", r.Params(nil), 0, ""); !res.Bool() {
		t.Fatalf("Подключить with equal parameters = %v, %+v", res, failed(t, res))
	}
	if d := diagnostics(t, r); d.Objects != 2 {
		t.Errorf("Диагностика: %d objects, want 2", d.Objects)
	}
	entry := begin(t, r.PBX, answered(client))
	for _, object := range []int{r.Object.ID, second.ID} {
		next(t, r, object, is("IncomingCall"))
	}
	step(t, r.PBX, untilOver)
	for _, object := range []int{r.Object.ID, second.ID} {
		if got := kinds(next(t, r, object, is("CallEnded"))); !slices.Contains(got, "CallAnswered") {
			t.Errorf("object %d got %v, CallAnswered is missing", object, got)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if _, err := r.AwaitEvent(ctx, is("CallSummary")); err != nil {
		t.Fatalf("the record: %v", err)
	}
	// The first object leaves, the connection stays for the second.
	if err := r.Object.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	begin(t, r.PBX, answered(client))
	step(t, r.PBX, untilOver)
	for _, e := range next(t, r, second.ID, is("CallSummary")) {
		if e.Event == "CallSummary" && e.EntryID == entry {
			t.Error("the first call's record came to both objects")
		}
	}
	if err := r.Object.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Object = second
}

// After Отключить the port is free and Подключить works again.
func TestReconnect(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	first := r.Listen
	if res := call(t, r.Object, "Отключить", ""); !res.Bool() {
		t.Fatalf("Отключить: %+v", failed(t, res))
	}
	if _, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", first); err == nil {
		t.Error("the listener still takes connections after Отключить")
	}
	if _, err := r.Connect(t.Context(), map[string]any{"listen": map[string]any{"address": first}}); err != nil {
		t.Fatalf("Connect again: %v", err)
	}
	play(t, r, answered(client))
	next(t, r, 1, is("CallSummary"))
}

// OneScript deletes a living, connected object by its virtual destructor.
func TestDeleteWhileConnected(t *testing.T) {
	t.Parallel()
	r := start(t, vpbxtest.Config{})
	o, err := r.Host.CreateWith(t.Context(), rig.ClassName, napihost.CreateOptions{OneScript: true})
	if err != nil {
		t.Fatal(err)
	}
	if res := call(t, o, "Подключить", r.Params(nil), 10000, ""); !res.Bool() {
		t.Fatalf("Подключить: %+v", failed(t, res))
	}
	listen := diagnosticsOf(t, o).Office.Listen.Address
	if err := o.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if resp, err := http.Get("http://" + listen); err == nil { //nolint:noctx // must fail at once
		resp.Body.Close()
		t.Error("the listener outlived its only object")
	}
}

func diagnosticsOf(t *testing.T, o *napihost.Object) rig.Diagnostics {
	t.Helper()
	var d rig.Diagnostics
	if err := call(t, o, "Диагностика").JSON(&d); err != nil {
		t.Fatal(err)
	}
	return d
}
