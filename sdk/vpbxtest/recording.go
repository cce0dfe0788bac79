package vpbxtest

import (
	"slices"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/archive"
)

const (
	// tooShort is the length below which a recording is not saved (code 4002);
	// the vendor does not print it.
	tooShort     = time.Second
	codeTooShort = 4002
	// storing is from the end of a recording to record/added: the printed pair
	// of events lies 7 s apart; tagging is from there to record/tagged.
	storing = 7 * time.Second
	tagging = 5 * time.Second
)

// recording is the voice of one employee in one leg. Inferred: it ends with
// the leg, so that Continued is never told.
type recording struct {
	id      string
	seq     int64
	worker  party
	command string
	began   time.Time
	saved   bool
}

// record begins and ends recordings as the state of the leg asks.
func (l *leg) record() {
	switch {
	case l.state == disconnected:
		for _, r := range l.recordings {
			l.endRecording(r)
		}
	case l.state == connected && l.seq > 1 && l.e.p.cfg.Style.Recording && !l.orderer && len(l.recordings) == 0:
		if worker := l.workerParty(); worker.ext != "" {
			l.beginRecording(worker, "")
		}
	}
}

func (l *leg) records(worker party) bool {
	return slices.ContainsFunc(l.recordings, func(r *recording) bool { return r.worker.ext == worker.ext })
}

func (l *leg) beginRecording(worker party, command string) {
	e := l.e
	r := &recording{id: recordingID(e.id, e.records), worker: worker.plain(), command: command, began: e.p.tl.now}
	e.records++
	l.recordings = append(l.recordings, r)
	other := l.from
	if other.ext == worker.ext {
		other = l.to
	}
	e.p.archive.Begin(archive.Recording{
		ID: r.id, EntryID: e.id, Worker: e.p.dir.known(r.worker), Other: e.p.dir.known(other), Began: r.began,
	})
	l.tellRecording(r, recordingMessage{State: "Started"})
}

func (l *leg) endRecording(r *recording) {
	p := l.e.p
	end := p.tl.now
	m := recordingMessage{State: "Completed", Recipient: "Cloud"}
	code := codeDone
	if r.saved = end.Sub(r.began) >= tooShort; !r.saved {
		code, m.Recipient = codeTooShort, ""
	}
	n := p.num(int64(code))
	m.Code = &n
	l.tellRecording(r, m)
	if !r.saved {
		return
	}
	entry, user := l.e.id, p.dir.known(r.worker).User
	if user == 0 {
		user = -1
	}
	stored := func(path string) {
		p.emit(nil, path, storedMessage{
			EntryID: entry, Product: p.num(productID), User: p.num(user), Timestamp: p.unix(p.tl.now), ID: r.id,
		})
	}
	p.tl.after(storing, func() {
		p.archive.Store(r.id, end)
		stored(pathStored)
		if p.cfg.Style.Tagging {
			p.tl.after(tagging, func() { stored(pathTagged) })
		}
	})
}

func (l *leg) tellRecording(r *recording, m recordingMessage) {
	p := l.e.p
	r.seq++
	m.ID, m.Seq, m.EntryID, m.CallID = r.id, p.num(r.seq), l.e.id, l.id
	m.Extension, m.Timestamp, m.CommandID = r.worker.ext, p.unix(p.tl.now), r.command
	p.emit(l.e, pathRecord, m)
}
