package company

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// phone is one of the numbers in an employee's card.
type phone struct {
	number   string // with "sip:" where it is one
	protocol string // tel, sip, fmc
	wait     int64  // s; 0 = the platform's limit
	off      bool
	schedule *schedule
}

// phoneForm is how a number is sent.
type phoneForm struct {
	Number   api.Text        `json:"number"`
	Protocol string          `json:"protocol"`
	Wait     api.Int         `json:"wait_sec"`
	Status   string          `json:"status"`
	Schedule json.RawMessage `json:"schedule"`
}

// read gives the number, or the code of what is wrong with it.
func (f phoneForm) read() (phone, int) {
	p := phone{protocol: f.Protocol, wait: int64(f.Wait), off: f.Status == "off"}
	switch {
	case f.Number == "" || f.Protocol == "":
		return p, api.Missing
	case !slices.Contains([]string{"", "on", "off"}, f.Status):
		return p, api.WrongFormat
	case f.Wait < 0:
		return p, api.TooSmall
	}
	switch f.Protocol {
	case "sip":
		p.number = "sip:" + strings.TrimPrefix(string(f.Number), "sip:")
		user, domain, _ := strings.Cut(strings.TrimPrefix(p.number, "sip:"), "@")
		if user == "" || domain == "" || strings.ContainsAny(p.number, " \t\r\n") {
			return p, api.WrongNumber
		}
	case "tel", "fmc":
		p.number = strings.TrimPrefix(string(f.Number), "+")
		if !digits(p.number) {
			return p, api.WrongNumber
		}
	default:
		return p, api.WrongFormat
	}
	var code int
	p.schedule, code = readSchedule(f.Schedule)
	return p, code
}

// normalized is the E.164 form of a number of this country; the company is in
// Moscow (the document prints 1212121 and 74951212121).
func normalized(number string) string {
	switch {
	case len(number) == 7:
		return "7495" + number
	case len(number) == 10:
		return "7" + number
	case len(number) == 11 && number[0] == '8':
		return "7" + number[1:]
	}
	return number
}

// schedule is when a number may be rung. from and until of the whole are UTC,
// those of an item Moscow time (document §3.7.12).
type schedule struct {
	From  string         `json:"from,omitempty"`
	Until string         `json:"until,omitempty"`
	Items []scheduleItem `json:"items"`
}

type scheduleItem struct {
	Type  string `json:"type"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
	Date  string `json:"date,omitempty"`
	// Old is the name of Date before 28.03.2022, still printed for creating.
	Old string `json:"specific_date,omitempty"`
}

// days are the types of an item. The document prints some in lower case in one
// place and not in another: either is taken.
var days = []string{
	"AllDays", "WorkingDays", "Holidays", "SpecificDate",
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
}

// readSchedule reads an object; a list is refused, even an empty one.
func readSchedule(raw json.RawMessage) (*schedule, int) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, 0
	}
	var s schedule
	if !bytes.HasPrefix(raw, []byte("{")) || json.Unmarshal(raw, &s) != nil {
		return nil, api.WrongFormat
	}
	if !isTime(s.From, time.DateTime) || !isTime(s.Until, time.DateTime) {
		return nil, api.WrongFormat
	}
	for i := range s.Items {
		if code := s.Items[i].check(); code != 0 {
			return nil, code
		}
	}
	return &s, 0
}

func (item *scheduleItem) check() int {
	known := slices.IndexFunc(days, func(day string) bool { return strings.EqualFold(day, item.Type) })
	if known < 0 {
		return api.WrongFormat
	}
	item.Type = days[known]
	fill(&item.Date, item.Old)
	item.Old = ""
	switch {
	case !isTime(item.From, "15:04") || !isTime(item.Until, "15:04"):
		return api.WrongFormat
	case !isTime(item.Date, time.DateOnly) && !isTime(item.Date, time.DateTime):
		return api.WrongFormat
	case item.Type == "SpecificDate" && item.Date == "":
		return api.Missing
	}
	return 0
}

// isTime reports whether s is absent or a moment in layout.
func isTime(s, layout string) bool {
	_, err := time.Parse(layout, s)
	return s == "" || err == nil
}

// print shows a schedule; none is an empty list, as in the example (§3.7.1).
func (s *schedule) print() any {
	if s == nil {
		return []any{}
	}
	if s.Items == nil {
		return schedule{s.From, s.Until, []scheduleItem{}}
	}
	return *s
}

// readPhones reads the numbers of a card.
func readPhones(forms []phoneForm) ([]phone, int) {
	list := make([]phone, 0, len(forms))
	for _, f := range forms {
		p, code := f.read()
		if code == 0 && slices.ContainsFunc(list, func(other phone) bool { return other.number == p.number }) {
			code = api.Used
		}
		if code != 0 {
			return nil, code
		}
		list = append(list, p)
	}
	return list, 0
}

// active is the number that rings: the first that is switched on.
func active(list []phone) (phone, bool) {
	i := slices.IndexFunc(list, func(p phone) bool { return !p.off })
	if i < 0 {
		return phone{}, false
	}
	return list[i], true
}
