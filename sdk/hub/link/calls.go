package link

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/hub/internal/peer"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// pending is a call that waits for its reply.
type pending struct {
	reply chan wire.Reply // has room for the one
	parts []string
	size  int
}

// Call runs a method of the office at the hub. While there is no connection it
// fails at once with hub_unreachable, or why the hub refused. A call that was
// under way when the connection broke waits, within ctx, for it to come back;
// else it fails with connection_lost: nobody knows whether it was carried out.
// CheckConnection asks the hub, not the PBX. Errors are *text.Error.
func (c *Client) Call(ctx context.Context, method string, args json.RawMessage) (json.RawMessage, error) {
	if method == "CheckConnection" {
		return c.checkConnection(ctx, args)
	}
	return c.call(ctx, method, args)
}

func (c *Client) checkConnection(ctx context.Context, args json.RawMessage) (json.RawMessage, error) {
	var a struct {
		TimeoutMs int64 `json:"timeout_ms"`
	}
	if len(args) > 0 && json.Unmarshal(args, &a) != nil {
		return nil, text.New(text.BadJSON)
	}
	if a.TimeoutMs < 0 || a.TimeoutMs > office.MaxCheck.Milliseconds() {
		return nil, text.New(text.BadArgument).WithField("timeout_ms").WithDetail(strconv.FormatInt(a.TimeoutMs, 10))
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(cmp.Or(a.TimeoutMs, 5000))*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := c.call(ctx, wire.MethodPing, nil); err != nil {
		return nil, err
	}
	return json.RawMessage(`{"rtt_ms":` + strconv.FormatInt(time.Since(began).Milliseconds(), 10) + `}`), nil
}

func (c *Client) call(ctx context.Context, method string, args json.RawMessage) (json.RawMessage, error) {
	if len(args) > wire.MaxBody {
		return nil, text.New(text.TooBig).WithDetail(method)
	}
	c.mu.Lock()
	s, err := c.sess, c.absent()
	c.lastID++
	id, p := c.lastID, &pending{reply: make(chan wire.Reply, 1)}
	if err == nil {
		s.calls[id] = p
	}
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	defer func() {
		c.mu.Lock()
		delete(s.calls, id)
		c.mu.Unlock()
	}()
	frames, err := request(ctx, id, method, args)
	if err != nil {
		return nil, text.New(text.BadJSON).Wrap(err)
	}
	if err := s.peer.Send(ctx, frames...); err != nil {
		return nil, c.abandon(s, id, method, args, err)
	}
	select {
	case r := <-p.reply:
		if r.Error != nil {
			return nil, r.Error.Text()
		}
		return r.Answer, nil
	case <-s.gone:
		return nil, lost(method, args)
	case <-ctx.Done():
		return nil, c.abandon(s, id, method, args, text.New(text.Timeout).Wrap(ctx.Err()))
	}
}

// absent says why nothing can be asked now. The caller holds the lock.
func (c *Client) absent() error {
	switch {
	case c.closed:
		return text.New(text.NotConnected)
	case c.state == office.Refused:
		return c.why
	case !c.online || c.sess == nil:
		return text.New(text.HubUnreachable)
	}
	return nil
}

// request is a call as frames.
func request(ctx context.Context, id uint64, method string, args json.RawMessage) ([]wire.Frame, error) {
	body := wire.Call{Method: method, Args: args}
	if end, ok := ctx.Deadline(); ok {
		body.TimeoutMs = max(1, time.Until(end).Milliseconds())
	}
	if len(args) <= wire.PartSize {
		f, err := wire.New(wire.TypeCall, id, body)
		return []wire.Frame{f}, err
	}
	if !json.Valid(args) {
		return nil, text.New(text.BadJSON)
	}
	body.Args, body.Parted = nil, true
	f, err := wire.New(wire.TypeCall, id, body)
	if err != nil {
		return nil, err
	}
	return peer.Parts(args, f)
}

// abandon tells the hub that nobody waits for a call, and the caller why.
func (c *Client) abandon(s *session, id uint64, method string, args json.RawMessage, err error) error {
	_, _ = s.peer.Offer(wire.Frame{Type: wire.TypeCancel, ID: id}) // no room: the hub has its deadline too
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.online && c.sess == s {
		return err
	}
	c.count.lostCalls++
	return lost(method, args)
}

// lost names the method, and the command when the caller gave it an id.
func lost(method string, args json.RawMessage) error {
	var a struct {
		CommandID string `json:"command_id"`
		Params    struct {
			CommandID string `json:"command_id"`
		} `json:"params"`
	}
	_ = json.Unmarshal(args, &a) // whatever it says is for people
	detail := method
	if id := cmp.Or(a.CommandID, a.Params.CommandID); id != "" {
		detail += " " + id
	}
	return text.New(text.ConnectionLost).WithDetail(detail)
}

// lose ends the session: what is under way fails. Events that wait for the
// consumer go back to the store with it, where others may get them.
func (c *Client) lose() {
	c.mu.Lock()
	s := c.sess
	c.sess = nil
	if s != nil {
		c.count.lostCalls += int64(len(s.calls))
		c.dropRecords()
	}
	c.mu.Unlock()
	if s != nil {
		s.peer.End()
		close(s.gone)
	}
}

// handle looks at a frame of the hub; each comes once, in order.
func (c *Client) handle(s *session, f wire.Frame) (code int) {
	switch f.Type {
	case wire.TypeReply:
		var r wire.Reply
		if f.Read(&r) != nil {
			return wire.CloseProtocol
		}
		return c.reply(s, f.ID, r)
	case wire.TypePart:
		var part wire.Part
		if f.Read(&part) != nil {
			return wire.CloseProtocol
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if p := s.calls[f.ID]; p != nil { // else nobody waits for it
			if p.size += len(part.Text); p.size > wire.MaxBody {
				return wire.CloseProtocol
			}
			p.parts = append(p.parts, part.Text)
		}
	case wire.TypeEvent:
		return c.event(s, f)
	case wire.TypeView:
		var v wire.View
		if f.Read(&v) != nil {
			return wire.CloseProtocol
		}
		return c.view(s, v)
	}
	return 0 // an ack, or something newer than this build
}

func (c *Client) reply(s *session, id uint64, r wire.Reply) (code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := s.calls[id]
	if p == nil {
		return 0 // nobody waits any more
	}
	if r.Parted {
		if r.Answer = json.RawMessage(strings.Join(p.parts, "")); !json.Valid(r.Answer) {
			return wire.CloseProtocol
		}
	}
	delete(s.calls, id)
	p.reply <- r
	return 0
}

// view renews the replica.
func (c *Client) view(s *session, v wire.View) (code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sess != s {
		return 0
	}
	r := c.replica // what is left out stays
	r.AsOf, r.State, r.Why = time.UnixMilli(v.AsOfMs).Add(c.skew), office.State(v.State), v.Why.Text()
	r.Extension, r.IsFirst, r.Revision, r.Epoch = v.Extension, v.First, v.Revision, v.Epoch
	if len(v.Calls) > 0 {
		r.Calls = nil
		if json.Unmarshal(v.Calls, &r.Calls) != nil {
			return wire.CloseProtocol
		}
	}
	for _, part := range []struct {
		raw  json.RawMessage
		into *map[string]any
	}{{v.Settings, &r.Settings}, {v.Diagnostics, &r.Diagnostics}} {
		if len(part.raw) == 0 {
			continue
		}
		*part.into = nil
		if json.Unmarshal(part.raw, part.into) != nil {
			return wire.CloseProtocol
		}
	}
	c.replica, s.viewed = r, true
	return 0
}
