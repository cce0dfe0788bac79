package extcomp

import (
	"errors"
	"fmt"
	"os"
	"time"

	"mangoofficesdk/sdk/filelock"
)

// lockWait is how long another installation is waited for: it takes a second.
const lockWait = 10 * time.Second

// lock keeps two installations apart. The file stays: to remove it would let a
// third one in beside the second.
func (f *Folder) lock() (unlock func(), err error) {
	file, err := os.OpenFile(f.path(lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explained(err)
	}
	for until := time.Now().Add(lockWait); ; time.Sleep(50 * time.Millisecond) {
		err = filelock.Try(file)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, filelock.ErrHeld) || time.Now().After(until) {
			break
		}
	}
	_ = file.Close() // err is the one to tell
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("другая установка в эту папку ещё не закончилась: повторите через минуту")
	}
	return nil, err
}
