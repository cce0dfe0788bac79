// Package doctor looks at a desk from outside 1C and says in words what would
// keep the component from working: the computer, the platform that is installed,
// the folder of external components, the way to the hub or the PBX. It changes
// nothing but for a file that it writes and removes at once.
package doctor

import (
	"fmt"
	"io"
)

// Severity tells what a finding means for the work.
type Severity string

// The severities; those of Диагностика, and OK for what was found to be well.
const (
	OK      Severity = "ok"
	Hint    Severity = "hint"
	Warning Severity = "warning"
	Error   Severity = "error"
)

var marks = map[Severity]string{OK: "✓", Hint: "·", Warning: "!", Error: "✗"}

// Finding is one thing that was looked at.
type Finding struct {
	Group    string   `json:"group"`
	Code     string   `json:"code"` // stable, for programs
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`
	Remedy   string   `json:"remedy"` // "" when there is nothing to do
}

// Report collects findings, in the order in which they were made.
type Report struct {
	Findings []Finding
	group    string
}

// begin names the group of what follows.
func (r *Report) begin(group string) { r.group = group }

func (r *Report) add(s Severity, code, text, remedy string) {
	r.Findings = append(r.Findings, Finding{r.group, code, s, text, remedy})
}

func (r *Report) ok(code, format string, args ...any) {
	r.add(OK, code, fmt.Sprintf(format, args...), "")
}

// Count tells how many findings are of a severity.
func (r *Report) Count(s Severity) (n int) {
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Wrong are the errors and warnings alone.
func (r *Report) Wrong() (list []Finding) {
	for _, f := range r.Findings {
		if f.Severity == Error || f.Severity == Warning {
			list = append(list, f)
		}
	}
	return list
}

// has tells whether a code was found to be wrong.
func (r *Report) has(code string) bool {
	for _, f := range r.Findings {
		if f.Code == code && f.Severity != OK {
			return true
		}
	}
	return false
}

// Print writes the report for people.
func (r *Report) Print(w io.Writer) {
	group := ""
	for _, f := range r.Findings {
		if f.Group != group {
			if group != "" {
				fmt.Fprintln(w)
			}
			group = f.Group
			fmt.Fprintln(w, group)
		}
		fmt.Fprintf(w, "  %s %s\n", marks[f.Severity], f.Text)
		if f.Remedy != "" {
			fmt.Fprintf(w, "    → %s\n", f.Remedy)
		}
	}
	fmt.Fprintf(w, "\nОшибок: %d, предупреждений: %d\n", r.Count(Error), r.Count(Warning))
}

// Blind adds what cannot be seen from outside 1C.
func (r *Report) Blind() {
	r.begin("Чего отсюда не видно — проверьте, если 1С пишет, что компонента не подключается")
	for _, row := range [][3]string{
		{"safe_mode", "Безопасный режим", "Расширение, подключающее компоненту: снимите флажки «Безопасный режим» и «Защита от опасных действий» в списке расширений"},
		{"security_profile", "Профиль безопасности кластера", "У информационной базы с профилем безопасности: разрешите в нём внешние компоненты или добавьте эту"},
		{"dangerous_actions", "Защита от опасных действий у пользователя 1С", "Снимите её в карточке пользователя или ответьте «Да» на вопрос при подключении"},
		{"synchronous_calls", "Синхронные вызовы запрещены в конфигурации", "Подключайте НачатьПодключениеВнешнейКомпоненты: модули bsl/ так и делают"},
	} {
		r.add(Hint, row[0], row[1], row[2])
	}
}
