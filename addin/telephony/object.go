package telephony

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
)

// maxWait bounds ЖдатьМс: BSL stands still meanwhile.
const maxWait = time.Minute

// Object is one 1C object. Its methods are the bodies of the declared methods;
// they stand concurrent calls.
type Object struct {
	proc *Process
	env  *component.Env
	turn chan struct{} // one slot: Подключить and Отключить one after another
	// voice, one slot: only who holds it calls ExternalEvent. An inbox whose
	// host did not come back in time keeps it, and its successor waits.
	voice chan struct{}

	// own are the operations that need no Office, made on first use.
	own func() *operation.Registry

	eventLanguage atomic.Uint32

	mu      sync.Mutex
	conn    *connection // nil: not connected
	inbox   *inbox      // of conn
	alone   *inbox      // without one, tells of what the object does itself; nil: nothing yet
	refusal *text.Error // why the last Подключить was refused; nil: it was not
	push    bool        // ВнешниеСобытия
	pushSet bool        // BSL said so; else the role decides
	closed  bool
}

func (p *Process) newObject(env *component.Env) *Object {
	o := &Object{proc: p, env: env, turn: make(chan struct{}, 1), voice: make(chan struct{}, 1), push: true}
	o.own = sync.OnceValue(o.newOperations)
	return o
}

// enter takes the turn of Подключить and Отключить; the result gives it back.
func (o *Object) enter(ctx context.Context) (leave func(), err error) {
	select {
	case o.turn <- struct{}{}:
		return func() { <-o.turn }, nil
	case <-ctx.Done():
		return nil, text.New(text.Stopping)
	}
}

// connect is Подключить.
func (o *Object) connect(raw string, waitMs int64) error {
	if waitMs < 0 {
		return outOfRange("ЖдатьМс", "WaitMs", waitMs, 0, maxWait.Milliseconds())
	}
	params, err := ParseParams(raw)
	if err != nil {
		return err
	}
	o.proc.try(params)
	leave, err := o.enter(o.env.Context())
	if err != nil {
		return err
	}
	defer leave()
	if err := o.proc.applyLog(params); err != nil {
		return err
	}
	params.Office.Log = o.proc.log.Logger()
	for _, w := range params.Warnings {
		o.proc.warn(w)
	}
	wait := time.Duration(min(waitMs, maxWait.Milliseconds())) * time.Millisecond
	if again, err := o.reconnect(params); again != nil || err != nil {
		if err != nil {
			return err
		}
		return o.awaitRegistered(again, wait)
	}

	c, fresh, err := o.proc.join(o.env.Context(), o, params)
	if err != nil {
		o.setRefusal(fresh, text.From(err))
		return err
	}
	if err := o.joined(c); err != nil {
		return err
	}
	return o.awaitRegistered(c, wait)
}

// reconnect looks at the connection that the object has already. With the same
// parameters it goes on, and its state is told again, as every Подключить is
// answered by СостояниеСвязи. With others it is refused, unless that connection
// was itself refused by the PBX and nobody else is on it, as after a mistyped
// key: then, as without a connection, again is nil.
func (o *Object) reconnect(params Params) (again *connection, err error) {
	o.mu.Lock()
	c, b := o.conn, o.inbox
	o.mu.Unlock()
	if c == nil {
		return nil, nil
	}
	if c.link.View().State == office.Refused && o.proc.alone(o, c) {
		o.part()
		return nil, nil
	}
	if !c.params.equal(params) {
		return nil, text.New(text.AlreadyConnected)
	}
	c.dist.repeatState(b)
	return c, nil
}

// joined completes the membership: from here on events arrive.
func (o *Object) joined(c *connection) error {
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		o.proc.leave(o, c)
		return text.New(text.Stopping)
	}
	if !o.pushSet {
		// A scheduled job has no one to take external events; whoever joins
		// as a desk after it has.
		o.push = c.params.Session.Role != roleServer
	}
	b, alone := newInbox(o, c, o.push), o.alone
	o.conn, o.inbox, o.alone, o.refusal = c, b, nil, nil
	o.mu.Unlock()
	b.start()
	c.dist.attach(b)
	o.retire(alone)
	return nil
}

func (o *Object) setRefusal(opened bool, e *text.Error) {
	if !opened {
		return // another connection stands: this object simply is not on it
	}
	o.mu.Lock()
	o.refusal = e
	o.mu.Unlock()
}

// awaitRegistered waits until the PBX accepted the key. Time that ran out is
// no failure: the event СостояниеСвязи tells the rest. A refusal is one, and
// takes the object off the connection, so that Подключить can be called again.
func (o *Object) awaitRegistered(c *connection, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(o.env.Context(), wait)
	defer cancel()
	const look = 50 * time.Millisecond // the replica may change a moment after its event
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		changed := c.dist.stateChanged()
		switch v := c.link.View(); v.State {
		case office.Registered:
			return nil
		case office.Refused:
			e := v.Why
			if e == nil {
				e = text.New(text.KeyRefused)
			}
			o.part()
			o.setRefusal(true, e)
			return e
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// disconnect is Отключить. Without a connection it has nothing to do, which is
// no failure.
func (o *Object) disconnect() error {
	leave, err := o.enter(o.env.Context())
	if err != nil {
		return err
	}
	defer leave()
	o.mu.Lock()
	o.refusal = nil
	o.mu.Unlock()
	o.part()
	return nil
}

// part takes the object off its connection: first its goroutine ends, so that
// the event which 1C is just being given is decided, then others go on.
func (o *Object) part() {
	o.mu.Lock()
	c, b := o.conn, o.inbox
	o.conn, o.inbox = nil, nil
	o.mu.Unlock()
	if c == nil {
		return
	}
	o.retire(b)
	o.proc.leave(o, c)
}

// Close implements component.Closer: Done.
func (o *Object) Close(context.Context) {
	o.mu.Lock()
	o.closed = true
	alone := o.alone
	o.alone = nil
	o.mu.Unlock()
	o.part()
	o.retire(alone)
}

// link gives the link of a connected object.
func (o *Object) link() (*connection, *inbox, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conn == nil {
		if o.refusal != nil {
			return nil, nil, text.New(text.NotConnected).Wrap(o.refusal)
		}
		return nil, nil, text.New(text.NotConnected)
	}
	return o.conn, o.inbox, nil
}

// view is the replica, or what stands for it without a connection.
func (o *Object) view() office.Snapshot {
	o.mu.Lock()
	c, refusal := o.conn, o.refusal
	o.mu.Unlock()
	switch {
	case c != nil:
		return c.link.View()
	case refusal != nil:
		return office.Snapshot{State: office.Refused, Why: refusal}
	}
	return office.Snapshot{State: office.Off, Why: text.New(text.ConnectionOff)}
}

func (o *Object) lastCode() text.Code {
	if e := o.env.LastError(); e != nil {
		return e.Code
	}
	return ""
}

// connectionMessage is СообщениеСвязи.
func (o *Object) connectionMessage() string {
	v := o.view()
	l := o.env.Lang()
	if v.Why != nil {
		return component.Describe(v.Why, l)
	}
	return text.Lookup(stateCode(v)).Text(l)
}

func (o *Object) eventLang() text.Lang { return text.Lang(o.eventLanguage.Load()) }

func (o *Object) setEventLang(l text.Lang) { o.eventLanguage.Store(uint32(l)) }

func (o *Object) pushes() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.push
}

func (o *Object) setPush(on bool) {
	o.mu.Lock()
	o.push, o.pushSet = on, true
	boxes := []*inbox{o.inbox, o.alone}
	o.mu.Unlock()
	for _, b := range boxes {
		if b != nil {
			b.dist.setPush(b, on)
		}
	}
}

func (o *Object) queueLength() int {
	b := o.box()
	if b == nil {
		return 0
	}
	n, _ := b.dist.length(b)
	return n
}

// zone is where the times of events are shown.
func (o *Object) zone() *time.Location {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conn != nil {
		return o.conn.params.Zone
	}
	return time.Local
}
