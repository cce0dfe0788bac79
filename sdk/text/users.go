package text

// In is the text in the reader's language.
func (p Pair) In(l Lang) string { return l.pick(p.RU, p.EN) }

// Of the list of users that ВыгрузитьПользователей writes.
var (
	UsersTitle    = Pair{"Пользователи интеграции с ВАТС MANGO OFFICE", "Users of the integration with the MANGO OFFICE PBX"}
	WantUsersFile = Pair{"нужно имя файла .csv или .html", "the name of a .csv or .html file is wanted"}
)

// UserColumns are its headings: user_id, name, extension, state, connected,
// last_seen, in_pbx.
func UserColumns(l Lang) []string {
	columns := []Pair{
		{"Код", "ID"}, {"Пользователь", "User"}, {"Внутренний номер", "Extension"}, {"Состояние", "State"},
		{"Подключён", "Connected"}, {"Последнее подключение", "Last seen"}, {"Есть в ВАТС", "In the PBX"},
	}
	texts := make([]string, len(columns))
	for i, c := range columns {
		texts[i] = c.In(l)
	}
	return texts
}

// YesNo is a truth for people.
func YesNo(yes bool, l Lang) string {
	if yes {
		return l.pick("да", "yes")
	}
	return l.pick("нет", "no")
}

// Presence is what an employee is doing (BSL contract, GetPresence). An unknown
// code is its own name.
func Presence(code string) Pair {
	if p, ok := presences[code]; ok {
		return p
	}
	return Pair{code, code}
}

var presences = map[string]Pair{
	"free": {"свободен", "free"}, "ringing": {"звонит телефон", "ringing"}, "talking": {"разговаривает", "talking"},
	"hold": {"удерживает звонок", "on hold"}, "offline": {"не в сети", "offline"}, "unknown": {"неизвестно", "unknown"},
}
