package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

// problem is what an answer of the admin API says went wrong.
type problem struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
	Detail string `json:"detail,omitempty"` // the error itself, in English
}

// wording of a problem, by language.
type wording struct{ text, remedy string }

// problems by code: HTTP status, English, Russian.
var problems = map[string]struct {
	status int
	en, ru wording
}{
	"bad_request": {
		http.StatusBadRequest,
		wording{"The request was not understood.", "Send one JSON object with the members that docs/emulator.md lists."},
		wording{"Запрос не понят.", "Пришлите один объект JSON с полями из docs/emulator.md."},
	},
	"wrong_value": {
		http.StatusBadRequest,
		wording{"A value cannot be used.", "The detail names the member and what is allowed."},
		wording{"Значение не подходит.", "В detail названо поле и то, что допустимо."},
	},
	"not_json": {
		http.StatusUnsupportedMediaType,
		wording{"The body is not declared as JSON.", "Send Content-Type: application/json."},
		wording{"Тело не объявлено как JSON.", "Пришлите Content-Type: application/json."},
	},
	"foreign": {
		http.StatusForbidden,
		wording{"This is for the machine it runs on.", "Ask from this machine, by 127.0.0.1 or localhost, and from no other page."},
		wording{"Это только для машины, на которой эмулятор запущен.", "Обратитесь с неё самой по 127.0.0.1 или localhost и не с чужой страницы."},
	},
	"not_found": {
		http.StatusNotFound,
		wording{"There is no such method.", "docs/emulator.md lists the methods."},
		wording{"Такого метода нет.", "Методы перечислены в docs/emulator.md."},
	},
	"no_such_call": {
		http.StatusNotFound,
		wording{"There is no such call, or it is over.", "GET /admin/v1/state lists the calls under way."},
		wording{"Такого звонка нет или он завершён.", "Текущие звонки перечисляет GET /admin/v1/state."},
	},
	"no_such_scenario": {
		http.StatusNotFound,
		wording{"No scenario has this name.", "GET /admin/v1/state lists the scenarios."},
		wording{"Сценария с таким именем нет.", "Сценарии перечисляет GET /admin/v1/state."},
	},
	"not_possible": {
		http.StatusConflict,
		wording{"The call cannot do that now.", "Look at the states of its legs in GET /admin/v1/state."},
		wording{"Сейчас звонок этого не может.", "Состояния плеч показывает GET /admin/v1/state."},
	},
	"no_answer": {
		http.StatusBadGateway,
		wording{"The listener did not answer.", "See that it runs, and that the target is its address."},
		wording{"Внешняя система не ответила.", "Проверьте, что она запущена и что адрес доставки указан верно."},
	},
	"stopping": {
		http.StatusServiceUnavailable,
		wording{"The emulator is stopping.", "Start it again."},
		wording{"Эмулятор завершает работу.", "Запустите его снова."},
	},
}

// russian reports whether the one who asks prefers Russian to English.
func russian(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch lang, _, _ := strings.Cut(strings.ToLower(tag), "-"); lang {
		case "ru":
			return true
		case "en":
			return false
		}
	}
	return false
}

// fail answers a problem in the language of the one who asked.
func fail(w http.ResponseWriter, r *http.Request, code string, err error) {
	p := problems[code]
	words := p.en
	if russian(r) {
		words = p.ru
	}
	out := problem{Code: code, Text: words.text, Remedy: words.remedy}
	if err != nil {
		out.Detail = strings.TrimPrefix(err.Error(), "vpbxtest: ")
	}
	reply(w, p.status, map[string]problem{"error": out})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // the peer left: nobody to tell
}
