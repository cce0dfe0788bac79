// Package archive is what the emulated PBX remembers of the calls that ended:
// statistics of both kinds, recordings with their one-time addresses, and what
// speech analytics made of them (document §3.4 and §3.5).
package archive

import (
	"cmp"
	"crypto/rand"
	"sync"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// keep bounds recordings, and calls where Config.Keep does not; keepJobs the reports made and the one-time
// addresses given out; the older half goes when a bound is reached.
const (
	keep     = 10000
	keepJobs = 200
)

// Directions of a call, as its summary tells them.
const (
	Internal = 0
	Incoming = 1
	Outgoing = 2
)

// Party is one side of a leg or of a call.
type Party struct {
	Extension string
	Number    string
	User      int64 // user_id; 0 = no employee
	Name      string
}

// Leg is one call_id from its first event to its last.
type Leg struct {
	ID         string
	Location   string // ivr, queue, abonent
	From, To   Party
	Group      *Group // that led to the callee
	Began      time.Time
	Answered   time.Time // zero = never
	Ended      time.Time
	Held       time.Duration
	Reason     int
	Transfer   string // consultative, blind, return_blind
	Ordered    bool   // first leg of a callback
	Recordings []string
}

// Group is a group of employees.
type Group struct {
	ID        int64
	Name      string
	Extension string
}

// Call is one entry_id that is over. Times and reason are those of its summary.
type Call struct {
	ID        string
	Direction int
	From, To  Party
	Line      string
	Created   time.Time
	Talk      time.Time // first answer; zero = none
	Ended     time.Time
	Reason    int
	Ordered   bool  // by a command or on the web page
	Task      int64 // of the campaign that made it; 0 = none
	Legs      []Leg
}

// Config describes an archive.
type Config struct {
	Offset time.Duration // added to the times of basic statistics, as in events
	Notify api.Notify
	// ReadyPath is where the end of a report of basic statistics is told.
	ReadyPath string
	// After runs fn when d has passed on the clock of the calls; Notify is only
	// called by such an fn. Neither is called with a lock held.
	After func(d time.Duration, fn func())
	// Base is the address of the PBX, "" when it has none of its own.
	Base func() string
	// Signed tells whether a link was signed by us.
	Signed func(key, id string, until int64, sign string) bool
	Now    api.Clock
	// NoSpeech: the company has no speech analytics.
	NoSpeech bool
	// Task is a task of a campaign as extended statistics show it.
	Task func(id int64) any
	Keep int // calls remembered; 0 = 10,000
}

// Archive is what one PBX remembers. Its methods are safe for concurrent use.
type Archive struct {
	cfg Config

	mu         sync.Mutex
	calls      []*Call // in order of their ends
	recordings map[string]*Recording
	recorded   []string        // ids of recordings, oldest first
	jobs       map[string]*job // by key
	ordered    []string        // keys of jobs, oldest first
	files      map[string]string
	given      []string // tokens of files, oldest first
}

// New makes an empty archive.
func New(cfg Config) *Archive {
	return &Archive{cfg: cfg, recordings: map[string]*Recording{}, jobs: map[string]*job{}, files: map[string]string{}}
}

// Keep takes a call that is over.
func (a *Archive) Keep(c Call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if most := cmp.Or(a.cfg.Keep, keep); len(a.calls) >= most {
		a.calls = append([]*Call(nil), a.calls[most/2:]...)
	}
	a.calls = append(a.calls, &c)
}

// Table is the methods asked by POST.
func (a *Archive) Table() api.Table {
	t := api.Table{
		"/vpbx/stats/request":          a.requestBasic,
		"/vpbx/stats/result":           a.resultBasic,
		"/vpbx/stats/calls/request":    a.requestCalls,
		"/vpbx/stats/calls/result":     a.resultCalls,
		"/vpbx/queries/recording/post": a.postRecording,
	}
	for path, method := range a.speech() {
		if a.cfg.NoSpeech {
			method = func(api.Query) api.Answer { return api.Refuse(wrongURL) }
		}
		t[path] = method
	}
	return t
}

// Gets is the methods asked by GET; their path comes as it was escaped.
func (a *Archive) Gets() api.Table {
	return api.Table{
		"/vpbx/queries/recording/link/": a.linkRecording,
		"/vpbx/queries/recording/issa/": a.issaRecording,
	}
}

// job is a report under way or made.
type job struct {
	basic bool
	ready bool
	body  any // []byte of basic statistics
}

// preparing is how long a report takes on the clock of the calls. The vendor
// says nothing; clients poll for a few seconds.
const preparing = 2 * time.Second

// start begins a report; make runs with the lock held.
func (a *Archive) start(basic bool, make func() any, told func(key string)) api.Answer {
	key := rand.Text() + rand.Text() + "=="
	j := &job{basic: basic}
	a.mu.Lock()
	a.jobs[key] = j
	a.ordered = forget(append(a.ordered, key), keepJobs, a.jobs)
	a.mu.Unlock()
	a.cfg.After(preparing, func() {
		a.mu.Lock()
		j.body, j.ready = make(), true
		a.mu.Unlock()
		told(key)
	})
	return api.Bare(map[string]any{"key": key})
}

// forget drops the older half of m when its keys are too many.
func forget[V any](keys []string, bound int, m map[string]V) []string {
	if len(keys) <= bound {
		return keys
	}
	for _, key := range keys[:bound/2] {
		delete(m, key)
	}
	return append([]string(nil), keys[bound/2:]...)
}

// asked reads the key of a result and finds its job.
func (a *Archive) asked(q api.Query, basic bool) (*job, int) {
	var form struct {
		Key api.Text `json:"key"`
	}
	if code := api.Read(q, &form); code != 0 {
		return nil, code
	}
	if form.Key == "" {
		return nil, api.Missing
	}
	if j := a.jobs[string(form.Key)]; j != nil && j.basic == basic {
		return j, 0
	}
	return nil, 0
}
