package text

// Of reports of calls: titles, headings and words of the guide's report.
var (
	ReportOthers  = Pair{"прочие", "others"}
	ReportNobody  = Pair{"не указано", "not given"}
	ReportPeriod  = Pair{"Период", "Period"}
	ReportMade    = Pair{"Сформирован", "Made"}
	ReportZone    = Pair{"Часовой пояс", "Time zone"}
	ReportSince   = Pair{"с начала", "from the beginning"}
	ReportCalls   = Pair{"Звонки", "Calls"}
	ReportListen  = Pair{"Прослушать запись", "Play the recording"}
	ReportNoCalls = Pair{"За период нет звонков", "There are no calls in the period"}
	ReportFilter  = Pair{"Отбор", "Filter"}

	// WantReportFile names the forms of a report's file.
	WantReportFile = Pair{"нужно имя файла .json, .csv, .html или .xlsx", "the name of a .json, .csv, .html or .xlsx file is wanted"}
	// WantVariant names the variants.
	WantVariant = Pair{
		"нужно brief (краткий), main (основной), detailed (подробный) или calls (телефонные звонки)",
		"brief, main, detailed or calls is wanted",
	}
)

// ReportTitle is the title of a variant of the report: brief, main, detailed,
// calls.
func ReportTitle(variant string) Pair { return reportTitles[variant] }

var reportTitles = map[string]Pair{
	"brief":    {"Отчет по телефонным звонкам ВАТС (краткий)", "Report on the calls of the PBX (brief)"},
	"main":     {"Отчет по телефонным звонкам ВАТС (основной)", "Report on the calls of the PBX (main)"},
	"detailed": {"Отчет по телефонным звонкам ВАТС (подробный, ДКТ)", "Report on the calls of the PBX (detailed, call tracking)"},
	"calls":    {"Телефонные звонки", "Calls by telephone"},
}

// ReportVariants are the other names of the variants.
var ReportVariants = map[string]string{
	"краткий": "brief", "основной": "main", "подробный": "detailed", "подробный (дкт)": "detailed", "телефонные звонки": "calls",
}

// ReportColumn is the heading of a column of a report or of its totals. An
// unknown key is its own heading.
func ReportColumn(key string) Pair {
	if p, ok := reportColumns[key]; ok {
		return p
	}
	return Pair{key, key}
}

var reportColumns = map[string]Pair{
	"number":       {"№ звонка, дата звонка", "Number and date of the call"},
	"recordings":   {"Запись звонка", "Recording"},
	"direction":    {"Направление звонка", "Direction"},
	"status":       {"Статус звонка", "Status"},
	"author":       {"Автор звонка", "Author"},
	"participant":  {"Участник звонка", "Participant"},
	"subscriber":   {"Абонент", "Subscriber"},
	"initiator":    {"Инициатор", "Initiator"},
	"line_number":  {"Номер линии", "Line"},
	"started":      {"Начало звонка", "Call started"},
	"talk_started": {"Начало разговора", "Conversation started"},
	"ended":        {"Окончание звонка", "Call ended"},
	"total_sec":    {"Время звонка", "Time of the call"},
	"talk_sec":     {"Время разговора", "Time of the conversation"},
	"calltracking": {"Данные ДКТ", "Call tracking"},

	"date":        {"Дата звонка", "Date"},
	"phone":       {"Номер", "Number"},
	"description": {"Описание", "Description"},
	"subject":     {"Тема", "Subject"},

	"name":         {"", ""},
	"count":        {"Звонков", "Calls"},
	"in":           {"Входящих", "Incoming"},
	"out":          {"Исходящих", "Outgoing"},
	"internal":     {"Внутренних", "Internal"},
	"missed":       {"Пропущено", "Missed"},
	"successful":   {"Успешных", "Successful"},
	"unsuccessful": {"Не успешных", "Unsuccessful"},
}

// ReportSection is the title of a table of totals.
func ReportSection(key string) Pair { return reportSections[key] }

var reportSections = map[string]Pair{
	"all":       {"Итого", "Total"},
	"statuses":  {"По статусам", "By status"},
	"employees": {"По сотрудникам", "By employee"},
	"lines":     {"По линиям", "By line"},
	"hours":     {"По часам", "By hour"},
	"days":      {"По дням", "By day"},
	"months":    {"По месяцам", "By month"},
	"sources":   {"По источникам", "By source"},
	"campaigns": {"По кампаниям", "By campaign"},
}

// CallDirection is a direction as the guide names it: in, out, internal.
func CallDirection(code string) Pair {
	switch code {
	case "in":
		return Pair{"входящий", "incoming"}
	case "out":
		return Pair{"исходящий", "outgoing"}
	case "internal":
		return Pair{"внутренний", "internal"}
	}
	return Pair{code, code}
}

// ReportCondition is a key of Отбор for people.
func ReportCondition(key string) Pair {
	switch key {
	case "employee":
		return Pair{"Сотрудник", "Employee"}
	case "group":
		return Pair{"Группа", "Group"}
	case "number":
		return reportColumns["phone"]
	case "line":
		return reportColumns["line_number"]
	case "direction", "status":
		return reportColumns[key]
	case "dct_type":
		key = "call_type"
	}
	m := Track(key)
	return Pair{m.RU, m.EN}
}
