package manual

import "mangoofficesdk/addin/spec"

// other describes what table_other.go declares.
func other() pages {
	region := spec.Doc{RU: "страна номеров без кода страны, две буквы", EN: "country of numbers without a country code, two letters"}
	return pages{
		"NormalizePhone": {
			RU: "Разбирает номер телефона, JSON {e164, digits10, kind, display, extension, others[]}; kind: mobile, fixed, tollfree, international, short, sip, " +
				"anonymous, invalid; extension: добавочный; others: остальные номера поля, с теми же ключами",
			EN: "Parses a phone number, JSON {e164, digits10, kind, display, extension, others[]}; kind: mobile, fixed, tollfree, international, short, sip, " +
				"anonymous, invalid; extension: what is dialled after it; others: the other numbers of the field, with the same keys",
		},
		"NormalizePhone.Number": {RU: "номер в любом написании или поле с несколькими", EN: "a number written in any way, or a field of several"},
		"NormalizePhone.Region": region,
		"SameNumber": {
			RU: "Истина, если в полях есть общий номер, как бы он ни был записан. Добавочные не сравниваются; скрытый или неверный номер не равен ничему",
			EN: "True when the fields have a number in common, however it is written. Extensions after a number are not compared; a hidden or wrong number equals nothing",
		},
		"SameNumber.Number1": {RU: "номер в любом написании или поле с несколькими", EN: "a number written in any way, or a field of several"},
		"SameNumber.Number2": {RU: "с чем сравнить", EN: "what to compare it with"},
		"SameNumber.Region":  region,
	}
}
