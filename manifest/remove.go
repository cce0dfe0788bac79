package manifest

import "bytes"

// Remove takes the components that which names out of a registry.xml, each with
// its line, and keeps all else as it stands. changed is false when there were
// none.
func Remove(existing []byte, which func(path string) bool) (out []byte, changed bool, err error) {
	text := bytes.TrimPrefix(existing, utf8BOM)
	r, err := parseRegistry(text)
	if err != nil {
		return nil, false, err
	}
	var b bytes.Buffer
	b.Write(existing[:len(existing)-len(text)])
	at := 0
	for _, s := range r.entries {
		if !which(s.Path) {
			continue
		}
		from, to := wholeLine(text, s.from, s.end)
		b.Write(text[at:from])
		at = to
	}
	b.Write(text[at:])
	return b.Bytes(), at > 0, nil
}

// wholeLine widens a span to its line when nothing else is on it.
func wholeLine(text []byte, from, to int) (int, int) {
	first, last := from, to
	for first > 0 && (text[first-1] == ' ' || text[first-1] == '\t') {
		first--
	}
	for last < len(text) && (text[last] == ' ' || text[last] == '\t' || text[last] == '\r') {
		last++
	}
	if (first == 0 || text[first-1] == '\n') && last < len(text) && text[last] == '\n' {
		return first, last + 1
	}
	return from, to
}
