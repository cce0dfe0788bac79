package jetstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// A snapshot has the name of the leadership that made it, so none is written
// over another's: of two leaders one is stale, and what it has is older.
const seqLabel = "seq" // of the message up to which all is in

// chunkBytes is what the server syncs at once of a snapshot.
const chunkBytes = 512 << 10

const (
	// lookTime bounds a look into the bucket or at the log. nats.go waits for
	// ever for the list of an empty bucket, if its first question is not answered.
	lookTime = 5 * time.Second
	// fetchTime bounds the transfer of a snapshot, where nats.go allows five
	// seconds. One may have 150 MB: 10 Mbit/s.
	fetchTime = 2 * time.Minute
)

var errBusy = errors.New("journal: a record is not whole yet")

// keepEvery is how often the log is looked at.
const keepEvery = 5 * time.Second

// keep writes snapshots, and lets go of the log before them.
func (s *Store) keep(ctx context.Context) {
	opt := s.node.opt
	last := time.Now()
	for group.Sleep(ctx, min(keepEvery, opt.SnapshotAge)) {
		s.m.mu.RLock()
		size := s.m.size
		s.m.mu.RUnlock()
		if size == 0 || size < opt.SnapshotBytes && time.Since(last) < opt.SnapshotAge {
			continue
		}
		if s.save(ctx) == nil { // else it is tried again
			last = time.Now()
			s.m.mu.Lock()
			s.m.size -= size
			s.m.mu.Unlock()
		}
	}
}

// save writes a snapshot, deletes older ones, and purges the log.
func (s *Store) save(ctx context.Context) error {
	n := s.node
	raw, seq, keep := s.m.snapshot()
	if raw == nil {
		return errBusy
	}
	meta := js.ObjectMeta{
		Name: s.term.Term, Metadata: map[string]string{seqLabel: strconv.FormatUint(seq, 10)},
		Opts: &js.ObjectMetaOptions{ChunkSize: uint32(min(n.room(), chunkBytes))}, //nolint:gosec // a bound
	}
	if _, err := n.shelf.Put(ctx, meta, bytes.NewReader(raw)); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	others, err := n.snapshots(ctx)
	if err != nil {
		return err
	}
	for _, o := range others {
		if at, ok := snapshotSeq(o); o.Name != s.term.Term && (!ok || at < seq) {
			err = errors.Join(err, n.shelf.Delete(ctx, o.Name))
		}
	}
	return errors.Join(err, n.stream.Purge(ctx, js.WithPurgeSequence(keep)))
}

func snapshotSeq(o *js.ObjectInfo) (uint64, bool) {
	seq, err := strconv.ParseUint(o.Metadata[seqLabel], 10, 64)
	return seq, err == nil
}

// snapshots lists what is in the bucket.
func (n *Node) snapshots(ctx context.Context) ([]*js.ObjectInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	kept, err := n.shelf.List(ctx)
	if err != nil && !errors.Is(err, js.ErrNoObjectsFound) {
		return nil, fmt.Errorf("list of snapshots: %w", err)
	}
	return kept, nil
}

// fetch reads one.
func (n *Node) fetch(ctx context.Context, name string) (*machine, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	var m *machine
	raw, err := n.shelf.GetBytes(ctx, name)
	if err == nil {
		m, err = restore(raw)
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %w", name, err)
	}
	return m, nil
}

// load restores the newest snapshot; without one the log is whole, and an empty
// machine reads it from its beginning.
func (n *Node) load(ctx context.Context) (*machine, error) {
	kept, err := n.snapshots(ctx)
	if err != nil {
		return nil, err
	}
	var newest *js.ObjectInfo
	at := uint64(0)
	for _, o := range kept {
		if seq, ok := snapshotSeq(o); ok && (newest == nil || seq > at) {
			newest, at = o, seq
		}
	}
	m := &machine{}
	if newest != nil {
		if m, err = n.fetch(ctx, newest.Name); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	info, err := n.stream.Info(ctx)
	if err != nil {
		return nil, err
	}
	if state := info.State; state.LastSeq < m.applied || state.FirstSeq > m.applied+1 {
		return nil, fmt.Errorf("%w: it has %d to %d, the snapshot ends at %d", errGap, state.FirstSeq, state.LastSeq, m.applied)
	}
	return m, nil
}

// Shelved is what a store that led has kept as of its last snapshot.
type Shelved interface {
	journal.Archive
	Epoch() string
	Note(ctx context.Context, name string) ([]byte, error)
}

// Shelved reads the last snapshot, for a node that follows: SnapshotAge ago at
// most, if anything was written since. nil: there is none yet.
func (n *Node) Shelved(ctx context.Context) (Shelved, error) {
	m, err := n.load(ctx)
	if err != nil || m.store == nil {
		return nil, err
	}
	return m.store, nil
}
