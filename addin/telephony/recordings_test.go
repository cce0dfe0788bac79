package telephony_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// recorded plays a call of 101 that is recorded, and gives its recording.
func recorded(t *testing.T, p *pbx, h *fakeHost) (id string) {
	t.Helper()
	if _, err := p.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 3).Answer().Talk(60)); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	eventually(t, "ЗаписьГотова and ИтогЗвонка", func() bool {
		names := h.names()
		return slices.Contains(names, "ЗаписьГотова") && slices.Contains(names, "ИтогЗвонка")
	})
	for _, e := range h.events() {
		if e.name == "ЗаписьГотова" {
			id = decodeMap(t, e.data)["recording_id"].(string)
		}
	}
	return id
}

func isSound(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) < 1000 || !strings.HasPrefix(string(raw), "ID3") && raw[0] != 0xff {
		t.Errorf("%s = %d bytes, %v, want a sound", path, len(raw), err)
	}
}

// Not parallel: the program that opens recordings is found by PATH.
func TestRecordings(t *testing.T) {
	bin, heard := t.TempDir(), filepath.Join(t.TempDir(), "heard")
	script := "#!/bin/sh\nprintf %s \"$1\" >'" + heard + ".part' && mv '" + heard + ".part' '" + heard + "'\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("TMPDIR", t.TempDir())
	p := newPBXWith(t, vpbxtest.Config{NoRateLimits: true, Style: vpbxtest.Style{Recording: true}})
	h := newHost()
	o := p.register(h)
	id := recorded(t, p, h)

	resp, err := http.Get(o.must("СсылкаНаЗапись", id).Str())
	if err != nil {
		t.Fatalf("GET of СсылкаНаЗапись = %v", err)
	}
	resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "audio/") {
		t.Errorf("GET of СсылкаНаЗапись = %d, %s, want a sound", resp.StatusCode, kind)
	}

	dir := filepath.Join(t.TempDir(), "Записи разговоров")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	name := recording.FileName(id, ".mp3")
	for _, row := range []struct{ path, want string }{
		{filepath.Join(dir, "Звонок.mp3"), filepath.Join(dir, "Звонок.mp3")},
		{dir, filepath.Join(dir, name)},
		{"", filepath.Join(os.TempDir(), "MangoOfficeSDK", name)},
	} {
		m := h.outcome(t, o.must("СкачатьЗапись", id, row.path).Str())
		if m["ok"] != true || m["path"] != row.want || m["kind"] != "DownloadRecording" {
			t.Errorf("РезультатОперации = %v, want %s", m, row.want)
		}
		isSound(t, row.want)
		told := slices.ContainsFunc(h.events(), func(e event) bool {
			p := decodeMap(t, e.data)
			return e.name == "ХодОперации" && p["operation_id"] == m["operation_id"] && p["done"] != 0.0 && p["total"] != 0.0
		})
		if !told {
			t.Errorf("no ХодОперации of %v tells how much of the recording is there", m["operation_id"])
		}
	}
	if got := left(t, dir); len(got) != 2 {
		t.Errorf("the folder holds %q, want two files", got)
	}

	m := h.outcome(t, o.must("ПрослушатьЗапись", id).Str())
	if m["ok"] != true {
		t.Errorf("РезультатОперации of ПрослушатьЗапись = %v", m)
	}
	eventually(t, "the player is called", func() bool { _, err := os.Stat(heard); return err == nil })
	if got, _ := os.ReadFile(heard); string(got) != m["path"] {
		t.Errorf("the player was given %q, want %q", got, m["path"])
	}

	t.Setenv("PATH", t.TempDir())
	m = h.outcome(t, o.must("ПрослушатьЗапись", id).Str())
	if m["ok"] != false || m["code"] != string(text.PlayerUnavailable) {
		t.Errorf("РезультатОперации without a player = %v, want player_unavailable", m)
	}
}

func TestRecordingsBadInput(t *testing.T) {
	t.Parallel()
	p := newPBX(t)
	h := newHost()
	o := p.register(h)
	for name, row := range map[string]struct {
		method string
		args   []any
		want   text.Code
	}{
		"no id":            {"СсылкаНаЗапись", []any{""}, text.MissingField},
		"an odd action":    {"СсылкаНаЗапись", []any{"MToxOjE6MQ==", "eat"}, text.BadArgument},
		"a life too long":  {"СсылкаНаЗапись", []any{"MToxOjE6MQ==", "play", int64(31 * 86400)}, text.BadArgument},
		"no such folder":   {"СкачатьЗапись", []any{"MToxOjE6MQ==", filepath.Join(t.TempDir(), "нет", "a.mp3")}, text.FileNotWritten},
		"no id to fetch":   {"СкачатьЗапись", []any{""}, text.MissingField},
		"no id to hear it": {"ПрослушатьЗапись", []any{""}, text.MissingField},
	} {
		if code, _ := o.fails(row.method, row.args...); code != string(row.want) {
			t.Errorf("%s: %s = %s, want %s", name, row.method, code, row.want)
		}
	}
	// Well formed, and of no recording: the PBX says so, nothing is left behind.
	dir := t.TempDir()
	m := h.outcome(t, o.must("СкачатьЗапись", "MToxMDA4NjI3NzoxOjE=", filepath.Join(dir, "a.mp3")).Str())
	if m["ok"] != false || m["code"] != string(text.RecordingAbsent) {
		t.Errorf("РезультатОперации = %v, want recording_absent", m)
	}
	eventually(t, "nothing is left behind", func() bool { return len(left(t, dir)) == 0 })
}
