package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/bolt"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/text"
)

// stored is the journal of an office, and what is to be told of it.
type stored struct {
	journal.Store
	own     bool                      // closed with the office
	folder  string                    // of a durable one; "" = in memory, or given from outside
	found   bolt.Found                // by opening it
	trouble atomic.Pointer[text.Code] // why nothing can be stored now; nil = it can
	others  <-chan struct{}           // a value: others than this office have appended; nil = nobody does

	waiting, parked atomic.Int64 // as last counted
}

// countTime bounds the counting of events: a view must not wait for a disk.
const countTime = 20 * time.Millisecond

// count counts the unsettled events, if the store tells in time.
func (s *stored) count() (waiting, parked int) {
	ctx, cancel := context.WithTimeout(context.Background(), countTime)
	defer cancel()
	if w, p, err := s.Outbox().Depth(ctx); err == nil {
		s.waiting.Store(int64(w))
		s.parked.Store(int64(p))
	}
	return int(s.waiting.Load()), int(s.parked.Load())
}

// openStore takes the store that was given, opens the one in data_dir, or makes
// one in memory. The one in the folder is the office's own: it is closed with
// it, so that the folder is free for whoever comes next, and opened again by
// the next office of the same key.
func openStore(cfg Config) (*stored, error) {
	switch {
	case cfg.Store != nil:
		s := &stored{Store: cfg.Store}
		if shared, ok := cfg.Store.(interface{ Fresh() <-chan struct{} }); ok {
			s.others = shared.Fresh()
		}
		return s, nil
	case cfg.DataDir == "":
		return &stored{Store: memory.New(memory.Options{Now: cfg.Now}), own: true}, nil
	}
	s := &stored{own: true, folder: storeFolder(cfg)}
	if cfg.ManyUsers {
		// The stores make folders private, but let those that exist be as they are.
		_ = os.MkdirAll(filepath.Join(s.folder, callsFolder), 0o700) // bolt.Open says what is wrong
	}
	durable, found, err := bolt.Open(bolt.Options{Dir: s.folder, Now: cfg.Now})
	if err != nil {
		return nil, text.From(err).WithField("data_dir")
	}
	s.Store, s.found = durable, found
	// The sessions of an office live in its process: whoever held an event then
	// is gone, and nobody needs to wait for him.
	if err := durable.EndLeases(context.Background()); err != nil {
		_ = durable.Close() // err is what there is to tell
		return nil, text.From(err).WithField("data_dir")
	}
	log := cfg.Log.Info()
	if found.Damage != nil || found.Repaired {
		log = cfg.Log.Warn().AnErr("damage", found.Damage)
	}
	if found.Unclosed != nil {
		log = log.Stringer("unclosed_by", found.Unclosed)
	}
	log.Str("folder", s.folder).Bool("created", found.Created).Bool("repaired", found.Repaired).
		Str("moved_to", found.MovedTo).Int("migrated_from", found.Migrated).Msg("journal opened")
	return s, nil
}

// callsFolder is in the folder of the store, with the finished calls.
const callsFolder = "calls"

// storeFolder is the folder of a key's own: several may share data_dir.
func storeFolder(cfg Config) string {
	sum := sha256.Sum256([]byte("mango-office-store\x00" + cfg.Credentials.Key))
	return filepath.Join(cfg.DataDir, "office-"+hex.EncodeToString(sum[:8]))
}

// close closes a store of our own; one that was given lives on.
func (s *stored) close() error {
	if !s.own {
		return nil
	}
	return s.Store.Close()
}

// warning is what a person should know of how the store was found: events may
// be missing, or a write was cut off. Nothing acknowledged was in that one.
func (s *stored) warning() (w engine.Warn, ok bool) {
	switch {
	case s.found.Damage != nil:
		return engine.Warn{Code: text.StoreDamaged, Detail: s.found.MovedTo}, true
	case s.found.Repaired:
		return engine.Warn{Code: text.StoreRepaired, Detail: s.folder}, true
	}
	return w, false
}

// note keeps why the store refuses, until it takes something again; changed
// tells that this is news.
func (s *stored) note(err error) (changed bool) {
	if err == nil {
		return s.trouble.Swap(nil) != nil
	}
	code := text.From(err).Code
	if code != text.StoreFull && code != text.StoreFailed {
		return false // of the caller, who gave up, or of the office, which ends
	}
	old := s.trouble.Swap(&code)
	return old == nil || *old != code
}

// diagnosis is the part "journal" of Диагностика.
func (s *stored) diagnosis() map[string]any {
	waiting, parked := s.count()
	trouble := text.Code("")
	if code := s.trouble.Load(); code != nil {
		trouble = *code
	}
	m := map[string]any{
		"waiting": waiting, "parked": parked, "epoch": s.Epoch(),
		"durable": s.folder != "" || s.others != nil, "folder": s.folder, "trouble": trouble,
		"repaired": s.found.Repaired, "damaged_moved_to": s.found.MovedTo, "unclosed_by": "",
	}
	if s.found.Unclosed != nil {
		m["unclosed_by"] = s.found.Unclosed.String()
	}
	return m
}
