package wire_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/text"
)

var update = flag.Bool("update", false, "write the golden frames of the newest version anew")

func frame(kind string, n, ack, id uint64, body any) wire.Frame {
	f := wire.Frame{Type: kind, N: n, Ack: ack, ID: id}
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		f.Body = raw
	}
	return f
}

// frames is one of each kind, and those with two shapes twice.
func frames() map[string]wire.Frame {
	ref := wire.Ref{Epoch: "ep1", Seq: 7}
	return map[string]wire.Frame{
		"hello": frame(wire.TypeHello, 0, 0, 0, wire.Hello{
			Min: 1, Max: 1, Token: "mh_a1_secret", UserID: "u-1", UserName: "Иванова", Extension: "101",
			ClientGUID: "c-1", Role: "desk", Client: "1.0.0.0",
		}),
		"hello_resume": frame(wire.TypeHello, 0, 0, 0, wire.Hello{
			Min: 1, Max: 1, Token: "mh_a1_secret", Resume: &wire.Resume{Session: "s-1", Key: "k", Got: 5, Taken: 4},
		}),
		"welcome": frame(wire.TypeWelcome, 0, 0, 0, wire.Welcome{
			Version: 1, Run: "r", Session: "s-1", Key: "k", Resumed: true, Got: 5, NowMs: 1700000000000,
			SilenceMs: 25000, GraceMs: 15000, Extension: "101",
		}),
		"ack": frame(wire.TypeAck, 0, 9, 0, wire.Progress{Taken: 8}),
		"view": frame(wire.TypeView, 0, 9, 0, wire.View{
			AsOfMs: 1700000000000, State: 4, Why: &wire.Error{Code: text.KeyRefused, Field: "vpbx_api_key", Detail: "d", Result: 3105},
			Extension: "101", First: true, Revision: 2, Epoch: "ep1",
			Calls: json.RawMessage(`[]`), Settings: json.RawMessage(`{}`), Diagnostics: json.RawMessage(`{}`),
		}),
		"call":         frame(wire.TypeCall, 1, 0, 1, wire.Call{Method: "StartCall", Args: json.RawMessage(`{"number":"79161234567"}`), TimeoutMs: 5000}),
		"call_parted":  frame(wire.TypeCall, 4, 0, 2, wire.Call{Method: "SetRouteTable", Parted: true}),
		"cancel":       frame(wire.TypeCancel, 5, 0, 2, nil),
		"part":         frame(wire.TypePart, 2, 0, 2, wire.Part{Text: `{"responsibles":`}),
		"reply":        frame(wire.TypeReply, 3, 1, 1, wire.Reply{Answer: json.RawMessage(`{"command_id":"x"}`)}),
		"reply_parted": frame(wire.TypeReply, 3, 1, 1, wire.Reply{Parted: true}),
		"reply_error":  frame(wire.TypeReply, 4, 1, 1, wire.Reply{Error: &wire.Error{Code: text.NumberInvalid, Field: "number"}}),
		"event": frame(wire.TypeEvent, 6, 2, 0, wire.Event{
			Ref: ref, Event: json.RawMessage(`{"id":"e-1","event":"IncomingCall"}`), Attempt: 1, Replay: true, ReceivedMs: 1700000000000,
		}),
		"settle": frame(wire.TypeSettle, 6, 6, 0, wire.Settle{Ref: ref, Done: true, Shown: true, DelayMs: 1000}),
		"bye":    frame(wire.TypeBye, 7, 6, 0, nil),
	}
}

// TestGoldenFrames: what a released version says stays as it was. A file of an
// older version is only ever read.
func TestGoldenFrames(t *testing.T) {
	t.Parallel()
	for name, f := range frames() {
		raw, err := f.Encode()
		if err != nil {
			t.Fatalf("Encode(%s) = %v", name, err)
		}
		path := filepath.Join("testdata", "v1", name+".json")
		if *update {
			if err := os.WriteFile(path, append(raw, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		golden, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(bytes.TrimSpace(golden)), string(raw)); diff != "" {
			t.Errorf("Encode(%s) (-golden +got):\n%s", name, diff)
		}
		back, err := wire.Decode(golden)
		if err != nil {
			t.Errorf("Decode(%s) = %v", name, err)
		}
		if diff := cmp.Diff(f, back); diff != "" {
			t.Errorf("Decode(%s) (-want +got):\n%s", name, diff)
		}
	}
	files, err := filepath.Glob("testdata/v1/*.json")
	if err != nil || len(files) != len(frames()) {
		t.Errorf("testdata/v1 has %d frames, %v, want %d", len(files), err, len(frames()))
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		min, max, want int
		ok             bool
	}{
		{1, 1, 1, true}, {1, 9, 1, true}, {0, 1, 1, true}, {2, 9, 0, false}, {0, 0, 0, false}, {3, 1, 0, false}, {-5, -1, 0, false},
	} {
		got, ok := wire.Choose(test.min, test.max)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("Choose(%d, %d) = %d, %v, want %d, %v", test.min, test.max, got, ok, test.want, test.ok)
		}
	}
}

// TestCloseCodesStay: clients of released versions know these, and what they do
// then.
func TestCloseCodesStay(t *testing.T) {
	t.Parallel()
	const stays, again, fresh = "stays away", "comes back", "comes back without its session"
	want := map[int]string{
		1000: fresh + ": hub_unreachable", 4001: stays + ": hub_token", 4002: stays + ": hub_forbidden", 4003: stays + ": hub_version",
		4004: stays + ": hub_replaced", 4005: again + ": hub_slow", 4006: again + ": hub_stopping", 4007: fresh + ": hub_session",
		4008: fresh + ": hub_protocol", 4009: again + ": hub_unreachable", 4010: again + ": hub_busy",
	}
	got := map[int]string{}
	for _, c := range wire.Closings() {
		does := stays
		switch {
		case c.Fresh:
			does = fresh
		case c.Again:
			does = again
		}
		got[c.Code] = does + ": " + string(c.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Closings() (-want +got):\n%s", diff)
	}
}

func TestClosings(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for _, c := range wire.Closings() {
		if seen[c.Code] || c.Code != wire.CloseBye && (c.Code < 4000 || c.Code > 4999) {
			t.Errorf("code %d is there twice, or not of the private range", c.Code)
		}
		seen[c.Code] = true
		if text.Lookup(c.Text).EN == text.Lookup(text.Internal).EN {
			t.Errorf("code %d has no text %q", c.Code, c.Text)
		}
		if c.Again && !text.Lookup(c.Text).Retryable {
			t.Errorf("code %d: the client comes back, but %s is not retryable", c.Code, c.Text)
		}
		if got := wire.Meaning(c.Code); got != c {
			t.Errorf("Meaning(%d) = %+v, want %+v", c.Code, got, c)
		}
	}
	if got := wire.Meaning(1006); !got.Again || got.After != 0 || got.Fresh {
		t.Errorf("Meaning(1006) = %+v, want: again, at once, with its session", got)
	}
	if got := wire.Meaning(wire.CloseStopping); got.After > time.Second {
		t.Errorf("Meaning(stopping).After = %v, want: soon", got.After)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a", `{"имя":"Ёлка 🎄🎄🎄","n":1}`, strings.Repeat("я", 100)} {
		for size := 4; size < 20; size++ {
			parts := wire.Split([]byte(s), size)
			if got := strings.Join(parts, ""); got != s {
				t.Errorf("Split(%q, %d) joined = %q", s, size, got)
			}
			if slices.ContainsFunc(parts, func(p string) bool { return len(p) > size || !utf8.ValidString(p) }) {
				t.Errorf("Split(%q, %d) = %q, want valid pieces of at most that", s, size, parts)
			}
		}
	}
}

func TestErrorKeepsWhatPeopleNeed(t *testing.T) {
	t.Parallel()
	e := text.New(text.PBXError).WithField("number").WithDetail("x").WithResult(3101).Wrap(os.ErrClosed)
	got := wire.NewError(e).Text()
	want := text.New(text.PBXError).WithField("number").WithDetail("x").WithResult(3101)
	if diff := cmp.Diff(*want, *got); diff != "" {
		t.Errorf("NewError().Text() (-want +got):\n%s", diff)
	}
	if wire.NewError(nil) != nil || (*wire.Error)(nil).Text() != nil {
		t.Error("no error became one")
	}
}

// FuzzDecode: a message of anybody is a frame or an error, and a frame is the
// same when it was sent on.
func FuzzDecode(f *testing.F) {
	for _, g := range frames() {
		raw, _ := g.Encode()
		f.Add(raw)
	}
	f.Add([]byte(`{"t":"later","n":1,"b":[1,{"x":null}],"new":true}`))
	f.Add([]byte(`{"t":""}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := wire.Decode(raw)
		if err != nil {
			return
		}
		again, err := got.Encode()
		if err != nil {
			t.Fatalf("Encode(Decode(%q)) = %v", raw, err)
		}
		back, err := wire.Decode(again)
		if err != nil || back.Type != got.Type || back.N != got.N || back.Ack != got.Ack || back.ID != got.ID {
			t.Fatalf("Decode(Encode(%+v)) = %+v, %v", got, back, err)
		}
		for _, into := range []any{
			&wire.Hello{}, &wire.Welcome{}, &wire.Progress{}, &wire.Call{}, &wire.Reply{}, &wire.Part{}, &wire.Event{}, &wire.Settle{}, &wire.View{},
		} {
			_ = got.Read(into) // whatever it says, no panic
		}
	})
}

// FuzzChannel: no sequence of numbers makes a channel panic, keep more than it
// may, or give a number twice.
func FuzzChannel(f *testing.F) {
	f.Add([]byte{0, 1, 1, 2, 3, 4, 0, 0, 1, 255, 9})
	f.Fuzz(func(t *testing.T, steps []byte) {
		c := wire.NewChannel(1000)
		var last uint64
		for i := 0; i+1 < len(steps); i += 2 {
			n := uint64(steps[i+1])
			switch steps[i] % 4 {
			case 0:
				c.Send(wire.Frame{Type: "x", Body: make([]byte, n)})
			case 1:
				if _, err := c.Receive(wire.Frame{Type: "x", N: n % 16, Ack: n / 16}); err != nil {
					return
				}
			case 2:
				if next, ok := c.Next(); ok && next.N <= last {
					t.Fatalf("Next() = %d after %d on one socket", next.N, last)
				} else if ok {
					last = next.N
				}
			case 3:
				if c.Resume(n%16) != nil {
					return
				}
				last = n % 16
			}
			if frames, size := c.Unacked(); size < 0 || size > 1000 && frames > 1 {
				t.Fatalf("Unacked() = %d, %d", frames, size)
			}
		}
	})
}
