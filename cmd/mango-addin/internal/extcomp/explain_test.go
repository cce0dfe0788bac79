//go:build unix

package extcomp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestExplained(t *testing.T) {
	t.Parallel()
	for code, says := range map[syscall.Errno]string{
		syscall.EACCES: "нет прав", syscall.EPERM: "нет прав", syscall.EBUSY: "другой программой", syscall.ETXTBSY: "другой программой",
		syscall.EROFS: "только для чтения", syscall.ENOSPC: "нет места", syscall.EDQUOT: "квота", syscall.ESTALE: "сервер не отвечает",
		syscall.ETIMEDOUT: "сервер не отвечает", syscall.ENAMETOOLONG: "слишком длинный", syscall.ENOTDIR: "на месте папки",
	} {
		for path, err := range map[string]error{
			"/profile/ExtCompT/a.so": &fs.PathError{Op: "open", Path: "/profile/ExtCompT/a.so", Err: code},
			"/profile/ExtCompT/b.so": &os.LinkError{Op: "rename", Old: "/x", New: "/profile/ExtCompT/b.so", Err: code},
			"/profile/ExtCompT:":     errors.Join(nil, &fs.PathError{Op: "write", Path: "/profile/ExtCompT/.mango-addin-1.tmp", Err: code}),
		} {
			got := explained(fmt.Errorf("wrapped: %w", err))
			if !errors.Is(got, code) || !strings.HasPrefix(got.Error(), path) || !strings.Contains(got.Error(), says) {
				t.Errorf("explained(%v) = %v, want it to begin with %s and to say %q", err, got, path, says)
			}
		}
	}
	// Windows denies to replace a file that is open; it was waited for.
	aside := &os.LinkError{Op: "rename", Old: "/profile/a.dll", New: "/profile/a.dll" + oldMark + "0", Err: syscall.EACCES}
	if got := explained(heldError{aside}); !strings.HasPrefix(got.Error(), "/profile/a.dll: файл открыт другой программой") {
		t.Errorf("explained(waited in vain for %v) = %v, want the file that is held", aside, got)
	}
	other := errors.New("other")
	if got := explained(other); got != other {
		t.Errorf("explained(%v) = %v, want it as it is", other, got)
	}
}

// A file that an antivirus reads is waited for, not longer than people wait, and
// they are told once.
func TestPatiently(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		freeAfter   time.Duration
		err         error
		took        time.Duration // not much longer than this
		told        int
		wantedError bool
	}{
		{0, syscall.EBUSY, 0, 0, false},
		{500 * time.Millisecond, syscall.EBUSY, 500 * time.Millisecond, 0, false},
		{4 * time.Second, syscall.ETXTBSY, 4 * time.Second, 1, false},
		{time.Hour, syscall.EBUSY, patience, 1, true},
		{time.Hour, syscall.EACCES, 0, 0, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			told := 0
			f := &Folder{say: func(string) { told++ }}
			started := time.Now()
			err := f.patiently("/a.so", isHeld, func() error {
				if time.Since(started) < c.freeAfter {
					return &fs.PathError{Op: "open", Path: "/a.so", Err: c.err}
				}
				return nil
			})
			took := time.Since(started)
			if (err != nil) != c.wantedError || told != c.told || took < c.took || took > c.took+200*time.Millisecond {
				t.Errorf("patiently(free after %v, %v) = %v after %v, told %d times; want an error %v after %v, told %d times",
					c.freeAfter, c.err, err, took, told, c.wantedError, c.took, c.told)
			}
		})
	}
}
