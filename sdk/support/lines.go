package support

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
)

// lineReader reads lines of bounded length.
type lineReader struct {
	src        io.Reader
	buf        []byte
	start, end int // what of buf is read and not given yet
	err        error
}

// next gives a line, with its end apart, and how many bytes it took. Of a line
// that is longer than buf the first piece comes, and a note in the place of the
// rest: pieces of a number would not be known as one.
func (r *lineReader) next() (line, end []byte, n int, err error) {
	for {
		have := r.buf[r.start:r.end]
		if i := bytes.IndexByte(have, '\n'); i >= 0 {
			r.start += i + 1
			body := bytes.TrimSuffix(have[:i], []byte("\r"))
			return body, have[len(body) : i+1], i + 1, nil
		}
		switch {
		case r.err != nil:
			r.start = r.end
			return have, nil, len(have), r.err
		case r.start > 0:
			r.end = copy(r.buf, have)
			r.start = 0
		case r.end == len(r.buf):
			return r.long()
		}
		n, err := r.src.Read(r.buf[r.end:])
		r.end, r.err = r.end+n, err
	}
}

// long gives the beginning of a line that fills the buffer, up to its last space
// or comma, and drops the rest of it.
func (r *lineReader) long() (line, end []byte, n int, err error) {
	keep := bytes.LastIndexAny(r.buf, `,;{}"`)
	line = bytes.Clone(r.buf[:max(keep, 0)])
	n, r.start, r.end = r.end, 0, 0
	for {
		got, err := r.src.Read(r.buf)
		if i := bytes.IndexByte(r.buf[:got], '\n'); i >= 0 {
			r.start, r.end, r.err = i+1, got, err
			return line, []byte(" " + leftOut + "\n"), n + i + 1, nil
		}
		n += got
		if err != nil {
			r.err = err
			return line, []byte(" " + leftOut), n, err
		}
	}
}

// decoded gives UTF-8 of a short text that says it is UTF-16, as registry.xml may
// be.
func decoded(src io.Reader) io.Reader {
	raw, err := io.ReadAll(src)
	if len(raw) >= 2 && (raw[0] == 0xff && raw[1] == 0xfe || raw[0] == 0xfe && raw[1] == 0xff) {
		little := raw[0] == 0xff
		var units []uint16
		for i := 2; i+1 < len(raw); i += 2 {
			a, b := uint16(raw[i]), uint16(raw[i+1])
			if little {
				a, b = b, a
			}
			units = append(units, a<<8|b)
		}
		raw = []byte(string(utf16.Decode(units)))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return io.MultiReader(bytes.NewReader(raw), failing{err})
	}
	return bytes.NewReader(raw)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
