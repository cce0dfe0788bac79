package book

import (
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Types of a custom field.
const (
	textField  = 1
	listField  = 2
	multiField = 3
)

// Ways to check the length of a text.
const (
	shorter = 1
	exactly = 2
	longer  = 3
)

// field is a custom field. They are made in the web account only.
type field struct {
	ID       int64      `json:"custom_field_id"`
	Type     int        `json:"type"`
	Order    int        `json:"order"`
	Name     string     `json:"name"`
	Required bool       `json:"required"`
	APIOnly  bool       `json:"api_only"`
	Unique   bool       `json:"unique"`
	Mode     int        `json:"check_mode"` // 0 = lengths are not checked
	Length   int        `json:"check_length"`
	Items    []listItem `json:"items"`
}

type listItem struct {
	Enum  int64  `json:"enum_id"`
	Order int    `json:"order"`
	Name  string `json:"name"`
}

var fields = []field{
	{ID: 3236, Type: textField, Order: 1, Name: "Примечание", Items: []listItem{}},
	{ID: 3237, Type: textField, Order: 2, Name: "ИНН", Unique: true, Mode: exactly, Length: 10, Items: []listItem{}},
	{ID: 3238, Type: textField, Order: 3, Name: "Код в учёте", APIOnly: true, Mode: shorter, Length: 12, Items: []listItem{}},
	{ID: 3239, Type: textField, Order: 4, Name: "Пароль для связи", Mode: longer, Length: 3, Items: []listItem{}},
	{ID: 3240, Type: listField, Order: 5, Name: "Источник", Items: []listItem{{71, 1, "Сайт"}, {72, 2, "Реклама"}}},
	{ID: 3241, Type: multiField, Order: 6, Name: "Интересы", Items: []listItem{{81, 1, "Телефония"}, {82, 2, "Обзвон"}, {83, 3, "Чаты"}}},
}

// listFields is ab/custom_fields (document §3.9.5).
func listFields(api.Query) (api.Answer, []event) {
	return api.OK(map[string]any{"data": fields}), nil
}

// value is a contact's value of a field.
type value struct {
	ID    int64      `json:"custom_value_id"`
	Field int64      `json:"custom_field_id"`
	Type  int        `json:"type"`
	Text  *string    `json:"text,omitempty"`
	Items []listItem `json:"list_items,omitempty"`
}

type valueForm struct {
	ID    api.Int   `json:"custom_value_id"`
	Field api.Int   `json:"custom_field_id"`
	Text  *api.Text `json:"text"`
	Value *api.Text `json:"value"` // instead of text, or of one list item
	Items *[]struct {
		Enum api.Int `json:"enum_id"`
	} `json:"list_items"`
}

// mergeValues sets the values sent; the others stay (the document names them
// nowhere among the lists that a shorter one cuts).
func (b *Book) mergeValues(c *contact, sent []valueForm) int {
	values := slices.Clone(c.values)
	for _, f := range sent {
		i := slices.IndexFunc(values, func(v value) bool {
			return f.ID != 0 && v.ID == int64(f.ID) || f.ID == 0 && v.Field == int64(f.Field)
		})
		var v value
		switch {
		case i >= 0:
			v = value{ID: values[i].ID, Field: values[i].Field}
		case f.ID != 0:
			return api.NoObject
		case f.Field == 0:
			return api.Missing
		default:
			b.last++
			v = value{ID: b.last, Field: int64(f.Field)}
		}
		if code := b.readValue(f, &v, c); code != 0 {
			return code
		}
		if i >= 0 {
			values[i] = v
		} else {
			values = append(values, v)
		}
	}
	c.values = values
	return 0
}

// readValue fills v from f.
func (b *Book) readValue(f valueForm, v *value, c *contact) int {
	i := slices.IndexFunc(fields, func(known field) bool { return known.ID == v.Field })
	if i < 0 {
		return api.NoObject
	}
	known := fields[i]
	v.Type = known.Type
	if known.Type == textField {
		text := f.Text
		if text == nil {
			text = f.Value
		}
		if text == nil {
			return api.Missing
		}
		plain := string(*text)
		v.Text = &plain
		return b.checkText(known, plain, c)
	}
	var chosen []api.Int
	switch {
	case f.Items != nil:
		for _, item := range *f.Items {
			chosen = append(chosen, item.Enum)
		}
	case f.Value != nil:
		var one api.Int
		if one.UnmarshalJSON([]byte(*f.Value)) != nil {
			return api.WrongFormat
		}
		chosen = append(chosen, one)
	default:
		return api.Missing
	}
	if known.Type == listField && len(chosen) > 1 {
		return api.WrongKind
	}
	for _, enum := range chosen {
		i := slices.IndexFunc(known.Items, func(item listItem) bool { return item.Enum == int64(enum) })
		if i < 0 {
			return api.NoObject
		}
		v.Items = append(v.Items, known.Items[i])
	}
	return 0
}

// checkText is what is wrong with the text of a field; an empty one is no
// value.
func (b *Book) checkText(known field, text string, c *contact) int {
	n := length(text)
	switch {
	case text == "":
		return 0
	case known.Mode == shorter && n >= known.Length, known.Mode == exactly && n > known.Length:
		return api.TooBig
	case known.Mode == longer && n <= known.Length, known.Mode == exactly && n < known.Length:
		return api.TooSmall
	case known.Unique && slices.ContainsFunc(b.contacts, func(o *contact) bool {
		return o.ID != c.ID && slices.ContainsFunc(o.values, func(v value) bool { return v.Field == known.ID && *v.Text == text })
	}):
		return api.Used
	}
	return 0
}
