package telephony

import "mangoofficesdk/addin/spec"

// otherMethods are those that belong to no connection, call or event.
func otherMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "НормализоватьНомер", EN: "NormalizePhone"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str),
				region(),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.normalizePhone(a[0].Str(), a[1].Str()))
			},
		},
	}
}

// comparisons came after the first release of the list, which only grows.
func comparisons() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "СравнитьНомера", EN: "SameNumber"},
			Params: []spec.Param{
				param("Номер1", "Number1", spec.Str),
				param("Номер2", "Number2", spec.Str),
				region(),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				same, err := o.sameNumber(a[0].Str(), a[1].Str(), a[2].Str())
				return spec.Bool(same), err
			},
		},
	}
}

func region() spec.Param {
	return optional("Регион", "Region", spec.Str, spec.String("RU"))
}
