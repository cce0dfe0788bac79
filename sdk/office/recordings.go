package office

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/internal/spool"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

const (
	// linkLife is how long a link works when nobody says, linkMost the longest.
	linkLife = 10 * time.Minute
	linkMost = 30 * 24 * time.Hour
	// linkZone: editions of the document disagree whether the end of a link is
	// told in UTC or in UTC+3 (§3.5.2). A link that died three hours ago is of no
	// use; one that lives three hours longer does what it was made for.
	linkZone = 3 * time.Hour
)

// recordingArgs are the arguments of the methods about one recording.
type recordingArgs struct {
	RecordingID string `json:"recording_id"`
	Action      string `json:"action"`  // "" = play
	TTLSec      int64  `json:"ttl_sec"` // 0 = linkLife
}

func decodeRecordingArgs(args json.RawMessage) (a recordingArgs, err error) {
	if err = decode(args, &a); err == nil && a.RecordingID == "" {
		err = text.New(text.MissingField).WithField("recording_id")
	}
	return a, err
}

// ownRecording: the recordings of the own calls are a session's business, those
// of all a Supervisor's.
func ownRecording(ctx context.Context, l *Local, args json.RawMessage) error {
	a, err := decodeRecordingArgs(args)
	if l.may(Supervisor) || err != nil {
		return nil //nolint:nilerr // told by the method
	}
	c, ok := l.office.callOf(ctx, a.RecordingID)
	if ok && c.Has(l.session.Extension) {
		return nil
	}
	return text.New(text.Forbidden).WithField("recording_id")
}

// callOf finds the stored call that a recording is of.
func (o *Office) callOf(ctx context.Context, recordingID string) (c history.Call, ok bool) {
	entry, ok := recording.EntryOf(recordingID)
	if !ok {
		return c, false
	}
	c, err := o.calls.Get(ctx, entry)
	return c, err == nil && slices.ContainsFunc(recordingsOf(&c), func(r engine.RecordingRef) bool { return r.RecordingID == recordingID })
}

// recordingsOf are those of a call and of its legs, each once.
func recordingsOf(c *history.Call) (list []engine.RecordingRef) {
	all := slices.Clone(c.Recordings)
	for _, leg := range c.Legs {
		all = append(all, leg.Recordings...)
	}
	for _, r := range all {
		if r.RecordingID != "" && !slices.ContainsFunc(list, func(x engine.RecordingRef) bool { return x.RecordingID == r.RecordingID }) {
			list = append(list, r)
		}
	}
	return list
}

// recordingLink makes an address that whoever has it can follow; nobody is
// asked. It works once signed links are switched on in the account.
func (l *Local) recordingLink(_ context.Context, args json.RawMessage) (any, error) {
	a, err := decodeRecordingArgs(args)
	if err != nil {
		return nil, err
	}
	life := time.Duration(a.TTLSec) * time.Second
	switch {
	case a.TTLSec == 0:
		life = linkLife
	case a.TTLSec < 0 || a.TTLSec > int64(linkMost/time.Second):
		return nil, text.New(text.BadArgument).WithField("ttl_sec")
	}
	if a.Action == "" {
		a.Action = vpbx.RecordingPlay
	}
	if a.Action != vpbx.RecordingPlay && a.Action != vpbx.RecordingDownload {
		return nil, text.New(text.BadArgument).WithField("action").WithDetail(a.Action)
	}
	url, err := l.office.RecordingLink(a.RecordingID, a.Action, life)
	return struct {
		URL string `json:"url"`
	}{url}, err
}

// RecordingLink makes an address at the PBX that works for life, or three hours
// longer. action is one of vpbx. Nobody is asked; recording_gone: the PBX has
// said before that it is no more.
func (o *Office) RecordingLink(id, action string, life time.Duration) (string, error) {
	if err := o.gone.check(id); err != nil {
		return "", err
	}
	return o.client.RecordingLink(vpbx.RecordingLinkRequest{
		RecordingID: id, Action: action, Timestamp: vpbx.Unix{Time: o.cfg.Now().Add(life + linkZone)},
	})
}

// downloadRecording begins to fetch a recording, out of the archive if it is
// there. Its bytes are fetched by GetFile.
func (l *Local) downloadRecording(_ context.Context, args json.RawMessage) (any, error) {
	a, err := decodeRecordingArgs(args)
	if err != nil {
		return nil, err
	}
	o, dir := l.office, spoolFolder(l.office.cfg)
	id, err := o.ops.StartFile(l.id, "DownloadRecording", dir, func(ctx context.Context, op *operation.Op, w io.Writer) error {
		told := func(done, total int64) { op.Progress(int(done), int(max(total, 0))) }
		return o.copyRecording(vpbx.WithCaller(ctx, l.id), a.RecordingID, dir, w, told)
	})
	return struct {
		OperationID string `json:"operation_id"`
	}{id}, err
}

// copyRecording writes a recording to w, from the archive or the PBX.
func (o *Office) copyRecording(ctx context.Context, id, dir string, w io.Writer, told func(done, total int64)) error {
	if r, _, err := o.Archived(ctx, id); err == nil {
		defer r.Close()
		n, err := io.Copy(w, r)
		told(n, n)
		return err
	}
	if err := o.reachable(); err != nil {
		return err
	}
	if err := o.gone.check(id); err != nil { // to ask once more is a wrong request
		return err
	}
	f, audio, err := o.fetchRecording(ctx, id, dir, told)
	if err != nil {
		return o.lostRecording(ctx, id, err)
	}
	defer discard(f)
	_, err = io.Copy(w, io.NewSectionReader(f, 0, audio.Bytes))
	return err
}

// fetchRecording brings a recording into a temporary file, which the caller
// discards.
func (o *Office) fetchRecording(ctx context.Context, id, dir string, told func(done, total int64)) (*os.File, recording.Audio, error) {
	f, err := os.CreateTemp(dir, spool.Pattern)
	if err != nil {
		return nil, recording.Audio{}, text.New(text.FileNotWritten).WithDetail(dir).Wrap(err)
	}
	audio, err := recording.Download(ctx, o.client, id, f, told)
	if err != nil {
		discard(f)
		return nil, audio, err
	}
	return f, audio, nil
}

// discard gives the room of a temporary file back.
func discard(f *os.File) {
	_ = f.Close()           // nothing of it is wanted any more
	_ = os.Remove(f.Name()) // the next start cleans up
}

// Archived gives the copy of a recording that the archive has, which the caller
// closes, and its ending (".mp3"). Errors: recording_absent, archive_failed.
func (o *Office) Archived(ctx context.Context, recordingID string) (r io.ReadSeekCloser, ext string, err error) {
	key, ok := o.archiveKey(ctx, recordingID)
	if !ok {
		return nil, "", text.New(text.RecordingAbsent)
	}
	return o.archive.store.Open(ctx, key)
}

// archiveKey is the name of a recording in the archive; false: there is no
// archive, or the call is not known.
func (o *Office) archiveKey(ctx context.Context, recordingID string) (recording.Key, bool) {
	if o.archive == nil {
		return recording.Key{}, false
	}
	c, ok := o.callOf(ctx, recordingID)
	return recording.Key{ID: recordingID, Time: c.Started}, ok && !c.Started.IsZero()
}

// recordingPlace is where the files of reports say that a recording is: what
// the configuration says, or its copy in the archive.
func (o *Office) recordingPlace(c *history.Call, r engine.RecordingRef) string {
	switch {
	case o.cfg.Recording != nil:
		return o.cfg.Recording(c, r)
	case o.archive == nil:
		return ""
	}
	where, err := o.archive.store.Where(o.grp.Context(), recording.Key{ID: r.RecordingID, Time: c.Started})
	if err != nil {
		return "" // there is none, or it is out of reach: the report goes on
	}
	return where
}

// goneMost recordings are remembered that the PBX has no more.
const goneMost = 2000

// gone are recordings that the PBX has no more, as it said to a download.
type gone struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (g *gone) has(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ids[id]
}

// check refuses a recording that is no more.
func (g *gone) check(id string) error {
	if g.has(id) {
		return text.New(text.RecordingGone).Wrap(text.New(text.RecordingAbsent))
	}
	return nil
}

func (g *gone) add(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ids == nil || len(g.ids) >= goneMost {
		g.ids = map[string]bool{}
	}
	g.ids[id] = true
}

// lostRecording says why a recording of a known call is not there.
func (o *Office) lostRecording(ctx context.Context, id string, err error) error {
	c, ok := o.callOf(ctx, id)
	if !ok || text.From(err).Code != text.RecordingAbsent {
		return err
	}
	code := c.LostRecording(o.cfg.Now())
	if code == text.RecordingGone {
		o.gone.add(id)
	}
	return text.New(code).Wrap(err)
}

// recordingState tells whether a call has a recording that can be heard, and why
// not: what the PBX said, and how long ago the call ended.
func (o *Office) recordingState(c *history.Call, now time.Time) history.Found {
	list := recordingsOf(c)
	if len(list) == 0 {
		return history.Found{State: history.Absent, Code: c.NoRecording(now), Result: max(0, c.Unrecorded)}
	}
	if slices.ContainsFunc(list, func(r engine.RecordingRef) bool { return !o.gone.has(r.RecordingID) }) {
		return history.Found{State: history.Ready}
	}
	return history.Found{State: history.Absent, Code: text.RecordingGone}
}

// noteUnrecorded keeps what the PBX says of a recording that is nowhere to be
// fetched.
func (l *loop) noteUnrecorded(in engine.Input) {
	n, _ := in.(engine.Notification)
	r, ok := n.Item.Notification.(notify.Recording)
	if !ok || r.State != notify.RecordingCompleted || r.EntryID == "" {
		return
	}
	c := history.Call{EntryID: r.EntryID}
	switch {
	case r.Recipient == notify.ToMail:
		c.Unrecorded = history.MailedOnly
	case r.CompletionCode != 0 && r.CompletionCode != recordingKept:
		c.Unrecorded = r.CompletionCode
	default:
		return
	}
	l.ticket = max(l.ticket, l.o.calls.Put(c))
}

// recordingKept is the completion code of a recording that can be fetched
// (§3.1.4).
const recordingKept = 1000
