package telephony

import "mangoofficesdk/addin/spec"

// otherMethods are those that belong to no connection, call or event.
func otherMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "НормализоватьНомер", EN: "NormalizePhone"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str, "номер в любом написании или поле с несколькими", "a number written in any way, or a field of several"),
				region(),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Разбирает номер телефона, JSON {e164, digits10, kind, display, extension, others[]}; kind: mobile, fixed, tollfree, international, short, sip, " +
					"anonymous, invalid; extension: добавочный; others: остальные номера поля, с теми же ключами",
				EN: "Parses a phone number, JSON {e164, digits10, kind, display, extension, others[]}; kind: mobile, fixed, tollfree, international, short, sip, " +
					"anonymous, invalid; extension: what is dialled after it; others: the other numbers of the field, with the same keys",
			},
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
				param("Номер1", "Number1", spec.Str, "номер в любом написании или поле с несколькими", "a number written in any way, or a field of several"),
				param("Номер2", "Number2", spec.Str, "с чем сравнить", "what to compare it with"),
				region(),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Истина, если в полях есть общий номер, как бы он ни был записан. Добавочные не сравниваются; скрытый или неверный номер не равен ничему",
				EN: "True when the fields have a number in common, however it is written. Extensions after a number are not compared; a hidden or wrong number equals nothing",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				same, err := o.sameNumber(a[0].Str(), a[1].Str(), a[2].Str())
				return spec.Bool(same), err
			},
		},
	}
}

func region() spec.Param {
	return optional("Регион", "Region", spec.Str, spec.String("RU"),
		"страна номеров без кода страны, две буквы", "country of numbers without a country code, two letters")
}
