package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// Inspection reads the file as bbolt would, believing nothing. bbolt maps the
// file and follows what is written there: a damaged page can send it out of
// the map or in circles, which no recover survives, and its own check runs on
// the same map. So a file is handed to bbolt only after it was seen to make
// sense. The format is bbolt's version 2, in the machine's byte order.

const (
	pageHeader   = 16 // id (8), flags (2), count (2), overflow (4)
	metaLength   = 64 // what page 0 and 1 hold after the header
	bboltMagic   = 0xED0CDAED
	bboltVersion = 2
	branchFlag   = 0x01
	leafFlag     = 0x02
	freelistFlag = 0x10
	elementSize  = 16
	bucketValue  = 16 // root page (8), sequence (8); an inline page follows when root is 0
	maxDepth     = 64 // a tree of 4 KB pages has five levels at a terabyte
	minPage      = 1 << 10
	maxPage      = 1 << 16
)

var order = binary.NativeEndian

// shape is what inspect saw of a file.
type shape struct {
	torn  bool  // one of the two meta pages was not written to its end
	short bool  // the file ends before its last page; that page was free
	size  int64 // what the file should have
}

// inspect looks at every page. An error with errDamaged in its chain is about
// what the file holds, any other about reading it.
func inspect(path string) (shape, error) {
	f, err := os.Open(path)
	if err != nil {
		return shape{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return shape{}, err
	}
	m, torn, err := newestMeta(f, info.Size())
	if err != nil {
		return shape{}, err
	}
	sh := shape{torn: torn, size: int64(m.high) * int64(m.page)} //nolint:gosec // newestMeta has bounded both
	sh.short = info.Size() < sh.size
	in := &inspector{f: f, size: info.Size(), meta: m, seen: make([]bool, m.high)}
	in.seen[0], in.seen[1] = true, true
	return sh, in.run()
}

// meta is a meta page.
type meta struct {
	page     int64 // bytes
	root     uint64
	freelist uint64
	high     uint64 // every page has a lower number
	txid     uint64
}

// newestMeta finds the meta page that counts.
func newestMeta(f io.ReaderAt, size int64) (m meta, torn bool, err error) {
	first, err := readMeta(f, 0, size)
	if err != nil && !errors.Is(err, errDamaged) {
		return m, false, err
	}
	found := err == nil
	m = first
	// The second one stands a page later; without the first the size of a page
	// has to be tried out.
	for page := int64(minPage); page <= maxPage; page *= 2 {
		if found && first.page != page {
			continue
		}
		second, err := readMeta(f, page, size)
		if err != nil && !errors.Is(err, errDamaged) {
			return m, false, err
		}
		switch {
		case err == nil && second.page == page:
			if !found || second.txid > first.txid {
				m = second
			}
			return m, !found, nil
		case err == nil && found:
			return m, false, fmt.Errorf("pages of %d and %d bytes: %w", page, second.page, errDamaged)
		case found:
			return m, true, nil
		}
	}
	if found {
		return m, false, fmt.Errorf("pages of %d bytes: %w", first.page, errDamaged)
	}
	return m, false, fmt.Errorf("no valid meta page: %w", errDamaged)
}

func readMeta(f io.ReaderAt, at, size int64) (m meta, err error) {
	var b [pageHeader + metaLength]byte
	if _, err := f.ReadAt(b[:], at); errors.Is(err, io.EOF) {
		return m, fmt.Errorf("meta page at %d is cut: %w", at, errDamaged)
	} else if err != nil {
		return m, err
	}
	body := b[pageHeader:]
	sum := fnv.New64a()
	_, _ = sum.Write(body[:metaLength-8]) // never fails
	if order.Uint32(body) != bboltMagic || order.Uint64(body[metaLength-8:]) != sum.Sum64() {
		return m, fmt.Errorf("meta page at %d: %w", at, errDamaged)
	}
	if v := order.Uint32(body[4:]); v != bboltVersion {
		return m, fmt.Errorf("file format %d, this program knows %d", v, bboltVersion)
	}
	m = meta{
		page: int64(order.Uint32(body[8:])), root: order.Uint64(body[16:]), freelist: order.Uint64(body[32:]),
		high: order.Uint64(body[40:]), txid: order.Uint64(body[48:]),
	}
	// A file has few pages beyond its end: what a cut has taken.
	if m.page < minPage || m.page > maxPage || m.high < 4 || m.high > uint64(size/m.page)*2+1<<16 {
		return m, fmt.Errorf("meta page at %d: %w", at, errDamaged)
	}
	return m, nil
}

// inspector walks the pages of one file.
type inspector struct {
	f    io.ReaderAt
	size int64
	meta meta
	seen []bool // by page: reached, or free
}

func (in *inspector) bad(id uint64, what string) error {
	return fmt.Errorf("page %d: %s: %w", id, what, errDamaged)
}

func (in *inspector) run() error {
	// Our files have a free list. bbolt would make one in a way that dies of
	// what it meets.
	if err := in.free(in.meta.freelist); err != nil {
		return err
	}
	if err := in.tree(in.meta.root, nil, nil, 0); err != nil {
		return err
	}
	for id, seen := range in.seen {
		if !seen {
			return in.bad(uint64(id), "neither used nor free")
		}
	}
	return nil
}

// page reads a page with what overflows it, and books its numbers.
func (in *inspector) page(id uint64) ([]byte, error) {
	if id < 2 || id >= in.meta.high {
		return nil, in.bad(id, "out of range")
	}
	var h [pageHeader]byte
	at := int64(id) * in.meta.page //nolint:gosec // id < high
	if _, err := in.f.ReadAt(h[:], at); errors.Is(err, io.EOF) {
		return nil, in.bad(id, "beyond the end of the file")
	} else if err != nil {
		return nil, err
	}
	pages := uint64(order.Uint32(h[12:])) + 1
	if order.Uint64(h[:]) != id || pages > in.meta.high-id {
		return nil, in.bad(id, "not this page")
	}
	for n := id; n < id+pages; n++ {
		if in.seen[n] {
			return nil, in.bad(n, "used twice")
		}
		in.seen[n] = true
	}
	length := int64(pages) * in.meta.page //nolint:gosec // pages < high
	if at+length > in.size {
		return nil, in.bad(id, "beyond the end of the file")
	}
	b := make([]byte, length)
	_, err := in.f.ReadAt(b, at)
	return b, err
}

// free books the pages of the free list.
func (in *inspector) free(id uint64) error {
	b, err := in.page(id)
	if err != nil {
		return err
	}
	count, ids := uint64(order.Uint16(b[10:])), b[pageHeader:]
	if count == 0xFFFF { // too many for the header
		count, ids = order.Uint64(ids), ids[8:]
	}
	if order.Uint16(b[8:]) != freelistFlag || count > uint64(len(ids)/8) {
		return in.bad(id, "not a free list")
	}
	for i := range count {
		n := order.Uint64(ids[8*i:])
		if n < 2 || n >= in.meta.high || in.seen[n] {
			return in.bad(n, "free and used")
		}
		in.seen[n] = true
	}
	return nil
}

// node is a page of a tree, or the one inside a bucket's value.
type node struct {
	id    uint64
	b     []byte
	leaf  bool
	count int
}

func (in *inspector) node(id uint64, b []byte) (node, error) {
	if len(b) < pageHeader {
		return node{}, in.bad(id, "cut")
	}
	flags, count := order.Uint16(b[8:]), int(order.Uint16(b[10:]))
	n := node{id: id, b: b, leaf: flags == leafFlag, count: count}
	if !n.leaf && (flags != branchFlag || count == 0) {
		return n, in.bad(id, "neither leaf nor branch")
	}
	if pageHeader+count*elementSize > len(b) {
		return n, in.bad(id, "too many elements")
	}
	return n, nil
}

// element is an entry of a node: a branch has a child, a leaf a value.
type element struct {
	key, value []byte
	bucket     bool
	child      uint64
}

// element takes entry i apart; ok is false when it reaches out of the page.
func (n node) element(i int) (e element, ok bool) {
	b := n.b[pageHeader+i*elementSize:]
	var pos, keys, values uint64
	if n.leaf {
		e.bucket = order.Uint32(b)&1 != 0
		pos, keys, values = uint64(order.Uint32(b[4:])), uint64(order.Uint32(b[8:])), uint64(order.Uint32(b[12:]))
	} else {
		pos, keys, e.child = uint64(order.Uint32(b)), uint64(order.Uint32(b[4:])), order.Uint64(b[8:])
	}
	if keys == 0 || pos+keys+values > uint64(len(b)) {
		return e, false
	}
	e.key, e.value = b[pos:pos+keys], b[pos+keys:pos+keys+values]
	return e, true
}

// tree looks at a page and all below it. Its keys are from low on and before
// high; nil means no bound.
func (in *inspector) tree(id uint64, low, high []byte, depth int) error {
	if depth > maxDepth {
		return in.bad(id, "too deep")
	}
	b, err := in.page(id)
	if err != nil {
		return err
	}
	n, err := in.node(id, b)
	if err != nil {
		return err
	}
	for i := range n.count {
		e, ok := n.element(i)
		switch {
		case !ok:
			return in.bad(id, "element out of its page")
		case i == 0 && bytes.Compare(e.key, low) < 0, high != nil && bytes.Compare(e.key, high) >= 0:
			return in.bad(id, "keys of another page")
		}
		next := high
		if i+1 < n.count {
			after, ok := n.element(i + 1)
			if !ok || bytes.Compare(after.key, e.key) <= 0 {
				return in.bad(id, "keys out of order")
			}
			next = after.key
		}
		switch {
		case !n.leaf:
			err = in.tree(e.child, e.key, next, depth+1)
		case e.bucket:
			err = in.bucket(id, e.value, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket looks at the tree of a bucket; a small one is a leaf in its value.
func (in *inspector) bucket(id uint64, value []byte, depth int) error {
	if len(value) < bucketValue {
		return in.bad(id, "bucket cut")
	}
	if root := order.Uint64(value); root != 0 {
		return in.tree(root, nil, nil, depth)
	}
	n, err := in.node(id, value[bucketValue:])
	if err != nil || !n.leaf {
		return in.bad(id, "bucket is no leaf")
	}
	var before []byte
	for i := range n.count {
		e, ok := n.element(i)
		if !ok || e.bucket || bytes.Compare(e.key, before) <= 0 {
			return in.bad(id, "bucket out of order")
		}
		before = e.key
	}
	return nil
}
