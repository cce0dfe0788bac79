package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/jetstream"
)

// crowd appends all the time, and remembers what was answered.
type crowd struct {
	wg   sync.WaitGroup
	stop context.CancelFunc

	mu       sync.Mutex
	answered map[string]bool // by key
	refused  int
}

// gather has each of these append functions used by a writer.
func gather(t testing.TB, writers ...func(ctx context.Context, key string) error) *crowd {
	ctx, stop := context.WithCancel(t.Context())
	c := &crowd{answered: map[string]bool{}, stop: stop}
	for w, put := range writers {
		c.wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("%d/%d", w, i)
				err := put(ctx, key)
				c.mu.Lock()
				if err == nil {
					c.answered[key] = true
				} else {
					c.refused++
				}
				c.mu.Unlock()
				if err != nil {
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	t.Cleanup(c.end)
	return c
}

func (c *crowd) end() {
	c.stop()
	c.wg.Wait()
}

func (c *crowd) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.answered)
}

// check holds what was answered against what is there.
func (c *crowd) check(t testing.TB, keys []string) {
	t.Helper()
	there, next := map[string]bool{}, map[string]int{}
	for _, key := range keys {
		if there[key] {
			t.Errorf("record %s is there twice", key)
		}
		there[key] = true
		var w, i int
		if _, err := fmt.Sscanf(key, "%d/%d", &w, &i); err != nil {
			t.Fatal(err)
		}
		if id := fmt.Sprint(w); i < next[id] {
			t.Errorf("record %s comes after %s/%d", key, id, next[id])
		} else {
			next[id] = i
		}
	}
	lost := 0
	for key := range c.answered {
		if !there[key] {
			lost++
		}
	}
	t.Logf("%d answered, %d refused, %d there", len(c.answered), c.refused, len(keys))
	if lost > 0 {
		t.Errorf("%d of %d answered records are lost", lost, len(c.answered))
	}
}

func byStore(s journal.Store) func(context.Context, string) error {
	return func(ctx context.Context, key string) error {
		_, _, err := s.Append(ctx, key, []byte(key))
		return err
	}
}

func byNode(n *jetstream.Node) func(context.Context, string) error {
	return func(ctx context.Context, key string) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return n.Append(ctx, key, []byte(key))
	}
}

// TestServerKilled: the server is killed in the middle of the work and started
// again on its folder. The leader goes on when that takes no longer than its
// leadership lasts; what it and the others have answered is there, and is there
// for the next leader.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	o := jetstream.Options{
		URL: server.url(), Key: t.Name(), NodeName: "one", TTL: 30 * time.Second,
		SnapshotAge: 200 * time.Millisecond, SnapshotBytes: 1,
	}
	one := open(t, o)
	o.NodeName = "two"
	two := open(t, o)
	s := leadNode(t, one)
	c := gather(t, byStore(s), byStore(s), byNode(two))
	for range 3 {
		before := c.count()
		within(t, 20*time.Second, "the work goes on", func() bool { return c.count() > before+30 })
		server.kill()
		if err := server.start(); err != nil {
			t.Fatal(err)
		}
	}
	before := c.count()
	within(t, 20*time.Second, "the work goes on", func() bool { return c.count() > before+30 })
	c.end()
	if s.Context().Err() != nil {
		t.Fatalf("the leadership has ended: %v", context.Cause(s.Context()))
	}
	within(t, 10*time.Second, "the leader has all", func() bool { return len(keysOf(t, s)) >= c.count() })
	keys := keysOf(t, s)
	c.check(t, keys)
	server.kill()
	if err := server.start(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want(t, "keys after the last start", keysOf(t, leadNode(t, two)), keys)
}

// TestLeaderOutOfReach: a leader that cannot renew gives up before another
// takes over, whoever waits for it is answered, and the other has it all.
func TestLeaderOutOfReach(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	o := jetstream.Options{URL: server.url(), Key: t.Name(), NodeName: "one", TTL: ttlHeld}
	s := leadNode(t, open(t, o))
	c := gather(t, byStore(s), byStore(s), byStore(s))
	within(t, 20*time.Second, "the work goes on", func() bool { return c.count() > 30 })
	server.kill()
	select {
	case <-s.Context().Done(): // after two thirds of it
	case <-time.After(ttlHeld):
		t.Fatalf("the leadership goes on %v after the server died", ttlHeld)
	}
	if cause := context.Cause(s.Context()); !errors.Is(cause, jetstream.ErrLost) {
		t.Errorf("cause of the end = %v, want ErrLost", cause)
	}
	if err := s.Held(); !errors.Is(err, jetstream.ErrLost) {
		t.Errorf("Held() after the end = %v, want ErrLost", err)
	}
	c.end() // nobody waits for ever
	if _, _, err := s.Append(t.Context(), "late", nil); !errors.Is(err, jetstream.ErrLost) {
		t.Errorf("Append() after the end = %v, want ErrLost", err)
	}
	if err := server.start(); err != nil {
		t.Fatal(err)
	}
	o.NodeName = "two"
	next := leadNode(t, open(t, o))
	c.check(t, keysOf(t, next))
}

// TestSnapshot: the log before a snapshot goes, and the next leader has all the
// same what was in it: records, events with their seq and attempt, notes.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	o := jetstream.Options{URL: url, Key: t.Name(), NodeName: "one", SnapshotAge: 50 * time.Millisecond, SnapshotBytes: 1}
	node := open(t, o)
	s := leadNode(t, node)
	appendTo(t, s, "a", "b", "c")
	if err := s.Derive(t.Context(), 2, []journal.Out{record("x"), record("y")}); err != nil {
		t.Fatal(err)
	}
	held, err := s.Lease(t.Context(), "session", true, 1)
	if err != nil || len(held) != 1 {
		t.Fatalf("Lease() = %v, %v, want x", held, err)
	}
	note := strings.Repeat("0123456789", 300_000)
	if err := s.PutNote(t.Context(), "n", []byte(note)); err != nil {
		t.Fatal(err)
	}

	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := api.Stream(t.Context(), o.StreamName())
	if err != nil {
		t.Fatal(err)
	}
	state := func() js.StreamState {
		info, err := stream.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return info.State
	}
	within(t, 30*time.Second, "the log is purged", func() bool { return state().Msgs == 1 })
	appendTo(t, s, "d") // what is left of the log fences the leader still
	// A node that follows reads it, too.
	o.NodeName = "two"
	shelved, err := open(t, o).Shelved(t.Context())
	if err != nil || shelved == nil {
		t.Fatalf("Shelved() = %v, %v", shelved, err)
	}
	if list, err := shelved.Kept(t.Context(), 0, 9); err != nil || len(list) != 2 || list[0].ID != "x" || list[0].Epoch != s.Epoch() {
		t.Errorf("Kept() of the snapshot = %+v, %v, want x and y", list, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	next := leadNode(t, node)
	want(t, "keys", keysOf(t, next), []string{"a", "b", "c", "d"})
	if got, err := next.Note(t.Context(), "n"); err != nil || string(got) != note {
		t.Errorf("Note() has %d bytes, %v, want %d", len(got), err, len(note))
	}
	if d, err := next.Get(t.Context(), "x"); err != nil || d.Ref != held[0].Ref || d.Attempt != 1 || !d.Until.Equal(held[0].Until) {
		t.Errorf("Get(x) = %+v, %v, want %+v", d, err, held[0])
	}
	appendTo(t, next, "e")
	within(t, 30*time.Second, "the log is purged again", func() bool { return state().Msgs == 1 })
	shelf, err := api.ObjectStore(t.Context(), o.StreamName())
	if err != nil {
		t.Fatal(err)
	}
	within(t, 30*time.Second, "the first leader's snapshot is gone", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		list, err := shelf.List(ctx)
		return err == nil && len(list) == 1
	})
}

// TestLookOfSnapshotsLost: a take-over whose look for snapshots gets no answer
// is tried again. nats.go waits for the first snapshot for ever then, and as long
// as Lead may take, an hour, no hub would work: the one that waits has the
// leadership, and renews it.
func TestLookOfSnapshotsLost(t *testing.T) {
	t.Parallel()
	o := jetstream.Options{User: natsUser, Password: natsPassword, Key: t.Name(), NodeName: "one", TTL: ttlHeld}
	server := newServer(t, "$JS.API.DIRECT.GET.OBJ_"+o.StreamName()+".>")
	o.URL = server.url()
	node := open(t, o)
	led := make(chan error, 1)
	go func() {
		_, err := node.Lead(context.Background()) // Close ends it
		led <- err
	}()
	time.Sleep(6 * time.Second) // nats.go gives the look five seconds
	select {
	case err := <-led:
		t.Fatalf("Lead() = %v without an answer", err)
	default:
	}
	if err := server.allow(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-led:
		if err != nil {
			t.Errorf("Lead() = %v", err)
		}
	case <-time.After(2 * soon):
		t.Error("nobody leads, though the server answers again")
	}
}

// TestCluster: three servers with a copy each. One of them dies, whichever
// leads the stream; the work goes on at the others, and nothing is lost.
func TestCluster(t *testing.T) {
	t.Parallel()
	servers := newCluster(t)
	var urls []string
	for _, s := range servers {
		urls = append(urls, s.url())
	}
	o := jetstream.Options{URL: strings.Join(urls, ","), Key: t.Name(), NodeName: "one", Replicas: 3, TTL: 30 * time.Second}
	one := open(t, o)
	o.NodeName = "two"
	two := open(t, o)
	s := leadNode(t, one)
	c := gather(t, byStore(s), byStore(s), byNode(two))
	within(t, 20*time.Second, "the work begins", func() bool { return c.count() > 50 })
	victim := streamLeader(t, urls, o.StreamName())
	for _, server := range servers {
		if server.setup.Name == victim {
			server.kill()
		}
	}
	before := c.count()
	within(t, 30*time.Second, "the work goes on without "+victim, func() bool { return c.count() > before+50 })
	c.end()
	if s.Context().Err() != nil {
		t.Fatalf("the leadership has ended: %v", context.Cause(s.Context()))
	}
	within(t, 10*time.Second, "the leader has all", func() bool { return len(keysOf(t, s)) >= c.count() })
	keys := keysOf(t, s)
	c.check(t, keys)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want(t, "keys of the next leader", keysOf(t, leadNode(t, two)), keys)
}

// newCluster starts three servers that know each other.
func newCluster(t testing.TB) (servers []*natsServer) {
	t.Helper()
	var routes []string
	for i := range 3 {
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		cluster, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", cluster))
		servers = append(servers, &natsServer{setup: setup{Name: fmt.Sprint("s", i), Dir: t.TempDir(), Port: port, ClusterPort: cluster}})
	}
	for _, s := range servers {
		s.setup.Routes = routes
		if err := s.start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.stop)
	}
	conn, err := nats.Connect(servers[0].url())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	within(t, 30*time.Second, "the cluster has a leader and three servers", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := api.CreateStream(ctx, js.StreamConfig{Name: "probe", Replicas: 3})
		return err == nil
	})
	return servers
}

func streamLeader(t testing.TB, urls []string, name string) string {
	t.Helper()
	conn, err := nats.Connect(strings.Join(urls, ","))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := api.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().Cluster.Leader
}
