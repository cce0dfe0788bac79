package manifest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// RegistryFile lists the components of an ExtCompT folder.
const RegistryFile = "registry.xml"

const registryNamespace = "http://v8.1c.ru/8.2/addin/registry"

var (
	utf8BOM = []byte("\ufeff")

	// ErrEncoding is returned for a registry.xml in an encoding that cannot be
	// written back byte for byte: none of UTF-8, UTF-16 and windows-1251.
	ErrEncoding = errors.New("manifest: registry.xml is neither UTF-8, UTF-16 nor windows-1251")
	// ErrRegistry is returned for XML that is no registry of components.
	ErrRegistry = errors.New("manifest: not a registry of 1C components")
)

// Entry is one component of a registry.
type Entry struct {
	Path string
	Type string
}

// LooseEntries are what registry.xml says of the loose files: both libraries
// under the names of the user guide.
func LooseEntries() []Entry {
	var entries []Entry
	for _, t := range Targets() {
		if t.Loose {
			entries = append(entries, Entry{Path: t.File, Type: "native"})
		}
	}
	return entries
}

// Registry writes a registry.xml of these entries alone.
func Registry(entries []Entry) []byte {
	var w bytes.Buffer
	w.WriteString(xml.Header)
	fmt.Fprintf(&w, "<registry xmlns=%q>\n", registryNamespace)
	for _, e := range entries {
		w.WriteString("\t" + e.element() + "\n")
	}
	w.WriteString("</registry>\n")
	return w.Bytes()
}

func (e Entry) element() string {
	return fmt.Sprintf("<component path=\"%s\" type=\"%s\"/>", escape(e.Path), escape(e.Type))
}

// span is where an element stands in the text.
type span struct {
	Entry
	from, to int // of the start tag (and of the whole element when it is empty)
	end      int // behind its end tag
}

// registry is a parsed registry.xml with the places that a merge needs.
type registry struct {
	entries   []span
	openEnd   int    // offset behind the start tag of the root
	closeFrom int    // offset of the end tag of the root
	empty     bool   // the root is one <registry …/> tag
	prefix    string // of the root's name, colon included; "" when it has none
}

// ParseRegistry reads the components of a registry.xml, in their order, in any
// encoding that Merge can write.
func ParseRegistry(raw []byte) ([]Entry, error) {
	s, err := decode(raw)
	if err != nil {
		return nil, err
	}
	r, err := s.parse()
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(r.entries))
	for i, s := range r.entries {
		entries[i] = s.Entry
	}
	return entries, nil
}

func (s script) parse() (registry, error) {
	var r registry
	raw := s.text
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = func(label string, text io.Reader) (io.Reader, error) {
		if !s.accepts(label) {
			return nil, ErrEncoding
		}
		return text, nil // UTF-8 by now
	}
	depth, rootSeen := 0, false
	for {
		from := int(d.InputOffset())
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, ErrEncoding) {
			return r, ErrEncoding
		}
		if err != nil {
			return r, fmt.Errorf("%w: %w", ErrRegistry, err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if depth == 0 {
				if rootSeen || tok.Name.Local != "registry" {
					return r, fmt.Errorf("%w: the root is <%s>", ErrRegistry, tok.Name.Local)
				}
				rootSeen = true
				r.openRoot(raw, from, int(d.InputOffset()))
			}
			if depth == 1 && tok.Name.Local == "component" {
				r.entries = append(r.entries, newSpan(tok, from, int(d.InputOffset())))
			}
			depth++
		case xml.EndElement:
			depth--
			switch {
			case depth == 0:
				r.closeFrom = from
			case depth == 1 && tok.Name.Local == "component":
				r.entries[len(r.entries)-1].end = int(d.InputOffset())
			}
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(tok)) > 0 {
				return r, fmt.Errorf("%w: text outside the root", ErrRegistry)
			}
		}
	}
	if !rootSeen || depth != 0 {
		return r, fmt.Errorf("%w: no root element", ErrRegistry)
	}
	return r, nil
}

func (r *registry) openRoot(raw []byte, from, to int) {
	r.openEnd = to
	r.empty = to >= 2 && raw[to-2] == '/'
	// The root's prefix has to be repeated by what is added to it.
	tag := string(raw[from:to])
	if end := strings.IndexAny(tag, " \t\r\n/>"); end > 0 {
		if colon := strings.IndexByte(tag[:end], ':'); colon > 0 {
			r.prefix = tag[1 : colon+1]
		}
	}
}

func newSpan(tok xml.StartElement, from, to int) span {
	s := span{from: from, to: to}
	for _, a := range tok.Attr {
		switch a.Name.Local {
		case "path":
			s.Path = a.Value
		case "type":
			s.Type = a.Value
		}
	}
	return s
}

// Merge puts entries into an existing registry.xml and keeps all else as it
// stands: other components, their unknown attributes, comments, line ends, the
// encoding and the byte order mark. An entry whose path is there already, in any case of
// letters, is left alone when its type agrees, and corrected when it does
// not. Merging twice changes nothing more. A nil or blank existing file gives
// a fresh one.
func Merge(existing []byte, entries []Entry) ([]byte, error) {
	old, err := decode(existing)
	if err != nil {
		return nil, err
	}
	text := old.text
	if len(bytes.TrimSpace(text)) == 0 {
		return Registry(entries), nil
	}
	r, err := old.parse()
	if err != nil {
		return nil, err
	}
	eol := "\n"
	if bytes.Contains(text, []byte("\r\n")) {
		eol = "\r\n"
	}
	var out bytes.Buffer
	at := 0
	for _, s := range r.entries {
		e, ok := find(entries, s.Path)
		if !ok || strings.EqualFold(e.Type, s.Type) {
			continue
		}
		out.Write(text[at:s.from])
		out.Write(r.retyped(text[s.from:s.to], e))
		at = s.to
	}
	missing := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool {
		return slices.ContainsFunc(r.entries, func(s span) bool { return strings.EqualFold(s.Path, e.Path) })
	})
	r.insert(&out, text, at, missing, eol)
	merged, err := old.encode(out.Bytes())
	if err != nil {
		return nil, err
	}
	if _, err := ParseRegistry(merged); err != nil {
		return nil, fmt.Errorf("manifest: merge made a file that does not parse: %w", err)
	}
	return merged, nil
}

func find(entries []Entry, path string) (Entry, bool) {
	i := slices.IndexFunc(entries, func(e Entry) bool { return strings.EqualFold(e.Path, path) })
	if i < 0 {
		return Entry{}, false
	}
	return entries[i], true
}

// retyped is the start tag of a component with another type.
func (r registry) retyped(tag []byte, e Entry) []byte {
	el := "<" + r.prefix + e.element()[1:]
	if !bytes.HasSuffix(tag, []byte("/>")) {
		el = strings.TrimSuffix(el, "/>") + ">" // it has an end tag of its own
	}
	return []byte(el)
}

// insert writes the rest of text from offset at, with missing before the end
// tag of the root.
func (r registry) insert(out *bytes.Buffer, text []byte, at int, missing []Entry, eol string) {
	if len(missing) == 0 {
		out.Write(text[at:])
		return
	}
	add := func() {
		for _, e := range missing {
			out.WriteString("\t<" + r.prefix + e.element()[1:] + eol)
		}
	}
	if r.empty { // <registry …/> opens up
		slash := r.openEnd - 2
		out.Write(text[at:slash])
		out.WriteString(">" + eol)
		add()
		out.WriteString("</" + r.prefix + "registry>")
		out.Write(text[r.openEnd:])
		return
	}
	body := bytes.TrimRight(text[at:r.closeFrom], " \t\r\n")
	out.Write(body)
	out.WriteString(eol)
	add()
	out.Write(text[r.closeFrom:])
}
