package bolt

import (
	"context"
	"math"

	"mangoofficesdk/sdk/journal"
)

// Kept implements journal.Archive.
func (s *Store) Kept(ctx context.Context, after uint64, limit int) (list []journal.Kept, err error) {
	if after == math.MaxUint64 {
		return nil, nil
	}
	err = s.view(ctx, func(t *txn) {
		c := t.cursor(outBucket)
		for k, _ := c.Seek(number(after + 1)); k != nil && len(list) < limit && t.err == nil; k, _ = c.Next() {
			seq, ok := parseNumber(k)
			if !ok {
				t.fail("out: entry %x: %w", k, errDamaged)
				return
			}
			e, st, found := t.event(seq)
			if !found {
				return
			}
			d := journal.Delivery{Ref: journal.Ref{Epoch: s.epoch, Seq: seq}, Out: e, Attempt: int(st.attempt), Until: st.until}
			list = append(list, journal.Kept{Delivery: d, Settled: st.settled, Parked: st.parked})
		}
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}
