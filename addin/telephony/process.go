package telephony

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/memory"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/support"
	"mangoofficesdk/sdk/text"
)

// Done may take two seconds in all (component.DoneTimeout): one for a host that
// is slow to come back from ExternalEvent, one for the end of the connection.
const (
	inboxTimeout = component.DoneTimeout / 2
	closeTimeout = component.DoneTimeout - inboxTimeout
)

// goneTimeout is how long a new connection waits for what is left of the last.
const goneTimeout = 2 * time.Second

// ProcessOptions of NewProcess. The zero value works.
type ProcessOptions struct {
	Version string // version of the library, shown to BSL
	LogPath string // log of connections that name no log.path; "" = the user's cache folder

	// Open makes the connection; nil opens an office in this process, or links
	// to a hub or to the session that hosts.
	Open func(ctx context.Context, p Params) (Link, error)
	// Probe asks the PBX once, signed, whether key and salt are right; nil
	// asks for real.
	Probe func(ctx context.Context, cfg office.Config) error
	// Now is the clock; nil is the real one.
	Now func() time.Time
}

// Process is what all objects of one 1C process share: the one connection, the
// log and the counters. It starts nothing before a real Connect.
type Process struct {
	opt   ProcessOptions
	class *spec.Class[*Object]
	log   *Log
	count counters

	apiMethods func() string // СписокМетодов, made on first use

	mu   sync.Mutex
	conn *connection // nil: nobody is connected
	// stores by PBX key, of connections without data_dir, live as long as the
	// process: what the PBX got a 200 for survives Отключить and Подключить.
	// With data_dir the office has its own, in a file that does.
	stores map[string]journal.Store
	// before is an Office whose end took longer than was waited; nil: there is none.
	before *office.Office
	// tried are the parameters of the last Подключить, and what it and the ones
	// before gave that must not be in an archive for support.
	tried Params
	known support.Known
	// usersRead is when the employees of a PBX key were last asked for, by
	// СоздатьИнтеграцию or a connection: the next one must not ask too early.
	usersRead map[string]time.Time
}

// NewProcess makes the shared state. It does no I/O and starts no goroutine.
func NewProcess(opt ProcessOptions) *Process {
	if opt.Probe == nil {
		opt.Probe = probePBX
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.LogPath == "" {
		opt.LogPath = defaultLogPath()
	}
	p := &Process{opt: opt, class: Class(), log: newLog(), stores: map[string]journal.Store{}, usersRead: map[string]time.Time{}}
	p.apiMethods = sync.OnceValue(apiMethods)
	if p.opt.Open == nil {
		p.opt.Open = p.openLink
	}
	return p
}

// NewInstance makes a 1C object. It must be called on the thread of a call
// from the host (component.New).
func (p *Process) NewInstance(host component.Host) component.Instance {
	return component.New(p.class, host, component.Options{Log: p.log.Logger(), Failed: p.fault}, p.newObject)
}

// connection is the one connection of the process, from the first Подключить
// until the last object left.
type connection struct {
	params Params
	opened chan struct{} // closed when link or err is known
	closed chan struct{} // closed when the link was given back, or never came
	dist   *distributor

	// Written before opened is closed.
	link Link
	err  error

	// Guarded by Process.mu.
	members map[*Object]struct{}
	closing bool
}

// join makes o a member of the connection with these parameters, opening it
// when there is none. fresh tells that o opened it.
func (p *Process) join(ctx context.Context, o *Object, params Params) (c *connection, fresh bool, err error) {
	for {
		p.mu.Lock()
		c = p.conn
		switch {
		case c == nil:
			c = &connection{
				params: params, opened: make(chan struct{}), closed: make(chan struct{}),
				members: map[*Object]struct{}{o: {}}, dist: newDistributor(p),
			}
			p.conn = c
			p.mu.Unlock()
			return c, true, p.open(ctx, c)
		case c.closing:
			p.mu.Unlock()
			// The port is free only when the old connection has ended.
			if err := await(ctx, c.closed); err != nil {
				return nil, false, err
			}
			continue
		case !c.params.equal(params):
			p.mu.Unlock()
			return nil, false, text.New(text.AlreadyConnected)
		}
		c.members[o] = struct{}{}
		p.mu.Unlock()
		if err := await(ctx, c.opened); err != nil {
			p.leave(o, c)
			return nil, false, err
		}
		return c, false, c.err
	}
}

// open fills in the link of a connection that was just registered. On failure
// the connection is gone, and those who waited for it get the same error.
func (p *Process) open(ctx context.Context, c *connection) error {
	link, err := p.tryOpen(ctx, c.params)
	c.link, c.err = link, err
	if err != nil {
		p.mu.Lock()
		p.conn = nil
		p.mu.Unlock()
		close(c.opened)
		close(c.closed)
		return err
	}
	c.dist.link = link
	close(c.opened)
	link.Deliver(c.dist.deliver)
	return nil
}

// tryOpen turns a panic into an error: others wait for the outcome.
func (p *Process) tryOpen(ctx context.Context, params Params) (link Link, err error) {
	defer func() {
		if v := recover(); v != nil {
			p.logger().Error().Any("panic", v).Bytes("stack", debug.Stack()).Msg("open panicked")
			err = text.New(text.Internal).Wrap(fmt.Errorf("panic in open: %v", v))
		}
	}()
	return p.opt.Open(ctx, params)
}

// leave takes o out of c and closes c when nobody is left, within closeTimeout.
// What the closing says is logged: whoever left has nothing to do about it.
func (p *Process) leave(o *Object, c *connection) {
	p.mu.Lock()
	_, in := c.members[o]
	delete(c.members, o)
	last := in && len(c.members) == 0 && p.conn == c
	c.closing = c.closing || last
	p.mu.Unlock()
	if !last {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := await(ctx, c.opened)
	if err == nil && c.link != nil {
		err = c.link.Close(ctx)
	}
	if err != nil {
		p.logger().Warn().Err(err).Msg("connection not closed in time")
	}
	p.mu.Lock()
	p.conn = nil
	p.mu.Unlock()
	close(c.closed)
}

// alone tells whether o is the only member of c.
func (p *Process) alone(o *Object, c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, in := c.members[o]
	return in && len(c.members) == 1
}

// await waits for a channel to close.
func await(ctx context.Context, ch <-chan struct{}) error {
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return text.New(text.Stopping).Wrap(ctx.Err())
	}
}

// openLink is the default ProcessOptions.Open.
func (p *Process) openLink(ctx context.Context, params Params) (Link, error) {
	switch params.Mode {
	case modeHub:
		return p.openHub(ctx, params)
	case modeShare:
		return p.openShare(ctx, params)
	}
	return p.openOffice(ctx, params)
}

// openOffice opens an Office in this process.
func (p *Process) openOffice(ctx context.Context, params Params) (Link, error) {
	cfg := params.Office
	if cfg.DataDir == "" {
		cfg.Store = p.store(cfg.Credentials.Key)
	}
	o, err := p.host(ctx, cfg)
	if err != nil {
		return nil, err
	}
	session := params.Session
	session.Rights = office.Supervisor | office.Admin // nobody else is there
	local, err := o.Attach(session)
	if err != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		down := o.Shutdown(stop)
		if down != nil {
			cfg.Log.Warn().Err(down).Msg("office did not stop in time")
		}
		p.left(cfg.Credentials.Key, o, down)
		return nil, err
	}
	return &officeLink{Local: local, office: o, closed: func(err error) { p.left(cfg.Credentials.Key, o, err) }}, nil
}

// host opens an Office when the one before is gone. A disk that holds that one
// for long must not hold 1C, too: it is told to try again then.
func (p *Process) host(ctx context.Context, cfg office.Config) (*office.Office, error) {
	p.mu.Lock()
	before := p.before
	cfg.UsersRead = p.usersRead[cfg.Credentials.Key]
	p.mu.Unlock()
	if before != nil {
		ctx, cancel := context.WithTimeout(ctx, goneTimeout)
		defer cancel()
		if err := before.Gone(ctx); err != nil {
			return nil, text.New(text.Stopping).Wrap(err)
		}
		p.mu.Lock()
		p.before = nil
		p.mu.Unlock()
	}
	return office.Open(ctx, cfg)
}

// left notes what the next Office has to know of one that was shut down; err is
// what that said.
func (p *Process) left(key string, o *office.Office, err error) {
	p.readUsers(key, o.UsersRead())
	if err == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before = o
}

// store gives the store of a PBX, made on first use.
func (p *Process) store(key string) journal.Store {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stores[key] == nil {
		p.stores[key] = memory.New(memory.Options{Now: p.opt.Now})
	}
	return p.stores[key]
}

// officeLink is a session that owns its Office: in `direct` mode there is
// exactly one session, and the Office ends with it.
type officeLink struct {
	*office.Local
	office *office.Office
	closed func(err error)
}

// Close detaches the session and shuts the Office down.
func (l *officeLink) Close(ctx context.Context) error {
	err := cmp.Or(l.Local.Close(ctx), l.office.Shutdown(ctx))
	l.closed(err)
	return err
}

// Close gives the log file back. The library never calls it: it lives as long
// as the 1C process; tests and tools that make a Process of their own do.
func (p *Process) Close() error { return p.log.SetPath("") }
