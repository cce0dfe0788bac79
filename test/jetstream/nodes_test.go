package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/jetstream"
)

// ttl is short, so that a take-over is no long wait. On a busy machine such a
// leadership may end by itself: who must hold it has ttlHeld, and where nobody
// takes over it is the default.
const (
	ttl     = 2 * time.Second
	ttlHeld = 3 * ttl
)

func open(t testing.TB, o jetstream.Options) *jetstream.Node {
	t.Helper()
	node, err := jetstream.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("Open(%s) = %v", o.NodeName, err)
	}
	t.Cleanup(func() { _ = node.Close() })
	return node
}

func leadNode(t testing.TB, n *jetstream.Node) *jetstream.Store {
	t.Helper()
	// Where the leader before could not give it back in time, half a minute of its
	// leadership has to pass.
	ctx, cancel := context.WithTimeout(t.Context(), 2*soon)
	defer cancel()
	s, err := n.Lead(ctx)
	if err != nil {
		t.Fatalf("Lead() = %v", err)
	}
	return s
}

func record(id string) journal.Out { return journal.Out{ID: id, Record: true, Raw: []byte(id)} }

func appendTo(t testing.TB, s journal.Store, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if _, _, err := s.Append(t.Context(), key, []byte(key)); err != nil {
			t.Fatalf("Append(%s) = %v", key, err)
		}
	}
}

func keysOf(t testing.TB, s journal.Store) (keys []string) {
	t.Helper()
	records, err := s.Read(t.Context(), 0, 1<<20)
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	for _, r := range records {
		keys = append(keys, r.Key)
	}
	return keys
}

func want(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// within waits for what another goroutine brings about.
func within(t testing.TB, d time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(d); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, d)
		}
	}
}

// TestFollowersAppend: a notification that another hub takes is the leader's
// next record, heard of at once; a key known already is no second one.
func TestFollowersAppend(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	one := open(t, jetstream.Options{URL: url, Key: t.Name(), NodeName: "one", Address: "one:8443"})
	two := open(t, jetstream.Options{URL: url, Key: t.Name(), NodeName: "two"})
	s := leadNode(t, one)
	within(t, soon, "two sees the leader", func() bool {
		name, addr := two.Leader()
		return name == "one" && addr == "one:8443"
	})
	appendTo(t, s, "a")
	for _, key := range []string{"b", "a", "b", "c"} {
		if err := two.Append(t.Context(), key, []byte(key+" of two")); err != nil {
			t.Fatalf("Append(%s) = %v", key, err)
		}
	}
	for len(keysOf(t, s)) < 3 {
		select {
		case <-s.Fresh():
		case <-time.After(10 * time.Second):
			t.Fatalf("Fresh() tells nothing; the leader has %v", keysOf(t, s))
		}
	}
	appendTo(t, s, "d")
	want(t, "keys", keysOf(t, s), []string{"a", "b", "c", "d"})
	if pos, dup, err := s.Append(t.Context(), "c", nil); err != nil || !dup || pos != 3 {
		t.Errorf("Append(c) = %d, %v, %v, want the duplicate at 3", pos, dup, err)
	}
	if err := two.Append(t.Context(), "big", make([]byte, 1<<20)); !errors.Is(err, jetstream.ErrTooLarge) {
		t.Errorf("Append() of a megabyte = %v, want ErrTooLarge", err)
	}
}

// TestResign: who closes its store has a follower at once, and is it again.
func TestResign(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	one := open(t, jetstream.Options{URL: url, Key: t.Name(), NodeName: "one", TTL: time.Minute})
	two := open(t, jetstream.Options{URL: url, Key: t.Name(), NodeName: "two", TTL: time.Minute})
	s := leadNode(t, one)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := two.Lead(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Lead() while another leads = %v, want context.DeadlineExceeded", err)
	}
	appendTo(t, s, "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if cause := context.Cause(s.Context()); !errors.Is(cause, journal.ErrClosed) {
		t.Errorf("cause of the leadership's end = %v, want ErrClosed", cause)
	}
	next := leadNode(t, two)
	appendTo(t, next, "b")
	want(t, "keys", keysOf(t, next), []string{"a", "b"})
	want(t, "epoch", next.Epoch(), s.Epoch())
}

// steal makes the bucket of a key say what a node sees that has waited long
// enough: nobody leads. The leader itself is not told.
func steal(t testing.TB, url, key string) {
	t.Helper()
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	kv, err := api.KeyValue(t.Context(), jetstream.Options{Key: key}.StreamName())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), "leader", []byte("{}")); err != nil {
		t.Fatal(err)
	}
}

// TestFencing: a leader that does not know yet that another has followed it
// writes nothing any more, and learns that it is over.
func TestFencing(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	o := jetstream.Options{URL: url, Key: t.Name(), NodeName: "one", Address: t.Name(), TTL: time.Minute}
	one := open(t, o)
	o.NodeName = "two"
	two := open(t, o)
	s := leadNode(t, one)
	appendTo(t, s, "a", "b")
	if err := s.Derive(t.Context(), 2, []journal.Out{record("x"), record("y")}); err != nil {
		t.Fatal(err)
	}
	held, err := s.Lease(t.Context(), "session", true, 1)
	if err != nil || len(held) != 1 {
		t.Fatalf("Lease() = %v, %v, want x", held, err)
	}

	steal(t, url, t.Name())
	next := leadNode(t, two)
	// The first leader renews every ten seconds: it knows nothing of it but by
	// what the log says.
	_, _, err = s.Append(t.Context(), "stale", nil)
	if !errors.Is(err, jetstream.ErrLost) || !errors.Is(err, journal.ErrClosed) {
		t.Errorf("Append() by the leader that was followed = %v, want ErrLost", err)
	}
	within(t, soon, "the end of the first leadership", func() bool { return s.Context().Err() != nil })
	if err := s.Ack(t.Context(), held[0].Ref); !errors.Is(err, jetstream.ErrLost) {
		t.Errorf("Ack() by the leader that was followed = %v, want ErrLost", err)
	}
	if _, err := s.Read(t.Context(), 0, 1); !errors.Is(err, jetstream.ErrLost) {
		t.Errorf("Read() by the leader that was followed = %v, want ErrLost", err)
	}

	want(t, "keys", keysOf(t, next), []string{"a", "b"})
	if err := next.Ack(t.Context(), held[0].Ref); err != nil {
		t.Errorf("Ack() of a lease of the first leader by the second = %v, want nil", err)
	}
	rest, err := next.Lease(t.Context(), "session", true, 9)
	if err != nil || len(rest) != 1 || rest[0].ID != "y" || rest[0].Attempt != 1 || rest[0].Seq != held[0].Seq+1 {
		t.Errorf("Lease() of the second leader = %+v, %v, want y, for the first time, after %d", rest, err, held[0].Seq)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	appendTo(t, next, "c")
	if next.Context().Err() != nil {
		t.Error("closing the lost store has ended the leadership of the other")
	}
}

// TestManyTakeWebhooks while leaders come and go: what was answered is there,
// once, in an order that all agree on, and the events of it have one seq.
func TestManyTakeWebhooks(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	const writers, each = 4, 40
	nodes := make([]*jetstream.Node, 2)
	for i := range nodes {
		nodes[i] = open(t, jetstream.Options{
			URL: url, Key: t.Name(), NodeName: fmt.Sprint("node ", i), SnapshotAge: 100 * time.Millisecond, SnapshotBytes: 1,
		})
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				key := fmt.Sprintf("%d/%d", w, i)
				if err := nodes[w%2].Append(t.Context(), key, []byte(key)); err != nil {
					t.Errorf("Append(%s) = %v", key, err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	derived, seqs, epoch := []string{}, map[string]uint64{}, ""
	for turn := 0; ; turn++ {
		last := false
		select {
		case <-done:
			last = true
		case <-time.After(150 * time.Millisecond):
		}
		s := leadNode(t, nodes[turn%2])
		if epoch == "" {
			epoch = s.Epoch()
		}
		want(t, "epoch", s.Epoch(), epoch)
		derived = append(derived, deriveAll(t, s)...)
		for _, d := range leaseAll(t, s) {
			if before, known := seqs[d.ID]; known && before != d.Seq {
				t.Errorf("event %s has seq %d, and had %d", d.ID, d.Seq, before)
			}
			seqs[d.ID] = d.Seq
			if err := s.Ack(t.Context(), d.Ref); err != nil {
				t.Errorf("Ack(%s) = %v", d.ID, err)
			}
		}
		if last && turn > 2 {
			want(t, "all keys", keysOf(t, s), derived)
			break
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "number of records", len(derived), writers*each)
	want(t, "number of events", len(seqs), writers*each)
	next := map[string]int{}
	for _, key := range derived {
		var w, i int
		if _, err := fmt.Sscanf(key, "%d/%d", &w, &i); err != nil {
			t.Fatal(err)
		}
		if id := fmt.Sprint(w); next[id] != i {
			t.Errorf("record %s comes where %d of writer %d is next", key, next[id], w)
		} else {
			next[id]++
		}
	}
}

// deriveAll makes an event of each record that has none.
func deriveAll(t testing.TB, s journal.Store) (keys []string) {
	t.Helper()
	for {
		at, err := s.Cursor(t.Context())
		if err != nil {
			t.Fatalf("Cursor() = %v", err)
		}
		records, err := s.Read(t.Context(), at, 16)
		if err != nil {
			t.Fatalf("Read() = %v", err)
		}
		if len(records) == 0 {
			return keys
		}
		var out []journal.Out
		for _, r := range records {
			keys = append(keys, r.Key)
			out = append(out, record(r.Key))
		}
		if err := s.Derive(t.Context(), records[len(records)-1].Pos, out); err != nil {
			t.Fatalf("Derive() = %v", err)
		}
	}
}

func leaseAll(t testing.TB, s journal.Store) (all []journal.Delivery) {
	t.Helper()
	for {
		given, err := s.Outbox().Lease(t.Context(), "session", true, 64)
		if err != nil {
			t.Fatalf("Lease() = %v", err)
		}
		if len(given) == 0 {
			return all
		}
		all = append(all, given...)
	}
}

// TestFencingUnderLoad: leaders are followed in the middle of their writing,
// again and again. What one has answered is with the next one, and the record
// that it had under way ends no leadership but its own.
func TestFencingUnderLoad(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	var nodes []*jetstream.Node
	for i := range 2 {
		nodes = append(nodes, open(t, jetstream.Options{URL: url, Key: t.Name(), NodeName: fmt.Sprint(i), TTL: time.Minute}))
	}
	all := &crowd{answered: map[string]bool{}}
	s := leadNode(t, nodes[0])
	for turn := 1; turn <= 8; turn++ {
		var writers []func(context.Context, string) error
		for range 4 {
			put := byStore(s)
			writers = append(writers, func(ctx context.Context, key string) error { return put(ctx, fmt.Sprint(turn, key)) })
		}
		c := gather(t, writers...)
		within(t, 10*time.Second, "the work goes on", func() bool { return c.count() > 20 })
		steal(t, url, t.Name())
		next := leadNode(t, nodes[turn%2])
		within(t, 10*time.Second, "the leader that was followed knows", func() bool { return s.Context().Err() != nil })
		c.end()
		for key := range c.answered {
			all.answered[fmt.Sprint(turn, key)] = true
		}
		appendTo(t, next, fmt.Sprintf("%d9/0", turn)) // it leads
		s = next
	}
	all.check(t, keysOf(t, s))
}
