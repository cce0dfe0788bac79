package telephony

import (
	"os"
	"path/filepath"
	"sync"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/text"
)

// Bounds of the log: two files (the current one and its predecessor), and what
// is kept in memory until a file is opened, so that a component which was only
// probed leaves no trace on the disk.
const (
	logFileBytes  = 8 << 20
	logOldFiles   = 1
	logEarlyLines = 200
)

// Log is the one log of the process, with the file for the last words of the
// Go runtime beside it. It is safe for concurrent use.
type Log struct {
	*logfile.Log
	moving sync.Mutex // one SetPath at a time
	mu     sync.Mutex
	crash  string // where a dying Go runtime writes; "" = nowhere
}

func newLog() *Log {
	l, err := logfile.New("", logfile.DefaultLevel, logfile.Options{MaxSize: logFileBytes, Keep: logOldFiles, Early: logEarlyLines})
	if err != nil {
		panic(err) // there is no path yet that could fail
	}
	return &Log{Log: l}
}

// Logger gives a logger that writes here.
func (l *Log) Logger() zerolog.Logger { return l.Log.Logger().With().Int("pid", os.Getpid()).Logger() }

// crashSuffix names the file of crash reports after the log.
const crashSuffix = ".crash"

// SetPath opens another file; "" stops writing. That a crash report cannot be
// written is not worth a refusal.
func (l *Log) SetPath(path string) error {
	l.moving.Lock()
	defer l.moving.Unlock()
	same := path == l.Path()
	if err := l.Log.SetPath(path); err != nil || same {
		return err
	}
	crash := path
	if path != "" {
		crash += crashSuffix
	}
	found, err := logfile.CrashOutput(crash)
	log := l.Logger()
	if err != nil {
		log.Warn().Err(err).Msg("no crash report could be written")
		crash = ""
	}
	if found {
		log.Warn().Str("path", crash).Msg("an earlier process was ended by the Go runtime: see its crash report")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.crash = crash
	return nil
}

// ofProperty makes of an error that names a field of Connect's JSON the one of a
// property, which is a value alone.
func ofProperty(err error) error {
	if err == nil {
		return nil
	}
	return text.New(text.BadArgument).WithDetail(text.From(err).Detail).Wrap(err)
}

// Crash is where a dying Go runtime writes; "" = nowhere.
func (l *Log) Crash() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.crash
}

// defaultLogPath is used when Connect names no file: one that the user may
// write, and that support can ask for by name.
func defaultLogPath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, ClassName, ClassName+".log")
}
