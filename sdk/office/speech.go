package office

import (
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
	speechMost  = 256 // calls that are remembered as asked about
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

// speechMethods are the parts of speech analytics (§3.5.4–3.5.6). Topics and
// summaries may be off by themselves; without words there are neither.
var speechMethods = [...]string{"queries/recording_transcripts", "queries/recording_categories", "s2t/queries/recording_summary"}

// Places of speechMethods.
const (
	speechWords = iota
	speechTopics
	speechSummary
)

// speeches is what was asked of speech analytics lately.
type speeches struct {
	mu    sync.Mutex
	asked map[string]*speechAsked       // by call
	off   [len(speechMethods)]time.Time // until when a part counts as switched off
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
	clear(s.off[:])
	if a := s.asked[id]; a != nil {
		a.anew = true
	}
}

// begin decides whether to ask about a call now. Otherwise it says why not, or
// that it is being asked about. settled: its record has an answer that lasts.
func (s *speeches) begin(id string, now time.Time, settled bool) (ask bool, found history.Found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.asked[id]
	anew := a != nil && a.anew
	switch {
	case a != nil && a.busy:
		return false, history.Found{State: history.Asked}
	case settled && !anew:
		return false, history.Found{}
	case now.Before(s.off[speechWords]):
		return false, absent(text.New(text.SpeechOff))
	case a != nil && !anew && now.Sub(a.at) < speechAgain:
		if a.why == nil { // it had something, which its record has not
			return false, absent(text.New(text.SpeechAbsent))
		}
		return false, absent(a.why)
	}
	for k, other := range s.asked {
		if len(s.asked) >= speechMost && !other.busy {
			delete(s.asked, k)
		}
	}
	if len(s.asked) >= speechMost {
		return false, absent(text.New(text.TooManyOperations))
	}
	if s.asked == nil {
		s.asked = map[string]*speechAsked{}
	}
	s.asked[id] = &speechAsked{at: now, busy: true}
	return true, history.Found{State: history.Asked}
}

// end notes what came of asking about a call that begin let be asked about.
func (s *speeches) end(id string, now time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.asked[id]
	a.at, a.busy, a.why = now, false, text.From(err)
}

func (s *speeches) isOff(part int, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.off[part])
}

func (s *speeches) switchOff(part int, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off[part] = until
}

func absent(why *text.Error) history.Found {
	return history.Found{State: history.Absent, Code: why.Code, Result: why.Result}
}

// speechState tells what the card of a call has of speech analytics. What is not
// there yet is asked for; CallChanged tells the open cards when it is.
func (l *Local) speechState(c *history.Call) history.Found {
	o, now := l.office, l.office.cfg.Now()
	said, known := c.SpeechOf()
	settled := known && (said.Asked.Sub(c.Ended) >= speechSettles || now.Sub(said.Asked) < speechAgain)
	var found history.Found
	if err := o.reachable(); err != nil {
		found = absent(text.From(err))
	} else if state := o.recordingState(c, now); state.State == history.Absent {
		found = state
	} else {
		var ask bool
		if ask, found = o.speeches.begin(c.ID(), now, settled); ask {
			o.grp.Go("speech", func(ctx context.Context) { o.askSpeech(vpbx.WithCaller(ctx, l.id), c) }) // refused when stopping
		}
	}
	if known {
		found = history.Found{State: history.Ready}
	}
	return found
}

// askSpeech asks about a call, keeps the answer in its record and tells the open
// cards.
func (o *Office) askSpeech(ctx context.Context, c *history.Call) {
	ctx, cancel := context.WithTimeout(ctx, speechWait)
	defer cancel()
	raw, err := o.fetchSpeech(ctx, c)
	if err == nil {
		o.calls.Put(history.Call{EntryID: c.EntryID, CallID: c.CallID, Speech: raw})
	} else {
		o.cfg.Log.Info().Err(err).Str("entry_id", c.EntryID).Msg("nothing of speech analytics")
	}
	now := o.cfg.Now()
	o.speeches.end(c.ID(), now, err)
	ev := engine.Event{Kind: engine.SpeechAnalytics, Time: now.UTC(), EntryID: c.EntryID, CallID: c.CallID, Direction: c.Direction}
	_ = o.do(context.WithoutCancel(ctx), func(l *loop) { l.tellWatchers(ev) }) // refused when stopping
}

// fetchSpeech asks for the words, the topics and the summary. A part that the PBX
// refuses ends it: what is there is taken, and when the part is switched off the
// next call does without. A conversation is named by the entry_id of its call,
// which is what the ids of the document look like (§3.5.6).
func (o *Office) fetchSpeech(ctx context.Context, c *history.Call) (json.RawMessage, error) {
	var ids vpbx.RecordingIDs
	for _, r := range recordingsOf(c) {
		ids = append(ids, r.RecordingID)
	}
	said := history.Speech{Asked: o.cfg.Now().UTC().Truncate(time.Second)}
	none := text.New(text.SpeechAbsent)
	for part, method := range speechMethods {
		if o.speeches.isOff(part, o.cfg.Now()) {
			continue
		}
		params := map[string]any{"recording_id": ids}
		switch part {
		case speechTopics:
			params["with_terms"], params["with_names"] = true, true
		case speechSummary:
			params = map[string]any{"communication_id": []string{c.EntryID}}
		}
		raw, _ := json.Marshal(params) // texts
		a, err := o.client.Do(ctx, method, raw)
		refusal, _ := errors.AsType[*vpbx.Error](err)
		if err != nil {
			if refusal == nil || refusal.Result == 0 {
				return nil, err // no answer: the whole is asked for again
			}
			if none = text.From(err); serviceOff(refusal.Result) {
				o.speeches.switchOff(part, o.cfg.Now().Add(speechOff))
				none = text.New(text.SpeechOff).WithResult(refusal.Result)
			}
			break
		}
		if data, ok := trackedData(a.JSON); ok && data[0] == '[' {
			*[...]*json.RawMessage{&said.Transcript, &said.Topics, &said.Summary}[part] = data
		}
	}
	if said.Transcript == nil && said.Topics == nil && said.Summary == nil {
		return nil, none
	}
	raw, err := json.Marshal(said)
	if err == nil && len(raw) > speechBytes {
		err = text.New(text.TooBig)
	}
	return raw, err
}

// serviceOff tells the answers to a company that has not the service: 3128 was
// seen; 22xx, 4001, 4402 and 5201 say so in the document (§18).
func serviceOff(result int) bool {
	return result == 3128 || result == 4001 || result == 4402 || result == 5201 || result/100 == 22
}
