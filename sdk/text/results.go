package text

import "strconv"

// Result gives the texts of a result or disconnect code of the PBX (VPBX API,
// appendix «Коды результатов»). An unknown code is read as its nearest known
// class, trailing digits replaced by zeros: 2219 → 2210, 1090 → 1000.
func Result(code int) Message {
	for base := 1; base <= 1000; base *= 10 {
		if m, ok := results[code/base*base]; ok {
			return m
		}
	}
	n := strconv.Itoa(code)
	return Message{RU: "Код " + n, EN: "Code " + n}
}

var results = map[int]Message{
	1000: {RU: "Успешно", EN: "Done"},
}
