package token

import (
	"errors"
	"os"
	"time"

	"mangoofficesdk/sdk/filelock"
)

const (
	// patience is how long a change waits for one of another program: a change
	// takes milliseconds.
	patience = 10 * time.Second
	pause    = 5 * time.Millisecond
)

// LockFile is the file whose lock keeps those who change the tokens of path
// apart. It is not the file of the tokens, for that is replaced.
func LockFile(path string) string { return path + ".lock" }

// alone waits until nobody else changes the file. Who only looks never waits.
func (s *Set) alone() (unlock func(), err error) {
	f, err := os.OpenFile(LockFile(s.path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(patience); ; time.Sleep(pause) {
		if err = filelock.Try(f); !errors.Is(err, filelock.ErrHeld) {
			break
		}
		if time.Now().After(end) {
			err = ErrBusy
			break
		}
	}
	if err != nil {
		_ = f.Close() // err is what there is to tell
		return nil, err
	}
	return func() { filelock.Release(f); _ = f.Close() }, nil
}
