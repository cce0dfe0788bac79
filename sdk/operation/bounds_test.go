package operation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
)

// worker is an operation that does what the test says, one thing at a time.
type worker struct {
	id    string
	do    chan func(op *operation.Op) (over bool)
	did   chan struct{}
	over  bool // its function has returned
	ended bool
	rows  []string // taken by Add
}

func (w *worker) run(_ context.Context, op *operation.Op) error {
	for fn := range w.do {
		over := fn(op)
		w.did <- struct{}{}
		if over {
			return nil
		}
	}
	return nil
}

func (w *worker) tell(fn func(op *operation.Op) bool) {
	w.do <- fn
	<-w.did
}

// crew is the model: what a registry must know.
type crew struct {
	*desk
	t       *rapid.T
	cfg     operation.Config
	workers []*worker
	order   []*worker // by end
}

func (c *crew) pick(want func(*worker) bool) *worker {
	var fit []*worker
	for _, w := range c.workers {
		if want(w) {
			fit = append(fit, w)
		}
	}
	if len(fit) == 0 {
		c.t.Skip("nobody is there")
	}
	return rapid.SampledFrom(fit).Draw(c.t, "worker")
}

func (c *crew) begin(*rapid.T) {
	w := &worker{do: make(chan func(*operation.Op) bool), did: make(chan struct{})}
	running := len(c.workers) - len(c.returned())
	id, err := c.Start("me", "work", w.run)
	if err == nil {
		w.id = id
		c.workers = append(c.workers, w)
	}
	if full := running >= c.cfg.Running; full != (code(err) == text.TooManyOperations) || (err != nil) != full {
		c.t.Fatalf("Start beside %d that run = %q, %v", running, id, err)
	}
}

func (c *crew) returned() (list []*worker) {
	for _, w := range c.workers {
		if w.over {
			list = append(list, w)
		}
	}
	return list
}

func (c *crew) add(*rapid.T) {
	w := c.pick(func(w *worker) bool { return !w.over })
	size := rapid.IntRange(0, 60).Draw(c.t, "size")
	row := `"` + strings.Repeat("x", size) + `"`
	var err error
	w.tell(func(op *operation.Op) bool { err = op.Add(json.RawMessage(row)); return false })
	switch {
	case w.ended:
		if code(err) != text.Cancelled {
			c.t.Fatalf("Add to an ended operation = %v, want cancelled", err)
		}
	case err == nil:
		w.rows = append(w.rows, row)
	case code(err) != text.ResultTooBig || c.Stats().Kept != 0:
		c.t.Fatalf("Add = %v with %+v; want room to be made first", err, c.Stats())
	}
}

func (c *crew) finish(*rapid.T) {
	w := c.pick(func(w *worker) bool { return !w.over })
	before := c.Stats().Running
	w.tell(func(*operation.Op) bool { return true })
	w.over = true
	for c.Stats().Running == before {
		time.Sleep(10 * time.Microsecond) // its goroutine is on its way out
	}
	c.end(w)
}

func (c *crew) cancel(*rapid.T) {
	w := c.pick(func(w *worker) bool { return !w.ended })
	if err := c.Cancel("me", w.id); err != nil {
		c.t.Fatalf("Cancel = %v", err)
	}
	c.end(w)
}

func (c *crew) end(w *worker) {
	if !w.ended {
		w.ended = true
		c.order = append(c.order, w)
	}
}

func (c *crew) wait(*rapid.T) {
	c.pass(time.Duration(rapid.IntRange(0, 40).Draw(c.t, "minutes")) * time.Minute)
}

// check holds the registry against the model: its bounds, that the oldest go
// first, that nobody else does, and that every end was told once.
func (c *crew) check(*rapid.T) {
	c.Purge()
	s := c.Stats()
	if s.Kept > c.cfg.Kept || s.Bytes > c.cfg.Bytes || s.Running > c.cfg.Running || s.Bytes < 0 {
		c.t.Fatalf("Stats() = %+v, over %+v", s, c.cfg)
	}
	bytesOf := 0
	reached := false
	kept := 0
	for i, w := range c.order {
		rows, total, err := c.Page(context.Background(), "me", w.id, 0, 1000)
		known := code(err) != text.OperationUnknown
		if reached && !known {
			c.t.Fatalf("operation %d of %d by end is gone, an older one is not", i, len(c.order))
		}
		if reached = known; !known {
			continue
		}
		kept++
		if err == nil && (total != len(w.rows) || !slices.EqualFunc(rows, w.rows, func(a json.RawMessage, b string) bool { return bytes.Equal(a, []byte(b)) })) {
			c.t.Fatalf("Page = %d rows of %d, want the %d that were added", len(rows), total, len(w.rows))
		}
		bytesOf += cost(w.rows)
	}
	for _, w := range c.workers {
		if !w.ended {
			bytesOf += cost(w.rows)
		}
	}
	if kept != s.Kept || bytesOf != s.Bytes {
		c.t.Fatalf("Stats() = %+v, counted %d kept and %d bytes", s, kept, bytesOf)
	}
	_, ended := c.told()
	if len(ended) != len(c.order) {
		c.t.Fatalf("Ended was told %d times of %d ends", len(ended), len(c.order))
	}
	for i, w := range c.order {
		if ended[i].ID != w.id {
			c.t.Fatalf("end %d was told of %s, want %s", i, ended[i].ID, w.id)
		}
	}
}

func cost(rows []string) (n int) {
	for _, r := range rows {
		n += len(r) + 32 // rowCost
	}
	return n
}

func TestBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := &crew{t: rt, cfg: operation.Config{
			Running: rapid.IntRange(1, 4).Draw(rt, "running"), Kept: rapid.IntRange(2, 6).Draw(rt, "kept"),
			Bytes: rapid.IntRange(100, 300).Draw(rt, "bytes"), Life: time.Hour,
		}}
		c.desk = newDesk(t, c.cfg)
		defer c.close(t)
		defer func() {
			for _, w := range c.workers {
				if !w.over {
					close(w.do)
				}
			}
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"": c.check, "start": c.begin, "add": c.add, "finish": c.finish, "cancel": c.cancel, "wait": c.wait,
		})
	})
}
