package phone

import "strings"

// Assigned country codes (ITU-T E.164, list of assigned codes). Those of one
// and two digits are listed; of three digits each entry is the first two
// digits and the third ones in use.
const (
	oneDigit = " 1 7 "
	twoDigit = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58" +
		" 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "
)

var threeDigit = map[string]string{
	"21": "12368", "22": "0123456789", "23": "0123456789", "24": "0123456789", "25": "012345678",
	"26": "0123456789", "29": "01789", "35": "0123456789", "37": "0123456789", "38": "01235679",
	"42": "013", "50": "0123456789", "59": "0123456789", "67": "023456789", "68": "012356789",
	"69": "012", "80": "08", "85": "02356", "87": "08", "88": "012368", "96": "012345678",
	"97": "012345679", "99": "234568",
}

// countryCode gives the country code digits begin with, "" for none.
func countryCode(digits string) string {
	if len(digits) < 3 {
		return ""
	}
	for n, list := range []string{oneDigit, twoDigit} {
		if code := digits[:n+1]; strings.Contains(list, " "+code+" ") {
			return code
		}
	}
	if strings.IndexByte(threeDigit[digits[:2]], digits[2]) >= 0 {
		return digits[:3]
	}
	return ""
}
