// Package jetstream is the journal of several hubs that serve one PBX account
// together, in NATS JetStream: a cluster that their owner runs.
//
// The log is one stream per PBX key. Every change of the store is a record of
// it, and the store itself is what the records make: a machine in memory that
// knows no time but theirs, so that every hub that reads the log has the same
// records, events, seqs, attempts and leases, and one epoch. What waits while a
// record is written goes into the next one together.
//
// One hub at a time leads: Node.Lead waits for it, and gives the Store on which
// an office works. Leaders are elected by a key in a bucket that the leader
// renews; whoever sees no renewal for Options.TTL, by his own clock, takes over,
// and a leader that could not renew gives up in two thirds of that. That makes
// one sender of requests to the PBX; the log itself does not depend on clocks: a
// leader's messages name the one before, so the server refuses those of a leader
// that has been followed by another.
//
// All hubs take webhooks. One that does not lead puts the notification into the
// log (Node.Append), and the leader hears of it (Store.Fresh). The order of
// registration is that of the stream.
//
// A snapshot of the machine is kept in an object bucket from time to time, and
// the log before it is purged. A new leader restores it and replays the rest.
//
// # What an acknowledgement means
//
// An answer of JetStream says "on the disk" only where the server runs with
// sync_interval: always, and "on other machines" only with Options.Replicas 3
// (or 5). With the server's default, a power failure of the one machine, or of
// most at once, can take up to two minutes of what was acknowledged.
//
// # What differs from sdk/journal/bolt
//
// Everything unsettled, unreleased or younger than the bounds is in the memory
// of the leader: settled events stay readable for a day, 65,536 of them and 64
// MiB at most (bolt: 30 days), keys of derived records for a day, 200,000 at
// most. Append is refused when 50,000 records are not derived. A notification
// has to fit into a message of the server (max_payload, a megabyte by default).
package jetstream

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
)

// Defaults of Options.
const (
	DefaultTTL           = 10 * time.Second
	DefaultSnapshotAge   = 10 * time.Minute
	DefaultSnapshotBytes = 32 << 20
)

const (
	// maxPending bounds what is not derived, as sdk/journal/memory does.
	maxPending = 50_000
	// overhead is room for the headers of a message.
	overhead = 4 << 10
	// dedupe is how long the server knows the ids of messages.
	dedupe = 2 * time.Minute
)

// Options of a node. Zero values mean the defaults.
type Options struct {
	URL         string // of the cluster, several with commas; tls:// for TLS
	Credentials string // file of a user's JWT and seed; "" = none, or within the URL
	User        string // with Password, instead of Credentials
	Password    string
	CA          string // file of the certificates to trust; "" = the system's

	Key      string // of the PBX product: it names the stream, hashed
	NodeName string // of this hub, unlike every other
	Address  string // where this hub is reached by the others, told by Leader
	Replicas int    // of what is made here; 0 = 1. What is there already stays as it is

	TTL           time.Duration // of a leadership that is not renewed
	SnapshotAge   time.Duration // when the log is written into a snapshot,
	SnapshotBytes int           // and how long it may get before
	Now           func() time.Time
}

func (o Options) withDefaults() Options {
	o.Replicas = max(o.Replicas, 1)
	if o.TTL <= 0 {
		o.TTL = DefaultTTL
	}
	if o.SnapshotAge <= 0 {
		o.SnapshotAge = DefaultSnapshotAge
	}
	if o.SnapshotBytes <= 0 {
		o.SnapshotBytes = DefaultSnapshotBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// StreamName is what the stream and the buckets of the key are called.
func (o Options) StreamName() string {
	sum := sha256.Sum256([]byte("mango-office-jetstream\x00" + o.Key))
	return "mango-" + hex.EncodeToString(sum[:8])
}

// Node is a hub's place in the cluster.
type Node struct {
	opt      Options
	leadSubj string // of leaders' records
	inSubj   string // of what the others take
	conn     *nats.Conn
	js       js.JetStream
	stream   js.Stream
	office   js.KeyValue // who leads
	shelf    js.ObjectStore
	grp      *group.Group
	view     atomic.Pointer[term] // who leads, as last seen
	feed     atomic.Pointer[context.CancelFunc]

	mu   sync.Mutex // one Lead at a time
	held *Store     // the last one it gave
}

// Open connects to the cluster, and makes the stream and the buckets of the key
// where there are none.
func Open(ctx context.Context, o Options) (*Node, error) {
	n := &Node{opt: o.withDefaults()}
	n.leadSubj, n.inSubj = n.opt.StreamName()+".lead", n.opt.StreamName()+".in"
	opts := []nats.Option{
		nats.Name("mango-hub " + o.NodeName), nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond),
		nats.ReconnectBufSize(-1), // what cannot be sent now is tried again here, knowingly
		nats.PingInterval(n.opt.TTL / 2), nats.MaxPingsOutstanding(2), nats.Timeout(5 * time.Second),
		nats.ReconnectHandler(func(*nats.Conn) { n.refeed() }),
	}
	if o.Credentials != "" {
		opts = append(opts, nats.UserCredentials(o.Credentials))
	}
	if o.User != "" {
		opts = append(opts, nats.UserInfo(o.User, o.Password))
	}
	if o.CA != "" {
		opts = append(opts, nats.RootCAs(o.CA))
	}
	var err error
	if n.conn, err = nats.Connect(o.URL, opts...); err != nil {
		return nil, fmt.Errorf("journal: connect: %w", err)
	}
	if err := n.setUp(ctx); err != nil {
		n.conn.Close()
		return nil, fmt.Errorf("journal: %w", err)
	}
	n.grp = group.New(context.Background(), nil)
	n.grp.Go("jetstream-look", n.look)
	return n, nil
}

// setUp finds or makes what the key has in the cluster. Two nodes may do so at
// once: whoever comes second finds it.
func (n *Node) setUp(ctx context.Context) (err error) {
	if n.js, err = js.New(n.conn); err != nil {
		return err
	}
	name, replicas := n.opt.StreamName(), n.opt.Replicas
	n.stream, err = found(func() (js.Stream, error) { return n.js.Stream(ctx, name) }, func() (js.Stream, error) {
		return n.js.CreateStream(ctx, js.StreamConfig{
			Name: name, Subjects: []string{n.leadSubj, n.inSubj}, Replicas: replicas, Storage: js.FileStorage,
			Discard: js.DiscardNew, Duplicates: dedupe, DenyDelete: true, Description: "MangoOfficeSDK: the log of a PBX account",
		})
	})
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	n.office, err = found(func() (js.KeyValue, error) { return n.js.KeyValue(ctx, name) }, func() (js.KeyValue, error) {
		return n.js.CreateKeyValue(ctx, js.KeyValueConfig{Bucket: name, Replicas: replicas, Storage: js.FileStorage})
	})
	if err != nil {
		return fmt.Errorf("bucket %s: %w", name, err)
	}
	n.shelf, err = found(func() (js.ObjectStore, error) { return n.js.ObjectStore(ctx, name) }, func() (js.ObjectStore, error) {
		return n.js.CreateObjectStore(ctx, js.ObjectStoreConfig{Bucket: name, Replicas: replicas, Storage: js.FileStorage})
	})
	if err != nil {
		return fmt.Errorf("bucket of snapshots %s: %w", name, err)
	}
	return n.begin(ctx)
}

// found gets what is there, or makes it; whoever comes second gets it then.
func found[T any](get, create func() (T, error)) (T, error) {
	if v, err := get(); err == nil {
		return v, nil
	}
	v, failed := create()
	if failed == nil {
		return v, nil
	}
	v, err := get()
	if err != nil {
		return v, errors.Join(failed, err)
	}
	return v, nil
}

// begin writes the first record of a new stream.
func (n *Node) begin(ctx context.Context) error {
	info, err := n.stream.Info(ctx)
	if err != nil || info.State.LastSeq > 0 {
		return err
	}
	first := batch{term: newName(), at: n.opt.Now(), commands: []command{{op: opBegin, name: newName()}}}
	msg := n.message(n.leadSubj, part{count: 1, raw: first.encode()}.encode())
	_, err = n.js.PublishMsg(ctx, msg, js.WithExpectLastSequence(0), js.WithMsgID("begin"))
	if outrun(err) { // another node has
		return nil
	}
	return err
}

func (n *Node) message(subject string, raw []byte) *nats.Msg {
	return &nats.Msg{Subject: subject, Header: nats.Header{}, Data: raw}
}

// room is how much a message takes.
func (n *Node) room() int { return int(n.conn.MaxPayload()) - overhead }

// Facts are how the cluster keeps the log.
type Facts struct {
	Stream     string
	Replicas   int // that the stream is to have
	Current    int // of them, those that have all of it now
	MaxPayload int // bytes of a message: of a notification, with some for headers
}

// Describe asks the cluster.
func (n *Node) Describe(ctx context.Context) (Facts, error) {
	f := Facts{Stream: n.opt.StreamName(), MaxPayload: int(n.conn.MaxPayload())}
	info, err := n.stream.Info(ctx)
	if err != nil {
		return f, fmt.Errorf("journal: %w", err)
	}
	f.Replicas, f.Current = info.Config.Replicas, 1
	if info.Cluster != nil {
		for _, peer := range info.Cluster.Replicas {
			if peer.Current && !peer.Offline {
				f.Current++
			}
		}
	}
	return f, nil
}

// Reachable tells whether the node is connected to the cluster.
func (n *Node) Reachable() bool { return n.conn.IsConnected() }

// Append puts a notification into the log, whoever leads: nil says that it is
// as durable as the stream is. After an error it may be there or not, and the
// PBX must be told to post again, or the next hub be tried: a key that is known
// already is passed over. It has a journal.ErrFull when the leader is behind or
// the server without room.
func (n *Node) Append(ctx context.Context, key string, raw []byte) error {
	if v := n.view.Load(); v != nil && v.Full {
		return journal.ErrFull
	}
	record := batch{at: n.opt.Now(), commands: []command{{op: opAppend, name: key, raw: raw}}}.encode()
	if len(record) > n.room() {
		return ErrTooLarge
	}
	sum := sha256.Sum256([]byte(key))
	id := "in." + hex.EncodeToString(sum[:16])
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		_, err := n.try(ctx, n.message(n.inSubj, record), js.WithMsgID(id))
		switch {
		case err == nil:
			return nil
		case noRoom(err):
			return fmt.Errorf("%w: %w", journal.ErrFull, err)
		case n.conn.IsClosed():
			return journal.ErrClosed
		}
		if !group.Sleep(ctx, wait) {
			return fmt.Errorf("journal: not known to be stored: %w: %w", ctx.Err(), err)
		}
	}
}

const (
	firstWait = 20 * time.Millisecond
	lastWait  = 500 * time.Millisecond
)

// try publishes once, and waits for the answer no longer than makes sense.
func (n *Node) try(ctx context.Context, msg *nats.Msg, opts ...js.PublishOpt) (*js.PubAck, error) {
	ctx, cancel := context.WithTimeout(ctx, n.opt.TTL/3)
	defer cancel()
	return n.js.PublishMsg(ctx, msg, append(opts, js.WithRetryAttempts(0))...)
}

// refeed has the leader's reader begin anew: what was on its way to it when the
// connection broke may be lost.
func (n *Node) refeed() {
	if cancel := n.feed.Load(); cancel != nil {
		(*cancel)()
	}
}

// Close ends a leadership, and the connection.
func (n *Node) Close() error {
	n.grp.Stop()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.held != nil {
		_ = n.held.Close() // it gives no error
	}
	err := n.grp.Wait(context.Background())
	n.conn.Close()
	return err
}
