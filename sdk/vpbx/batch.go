package vpbx

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"mangoofficesdk/sdk/internal/loose"
)

// Outcome is what became of one element of a batch (§3.9): the PBX takes or
// refuses each by itself.
type Outcome[T any] struct {
	Code    int  // of this element: 1000 done, else why not (see text.Result); 0: not told
	Skipped bool // left out by the PBX, as it has such an object
	Value   T    // as the PBX keeps it, with its id; zero when it told none
}

// Done tells whether the element was taken.
func (o Outcome[T]) Done() bool { return done(o.Code) && !o.Skipped }

// batchAnswer is the answer of create and update: a code per element, printed
// as one number in the tables and as a list in the examples.
type batchAnswer[T any] struct {
	Result  []int   `json:"result"`
	Data    rows[T] `json:"data"`
	Skipped []int   `json:"skipped"` // places, from 0
}

// rows are objects in a list, or under their ids in an object (contacts), in
// the order of the text.
type rows[T any] []T

// UnmarshalJSON implements json.Unmarshaler; what is neither is no rows.
func (l *rows[T]) UnmarshalJSON(raw []byte) error {
	*l = nil
	if len(raw) > 0 && raw[0] == '[' {
		return loose.Decode(raw, (*[]T)(l))
	}
	members, err := object(raw)
	if err != nil {
		return nil //nolint:nilerr // null, "": nothing was kept
	}
	for _, m := range members {
		var v T
		if loose.Decode(m.value, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

var errCount = errors.New("the answer counts other elements than the request")

// batch asks and tells of every element what became of it, in the order of the
// request. keys are what identifies the elements, key is the same of an answer.
// The outcomes are there beside an *Error with Items; with any other error
// nothing is known of the elements.
func batch[Q, T any](ctx context.Context, c *Client, m method[Q, batchAnswer[T]], q Q, keys []string, key func(T) string) ([]Outcome[T], error) {
	r, err := c.ask(ctx, m.op, &q)
	if err != nil && !partial(err) {
		return nil, err
	}
	var a batchAnswer[T]
	if bad := loose.Decode(r.body, &a); bad != nil {
		return nil, c.unreadable(m.op, r, bad)
	}
	all, ok := outcomes(a, len(keys))
	if !ok {
		return nil, c.unreadable(m.op, r, errCount)
	}
	fill(all, a.Data, keys, key)
	if e, failed := errors.AsType[*Error](err); failed {
		e.Items = map[int]int{} // by the places of the request: skipped elements may have no code
		for i, o := range all {
			if o.Code != 0 && !done(o.Code) {
				e.Items[i] = o.Code
			}
		}
	}
	return all, err
}

// outcomes gives each of n elements its code. ok is false if the codes fit no
// reading: one for each, one for each that was not skipped, one for all.
func outcomes[T any](a batchAnswer[T], n int) (all []Outcome[T], ok bool) {
	all = make([]Outcome[T], n)
	skipped := 0
	for _, i := range a.Skipped {
		if i >= 0 && i < n && !all[i].Skipped {
			all[i].Skipped = true
			skipped++
		}
	}
	codes := a.Result
	for i := range all {
		switch {
		case len(a.Result) == n:
			all[i].Code = a.Result[i]
		case all[i].Skipped:
		case len(a.Result) == n-skipped:
			all[i].Code, codes = codes[0], codes[1:]
		case len(a.Result) == 1:
			all[i].Code = a.Result[0]
		default:
			return nil, false
		}
	}
	return all, true
}

// fill hands the objects of an answer to the elements they came from: by key,
// to those that were done first, then to the skipped; and what then is left,
// if it is as much as is wanted, in order (the PBX may write a name in its own
// way).
func fill[T any](all []Outcome[T], data []T, keys []string, key func(T) string) {
	places := map[string][]int{}
	for _, skipped := range []bool{false, true} {
		for i, k := range keys {
			if o := all[i]; o.Skipped == skipped && (skipped || o.Done()) {
				places[k] = append(places[k], i)
			}
		}
	}
	filled := make([]bool, len(all))
	var left []T
	for _, v := range data {
		k := key(v)
		if at := places[k]; k != "" && len(at) > 0 {
			all[at[0]].Value, filled[at[0]] = v, true
			places[k] = at[1:]
		} else if k != "" {
			left = append(left, v)
		}
	}
	var wanting []int
	for i, o := range all {
		if o.Done() && !filled[i] {
			wanting = append(wanting, i)
		}
	}
	if len(left) == len(wanting) {
		for i, at := range wanting {
			all[at].Value = left[i]
		}
	}
}

// keys lists what identifies the elements of a request.
func keys[T any](list []T, key func(T) string) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = strings.TrimSpace(key(v)) // as answers are read
	}
	return all
}

// single is an answer with one object, which the tables show at the top and
// the examples under data.
type single[T any] struct{ Value T }

// UnmarshalJSON implements json.Unmarshaler.
func (s *single[T]) UnmarshalJSON(raw []byte) error {
	var wrapped struct {
		Data json.RawMessage `json:"data"`
	}
	if err := loose.Decode(raw, &wrapped); err != nil {
		return err
	}
	if len(wrapped.Data) > 0 && wrapped.Data[0] == '{' {
		raw = wrapped.Data
	}
	return loose.Decode(raw, &s.Value)
}
