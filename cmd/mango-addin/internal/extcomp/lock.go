package extcomp

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"mangoofficesdk/sdk/filelock"
)

const (
	// lockWait is how long another installation is waited for: it takes a second,
	// a minute when an antivirus reads the libraries first.
	lockWait = 2 * time.Minute
	// quietWait is how long nothing is said of waiting.
	quietWait = time.Second
)

// lock keeps two installations apart. The file stays: to remove it would let a
// third one in beside the second. In it stands who has the lock.
func (f *Folder) lock() (unlock func(), err error) {
	file, err := openLock(f.path(lockName))
	if err != nil {
		return nil, explained(err)
	}
	started, told := time.Now(), false
	for {
		switch err = filelock.Try(file); {
		case err == nil:
			sign(file, holder())
			return func() { sign(file, ""); _ = file.Close() }, nil
		case reasonOf(err) == noLocks:
			f.say("На этом диске нет блокировок файлов: не запускайте две установки сразу.")
			return func() { _ = file.Close() }, nil
		case !errors.Is(err, filelock.ErrHeld):
			_ = file.Close() // err is the one to tell
			return nil, explained(err)
		}
		waited := time.Since(started)
		if waited > lockWait {
			break
		}
		if waited > quietWait && !told {
			told = true
			f.say("Идёт другая установка в эту папку, жду: " + holderOf(file))
		}
		time.Sleep(50 * time.Millisecond)
	}
	who := holderOf(file)
	_ = file.Close() // the time is up
	return nil, fmt.Errorf("другая установка в эту папку не закончилась за две минуты: %s. Дождитесь её или завершите этот процесс и повторите", who)
}

// openLock opens the file to write, or, where it belongs to another user, to
// read: that is enough to lock it.
func openLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if errors.Is(err, fs.ErrPermission) {
		if readable, readErr := os.Open(path); readErr == nil {
			return readable, nil
		}
	}
	return file, err
}

// sign writes who has the lock; that it cannot be told hinders nobody.
func sign(file *os.File, who string) {
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt([]byte(who), 0)
	}
}

func holder() string {
	name := cmp.Or(os.Getenv("USERNAME"), os.Getenv("USER"), "?") // asking the domain may take long
	host, _ := os.Hostname()                                      // unknown is empty
	return fmt.Sprintf("процесс %d, пользователь %s, компьютер %s, с %s", os.Getpid(), name, host, time.Now().Format("02.01.2006 15:04:05"))
}

func holderOf(file *os.File) string {
	raw, _ := io.ReadAll(io.NewSectionReader(file, 0, 4096)) // one line; unknown is empty
	if who := strings.TrimSpace(string(raw)); who != "" {
		return who
	}
	return "кто её ведёт, неизвестно"
}
