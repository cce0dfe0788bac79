package manifest

import "bytes"

// Remove takes the components that which names out of a registry.xml, each with
// its line, and keeps all else as it stands. changed is false when there were
// none.
func Remove(existing []byte, which func(path string) bool) (out []byte, changed bool, err error) {
	old, err := decode(existing)
	if err != nil {
		return nil, false, err
	}
	r, err := old.parse()
	if err != nil {
		return nil, false, err
	}
	text := old.text
	var b bytes.Buffer
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
	out, err = old.encode(b.Bytes())
	return out, at > 0, err
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
