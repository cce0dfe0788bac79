package engine

import (
	"cmp"
	"time"

	"mangoofficesdk/sdk/notify"
)

const (
	// readyTime is how long a recording that was made waits for the word that it
	// can be fetched; it is told without that word then.
	readyTime = 120 * time.Second
	// recordFor is how long a recording is remembered, so that it is told once.
	recordFor = 24 * time.Hour
	// recordingMade is the completion code of a recording that was kept; 4002 is
	// one too short, 22xx an account without the service (§3.1.4).
	recordingMade = 1000
)

// maxRecords bounds memory: a thousand employees make that many in a day.
const maxRecords = 20_000

// recordPrefix marks recordings on the agenda.
const recordPrefix = "r|"

// recording is one recording_id.
type recording struct {
	RecordingRef
	entryID, callID, commandID string

	seq       int64     // the newest told by the PBX
	made      time.Time // when it was completed, by the PBX's clock
	ready     time.Time // when to tell without waiting longer; zero: not made yet
	told      bool
	positions []uint64  // of its notifications in the journal
	letGo     time.Time // when they are needed no more; zero: not told yet
	forget    time.Time
}

// waits: it was made, and nobody was told yet.
func (r *recording) waits() bool { return !r.told && !r.ready.IsZero() }

// recordOf finds or makes a recording.
func (s *State) recordOf(id string) *recording {
	r := s.records[id]
	if r == nil {
		s.makeRecordRoom()
		r = &recording{RecordingRef: RecordingRef{RecordingID: id}, forget: s.now.Add(recordFor)}
		s.records[id] = r
		s.due.add(r.forget, recordPrefix+id)
	}
	return r
}

// makeRecordRoom forgets the recording that has been known longest.
func (s *State) makeRecordRoom() {
	if len(s.records) < maxRecords {
		return
	}
	var oldest *recording
	for _, r := range s.records {
		if oldest == nil || cmp.Or(r.forget.Compare(oldest.forget), cmp.Compare(r.RecordingID, oldest.RecordingID)) < 0 {
			oldest = r
		}
	}
	if oldest.waits() {
		s.tellReady(oldest, oldest.made)
	}
	s.forgetRecord(oldest)
}

func (s *State) forgetRecord(r *recording) {
	s.release(r.positions...)
	delete(s.records, r.RecordingID)
}

// recording follows the progress of one: Continued moves it to another leg.
func (s *State) recording(n notify.Recording, pos uint64) {
	r := s.recordOf(n.RecordingID)
	if r.told {
		s.counters.Duplicates++
		s.release(pos)
		return
	}
	r.positions = append(r.positions, pos)
	if n.Seq >= r.seq {
		r.seq = n.Seq
		r.callID = cmp.Or(n.CallID, r.callID)
	}
	r.entryID = cmp.Or(r.entryID, n.EntryID)
	r.callID = cmp.Or(r.callID, n.CallID)
	r.Extension = cmp.Or(n.Extension, r.Extension)
	r.commandID = cmp.Or(n.CommandID, r.commandID)
	// One that was only mailed is nowhere to be fetched from.
	if n.State == notify.RecordingCompleted && n.CompletionCode == recordingMade && n.Recipient != notify.ToMail && r.ready.IsZero() {
		r.made, r.ready = n.Time, s.now.Add(readyTime)
		s.due.add(r.ready, recordPrefix+r.RecordingID)
	}
}

// recordAdded is the PBX's word that a recording can be fetched.
func (s *State) recordAdded(n notify.RecordAdded, pos uint64) {
	r := s.recordOf(n.RecordingID)
	if r.told {
		s.counters.Duplicates++
		s.release(pos)
		return
	}
	r.positions = append(r.positions, pos)
	r.entryID = cmp.Or(r.entryID, n.EntryID)
	r.Extension = cmp.Or(r.Extension, s.staff[n.UserID])
	s.tellReady(r, n.Time)
}

func (s *State) recordDue(id string) {
	r := s.records[id]
	switch {
	case r == nil:
	case r.waits() && !s.now.Before(r.ready):
		s.tellReady(r, r.made)
	case !s.now.Before(r.forget):
		s.forgetRecord(r)
	case r.told && !s.now.Before(r.letGo) && r.positions != nil:
		s.release(r.positions...)
		r.positions = nil
	}
}

// tellReady tells that a recording can be fetched. The id depends on the
// recording alone: it is the same whatever the event was made of.
func (s *State) tellReady(r *recording, at time.Time) {
	r.told, r.letGo = true, s.now.Add(closedFor)
	s.due.add(r.letGo, recordPrefix+r.RecordingID)
	ev := s.about(r.entryID, r.callID)
	ev.ID = eventID(string(RecordingReady), r.RecordingID)
	ev.Kind, ev.Class, ev.Time, ev.To = RecordingReady, Record, at, Address{Rule: AnyWriter}
	ev.CommandID = cmp.Or(r.commandID, ev.CommandID)
	s.emit(ev, r.RecordingRef)
}
