package console

import "strings"

// commandDoc describes one word of the console.
type commandDoc struct {
	ru, en string
	args   string
	doc    string
}

// commands are the words that are not methods of the component.
var commands = []commandDoc{
	{"справка", "help", "", "этот список"},
	{"методы", "methods", "", "методы объекта с параметрами и значениями по умолчанию"},
	{"свойства", "properties", "", "свойства объекта и их значения"},
	{"события", "events", "", "события, которые может прислать компонента"},
	{"описание", "describe", "Имя", "один метод или одно событие подробно"},
	{"ждать", "wait", "Событие [10s]", "ждёт событие с таким именем"},
	{"пауза", "sleep", "1s", "просто ждёт"},
	{"проверить", "expect", "Значение", "последний результат равен этому"},
	{"содержит", "contains", "Строка", "последний результат (или текст исключения) содержит строку"},
	{"поле", "field", "путь Значение", "поле последнего события или JSON-результата равно этому: поле caller.number \"7916…\""},
	{"отказать", "refuse", "5", "столько событий подряд платформа не примет"},
	{"занять", "hold", "да | нет", "платформа занята: событий не забирает"},
	{"создать", "create", "[Класс]", "ещё один объект; он становится текущим"},
	{"объект", "object", "1", "сделать объект текущим"},
	{"завершить", "destroy", "", "Done и DestroyObject текущему объекту"},
	{"статистика", "stats", "", "память, очередь событий, нарушения"},
	{"выход", "quit", "", "закончить"},
}

// command recognises a word of the console at the beginning of a line. A word
// with brackets or "=" behind it is a method or a variable.
func command(line string) (word, rest string, ok bool) {
	first, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "=") {
		return "", "", false
	}
	for _, c := range commands {
		if strings.EqualFold(first, c.ru) || strings.EqualFold(first, c.en) {
			return c.ru, rest, true
		}
	}
	return "", "", false
}
