// Package tracking is dynamic call tracking of the emulated PBX (document
// §3.6): who saw a number on the site, and the pages that he had been to.
package tracking

import (
	"slices"
	"strings"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Visitor is somebody on the site to whom a number is shown now.
type Visitor struct {
	Number    string    `json:"-"` // the one shown, digits
	Line      string    `json:"-"` // of the company, that the number leads to; "" = the first
	UID       string    `json:"uid"`
	WidgetID  int64     `json:"widget_id"`
	Widget    string    `json:"widget_name"`
	ProductID int64     `json:"product_id"`
	Google    string    `json:"ga_cid,omitempty"`
	Yandex    string    `json:"ya_cid,omitempty"`
	IP        string    `json:"ip"`
	RegionID  int64     `json:"region_id"`
	Location  *Location `json:"location,omitempty"`
	Channel   *Channel  `json:"channel,omitempty"`
	Duration  int64     `json:"duration"` // seconds on the site
	Page      Page      `json:"current_page"`
	Device    string    `json:"device,omitempty"` // mobile, desktop
	Custom    string    `json:"custom,omitempty"`
	History   []Page    `json:"-"` // oldest first
}

// Location of a visitor.
type Location struct {
	CountryCode string `json:"country_code"`
	RegionCode  string `json:"region_code"`
	Region      string `json:"region"`
	City        string `json:"city"`
}

// Channel that led a visitor to the site.
type Channel struct {
	Source   string `json:"source"`
	Medium   string `json:"medium"`
	Campaign string `json:"campaign"`
	Content  string `json:"content"`
	Term     string `json:"term"`
}

// Page of the site.
type Page struct {
	URL   string `json:"url"`
	Date  string `json:"date"` // ISO 8601, UTC
	Title string `json:"title,omitempty"`
}

// Default is who is on the site when nobody was named.
func Default() []Visitor {
	page := Page{"https://example.com/prices", "2026-11-22T08:59:00Z", "Цены"}
	return []Visitor{{
		Number: "74951112233", UID: "1529061447155", WidgetID: 10077, Widget: "Сайт", ProductID: 300022532,
		Google: "1029384756.1700000000", IP: "192.0.2.17", RegionID: 77,
		Location: &Location{"RU", "MOW", "Москва", "Москва"},
		Channel:  &Channel{"yandex", "cpc", "autumn", "banner-3", "телефония"},
		Duration: 184, Page: page, Device: "desktop",
		History: []Page{{"https://example.com/", "2026-11-22T08:57:00Z", "Главная"}, page},
	}}
}

// Kinds of a tracking number, as events tell them (dct.type).
const (
	None    = 0
	Dynamic = 1 // shown to one visitor
	Static  = 2 // stands for a channel, for good
)

// Tracking knows the visitors of one site.
type Tracking struct {
	visitors map[string]Visitor
	static   []string
}

// New makes call tracking of the visitors given, and of the numbers that stand
// for channels.
func New(visitors []Visitor, static []string) *Tracking {
	t := &Tracking{map[string]Visitor{}, static}
	for _, v := range visitors {
		t.visitors[v.Number] = v
	}
	return t
}

// Tracked is the kind of a number that was called, and the line it leads to
// ("" = the first).
func (t *Tracking) Tracked(number string) (kind int, line string) {
	if v, ok := t.visitors[number]; ok {
		return Dynamic, v.Line
	}
	if slices.Contains(t.static, number) {
		return Static, ""
	}
	return None, number
}

// Table is the methods of call tracking.
func (t *Tracking) Table() api.Table {
	return api.Table{
		"/vpbx/queries/user_info_by_dct_number":    t.info,
		"/vpbx/queries/user_history_by_dct_number": t.history,
	}
}

// find reads the number of a request, which may be formatted: "+7 (495) …".
func (t *Tracking) find(q api.Query) (v Visitor, ok bool, code int) {
	var form struct {
		Number api.Text `json:"number"`
	}
	if code := api.Read(q, &form); code != 0 {
		return v, false, code
	}
	number := strings.NewReplacer("+", "", " ", "", "(", "", ")", "", "-", "").Replace(string(form.Number))
	switch {
	case form.Number == "":
		return v, false, api.Missing
	case strings.Trim(number, "0123456789") != "" || number == "":
		return v, false, api.WrongFormat
	}
	v, ok = t.visitors[number]
	return v, ok, 0
}

// info is queries/user_info_by_dct_number (document §3.6.1); nobody = {}.
func (t *Tracking) info(q api.Query) api.Answer {
	v, ok, code := t.find(q)
	switch {
	case code != 0:
		return api.Refuse(code)
	case !ok:
		return api.Bare(map[string]any{})
	}
	return api.Bare(map[string]any{"data": v})
}

// history is queries/user_history_by_dct_number (document §3.6.2).
func (t *Tracking) history(q api.Query) api.Answer {
	v, _, code := t.find(q)
	if code != 0 {
		return api.Refuse(code)
	}
	return api.Bare(map[string]any{"data": append([]Page{}, v.History...)})
}
