package manifest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// script is the text of a registry.xml, in UTF-8, with what is needed to write
// it as it was.
type script struct {
	text []byte
	mark []byte            // byte order mark; nil = none
	as   encoding.Encoding // nil = UTF-8
}

// decode reads the encodings that registry.xml is met in: UTF-8 and UTF-16, with
// or without a byte order mark, and windows-1251 where the prolog says so. A text
// that would not be written back as it stands is refused: what it says of other
// components is not ours to lose.
func decode(raw []byte) (script, error) {
	s := script{text: raw}
	for _, known := range []struct {
		mark, start string
		as          encoding.Encoding
	}{
		{mark: "\xef\xbb\xbf"},
		{"\xff\xfe", "<\x00", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\xfe\xff", "\x00<", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	} {
		if rest, ok := bytes.CutPrefix(raw, []byte(known.mark)); ok {
			s = script{text: rest, mark: []byte(known.mark), as: known.as}
			break
		}
		if known.start != "" && bytes.HasPrefix(raw, []byte(known.start)) {
			s = script{text: raw, as: known.as}
			break
		}
	}
	if s.mark == nil && s.as == nil && cyrillic(declared(s.text)) {
		s.as = charmap.Windows1251
	}
	if s.as == nil {
		return s, nil
	}
	var err error
	if s.text, err = s.as.NewDecoder().Bytes(s.text); err != nil {
		return s, errors.Join(ErrEncoding, err)
	}
	if again, err := s.encode(s.text); err != nil || !bytes.Equal(again, raw) {
		return s, ErrEncoding
	}
	return s, nil
}

// encode writes another text in the encoding of this one.
func (s script) encode(text []byte) ([]byte, error) {
	if s.as != nil {
		var err error
		if text, err = s.as.NewEncoder().Bytes(text); err != nil {
			return nil, errors.Join(ErrEncoding, err)
		}
	}
	return append(bytes.Clone(s.mark), text...), nil
}

// accepts tells whether a text that has been decoded may call itself so.
func (s script) accepts(label string) bool {
	switch {
	case s.as == charmap.Windows1251:
		return cyrillic(label)
	case s.as != nil:
		return strings.HasPrefix(strings.ToLower(label), "utf-16")
	}
	return strings.EqualFold(label, "us-ascii")
}

func cyrillic(label string) bool {
	return strings.EqualFold(label, "windows-1251") || strings.EqualFold(label, "cp1251")
}

// declared is the encoding that the prolog names, if it is none that XML takes
// for granted.
func declared(text []byte) (label string) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(l string, _ io.Reader) (io.Reader, error) {
		label = l
		return nil, ErrEncoding
	}
	_, _ = d.Token() // only the prolog is of interest
	return label
}
