package office

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/vpbx"
)

// Bounds of what is known of visitors. A number belongs to a visitor while he
// is on the site, and to another one afterwards.
const (
	maxVisitors  = 256
	visitorsLife = 5 * time.Minute
)

// visitors remembers what call tracking answered, by method and number.
type visitors struct {
	mu    sync.Mutex
	known map[string]visitor
}

type visitor struct {
	answer json.RawMessage
	at     time.Time
}

func (v *visitors) get(key string, now time.Time) (json.RawMessage, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	found, ok := v.known[key]
	return found.answer, ok && now.Sub(found.at) < visitorsLife
}

func (v *visitors) put(key string, answer json.RawMessage, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known == nil {
		v.known = map[string]visitor{}
	}
	if _, there := v.known[key]; !there && len(v.known) >= maxVisitors {
		oldest := ""
		for k, other := range v.known {
			if oldest == "" || other.at.Before(v.known[oldest].at) {
				oldest = k
			}
		}
		delete(v.known, oldest)
	}
	v.known[key] = visitor{answer, now}
}

func (l *Local) callTracking(_ context.Context, args json.RawMessage) (any, error) {
	return l.tracked("CallTracking", "queries/user_info_by_dct_number", args)
}

func (l *Local) visitorHistory(_ context.Context, args json.RawMessage) (any, error) {
	return l.tracked("VisitorHistory", "queries/user_history_by_dct_number", args)
}

// tracked gives what call tracking said of a number lately, or asks.
func (l *Local) tracked(kind, method string, args json.RawMessage) (any, error) {
	var a struct {
		Number string `json:"number"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	number, err := dial("number", a.Number)
	if err != nil {
		return nil, err
	}
	o := l.office
	key := kind + " " + number
	if known, ok := o.visitors.get(key, o.cfg.Now()); ok {
		return answered{Answer: known}, nil
	}
	params, _ := json.Marshal(vpbx.TrackedNumberRequest{Number: number}) // cannot fail
	if err := vpbx.CheckParams(method, params); err != nil {
		return nil, err
	}
	if err := o.reachable(); err != nil {
		return nil, err
	}
	id, err := o.ops.Start(l.id, kind, func(ctx context.Context, op *operation.Op) error {
		answer, err := l.request(ctx, method, params, "")
		if err != nil {
			return err
		}
		data, ok := trackedData(answer)
		if !ok {
			return nil // nobody was shown the number: no rows
		}
		o.visitors.put(key, data, o.cfg.Now())
		return op.Add(rows(data)...)
	})
	return answered{OperationID: id}, err
}

// trackedData is the answer without the object around it, which one PBX writes
// and another does not (§3.6); ok is false when it says nothing.
func trackedData(answer json.RawMessage) (data json.RawMessage, ok bool) {
	var outer struct {
		Data json.RawMessage `json:"data"`
	}
	data = bytes.TrimSpace(answer)
	if json.Unmarshal(data, &outer) == nil && outer.Data != nil {
		data = outer.Data
	}
	var members map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case json.Unmarshal(data, &members) == nil:
		delete(members, "result") // of an answer that has no data
		return data, len(members) > 0
	case json.Unmarshal(data, &list) == nil:
		return data, len(list) > 0
	}
	return nil, false
}
