package console

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"mangoofficesdk/test/napihost"
)

func (c *Console) help() {
	var b strings.Builder
	b.WriteString("Метод(параметры)   Об.Метод(…)   Метод {JSON}   Свойство   Свойство = значение   имя = Метод(…)\n" +
		"! перед строкой: ждём исключение.   ${ИМЯ}: значение из окружения или -set.   // комментарий\n")
	for _, d := range commands {
		left := strings.TrimSpace(d.ru + " " + d.args)
		pad := strings.Repeat(" ", max(1, 26-utf8.RuneCountInString(left)))
		fmt.Fprintf(&b, "  %s%s%s (%s)\n", c.cfg.Out.Paint(napihost.Cyan, left), pad, d.doc, d.en)
	}
	c.printf("%s", b.String())
}

func (c *Console) doc(method string) MethodDoc {
	if c.cfg.Docs == nil {
		return MethodDoc{}
	}
	doc, _ := c.cfg.Docs(method)
	return doc
}

// paramName is what the i-th of n parameters is called.
func paramName(doc MethodDoc, n, i int) string {
	if len(doc.Params) == n {
		return doc.Params[i].Name
	}
	return "Параметр" + strconv.Itoa(i+1)
}

// methods lists all methods.
func (c *Console) methods() {
	var b strings.Builder
	for _, m := range c.about.Methods {
		fmt.Fprintf(&b, "  %s%s  %s\n", c.cfg.Out.Paint(napihost.Bold, m.NameRU), c.params(m, -1), c.cfg.Out.Paint(napihost.Dim, m.Name))
	}
	c.printf("%s", b.String())
}

func (c *Console) events() {
	var b strings.Builder
	for _, e := range c.cfg.Events {
		fmt.Fprintf(&b, "  %s  %s\n", c.cfg.Out.Paint(napihost.Bold, e.NameRU), c.cfg.Out.Paint(napihost.Dim, e.Name))
	}
	c.printf("%s", b.String())
}

// describe tells all that is known of a method or an event.
func (c *Console) describe(name string) error {
	for _, e := range c.cfg.Events {
		if strings.EqualFold(name, e.Name) || strings.EqualFold(name, e.NameRU) {
			c.printf("  %s  %s\n      %s\n", c.cfg.Out.Paint(napihost.Bold, e.NameRU), c.cfg.Out.Paint(napihost.Dim, e.Name), e.Doc)
			return nil
		}
	}
	m, ok := c.about.Method(name)
	if !ok {
		return fmt.Errorf("ни метода, ни события %q нет", name)
	}
	doc := c.doc(m.Name)
	var b strings.Builder
	fmt.Fprintf(&b, "  %s%s", c.cfg.Out.Paint(napihost.Bold, m.NameRU), c.params(m, -1))
	if doc.Returns != "" {
		fmt.Fprintf(&b, " → %s", doc.Returns)
	}
	fmt.Fprintf(&b, "  %s\n", c.cfg.Out.Paint(napihost.Dim, m.Name))
	if doc.Doc != "" {
		fmt.Fprintf(&b, "      %s\n", doc.Doc)
	}
	for _, p := range doc.Params {
		fmt.Fprintf(&b, "      %s (%s): %s\n", c.cfg.Out.Paint(napihost.Cyan, p.Name), p.Type, p.Doc)
	}
	for line := range strings.Lines(doc.Example) {
		fmt.Fprintf(&b, "      %s\n", c.cfg.Out.Paint(napihost.Dim, strings.TrimSpace(line)))
	}
	c.printf("%s", b.String())
	return nil
}
