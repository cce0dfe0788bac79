package vpbx

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// Every cell of the table holds a value of its column.
func TestCatalogueRows(t *testing.T) {
	t.Parallel()
	requestAreas := []string{
		"commands", "forwarding", "statistics", "recordings", "speech", "calltracking", "configuration",
		"restrictions", "addressbook", "recognition", "contactcentre", "campaigns",
	}
	notificationAreas := []string{
		"calls", "recordings", "speech", "addressbook", "agents", "appeals", "tasks", "chats", "results", "service",
	}
	requestKinds := []AnswerKind{AnswerSync, AnswerAsync, AnswerPoll, AnswerRedirect, AnswerMultipart}
	classes := []RateClass{
		RateGeneral, RateCallback, RateHangup, RateRecordingStart, RateTransfer, RateRoute, RateRecordings,
		RateUsers, RateBalance, RateContactsRead, RateContactsWrite, RateStatistics, RateStatisticsResult,
		RateContactCentre, RateTask,
	}
	urgencies := []Urgency{UrgencyRoute, UrgencyCommand, UrgencyRead, UrgencyBulk}
	section := regexp.MustCompile(`^[34](\.\d+){2,3}(;4(\.\d+){3})?$`)
	requestPath := regexp.MustCompile(`^/(vpbx|cc|s2t)(/[a-z0-9_.-]+)+(/\{[a-z_]+\})*$`)
	notificationPath := regexp.MustCompile(`^(/events(/[a-z_]+)+(/onAppealClose)?|/events/(md|\*)#[a-zA-Z_]+|/result(/[a-z_]+)+|/ping)$`)

	for _, e := range Catalogue() {
		check := func(column string, good bool, got any) {
			t.Helper()
			if !good {
				t.Errorf("Catalogue: row %q has %s %v, want a value of its list or form", e.Path, column, got)
			}
		}
		switch e.Direction {
		case DirectionOut:
			check("area", slices.Contains(requestAreas, e.Area), e.Area)
			check("verb", e.Verb == "POST" || e.Verb == "GET", e.Verb)
			check("path", requestPath.MatchString(e.Path), e.Path)
			check("kind", slices.Contains(requestKinds, e.Kind), e.Kind)
			check("class", slices.Contains(classes, e.Class), e.Class)
			check("urgency", slices.Contains(urgencies, e.Urgency), e.Urgency)
			check("sheet", e.Sheet > 0, e.Sheet)
		case DirectionIn:
			check("area", slices.Contains(notificationAreas, e.Area), e.Area)
			check("verb", e.Verb == "POST", e.Verb)
			check("path", notificationPath.MatchString(e.Path), e.Path)
			check("kind", e.Kind == AnswerEvent, e.Kind)
			check("class", e.Class == "", e.Class)
			check("urgency", e.Urgency == "", e.Urgency)
			check("sheet", e.Sheet == 0, e.Sheet)
		default:
			check("direction", false, e.Direction)
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(e.Path, "/vpbx"), "/"), "/{")
		check("name", e.Name == name, e.Name)
		check("section", section.MatchString(e.Section) || e.Section == "" && e.Difference != "", e.Section)
		check("index", e.Index || e.Difference != "", e.Difference)
		check("title_en", words(e.TitleEN) && !strings.ContainsFunc(e.TitleEN, cyrillic), e.TitleEN)
		check("title_ru", words(e.TitleRU) && strings.ContainsFunc(e.TitleRU, cyrillic), e.TitleRU)
		check("difference", e.Difference == "" || strings.HasSuffix(e.Difference, "."), e.Difference)
	}
}

// words: a title of two to six, so that it fits a column of a form.
func words(title string) bool { n := len(strings.Fields(title)); return n >= 2 && n <= 6 }

func cyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }

// What the parser forgives by reading it as "no" must not be in the table.
func TestCatalogueCells(t *testing.T) {
	t.Parallel()
	if !utf8.ValidString(catalogueTSV) || !strings.HasSuffix(catalogueTSV, "\n") || strings.Contains(catalogueTSV, "\r") {
		t.Fatal("catalogue.tsv: want UTF-8, lines ended by \\n alone")
	}
	for line := range strings.Lines(catalogueTSV) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") || line == catalogueColumns {
			continue
		}
		cells := strings.Split(line, "\t")
		for i, cell := range cells {
			last := i == len(cells)-1
			switch {
			case cell != strings.TrimSpace(cell), cell == "" && !last, last && cell == "-":
				t.Errorf("catalogue.tsv: column %d is %q, want - when empty (the last: nothing), no blanks around: %s", i, cell, line)
			case (i == 4 || i == 11) && cell != "y" && cell != "-":
				t.Errorf("catalogue.tsv: flag column %d is %q, want y or -: %s", i, cell, line)
			}
		}
	}
}

// The document counts nothing itself. 133 requests are the 131 of the second
// reading and the two on AI assistants that only the newest edition has; 33
// notifications are its 32 and the connection check, which no edition has.
func TestCatalogueCounts(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		"out": 133, "in": 33, "index out": 131, "index in": 32, "sheet": 133, "sheet distinct": 133,
		"out GET": 2, "out slash": 13, "in slash": 2, "no section": 1,

		"out commands": 11, "out forwarding": 4, "out statistics": 4, "out recordings": 3, "out speech": 6,
		"out calltracking": 2, "out configuration": 22, "out restrictions": 12, "out addressbook": 19,
		"out recognition": 3, "out contactcentre": 28, "out campaigns": 19,

		// 12 results: one for each of the 11 commands, one for basic statistics.
		"in calls": 4, "in recordings": 2, "in speech": 2, "in addressbook": 3, "in agents": 2,
		"in appeals": 1, "in tasks": 2, "in chats": 4, "in results": 12, "in service": 1,

		"kind async": 11, "kind poll": 4, "kind redirect": 3, "kind multipart": 3, "kind sync": 112, "kind event": 33,

		// Classes with one member are the methods that the limits name one by one.
		"class callback": 1, "class hangup": 1, "class recording_start": 1, "class transfer": 1, "class route": 1,
		"class users": 1, "class balance": 1, "class recordings": 3, "class statistics": 2,
		"class statistics_result": 2, "class contacts_read": 3, "class contacts_write": 3, "class cc_task": 2,
		"class cc": 45, "class general": 66,

		"urgency route": 1, "urgency command": 67, "urgency read": 47, "urgency bulk": 18,
	}
	got := map[string]int{}
	count := func(key string, when bool) {
		if when {
			got[key]++
		}
	}
	sheet := map[int]bool{}
	for _, e := range Catalogue() {
		d := string(e.Direction)
		count(d, true)
		count("index "+d, e.Index)
		count("sheet", e.Sheet > 0)
		count(d+" GET", e.Verb == "GET")
		count(d+" slash", e.Slash)
		count("no section", e.Section == "")
		count(d+" "+e.Area, true)
		count("kind "+string(e.Kind), true)
		count("class "+string(e.Class), e.Class != "")
		count("urgency "+string(e.Urgency), e.Urgency != "")
		if e.Sheet > 0 && !sheet[e.Sheet] {
			sheet[e.Sheet] = true
			got["sheet distinct"]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Catalogue: counts differ (-want +got):\n%s", diff)
	}
}

// A result exists for each command, and no two rows answer to one key.
func TestCatalogueUnique(t *testing.T) {
	t.Parallel()
	type key struct {
		d          Direction
		verb, path string
	}
	rows, names := map[key]bool{}, map[string]string{}
	for _, e := range Catalogue() {
		if k := (key{e.Direction, e.Verb, e.Path}); rows[k] {
			t.Errorf("Catalogue: %v is there twice", k)
		} else {
			rows[k] = true
		}
		for _, n := range slices.Compact([]string{catalogueKey(e.Name), catalogueKey(e.Path)}) {
			if other, ok := names[n]; ok {
				t.Errorf("Catalogue: %q is the key of %s and of %s", n, other, e.Path)
			}
			names[n] = e.Path
		}
		if command, ok := strings.CutPrefix(e.Name, "commands/"); ok {
			if r, ok := Lookup("result/" + command); !ok || r.Section != e.Section {
				t.Errorf("Lookup(%q) = %v, %v, want the outcome of %s, §%s", "result/"+command, r.Section, ok, e.Name, e.Section)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ ask, path string }{
		{"commands/callback", "/vpbx/commands/callback"},
		{"/vpbx/commands/callback", "/vpbx/commands/callback"},
		{"vpbx/commands/callback/", "/vpbx/commands/callback"},
		{"/Commands/CallBack/", "/vpbx/commands/callback"},
		{"task/add", "/vpbx/task/add"}, // two tasks: of a campaign
		{"cc/task/add", "/cc/task/add"},
		{"cc/call", "/vpbx/cc/call"},
		{"/s2t/queries/records", "/s2t/queries/records"},
		{"events/call", "/events/call"},
		{"/EVENTS/MD/onappealclose", "/events/md/onAppealClose"},
		{"events/md#sendmessage", "/events/md#sendMessage"},
		{"result/call/hangup", "/result/call/hangup"},
		{"ping", "/ping"},
		{"queries/recording/issa", "/vpbx/queries/recording/issa/{recording_id}/{action}"},
		{"/vpbx/queries/recording/issa/{recording_id}/{action}", "/vpbx/queries/recording/issa/{recording_id}/{action}"},
		{"", ""}, {"/", ""}, {"vpbx", ""}, {"commands", ""}, {"events/md", ""}, {"commands//callback", ""},
		{" commands/callback", ""}, {"s2t/queries/gpt_agents", ""},
	} {
		e, ok := Lookup(row.ask)
		if e.Path != row.path || ok != (row.path != "") {
			t.Errorf("Lookup(%q) = %q, %v, want %q", row.ask, e.Path, ok, row.path)
		}
	}
	want := Entry{
		Direction: DirectionOut, Area: "addressbook", Verb: "POST", Path: "/vpbx/ab/contacts/create", Slash: true,
		Name: "ab/contacts/create", Kind: AnswerSync, Class: RateContactsWrite, Urgency: UrgencyCommand,
		Section: "3.9.3.4", Sheet: 80, Index: true, TitleEN: "Create contacts", TitleRU: "Завести контакты",
	}
	got, _ := Lookup("/vpbx/ab/contacts/create/")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Lookup(ab/contacts/create) (-want +got):\n%s", diff)
	}
}

func TestCatalogueIsTheCallers(t *testing.T) {
	t.Parallel()
	first := Catalogue()
	name := first[0].Name
	first[0].Name = "spoilt"
	if got := Catalogue()[0].Name; got != name {
		t.Errorf("Catalogue()[0].Name = %q after a caller changed his slice, want %q", got, name)
	}
}

func TestParseCatalogueRefuses(t *testing.T) {
	t.Parallel()
	row := "out\ta\tPOST\t/p\t-\tp\tsync\tgeneral\tread\t3.1.1\t1\ty\tt\tt\t"
	if got, err := parseCatalogue("# c\n" + catalogueColumns + "\n" + row + "\n"); err != nil || len(got) != 1 {
		t.Fatalf("parseCatalogue(one row) = %d rows, %v, want 1", len(got), err)
	}
	for name, tsv := range map[string]string{
		"no header":     row + "\n",
		"other header":  strings.Replace(catalogueColumns, "slash", "tail", 1) + "\n" + row + "\n",
		"column lost":   catalogueColumns + "\n" + strings.TrimSuffix(row, "\t") + "\n",
		"column added":  catalogueColumns + "\n" + row + "\t\n",
		"empty line":    catalogueColumns + "\n\n" + row + "\n",
		"sheet is text": catalogueColumns + "\n" + strings.Replace(row, "\t1\t", "\tone\t", 1) + "\n",
	} {
		if got, err := parseCatalogue(tsv); err == nil {
			t.Errorf("parseCatalogue(%s) = %v, want an error", name, got)
		}
	}
}

// Whatever is asked, an answer is a row of the table that goes by that key,
// and the key in any spelling finds the same row.
func FuzzLookup(f *testing.F) {
	byPath := map[string]Entry{}
	for _, e := range Catalogue() {
		byPath[e.Path] = e
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		f.Add(path)
		f.Add(byPath[path].Name + "/")
	}
	for _, s := range []string{"", "/", "///", "COMMANDS/ROUTE", "/vpbx/commands/route/", "commands/\xff", "ſms", "K"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ask string) {
		e, ok := Lookup(ask)
		if !ok {
			if e != (Entry{}) {
				t.Errorf("Lookup(%q) = %v, false, want the zero Entry", ask, e)
			}
			return
		}
		if byPath[e.Path] != e {
			t.Errorf("Lookup(%q) = %v, which is no row of the catalogue", ask, e)
		}
		key := strings.Trim(ask, "/")
		if !strings.EqualFold(key, e.Name) && !strings.EqualFold(key, strings.Trim(e.Path, "/")) {
			t.Errorf("Lookup(%q) = %q, which has neither that name nor that path", ask, e.Path)
		}
		for _, same := range []string{"/" + ask, ask + "/", strings.ToUpper(ask)} {
			if again, _ := Lookup(same); again != e {
				t.Errorf("Lookup(%q) = %q, but Lookup(%q) = %q", ask, e.Path, same, again.Path)
			}
		}
	})
}
