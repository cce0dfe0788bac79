package telephony

import "mangoofficesdk/addin/spec"

// reportMethods make reports of calls.
func reportMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "СформироватьОтчет", EN: "BuildReport"},
			Params: []spec.Param{
				param("Начало", "From", spec.Date),
				param("Конец", "To", spec.Date),
				optional("Вариант", "Variant", spec.Str, spec.String("brief")),
				optional("ПутьКФайлу", "FilePath", spec.Str, spec.String("")),
				optional("Отбор", "Filter", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.buildReport(a[0].Time(), a[1].Time(), a[2].Str(), a[3].Str(), a[4].Str()))
			},
		},
	}
}
