package support

import (
	"fmt"
	"strings"
	"time"
)

// What the files of an archive are, for its README: it is read by people of the
// product's users, in Russian.
const (
	AboutLog         = "журнал компоненты, строки JSON; .1, .2 и дальше старше"
	AboutHubLog      = "журнал хаба, строки JSON; .1, .2 и дальше старше"
	AboutEarly       = "последние строки журнала, который ещё не пишется в файл"
	AboutCrash       = "последние слова исполняющей среды Go, если она завершила процесс"
	AboutDiagnostics = "ответ метода Диагностика: что с соединением, счётчики, последние ошибки"
	AboutStatus      = "ответ метода ПолучитьСостояние"
	AboutConnection  = "параметры последнего Подключить, без секретов"
	AboutSettings    = "настройки компании"
	AboutEnvironment = "версии, операционная система, память, платформа"
	AboutRegistry    = "registry.xml из папки, откуда загружена компонента"
	AboutLibraries   = "файлы папки, откуда загружена компонента"
	AboutHubStatus   = "состояние хаба, как на его странице; здесь же глубина хранилищ"
	AboutHubConfig   = "действующие настройки хаба, без секретов"
	AboutHubStore    = "файлы папки данных и их размеры"
	AboutMissing     = "чего собрать не удалось и почему"
)

// Pieces of the texts of an archive.
const (
	noRoom  = "не поместился: взято самое новое"
	leftOut = "[...]"
)

// readme is README.txt.
func (a *Archive) readme(parts []opened) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Журналы для поддержки: %s\n\nКомпьютер: %s\nСобрано: %s\n\nФайлы\n", a.Program, a.Computer, a.Now.Format(time.RFC3339))
	m := NewMasker(a.Known)
	for _, p := range parts {
		switch {
		case p.why != "":
			fmt.Fprintf(&b, "  НЕТ %s: %s\n", p.Name, m.Line([]byte(p.why)))
		case p.skip > 0:
			fmt.Fprintf(&b, "  %s: %s. Взяты последние %d байт, %d в начале не поместились\n", p.Name, p.About, p.size-p.skip, p.skip)
		default:
			fmt.Fprintf(&b, "  %s: %s\n", p.Name, p.About)
		}
	}
	b.WriteString(masked)
	return strings.ReplaceAll(b.String(), "\n", "\r\n")
}

const masked = `
Что скрыто
  Ключ подписи, токены, пароли, заголовки Authorization и Cookie, подписи: ***.
  Телефонные номера (семь цифр и больше): +7916*****67~abcde. Буквы в конце у одного
  номера одни и те же во всех файлах этого архива, так что за абонентом можно следить;
  в другом архиве они другие, и номер по ним не восстановить. Короткие внутренние
  номера остаются.
  Логины в адресах SIP и почты: i***~abcde@адрес. Имена людей под ключами name,
  user_name и подобными и имя пользователя соединения: name~abcde. Домашняя папка: ~.
  Тексты SMS, темы, описания, расшифровки разговоров: ***.

Что не скрыто
  entry_id, call_id и прочие идентификаторы, код АТС (без ключа подписи он ничего не
  открывает), адреса в сети, пути к файлам, внутренние номера.
  Имя человека в свободном тексте, которого программа не знала, узнать нельзя. Прежде
  чем отправить архив, посмотрите его: это обычные текстовые файлы.
`
