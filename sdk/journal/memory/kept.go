package memory

import (
	"context"
	"slices"

	"mangoofficesdk/sdk/journal"
)

// Kept implements journal.Archive.
func (s *Store) Kept(_ context.Context, after uint64, limit int) ([]journal.Kept, error) {
	return s.out.kept(after, limit)
}

func (o *outbox) kept(after uint64, limit int) (list []journal.Kept, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, journal.ErrClosed
	}
	var seqs []uint64
	for seq := range o.bySeq {
		if seq > after {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	for _, seq := range seqs[:min(len(seqs), limit)] {
		it := o.bySeq[seq]
		d := journal.Delivery{Ref: journal.Ref{Epoch: o.epoch, Seq: seq}, Out: it.Out, Attempt: it.attempt, Until: it.until}
		list = append(list, journal.Kept{Delivery: d, Settled: it.settled, Parked: it.parked})
	}
	return list, nil
}
