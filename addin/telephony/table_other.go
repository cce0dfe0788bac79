package telephony

import "mangoofficesdk/addin/spec"

// otherMethods are those that belong to no connection, call or event.
func otherMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "НормализоватьНомер", EN: "NormalizePhone"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str, "номер в любом написании", "a number written in any way"),
				optional("Регион", "Region", spec.Str, spec.String("RU"),
					"страна номеров без кода страны, две буквы", "country of numbers without a country code, two letters"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Разбирает номер телефона, JSON {e164, digits10, kind, display}",
				EN: "Parses a phone number, JSON {e164, digits10, kind, display}",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.normalizePhone(a[0].Str(), a[1].Str()))
			},
		},
	}
}
