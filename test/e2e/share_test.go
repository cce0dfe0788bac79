package e2e

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

// takeOvers is how often the hosting session is killed, inRow how many calls each
// desk has meanwhile.
const (
	takeOvers = 4
	inRow     = 3
)

func startShare(t *testing.T, pbx vpbxtest.Config, candidate string) *rig.Share {
	t.Helper()
	s, err := rig.StartShare(t.Context(), pbx, candidate)
	if err != nil {
		t.Fatalf("StartShare: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close of the office without a server: %v", err)
		}
	})
	return s
}

// sharing is a desk that has been registered, by itself or by who hosts.
func sharing(t *testing.T, s *rig.Share, extension string, prefix ...string) *rig.Desk {
	t.Helper()
	d, err := s.Desk(t.Context(), extension, prefix...)
	t.Cleanup(d.Kill)
	if err != nil {
		t.Fatalf("desk %s: %v", extension, err)
	}
	awaited(t, d, "state 3", func(x rig.Data) bool { return x.Event == "ConnectionState" && x.State == 3 })
	return d
}

func position(t *testing.T, d *rig.Desk) string {
	t.Helper()
	p, err := d.Position(t.Context())
	if err != nil {
		t.Fatalf("desk %s: Диагностика: %v", d.Extension, err)
	}
	return p
}

func hosts(t *testing.T, d *rig.Desk) {
	t.Helper()
	eventually(t, "desk "+d.Extension+" that hosts and is registered", func() bool {
		res, err := d.Object.Get(t.Context(), "Подключено")
		return err == nil && res.Bool() && position(t, d) == "host"
	})
}

// Two 1C processes share one folder of data. The one that hosts is killed with
// SIGKILL in the middle of calls, again and again: the other one takes over, and
// whatever the PBX got a 200 for is told, in order within a call, under ids that
// stay. What the company has set is there all the time.
func TestShareTakeOver(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, seed))
	s := startShare(t, vpbxtest.Config{Speed: 100}, "")
	desks := []*rig.Desk{sharing(t, s, "101"), sharing(t, s, "102")}
	host, colleague := desks[0], desks[1]
	if p := position(t, host) + ", " + position(t, colleague); p != "host, colleague" {
		t.Fatalf("positions: %s; want host, colleague", p)
	}
	if res := call(t, host.Object, "УстановитьНастройки", `{"min_in_sec":7,"min_out_sec":4}`, ""); !res.Bool() {
		t.Fatalf("УстановитьНастройки = Ложь, %+v", failed(t, res))
	}
	for range takeOvers {
		var calls sync.WaitGroup
		for _, d := range desks {
			calls.Go(func() {
				for range inRow {
					playTo(t, s.PBX, d.Extension)
				}
			})
		}
		// A call takes some 200 ms: the blow falls within or between them.
		time.Sleep(time.Duration(dice.IntN(200*inRow)) * time.Millisecond)
		host.Kill()
		hosts(t, colleague)
		calls.Wait()
		playTo(t, s.PBX, colleague.Extension)
		if err := host.Start(t.Context()); err != nil {
			t.Fatalf("desk %s did not come back: %v", host.Extension, err)
		}
		awaited(t, host, "state 3", func(x rig.Data) bool { return x.Event == "ConnectionState" && x.State == 3 })
		if p := position(t, host); p != "colleague" {
			t.Fatalf("the position of desk %s that came back: %s, want colleague", host.Extension, p)
		}
		host, colleague = colleague, host
		var set struct {
			In  int `json:"min_in_sec"`
			Out int `json:"min_out_sec"`
		}
		if err := call(t, colleague.Object, "ПолучитьНастройки", "").JSON(&set); err != nil || set.In != 7 || set.Out != 4 {
			t.Errorf("settings after a take-over: %+v, %v; want 7 and 4, as the first host set them", set, err)
		}
	}
	promised := accepted(t, s.PBX)
	t.Logf("%d of %d calls have a summary that got a 200", len(promised), takeOvers*(len(desks)*inRow+1))
	if len(promised) < takeOvers {
		t.Errorf("%d calls have a summary that got a 200, want those after each take-over at least: %d", len(promised), takeOvers)
	}
	for end := time.Now().Add(soon); len(missing(promised, desks)) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("calls whose summary got a 200 and that no desk was told of: %v", missing(promised, desks))
			break
		}
	}
	checkOrder(t, desks)
}
