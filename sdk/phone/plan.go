package phone

import "strings"

// Lengths of E.164: 15 digits at most (ITU-T E.164 §6.2.1). Under 7 it could
// be an extension.
const (
	minE164 = 7
	maxE164 = 15

	shortMin, shortMax = 2, 6
	localMin, localMax = 7, 9
)

// plan is the numbering plan of a region as far as local forms need it.
type plan struct {
	code   string   // country code
	length int      // digits after the code
	trunk  []string // prefixes of a national call
	abroad []string // prefixes of an international call
	area   int      // digits of the area code, for display
	mobile []string // first digits of mobile numbers
}

var none = plan{abroad: []string{"00"}}

var plans = map[string]plan{
	"RU": {code: "7", length: 10, trunk: []string{"8"}, abroad: []string{"810", "00"}, area: 3},
	"KZ": {code: "7", length: 10, trunk: []string{"8"}, abroad: []string{"810", "00"}, area: 3},
	"BY": {code: "375", length: 9, trunk: []string{"80"}, abroad: []string{"810", "00"}, area: 2, mobile: []string{"25", "29", "33", "44"}},
	"UA": {code: "380", length: 9, trunk: []string{"0"}, abroad: []string{"00"}, area: 2, mobile: []string{"39", "50", "63", "66", "67", "68", "73", "9"}},
	"MD": {code: "373", length: 8, trunk: []string{"0"}, abroad: []string{"00"}, area: 2, mobile: []string{"6", "7"}},
	"AM": {code: "374", length: 8, trunk: []string{"0"}, abroad: []string{"00"}, area: 2, mobile: []string{"33", "4", "55", "77", "9"}},
	"AZ": {code: "994", length: 9, trunk: []string{"0"}, abroad: []string{"00"}, area: 2, mobile: []string{"10", "4", "5", "60", "7", "99"}},
	"GE": {code: "995", length: 9, trunk: []string{"0"}, abroad: []string{"00"}, area: 3, mobile: []string{"5"}},
	"KG": {code: "996", length: 9, trunk: []string{"0"}, abroad: []string{"00"}, area: 3, mobile: []string{"22", "5", "7", "99"}},
	"TJ": {code: "992", length: 9, trunk: []string{"8"}, abroad: []string{"810", "00"}, area: 2, mobile: []string{"0", "1", "4", "5", "7", "8", "9"}},
	"TM": {code: "993", length: 8, trunk: []string{"8"}, abroad: []string{"810", "00"}, area: 2, mobile: []string{"6", "7"}},
	"UZ": {code: "998", length: 9, trunk: []string{"8"}, abroad: []string{"810", "00"}, area: 2, mobile: []string{"20", "33", "5", "77", "8", "9"}},
}

// planOf finds the plan of a region; "" is RU.
func planOf(region string) plan {
	if region == "" {
		return plans["RU"]
	}
	if p, ok := plans[strings.ToUpper(strings.TrimSpace(region))]; ok {
		return p
	}
	return none
}

// byPlan reads digits in the order of certainty: international with its plus,
// a national call, a call abroad, the national number alone, E.164 without the
// plus (as the PBX writes it), an extension, a local number.
func byPlan(plus bool, digits string, p plan) (Number, bool) {
	if plus {
		return withPlus(digits, p)
	}
	for _, t := range p.trunk {
		if n, ok := national(digits, t, p); ok {
			return n, true
		}
	}
	for _, t := range p.abroad {
		if rest, ok := strings.CutPrefix(digits, t); ok && len(rest) > shortMax {
			return international(rest, p)
		}
	}
	if n, ok := national(digits, "", p); ok {
		return n, true
	}
	if len(digits) > localMax {
		return international(digits, p)
	}
	switch {
	case len(digits) >= localMin:
		return Number{Kind: Fixed, Display: local(digits)}, true
	case len(digits) >= shortMin && len(digits) <= shortMax:
		return Number{Kind: Short, Display: digits}, true
	}
	return Number{}, false
}

// withPlus reads +digits. "+8 903…" and "+8 800…" are Russian trunk calls with
// a plus by mistake: +89 is not assigned, and +880 0… is nobody's.
func withPlus(digits string, p plan) (Number, bool) {
	if p.code == "7" && (strings.HasPrefix(digits, "89") || strings.HasPrefix(digits, "8800")) {
		if n, ok := national(digits, "8", p); ok {
			return n, true
		}
	}
	return international(digits, p)
}

// national reads trunk + national number of the plan.
func national(digits, trunk string, p plan) (Number, bool) {
	rest, ok := strings.CutPrefix(digits, trunk)
	if !ok || p.code == "" || len(rest) != p.length {
		return Number{}, false
	}
	if p.code == "7" && !plus7(rest) {
		return Number{}, false
	}
	return build(p.code, rest, p), true
}

// plus7 knows the first digits in use under +7: 3, 4, 8, 9 in Russia, 6 and 7
// in Kazakhstan.
func plus7(nsn string) bool { return strings.ContainsRune("346789", rune(nsn[0])) }

// international reads country code + number.
func international(digits string, p plan) (Number, bool) {
	if len(digits) < minE164 || len(digits) > maxE164 {
		return Number{}, false
	}
	code := countryCode(digits)
	if code == "" {
		return Number{}, false
	}
	nsn := digits[len(code):]
	if (code == "7" && (len(nsn) != 10 || !plus7(nsn))) || (code == "1" && len(nsn) != 10) {
		return Number{}, false
	}
	return build(code, nsn, p), true
}

func build(code, nsn string, home plan) Number {
	digits := code + nsn
	n := Number{E164: "+" + digits, Kind: International}
	if len(digits) >= 10 {
		n.Digits10 = digits[len(digits)-10:]
	}
	switch {
	case code == "7":
		n.Kind = kind7(nsn)
	case code == home.code && len(nsn) == home.length:
		n.Kind = Fixed
		if hasPrefix(nsn, home.mobile) {
			n.Kind = Mobile
		}
	}
	n.Display = display(code, nsn)
	return n
}

// kazakhMobile are the codes of Kazakhstan's mobile networks under +7.
var kazakhMobile = []string{"70", "747", "750", "751", "76", "771", "775", "776", "777", "778"}

func kind7(nsn string) Kind {
	switch {
	case nsn[0] == '9' || hasPrefix(nsn, kazakhMobile):
		return Mobile
	case strings.HasPrefix(nsn, "800") || strings.HasPrefix(nsn, "804"):
		return TollFree
	}
	return Fixed
}

func hasPrefix(s string, list []string) bool {
	for _, p := range list {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// display groups the digits the way each country of the table does; others
// get the country code apart.
func display(code, nsn string) string {
	if code == "7" && strings.HasPrefix(nsn, "800") {
		return "8 (800) " + local(nsn[3:])
	}
	for _, p := range plans {
		if p.code == code && p.length == len(nsn) {
			return "+" + code + " (" + nsn[:p.area] + ") " + local(nsn[p.area:])
		}
	}
	return "+" + code + " " + nsn
}

// local groups from the right by two, the rest in front: 123-45-67.
func local(digits string) string {
	if len(digits) < 5 {
		return digits
	}
	n := len(digits)
	return digits[:n-4] + "-" + digits[n-4:n-2] + "-" + digits[n-2:]
}
