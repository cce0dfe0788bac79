package e2e

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/manifest"
	"mangoofficesdk/sdk/vpbxtest"
)

// examiner runs `mango-addin doctor` as a person at a desk would.
type examiner struct {
	exe, dir string   // the program, and an ExtCompT with the real library
	lib      string   // its path there
	secrets  []string // that no output may hold
}

func newExaminer(t *testing.T) *examiner {
	t.Helper()
	x := &examiner{exe: filepath.Join(t.TempDir(), "mango-addin"), dir: filepath.Join(t.TempDir(), "Иван Петров", "ExtCompT")}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", x.exe, "../../cmd/mango-addin").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	raw, err := os.ReadFile(artefacts(t).Library)
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, target := range manifest.Targets() {
		if target.GOOS == runtime.GOOS && target.GOARCH == runtime.GOARCH {
			name = target.File
		}
	}
	x.lib = filepath.Join(x.dir, name)
	x.put(t, name, raw)
	x.put(t, manifest.RegistryFile, manifest.Registry([]manifest.Entry{{Path: name, Type: "native"}}))
	return x
}

func (x *examiner) put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(x.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(x.dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run gives the codes of what is not well, as "error hub_token", with the exit
// code. Hints of what a machine without 1C, or a young PBX, always has are left out.
func (x *examiner) run(t *testing.T, args ...string) (codes []string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), x.exe, append([]string{
		"doctor", "-json", "-dir", x.dir, "-napi-host", strings.Join(artefacts(t).Host, " "),
	}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Dir(x.dir)) // where the library's log goes
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("mango-addin doctor: %v", err)
	}
	for _, secret := range x.secrets {
		if strings.Contains(out.String()+said.String(), secret) {
			t.Errorf("mango-addin doctor %q tells a secret:\n%s%s", args, out.String(), said.String())
		}
	}
	var report struct {
		Findings []struct{ Group, Code, Severity, Text, Remedy string }
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("mango-addin doctor %q: %v\n%s%s", args, err, out.String(), said.String())
	}
	usual := []string{"platform_absent", "safe_mode", "security_profile", "dangerous_actions", "synchronous_calls", "never_notified", "store_memory"}
	for _, f := range report.Findings {
		if f.Severity != "ok" && !slices.Contains(usual, f.Code) {
			codes = append(codes, f.Severity+" "+f.Code)
		}
		if f.Text == "" || f.Group == "" || f.Remedy == "" && (f.Severity == "error" || f.Severity == "warning") {
			t.Errorf("mango-addin doctor %q: finding %+v lacks words", args, f)
		}
	}
	return codes, cmd.ProcessState.ExitCode()
}

// expect runs and compares; the exit code is 1 when there is an error.
func (x *examiner) expect(t *testing.T, name string, want []string, args ...string) {
	t.Helper()
	got, code := x.run(t, args...)
	wantCode := 0
	if strings.Contains(strings.Join(want, " "), "error ") {
		wantCode = 1
	}
	if !slices.Equal(got, want) || code != wantCode {
		t.Errorf("%s: mango-addin doctor %q = %q, exit code %d; want %q, %d", name, args, got, code, want, wantCode)
	}
}

// What lies in ExtCompT, with the real library.
func TestDoctorFolder(t *testing.T) {
	t.Parallel()
	x := newExaminer(t)
	name := filepath.Base(x.lib)
	raw, err := os.ReadFile(x.lib)
	if err != nil {
		t.Fatal(err)
	}
	registry := manifest.Registry([]manifest.Entry{{Path: name, Type: "native"}})
	x.expect(t, "all is well", nil)
	x.put(t, manifest.RegistryFile, []byte("<registry><torn"))
	x.expect(t, "torn registry.xml", []string{"error registry"})
	x.put(t, manifest.RegistryFile, registry)
	foreign := bytes.Clone(raw)
	foreign[18], foreign[19] = 183, 0 // the machine in the header of an ELF file: ARM64
	if runtime.GOARCH == "arm64" {
		foreign[18] = 62
	}
	x.put(t, name, foreign)
	x.expect(t, "library of another processor", []string{"error library_fails"})
	x.put(t, name, raw[:len(raw)/2])
	x.expect(t, "half a library", []string{"error library_fails"})
	if err := os.Remove(x.lib); err != nil {
		t.Fatal(err)
	}
	x.expect(t, "missing file", []string{"error not_installed", "error library_missing"})
}

// A hub and a desk whose 1C is not there: what the doctor of that desk says.
func TestDoctorHub(t *testing.T) {
	t.Parallel()
	x := newExaminer(t)
	h := startHub(t, vpbxtest.Config{Faults: vpbxtest.Faults{ClockSkew: 7200}})
	x.secrets = []string{h.Token, "no-such-token"}
	// A record that waits for whoever comes first.
	if _, err := h.PBX.Play(t.Context(), answered(client)); err != nil {
		t.Fatal(err)
	}
	url := "ws://" + h.Addr
	as := func(extension, token string) []string {
		return []string{"-hub", url, "-token", token, "-extension", extension}
	}
	skew := "warning clock_skew"
	x.expect(t, "the PBX's clock is two hours ahead", []string{skew}, as(own, h.Token)...)
	x.expect(t, "no such extension", []string{"error extension_unknown", skew}, as("999", h.Token)...)
	x.expect(t, "wrong token", []string{"error hub_token"}, as(own, "no-such-token")...)
	if codes, _ := x.run(t, append(as(own, h.Token), "-hub", "http://"+h.Addr+"/no/such/path")...); !slices.Contains(codes, "error websocket") {
		t.Errorf("wrong path: %q, want error websocket", codes)
	}
	if err := h.PBX.SetFaults(vpbxtest.Faults{}); err != nil {
		t.Fatal(err)
	}
	d := desk(t, h, own)
	if e := awaited(t, d, "CallSummary", is("CallSummary")); e.Attempt != 1 {
		t.Errorf("the record after the doctor has attempt %d, want 1: it was taken meanwhile", e.Attempt)
	}
	// A wrong request: the PBX answers 3xxx, and doubtful ones wait.
	res := call(t, d.Object, "ВыполнитьЗапрос", "ab/contact", `{"contact_id":987654321}`, 10000, "")
	if h.PBX.Stats().Wrong == 0 {
		t.Fatalf("the PBX counted no wrong request: %v", res)
	}
	if codes, _ := x.run(t, as(own, h.Token)...); !slices.Contains(codes, "warning requests_held") && !slices.Contains(codes, "error api_paused") {
		t.Errorf("closed guard: %q, want requests_held or api_paused", codes)
	}
	h.Kill()
	x.expect(t, "no hub", []string{"error tcp_refused", "error hub_unreachable"}, as(own, h.Token)...)
}

// Mode direct, from the file that holds what Подключить gets.
func TestDoctorDirect(t *testing.T) {
	t.Parallel()
	x := newExaminer(t)
	r := start(t, vpbxtest.Config{NoRateLimits: true})
	const salt = "no-such-salt"
	x.secrets = []string{r.Salt(), salt}
	file := filepath.Join(t.TempDir(), "params.json")
	with := func(over map[string]any) []string {
		if err := os.WriteFile(file, []byte("\ufeff"+r.Params(over)), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"-connect", file}
	}
	x.expect(t, "all is well", nil, with(nil)...)
	x.expect(t, "wrong salt", []string{"error key_refused"}, with(map[string]any{"vpbx_api_salt": salt})...)
	x.expect(t, "no PBX", []string{"error tcp_refused", "error pbx_unreachable"}, with(map[string]any{"api_url": "http://127.0.0.1:9/vpbx/"})...)
	x.expect(t, "no salt", []string{"error missing_field"}, with(map[string]any{"vpbx_api_salt": nil})...)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	x.expect(t, "the port is taken", []string{"error port_taken"}, with(map[string]any{"listen": map[string]any{"address": taken.Addr().String()}})...)
	if _, err := r.Connect(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	x.expect(t, "1C runs beside", []string{"error already_running"}, with(nil)...)
	if d := diagnostics(t, r); d.State != 3 {
		t.Errorf("the 1C that runs beside is in state %d, want 3", d.State)
	}
}
