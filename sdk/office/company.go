package office

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// The notes in which the store keeps what the company has set. The table of
// responsibles has two: the whole, and what was set since; both begin with the
// mark of the whole, so that none is taken for a change of another one.
const (
	settingsNote = "office/settings"
	usersNote    = "office/users"
	tableNote    = "office/responsibles"
	changesNote  = "office/responsibles/changes"
)

const (
	markLength = 8 // bytes, random
	// Changes grow up to a part of the whole before it is written anew.
	changesPart = 4
	changesMin  = 64 << 10 // bytes
)

// settingsRecord is the note of the settings.
type settingsRecord struct {
	Revision int64           `json:"revision"`
	Settings json.RawMessage `json:"settings"`
}

// change runs fn alone among those that change what the company has set. Fn
// makes it durable first and known to the loop then: the loop waits for no disk,
// and what was answered is not lost.
func (o *Office) change(ctx context.Context, fn func() error) error {
	select {
	case o.changing <- struct{}{}:
		defer func() { <-o.changing }()
		return fn()
	case <-o.grp.Context().Done():
		return text.New(text.Stopping)
	case <-ctx.Done():
		return text.New(text.Timeout).Wrap(ctx.Err())
	}
}

// settle keeps a note, and then tells the loop: nobody's impatience parts the
// two.
func (o *Office) settle(ctx context.Context, note string, raw []byte, fn func(*loop)) error {
	err := o.store.PutNote(ctx, note, raw)
	if o.store.note(err) {
		o.stats.touch()
	}
	if err != nil {
		return journalError(err)
	}
	return o.do(context.WithoutCancel(ctx), fn)
}

func (l *Local) setSettings(ctx context.Context, args json.RawMessage) (any, error) {
	type answer struct {
		Revision int64    `json:"revision"`
		Unknown  []string `json:"unknown"`
	}
	var a answer
	o := l.office
	err := o.change(ctx, func() error {
		var now engine.Settings
		if err := o.do(ctx, func(lp *loop) { now, a.Revision = lp.state.Settings() }); err != nil {
			return err
		}
		set, unknown, err := engine.ParseSettings(now, args)
		if err != nil {
			return err
		}
		a.Revision++
		a.Unknown = append([]string{}, unknown...)
		raw, err := json.Marshal(settingsRecord{a.Revision, encodeSettings(set)})
		if err != nil {
			return err
		}
		return o.settle(ctx, settingsNote, raw, func(lp *loop) {
			lp.step(engine.SettingsSet{Settings: set, Revision: a.Revision})
			lp.publish() // the caller's next view has them
		})
	})
	return a, err
}

// encodeSettings gives the settings as ParseSettings reads them; equal ones as
// equal bytes.
func encodeSettings(s engine.Settings) json.RawMessage {
	m := s.Map()
	for key, raw := range s.Extra {
		m[key] = raw
	}
	raw, _ := json.Marshal(m) // what is in it was JSON
	return raw
}

// putUsers replaces the users of the integration; the caller is within change.
func (o *Office) putUsers(ctx context.Context, list []engine.User) error {
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return o.settle(ctx, usersNote, raw, func(lp *loop) { lp.step(engine.UsersSet{List: list}) })
}

// putTable takes a table of responsibles in; the caller is within change.
func (o *Office) putTable(ctx context.Context, table engine.RouteTable) error {
	note, raw, err := o.tableAfter(ctx, table)
	if err != nil {
		return journalError(err)
	}
	return o.settle(ctx, note, raw, func(lp *loop) { lp.step(table) })
}

// tableAfter is the note that keeps a table on top of those kept before.
func (o *Office) tableAfter(ctx context.Context, table engine.RouteTable) (note string, raw []byte, err error) {
	if table.Replaces() {
		return tableNote, newTable(table), nil
	}
	whole, changes, err := o.tableNotes(ctx)
	if err != nil {
		return "", nil, err
	}
	if earlier, err := engine.DecodeRouteTable(changes); err == nil { // else there are none
		table = table.Over(earlier)
	}
	mark, base := cutMark(whole)
	if raw = append(bytes.Clone(mark), table.Encode()...); len(raw) <= max(changesMin, len(whole)/changesPart) {
		return changesNote, raw, nil
	}
	before, err := engine.DecodeRouteTable(base)
	if err != nil {
		before = engine.NewRouteTable(nil, true) // there was none, or it was told at the opening
	}
	return tableNote, newTable(table.Over(before)), nil
}

// newTable is the note of a whole table.
func newTable(table engine.RouteTable) []byte {
	mark := make([]byte, markLength)
	_, _ = rand.Read(mark) // never fails
	return append(mark, table.Encode()...)
}

func cutMark(note []byte) (mark, rest []byte) {
	if len(note) < markLength {
		return make([]byte, markLength), nil
	}
	return note[:markLength], note[markLength:]
}

// tableNotes gives the note of the whole table, and the changes to it without
// their mark; those to another one are none.
func (o *Office) tableNotes(ctx context.Context) (whole, changes []byte, err error) {
	if whole, err = o.store.Note(ctx, tableNote); err != nil {
		return nil, nil, err
	}
	if changes, err = o.store.Note(ctx, changesNote); err != nil {
		return nil, nil, err
	}
	of, _ := cutMark(whole)
	mark, changes := cutMark(changes)
	if !bytes.Equal(mark, of) {
		changes = nil
	}
	return whole, changes, nil
}

// restore reads what the company has set in an earlier life. What cannot be read
// was written by another version: it is logged, and as if it had never been set.
func (o *Office) restore(ctx context.Context) (engine.Settings, engine.Restored) {
	var in engine.Restored
	failed := func(what string, err error) {
		if err != nil {
			o.cfg.Log.Error().Err(err).Str("note", what).Msg("what the company has set was not read")
		}
	}
	read := func(note string) []byte {
		raw, err := o.store.Note(ctx, note)
		failed(note, err)
		return raw
	}
	settings, err := o.restoreSettings(ctx, &in, read(settingsNote))
	failed(settingsNote, err)
	if raw := read(usersNote); raw != nil {
		failed(usersNote, json.Unmarshal(raw, &in.Users))
	}
	whole, changes, err := o.tableNotes(ctx)
	failed(tableNote, err)
	_, whole = cutMark(whole)
	for _, raw := range [][]byte{whole, changes} {
		if len(raw) == 0 {
			continue
		}
		table, err := engine.DecodeRouteTable(raw)
		if failed(tableNote, err); err == nil {
			in.Tables = append(in.Tables, table)
		}
	}
	return settings, in
}

// restoreSettings puts those of Config over those of the note. If that makes
// others of them they are a new revision, and kept.
func (o *Office) restoreSettings(ctx context.Context, in *engine.Restored, note []byte) (engine.Settings, error) {
	kept := settingsRecord{}
	var keys map[string]json.RawMessage
	var bad error
	if note != nil {
		if bad = json.Unmarshal(note, &kept); bad == nil {
			bad = json.Unmarshal(kept.Settings, &keys)
		}
	}
	settings := engine.Defaults()
	for key, value := range keys {
		one, _ := json.Marshal(map[string]json.RawMessage{key: value}) // it was JSON
		if next, _, err := engine.ParseSettings(settings, one); err != nil {
			bad = err
		} else {
			settings = next
		}
	}
	before := encodeSettings(settings)
	in.Revision = max(kept.Revision, 1)
	given, _, err := engine.ParseSettings(settings, o.cfg.Settings)
	if err != nil {
		return settings, err // Validate has looked
	}
	after := encodeSettings(given)
	if bytes.Equal(before, after) {
		return given, bad
	}
	if note != nil {
		in.Revision++
	}
	raw, err := json.Marshal(settingsRecord{in.Revision, after})
	if err == nil {
		err = o.store.PutNote(ctx, settingsNote, raw)
	}
	if err != nil {
		_ = o.store.note(err) // a full disk keeps nobody from telephoning
		return given, err
	}
	return given, bad
}
