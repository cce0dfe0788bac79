package napihost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Field is one member of an event's JSON, in its order.
type Field struct {
	Name  string
	Value json.RawMessage
}

// Fields splits an event's data into its members.
func Fields(data []byte) ([]Field, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("napihost: not a JSON object"), err)
	}
	var fields []Field
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("napihost: %w", err)
		}
		f := Field{Name: name.(string)} // in an object a key is always a string
		if err := d.Decode(&f.Value); err != nil {
			return nil, fmt.Errorf("napihost: %s: %w", f.Name, err)
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// Printer writes events and values for people.
type Printer struct {
	W     io.Writer
	Color bool
}

// Style is an SGR code of a terminal.
type Style string

// The styles used.
const (
	Bold  Style = "1"
	Dim   Style = "2"
	Red   Style = "31"
	Green Style = "32"
	Cyan  Style = "36"
)

// Paint wraps s in a style when colours are on.
func (p Printer) Paint(style Style, s string) string {
	if !p.Color {
		return s
	}
	return "\x1b[" + string(style) + "m" + s + "\x1b[0m"
}

// WantColor tells whether f is a terminal whose user did not ask for plain
// text (NO_COLOR).
func WantColor(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}

const indent = "    "

// Event writes an event as 1C would receive it: its name and a note, then one
// line per field; fields without a value are only listed.
func (p Printer) Event(e Event, note string) {
	var b strings.Builder
	b.WriteString(p.Paint(Bold, e.Message))
	if note != "" {
		b.WriteString("  " + p.Paint(Dim, note))
	}
	b.WriteByte('\n')
	fields, err := Fields([]byte(e.Data))
	if err != nil {
		b.WriteString(indent + e.Data + "\n")
		fmt.Fprint(p.W, b.String())
		return
	}
	width := 0
	var empty []string
	for _, f := range fields {
		if Show(f.Value) != "" {
			width = max(width, utf8.RuneCountInString(f.Name))
		}
	}
	for _, f := range fields {
		value := Show(f.Value)
		if value == "" {
			empty = append(empty, f.Name)
			continue
		}
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(f.Name))
		lines := strings.ReplaceAll(value, "\n", "\n"+indent+strings.Repeat(" ", width+2))
		b.WriteString(indent + p.Paint(Cyan, f.Name) + pad + "  " + lines + "\n")
	}
	if len(empty) > 0 {
		b.WriteString(indent + p.Paint(Dim, "без значения: "+strings.Join(empty, ", ")) + "\n")
	}
	fmt.Fprint(p.W, b.String())
}

// Show writes a JSON value in one line, without what is empty; a list of
// objects gets a line for each. An empty value is "".
func Show(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		_ = json.Unmarshal(raw, &s)
		return s
	case '{':
		fields, err := Fields(raw)
		if err != nil {
			return string(raw)
		}
		var parts []string
		for _, f := range fields {
			v := strings.ReplaceAll(Show(f.Value), "\n", " ")
			if bytes.HasPrefix(f.Value, []byte("{")) && v != "" {
				v = "{" + v + "}"
			}
			if v != "" {
				parts = append(parts, f.Name+"="+v)
			}
		}
		return strings.Join(parts, " ")
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			return string(raw)
		}
		var parts []string
		sep := ", "
		for _, item := range items {
			if bytes.HasPrefix(bytes.TrimSpace(item), []byte("{")) {
				sep = "\n"
			}
			parts = append(parts, Show(item))
		}
		return strings.Join(parts, sep)
	case 'n':
		return ""
	}
	return string(raw)
}
