package text

// Lookup gives the texts of a code. An unknown code gets the texts of
// Internal, so that a reader always has a sentence.
func Lookup(code Code) Message {
	if m, ok := messages[code]; ok {
		return m
	}
	return messages[Internal]
}

var messages = map[Code]Message{
	Internal: {
		RU: "Внутренняя ошибка библиотеки", EN: "Internal error of the library",
		RemedyRU: "Передайте журнал разработчикам", RemedyEN: "Send the log to the developers",
	},
}
