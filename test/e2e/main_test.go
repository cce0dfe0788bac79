package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

func TestMain(m *testing.M) {
	// Without the built artefacts these tests prove nothing: no skip.
	if _, err := napihost.Find(); err != nil {
		fmt.Fprintf(os.Stderr, "e2e: %v\n", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

const (
	client = "79161234567"
	own    = "101"

	// soon bounds what happens at once, on a loaded machine.
	soon = 20 * time.Second
)

// start starts a rig and ends it with the test; what the component leaves
// behind fails the test.
func start(t *testing.T, pbx vpbxtest.Config) *rig.Rig {
	t.Helper()
	r, err := rig.Start(t.Context(), rig.Config{PBX: pbx})
	if err != nil {
		t.Fatalf("rig.Start: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		stats, err := r.Close(ctx)
		if errors.Is(err, napihost.ErrEnded) && stats.OS == "" {
			return // the test killed the host
		}
		if err != nil {
			t.Errorf("rig.Close: %v", err)
		}
		if err := stats.Clean(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// artefacts are the built things; TestMain made sure that they are there.
func artefacts(t *testing.T) napihost.Artefacts {
	t.Helper()
	a, err := napihost.Find()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// connected is start and Подключить.
func connected(t *testing.T, pbx vpbxtest.Config, over map[string]any) *rig.Rig {
	t.Helper()
	r := start(t, pbx)
	if _, err := r.Connect(t.Context(), over); err != nil {
		t.Fatalf("Connect: %v", err)
	}
	return r
}

// answered is an inbound call that employee 101 answers.
func answered(from string) vpbxtest.Scenario {
	return vpbxtest.Scenario{Name: "answered", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: from},
		{Do: vpbxtest.VerbIVR, Sec: 5},
		{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 5},
		{Do: vpbxtest.VerbAnswer},
		{Do: vpbxtest.VerbTalk, Sec: 30},
		{Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
	}}
}

// play plays a call to its end and returns its entry_id.
func play(t *testing.T, r *rig.Rig, s vpbxtest.Scenario) string {
	t.Helper()
	id, err := r.PBX.Play(t.Context(), s)
	if err != nil {
		t.Fatalf("Play(%s): %v", s.Name, err)
	}
	return id
}

// stepped is a PBX whose clock stands until it is stepped: a pop-up of a call
// that is over is not told when it is late, so the call waits until it was.
var stepped = vpbxtest.Config{Stepped: true}

const (
	untilRinging = 8 * time.Second // of answered: the menu has ended, nobody has answered
	untilOver    = 2 * time.Minute
)

// begin begins a call and has the time pass until it rings.
func begin(t *testing.T, pbx *vpbxtest.PBX, s vpbxtest.Scenario) (entry string) {
	t.Helper()
	entry, err := pbx.Begin(t.Context(), s)
	if err != nil {
		t.Fatalf("Begin(%s): %v", s.Name, err)
	}
	step(t, pbx, untilRinging)
	return entry
}

func step(t *testing.T, pbx *vpbxtest.PBX, d time.Duration) {
	t.Helper()
	if err := pbx.Step(t.Context(), d); err != nil {
		t.Fatalf("Step(%v): %v", d, err)
	}
}

// next returns the events of one object until match accepts one, that one
// included.
func next(t *testing.T, r *rig.Rig, object int, match func(rig.Data) bool) []rig.Data {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	var seen []rig.Data
	for {
		e, err := r.Host.Await(ctx, func(e napihost.Event) bool { return e.Object == object })
		if err != nil {
			t.Fatalf("events of object %d so far %v: %v", object, kinds(seen), err)
		}
		seen = append(seen, rig.Decode(e))
		if match(seen[len(seen)-1]) {
			return seen
		}
	}
}

func is(event string) func(rig.Data) bool {
	return func(d rig.Data) bool { return d.Event == event }
}

func kinds(events []rig.Data) []string {
	list := make([]string, len(events))
	for i, e := range events {
		list[i] = e.Event
	}
	return list
}

// call calls a method and fails the test when it raises.
func call(t *testing.T, o *napihost.Object, method string, args ...any) napihost.Result {
	t.Helper()
	r, err := o.Call(t.Context(), method, args...)
	if err != nil {
		t.Fatalf("Call(%s, %v): %v", method, args, err)
	}
	return r
}

// failure is the out-parameter Ошибка.
type failure struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
	Field  string `json:"field"`
}

// failed decodes the last argument of a call, which must hold an error.
func failed(t *testing.T, r napihost.Result) failure {
	t.Helper()
	var f failure
	if err := r.Args[len(r.Args)-1].JSON(&f); err != nil {
		t.Fatalf("the out-parameter Ошибка is %v: %v", r.Args[len(r.Args)-1], err)
	}
	return f
}

func diagnostics(t *testing.T, r *rig.Rig) rig.Diagnostics {
	t.Helper()
	d, err := r.Diagnostics(t.Context())
	if err != nil {
		t.Fatalf("Диагностика: %v", err)
	}
	return d
}

// noSecrets fails when text holds the salt.
func noSecrets(t *testing.T, r *rig.Rig, where, text string) {
	t.Helper()
	if strings.Contains(text, r.Salt()) {
		t.Errorf("%s holds the salt", where)
	}
}
