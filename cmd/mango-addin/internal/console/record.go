package console

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"mangoofficesdk/test/napihost"
)

// outcome is what a statement came to.
type outcome struct {
	value   napihost.Value // result of a call or value of a property
	refused string         // code of the error that the call left in Ошибка
	raised  string         // text of the exception; "" = none
	awaited napihost.Event
}

// recorder writes a session down as a script that does it again and expects
// the same: results that do not depend on the day, and the events in between.
// A nil one records nothing.
type recorder struct {
	path string

	mu    sync.Mutex
	fresh []napihost.Event // came since the last statement
	lines []recorded
}

// recorded is a piece of the script; event tells the one it waits for.
type recorded struct {
	text  []string
	event napihost.Event
}

// looking are the words that look at the last result, or at nothing: they
// follow the statement before them, whatever came meanwhile.
var looking = []string{"проверить", "содержит", "поле", "ждать"}

// idle are the words that leave no trace.
var idle = []string{"справка", "методы", "события", "свойства", "описание", "статистика", "выход"}

// event notes an event; it runs on the reading goroutine.
func (r *recorder) event(e napihost.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fresh = append(r.fresh, e)
}

// begin writes down what came before a statement.
func (r *recorder) begin(s statement) {
	if r == nil || slices.Contains(looking, s.word) || slices.Contains(idle, s.word) {
		return
	}
	r.flush()
}

func (r *recorder) flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.fresh {
		r.lines = append(r.lines, recorded{append([]string{"ждать " + e.Message + " 30s"}, fields([]byte(e.Data))...), e})
	}
	r.fresh = nil
}

// done writes down a statement that was carried out.
func (r *recorder) done(typed string, s statement, o outcome) {
	if r == nil || slices.Contains(idle, s.word) {
		return
	}
	if s.word == "ждать" {
		r.forget(o.awaited)
	}
	text := []string{placeholder(strings.TrimSpace(typed))}
	switch {
	case s.word != "":
	case o.raised != "":
		if !s.raises {
			text[0] = "! " + text[0]
		}
		text = append(text, "содержит "+quoted(firstLine(o.raised)))
	default:
		text = append(text, checks(s, o)...)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, recorded{text: text})
}

// forget takes an event back that the person waits for in so many words.
func (r *recorder) forget(e napihost.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fresh = slices.DeleteFunc(r.fresh, func(f napihost.Event) bool { return f == e })
	r.lines = slices.DeleteFunc(r.lines, func(l recorded) bool { return l.event == e && e.Message != "" })
}

// save writes the script.
func (r *recorder) save() error {
	if r == nil {
		return nil
	}
	r.flush()
	var b strings.Builder
	b.WriteString("// Записано mango-addin host -record. Секретов здесь нет: ${MANGO_SALT} и ${MANGO_TOKEN}\n" +
		"// берутся из окружения или из -set. Повторить: mango-addin host ЭТОТ_ФАЙЛ\n")
	for _, l := range r.lines {
		b.WriteString(strings.Join(l.text, "\n") + "\n")
	}
	return os.WriteFile(r.path, []byte(b.String()), 0o600)
}

// unsteady are properties that are another tomorrow.
var unsteady = []string{"версия", "version", "размерочереди", "queuelength", "путькжурналу", "logpath"}

// checks are the lines that expect o again.
func checks(s statement, o outcome) []string {
	var out []string
	raw := bytes.TrimSpace(o.value.Raw)
	switch {
	case len(raw) == 0 || slices.Contains(unsteady, fold(s.expr.name)):
	case raw[0] == '"':
		text := o.value.Text()
		if text == "" || !s.expr.call && !strings.ContainsAny(text, "{[\n") {
			out = append(out, "проверить "+quoted(text)) // a method's text is an id, or has a time in it
		} else {
			out = fields([]byte(text))
		}
	case raw[0] != '{':
		out = append(out, "проверить "+o.value.BSL())
	}
	if o.refused != "" {
		out = append(out, "КодОшибки", "проверить "+quoted(o.refused))
	}
	return out
}

// steady are the members that are the same when all is done again.
var steady = []string{
	"state", "status", "code", "kind", "direction", "result", "command", "reason", "is_first", "dtmf", "what", "on", "ok",
	"extension", "number", "e164",
}

// fields are the lines that expect the steady members of an object.
func fields(data []byte) []string {
	members, err := napihost.Fields(data)
	if err != nil {
		return nil
	}
	var out []string
	for _, m := range members {
		switch {
		case m.Name == "caller" || m.Name == "callee":
			for _, line := range fields(m.Value) {
				out = append(out, strings.Replace(line, "поле ", "поле "+m.Name+".", 1))
			}
		case slices.Contains(steady, m.Name) && !bytes.HasPrefix(m.Value, []byte("{")) && !bytes.HasPrefix(m.Value, []byte("[")):
			var text string
			if json.Unmarshal(m.Value, &text) == nil {
				if text != "" && text != "null" {
					out = append(out, "поле "+m.Name+" "+quoted(text))
				}
				continue
			}
			out = append(out, "поле "+m.Name+" "+napihost.Value{Raw: m.Value}.BSL())
		}
	}
	return out
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// secretValue is a secret in the JSON of Подключить, quotes doubled or not.
var secretValue = regexp.MustCompile(`("{1,2})(vpbx_api_salt|token)("{1,2}\s*:\s*"{1,2})([^"]+)`)

// placeholder puts names in place of secrets.
func placeholder(line string) string {
	return secretValue.ReplaceAllStringFunc(line, func(m string) string {
		p := secretValue.FindStringSubmatch(m)
		name := map[string]string{"vpbx_api_salt": "MANGO_SALT", "token": "MANGO_TOKEN"}[p[2]]
		if strings.HasPrefix(p[4], "${") {
			return m
		}
		return p[1] + p[2] + p[3] + "${" + name + "}"
	})
}
