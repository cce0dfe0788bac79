package bolt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mangoofficesdk/sdk/filelock"
	"mangoofficesdk/sdk/text"
)

// Holder is who has, or had, a store open.
type Holder struct {
	PID     int       `json:"pid"`
	Program string    `json:"program"`
	Since   time.Time `json:"since"`
}

// String names the holder for a person.
func (h Holder) String() string {
	if h.PID == 0 {
		return "unknown process"
	}
	return fmt.Sprintf("process %d (%s) since %s", h.PID, h.Program, h.Since.Format(time.RFC3339))
}

// lock is the open lock file of a folder. The system frees it when the process
// ends, however it ends; the name in it goes when the store was closed well.
type lock struct{ f *os.File }

// takeLock locks the folder and writes our name. before is who left without
// closing; nil: nobody did.
func takeLock(path string, now time.Time) (l *lock, before *Holder, err error) {
	// Never removed: two processes could then lock two files of one name.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := filelock.Try(f); err != nil {
		defer f.Close()
		if !errors.Is(err, filelock.ErrHeld) {
			return nil, nil, fmt.Errorf("lock %s: %w", path, err)
		}
		holder := Holder{}
		if h := readHolder(f); h != nil {
			holder = *h
		}
		return nil, nil, text.New(text.AlreadyRunning).WithDetail(holder.String())
	}
	l = &lock{f}
	before = readHolder(f)
	program, _ := os.Executable() // nameless is no reason to refuse
	raw, err := json.Marshal(Holder{PID: os.Getpid(), Program: programName(program), Since: now.UTC().Truncate(time.Second)})
	if err == nil {
		err = l.write(raw)
	}
	if err != nil {
		l.release()
		return nil, nil, fmt.Errorf("write %s: %w", path, err)
	}
	return l, before, nil
}

func programName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".exe") }

// readHolder gives the name in the file; nil when it is empty.
func readHolder(f *os.File) *Holder {
	raw, err := io.ReadAll(io.NewSectionReader(f, 0, 4096))
	if err == nil && len(raw) == 0 {
		return nil
	}
	var h Holder
	if json.Unmarshal(raw, &h) != nil {
		h = Holder{} // somebody was there, that much is known
	}
	return &h
}

// write replaces the content. It is synced: after a power failure too the next
// one must see that nobody closed the store.
func (l *lock) write(raw []byte) error {
	if err := l.f.Truncate(0); err != nil {
		return err
	}
	if _, err := l.f.WriteAt(raw, 0); err != nil {
		return err
	}
	return l.f.Sync()
}

// clear takes our name out: the store was closed well.
func (l *lock) clear() error { return l.write(nil) }

// release gives the lock back.
func (l *lock) release() {
	filelock.Release(l.f)
	_ = l.f.Close() // nothing is left to save
}
