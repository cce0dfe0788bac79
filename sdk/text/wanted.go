package text

import (
	"fmt"
	"strings"
)

// Pair is a piece of text in both languages, for whoever does not know the
// reader's yet.
type Pair struct{ RU, EN string }

// What a value should have been. "Correct the field" helps nobody who does not
// know how.
var (
	WantString  = Pair{"нужна строка", "a string is wanted"}
	WantBoolean = Pair{"нужно true или false", "true or false is wanted"}
	WantStrings = Pair{"нужен массив строк", "an array of strings is wanted"}
	WantObject  = Pair{"нужен объект {…}", "an object {…} is wanted"}
	WantNetwork = Pair{"нужен IP-адрес или подсеть, например 10.0.0.0/8", "an IP address or a network such as 10.0.0.0/8 is wanted"}
	WantRegion  = Pair{"нужны две латинские буквы, например RU", "two Latin letters are wanted, such as RU"}
)

var wantZone = Pair{
	"нужно имя пояса, например Europe/Moscow, или смещение +03:00",
	"a zone such as Europe/Moscow, or an offset like +03:00, is wanted",
}

// forms are by the key that an error names: keys of Connect's JSON, then the
// settings of the company.
var forms = map[string]Pair{
	"vpbx_api_key":   {"нужен код ВАТС из личного кабинета, без пробелов и кавычек", "the PBX code of the account page is wanted, without spaces and quotes"},
	"api_url":        {"нужен адрес вида https://app.mango-office.ru/vpbx/", "an address like https://app.mango-office.ru/vpbx/ is wanted"},
	"proxy":          {"нужно имя:порт прокси-сервера", "host:port of the proxy is wanted"},
	"time_zone":      wantZone,
	"listen.address": {"нужно адрес:порт, например :8080 или 192.168.0.5:8080", "host:port is wanted, such as :8080 or 192.168.0.5:8080"},
	"listen.path":    {"нужен путь вида /mango, без пробелов и параметров", "a path like /mango is wanted, without spaces and parameters"},

	"share.candidates": {"нужно до 16 адресов вида сервер:8089; 127.0.0.1 — только один, если все сеансы на этом компьютере",
		"at most 16 addresses like server:8089 are wanted; 127.0.0.1 only alone, when all sessions are on this computer"},
	"share.listen": {"нужно адрес:порт, например :8089", "host:port is wanted, such as :8089"},

	"route_deadline_ms":   Range(1, 3000),
	"ivr_fallback":        OneOf("none", "next_free"),
	"client_type":         OneOf("partner", "counterparty", "counterparty_partner", "contact_partner", "person"),
	"min_in_sec":          Range(0, 9999),
	"min_out_sec":         Range(0, 9999),
	"threshold_compare":   OneOf("gt", "ge"),
	"users_limit":         {"нужно целое число, 0 — без ограничения", "a whole number is wanted, 0 for none"},
	"duplicate_extension": OneOf("allow", "displace"),
	"pbx_time_zone":       wantZone,
	"keep_calls_days":     Range(0, 36500),
}

// Wanted says what the value of a key, or of an element of its list, should be;
// empty when the key says it all.
func Wanted(field string) Pair {
	key, _, _ := strings.Cut(field, "[")
	return forms[key]
}

// OneOf says that one of the words was wanted.
func OneOf(words ...string) Pair {
	list := strings.Join(words, ", ")
	return Pair{"допустимо " + list, list + " are allowed"}
}

// Range says that a number from low to high was wanted.
func Range(low, high int64) Pair {
	return Pair{fmt.Sprintf("допустимо от %d до %d", low, high), fmt.Sprintf("%d to %d is allowed", low, high)}
}

// GotType says which type came and which ones were wanted, by their names.
func GotType(got Pair, want ...Pair) Pair {
	var ru, en []string
	for _, w := range want {
		ru, en = append(ru, w.RU), append(en, w.EN)
	}
	return Pair{
		"получено " + got.RU + ", нужно " + strings.Join(ru, " или "),
		"got " + got.EN + ", want " + strings.Join(en, " or "),
	}
}

// TooMany says that got arguments came where most is the limit.
func TooMany(got, most int) Pair {
	return Pair{fmt.Sprintf("получено %d, нужно не больше %d", got, most), fmt.Sprintf("got %d, want at most %d", got, most)}
}

// TooFew says that got arguments came where least are required.
func TooFew(got, least int) Pair {
	return Pair{fmt.Sprintf("получено %d, нужно не меньше %d", got, least), fmt.Sprintf("got %d, want at least %d", got, least)}
}
