package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

// console runs `mango-addin host` on a script and returns what it printed.
func console(t *testing.T, exe, script string, flags ...string) (out string, code int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.script")
	if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, append(append([]string{"host"}, flags...), path)...)
	raw, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatalf("mango-addin: %v", err)
	}
	return string(raw), cmd.ProcessState.ExitCode()
}

func TestConsole(t *testing.T) {
	t.Parallel()
	exe := filepath.Join(t.TempDir(), "mango-addin")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", exe, "../../cmd/mango-addin").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	// The PBX of this rig; its object plays no part.
	r := start(t, vpbxtest.Config{Behaviour: vpbxtest.Behaviour{TalkFor: 1}})
	listen := freeAddress(t)
	if err := r.PBX.SetTarget("http://" + listen); err != nil {
		t.Fatal(err)
	}
	params := r.Params(map[string]any{"listen": map[string]any{"address": listen}})

	out, code := console(t, exe, `
// what a person would type
Об.Подключить(${PARAMS}, 10000)
проверить Истина
ждать СостояниеСвязи 10s
ош = ""
ид = Об.ИнициироватьЗвонок("8 (916) 123-45-67", , ош);
ждать CommandResult 10s
содержит "1000"
Состояние
проверить 3
ЯзыкСобытий = "en"
! ПолучитьСобытия("сто")
содержит "Максимум"
методы
статистика
`, append(consoleFlags(t), "-set", "PARAMS="+params)...)
	if code != 0 {
		t.Fatalf("the script ended with %d:\n%s", code, out)
	}
	for _, want := range []string{"СостояниеСвязи", "РезультатКоманды", "ИнициироватьЗвонок(Номер, Параметры", "нарушений 0", "исключение:"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output has no %q:\n%s", want, out)
		}
	}

	for name, c := range map[string]struct{ script, want string }{
		"a check":       {"Состояние\nпроверить 3\n", "test.script:2"},
		"an exception":  {"Подключить(5)\n", "Подключить"},
		"no exception":  {"! Состояние\n", "test.script:1"},
		"no event":      {"ждать ВходящийЗвонок 50ms\n", "ВходящийЗвонок"},
		"an open line":  {"Подключить({\"a\":\n", "not complete"},
		"unknown name":  {"Спеть()\n", "Спеть"},
		"missing value": {"Подключить(${NOT_SET})\n", "NOT_SET"},
	} {
		out, code := console(t, exe, c.script, consoleFlags(t)...)
		if code != 1 || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit code %d, output %q; want 1 and %q in it", name, code, out, c.want)
		}
	}
}

// freeAddress is a port that was free a moment ago: the console does not tell
// which one it got.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// consoleFlags tell the built program, which lies in a folder of its own,
// where this checkout's artefacts are.
func consoleFlags(t *testing.T) []string {
	t.Helper()
	a := artefacts(t)
	return []string{"-napi-host", strings.Join(a.Host, " "), "-lib", a.Library, "-color", "never"}
}

// A host that is killed in the middle of a call leaves nothing that keeps the
// next one from connecting.
func TestKilledHostFreesKeyAndPort(t *testing.T) {
	t.Parallel()
	r := connected(t, vpbxtest.Config{}, nil)
	r2 := start(t, vpbxtest.Config{})
	params := r.Params(map[string]any{"listen": map[string]any{"address": "127.0.0.1:0"}})
	if res := call(t, r2.Object, "Подключить", params, 0, ""); res.Bool() || failed(t, res).Code != "already_running" {
		t.Errorf("a second process with the same key: %v %v", res, res.Args)
	}
	r.Host.Kill()
	deadline := time.Now().Add(soon)
	for !call(t, r2.Object, "Подключить", params, 0, "").Bool() {
		if time.Now().After(deadline) {
			t.Fatal("the key stays locked after its process was killed")
		}
		time.Sleep(20 * time.Millisecond)
	}
}
