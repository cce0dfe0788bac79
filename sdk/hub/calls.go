package hub

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"mangoofficesdk/sdk/hub/internal/peer"
	"mangoofficesdk/sdk/hub/wire"
	"mangoofficesdk/sdk/text"
)

// maxCall bounds a call whatever the client asks for.
const maxCall = 5 * time.Minute

// handle looks at a frame of the client; each comes once, in order.
func (x *session) handle(f wire.Frame) (code int) {
	switch f.Type {
	case wire.TypeAck:
		var p wire.Progress
		if f.Read(&p) != nil {
			return wire.CloseProtocol
		}
		x.taken(p.Taken)
	case wire.TypeCall:
		return x.handleCall(f)
	case wire.TypePart:
		return x.handlePart(f)
	case wire.TypeCancel:
		x.cancel(f.ID)
	case wire.TypeSettle:
		var v wire.Settle
		if f.Read(&v) != nil {
			return wire.CloseProtocol
		}
		select {
		case x.settles <- &v:
		case <-x.over:
		}
	case wire.TypeBye:
		x.finish(wire.CloseBye)
	default:
		x.hub.count.ignored.Add(1)
	}
	return 0
}

// handlePart keeps a piece of the arguments to come.
func (x *session) handlePart(f wire.Frame) (code int) {
	var p wire.Part
	if f.Read(&p) != nil {
		return wire.CloseProtocol
	}
	x.mu.Lock()
	x.parts[f.ID] = append(x.parts[f.ID], p.Text)
	x.partSize += len(p.Text)
	size, calls := x.partSize, len(x.parts)
	x.mu.Unlock()
	if size > wire.MaxBody || calls > x.hub.cfg.Limits.Calls {
		return wire.CloseProtocol // a client looks at its bounds itself
	}
	return 0
}

// takeParts gives the arguments that came in parts, and forgets them.
func (x *session) takeParts(id uint64) []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	parts := x.parts[id]
	delete(x.parts, id)
	for _, p := range parts {
		x.partSize -= len(p)
	}
	return parts
}

func (x *session) cancel(id uint64) {
	x.takeParts(id)
	x.mu.Lock()
	cancel := x.calls[id]
	x.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

func (x *session) handleCall(f wire.Frame) (code int) {
	var c wire.Call
	if f.Read(&c) != nil {
		return wire.CloseProtocol
	}
	parts := x.takeParts(f.ID)
	if c.Parted {
		c.Args = json.RawMessage(strings.Join(parts, ""))
		if !json.Valid(c.Args) {
			return wire.CloseProtocol
		}
	}
	ctx, underWay := x.begin(f.ID, time.Duration(c.TimeoutMs)*time.Millisecond)
	limit := x.hub.cfg.Limits.Calls
	switch {
	case ctx == nil || underWay >= 2*limit:
		return wire.CloseProtocol // it reads neither answers nor refusals
	case underWay >= limit:
		x.hub.count.busy.Add(1)
		c.Method = "" // its refusal waits for room like an answer
	default:
		x.hub.count.calls.Add(1)
	}
	if !x.hub.grp.Go("call", func(context.Context) { x.call(ctx, f.ID, c) }) {
		x.callOver(f.ID) // stopping: the socket closes, too
	}
	return 0
}

// begin books a call, and gives the context it runs in and how many were under
// way; nil when there is one with this id.
func (x *session) begin(id uint64, timeout time.Duration) (ctx context.Context, underWay int) {
	if timeout <= 0 || timeout > maxCall {
		timeout = maxCall
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.calls[id] != nil {
		return nil, 0
	}
	underWay = len(x.calls)
	ctx, x.calls[id] = context.WithTimeout(x.hub.grp.Context(), timeout)
	return ctx, underWay
}

// call runs one method. It counts as under way until its reply has found room:
// so replies that nobody reads are bounded too.
func (x *session) call(ctx context.Context, id uint64, c wire.Call) {
	defer x.callOver(id)
	frames, err := x.reply(ctx, id, c)
	if err != nil {
		x.hub.cfg.Log.Error().Err(err).Str("method", c.Method).Msg("reply not encoded")
		return
	}
	if context.Cause(ctx) == context.Canceled {
		return // nobody waits for it
	}
	// However late: the client gives up by itself, and knows that it did.
	_ = x.peer.Send(x.hub.grp.Context(), frames...) // fails with the session
}

func (x *session) reply(ctx context.Context, id uint64, c wire.Call) (frames []wire.Frame, err error) {
	answer := json.RawMessage("{}")
	switch c.Method {
	case wire.MethodPing:
	case "":
		err = text.New(text.HubBusy)
	default:
		answer, err = x.local.Call(ctx, c.Method, c.Args)
	}
	if err == nil && len(answer) > wire.MaxBody {
		err = text.New(text.TooBig)
	}
	if err != nil {
		if e := text.From(err); e.Code == text.Internal {
			x.hub.cfg.Log.Error().Err(err).Str("method", c.Method).Msg("call failed")
		}
		f, err := wire.New(wire.TypeReply, id, wire.Reply{Error: wire.NewError(err)})
		return []wire.Frame{f}, err
	}
	if len(answer) <= wire.PartSize {
		f, err := wire.New(wire.TypeReply, id, wire.Reply{Answer: answer})
		return []wire.Frame{f}, err
	}
	last, err := wire.New(wire.TypeReply, id, wire.Reply{Parted: true})
	if err != nil {
		return nil, err
	}
	return peer.Parts(answer, last)
}

// callOver forgets a call.
func (x *session) callOver(id uint64) {
	x.mu.Lock()
	cancel := x.calls[id]
	delete(x.calls, id)
	x.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}
