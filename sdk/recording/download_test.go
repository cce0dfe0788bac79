package recording_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const id = "MToxMDAwNjA4NTo1MDA5NDExMDIyOjE="

// step is what one request comes to.
type step struct {
	ask   error // of the address
	write string
	fetch error
}

// script is a PBX that does one step after the other; addresses are used once.
type script struct {
	steps []step
	asked int
}

func (s *script) Recording(context.Context, vpbx.RecordingRequest) (string, error) {
	s.asked++
	return "https://files.example.test/" + string(rune('a'+s.asked)), s.steps[s.asked-1].ask
}

func (s *script) Fetch(_ context.Context, _ string, w io.Writer, told func(done, total int64)) (vpbx.File, error) {
	step := s.steps[s.asked-1]
	n, err := io.WriteString(w, step.write)
	if err != nil {
		return vpbx.File{}, err
	}
	told(int64(n), -1)
	return vpbx.File{Bytes: int64(n)}, step.fetch
}

func trouble(kind vpbx.Kind, result int, after time.Duration) error {
	return &vpbx.Error{Op: "queries/recording/post", Kind: kind, Result: result, RetryAfter: after}
}

// R59: a recording is there whole or not at all; what may come right is tried
// again, with an address asked for anew.
func TestDownload(t *testing.T) {
	t.Parallel()
	const sound = "ID3 the conversation"
	broken := step{write: "ID3 the con", fetch: trouble(vpbx.KindUnreachable, 0, 0)}
	good := step{write: sound}
	for name, row := range map[string]struct {
		steps []step
		want  string
		code  text.Code
		asked int
		took  time.Duration
	}{
		"at once":                      {[]step{good}, sound, "", 1, 0},
		"a line that breaks":           {[]step{broken, good}, sound, "", 2, time.Second},
		"breaks and breaks":            {[]step{broken, broken, broken, broken}, "", text.Unreachable, 4, 7 * time.Second},
		"the API is out of reach":      {[]step{{ask: trouble(vpbx.KindUnreachable, 0, 0)}, good}, sound, "", 2, time.Second},
		"busy, says when":              {[]step{{ask: trouble(vpbx.KindRateLimited, 0, 5*time.Second)}, good}, sound, "", 2, 5 * time.Second},
		"busy for hours":               {[]step{{ask: trouble(vpbx.KindRateLimited, 0, time.Hour)}, good}, sound, "", 2, time.Minute},
		"not there, 404":               {[]step{{ask: trouble(vpbx.KindAbsent, 0, 0)}}, "", text.RecordingAbsent, 1, 0},
		"not there, by code":           {[]step{{ask: trouble(vpbx.KindRefused, 3320, 0)}}, "", text.RecordingAbsent, 1, 0},
		"refused":                      {[]step{{ask: trouble(vpbx.KindRefused, 3300, 0)}}, "", text.PBXError, 1, 0},
		"a wrong key":                  {[]step{{ask: trouble(vpbx.KindAuth, 0, 0)}}, "", text.KeyRefused, 1, 0},
		"the address was used up":      {[]step{{fetch: trouble(vpbx.KindAbsent, 0, 0)}, good}, sound, "", 2, time.Second},
		"a page instead of sound":      {[]step{{write: "<html>"}, good}, sound, "", 2, time.Second},
		"pages only":                   {[]step{{write: "<html>"}, {write: "{}"}, {}, {write: "<"}}, "", text.BadAnswer, 4, 7 * time.Second},
		"a disk without room":          {[]step{{write: "ID3", fetch: errors.New("no space left")}}, "", text.FileNotWritten, 1, 0},
		"a shorter file after a break": {[]step{{write: sound + sound, fetch: trouble(vpbx.KindTimeout, 0, 0)}, good}, sound, "", 2, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := file(t)
				src := &script{steps: row.steps}
				began := time.Now()
				a, err := recording.Download(t.Context(), src, id, f, func(int64, int64) {})
				if took := time.Since(began); took != row.took || src.asked != row.asked {
					t.Errorf("Download() asked %d times in %v, want %d in %v", src.asked, took, row.asked, row.took)
				}
				var code text.Code
				if err != nil {
					code = text.From(err).Code
				}
				got, _ := os.ReadFile(f.Name())
				if code != row.code || string(got) != row.want || a.Bytes != int64(len(row.want)) {
					t.Errorf("Download() = %+v, %v with %q in the file, want %q with %q", a, err, got, row.code, row.want)
				}
			})
		})
	}
}

func file(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "sound"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Whoever gives up between two tries is let go at once.
func TestDownloadIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		src := &script{steps: []step{{ask: trouble(vpbx.KindUnreachable, 0, 0)}}}
		began := time.Now()
		_, err := recording.Download(ctx, src, id, file(t), func(int64, int64) {})
		if took := time.Since(began); err == nil || took != 100*time.Millisecond || src.asked != 1 {
			t.Errorf("Download() = %v after %v and %d requests, want an error after 100ms and 1", err, took, src.asked)
		}
	})
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		"ID3\x04":                      ".mp3",
		"\xff\xfb\x90\x00":             ".mp3",
		"\xff\xf3":                     ".mp3",
		"RIFF\x00\x00\x00\x00WAVEfmt ": ".wav",
		"OggS\x00":                     ".ogg",
	} {
		a, err := recording.Download(t.Context(), &script{steps: []step{{write: head}}}, id, file(t), func(int64, int64) {})
		if err != nil || a.Ext != want {
			t.Errorf("Download() of %q = %+v, %v, want %s", head, a, err, want)
		}
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		id:                                "1-10006085-5009411022-1.mp3",
		"MToxMDAwNjA4NTo1MDA5NDExMDIyOjE": "1-10006085-5009411022-1.mp3", // as some clients cut it
		"r100:777:500:256":                "rd07acf1550abdf642f224a10adce3f27.mp3",
		"":                                "re3b0c44298fc1c149afbf4c8996fb924.mp3",
		"../../etc/passwd":                "",
		"Li4vLi4vZXRj":                    "",
	} {
		got := recording.FileName(id, ".mp3")
		if filepath.Base(got) != got || want != "" && got != want {
			t.Errorf("FileName(%q) = %q, want %q", id, got, want)
		}
	}
	if a, b := recording.FileName("YWJj", ""), recording.FileName("ywjj", ""); a == b {
		t.Errorf("ids that differ by case have one name, %s", a)
	}
}

func TestEntryOf(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		id:                                 "NTAwOTQxMTAyMg==", // as the document prints both
		"MToxMDAwODYyNzoyMDAwMDAwMDAwMTox": "MjAwMDAwMDAwMDE=",
		"r100:777:500:256":                 "",
		"":                                 "",
		"MTo6OjE=":                         "", // 1:::1
	} {
		if got, ok := recording.EntryOf(id); got != want || ok != (want != "") {
			t.Errorf("EntryOf(%q) = %q, %v, want %q", id, got, ok, want)
		}
	}
}
