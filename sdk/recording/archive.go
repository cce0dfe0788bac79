package recording

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/text"
)

// Exts are the endings that a copy may have, the most likely one first.
func Exts() [3]string { return [...]string{".mp3", ".wav", ".ogg"} }

// ContentType is the media type of a copy.
func (a Audio) ContentType() string {
	switch a.Ext {
	case ".wav":
		return "audio/wav"
	case ".ogg":
		return "audio/ogg"
	}
	return "audio/mpeg"
}

// dayForm is the folder of a day; days are of UTC, so that a copy is found
// again whatever zone is set.
const dayForm = "2006/01/02"

// Key names a copy: the recording, and when its call began.
type Key struct {
	ID   string
	Time time.Time
}

// Day is the folder of the copy: the day of UTC, with slashes.
func (k Key) Day() string { return k.Time.UTC().Format(dayForm) }

// Name of the copy within an archive, with slashes.
func (k Key) Name(ext string) string { return k.Day() + "/" + FileName(k.ID, ext) }

// DayOf is the folder in the name of a copy; false: the name is of something
// else.
func DayOf(name string) (day string, ok bool) {
	if len(name) <= len(dayForm) || name[len(dayForm)] != '/' || strings.Contains(name[len(dayForm)+1:], "/") || !isCopy(name) {
		return "", false
	}
	_, err := time.Parse(dayForm, name[:len(dayForm)])
	return name[:len(dayForm)], err == nil
}

func isCopy(name string) bool {
	exts := Exts()
	return slices.Contains(exts[:], filepath.Ext(name))
}

// Archive keeps copies of recordings. Errors are *text.Error: archive_failed,
// or recording_absent of Open.
type Archive interface {
	// Missing are those of keys that have no copy.
	Missing(ctx context.Context, keys []Key) ([]Key, error)
	// Put keeps a copy, whole or not at all, in place of one that is there. f is
	// read from its beginning.
	Put(ctx context.Context, k Key, a Audio, f *os.File) error
	// Open gives the copy, which the caller closes, and its ending.
	Open(ctx context.Context, k Key) (r io.ReadSeekCloser, ext string, err error)
	// Where tells where the copy lies, for people: a path, an address.
	Where(ctx context.Context, k Key) (string, error)
	// Retain removes copies of calls that began on a day before that of t.
	Retain(ctx context.Context, t time.Time) (removed int, err error)
}

// Folder is an Archive on the disk: a folder for each year, month and day.
type Folder struct{ dir string }

// NewFolder makes the folder, for its owner alone, if it is not there.
func NewFolder(dir string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, failed(err)
	}
	return &Folder{dir}, nil
}

// FolderAt is an archive in a folder that the first copy makes.
func FolderAt(dir string) *Folder { return &Folder{dir} }

func failed(err error) error { return text.New(text.ArchiveFailed).Wrap(err) }

func (a *Folder) path(k Key, ext string) string {
	return filepath.Join(a.dir, filepath.FromSlash(k.Name(ext)))
}

// find is the path of a copy; absent: recording_absent.
func (a *Folder) find(k Key) (path, ext string, err error) {
	for _, ext := range Exts() {
		switch _, err := os.Stat(a.path(k, ext)); {
		case err == nil:
			return a.path(k, ext), ext, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", "", failed(err)
		}
	}
	return "", "", text.New(text.RecordingAbsent)
}

// Missing implements Archive.
func (a *Folder) Missing(ctx context.Context, keys []Key) (missing []Key, err error) {
	for _, k := range keys {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch _, _, err := a.find(k); {
		case errors.Is(err, text.New(text.RecordingAbsent)):
			missing = append(missing, k)
		case err != nil:
			return nil, err
		}
	}
	return missing, nil
}

// partName begins the names of copies that are being made.
const partName = ".part-"

// Put implements Archive: a copy has its name once it is whole and on the disk.
func (a *Folder) Put(ctx context.Context, k Key, audio Audio, f *os.File) error {
	path := a.path(k, audio.Ext)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failed(err)
	}
	part, err := os.CreateTemp(filepath.Dir(path), partName+"*")
	if err != nil {
		return failed(err)
	}
	defer os.Remove(part.Name())
	_, err = io.Copy(part, &interrupted{ctx, io.NewSectionReader(f, 0, audio.Bytes)})
	if err == nil {
		err = part.Sync()
	}
	if bad := part.Close(); err == nil {
		err = bad
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return failed(err)
	}
	return nil
}

// interrupted ends a copy when its context does.
type interrupted struct {
	ctx context.Context //nolint:containedctx // of the one copy
	r   io.Reader
}

func (i *interrupted) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// Open implements Archive.
func (a *Folder) Open(_ context.Context, k Key) (io.ReadSeekCloser, string, error) {
	path, ext, err := a.find(k)
	if err != nil {
		return nil, "", err
	}
	f, err := os.Open(path) //nolint:gosec // of a name that FileName made
	if err != nil {
		return nil, "", failed(err)
	}
	return f, ext, nil
}

// Where implements Archive.
func (a *Folder) Where(_ context.Context, k Key) (string, error) {
	path, _, err := a.find(k)
	return path, err
}

// Retain implements Archive. Only folders of days are looked into, so whatever
// else people keep there stays.
func (a *Folder) Retain(ctx context.Context, t time.Time) (removed int, err error) {
	first := t.UTC().Format(dayForm)
	days := []string{""}
	for range 3 { // years, months, days
		var below []string
		for _, dir := range days {
			entries, err := os.ReadDir(filepath.Join(a.dir, dir))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return 0, failed(err)
			}
			for _, e := range entries {
				if _, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() {
					below = append(below, path.Join(dir, e.Name()))
				}
			}
		}
		days = below
	}
	for _, day := range days {
		if _, err := time.Parse(dayForm, day); err != nil || day >= first {
			continue
		}
		n, err := a.removeDay(ctx, filepath.Join(a.dir, filepath.FromSlash(day)))
		if removed += n; err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func (a *Folder) removeDay(ctx context.Context, day string) (removed int, err error) {
	files, err := os.ReadDir(day)
	if err != nil {
		return 0, failed(err)
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		copied := isCopy(f.Name())
		if f.IsDir() || !copied && !strings.HasPrefix(f.Name(), partName) {
			continue
		}
		if err := os.Remove(filepath.Join(day, f.Name())); err != nil {
			return removed, failed(err)
		}
		if copied {
			removed++
		}
	}
	for range 3 { // the day, its month and year, as far as they are empty now
		if os.Remove(day) != nil {
			break
		}
		day = filepath.Dir(day)
	}
	return removed, nil
}
