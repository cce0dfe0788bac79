package console

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mangoofficesdk/test/napihost"
)

// candidate is a name that may stand where Tab was pressed.
type candidate struct {
	name string
	tail string // what follows a name that was completed: "(", "()", " ", " = "
	hint string // shown beside it in a list
}

// completion is what Tab makes of a line.
type completion struct {
	line string
	pos  int    // of the cursor, in bytes
	show string // to be printed above the line; "" = nothing
}

// complete answers Tab at pos. A single name is put in with its bracket, and
// its parameters are shown; of several names the common beginning is put in,
// and the names are shown when that adds nothing. Behind a bracket the
// parameters of the method are shown.
func (c *Console) complete(line string, pos int) completion {
	start := wordStart(line, pos)
	word := line[start:pos]
	if strings.Count(line[:start], `"`)%2 == 1 { // inside a string of BSL
		return completion{line, pos, ""}
	}
	if method, arg := openCall(line[:start]); method != "" {
		if m, ok := c.about.Method(method); ok && word == "" {
			return completion{line, pos, c.signature(m, arg)}
		}
	}
	found := c.candidates(line[:start], word)
	switch len(found) {
	case 0:
		return completion{line, pos, ""}
	case 1:
		return c.put(line, start, pos, found[0])
	}
	if grown := common(found); utf8.RuneCountInString(grown) > utf8.RuneCountInString(word) {
		return completion{line[:start] + grown + line[pos:], start + len(grown), ""}
	}
	return completion{line, pos, list(found)}
}

func (c *Console) put(line string, start, pos int, found candidate) completion {
	rest, done := line[pos:], found.name
	if found.tail != "" && !strings.HasPrefix(rest, found.tail[:1]) {
		done += found.tail
	}
	r := completion{line: line[:start] + done + rest, pos: start + len(done)}
	if m, ok := c.about.Method(found.name); ok && strings.HasPrefix(found.tail, "(") {
		r.show = c.signature(m, -1)
	}
	return r
}

// candidates are the names that begin with word, in the language in which it
// was begun, where before stands on its left.
func (c *Console) candidates(before, word string) []candidate {
	var all []candidate
	first, rest, _ := strings.Cut(strings.TrimLeft(before, " "), " ")
	switch cmd, _, ok := command(first + " "); {
	case ok && strings.TrimSpace(rest) != "":
		return nil
	case ok && cmd == "ждать":
		all = c.eventNames(word)
	case ok && cmd == "описание":
		all = append(c.memberNames(word, false), c.eventNames(word)...)
	case ok:
		return nil
	default:
		all = c.memberNames(word, true)
		for name := range c.vars {
			all = append(all, candidate{name: name})
		}
		if before == "" {
			for _, d := range commands {
				all = append(all, candidate{name: pick(word, d.ru, d.en), tail: " ", hint: d.doc})
			}
		}
	}
	all = slices.DeleteFunc(all, func(k candidate) bool { return !strings.HasPrefix(fold(k.name), fold(word)) })
	slices.SortFunc(all, func(a, b candidate) int { return strings.Compare(a.name, b.name) })
	return all
}

// memberNames are methods and properties, with their brackets if called.
func (c *Console) memberNames(word string, called bool) []candidate {
	var all []candidate
	for _, m := range c.about.Methods {
		k := candidate{name: pick(word, m.NameRU, m.Name), hint: c.params(m, -1)}
		if called {
			k.tail = "("
			if len(m.Params) == 0 {
				k.tail = "()"
			}
		}
		all = append(all, k)
	}
	for _, p := range c.about.Properties {
		all = append(all, candidate{name: pick(word, p.NameRU, p.Name)})
	}
	return all
}

func (c *Console) eventNames(word string) []candidate {
	all := make([]candidate, 0, len(c.cfg.Events))
	for _, e := range c.cfg.Events {
		all = append(all, candidate{name: pick(word, e.NameRU, e.Name), hint: e.Doc})
	}
	return all
}

// pick is the name in the language of the word: Russian unless it was begun
// with a Latin letter.
func pick(word, ru, en string) string {
	if r, _ := utf8.DecodeRuneInString(word); unicode.Is(unicode.Latin, r) {
		return en
	}
	return ru
}

// fold makes letters equal that people take for one.
func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }

// wordStart is where the name begins that ends at pos; what stands before a
// dot is no part of it.
func wordStart(line string, pos int) int {
	for pos > 0 {
		r, n := utf8.DecodeLastRuneInString(line[:pos])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		pos -= n
	}
	return pos
}

// openCall finds the method whose bracket is open at the end of text, and how
// many arguments stand before.
func openCall(text string) (method string, arg int) {
	type level struct{ name, commas int }
	var open []level // begin of the name, commas so far
	inside := false
	for i, r := range text {
		switch {
		case r == '"':
			inside = !inside
		case inside:
		case r == '(' || r == '{' || r == '[':
			open = append(open, level{i, 0})
		case (r == ')' || r == '}' || r == ']') && len(open) > 0:
			open = open[:len(open)-1]
		case r == ',' && len(open) > 0:
			open[len(open)-1].commas++
		}
	}
	if len(open) == 0 {
		return "", 0
	}
	last := open[len(open)-1]
	if text[last.name] != '(' {
		return "", 0
	}
	return text[wordStart(text, last.name):last.name], last.commas
}

// common is what all names begin with.
func common(all []candidate) string {
	same := []rune(all[0].name)
	for _, k := range all[1:] {
		name := []rune(k.name)
		n := 0
		for n < min(len(same), len(name)) && fold(string(same[n])) == fold(string(name[n])) {
			n++
		}
		same = same[:n]
	}
	return string(same)
}

// list lays names and hints out, one a line; a long list without its hints.
func list(all []candidate) string {
	var b strings.Builder
	if len(all) > longList {
		width := 0
		for i, k := range all {
			if i > 0 && width+utf8.RuneCountInString(k.name) > listWidth {
				b.WriteByte('\n')
				width = 0
			}
			b.WriteString(k.name + "  ")
			width += utf8.RuneCountInString(k.name) + 2
		}
		b.WriteByte('\n')
		return b.String()
	}
	for _, k := range all {
		line := "  " + k.name
		if k.hint != "" {
			line += "  " + k.hint
		}
		if r := []rune(line); len(r) > listWidth {
			line = string(r[:listWidth-1]) + "…"
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

const (
	longList  = 20 // names
	listWidth = 100
)

// params lays out the parameters of a method; the one numbered bold is told
// apart.
func (c *Console) params(m napihost.MethodInfo, bold int) string {
	doc := c.doc(m.Name)
	parts := make([]string, len(m.Params))
	for i, p := range m.Params {
		parts[i] = paramName(doc, len(m.Params), i)
		if p.Optional {
			parts[i] += " = " + napihost.Value{Raw: p.Default}.BSL()
		}
		if i == bold {
			parts[i] = c.cfg.Out.Paint(napihost.Bold, parts[i])
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// signature is a method with what it is for; with arg ≥ 0 what that parameter
// is for.
func (c *Console) signature(m napihost.MethodInfo, arg int) string {
	doc := c.doc(m.Name)
	s := c.cfg.Out.Paint(napihost.Bold, m.NameRU) + c.params(m, arg)
	switch {
	case arg < 0 && doc.Doc != "":
		s += "\n  " + c.cfg.Out.Paint(napihost.Dim, doc.Doc)
	case arg >= 0 && arg < len(doc.Params):
		p := doc.Params[arg]
		s += "\n  " + c.cfg.Out.Paint(napihost.Dim, p.Name+": "+p.Doc)
	}
	return s + "\n"
}
