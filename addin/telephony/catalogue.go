package telephony

import (
	"strings"

	"mangoofficesdk/sdk/vpbx"
)

// apiMethod is one method in СписокМетодов.
type apiMethod struct {
	Name    string     `json:"name"`
	Path    string     `json:"path"`
	Area    string     `json:"area"`
	Answer  string     `json:"answer"`
	TitleRU string     `json:"title_ru"`
	TitleEN string     `json:"title_en"`
	Fields  []apiField `json:"fields"`
}

type apiField struct {
	Name     string     `json:"name"`
	Type     string     `json:"type"`
	Required bool       `json:"required"`
	Limits   apiLimits  `json:"limits"`
	Fields   []apiField `json:"fields"`
}

// apiLimits has only what limits the field.
type apiLimits struct {
	MaxBytes int      `json:"max_bytes,omitempty"`
	MaxItems int      `json:"max_items,omitempty"`
	MaxChars int      `json:"max_chars,omitempty"`
	Min      *int64   `json:"min,omitempty"`
	Max      *int64   `json:"max,omitempty"`
	OneOf    []string `json:"one_of,omitempty"`
	Format   string   `json:"format,omitempty"`
}

// apiMethods is СписокМетодов: what ВыполнитьЗапрос can ask.
func apiMethods() string {
	methods := []apiMethod{}
	for _, e := range vpbx.Catalogue() {
		fields, err := vpbx.Fields(e.Path)
		if e.Direction != vpbx.DirectionOut || err != nil {
			continue
		}
		methods = append(methods, apiMethod{e.Name, e.Path, e.Area, string(e.Kind), e.TitleRU, e.TitleEN, apiFields(fields)})
	}
	return string(mustJSON(methods))
}

func apiFields(fields []vpbx.Field) []apiField {
	list := make([]apiField, len(fields))
	for i, f := range fields {
		limits := apiLimits{MaxChars: f.Chars, Min: f.Min, Max: f.Most, OneOf: f.OneOf, Format: f.Format}
		if strings.HasPrefix(f.Type, "list of") {
			limits.MaxItems = f.Max
		} else {
			limits.MaxBytes = f.Max
		}
		list[i] = apiField{f.Name, f.Type, f.Required, limits, apiFields(f.Fields)}
	}
	return list
}
