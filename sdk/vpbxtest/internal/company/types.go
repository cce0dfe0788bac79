package company

// Outcome is what a rung party does.
type Outcome string

// Employee of the company.
type Employee struct {
	Extension  string `json:"extension"` // short number, kept as text: "0511" is one
	Name       string `json:"name"`
	Number     string `json:"number"`  // the device that rings, as events name it: "sip:ivanov@example.mangosip.ru"
	UserID     int64  `json:"user_id"` // general.user_id; 0 = given out from 300049001 on
	Email      string `json:"email"`
	Department string `json:"department"`
	Position   string `json:"position"`
	Mobile     string `json:"mobile"`
	Line       string `json:"line"`    // outgoing line; "" = the first line of the company
	RoleID     int64  `json:"role_id"` // 10450 = administrator, who cannot be deleted (5210); 0 = 10451, employee
	Robot      bool   `json:"robot"`   // a chat-bot: the API neither changes nor deletes it (5302)
	// Does overrides Behaviour.EmployeeDoes for this employee; "" = no.
	Does Outcome `json:"does"`
}

// Line is an incoming (and outgoing) number of the company.
type Line struct {
	ID      int64  `json:"id"`
	Number  string `json:"number"` // DID digits or "sip:line@vpbx…"
	Name    string `json:"name"`   // commands name a SIP line by this
	Comment string `json:"comment"`
	// Region is "sip-uac", "sip" (cannot be called out on), "toll-free" or the
	// number of a region; "" = told from Number.
	Region string `json:"region"`
}

// Group of employees.
type Group struct {
	ID        int64    `json:"id"`
	Name      string   `json:"name"`
	Extension string   `json:"extension"` // short number; events carry it as acd_group
	Members   []string `json:"members"`   // extensions
}

// Default is who works in a company that nobody described: three employees,
// the first an administrator, two groups, four lines. The people and their
// numbers are those of testdata/traces.
func Default() (employees []Employee, lines []Line, groups []Group) {
	employees = []Employee{
		{Extension: "101", Name: "Иванов Иван", Number: "sip:ivanov@example.mangosip.ru", Email: "ivanov@example.com", Department: "Отдел продаж", Position: "Менеджер", UserID: 300049012, RoleID: roleAdmin},
		{Extension: "102", Name: "Петров Пётр", Number: "sip:petrov@example.mangosip.ru", Email: "petrov@example.com", Department: "Отдел продаж", Position: "Менеджер", UserID: 300049013},
		{Extension: "103", Name: "Сидорова Анна", Number: "sip:sidorova@example.mangosip.ru", Email: "sidorova@example.com", Department: "Бухгалтерия", Position: "Бухгалтер", UserID: 300049014},
	}
	lines = []Line{
		{ID: 300029114, Number: "74951234567", Name: "Основная"},
		{ID: 300029115, Number: "78001234567", Name: "Бесплатная", Comment: "горячая линия"},
		{ID: 300029116, Number: "sip:office@vpbx10086277.mangosip.ru", Name: "Офис"},
		{ID: 300029117, Number: "sip:door@vpbx10086277.mangosip.ru", Region: regionPassive},
	}
	groups = []Group{
		{ID: 10051250, Name: "Отдел продаж", Extension: "300", Members: []string{"101", "102", "103"}},
		{ID: 10051251, Name: "Бухгалтерия", Extension: "301", Members: []string{"103"}},
	}
	return employees, lines, groups
}
