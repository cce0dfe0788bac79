package vpbx

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
)

// told is the part of an answer that tells it from an empty object.
type told struct {
	Result json.RawMessage `json:"result"`
}

var errNoData = errors.New("the answer has no data")

// listed is the list of an answer. A list that is absent is empty, if the
// answer is one at all.
func listed[T any](o *op, t told, list []T) ([]T, error) {
	if list == nil && t.Result == nil {
		return nil, empty(o)
	}
	return list, nil
}

// empty is the error of an answer that lacks what was asked for.
func empty(o *op) error { return senseless(o, errNoData) }

// senseless is the error of an answer that was read and cannot be used.
func senseless(o *op, err error) error {
	return &Error{Op: o.entry().Name, Kind: KindAnswer, Sent: true, Err: err}
}

// maxRows is how many objects a page or a batch of the address book may hold;
// more is refused with 3503 (§3.9).
const maxRows = 500

// ListRequest asks for the first page of a list.
type ListRequest struct {
	Query     string              `json:"query"`                                         // part of a name; "" = all, and is sent
	LimitRows int                 `json:"limit_rows,omitempty" check:"range=1..500"`     // 0 = 10
	Order     []map[string]string `json:"order,omitempty" check:"oneof=asc|desc,max=20"` // {field: asc | desc}
}

func (r *ListRequest) check() error { return checkOrder(r.Order) }

// checkOrder: each step of an order names one field; a JSON object has none.
func checkOrder(order []map[string]string) error {
	for i, step := range order {
		if len(step) > 1 {
			return bad("order["+strconv.Itoa(i)+"]", "{field: asc | desc}")
		}
	}
	return nil
}

// CursorRequest asks for another page of a list.
type CursorRequest struct {
	Cursor string `json:"cursor" check:"required"` // of the last answer
	Mode   string `json:"mode" check:"required,oneof=first-page|last-page|current-page|next-page-1|next-page-2|next-page-3|next-page-4|next-page-5|next-page-6|next-page-7|next-page-8|next-page-9|prev-page-1|prev-page-2|prev-page-3|prev-page-4|prev-page-5|prev-page-6|prev-page-7|prev-page-8|prev-page-9"`
}

// Page is a part of a list of the address book.
type Page[T any] struct {
	Data []T
	PageState
}

// PageState tells where a page lies.
type PageState struct {
	// Cursor leads to other pages: opaque, another one with each answer, ""
	// when there is no data.
	Cursor string   `json:"cursor"`
	Info   PageInfo `json:"info"`
}

// PageInfo counts. The text counts from 1, examples of From from 0.
type PageInfo struct {
	Page      int `json:"page"`
	From      int `json:"from"`
	Size      int `json:"size"` // rows of this page
	Limit     int `json:"limit"`
	TotalRows int `json:"total_rows"`
	Pages     int `json:"pages"`
}

type pageAnswer[T any] struct {
	told
	Data  []T       `json:"data"`
	State PageState `json:"state"`
}

// page asks for one page.
func page[Q, T any](ctx context.Context, c *Client, m method[Q, pageAnswer[T]], q Q) (Page[T], error) {
	a, err := call(ctx, c, m, q)
	if err != nil {
		return Page[T]{}, err
	}
	data, err := listed(m.op, a.told, a.Data)
	return Page[T]{Data: data, PageState: a.State}, err
}

// NextPage is the mode that moves a cursor on by one page.
const NextPage = "next-page-1"

var errStuck = errors.New("the cursor does not move")

// walk yields every object from the first page on; o brings the others. An
// error ends it.
func walk[T any](o *op, first func() (Page[T], error), next func(cursor string) (Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		p, err := first()
		for seen := 0; ; {
			if err != nil {
				yield(zero, err)
				return
			}
			for _, v := range p.Data {
				if !yield(v, nil) {
					return
				}
			}
			if seen += len(p.Data); p.last(seen) {
				return
			}
			before := p.PageState
			if p, err = next(before.Cursor); err == nil && len(p.Data) > 0 && p.PageState == before {
				err = senseless(o, errStuck)
			}
		}
	}
}

// last tells the end of a list of which seen rows have come.
func (p Page[T]) last(seen int) bool {
	return p.Cursor == "" || len(p.Data) == 0 ||
		p.Info.Pages > 0 && p.Info.Page >= p.Info.Pages ||
		p.Info.TotalRows > 0 && seen >= p.Info.TotalRows ||
		p.Info.Pages == 0 && p.Info.TotalRows == 0 && len(p.Data) < p.Info.Limit
}
