package office

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/text"
)

const (
	// readBatch is how many notifications are derived in one step of the store.
	readBatch = 64
	// againAfter is when a turn that failed is made up for.
	againAfter = time.Second
)

// loop is the goroutine that owns the engine's state. Nothing in it waits for
// the network or for a consumer.
type loop struct {
	o      *Office
	state  *engine.State
	cursor uint64
	out    []journal.Out // derived, not yet in the store
	freed  []uint64      // positions that the engine is done with
	kept   []kept        // the same, while the call store has not what was made of them
	ticket uint64        // of the newest call given to the call store
	origin time.Time     // when the notification in work was accepted; zero for other inputs

	timer *time.Timer // the engine's
	due   *time.Timer // the outbox's
	again *time.Timer // after a failure

	warned bool // of how the store was found
	conn   State
	why    *text.Error
	deaf   bool // the listener failed: nothing makes this connection a good one
	told   int  // ConnectionState events so far
	starts map[string]started

	watched map[string]map[string]bool // sessions with an open card, by entry_id

	rebuilding bool
	asked      []engine.Request // while rebuilding

	board    *board
	settings map[string]any // of the snapshot, renewed with the revision
	shown    shown
	moved    map[*Local]bool // whose view has changed besides, since it was published
}

// shown is what the views of all sessions had in common when last published.
type shown struct {
	state    State
	why      *text.Error
	revision int64
}

func newLoop(ctx context.Context, o *Office) *loop {
	settings, kept := o.restore(ctx)
	l := &loop{
		o: o, state: engine.New(settings), conn: Connected, why: text.New(text.ConnectionStarting),
		timer: time.NewTimer(time.Hour), due: time.NewTimer(time.Hour), again: time.NewTimer(time.Hour),
		starts: map[string]started{}, board: newBoard(), moved: map[*Local]bool{}, watched: map[string]map[string]bool{},
	}
	l.timer.Stop()
	l.due.Stop()
	l.again.Stop()
	l.state.Step(time.Time{}, kept) // tells nothing, and comes before all that is replayed
	l.rebuilding = true
	l.guard("rebuild", func() { l.rebuild(context.Background()) })
	l.rebuilding = false
	return l
}

// rebuild brings the engine to where an earlier office on the same store, of
// this life of the process or another, left it: what is not released is read
// again, each at the moment it came, the timers between them included. What it
// makes is in the store already, or lost its race with the end: record events
// are appended once more, and those of known ids dropped. Nobody is there yet
// to be told screen events.
func (l *loop) rebuild(ctx context.Context) {
	derived, err := l.o.store.Cursor(ctx)
	if err != nil {
		l.storeFailed(err)
		return // read from the start: ids make doubles harmless
	}
	defer func() { l.cursor = derived }()
	for {
		records, err := l.o.store.Read(ctx, l.cursor, readBatch)
		if err != nil || len(records) == 0 {
			l.storeFailed(err)
			return
		}
		for _, r := range records {
			if r.Pos > derived {
				return
			}
			l.guard("replay", func() { l.replay(r) })
			l.cursor = r.Pos
		}
	}
}

func (l *loop) replay(r journal.Record) {
	for due := l.state.Due(); !due.IsZero() && due.Before(r.Time); due = l.state.Due() {
		l.stepAt(due, engine.Tick{})
	}
	l.stepAt(r.Time, input(r))
}

func (l *loop) run(ctx context.Context) {
	defer l.timer.Stop()
	defer l.due.Stop()
	defer l.again.Stop()
	// What an earlier office on the same store left, and its leases.
	l.guard("start", func() {
		for _, r := range l.asked {
			l.errand(r)
		}
		l.asked = nil
		l.drain(ctx)
		l.commit(ctx)
		l.plan(ctx)
	})
	for ctx.Err() == nil {
		l.guard("turn", func() { l.turn(ctx) })
	}
	// What got a 200 is derived, whatever comes.
	// And what was told besides, as the end of an operation, is not lost with a
	// commit that the end of the office cut off.
	l.guard("drain", func() {
		ctx := context.WithoutCancel(ctx)
		l.drain(ctx)
		l.commit(ctx)
		l.lastCalls(ctx)
	})
}

// turn waits for one thing to do, and does it.
func (l *loop) turn(ctx context.Context) {
	select {
	case <-ctx.Done():
	case fn := <-l.o.mail:
		l.guard("mail", func() { fn(l) })
		l.commit(ctx)
	case <-l.o.leased:
		l.plan(ctx)
	case <-l.o.fresh:
		l.drain(ctx)
	case <-l.o.store.others:
		l.drain(ctx)
	case <-l.timer.C:
		l.step(engine.Tick{})
		l.commit(ctx)
	case <-l.o.store.Outbox().Wake():
		l.kick(ctx)
	case <-l.o.committed:
		l.letGo(ctx)
	case <-l.due.C:
		l.kick(ctx)
	case <-l.again.C:
		l.drain(ctx)
		l.step(engine.Tick{}) // the one that failed may have been a tick
		l.commit(ctx)
	}
}

// guard runs fn; a panic is counted and the loop goes on: notifications are
// accepted all the time, and somebody must derive them. The input that caused
// it is lost to the engine, not to the journal's counters.
func (l *loop) guard(what string, fn func()) {
	defer func() {
		if v := recover(); v != nil {
			l.o.panicked("loop/"+what, v, debug.Stack())
			l.again.Reset(againAfter)
		}
	}()
	fn()
}

// drain derives everything that waits in `in`.
func (l *loop) drain(ctx context.Context) {
	for {
		records, err := l.o.store.Read(ctx, l.cursor, readBatch)
		if err != nil || len(records) == 0 {
			l.storeFailed(err)
			return
		}
		for _, r := range records {
			l.origin = r.Time
			l.guard("notification", func() { l.step(input(r)) })
			l.cursor = r.Pos
		}
		l.origin = time.Time{}
		l.commit(ctx)
	}
}

// learn tells the client what the PBX tells of the objects of commands: a call
// that it names is there, and a command about it without doubt (not when a
// command is given: what the PBX has denied since would be proven again); the
// outcome of a command may deny what the command assumed.
func (l *loop) learn(in engine.Input) {
	n, _ := in.(engine.Notification)
	switch n := n.Item.Notification.(type) {
	case notify.Call:
		if n.State != notify.Disconnected {
			l.o.client.Vouch("call:" + n.CallID)
		}
	case notify.Result:
		l.o.client.Posted(n.CommandID, n.Result)
	}
}

// step feeds the engine and collects what comes of it.
func (l *loop) step(in engine.Input) { l.stepAt(l.o.cfg.Now(), in) }

func (l *loop) stepAt(now time.Time, in engine.Input) {
	l.learn(in)
	l.noteUnrecorded(in)
	effects := l.state.Step(now, in)
	switch in.(type) {
	case engine.SessionUp, engine.SessionDown, engine.SettingsSet, engine.UsersSet:
		l.elect() // before anybody is told: who is first decides who hears
	}
	for _, eff := range effects {
		switch eff := eff.(type) {
		case engine.Request:
			if l.rebuilding {
				l.asked = append(l.asked, eff)
			} else {
				l.errand(eff)
			}
		case engine.Refused:
			l.refused(eff)
		case engine.SetTimer:
			l.timer.Reset(max(0, eff.At.Sub(l.o.cfg.Now())))
		case engine.Emit:
			l.emit(eff)
		case engine.Release:
			l.freed = append(l.freed, eff.Positions...)
		}
	}
	l.o.stats.engine.Store(new(l.state.Counters()))
}

// emit addresses an event. A record event waits for a writer, or for the one
// session that it names; a screen event has a copy for each session it
// concerns, and none when there is no such one.
func (l *loop) emit(e engine.Emit) {
	ev := e.Event
	raw, err := json.Marshal(ev)
	if err != nil {
		l.o.stats.fail(text.Internal)
		l.o.cfg.Log.Error().Err(err).Str("event", string(ev.Kind)).Msg("event not encoded")
		return
	}
	if ev.Class == engine.Record {
		l.began(ev.ID)
		l.out = append(l.out, journal.Out{ID: ev.ID, Record: true, To: ev.To.Session, Raw: raw})
		l.remember(ev)
		return
	}
	for _, local := range l.o.crowd.hearers(ev.To, l.state.First()) {
		if e.Replay || momentary[ev.Kind] {
			local.tell(Delivery{Event: ev, Attempt: 1, Replay: e.Replay})
			continue
		}
		id := screenID(ev.ID, local.id)
		l.began(id)
		l.out = append(l.out, journal.Out{ID: id, To: local.id, Expires: ev.Expires, Raw: raw})
	}
}

// momentary events are of the present only: they are not kept in the store, and
// have seq 0.
var momentary = map[engine.Kind]bool{
	engine.FirstInSession: true, engine.SettingsChanged: true, engine.UserLimit: true, engine.PresenceChanged: true,
}

// began notes when the notification behind an event was accepted.
func (l *loop) began(id string) {
	if !l.origin.IsZero() {
		l.o.stats.begin(id, l.origin)
	}
}

// screenID names the copy of a screen event that is meant for a session.
func screenID(event, session string) string { return event + "@" + session }

// commit moves the cursor and appends what was derived, in one step. The
// replica is renewed before: who hears of a call must find it there.
func (l *loop) commit(ctx context.Context) {
	l.publish()
	at, err := l.o.store.Cursor(ctx)
	if err != nil || at != l.cursor || len(l.out) > 0 {
		if err = l.o.store.Derive(ctx, l.cursor, l.out); err != nil {
			l.storeFailed(err) // kept in l.out for the next commit
			return
		}
		l.out = nil
	}
	l.letGo(ctx)
}

func (l *loop) storeFailed(err error) {
	if err == nil {
		return
	}
	l.again.Reset(againAfter)
	_ = l.o.store.note(err) // fail tells that something changed
	l.o.stats.fail(text.From(err).Code)
	l.o.cfg.Log.Error().Err(err).Msg("journal")
}

// kick wakes the pumps for which there may be something: that of the addressee,
// or one that writes.
func (l *loop) kick(ctx context.Context) {
	l.plan(ctx) // what is due now is ready then
	for _, to := range l.o.store.Outbox().Woken() {
		if to == "" {
			l.o.idlers.wake()
		} else if local := l.o.crowd.session(to); local != nil {
			local.signal()
		}
	}
}

// plan sets the timer to when a lease or a delay ends next.
func (l *loop) plan(ctx context.Context) {
	next, err := l.o.store.Outbox().NextDue(ctx)
	if err != nil || next.IsZero() {
		return
	}
	l.due.Reset(max(time.Millisecond, next.Sub(l.o.cfg.Now())))
}

// attach adds a session: state first, then the calls it missed.
func (l *loop) attach(local *Local) {
	o := l.o
	o.crowd.add(local)
	local.tell(l.stateEvent(local))
	l.step(engine.SessionUp{Session: local.known()})
	if w, ok := o.store.warning(); ok && !l.warned {
		l.warned = true
		l.step(w) // told to the first session there is
	}
}

// detach removes a session.
func (l *loop) detach(local *Local) {
	l.o.crowd.remove(local)
	for entryID := range l.watched {
		l.unwatch(local.id, entryID)
	}
	l.step(engine.SessionDown{ID: local.id})
}

// elect finds the first session and the writers: desks that are served, or
// else servers.
func (l *loop) elect() {
	locals, first := l.o.crowd.sessions(), l.state.First()
	desks := slices.ContainsFunc(locals, func(x *Local) bool { return x.session.Role != RoleServer && l.state.Serves(x.id) })
	lost := false
	for _, x := range locals {
		if is := x.id == first; x.first.Swap(is) != is {
			l.moved[x] = true
		}
		writes := l.state.Serves(x.id) && (!desks || x.session.Role != RoleServer)
		if x.writer.Swap(writes) == writes {
			continue
		}
		lost = lost || !writes
		x.signal()
	}
	if lost {
		l.o.idlers.wake() // who writes no more may have been woken for something
	}
}

// refused takes a session out of service, or back into it, and tells it so.
func (l *loop) refused(r engine.Refused) {
	x := l.o.crowd.session(r.Session)
	if x == nil {
		return
	}
	x.refused.Store(nil)
	if r.Code != "" {
		x.refused.Store(text.New(r.Code))
	}
	l.moved[x] = true
	x.tell(l.stateEvent(x))
}

// setState tells every session of a change.
func (l *loop) setState(s State, why *text.Error) {
	if l.deaf && s != Refused {
		return
	}
	same := l.conn == s && (l.why == nil) == (why == nil) && (why == nil || l.why.Code == why.Code)
	l.conn, l.why = s, why
	if same {
		return
	}
	l.publish() // who hears of it must find it in the replica
	l.o.cfg.Log.Info().Int("state", int(s)).Str("code", string(l.stateCode())).Msg("connection state")
	for _, local := range l.o.crowd.sessions() {
		local.tell(l.stateEvent(local))
	}
}

func (l *loop) stateCode() text.Code {
	if l.why != nil {
		return l.why.Code
	}
	return text.ServerAvailable
}

// stateEvent is the present state, as it is for a session, as an event. It is
// local: never stored, nothing to acknowledge.
func (l *loop) stateEvent(local *Local) Delivery {
	l.told++
	state, code := l.conn, l.stateCode()
	if why := local.refused.Load(); why != nil {
		state, code = Refused, why.Code
	}
	body, _ := json.Marshal(engine.ConnectionStateBody{State: int(state), Code: string(code)}) // cannot fail
	return Delivery{Attempt: 1, Event: engine.Event{
		ID: "state-" + l.o.store.Epoch() + "-" + strconv.Itoa(l.told), Kind: engine.ConnectionState,
		Class: engine.Screen, Time: l.o.cfg.Now().UTC(), To: engine.Address{Rule: engine.AnySession}, Body: body,
	}}
}

// publish renews the replica. Whoever holds the old one keeps it unchanged.
func (l *loop) publish() {
	settings, revision := l.state.Settings()
	if l.settings == nil || revision != l.shown.revision {
		l.settings = settings.Map()
		l.o.calls.Keep(time.Duration(settings.KeepCallsDays) * 24 * time.Hour)
	}
	board, changed, extensions := l.board.after(l.state)
	l.board = board
	l.o.snap.Store(&Snapshot{
		AsOf: l.o.cfg.Now(), State: l.conn, Why: l.why, Settings: l.settings, Revision: revision,
		Epoch: l.o.store.Epoch(), board: board,
	})
	l.o.stats.touch()
	now := shown{l.conn, l.why, revision}
	if now != l.shown {
		l.shown = now
		for _, local := range l.o.crowd.sessions() {
			l.moved[local] = true
		}
	} else if changed {
		for _, local := range l.o.crowd.viewers(extensions) {
			l.moved[local] = true
		}
	}
	for local := range l.moved {
		local.changed()
	}
	clear(l.moved)
}
