package logfile

import (
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/text"
)

// DefaultLevel is the level when none is given.
const DefaultLevel = "info"

// Log is a zerolog logger whose level and file can be changed while it is in
// use: every logger made from it follows.
type Log struct {
	file  *File
	level atomic.Int32
}

// New opens a log: level is error, warn, info or debug ("" = info); an empty
// path writes nothing, until SetPath (see Options.Early). Errors are *text.Error with the field
// log.level or log.path.
func New(path, level string, opt Options) (*Log, error) {
	l := &Log{}
	if err := l.SetLevel(level); err != nil {
		return nil, err
	}
	file, err := Open(path, opt)
	if err != nil {
		return nil, text.New(text.BadField).WithField("log.path").WithDetail(path).Wrap(err)
	}
	l.file = file
	return l, nil
}

// Logger makes a logger that writes JSON lines with the time in UTC.
func (l *Log) Logger() zerolog.Logger {
	// The level is asked twice: the sampler saves building lines nobody wants,
	// the writer stands when a user of the logger sets a sampler of his own.
	return zerolog.New(writer{l}).Sample(sampler{l}).Hook(stamp{})
}

// levels are the names of the contract.
var levels = map[string]zerolog.Level{
	"error": zerolog.ErrorLevel, "warn": zerolog.WarnLevel, "info": zerolog.InfoLevel, "debug": zerolog.DebugLevel,
}

// SetLevel changes the level; "" means info.
func (l *Log) SetLevel(name string) error {
	if name == "" {
		name = DefaultLevel
	}
	level, ok := levels[name]
	if !ok {
		return text.New(text.BadField).WithField("log.level").WithDetail(name)
	}
	l.level.Store(int32(level))
	return nil
}

// Level is the name of the level.
func (l *Log) Level() string { return zerolog.Level(l.level.Load()).String() } //nolint:gosec // one of levels

// SetPath goes on in another file; "" stops writing.
func (l *Log) SetPath(path string) error {
	if err := l.file.SetPath(path); err != nil {
		return text.New(text.BadField).WithField("log.path").WithDetail(path).Wrap(err)
	}
	return nil
}

// Path is the file being written to, "" for none.
func (l *Log) Path() string { return l.file.Path() }

// Early gives the lines that wait for a file, see Options.
func (l *Log) Early() []byte { return l.file.Early() }

// Dropped counts the lines that could not be written.
func (l *Log) Dropped() int64 { return l.file.Dropped() }

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }

func (l *Log) wants(level zerolog.Level) bool { return level >= zerolog.Level(l.level.Load()) } //nolint:gosec // one of levels

// timeFormat: milliseconds tell the order of webhook, engine and event.
const timeFormat = "2006-01-02T15:04:05.000Z07:00"

// stamp adds the time in UTC: zerolog's own stamp is local unless a global is
// changed, and globals belong to the host program.
type stamp struct{}

func (stamp) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	e.Str(zerolog.TimestampFieldName, time.Now().UTC().Format(timeFormat))
}

type sampler struct{ log *Log }

func (s sampler) Sample(level zerolog.Level) bool { return s.log.wants(level) }

type writer struct{ log *Log }

func (w writer) Write(p []byte) (int, error) { return w.log.file.Write(p) }

// WriteLevel implements zerolog.LevelWriter.
func (w writer) WriteLevel(level zerolog.Level, p []byte) (int, error) {
	if !w.log.wants(level) {
		return len(p), nil
	}
	return w.log.file.Write(p)
}
