package vpbx

import (
	_ "embed" // for catalogueTSV
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Direction tells who posts.
type Direction string

// Both directions.
const (
	DirectionOut Direction = "out" // a request to the PBX
	DirectionIn  Direction = "in"  // a notification from it
)

// AnswerKind tells how a request is answered.
type AnswerKind string

// Kinds of answers.
const (
	AnswerSync      AnswerKind = "sync"      // data in the HTTP answer
	AnswerAsync     AnswerKind = "async"     // the outcome is notified to /result/…
	AnswerPoll      AnswerKind = "poll"      // a key first, then asked until it is ready
	AnswerRedirect  AnswerKind = "redirect"  // 302 to a file
	AnswerMultipart AnswerKind = "multipart" // as sync; the request carries a file
	AnswerEvent     AnswerKind = "event"     // a notification: HTTP 200 and nothing else
)

// RateClass names requests that share one limit of the PBX (§1.4).
type RateClass string

// Rate classes. A notification has none: "".
const (
	RateGeneral          RateClass = "general"
	RateCallback         RateClass = "callback"
	RateHangup           RateClass = "hangup"
	RateRecordingStart   RateClass = "recording_start"
	RateTransfer         RateClass = "transfer"
	RateRoute            RateClass = "route"
	RateRecordings       RateClass = "recordings"
	RateUsers            RateClass = "users"
	RateBalance          RateClass = "balance"
	RateContactsRead     RateClass = "contacts_read"
	RateContactsWrite    RateClass = "contacts_write"
	RateStatistics       RateClass = "statistics"
	RateStatisticsResult RateClass = "statistics_result"
	RateContactCentre    RateClass = "cc"
	RateTask             RateClass = "cc_task"
)

// Urgency tells who waits for a request, hence who goes first when the limits
// are short.
type Urgency string

// Urgencies, the most urgent first. A notification has none: "".
const (
	UrgencyRoute   Urgency = "route"   // a caller waits to be put through
	UrgencyCommand Urgency = "command" // a person changes something
	UrgencyRead    Urgency = "read"    // a person waits for data
	UrgencyBulk    Urgency = "bulk"    // nobody waits
)

// Entry is a row of the catalogue: one request or one notification.
type Entry struct {
	Direction Direction
	Area      string // chapter: "commands", "addressbook", …
	Verb      string // HTTP method
	// Path has no trailing slash. {x} is to be filled in; what stands behind #
	// tells notifications of one path apart by their body; * is a path that the
	// document does not print.
	Path       string
	Slash      bool   // the document prints a trailing slash; optional on the wire
	Name       string // "commands/callback", "cc/task/add", "events/call"
	Kind       AnswerKind
	Class      RateClass
	Urgency    Urgency
	Section    string // of the document; two, with a semicolon, where it describes a method twice; "" = unknown
	Sheet      int    // row of the first reading, which numbers requests only; 0 = none
	Index      bool   // the second reading has it
	TitleEN    string
	TitleRU    string
	Difference string // why the readings or prints differ, and what was chosen
}

//go:embed catalogue.tsv
var catalogueTSV string

// catalogueColumns is the header line of catalogue.tsv.
const catalogueColumns = "direction\tarea\tverb\tpath\tslash\tname\tkind\tclass\turgency\tsection\tsheet\tindex\ttitle_en\ttitle_ru\tdifference"

// loaded is the catalogue, read once, and its rows by lookup key.
var loaded = sync.OnceValue(func() (c struct {
	entries []Entry
	byKey   map[string]int
}) {
	var err error
	if c.entries, err = parseCatalogue(catalogueTSV); err != nil {
		panic("vpbx: catalogue.tsv: " + err.Error()) // compiled in, and tested
	}
	c.byKey = make(map[string]int, 2*len(c.entries))
	for i, e := range c.entries {
		c.byKey[catalogueKey(e.Name)] = i
		c.byKey[catalogueKey(e.Path)] = i
		if o := ops[e.Path]; o != nil {
			o.row = &c.entries[i]
		}
	}
	return c
})

// Catalogue gives every request and notification of the VPBX API, in the order
// of the document: 133 requests, then 33 notifications. The slice is the
// caller's.
func Catalogue() []Entry { return slices.Clone(loaded().entries) }

// Lookup finds a row by its name ("commands/callback") or path
// ("/vpbx/commands/callback"). Slashes around it and letter case do not matter.
func Lookup(nameOrPath string) (Entry, bool) {
	c := loaded()
	i, ok := c.byKey[catalogueKey(nameOrPath)]
	if !ok {
		return Entry{}, false
	}
	return c.entries[i], true
}

func catalogueKey(nameOrPath string) string { return strings.ToLower(strings.Trim(nameOrPath, "/")) }

// parseCatalogue reads the table: comments, the header line, rows.
func parseCatalogue(tsv string) ([]Entry, error) {
	var (
		out    []Entry
		header bool
		n      int
	)
	for line := range strings.Lines(tsv) {
		n++
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
		case !header && line == catalogueColumns:
			header = true
		case !header:
			return nil, fmt.Errorf("line %d: not the header", n)
		default:
			e, err := parseEntry(strings.Split(line, "\t"))
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			out = append(out, e)
		}
	}
	return out, nil
}

func parseEntry(cells []string) (Entry, error) {
	if want := strings.Count(catalogueColumns, "\t") + 1; len(cells) != want {
		return Entry{}, fmt.Errorf("%d columns, want %d", len(cells), want)
	}
	for i, cell := range cells {
		if cell == "-" {
			cells[i] = ""
		}
	}
	e := Entry{
		Direction: Direction(cells[0]), Area: cells[1], Verb: cells[2], Path: cells[3], Slash: cells[4] == "y",
		Name: cells[5], Kind: AnswerKind(cells[6]), Class: RateClass(cells[7]), Urgency: Urgency(cells[8]),
		Section: cells[9], Index: cells[11] == "y", TitleEN: cells[12], TitleRU: cells[13], Difference: cells[14],
	}
	if cells[10] == "" {
		return e, nil
	}
	var err error
	if e.Sheet, err = strconv.Atoi(cells[10]); err != nil {
		return Entry{}, fmt.Errorf("sheet: %w", err)
	}
	return e, nil
}
