package telephony

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/logfile"
	"mangoofficesdk/sdk/text"
)

// Bounds of the log: two files (the current one and its predecessor), and
// what is kept in memory until a file is opened.
const (
	logFileBytes  = 8 << 20
	logEarlyLines = 200
	logDirMode    = 0o700 // the log names people and numbers
	logFileMode   = 0o600
)

// Log is the one log of the process: JSON lines, rotated by size. Until a file
// is opened lines wait in memory, so that a component which was only probed
// leaves no trace on the disk. It is safe for concurrent use.
type Log struct {
	moving sync.Mutex    // one SetPath at a time
	level  zerolog.Level // see logger
	mu     sync.Mutex
	path   string
	file   *os.File
	size   int64
	limit  int64
	early  [][]byte // lines written before there was a file
	fails  int      // lines that could not be written
	crash  string   // where a dying Go runtime writes; "" = nowhere
}

func newLog() *Log { return &Log{level: zerolog.InfoLevel, limit: logFileBytes} }

// Logger gives a logger that writes here. The level is checked by Write, as it
// may change while loggers are out.
func (l *Log) Logger() zerolog.Logger {
	return zerolog.New(l).With().Timestamp().Int("pid", os.Getpid()).Logger()
}

// WriteLevel implements zerolog.LevelWriter.
func (l *Log) WriteLevel(level zerolog.Level, p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if level < l.level {
		return len(p), nil
	}
	if l.file == nil {
		if len(l.early) < logEarlyLines {
			l.early = append(l.early, append([]byte(nil), p...))
		}
		return len(p), nil
	}
	l.write(p)
	return len(p), nil // a log that cannot be written is counted, never an error of the caller
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) { return l.WriteLevel(zerolog.NoLevel, p) }

func (l *Log) write(p []byte) {
	if l.size+int64(len(p)) > l.limit {
		l.rotate()
	}
	if l.file == nil { // the new file could not be opened
		return
	}
	n, err := l.file.Write(p)
	l.size += int64(n)
	if err != nil {
		l.fails++
	}
}

// rotate keeps one predecessor. Another process may hold the file open, and
// Windows then refuses the rename: the file is written on, and the next try
// comes a whole limit later.
func (l *Log) rotate() {
	if err := l.file.Close(); err != nil {
		l.fails++
	}
	if err := os.Rename(l.path, l.path+".1"); err != nil {
		l.fails++
	}
	f, size, err := openLog(l.path)
	if err != nil {
		l.fails++
	}
	if size >= l.limit {
		size = 0
	}
	l.file, l.size = f, size
}

func openLog(path string) (*os.File, int64, error) {
	if err := os.MkdirAll(filepath.Dir(path), logDirMode); err != nil {
		return nil, 0, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, logFileMode)
	if err != nil {
		return nil, 0, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, err
	}
	return f, size, nil
}

// crashSuffix names the file of crash reports after the log.
const crashSuffix = ".crash"

// SetPath opens another file; "" stops writing. Beside it lies the file for the
// last words of the Go runtime, which is not worth a refusal.
func (l *Log) SetPath(path string) error {
	l.moving.Lock()
	defer l.moving.Unlock()
	if l.writesTo(path) {
		return nil
	}
	if err := l.reopen(path); err != nil {
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

// Crash is where a dying Go runtime writes; "" = nowhere.
func (l *Log) Crash() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.crash
}

func (l *Log) writesTo(path string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return path == l.path && (l.file != nil || path == "")
}

func (l *Log) reopen(path string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var file *os.File
	var size int64
	if path != "" {
		var err error
		if file, size, err = openLog(path); err != nil {
			return text.New(text.BadArgument).WithDetail(path).Wrap(err)
		}
	}
	if l.file != nil {
		if err := l.file.Close(); err != nil {
			l.fails++
		}
	}
	l.path, l.file, l.size = path, file, size
	if file != nil {
		for _, line := range l.early {
			l.write(line)
		}
		l.early = nil
	}
	return nil
}

// Path is the file written to; "" when there is none.
func (l *Log) Path() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.path
}

// SetLevel takes error, warn, info or debug.
func (l *Log) SetLevel(s string) error {
	level, ok := parseLevel(s)
	if !ok {
		return text.New(text.BadArgument).WithDetail(strconv.Quote(s))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.level = level
	return nil
}

func parseLevel(s string) (zerolog.Level, bool) {
	switch s {
	case "error", "warn", "info", "debug":
		level, err := zerolog.ParseLevel(s)
		return level, err == nil
	}
	return zerolog.NoLevel, false
}

// Level is the least level that is written.
func (l *Log) Level() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.level.String()
}

// failures counts lines lost to the disk.
func (l *Log) failures() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fails
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
