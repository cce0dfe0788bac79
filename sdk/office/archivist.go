package office

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

const (
	// gapsAfter is when an office that began looks for recordings without a
	// copy, gapsEvery when it does again.
	gapsAfter = time.Minute
	gapsEvery = 24 * time.Hour
	// gapsBack is how old the calls are whose recordings are looked for: the PBX
	// itself keeps them for about as long as people wait for a copy.
	gapsBack = 31 * 24 * time.Hour
	gapsStep = 500 // recordings looked up at once
	// copiesMost wait at a time; others are found by the next look for gaps.
	copiesMost = 10_000
	// copyTries of one recording; then the next look for gaps has it again.
	copyTries = 5
	copyAgain = time.Minute // it grows fourfold
	// callWaits: the recording may be ready before its call is told, whose
	// beginning names the copy. The last wait ends after a quarter of an hour.
	callWaits = 20
	// absentMost are remembered as gone: to ask for one again costs the quota of
	// wrong requests (§1.4.1).
	absentMost = 2000
	absentNote = "archive_absent"
)

// archiveCaller is the caller of the archive's requests, for fair turns.
const archiveCaller = "archive"

// archivist copies recordings into the archive, one after the other. What it
// has to do is no state of its own: the calls tell which recordings there are,
// and the archive which of them it has.
type archivist struct {
	store recording.Archive
	more  chan struct{} // one value: something waits

	mu      sync.Mutex
	waiting []*copying // the earliest due first
	absent  []string   // ids that the PBX has not
	copied  int64
	removed int64
	failed  int64 // tries
	trouble text.Code
}

// copying is a recording to copy.
type copying struct {
	id    string
	due   time.Time
	tries int
	waits int // for its call to be told
}

// openArchive is the archive of the configuration, or the folder below its
// data; nil: neither is there.
func openArchive(cfg Config) *archivist {
	store := cfg.Archive
	switch {
	case store != nil:
	case cfg.DataDir != "":
		store = recording.FolderAt(filepath.Join(storeFolder(cfg), "recordings"))
	default:
		return nil
	}
	return &archivist{store: store, more: make(chan struct{}, 1)}
}

// diagnosis is the part "archive" of Диагностика.
func (a *archivist) diagnosis() map[string]any {
	if a == nil {
		return map[string]any{}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return map[string]any{
		"copied": a.copied, "removed": a.removed, "waiting": len(a.waiting), "failed_tries": a.failed, "absent": len(a.absent),
		"trouble": a.trouble,
	}
}

// add has a recording copied, unless it waits already, or is known to be gone.
func (a *archivist) add(j *copying) (taken bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) >= copiesMost || slices.Contains(a.absent, j.id) ||
		slices.ContainsFunc(a.waiting, func(w *copying) bool { return w.id == j.id }) {
		return false
	}
	at := len(a.waiting)
	for at > 0 && a.waiting[at-1].due.After(j.due) {
		at--
	}
	a.waiting = slices.Insert(a.waiting, at, j)
	group.Nudge(a.more)
	return true
}

// next takes what is due; wait is until something is (0: nothing waits).
func (a *archivist) next(now time.Time) (j *copying, ok bool, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) == 0 {
		return j, false, 0
	}
	if wait = a.waiting[0].due.Sub(now); wait > 0 {
		return j, false, wait
	}
	j = a.waiting[0]
	a.waiting = slices.Delete(a.waiting, 0, 1)
	return j, true, 0
}

// noteRecording has a recording that became ready copied.
func (o *Office) noteRecording(id string) {
	if o.archive != nil && o.archiving() {
		o.archive.add(&copying{id: id, due: o.cfg.Now()}) // by our clock: that of the PBX may be ahead
	}
}

// archiving is the setting archive_recordings.
func (o *Office) archiving() bool {
	on, _ := o.snap.Load().Settings["archive_recordings"].(bool)
	return on
}

// runArchive is the goroutine of the archive.
func (o *Office) runArchive(ctx context.Context) {
	a := o.archive
	a.load(ctx, o)
	gaps := time.NewTimer(gapsAfter)
	defer gaps.Stop()
	for ctx.Err() == nil {
		j, ok, wait := a.next(o.cfg.Now())
		if ok {
			o.archiveOne(ctx, j)
			continue
		}
		var due <-chan time.Time
		var timer *time.Timer
		if wait > 0 {
			timer = time.NewTimer(wait)
			due = timer.C
		}
		select {
		case <-a.more:
		case <-due:
		case <-gaps.C:
			gaps.Reset(gapsEvery)
			o.archiveGaps(ctx)
		case <-ctx.Done():
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// archiveOne copies one recording, or says when to try again.
func (o *Office) archiveOne(ctx context.Context, j *copying) {
	a := o.archive
	defer o.stats.touch() // no event tells of the archive
	err := o.archiveCopy(ctx, j.id)
	switch {
	case ctx.Err() != nil:
	case err == nil:
		a.mu.Lock()
		a.copied++
		a.trouble = ""
		a.mu.Unlock()
	case errors.Is(err, text.New(text.RecordingAbsent)):
		o.cfg.Log.Info().Err(err).Str("recording_id", j.id).Msg("no recording to keep")
		a.mu.Lock()
		a.absent = append(a.absent[max(0, len(a.absent)-absentMost+1):], j.id)
		a.mu.Unlock()
		a.save(ctx, o)
	case errors.Is(err, text.New(text.CallUnknown)) && j.waits < callWaits:
		j.due = o.cfg.Now().Add(time.Second << min(j.waits, 6))
		j.waits++
		a.add(j)
	default:
		o.cfg.Log.Warn().Err(err).Str("recording_id", j.id).Int("tries", j.tries+1).Msg("recording not copied")
		a.mu.Lock()
		a.failed++
		a.trouble = text.From(err).Code
		a.mu.Unlock()
		if j.tries++; j.tries < copyTries {
			j.due = o.cfg.Now().Add(copyAgain << (2 * (j.tries - 1)))
			a.add(j)
		}
	}
}

// archiveCopy copies a recording that has no copy yet.
func (o *Office) archiveCopy(ctx context.Context, id string) error {
	key, ok := o.archiveKey(ctx, id)
	if !ok {
		return text.New(text.CallUnknown) // its summary has not come: a later try has it
	}
	missing, err := o.archive.store.Missing(ctx, []recording.Key{key})
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := o.reachable(); err != nil {
		return err
	}
	f, audio, err := o.fetchRecording(vpbx.WithCaller(ctx, archiveCaller), id, spoolFolder(o.cfg), func(int64, int64) {})
	if err != nil {
		return err
	}
	defer discard(f)
	return o.archive.store.Put(ctx, key, audio, f)
}

// archiveGaps looks for recordings without a copy: of an outage, or of before
// the setting was switched on. And what is kept long enough goes.
func (o *Office) archiveGaps(ctx context.Context) {
	a, now := o.archive, o.cfg.Now()
	defer o.stats.touch()
	if keep := o.cfg.ArchiveKeep; keep > 0 {
		n, err := a.store.Retain(ctx, now.Add(-keep))
		a.mu.Lock()
		a.removed += int64(n)
		a.mu.Unlock()
		if err != nil {
			o.cfg.Log.Warn().Err(err).Msg("old recordings not removed")
		}
	}
	if !o.archiving() {
		return
	}
	back := gapsBack
	if keep := o.cfg.ArchiveKeep; keep > 0 {
		back = min(back, keep) // what would go at once is not brought
	}
	var keys []recording.Key
	for c, err := range o.calls.Calls(ctx, now.Add(-back), time.Time{}, history.Filter{}) {
		if err != nil {
			o.cfg.Log.Warn().Err(err).Msg("recordings without a copy not looked for")
			return
		}
		for _, r := range recordingsOf(&c) {
			if entry, ok := recording.EntryOf(r.RecordingID); ok && entry == c.EntryID {
				keys = append(keys, recording.Key{ID: r.RecordingID, Time: c.Started})
			}
		}
		if len(keys) >= gapsStep {
			o.archiveMissing(ctx, keys)
			keys = keys[:0]
		}
	}
	o.archiveMissing(ctx, keys)
}

func (o *Office) archiveMissing(ctx context.Context, keys []recording.Key) {
	missing, err := o.archive.store.Missing(ctx, keys)
	if err != nil {
		o.cfg.Log.Warn().Err(err).Msg("recordings without a copy not looked for")
	}
	for _, k := range missing {
		o.archive.add(&copying{id: k.ID, due: o.cfg.Now()})
	}
}

// load reads which recordings are known to be gone.
func (a *archivist) load(ctx context.Context, o *Office) {
	raw, err := o.store.Note(ctx, absentNote)
	var list []string
	if err != nil || len(raw) > 0 && json.Unmarshal(raw, &list) != nil {
		o.cfg.Log.Warn().Err(err).Msg("which recordings are gone is not known: they are asked for again")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.absent = list
}

// save notes which recordings are gone.
func (a *archivist) save(ctx context.Context, o *Office) {
	a.mu.Lock()
	raw, _ := json.Marshal(a.absent) // texts
	a.mu.Unlock()
	if err := o.store.PutNote(ctx, absentNote, raw); err != nil {
		o.cfg.Log.Warn().Err(err).Msg("not noted which recordings are gone")
	}
}
