package engine

import (
	"time"

	"mangoofficesdk/sdk/text"
)

// warnEvery is how long the same warning is not repeated: a rule that cannot
// be applied is explained once, not at every call.
const warnEvery = time.Hour

// warnPrefix marks warnings on the agenda.
const warnPrefix = "w|"

// maxWarned bounds the warnings that are remembered.
const maxWarned = 1000

// warn tells whoever minds the integration, the first session, of something
// that needs a person: a rule that was skipped, a greeting that is too short.
// detail is what it is about: an extension, a number, a line.
func (s *State) warn(code text.Code, detail string) {
	s.counters.Warnings++
	key := string(code) + "|" + detail
	if s.warned[key] || len(s.warned) >= maxWarned {
		return
	}
	s.warned[key] = true
	s.due.add(s.now.Add(warnEvery), warnPrefix+key)
	ev := Event{Kind: Warning, Class: Screen, To: Address{Rule: FirstSession}, Expires: s.now.Add(screenLife)}
	s.emit(ev, WarningBody{Code: string(code), Detail: detail}, key, s.stamp())
}

// Warn tells a warning of the office, which lives outside the engine.
type Warn struct {
	Code   text.Code
	Detail string
}

func (Warn) input() {}
