// Package archivetest is what every archive of recordings has to pass.
package archivetest

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
)

// day0 is when the calls of the suite began, late in the evening of Moscow.
var day0 = time.Date(2026, 11, 26, 22, 30, 0, 0, time.UTC)

func key(id string, day int) recording.Key {
	return recording.Key{ID: id, Time: day0.AddDate(0, 0, day)}
}

// Run holds an archive, made anew and empty for each test, against the suite.
func Run(t *testing.T, open func(t *testing.T) recording.Archive) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, recording.Archive){
		"a copy is read back":                          readBack,
		"what has no copy is missing":                  missing,
		"what is not there is absent":                  absent,
		"a second copy takes the place of the first":   twice,
		"a copy that breaks off leaves nothing":        broken,
		"old days go, and only they":                   retain,
		"odd ids have names of their own":              oddIDs,
		"a call is found whatever zone its time is of": zones,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Put keeps a copy of sound.
func Put(t *testing.T, a recording.Archive, k recording.Key, sound, ext string) {
	t.Helper()
	if err := a.Put(t.Context(), k, recording.Audio{Bytes: int64(len(sound)), Ext: ext}, temp(t, sound)); err != nil {
		t.Fatalf("Put(%v) = %v", k, err)
	}
}

func temp(t *testing.T, sound string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound")
	if err := os.WriteFile(path, []byte(sound), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	_, _ = f.Seek(0, io.SeekEnd) // where a download leaves it
	return f
}

// Want sees that the copy of k is sound; ext "" = there is none.
func Want(t *testing.T, a recording.Archive, k recording.Key, sound, ext string) {
	t.Helper()
	r, gotExt, err := a.Open(t.Context(), k)
	if ext == "" {
		if !errors.Is(err, text.New(text.RecordingAbsent)) {
			t.Errorf("Open(%v) = %q, %v, want recording_absent", k, gotExt, err)
		}
		return
	}
	if err != nil {
		t.Errorf("Open(%v) = %v", k, err)
		return
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || string(got) != sound || gotExt != ext {
		t.Errorf("Open(%v) = %q as %s, %v, want %q as %s", k, got, gotExt, err, sound, ext)
	}
	if _, err := r.Seek(3, io.SeekStart); err != nil {
		t.Errorf("Seek(3) = %v", err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != sound[3:] {
		t.Errorf("after Seek(3) %q was read, %v, want %q", got, err, sound[3:])
	}
	if where, err := a.Where(t.Context(), k); err != nil || !strings.Contains(where, recording.FileName(k.ID, ext)) {
		t.Errorf("Where(%v) = %q, %v, want a place of %s", k, where, err, recording.FileName(k.ID, ext))
	}
}

func readBack(t *testing.T, a recording.Archive) {
	Put(t, a, key("one", 0), "ID3 one", ".mp3")
	Put(t, a, key("two", 0), "RIFF two", ".wav")
	Put(t, a, key("three", 0), "OggS three", ".ogg")
	Want(t, a, key("one", 0), "ID3 one", ".mp3")
	Want(t, a, key("two", 0), "RIFF two", ".wav")
	Want(t, a, key("three", 0), "OggS three", ".ogg")
}

func missing(t *testing.T, a recording.Archive) {
	Put(t, a, key("one", 0), "ID3 one", ".mp3")
	Put(t, a, key("two", 1), "RIFF two", ".wav")
	asked := []recording.Key{key("one", 0), key("one", 1), key("two", 1), key("three", 0)}
	got, err := a.Missing(t.Context(), asked)
	if want := []recording.Key{asked[1], asked[3]}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Missing() = %v, %v, want %v", got, err, want)
	}
	if got, err := a.Missing(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("Missing(nil) = %v, %v", got, err)
	}
}

func absent(t *testing.T, a recording.Archive) {
	Want(t, a, key("one", 0), "", "")
	if where, err := a.Where(t.Context(), key("one", 0)); !errors.Is(err, text.New(text.RecordingAbsent)) {
		t.Errorf("Where() = %q, %v, want recording_absent", where, err)
	}
}

func twice(t *testing.T, a recording.Archive) {
	Put(t, a, key("one", 0), "ID3 first and long", ".mp3")
	Put(t, a, key("one", 0), "ID3 second", ".mp3")
	Want(t, a, key("one", 0), "ID3 second", ".mp3")
}

func broken(t *testing.T, a recording.Archive) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := a.Put(ctx, key("one", 0), recording.Audio{Bytes: 7, Ext: ".mp3"}, temp(t, "ID3 one"))
	if !errors.Is(err, text.New(text.ArchiveFailed)) {
		t.Errorf("Put() with a cancelled context = %v, want archive_failed", err)
	}
	Want(t, a, key("one", 0), "", "")
}

func retain(t *testing.T, a recording.Archive) {
	for day := range 5 {
		Put(t, a, key("a", day), "ID3 a", ".mp3")
		Put(t, a, key("b", day), "OggS b", ".ogg")
	}
	n, err := a.Retain(t.Context(), key("", 2).Time)
	if err != nil || n != 4 {
		t.Errorf("Retain() = %d, %v, want 4", n, err)
	}
	for day := range 5 {
		ext := ".mp3"
		if day < 2 {
			ext = ""
		}
		Want(t, a, key("a", day), "ID3 a", ext)
	}
	if n, err := a.Retain(t.Context(), key("", 2).Time); err != nil || n != 0 {
		t.Errorf("Retain() a second time = %d, %v, want 0", n, err)
	}
}

func oddIDs(t *testing.T, a recording.Archive) {
	ids := []string{"YWJj", "ywjj", "../x", "a/b", `a\b`, "a?b=c&d#e", "%2e%2e", "con", " ", "Имя", strings.Repeat("x", 128)}
	for _, id := range ids {
		Put(t, a, key(id, 0), "ID3 "+id, ".mp3")
	}
	for _, id := range ids {
		Want(t, a, key(id, 0), "ID3 "+id, ".mp3")
	}
}

func zones(t *testing.T, a recording.Archive) {
	k := key("one", 0)
	Put(t, a, k, "ID3 one", ".mp3")
	k.Time = k.Time.In(time.FixedZone("", 10*3600)) // another day there
	Want(t, a, k, "ID3 one", ".mp3")
}
