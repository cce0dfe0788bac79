package telephony_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/sdk/vpbxtest"
)

var (
	exampleBlock = regexp.MustCompile("(?ms)^### ([^ \n]+)\n.*?^```bsl\n(.*?)^```$")
	callLine     = regexp.MustCompile(`^(?:([\p{L}]+) = )?(?:АТС|PBX)\.([\p{L}]+)\((.*)\);$`)
	setLine      = regexp.MustCompile(`^([\p{L}]+) = (.+);$`)
	argument     = regexp.MustCompile(`^\s*("(?:[^"]|"")*"|'\d+'|[^,]*?)\s*(?:,|$)`)
)

// examples are the pieces of BSL of a page of the reference, by method, in the
// order of the page.
func examples(t *testing.T, path string) (names []string, code map[string]string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	code = map[string]string{}
	for _, m := range exampleBlock.FindAllStringSubmatch(string(raw), -1) {
		names = append(names, m[1])
		code[m[1]] = m[2]
	}
	return names, code
}

// bsl carries out the examples on an object of the real library.
type bsl struct {
	t    *testing.T
	p    *pbx
	h    *fakeHost
	o    *object
	vars map[string]any
	dir  string
	en   bool
}

// TestReferenceExamples runs every example of the reference, in both languages,
// against the emulated PBX: from the text of the page, with other addresses and
// with ids of calls, recordings and events that there are.
func TestReferenceExamples(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("TMPDIR", t.TempDir())
	for _, lang := range []string{"ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			names, code := examples(t, "../../docs/reference."+lang+".md")
			if n := len(telephony.Class().Methods); len(names) != n {
				t.Fatalf("the page has %d examples, want one for each of %d methods", len(names), n)
			}
			b := newBSL(t, lang == "en")
			// The connection first and last, whatever the order of the page.
			for _, name := range names {
				if en := b.english(name); en == "CreateIntegration" {
					b.run(name, code[name])
				}
			}
			for _, name := range names {
				if b.english(name) == "Connect" {
					b.run(name, code[name])
				}
			}
			b.connected()
			last := ""
			for _, name := range names {
				switch b.english(name) {
				case "Connect", "CreateIntegration":
				case "Disconnect":
					last = name
				default:
					end := b.prepare(b.english(name))
					b.run(name, code[name])
					end()
				}
			}
			b.run(last, code[last])
		})
	}
}

func newBSL(t *testing.T, en bool) *bsl {
	t.Helper()
	p := newPBXWith(t, vpbxtest.Config{Speed: 20, NoRateLimits: true})
	if err := p.SetFaults(vpbxtest.Faults{}); err != nil {
		t.Fatal(err)
	}
	h := newHost()
	return &bsl{t: t, p: p, h: h, o: p.object(h), vars: map[string]any{}, dir: t.TempDir(), en: en}
}

func (b *bsl) english(name string) string {
	i := b.o.class.FindMethod(name)
	if i < 0 {
		b.t.Fatalf("the page has an example of %s, which is no method", name)
	}
	return b.o.class.Methods[i].Name.EN
}

// connected tells the PBX where the object listens, and lets BSL acknowledge.
func (b *bsl) connected() {
	b.t.Helper()
	b.o.must("Отключить")
	b.o.connect(strings.Replace(b.p.connect, "{", `{"ack":"manual",`, 1), 10000)
	listen := b.o.json("Диагностика")["office"].(map[string]any)["listen"].(map[string]any)["address"].(string)
	if err := b.p.SetTarget("http://" + listen + "/mango"); err != nil {
		b.t.Fatal(err)
	}
}

// set gives a variable the name it has in the language of the page.
func (b *bsl) set(ru, en string, v any) {
	if b.en {
		ru = en
	}
	b.vars[ru] = v
}

// prepare brings about what the example of a method needs; end takes it away.
func (b *bsl) prepare(method string) (end func()) {
	b.t.Helper()
	in := vpbxtest.Inbound("79161234567", "74951234567")
	const long = 6000 // of the PBX's seconds: five minutes
	switch method {
	case "Hangup", "HoldCall", "TransferCall", "StartRecording":
		return b.live(in.Ring("101", 1).Answer().Talk(long), "talking", 1)
	case "PickupCall":
		return b.live(in.Ring("102", long), "ringing", 1)
	case "RouteCall", "PlayAudio":
		return b.live(in.IVR(long), "ivr", 1)
	case "ConnectCalls", "CancelTransfer":
		return b.live(in.Ring("101", 1).Answer().Talk(20).Consult("102", 5).Answer("102").Talk(long), "talking", 2)
	case "GetEvent", "AckEvent", "NakEvent":
		b.set("ИдСобытия", "EventID", b.played("CallSummary", "id"))
	case "GetCall", "WatchCall", "AnnotateCall":
		b.set("ИдВызова", "EntryID", b.played("CallSummary", "entry_id"))
		eventually(b.t, "the call in the store", func() bool {
			return b.o.do("ПолучитьЗвонок", b.value("ИдВызова", "EntryID")).Error == ""
		})
	case "RecordingLink", "DownloadRecording", "PlayRecording":
		b.set("ИдЗаписи", "RecordingID", b.recorded(in.Ring("101", 1).Answer().Talk(long)))
	case "GetResult", "CancelOperation":
		id := b.o.report("brief", "")
		b.h.outcome(b.t, id)
		b.set("ИдОперации", "OperationID", id)
	case "AnswerRouteRequest":
		b.o.must("УстановитьНастройки", `{"distribute":true,"route_deadline_ms":3000}`)
		end := func() {}
		for range 5 { // a machine that is busy may let the three seconds pass
			end()
			from, at := len(b.h.events()), time.Now()
			end = b.live(in.IVR(long), "ivr", 1)
			b.set("ИдЗапроса", "RequestID", b.told("RouteRequest", "request_id", from))
			if time.Since(at) < time.Second {
				break
			}
		}
		return func() { end(); b.o.must("УстановитьНастройки", `{"distribute":false}`) }
	}
	return func() {}
}

func (b *bsl) value(ru, en string) any {
	if b.en {
		return b.vars[en]
	}
	return b.vars[ru]
}

// live begins a call and waits until 1C sees so many legs of it in that state
// or on hold, and of more than one leg one on hold; ИдЗвонка is the last.
func (b *bsl) live(s vpbxtest.Scenario, state string, legs int) (end func()) {
	b.t.Helper()
	entry, err := b.p.Begin(b.t.Context(), s)
	if err != nil {
		b.t.Fatalf("Begin() = %v", err)
	}
	eventually(b.t, "the legs of the call", func() bool {
		var calls []struct{ State, EntryID, CallID string }
		raw := strings.NewReplacer("entry_id", "EntryID", "call_id", "CallID").Replace(b.o.must("ПолучитьТекущиеЗвонки").Str())
		if err := json.Unmarshal([]byte(raw), &calls); err != nil {
			b.t.Fatalf("ПолучитьТекущиеЗвонки = %s: %v", raw, err)
		}
		n, held := 0, false
		for _, c := range calls {
			if c.EntryID == entry && (c.State == state || c.State == "hold") {
				b.set("ИдЗвонка", "CallID", c.CallID)
				n, held = n+1, held || c.State == "hold"
			}
		}
		return n >= legs && (held || legs == 1)
	})
	return func() {
		_ = b.p.Act(b.t.Context(), entry, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: "client"}) // the example may have ended it
		eventually(b.t, "the end of the call", func() bool {
			calls, err := b.p.Calls(b.t.Context())
			return err == nil && len(calls) == 0
		})
	}
}

// played plays a call and gives a field of the event that told of it.
func (b *bsl) played(event, field string) any {
	b.t.Helper()
	from := len(b.h.events())
	if _, err := b.p.Play(b.t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 1).Answer().Talk(20)); err != nil {
		b.t.Fatalf("Play() = %v", err)
	}
	return b.told(event, field, from)
}

// recorded has a call recorded by command, and gives the recording.
func (b *bsl) recorded(s vpbxtest.Scenario) any {
	b.t.Helper()
	from := len(b.h.events())
	end := b.live(s, "talking", 1)
	b.call("Команда", "НачатьЗапись", []any{b.value("ИдЗвонка", "CallID")})
	time.Sleep(time.Second) // twenty of the PBX's: what is shorter than three is no recording
	end()
	return b.told("RecordingReady", "recording_id", from)
}

// told waits for an event and gives a field of it; from skips the events
// before.
func (b *bsl) told(event, field string, from int) (v any) {
	b.t.Helper()
	eventually(b.t, event, func() bool {
		events := b.h.events()
		for i := len(events) - 1; i >= from; i-- {
			if m := decodeMap(b.t, events[i].data); m["event"] == event {
				v = m[field]
				return true
			}
		}
		return false
	})
	return v
}

// run carries out the lines of an example, and waits for what it began.
func (b *bsl) run(name, code string) {
	b.t.Helper()
	called := false
	for line := range strings.Lines(code) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "//") {
			continue
		}
		if m := callLine.FindStringSubmatch(line); m != nil {
			b.call(m[1], m[2], b.arguments(m[3]))
			called = called || b.english(m[2]) == b.english(name)
			continue
		}
		m := setLine.FindStringSubmatch(line)
		if m == nil {
			b.t.Fatalf("%s: this line is not understood: %s", name, line)
		}
		b.vars[m[1]] = b.literal(m[2])
	}
	if !called {
		b.t.Errorf("the example of %s does not call it", name)
	}
}

func (b *bsl) call(target, method string, args []any) {
	b.t.Helper()
	out := b.o.do(method, args...)
	if out.Raise != nil || out.Error != "" {
		b.t.Errorf("%s(%v): Ошибка %s, exception %+v", method, args, out.Error, out.Raise)
		return
	}
	if target != "" {
		b.vars[target] = out.Ret.Str()
	}
	switch target {
	case "Готово", "Done":
		if !out.Ret.Bool() {
			b.t.Errorf("%s(%v) = Ложь", method, args)
		}
	case "Операция", "Operation":
		if m := b.h.outcome(b.t, out.Ret.Str()); m["ok"] != true {
			b.t.Errorf("%s(%v): РезультатОперации %v", method, args, m)
		}
	case "Команда", "Command":
		var result map[string]any
		eventually(b.t, "the result of "+method, func() bool {
			for _, e := range b.h.events() {
				if m := decodeMap(b.t, e.data); m["event"] == "CommandResult" && m["command_id"] == out.Ret.Str() {
					result = m
					return true
				}
			}
			return false
		})
		if result["code"] != "" {
			b.t.Errorf("%s(%v): РезультатКоманды %v", method, args, result)
		}
	default:
		if out.Ret.String() == "" {
			b.t.Errorf("%s(%v) gave nothing", method, args)
		}
	}
}

// arguments reads what stands between the brackets. The out-parameter is left
// to the rig, which gives it to every call.
func (b *bsl) arguments(s string) []any {
	b.t.Helper()
	var args []any
	for s != "" {
		m := argument.FindStringSubmatch(s)
		if m == nil {
			b.t.Fatalf("this argument is not understood: %s", s)
		}
		s = s[len(m[0]):]
		if m[1] == "Ошибка" || m[1] == "Error" {
			continue
		}
		args = append(args, b.literal(m[1]))
	}
	return args
}

func (b *bsl) literal(s string) any {
	b.t.Helper()
	if rest, ok := strings.CutPrefix(s, "КаталогВременныхФайлов() + "); ok {
		return filepath.Join(b.dir, b.literal(rest).(string))
	}
	switch {
	case s == "":
		return nil
	case s == "Истина" || s == "True":
		return true
	case s == "Ложь" || s == "False":
		return false
	case s[0] == '"':
		return b.here(strings.ReplaceAll(s[1:len(s)-1], `""`, `"`))
	case s[0] == '\'':
		layout := "20060102"
		if len(s) > 10 {
			layout += "150405"
		}
		at, err := time.Parse(layout, strings.Trim(s, "'"))
		if err != nil {
			b.t.Fatalf("date %s: %v", s, err)
		}
		return at
	}
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	v, ok := b.vars[s]
	if !ok {
		b.t.Fatalf("nothing has given %s a value", s)
	}
	return v
}

// here puts the places of this test in those of the page.
func (b *bsl) here(s string) string {

	return strings.NewReplacer("sim-key", pbxKey(b.t), "sim-salt", testSalt, "http://127.0.0.1:8095", b.p.URL(), "127.0.0.1:8088", "127.0.0.1:0", `C:\Temp\`, b.dir+string(os.PathSeparator)).Replace(s)
}
