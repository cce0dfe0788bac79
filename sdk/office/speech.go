package office

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

const (
	speechMost  = 16  // calls asked about at a time
	speechKept  = 512 // calls whose outcome is remembered
	speechBytes = 1 << 20
	speechWait  = 5 * time.Minute // the guard may hold a request back for two of them
	// speechAgain is when a call is asked about again that had nothing, or that
	// was asked about before it was speechSettles old: topics come later.
	speechAgain   = 10 * time.Minute
	speechSettles = time.Hour
	// speechOff is how long a part of the service counts as switched off: to ask
	// costs the quota of wrong requests (§1.4.1).
	speechOff = 24 * time.Hour
)

// The parts of speech analytics. Topics and summaries may be off by themselves;
// without words there are neither.
const (
	speechWords = iota
	speechTopics
	speechSummary
	speechParts
)

// speeches is what was asked of speech analytics lately.
type speeches struct {
	mu    sync.Mutex
	asked map[string]speechAsked // by call
	off   [speechParts]time.Time // until when it counts as switched off
	busy  int
}

// speechAsked is a call that was asked about.
type speechAsked struct {
	at   time.Time
	busy bool
	anew bool        // the PBX has told of it since
	why  *text.Error // why there is nothing
}

// told has a call asked about anew: the PBX has told of it, so the service is on.
func (s *speeches) told(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = [speechParts]time.Time{}
	s.note(id, speechAsked{busy: s.asked[id].busy, anew: true})
}

// note remembers a call; one of those that are over makes room. The caller
// holds the lock.
func (s *speeches) note(id string, a speechAsked) {
	if s.asked == nil {
		s.asked = map[string]speechAsked{}
	}
	for k, other := range s.asked {
		if len(s.asked) < speechKept {
			break
		}
		if !other.busy {
			delete(s.asked, k)
		}
	}
	s.asked[id] = a
}

// stale reports whether the PBX has told of a call since it was asked.
func (s *speeches) stale(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[id].anew
}

// isOff reports whether a part counts as switched off.
func (s *speeches) isOff(part int, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.off[part])
}

func (s *speeches) switchedOff(part int, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off[part] = until
	if part == speechWords {
		s.off = [speechParts]time.Time{until, until, until}
	}
}

// begin decides whether to ask about a call now. Otherwise it says why not, or
// that it is being asked about.
func (s *speeches) begin(id string, now time.Time) (ask bool, found history.Found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, there := s.asked[id]
	off := true
	for _, until := range s.off {
		off = off && now.Before(until)
	}
	switch {
	case a.busy:
		return false, history.Found{State: history.Asked}
	case off:
		return false, absent(text.New(text.SpeechOff))
	case there && !a.anew && now.Sub(a.at) < speechAgain:
		return false, absent(a.why)
	case s.busy >= speechMost:
		return false, absent(text.New(text.TooManyOperations))
	}
	s.busy++
	s.note(id, speechAsked{at: now, busy: true})
	return true, history.Found{State: history.Asked}
}

func (s *speeches) end(id string, now time.Time, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	s.note(id, speechAsked{at: now, why: text.From(why), anew: s.asked[id].anew})
}

func absent(why *text.Error) history.Found {
	if why == nil {
		why = text.New(text.SpeechAbsent)
	}
	return history.Found{State: history.Absent, Code: why.Code, Result: why.Result}
}

// speechState tells what the card of a call has of speech analytics. What is not
// there yet is asked for; CallChanged tells the open cards when it is.
func (l *Local) speechState(c *history.Call) history.Found {
	o, now := l.office, l.office.cfg.Now()
	said, known := c.SpeechOf()
	early := said.Asked.Sub(c.Ended) < speechSettles && now.Sub(said.Asked) >= speechAgain
	if known && !early && !o.speeches.stale(c.ID()) {
		return history.Found{State: history.Ready}
	}
	found := absent(text.New(text.RecordingAbsent))
	switch ids, err := recordingsOf(c), o.reachable(); {
	case len(ids) == 0:
	case err != nil:
		found = absent(text.From(err))
	default:
		var ask bool
		if ask, found = o.speeches.begin(c.ID(), now); ask && !o.grp.Go("speech", func(ctx context.Context) { o.askSpeech(vpbx.WithCaller(ctx, l.id), c) }) {
			found = absent(text.New(text.Stopping))
		}
	}
	if known {
		return history.Found{State: history.Ready}
	}
	return found
}

// askSpeech asks about a call, keeps the answer in its record and tells the open
// cards.
func (o *Office) askSpeech(ctx context.Context, c *history.Call) {
	ctx, cancel := context.WithTimeout(ctx, speechWait)
	defer cancel()
	said, err := o.fetchSpeech(ctx, c)
	var raw json.RawMessage
	if err == nil {
		said.Asked = o.cfg.Now().UTC().Truncate(time.Second)
		if raw, err = json.Marshal(said); err == nil && len(raw) > speechBytes {
			err = text.New(text.TooBig)
		}
	}
	if err == nil {
		o.calls.Put(history.Call{EntryID: c.EntryID, CallID: c.CallID, Speech: raw})
	} else {
		o.cfg.Log.Info().Err(err).Str("entry_id", c.EntryID).Msg("nothing of speech analytics")
	}
	o.speeches.end(c.ID(), o.cfg.Now(), err)
	ev := engine.Event{
		Kind: engine.SpeechAnalytics, Time: o.cfg.Now().UTC(), EntryID: c.EntryID, CallID: c.CallID, Direction: c.Direction,
		Caller: c.Caller, Callee: c.Callee, Line: c.Line, Group: c.Group, CommandID: c.CommandID,
	}
	_ = o.do(context.WithoutCancel(ctx), func(l *loop) { l.tellWatchers(ev) }) // refused when stopping
}

// fetchSpeech asks for the words, the topics and the summary. A part that the PBX
// refuses ends it: what is there is taken, and when the part is switched off the
// next call does without.
func (o *Office) fetchSpeech(ctx context.Context, c *history.Call) (s history.Speech, err error) {
	var ids vpbx.RecordingIDs
	for _, r := range recordingsOf(c) {
		ids = append(ids, r.RecordingID)
	}
	s.Topics, s.Transcript = []history.Topic{}, []history.Phrase{}
	err = text.New(text.SpeechAbsent)
	for part, ask := range [speechParts]func() error{
		speechWords:   func() error { return o.askWords(ctx, ids, &s) },
		speechTopics:  func() error { return o.askTopics(ctx, ids, &s) },
		speechSummary: func() error { return o.askSummary(ctx, c.EntryID, &s) },
	} {
		if o.speeches.isOff(part, o.cfg.Now()) {
			continue
		}
		wrong := ask()
		switch result := resultOf(wrong); {
		case wrong == nil:
			continue
		case result == 0:
			return s, wrong // no answer: the whole is asked for again
		case serviceOff(result):
			o.speeches.switchedOff(part, o.cfg.Now().Add(speechOff))
			err = text.New(text.SpeechOff).WithResult(result).Wrap(wrong)
		default:
			err = wrong
		}
		break
	}
	if len(s.Transcript)+len(s.Topics)+len(s.Summary) > 0 {
		return s, nil
	}
	return s, err
}

func (o *Office) askWords(ctx context.Context, ids vpbx.RecordingIDs, s *history.Speech) error {
	list, err := o.client.RecordingTranscripts(ctx, vpbx.TranscriptsRequest{RecordingID: ids})
	for _, r := range list {
		for _, p := range r.Phrases {
			name := r.Names.Operator
			if p.Speaker == "client" {
				name = r.Names.Client
			}
			s.Transcript = append(s.Transcript, history.Phrase{RecordingID: r.RecordingID, Speaker: p.Speaker, Name: name, Text: p.Text})
		}
	}
	return err
}

func (o *Office) askTopics(ctx context.Context, ids vpbx.RecordingIDs, s *history.Speech) error {
	list, err := o.client.RecordingCategories(ctx, vpbx.CategoriesRequest{RecordingID: ids, WithTerms: true, WithNames: true})
	for _, r := range list {
		for _, t := range r.Categories {
			topic := history.Topic{RecordingID: r.RecordingID, ID: t.ID, Name: t.Name, Terms: []string{}}
			for _, term := range t.Terms {
				topic.Terms = append(topic.Terms, term.Value)
			}
			s.Topics = append(s.Topics, topic)
		}
	}
	return err
}

// askSummary names the conversation by the entry_id of its call, which is what
// the ids of the document look like (§3.5.6).
func (o *Office) askSummary(ctx context.Context, entryID string, s *history.Speech) error {
	if entryID == "" {
		return nil
	}
	list, err := o.client.ConversationSummaries(ctx, vpbx.SummariesRequest{CommunicationID: []string{entryID}})
	for _, one := range list {
		s.Summary = cmp.Or(s.Summary, one.Summary)
	}
	return err
}

// resultOf is the PBX's code of a failed request.
func resultOf(err error) int {
	e, _ := errors.AsType[*vpbx.Error](err)
	if e == nil {
		return 0
	}
	return e.Result
}

// serviceOff tells the answers to a company that has not the service: 3128 was
// seen; 22xx, 4001, 4402 and 5201 say so in the document (§18).
func serviceOff(result int) bool {
	return result == 3128 || result == 4001 || result == 4402 || result == 5201 || result/100 == 22
}
