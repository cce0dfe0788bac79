package telephony_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
)

// dieKey makes this test binary a 1C process that connects with the log at the
// path which the variable holds, and then dies of a fatal error of Go.
const dieKey = "TELEPHONY_TEST_DIE"

func TestMain(m *testing.M) {
	if log := os.Getenv(dieKey); log != "" {
		connectAndDie(log)
	}
	goleak.VerifyTestMain(m)
}

func connectAndDie(log string) {
	proc := telephony.NewProcess(telephony.ProcessOptions{
		Open: func(context.Context, telephony.Params) (telephony.Link, error) { return newStoreLink(), nil },
	})
	with := strings.Replace(params, `{`, `{"log":{"path":`+quote(log)+`},`, 1)
	out := proc.NewInstance(newHost()).Call(telephony.Class().FindMethod("Подключить"), []spec.Value{spec.String(with)})
	if !out.Ret.Bool() {
		panic(out.Error)
	}
	var mu sync.Mutex
	mu.Unlock() // nothing recovers this
}

// A process that the Go runtime ends leaves its last words beside the log, and
// the next one tells of them.
func TestCrashLeavesATrace(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log", "mango.log")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), dieKey+"="+log)
	if said, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(said), "unlock of unlocked mutex") {
		t.Fatalf("the process ended with %v and said %s, want a fatal error", err, said)
	}
	report, err := os.ReadFile(log + ".crash")
	if err != nil || !strings.Contains(string(report), "sync.(*Mutex).Unlock(") || !strings.Contains(string(report), "connectAndDie") {
		t.Errorf("crash report = %q, %v, want the stack", report, err)
	}

	o := newRig(t).object(newHost())
	o.must("Подключить", strings.Replace(params, `{`, `{"log":{"path":`+quote(log)+`},`, 1))
	crash := o.json("Диагностика")["crash"].(map[string]any)
	if crash["path"] != log+".crash" {
		t.Errorf("Диагностика: crash.path = %v, want %s.crash", crash["path"], log)
	}
	reports := crash["reports"].([]any)
	if len(reports) != 1 {
		t.Fatalf("Диагностика: crash.reports = %v, want one", reports)
	}
	r := reports[0].(map[string]any)
	if r["path"] != log+".crash.1" || r["bytes"] != float64(len(report)) || r["time"] == "" {
		t.Errorf("Диагностика: crash.reports = %v, want %d bytes in %s.crash.1", reports, len(report), log)
	}
	written, err := os.ReadFile(log)
	if err != nil || !strings.Contains(string(written), "crash report") {
		t.Errorf("log = %s, %v, want a word on the crash report", written, err)
	}
}

// An object that was only looked at leaves no file; a connected one without a
// fault an empty one, of which nothing is told.
func TestCrashOutputBeginsWithTheLog(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.object(newHost())
	log := filepath.Join(t.TempDir(), "mango.log")
	o.get("Версия")
	if got := o.json("Диагностика")["crash"].(map[string]any); got["path"] != "" || len(got["reports"].([]any)) != 0 {
		t.Errorf("Диагностика before there is a log: crash = %v, want none", got)
	}
	o.set("ПутьКЖурналу", log)
	if info, err := os.Stat(log + ".crash"); err != nil || info.Size() != 0 {
		t.Errorf("with a log: %v, %v, want an empty file beside it", info, err)
	}
	if got := o.json("Диагностика")["crash"].(map[string]any); got["path"] != log+".crash" || len(got["reports"].([]any)) != 0 {
		t.Errorf("Диагностика: crash = %v, want the path and no report", got)
	}
	o.set("ПутьКЖурналу", "")
	if got := o.json("Диагностика")["crash"].(map[string]any); got["path"] != "" {
		t.Errorf("Диагностика without a log: crash = %v, want no path", got)
	}

	// A place that cannot be written costs the report, not the log.
	blocked := filepath.Join(t.TempDir(), "blocked.log")
	if err := os.Mkdir(blocked+".crash", 0o700); err != nil {
		t.Fatal(err)
	}
	o.set("ПутьКЖурналу", blocked)
	if got := o.json("Диагностика")["crash"].(map[string]any); got["path"] != "" {
		t.Errorf("Диагностика where no file can be: crash = %v, want no path", got)
	}
	if _, err := os.Stat(blocked); errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the log itself: %v", err)
	}
}
