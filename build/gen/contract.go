package main

import (
	"fmt"
	"os"
	"strings"

	"mangoofficesdk/addin/manual"
	"mangoofficesdk/addin/spec"
)

// contractPage is docs/contract.md: hand-written pages around what the
// declaration says.
func contractPage() ([]byte, error) {
	intro, err := os.ReadFile("docs/contract/intro.md")
	if err != nil {
		return nil, err
	}
	events, err := os.ReadFile("docs/contract/events.md")
	if err != nil {
		return nil, err
	}
	return contract(manual.Class(), string(intro), string(events)), nil
}

// contract writes the page for 1C developers: what can be called, in both
// languages, from the declaration itself. intro and events come as they are.
func contract[T any](c *spec.Class[T], intro, events string) []byte {
	var b strings.Builder
	b.WriteString("<!-- Written by build/gen from the declaration tables and docs/contract/*.md: do not edit. -->\n")
	b.WriteString(intro)
	b.WriteString("\n## Properties\n\n| Russian / English | type | access | meaning |\n|---|---|---|---|\n")
	for i := range c.Properties {
		p := &c.Properties[i]
		access := "read"
		if p.Set != nil {
			access = "read, write"
		}
		fmt.Fprintf(&b, "| `%s` / `%s` | %s | %s | %s. / %s. |\n", p.Name.RU, p.Name.EN, p.Type, access, sentence(p.Doc.RU), sentence(p.Doc.EN))
	}
	b.WriteString("\n## Methods\n\nThe last parameter `Ошибка` / `Error` is the optional out-parameter.\n")
	for i := range c.Methods {
		writeMethod(&b, &c.Methods[i])
	}
	b.WriteString("\n" + events)
	return []byte(b.String())
}

func writeMethod[T any](b *strings.Builder, m *spec.Method[T]) {
	names := make([]string, 0, len(m.Params)+1)
	for _, p := range m.Params {
		name := p.Name.RU
		if p.Default != nil {
			name += " = " + p.Default.String()
		}
		names = append(names, name)
	}
	if m.Fallible {
		names = append(names, "Ошибка")
	}
	fmt.Fprintf(b, "\n### %s / %s\n\n`%s(%s)` → %s\n\n%s. / %s.\n", m.Name.RU, m.Name.EN,
		m.Name.RU, strings.Join(names, ", "), m.Returns, sentence(m.Doc.RU), sentence(m.Doc.EN))
	if len(m.Params) == 0 {
		return
	}
	b.WriteString("\n| parameter | type | default | |\n|---|---|---|---|\n")
	for _, p := range m.Params {
		def := "required"
		if p.Default != nil {
			def = "`" + p.Default.String() + "`"
		}
		fmt.Fprintf(b, "| `%s` / `%s` | %s | %s | %s. / %s. |\n", p.Name.RU, p.Name.EN, p.Type, def, sentence(p.Doc.RU), sentence(p.Doc.EN))
	}
}

// sentence starts with a capital letter and ends without a stop.
func sentence(s string) string {
	r := []rune(strings.TrimRight(s, ".!"))
	if len(r) == 0 {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
