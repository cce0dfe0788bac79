package support

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DefaultMaxRaw is how many bytes of files an archive takes: they shrink to a
// tenth.
const DefaultMaxRaw = 50 << 20

const (
	maxLine   = 256 << 10 // bytes of a line; the rest of a longer one is left out
	copyEvery = 1 << 20   // bytes between two words about the progress
)

// Part is one file of the archive: a file of the disk, or a text.
type Part struct {
	Name  string // in the archive
	About string // what it is: one of prose.go
	Path  string // of the file; "" = Text
	Text  []byte
}

// Archive is what is packed.
type Archive struct {
	Program  string // its name and version
	Computer string
	Now      time.Time
	Known    Known
	Parts    []Part
	MaxRaw   int64 // of all files together, the first ones first; 0 = DefaultMaxRaw
}

// Entry is a file that the archive has.
type Entry struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"` // masked, unpacked
}

// Rotated lists a log with its predecessors, path.1, path.2 and so on, newest
// first. The newest lies in the archive under name.
func Rotated(name, about, path string) []Part {
	if path == "" {
		return nil
	}
	parts := []Part{{Name: name, About: about, Path: path}}
	files, _ := os.ReadDir(filepath.Dir(path)) // what cannot be listed is told of as it is opened
	var olds []int
	for _, f := range files {
		rest, ok := strings.CutPrefix(f.Name(), filepath.Base(path)+".")
		if n, err := strconv.Atoi(rest); ok && err == nil && n > 0 && strconv.Itoa(n) == rest {
			olds = append(olds, n)
		}
	}
	slices.Sort(olds)
	for _, n := range olds {
		suffix := "." + strconv.Itoa(n)
		parts = append(parts, Part{Name: name + suffix, About: about, Path: path + suffix})
	}
	return parts
}

// opened is a part that will be in the archive.
type opened struct {
	Part
	file *os.File // nil: a text
	size int64    // of the file when it was opened
	skip int64    // bytes at its beginning that there is no room for
	why  string   // why it is not there: then nothing else counts
}

// Write packs everything into w. Files are opened first and read as long as they
// were then, so they may be written and rotated meanwhile. progress is told the
// bytes read and how many there are; it may be nil.
func (a *Archive) Write(ctx context.Context, w io.Writer, progress func(done, total int64)) (entries []Entry, err error) {
	parts, total := a.open()
	defer func() {
		for _, p := range parts {
			if p.file != nil {
				_ = p.file.Close() // only read
			}
		}
	}()
	m := NewMasker(a.Known)
	z := &packer{ctx: ctx, zip: zip.NewWriter(w), masker: m, now: a.Now, total: total, progress: progress}
	// A byte order mark: Windows takes a text without one for its own code page.
	z.add("README.txt", strings.NewReader("\ufeff"+a.readme(parts)), func(line []byte) []byte { return line })
	for _, p := range parts {
		switch {
		case p.why != "":
		case p.file != nil:
			z.file(&p)
		default:
			z.text(&p)
		}
	}
	if z.err == nil {
		z.err = z.zip.Close()
	}
	return z.entries, z.err
}

// open opens the files; total is how many bytes of them will be read.
func (a *Archive) open() (parts []opened, total int64) {
	room := a.MaxRaw
	if room == 0 {
		room = DefaultMaxRaw
	}
	var seen []fs.FileInfo
	for _, part := range a.Parts {
		p := opened{Part: part}
		if p.Path == "" {
			parts = append(parts, p)
			continue
		}
		file, info, err := openFile(p.Path)
		same := func(other fs.FileInfo) bool { return os.SameFile(info, other) }
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			p.why = err.Error()
		case slices.ContainsFunc(seen, same): // it was rotated just now
			_ = file.Close()
			continue
		case room == 0 && info.Size() > 0:
			_ = file.Close()
			p.why = noRoom
		default:
			p.file, p.size = file, info.Size()
			p.skip = max(p.size-room, 0)
			room -= p.size - p.skip
			total += p.size - p.skip
			seen = append(seen, info)
		}
		parts = append(parts, p)
	}
	return parts, total
}

// openFile opens a regular file in a way that lets others rename it.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, nil, err
	} else if !info.Mode().IsRegular() { // opening a pipe would wait
		return nil, nil, errors.New(path + " is no file")
	}
	file, err := openShared(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close() // only read
		return nil, nil, err
	}
	return file, info, nil
}

// packer writes the entries; the first error stays.
type packer struct {
	ctx      context.Context //nolint:containedctx // of one Write
	zip      *zip.Writer
	masker   *Masker
	now      time.Time
	entries  []Entry
	read     int64
	told     int64
	total    int64
	progress func(done, total int64)
	err      error
}

func (z *packer) file(p *opened) {
	if _, err := p.file.Seek(p.skip, io.SeekStart); err != nil {
		z.err = errors.Join(z.err, err)
		return
	}
	var src io.Reader = io.LimitReader(p.file, p.size-p.skip)
	if p.skip == 0 && p.size < maxLine {
		src = decoded(src)
	}
	first := p.skip > 0 // half a line may hold half a number
	z.add(p.Name, src, func(line []byte) []byte {
		if first {
			first = false
			return []byte(leftOut)
		}
		return z.masker.Line(line)
	})
}

// text packs a text; one of JSON is laid out in lines once it is masked: what
// stands beside what matters to the masker.
func (z *packer) text(p *opened) {
	var lines bytes.Buffer
	whole := z.masker.Line(bytes.TrimSpace(p.Text))
	if !json.Valid(p.Text) || json.Indent(&lines, whole, "", "  ") != nil {
		lines.Reset()
		lines.Write(z.masker.Text(p.Text))
	}
	z.add(p.Name, &lines, func(line []byte) []byte { return line })
}

// add writes one entry line by line.
func (z *packer) add(name string, src io.Reader, mask func([]byte) []byte) {
	if z.err != nil {
		return
	}
	w, err := z.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.now})
	if err != nil {
		z.err = err
		return
	}
	lines := lineReader{src: src, buf: make([]byte, maxLine)}
	written := int64(0)
	for z.err == nil {
		line, end, n, err := lines.next()
		if n > 0 {
			masked := mask(line)
			written += int64(len(masked) + len(end))
			_, err1 := w.Write(masked)
			_, err2 := w.Write(end)
			z.err = errors.Join(err1, err2)
			z.advance(n)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // what was read is there; why it ends is told
			_, z.err = w.Write(z.masker.Text([]byte("\n[" + err.Error() + "]\n")))
			break
		}
		z.err = errors.Join(z.err, z.ctx.Err())
	}
	z.entries = append(z.entries, Entry{name, written})
}

func (z *packer) advance(n int) {
	z.read += int64(n)
	if z.progress != nil && z.read-z.told >= copyEvery {
		z.told = z.read
		z.progress(min(z.read, z.total), z.total)
	}
}
