// Package office composes one PBX connection: listener, store, engine, client
// and timers. One goroutine, the loop, owns the engine's state; everything
// else talks to it by messages. No lock is held while a consumer, the store or
// the network is called.
package office

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/webhook"
)

// shutdownTime bounds the end of a session, and Shutdown without Config.StopTime:
// a closing 1C must not wait for us.
const shutdownTime = 2 * time.Second

// requestGrace is how long requests under way may take to end.
const requestGrace = 500 * time.Millisecond

// Office is one PBX connection, shared by all sessions of the process.
type Office struct {
	cfg      Config
	grp      *group.Group
	store    *stored
	calls    *history.Store
	client   *vpbx.Client
	hook     *webhook.Handler
	server   *http.Server // nil with NoListener, as is listener
	listener net.Listener
	lock     io.Closer // nil: could not be made
	run      string    // makes session ids differ from those of an earlier office on the same store

	mail   chan func(*loop)
	fresh  chan struct{} // one value: `in` has something new
	leased chan struct{} // one value: a pump holds leases, which will end
	// committed has a value when the call store has written something.
	committed chan struct{}
	stats     stats
	snap      atomic.Pointer[Snapshot] // what all sessions share of the replica
	stop      sync.Once
	down      atomic.Bool // Shutdown began
	// accepting counts notifications that are on their way into the store.
	accepting atomic.Int64
	ended     chan struct{} // Shutdown is over
	closing   *group.Group  // of the stores; set before ended is closed

	archive *archivist // nil: there is none
	ops     *operation.Registry
	guarded chan struct{} // one value: the guard holds requests back, or does not any more
	paused  chan struct{} // the same, for the note of a shared store
	told    atomic.Int64  // local events so far

	usersRead  atomic.Pointer[time.Time]       // see UsersRead; nil = never
	employees  atomic.Pointer[[]Employee]      // as read last; nil = never
	extensions atomic.Pointer[map[string]bool] // theirs; nil: not read yet
	visitors   visitors
	speeches   speeches
	gone       gone
	recovered  atomic.Int64 // calls that statistics told first
	alive      atomic.Int64 // unix seconds until which nothing was missed, as noted

	changing chan struct{} // a value: somebody changes what the company has set

	crowd  crowd
	idlers idlers
}

// Open binds the listener and starts the connection. On return notifications
// are accepted; the state goes on to Registered or Refused by itself. Errors
// are *text.Error: a field of cfg, port_taken, bad_listen, bad_certificate,
// already_running, store_full, store_failed. ctx bounds the opening only.
func Open(ctx context.Context, cfg Config) (*Office, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = rand.Text
	}
	o := &Office{
		cfg: cfg, mail: make(chan func(*loop)), fresh: make(chan struct{}, 1),
		leased: make(chan struct{}, 1), committed: make(chan struct{}, 1), guarded: make(chan struct{}, 1), paused: make(chan struct{}, 1), ended: make(chan struct{}), changing: make(chan struct{}, 1), run: rand.Text()[:8],
	}
	o.crowd.init()
	var err error
	if o.store, err = openStore(cfg); err != nil {
		return nil, err
	}
	o.calls = o.openCalls()
	o.archive = openArchive(cfg)
	o.stats.init(cfg.Now)
	cfg.Guard.OnChange = o.guardChanged
	if o.store.others != nil {
		cfg.Guard.WindowUntil, cfg.Guard.GateUntil = o.pausesBefore(ctx)
	}
	o.client, err = vpbx.New(vpbx.Config{
		Credentials: cfg.Credentials, BaseURL: cfg.APIURL, Proxy: cfg.Proxy, Log: cfg.Log, Guard: cfg.Guard, Allowed: cfg.Allowed,
		Look: cfg.StatisticsLook,
	})
	if err != nil {
		_ = o.closeStore(ctx) // err is the one to tell
		return nil, text.From(err)
	}
	if o.hook = cfg.Webhook; o.hook == nil {
		o.hook = webhook.New(webhook.Config{
			Credentials: cfg.Credentials, BasePath: cfg.Listen.Path, AllowIPs: cfg.Listen.AllowIPs,
			MaxBody: cfg.Listen.MaxBody, ReadTimeout: cfg.Listen.ReadTimeout,
			Sink: o.Accept, Log: cfg.Log, Counted: o.stats.touch,
		})
	}
	if err := o.bind(ctx); err != nil {
		_ = o.client.Close()  // nothing was dialled
		_ = o.closeStore(ctx) // err is the one to tell
		return nil, err
	}
	o.start(ctx)
	return o, nil
}

// closeStore ends a store of our own. What it took stays where it is. A disk
// that hangs does not keep the caller beyond ctx: the closing goes on then.
func (o *Office) closeStore(ctx context.Context) error {
	g := group.New(context.WithoutCancel(ctx), o.panicked)
	o.closing = g
	g.Go("calls", func(ctx context.Context) { _ = o.calls.Close(ctx) }) // ctx never ends: no error
	g.Go("journal", func(context.Context) {
		if err := o.store.close(); err != nil {
			o.cfg.Log.Error().Err(err).Msg("the journal was not closed well")
		}
	})
	return g.Wait(ctx)
}

// bind takes the lock of the key and the port.
func (o *Office) bind(ctx context.Context) error {
	if o.store.others == nil { // else a store says whose turn it is
		lock, err := lockKey(o.cfg.Credentials.Key)
		if coded, ok := errors.AsType[*text.Error](err); ok {
			return coded
		}
		if err != nil {
			o.cfg.Log.Warn().Err(err).Msg("no lock against a second process")
		}
		o.lock = lock
	}
	if o.cfg.NoListener {
		return nil
	}
	if err := o.listen(ctx); err != nil {
		o.unlock()
		return err
	}
	return nil
}

// unlock lets another process serve the key.
func (o *Office) unlock() {
	if o.lock != nil {
		_ = o.lock.Close() // nothing to lose
	}
}

// listen takes the port.
func (o *Office) listen(ctx context.Context) error {
	server := o.hook.Server()
	if err := loadCertificate(server, o.cfg.Listen); err != nil {
		return err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", o.cfg.Listen.Address)
	if err != nil {
		return ListenError("listen.address", o.cfg.Listen.Address, err)
	}
	o.server, o.listener = server, ln
	return nil
}

// start runs the goroutines. Each ends with the group; a panic in one is
// logged and counted, and does not take 1C down.
func (o *Office) start(ctx context.Context) {
	o.grp = group.New(context.Background(), o.panicked)
	o.ops = o.newOperations()
	l := newLoop(ctx, o)
	l.publish()
	o.grp.Go("loop", l.run)
	o.grp.Go("verify", o.verify)
	o.grp.Go("throttle", o.throttle)
	if o.store.others != nil {
		o.grp.Go("pauses", o.notePauses)
	}
	o.grp.Go("catch-up", o.catchUp)
	if o.archive != nil {
		o.grp.Go("archive", o.runArchive)
	}
	if o.cfg.NoListener {
		return
	}
	o.grp.Go("listener", func(context.Context) { o.serve() })
	o.cfg.Log.Info().Str("address", o.listener.Addr().String()).Str("path", o.cfg.Listen.Path).
		Bool("tls", o.tls()).Msg("listening for the PBX")
}

func (o *Office) panicked(name string, value any, stack []byte) {
	o.stats.panics.Add(1)
	o.stats.fail(text.Internal)
	o.cfg.Log.Error().Str("goroutine", name).Any("panic", value).Bytes("stack", stack).Msg("panic")
}

// Accept is the sink of the webhook: when it returns nil the PBX gets its 200,
// so the notification must be in the store by then. After Shutdown it refuses.
func (o *Office) Accept(ctx context.Context, item notify.Item) error {
	o.accepting.Add(1)
	defer o.accepting.Add(-1)
	if o.down.Load() {
		return text.New(text.Stopping)
	}
	_, dup, err := o.store.Append(ctx, item.Key, item.Encode())
	if o.store.note(err) {
		o.stats.touch()
	}
	if err != nil {
		return err
	}
	o.stats.heard.Store(o.cfg.Now().UnixMilli())
	if dup {
		o.stats.duplicates.Add(1)
		return nil
	}
	group.Nudge(o.fresh)
	return nil
}

// Attach adds a session. The session gets the connection's state at once and
// then every event meant for it.
func (o *Office) Attach(s Session) (*Local, error) {
	l := newLocal(o, s, o.run+"-"+strconv.Itoa(o.crowd.next()))
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := o.do(ctx, func(lp *loop) { lp.attach(l) }); err != nil {
		return nil, err
	}
	return l, nil
}

// do runs fn on the loop and waits for it.
func (o *Office) do(ctx context.Context, fn func(*loop)) error {
	done := make(chan struct{})
	select {
	case o.mail <- func(l *loop) { defer close(done); fn(l) }:
	case <-o.grp.Context().Done():
		return text.New(text.Stopping)
	case <-ctx.Done():
		return text.New(text.Timeout).Wrap(ctx.Err())
	}
	// The loop has it and never waits for anybody: this is a matter of
	// microseconds. A panic in fn closes done too.
	<-done
	return nil
}

// Shutdown refuses new notifications with 503, derives what was accepted,
// stops every goroutine and frees the port. It returns within ctx, or
// Config.StopTime, whatever ends first, and may be called twice.
func (o *Office) Shutdown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(o.cfg.StopTime, shutdownTime))
	defer cancel()
	var err error
	first := false
	o.stop.Do(func() { first = true })
	if !first {
		select {
		case <-o.ended:
			return nil
		case <-ctx.Done():
			return text.New(text.Timeout).Wrap(ctx.Err())
		}
	}
	defer close(o.ended)
	o.down.Store(true)
	o.hangUp(ctx)
	o.ops.Stop() // while the loop can still tell of it
	for _, l := range o.crowd.sessions() {
		l.cancel()
	}
	o.grp.Stop()
	_ = o.client.Close() // commands under way end with their context
	err = errors.Join(o.grp.Wait(ctx), o.closeStore(ctx))
	o.unlock()
	if err != nil {
		o.cfg.Log.Error().Err(err).Msg("not everything stopped in time")
		return text.New(text.Timeout).Wrap(err)
	}
	o.cfg.Log.Info().Msg("stopped")
	return nil
}

// Gone waits, within ctx, until nothing is left of an Office that was shut down:
// a busy disk may hold its store longer than Shutdown waits, and nobody else,
// this process neither, can open it before.
func (o *Office) Gone(ctx context.Context) error {
	select {
	case <-o.ended:
		return o.closing.Wait(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hangUp closes the listener, lets requests under way end for a moment, and
// cuts off the rest. The moment is short: net/http waits five seconds for a
// connection that was opened and never used, and the goroutines need their
// share of Shutdown's time.
func (o *Office) hangUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, requestGrace)
	defer cancel()
	if o.server == nil { // it is somebody else's: what it brings is refused, or nearly taken
		for o.accepting.Load() > 0 && group.Sleep(ctx, time.Millisecond) {
		}
		return
	}
	if o.server.Shutdown(ctx) != nil {
		_ = o.server.Close() // the listener is closed already
	}
}

// ListenAddr is the address really bound (the port, when :0 was asked for); nil
// with NoListener.
func (o *Office) ListenAddr() net.Addr {
	if o.listener == nil {
		return nil
	}
	return o.listener.Addr()
}

// Handler serves the notifications of the PBX, below Config.Listen.Path, for
// whoever has a listener. After Shutdown it answers 503.
func (o *Office) Handler() http.Handler { return o.hook }

func (o *Office) tls() bool { return !o.cfg.NoListener && o.cfg.Listen.TLSCert != "" }
