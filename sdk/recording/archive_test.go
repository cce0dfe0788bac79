package recording_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/recording/archivetest"
	"mangoofficesdk/sdk/text"
)

func folder(t *testing.T) (a *recording.Folder, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "archive")
	a, err := recording.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a, dir
}

func TestFolder(t *testing.T) {
	t.Parallel()
	archivetest.Run(t, func(t *testing.T) recording.Archive {
		a, _ := folder(t)
		return a
	})
}

// People keep other things beside the copies; those are not ours to remove.
func TestFolderLeavesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	a, dir := folder(t)
	k := recording.Key{ID: "one", Time: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)}
	archivetest.Put(t, a, k, "ID3 one", ".mp3")
	day := filepath.Join(dir, "2025", "01", "02")
	for path, size := range map[string]int{
		filepath.Join(day, "note.txt"): 1, filepath.Join(dir, "2024.mp3"): 1, filepath.Join(day, ".part-123"): 1,
	} {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := a.Retain(t.Context(), k.Time.AddDate(1, 0, 0)); err != nil || n != 1 {
		t.Errorf("Retain() = %d, %v, want 1", n, err)
	}
	for path, stays := range map[string]bool{
		filepath.Join(day, "note.txt"): true, filepath.Join(dir, "2024.mp3"): true, filepath.Join(day, ".part-123"): false,
	} {
		if _, err := os.Stat(path); (err == nil) != stays {
			t.Errorf("%s: %v, want it there: %v", path, err, stays)
		}
	}
	if err := os.Remove(filepath.Join(day, "note.txt")); err != nil {
		t.Fatal(err)
	}
	if n, err := a.Retain(t.Context(), k.Time.AddDate(1, 0, 0)); err != nil || n != 0 {
		t.Errorf("Retain() = %d, %v, want 0", n, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "2025")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the empty folders stay: %v", err)
	}
}

func TestFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := recording.NewFolder(filepath.Join(file, "archive")); !errors.Is(err, text.New(text.ArchiveFailed)) {
		t.Errorf("NewFolder(below a file) = %v, want archive_failed", err)
	}
}
