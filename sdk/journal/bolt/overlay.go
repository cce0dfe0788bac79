package bolt

import (
	"bytes"
	"math/rand/v2"

	"go.etcd.io/bbolt"
)

// overlay is what was written since the last checkpoint: rows by bucket and
// key, over those of the file. It is a treap whose rows never change once its
// batch was published, so readers walk one while the next is made of it, and a
// batch that fails is dropped with nothing to undo.
type overlay struct {
	root *row
	tag  uint64 // rows that have it are this overlay's own, and may change
	size int64  // bytes that it adds to what the file uses, about
	gone int    // rows that are deleted: whoever walks steps over them
}

// row is one of them. Its key begins with the number of its bucket; a value that is
// nil says that there is no such row. Children have a lower priority.
type row struct {
	key, value  []byte
	left, right *row
	priority    uint32
	tag         uint64
}

// maxGone bounds what a walk steps over, so that Lease costs the same whatever
// was settled since the last checkpoint.
const maxGone = 1024

// next is an overlay that begins with the rows of this one.
func (o *overlay) next() *overlay {
	return &overlay{root: o.root, tag: o.tag + 1, size: o.size, gone: o.gone}
}

func overlayKey(b bucket, k []byte) []byte {
	return append(append(make([]byte, 0, 1+len(k)), byte(b)), k...)
}

// set writes a row; a value that is nil says that there is none. The value is
// kept, the key copied.
func (o *overlay) set(b bucket, k, value []byte) {
	o.root = o.insert(o.root, overlayKey(b, k), value)
}

func (o *overlay) insert(n *row, key, value []byte) *row {
	if n == nil {
		o.count(key, value, 1)
		return &row{key: key, value: value, priority: rand.Uint32(), tag: o.tag} //nolint:gosec // the shape of a tree
	}
	n = o.own(n)
	switch c := bytes.Compare(key, n.key); {
	case c < 0:
		if n.left = o.insert(n.left, key, value); n.left.priority > n.priority {
			up := n.left
			n.left, up.right = up.right, n
			return up
		}
	case c > 0:
		if n.right = o.insert(n.right, key, value); n.right.priority > n.priority {
			up := n.right
			n.right, up.left = up.left, n
			return up
		}
	default:
		o.count(key, n.value, -1)
		o.count(key, value, 1)
		n.value = value
	}
	return n
}

// own gives a row that may be changed.
func (o *overlay) own(n *row) *row {
	if n.tag == o.tag {
		return n
	}
	own := *n
	own.tag = o.tag
	return &own
}

// delete takes a row away; below is what the file has under the key, nil for
// nothing.
func (o *overlay) delete(b bucket, k, below []byte) {
	r := o.find(b, k)
	switch {
	case below != nil:
		if r == nil || r.value != nil {
			o.size -= cost(k, below)
		}
		o.set(b, k, nil)
	case r != nil:
		o.count(r.key, r.value, -1)
		o.root = o.without(o.root, r.key)
	}
}

func (o *overlay) without(n *row, key []byte) *row {
	c := bytes.Compare(key, n.key)
	if c == 0 {
		return o.join(n.left, n.right)
	}
	n = o.own(n)
	if c < 0 {
		n.left = o.without(n.left, key)
	} else {
		n.right = o.without(n.right, key)
	}
	return n
}

// join makes one tree of two; all of the left one comes before the right one.
func (o *overlay) join(left, right *row) *row {
	switch {
	case left == nil:
		return right
	case right == nil:
		return left
	case left.priority > right.priority:
		left = o.own(left)
		left.right = o.join(left.right, right)
		return left
	}
	right = o.own(right)
	right.left = o.join(left, right.left)
	return right
}

// count books a row, or with -1 takes it from the books.
func (o *overlay) count(key, value []byte, times int) {
	if value == nil {
		o.gone += times
	} else {
		o.size += int64(times) * cost(key, value)
	}
}

// cost is what a row takes of a page, about.
func cost(key, value []byte) int64 { return int64(len(key) + len(value) + elementSize) }

// find gives the row of a key; nil: this overlay says nothing about it.
func (o *overlay) find(b bucket, k []byte) *row {
	for n := o.root; n != nil; {
		switch c := compareKey(b, k, n.key); {
		case c == 0:
			return n
		case c < 0:
			n = n.left
		default:
			n = n.right
		}
	}
	return nil
}

// compareKey compares the overlay key of b and k with another one.
func compareKey(b bucket, k, other []byte) int {
	if c := int(b) - int(other[0]); c != 0 {
		return c
	}
	return bytes.Compare(k, other[1:])
}

// walker goes through an overlay in order.
type walker struct{ path []*row } // the last is where it stands; those before it follow

// seek stands on the first row that is not before a key.
func (o *overlay) seek(b bucket, k []byte) walker {
	var w walker
	for n := o.root; n != nil; {
		if compareKey(b, k, n.key) <= 0 {
			w.path = append(w.path, n)
			n = n.left
		} else {
			n = n.right
		}
	}
	return w
}

// at is the row where it stands; nil at the end.
func (w *walker) at() *row {
	if len(w.path) == 0 {
		return nil
	}
	return w.path[len(w.path)-1]
}

func (w *walker) next() {
	n := w.at().right
	w.path = w.path[:len(w.path)-1]
	for ; n != nil; n = n.left {
		w.path = append(w.path, n)
	}
}

// flush writes all rows to the file's transaction.
func (o *overlay) flush(tx *bbolt.Tx) error {
	var to *bbolt.Bucket
	last := -1
	for w := o.seek(0, nil); w.at() != nil; w.next() {
		n := w.at()
		if b := bucket(n.key[0]); int(b) != last {
			last, to = int(b), b.in(tx)
			if b.inOrder() {
				to.FillPercent = 0.95
			}
		}
		var err error
		if n.value == nil {
			err = to.Delete(n.key[1:])
		} else {
			err = to.Put(n.key[1:], n.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cursor walks a bucket of the file with the overlay over it.
type cursor struct {
	b    bucket
	file *bbolt.Cursor
	k, v []byte // the file's; k is nil at its end
	over *overlay
	w    walker
}

func (c *cursor) First() (k, v []byte) {
	c.k, c.v = c.file.First()
	c.w = c.over.seek(c.b, nil)
	return c.settle()
}

func (c *cursor) Seek(to []byte) (k, v []byte) {
	c.k, c.v = c.file.Seek(to)
	c.w = c.over.seek(c.b, to)
	return c.settle()
}

func (c *cursor) Next() (k, v []byte) {
	if n := c.ahead(); n != nil {
		c.w.next()
	} else if c.k != nil {
		c.k, c.v = c.file.Next()
	}
	return c.settle()
}

// ahead is the overlay's row when it comes before the file's, or in its place.
func (c *cursor) ahead() *row {
	n := c.w.at()
	if n == nil || n.key[0] != byte(c.b) || c.k != nil && bytes.Compare(n.key[1:], c.k) > 0 {
		return nil
	}
	return n
}

// settle finds the row to give: what the overlay replaces or has deleted is
// stepped over.
func (c *cursor) settle() (k, v []byte) {
	for {
		n := c.ahead()
		if n == nil {
			return c.k, c.v
		}
		if bytes.Equal(n.key[1:], c.k) {
			c.k, c.v = c.file.Next()
		}
		if n.value != nil {
			return n.key[1:], n.value
		}
		c.w.next()
	}
}
