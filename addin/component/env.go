package component

import (
	"context"
	"sync/atomic"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
)

// Options of every object of a process. The zero value works: no log, the
// language of the platform.
type Options struct {
	Log zerolog.Logger
	// Failed, when given, is told of every failure of a call, panics included.
	// It must not block.
	Failed func(e *text.Error)
}

// Env is what a 1C object gets to live with: its host, its goroutines, its
// language and its last failure. It is safe for concurrent use, except Info.
type Env struct {
	host  Host
	group *group.Group
	log   zerolog.Logger
	tell  func(e *text.Error)

	lang  atomic.Uint32
	raise atomic.Bool
	last  atomic.Pointer[text.Error]
}

func newEnv(host Host, opt Options) *Env {
	e := &Env{host: host, log: opt.Log, tell: opt.Failed}
	e.group = group.New(context.Background(), e.goroutinePanicked)
	e.SetLang(hostLang(host.Info()))
	return e
}

// hostLang is the language of the platform's interface: Russian unless the
// platform says that it speaks another one.
func hostLang(info HostInfo) text.Lang {
	for _, s := range []string{info.Language, info.Locale} {
		if s == "" {
			continue
		}
		if l, ok := text.ParseLang(s); ok {
			return l
		}
		return text.EN
	}
	return text.RU
}

// Host is the 1C object. Its Info may be called only inside a method body.
func (e *Env) Host() Host { return e.host }

// Group owns the goroutines of the object; Done stops it.
func (e *Env) Group() *group.Group { return e.group }

// Context ends with Done.
func (e *Env) Context() context.Context { return e.group.Context() }

// Log is the log of the process.
func (e *Env) Log() *zerolog.Logger { return &e.log }

// Lang is the language of texts for people on this object.
func (e *Env) Lang() text.Lang { return text.Lang(e.lang.Load()) }

// SetLang overrides the platform's language.
func (e *Env) SetLang(l text.Lang) { e.lang.Store(uint32(l)) }

// LastError is the last failure of the object; nil after a success.
func (e *Env) LastError() *text.Error { return e.last.Load() }

// RaiseErrors tells whether every failure becomes an exception.
func (e *Env) RaiseErrors() bool { return e.raise.Load() }

// SetRaiseErrors makes every failure an exception, or stops that.
func (e *Env) SetRaiseErrors(on bool) { e.raise.Store(on) }

// fail keeps a failure for the properties and tells of it.
func (e *Env) fail(what string, err *text.Error) {
	e.last.Store(err)
	e.log.Info().Str("call", what).Str("code", string(err.Code)).Err(err).Msg("call failed")
	if e.tell != nil {
		e.tell(err)
	}
}

func (e *Env) goroutinePanicked(name string, value any, stack []byte) {
	e.log.Error().Str("goroutine", name).Any("panic", value).Bytes("stack", stack).Msg("goroutine panicked")
}
