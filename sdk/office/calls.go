package office

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/internal/spool"
	"mangoofficesdk/sdk/text"
)

// lastCommit is how long the end of an office waits for the calls to be on the
// disk. What is not is told again by the next one: its notifications are not
// released before.
const lastCommit = 500 * time.Millisecond

// maxWatched bounds the open cards of a session.
const maxWatched = 256

// openCalls opens the store of calls beside the journal.
func (o *Office) openCalls() *history.Store {
	dir := ""
	if o.cfg.DataDir != "" {
		spool.Clean(spoolFolder(o.cfg))
		dir = CallsFolder(o.cfg)
	}
	return history.Open(history.Config{
		Dir: dir, Now: o.cfg.Now, Log: o.cfg.Log,
		Committed: func() {
			o.stats.touch() // what is stored is part of Диагностика
			group.Nudge(o.committed)
		},
	})
}

// CallsFolder is where an office with a DataDir keeps its finished calls.
func CallsFolder(cfg Config) string { return filepath.Join(storeFolder(cfg), callsFolder) }

// callsDiagnosis is the part "calls" of Диагностика.
func (o *Office) callsDiagnosis() map[string]any {
	s := o.calls.Status()
	trouble := text.Code("")
	if s.Trouble != nil {
		trouble = s.Trouble.Code
	}
	return map[string]any{
		"stored": s.Calls, "waiting": s.Waiting, "given_up": s.Lost, "trouble": trouble,
		"damaged_moved_to": s.Found.MovedTo, "recovered": o.recovered.Load(), "alive_unix": o.alive.Load(),
	}
}

// kept are positions of notifications that may be released once the call store
// has what was made of them.
type kept struct {
	ticket    uint64
	positions []uint64
}

// CallOf is what an event tells of a finished call; false: nothing.
func CallOf(ev engine.Event) (history.Call, bool) {
	c := history.Call{EntryID: ev.EntryID}
	switch ev.Kind {
	case engine.CallSummary:
		return history.CallOf(&ev), true
	case engine.CallChanged:
		var b engine.CallChangedBody
		_ = json.Unmarshal(ev.Body, &b) // the engine wrote it
		c.Annotation = b.Annotation
		return c, true
	case engine.RecordingReady:
		var r engine.RecordingRef
		_ = json.Unmarshal(ev.Body, &r) // the engine wrote it
		c.Recordings = []engine.RecordingRef{r}
		if ev.CallID != "" {
			c.Legs = []engine.Leg{{CallID: ev.CallID, Recordings: c.Recordings}}
		}
		return c, ev.EntryID != "" // else of no known call
	}
	return c, false
}

// remember puts what an event tells of a finished call into the call store.
func (l *loop) remember(ev engine.Event) {
	if ev.Kind == engine.SpeechAnalytics {
		if !l.rebuilding {
			l.o.speeches.told(ev.EntryID)
		}
		l.tellWatchers(ev)
		return
	}
	c, ok := CallOf(ev)
	if !ok {
		return
	}
	if ev.Kind == engine.RecordingReady && !l.rebuilding { // what was not copied then is found as a gap
		l.o.noteRecording(c.Recordings[0].RecordingID)
	}
	l.ticket = max(l.ticket, l.o.calls.Put(c))
	l.tellWatchers(ev)
}

// tellWatchers tells the open cards of a call what it gained.
func (l *loop) tellWatchers(ev engine.Event) {
	watching := l.watched[ev.EntryID]
	if len(watching) == 0 || l.rebuilding {
		return
	}
	body := engine.CallChangedBody{What: "recording"}
	switch ev.Kind {
	case engine.CallChanged:
		_ = json.Unmarshal(ev.Body, &body) // the engine wrote it
	case engine.RecordingReady:
	case engine.SpeechAnalytics:
		body.What = "speech"
	default:
		return
	}
	for id := range watching {
		local := l.o.crowd.session(id)
		if local == nil {
			continue
		}
		d := l.o.localEvent(engine.CallChanged, body)
		e := ev
		e.ID, e.Kind, e.Class, e.Body, e.To = d.Event.ID, d.Event.Kind, d.Event.Class, d.Event.Body, engine.Address{Session: id}
		d.Event = e
		local.tell(d)
	}
}

// letGo releases notifications: those whose calls are in the call store. After a
// crash the others are read again, and lead to the same calls.
func (l *loop) letGo(ctx context.Context) {
	if len(l.freed) > 0 {
		l.kept = append(l.kept, kept{l.ticket, l.freed})
		l.freed = nil
	}
	stored := l.o.calls.Stored()
	var positions []uint64
	for len(l.kept) > 0 && l.kept[0].ticket <= stored {
		positions = append(positions, l.kept[0].positions...)
		l.kept = l.kept[1:]
	}
	if len(positions) > 0 {
		l.storeFailed(l.o.store.Release(ctx, positions)) // once more read, at worst
	}
}

// lastCalls has the calls written at the end.
func (l *loop) lastCalls(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastCommit)
	defer cancel()
	if err := l.o.calls.Sync(ctx); err == nil {
		l.letGo(ctx)
	}
}

// callArgs are the arguments of the methods about one finished call.
type callArgs struct {
	EntryID string `json:"entry_id"`
	On      bool   `json:"on"`
}

func decodeCallArgs(args json.RawMessage) (a callArgs, err error) {
	if err = decode(args, &a); err == nil && a.EntryID == "" {
		err = text.New(text.MissingField).WithField("entry_id")
	}
	return a, err
}

// seesCall: the calls of the own extension are its own business, and those of
// all are a Supervisor's.
func (l *Local) seesCall(c *history.Call) error {
	if l.may(Supervisor) || c.Has(l.session.Extension) {
		return nil
	}
	return text.New(text.Forbidden).WithField("entry_id")
}

func (l *Local) getCall(ctx context.Context, args json.RawMessage) (any, error) {
	a, err := decodeCallArgs(args)
	if err != nil {
		return nil, err
	}
	c, err := l.office.calls.Get(ctx, a.EntryID)
	if err != nil {
		return nil, err
	}
	if err := l.seesCall(&c); err != nil {
		return nil, err
	}
	return history.Card{Call: c, RecordingState: l.office.recordingState(&c, l.office.cfg.Now()), SpeechState: l.speechState(&c)}, nil
}

// watchCall: a card may be opened while the call still goes on.
func (l *Local) watchCall(ctx context.Context, args json.RawMessage) (any, error) {
	a, err := decodeCallArgs(args)
	if err != nil {
		return nil, err
	}
	if a.On {
		c, err := l.office.calls.Get(ctx, a.EntryID)
		if err == nil {
			err = l.seesCall(&c)
		} else if key := engine.CallKey(a.EntryID); l.sees(key) {
			err = nil
		}
		if err != nil {
			return nil, err
		}
	}
	full := false
	err = l.office.do(ctx, func(lp *loop) { full = !lp.watch(l.id, a.EntryID, a.On) })
	if err == nil && full {
		err = text.New(text.TooManyOperations)
	}
	return struct{}{}, err
}

// sees reports whether a live call is shown to the session.
func (l *Local) sees(key string) bool {
	board := l.office.snap.Load().board
	return board.has(key, l.session.Extension) || l.may(Supervisor) && len(board.of(key)) > 0
}

// watch begins or ends the watching of a call; false: the session has too many
// cards open.
func (l *loop) watch(session, entryID string, on bool) bool {
	if !on {
		l.unwatch(session, entryID)
		return true
	}
	count := 0
	for _, sessions := range l.watched {
		if sessions[session] {
			count++
		}
	}
	if count >= maxWatched {
		return false
	}
	if l.watched[entryID] == nil {
		l.watched[entryID] = map[string]bool{}
	}
	l.watched[entryID][session] = true
	return true
}

func (l *loop) unwatch(session, entryID string) {
	delete(l.watched[entryID], session)
	if len(l.watched[entryID]) == 0 {
		delete(l.watched, entryID)
	}
}
