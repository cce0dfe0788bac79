package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"mangoofficesdk/test/napihost"
)

func (c *Console) expect(args string) error {
	want, err := c.literal(args)
	if err != nil {
		return err
	}
	if want.BSL() != c.last {
		return fmt.Errorf("ожидалось %s, получено %s", want.BSL(), c.last)
	}
	return nil
}

func (c *Console) contains(args string) error {
	want := args
	if p := (&parser{text: args}); strings.HasPrefix(args, `"`) {
		e, err := p.str()
		if err != nil {
			return err
		}
		want, _ = e.value.(string)
	}
	if !strings.Contains(c.last, want) {
		return fmt.Errorf("нет %q в %s", want, c.last)
	}
	return nil
}

// literal is a value of BSL, or the value of a variable.
func (c *Console) literal(text string) (napihost.Value, error) {
	p := &parser{text: text}
	e, err := p.expression(false)
	if err != nil {
		return napihost.Value{}, err
	}
	v := e.value
	if e.name != "" {
		v = c.vars[strings.ToLower(e.name)]
	}
	want, err := napihost.ToJSON(v)
	if err != nil {
		return napihost.Value{}, err
	}
	raw, err := json.Marshal(want)
	return napihost.Value{Raw: raw}, err
}

// field compares one member of the last JSON: "caller.number", "legs.0.status".
func (c *Console) field(args string) error {
	path, value, _ := strings.Cut(args, " ")
	want, err := c.literal(value)
	if err != nil {
		return err
	}
	var doc any
	if json.Unmarshal([]byte(c.lastJSON()), &doc) != nil {
		return fmt.Errorf("последний результат не JSON: %s", c.last)
	}
	got, err := walk(doc, path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	raw, err := json.Marshal(got)
	if err != nil {
		return err
	}
	if text := (napihost.Value{Raw: raw}).BSL(); text != want.BSL() {
		return fmt.Errorf("%s: ожидалось %s, получено %s", path, want.BSL(), text)
	}
	return nil
}

// lastJSON is the last result without the quotes of BSL.
func (c *Console) lastJSON() string {
	if s, ok := strings.CutPrefix(c.last, `"`); ok {
		return strings.TrimSuffix(s, `"`)
	}
	return c.last
}

func walk(doc any, path string) (any, error) {
	for name := range strings.SplitSeq(path, ".") {
		switch v := doc.(type) {
		case map[string]any:
			next, ok := v[name]
			if !ok {
				return nil, fmt.Errorf("нет поля %q", name)
			}
			doc = next
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(v) {
				return nil, fmt.Errorf("в списке %d элементов, нет %q", len(v), name)
			}
			doc = v[i]
		default:
			return nil, errors.New("это не объект и не список")
		}
	}
	return doc, nil
}
