package jetstream

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/internal/wire"
)

// leaderKey is the key of the bucket by which the leader is elected.
const leaderKey = "leader"

// term is a leadership, as the bucket tells of it.
type term struct {
	Name    string        `json:"name"`    // of the node
	Address string        `json:"address"` // of the node
	Term    string        `json:"term"`    // the leadership's own name; "" = it was given back
	TTL     time.Duration `json:"ttl"`     // nanoseconds
	Full    bool          `json:"full"`    // nothing more should be appended now

	revision uint64
	began    time.Time // when the request was sent that made it ours
}

// resignTime bounds how long Close waits for a server that does not answer.
const resignTime = 3 * time.Second

// openTries is how often a log that makes no sense is read.
const openTries = 3

func newName() string { return rand.Text()[:16] }

// Leader names the node that leads, and where it is reached; "" while nobody
// does. It is as old as a third of Options.TTL.
func (n *Node) Leader() (name, address string) {
	if v := n.view.Load(); v != nil && v.Term != "" {
		return v.Name, v.Address
	}
	return "", ""
}

// ask reads the bucket. An empty term: nobody has ever led.
func (n *Node) ask(ctx context.Context) (term, error) {
	ctx, cancel := context.WithTimeout(ctx, n.opt.TTL/3)
	defer cancel()
	var t term
	entry, err := n.office.Get(ctx, leaderKey)
	if errors.Is(err, js.ErrKeyNotFound) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(entry.Value(), &t); err != nil {
		t = term{} // nobody's: it is put right by who takes over
	}
	t.revision = entry.Revision()
	return t, nil
}

// put writes the bucket if nobody has since t was read.
func (n *Node) put(ctx context.Context, t term, within time.Duration) (term, error) {
	raw, err := json.Marshal(t)
	if err != nil {
		return t, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	t.began = time.Now()
	if t.revision, err = n.office.Update(ctx, leaderKey, raw, t.revision); err != nil {
		return t, err
	}
	return t, nil
}

// look keeps Leader fresh.
func (n *Node) look(ctx context.Context) {
	var seen term
	since := time.Now()
	for {
		if t, err := n.ask(ctx); err == nil {
			if t.revision != seen.revision {
				seen, since = t, time.Now()
			} else if time.Since(since) > max(t.TTL, n.opt.TTL) {
				t = term{} // it is dead, and nobody has followed yet
			}
			n.view.Store(&t)
		}
		if !group.Sleep(ctx, n.opt.TTL/4) {
			return
		}
	}
}

// elect waits until nobody else leads, and makes this node the leader.
func (n *Node) elect(ctx context.Context) (term, error) {
	var seen term
	var since time.Time // by this node's clock, which is all that the wait depends on
	for {
		t, err := n.ask(ctx)
		if err == nil && (since.IsZero() || t.revision != seen.revision) {
			seen, since = t, time.Now()
		}
		if err == nil && (t.Term == "" || time.Since(since) >= max(t.TTL, n.opt.TTL)) {
			own := term{
				Name: n.opt.NodeName, Address: n.opt.Address, Term: newName(), TTL: n.opt.TTL, revision: t.revision,
			}
			if own, err = n.put(ctx, own, n.opt.TTL/3); err == nil {
				n.view.Store(&own)
				return own, nil
			}
		}
		if n.conn.IsClosed() {
			return term{}, journal.ErrClosed
		}
		if !group.Sleep(ctx, n.opt.TTL/8) {
			return term{}, fmt.Errorf("journal: waiting to lead: %w", errors.Join(ctx.Err(), err))
		}
	}
}

// left is how long a leadership may still be believed in. A machine that was
// suspended learns it from the clock on the wall only.
func (t term) left(ttl time.Duration) time.Duration {
	end := t.began.Add(ttl * 2 / 3)
	return min(time.Until(end), time.Until(end.Round(0)))
}

// renew keeps the leadership. It ends it in good time before others may take
// over, if it cannot.
func (s *Store) renew(ctx context.Context) {
	n, own := s.node, s.term
	for {
		left := own.left(n.opt.TTL)
		if left <= 0 {
			s.lose(errLate)
			return
		}
		if !group.Sleep(ctx, min(n.opt.TTL/6, left)) {
			return
		}
		if left = own.left(n.opt.TTL); left <= 0 {
			continue
		}
		next := own
		next.Full = s.full()
		next, err := n.put(ctx, next, min(n.opt.TTL/4, left))
		if err == nil {
			own = next
			s.lease.Store(&next)
			continue
		}
		if !outrun(err) {
			continue // it is tried again while there is time
		}
		// Somebody wrote: another node, or this one, whose answer was lost.
		asked := time.Now()
		now, err := n.ask(ctx)
		if err == nil && now.Term != own.Term {
			s.lose(errFenced)
			return
		}
		if err == nil {
			own.revision, own.began = now.revision, asked
			held := own
			s.lease.Store(&held)
		}
	}
}

// resign tells the others that they need not wait. When it fails they find out
// by themselves.
func (s *Store) resign() {
	ctx, cancel := context.WithTimeout(context.Background(), min(s.node.opt.TTL/3, resignTime))
	defer cancel()
	for {
		now, err := s.node.ask(ctx)
		if err == nil && now.Term != s.term.Term {
			return
		}
		if err == nil {
			now.Term, now.Full = "", false
			if now, err = s.node.put(ctx, now, s.node.opt.TTL/3); err == nil {
				s.node.view.Store(&now)
				return
			}
		}
		if !group.Sleep(ctx, 5*firstWait) { // the connection may be about to come back
			return
		}
	}
}

// Lead waits until this node leads, and gives the store. Its context ends with
// the leadership; then, or when it is no longer wanted, the store must be
// closed, and Lead may be called again.
func (n *Node) Lead(ctx context.Context) (*Store, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !n.grp.Go("jetstream-closing", func(closing context.Context) {
		select {
		case <-closing.Done():
			cancel()
		case <-ctx.Done():
		}
	}) {
		return nil, journal.ErrClosed
	}
	if n.held != nil {
		_ = n.held.Close() // it gives no error
		n.held = nil
	}
	for tries := 1; ; tries++ {
		own, err := n.elect(ctx)
		if err != nil {
			return nil, err
		}
		s := newStore(n, own)
		if err = s.open(ctx); err == nil {
			n.held = s
			return s, nil
		}
		_ = s.Close() // err is what there is to tell
		// A snapshot may be replaced by the last leader's while it is read.
		hopeless := errors.Is(err, errNewer) || errors.Is(err, errGap) || errors.Is(err, wire.ErrDamaged)
		if hopeless && tries >= openTries || !group.Sleep(ctx, lastWait) {
			return nil, err
		}
	}
}
