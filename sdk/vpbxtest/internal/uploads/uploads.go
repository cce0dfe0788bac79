// Package uploads is the recognition of files of the emulated PBX (document
// §3.10): it takes a recording, tells when it is recognised, and gives its
// words.
package uploads

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

const (
	firstID = 174249520
	keep    = 1000
	maxName = 64 // characters of a file's name, Latin
	// recognising is how long it takes here; the event may be a minute late.
	recognising   = 10 * time.Second
	wrongChannels = 3129
	product       = 300022532
	pathDone      = "/events/recognized/offline"
)

// Config describes the recognition.
type Config struct {
	Employs func(user int64) bool
	// After runs fn when d has passed on the clock of the calls; Notify is only
	// called by such an fn, with the moment.
	After  func(d time.Duration, fn func(at time.Time))
	Notify api.Notify
	Now    api.Clock
}

// Uploads are the tasks of one company. The methods are safe for concurrent use.
type Uploads struct {
	cfg   Config
	mu    sync.Mutex
	last  int64
	tasks map[int64]*task
}

type task struct {
	created, done time.Time // zero done: under way
	name          string
	voice         string // of the one who speaks: client, operator
}

// New makes a recognition that has no tasks.
func New(cfg Config) *Uploads { return &Uploads{cfg: cfg, last: firstID - 1, tasks: map[int64]*task{}} }

// Table is the methods of the recognition.
func (u *Uploads) Table() api.Table {
	return api.Table{
		"/vpbx/offline_record/recognize": u.recognizeOf,
		"/vpbx/record/recognize":         u.recognize,
		"/vpbx/transcribes/tasks":        u.transcripts,
	}
}

// recognizeOf is offline_record/recognize (document §3.10.1): a talk of an
// employee.
func (u *Uploads) recognizeOf(q api.Query) api.Answer {
	var form struct {
		User      api.Int  `json:"user_id"`
		Member    api.Int  `json:"member_id"` // the older name
		Direction string   `json:"direction"`
		From      api.Text `json:"from"`
		To        api.Text `json:"to"`
		Created   string   `json:"created"`
		Channel   *api.Int `json:"member_channel"`
		Diarize   api.Bool `json:"diarization"`
	}
	wrong := api.ReadFields(q, &form)
	if len(wrong) == 0 {
		user, name := form.User, "user_id"
		if user == 0 && form.Member != 0 {
			user, name = form.Member, "member_id"
		}
		switch {
		case user == 0:
			wrong.Add(name, api.Missing)
		case !u.cfg.Employs(int64(user)):
			wrong.Add(name, api.NoObject)
		}
		switch form.Direction {
		case "":
			wrong.Add("direction", api.Missing)
		case "IN":
			wrong.Add("to", number(form.To))
		case "OUT":
			wrong.Add("from", number(form.From))
		default:
			wrong.Add("direction", api.WrongFormat)
		}
		if _, err := time.Parse(time.DateTime, form.Created); form.Created == "" {
			wrong.Add("created", api.Missing)
		} else if err != nil {
			wrong.Add("created", api.WrongFormat)
		}
		switch {
		case form.Channel == nil:
			wrong.Add("member_channel", api.Missing)
		case *form.Channel != -1 && *form.Channel != 1:
			wrong.Add("member_channel", wrongChannels)
		}
	}
	return u.accept(q, wrong, "operator")
}

func number(t api.Text) int {
	switch {
	case t == "":
		return api.Missing
	case !t.Digits():
		return api.WrongFormat
	}
	return 0
}

// recognize is record/recognize (document §3.10.2): nothing but the words.
func (u *Uploads) recognize(q api.Query) api.Answer { return u.accept(q, api.Fields{}, "client") }

// sounds are the kinds of files by extension, with how their content begins.
var sounds = map[string][]string{
	".wav": {"RIFF"}, ".mp3": {"ID3", "\xFF"}, ".ogg": {"OggS"}, ".mp4": {"\x00\x00\x00"},
}

// checkFile is what is wrong with a file. The PBX tells a kind apart somehow;
// here name and first bytes have to agree.
func checkFile(f api.File, given bool) int {
	if !given || len(f.Content) == 0 {
		return api.Missing
	}
	kind := strings.ToLower(path.Ext(f.Name))
	begins := false
	for _, mark := range sounds[kind] {
		begins = begins || strings.HasPrefix(string(f.Content[:min(4, len(f.Content))]), mark)
	}
	latin := len(f.Name) == utf8.RuneCountInString(f.Name)
	if !begins || !latin || len(f.Name) > maxName {
		return api.WrongFormat
	}
	return 0
}

// accept takes the file of a request and recognises it some time later.
func (u *Uploads) accept(q api.Query, wrong api.Fields, voice string) api.Answer {
	f, given := q.Files["file"]
	wrong.Add("file", checkFile(f, given))
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	u.mu.Lock()
	u.last++
	id, t := u.last, &task{created: u.cfg.Now(), name: f.Name, voice: voice}
	u.tasks[id] = t
	delete(u.tasks, id-keep)
	u.mu.Unlock()
	u.cfg.After(recognising, func(at time.Time) {
		u.mu.Lock()
		t.done = t.created.Add(recognising)
		u.mu.Unlock()
		u.cfg.Notify(pathDone, map[string]any{
			"product_id": product, "request_id": id, "recognized": at.UnixMilli(), "result": api.Done,
		})
	})
	return api.OK(map[string]any{"request_id": id})
}

// word of a transcript; times are seconds.
type word struct {
	Word  string  `json:"word"`
	Begin float64 `json:"begin"`
	End   float64 `json:"end"`
}

// transcripts is transcribes/tasks (document §3.10.4): an empty list stands for
// what is unknown or not ready.
func (u *Uploads) transcripts(q api.Query) api.Answer {
	var form struct {
		IDs []api.Text `json:"request_ids"`
		ID  api.Text   `json:"request_id"` // in the table, not in the example
	}
	wrong := api.ReadFields(q, &form)
	if form.ID != "" {
		form.IDs = append(form.IDs, form.ID)
	}
	if len(form.IDs) == 0 {
		wrong.Add("request_ids", api.Missing)
	}
	if len(wrong) > 0 {
		return wrong.Answer()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	data := map[string]any{}
	for _, text := range form.IDs {
		data[string(text)] = []any{}
		id, err := strconv.ParseInt(string(text), 10, 64)
		t := u.tasks[id]
		if err != nil || t == nil || t.done.IsZero() {
			continue
		}
		words := []word{}
		for i, w := range strings.Fields(fmt.Sprintf("запись %s распознана", t.name)) {
			words = append(words, word{w, float64(i), float64(i) + 0.5})
		}
		data[string(text)] = map[string]any{
			"status": "ready", "time_created": t.created.UnixMilli(), "time_updated": t.done.UnixMilli(),
			"transcribes": []any{map[string]any{"channel": t.voice, "data": words}},
		}
	}
	return api.OK(map[string]any{"data": data})
}
