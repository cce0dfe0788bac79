package text

// Status gives the name of the status of a finished call (BSL contract,
// CallSummary: status). An unknown code is its own name.
func Status(code string) Message {
	if m, ok := statuses[code]; ok {
		return m
	}
	return Message{RU: code, EN: code}
}

var statuses = map[string]Message{
	"missed":       {RU: "Пропущенный", EN: "Missed"},
	"accepted_ok":  {RU: "Принят успешно", EN: "Accepted successfully"},
	"accepted_bad": {RU: "Принят не успешно", EN: "Accepted unsuccessfully"},
	"reached_ok":   {RU: "Дозвонился успешно", EN: "Reached successfully"},
	"reached_bad":  {RU: "Дозвонился не успешно", EN: "Reached unsuccessfully"},
	"transferred":  {RU: "Переведен", EN: "Transferred"},
}
