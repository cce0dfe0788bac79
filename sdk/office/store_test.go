package office_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// journalOf is the part "journal" of Диагностика.
func journalOf(t *testing.T, v office.Snapshot) map[string]any {
	t.Helper()
	m, ok := v.Diagnostics["journal"].(map[string]any)
	if !ok {
		t.Fatalf("diagnostics have no journal: %v", v.Diagnostics)
	}
	return m
}

// filesIn gives the one folder of an office below data_dir, and its store.
func filesIn(t *testing.T, dataDir string) (folder, file string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dataDir, "office-*", "journal.db"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s holds %v, %v; want one store", dataDir, found, err)
	}
	return filepath.Dir(found[0]), found[0]
}

// What was not settled is told by the next office on the same folder: the store
// is a file of the office's own, closed with it.
func TestStoreOfTheFolderOutlivesTheOffice(t *testing.T) {
	t.Parallel()
	cfg := config(t, newAPI(t))
	cfg.DataDir = t.TempDir()
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	s := &site{t: t, cfg: cfg, o: o}
	if s.local, err = o.Attach(office.Session{Extension: "101"}); err != nil {
		t.Fatal(err)
	}
	offered := make(chan struct{}, 1)
	s.local.Deliver(func(d office.Delivery) bool {
		if d.Event.Kind != engine.CallSummary {
			return true
		}
		select {
		case offered <- struct{}{}:
		default:
		}
		return false // a busy 1C
	})
	for _, p := range wholeCall("e1") {
		if status := s.post(p[0], p[1]); status != http.StatusOK {
			t.Fatalf("POST %s = %d, want 200", p[0], status)
		}
	}
	select {
	case <-offered:
	case <-time.After(patience):
		t.Fatal("no summary was offered")
	}
	s.shutdown()

	if o, err = office.Open(t.Context(), cfg); err != nil {
		t.Fatalf("Open() of the same folder = %v", err)
	}
	s = &site{t: t, cfg: cfg, o: o}
	defer s.shutdown()
	s.local, s.inbox = attach(t, o, office.Session{Extension: "101"})
	if d := next(t, s.inbox); d.Event.Kind != engine.CallSummary || d.Event.EntryID != "e1" {
		t.Errorf("the next office tells %s of %s, want the summary of e1", d.Event.Kind, d.Event.EntryID)
	}
	if j := journalOf(t, s.local.View()); j["durable"] != true || j["trouble"] != text.Code("") || j["unclosed_by"] != "" {
		t.Errorf("journal = %v, want a durable one that was closed well", j)
	}
}

// A damaged file is put aside, and somebody is told, once.
func TestDamagedStoreIsTold(t *testing.T) {
	t.Parallel()
	cfg := config(t, newAPI(t))
	cfg.DataDir = t.TempDir()
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	folder, file := filesIn(t, cfg.DataDir)
	if err := os.WriteFile(file, []byte(strings.Repeat("no journal", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err = office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() on a damaged store = %v, want a new one", err)
	}
	s := &site{t: t, cfg: cfg, o: o}
	defer s.shutdown()
	s.local, s.inbox = attach(t, o, office.Session{Extension: "101"})
	_, warned := want[engine.WarningBody](t, s.inbox, engine.Warning)
	if warned.Code != string(text.StoreDamaged) || !strings.HasPrefix(warned.Detail, filepath.Join(folder, "damaged-")) {
		t.Errorf("warning = %+v, want store_damaged with the file put aside", warned)
	}
	if j := journalOf(t, s.local.View()); j["damaged_moved_to"] != warned.Detail {
		t.Errorf("journal = %v, want %s in it", j, warned.Detail)
	}
	_, more := attach(t, o, office.Session{Extension: "102"})
	none(t, more, patience/50)
}

// The folder belongs to one process; who has it is named.
func TestHeldFolderNamesItsHolder(t *testing.T) {
	t.Parallel()
	cfg := config(t, newAPI(t))
	cfg.DataDir = t.TempDir()
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Shutdown(context.Background()) }()
	_, err = office.Open(t.Context(), cfg)
	e := text.From(err)
	if e == nil || e.Code != text.AlreadyRunning || e.Field != "data_dir" || !strings.Contains(e.Detail, fmt.Sprint(os.Getpid())) {
		t.Errorf("a second Open() = %v, want already_running [data_dir] with process %d", err, os.Getpid())
	}
	cfg.DataDir = filepath.Join(os.Args[0], "below-a-file")
	if _, err := office.Open(t.Context(), cfg); code(err) != text.StoreFailed || text.From(err).Field != "data_dir" {
		t.Errorf("Open() with a folder below a file = %v, want store_failed [data_dir]", err)
	}
}

// fullStore has no room as long as full is true.
type fullStore struct {
	journal.Store
	full bool
}

func (s *fullStore) Append(ctx context.Context, key string, raw []byte) (uint64, bool, error) {
	if s.full {
		return 0, false, text.New(text.StoreFull).Wrap(journal.ErrFull)
	}
	return s.Store.Append(ctx, key, raw)
}

// The PBX gets no 200 for what cannot be kept, and Диагностика says why.
func TestFullStoreRefusesNotifications(t *testing.T) {
	t.Parallel()
	store := &fullStore{Store: memory.New(memory.Options{}), full: true}
	s := open(t, func(c *office.Config) { c.Store = store }, office.Session{Extension: "101"})
	post := func(want int, trouble text.Code) {
		t.Helper()
		if status := s.post("/events/call", callEvent("e", "l", 1, "Appeared")); status != want {
			t.Errorf("POST = %d, want %d", status, want)
		}
		s.until("told of "+string(trouble), func(v office.Snapshot) bool { return journalOf(t, v)["trouble"] == trouble })
	}
	post(http.StatusServiceUnavailable, text.StoreFull)
	store.full = false
	post(http.StatusOK, "")
}

// sharedStore is one that others append to.
type sharedStore struct {
	*memory.Store
	fresh chan struct{}
}

func (s *sharedStore) Fresh() <-chan struct{} { return s.fresh }

// What another hub has put into the store is told like what came here.
func TestOthersAppend(t *testing.T) {
	t.Parallel()
	store := &sharedStore{Store: memory.New(memory.Options{}), fresh: make(chan struct{}, 1)}
	s := open(t, func(c *office.Config) { c.Store = store }, office.Session{Extension: "101"})
	for i, p := range wholeCall("e1") {
		if _, _, err := store.Append(t.Context(), fmt.Sprint(i), []byte(p[0]+"\n"+p[1])); err != nil {
			t.Fatal(err)
		}
	}
	store.fresh <- struct{}{}
	for {
		if d := next(t, s.inbox); d.Event.Kind == engine.CallSummary {
			if d.Event.EntryID != "e1" {
				t.Errorf("the summary is of %q, want e1", d.Event.EntryID)
			}
			return
		}
	}
}
