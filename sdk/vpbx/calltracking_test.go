package vpbx_test

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestCallTracking(t *testing.T) {
	t.Parallel()
	type found struct {
		Visitor vpbx.Visitor
		Found   bool
	}
	r := vpbx.TrackedNumberRequest{Number: "74951112233"}
	info := brings(func(c *vpbx.Client) (found, error) {
		v, ok, err := c.Visitor(t.Context(), r)
		return found{v, ok}, err
	})
	pages := brings(func(c *vpbx.Client) ([]vpbx.PageView, error) { return c.VisitorPages(t.Context(), r) })
	const infoPath, pagesPath, json = "/vpbx/queries/user_info_by_dct_number", "/vpbx/queries/user_history_by_dct_number", `{"number":"74951112233"}`
	eight := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	somebody := found{vpbx.Visitor{UID: "u", WidgetID: 1}, true}
	history := []vpbx.PageView{
		{URL: "http://example.ru/", Date: eight}, {URL: "http://example.ru/orders", Date: eight.Add(time.Minute), Title: "Orders"},
	}
	var nowhere []vpbx.PageView
	exchanges(t, map[string]exchange{
		"visitor": {info, infoPath, json, "dct_user.json", found{vpbx.Visitor{
			UID: "cookie-1", WidgetID: 12, WidgetName: "Site", ProductID: 400100200, GoogleID: "1.2", IP: "192.0.2.1", RegionID: 77,
			Location:    vpbx.VisitorLocation{CountryCode: "RU", RegionCode: "MOW", Region: "Moscow", City: "Moscow"},
			Channel:     vpbx.VisitorChannel{Source: "ya", Medium: "cpc", Campaign: "autumn"},
			DurationSec: 95, CurrentPage: vpbx.PageView{URL: "http://example.ru/orders/123?param=1", Date: eight, Title: "Orders"},
			Device: "mobile", Custom: "x",
		}, true}},
		"visitor, bare":           {info, infoPath, json, `{"uid":"u","widget_id":"1"}`, somebody},
		"visitor, with a result":  {info, infoPath, json, `{"result":1000,"data":{"uid":"u","widget_id":1}}`, somebody},
		"nobody":                  {info, infoPath, json, `{}`, found{}},
		"nobody, a list":          {info, infoPath, json, `[]`, found{}},
		"nobody, no data":         {info, infoPath, json, `{"result":1000,"data":[]}`, found{}},
		"nobody, null":            {info, infoPath, json, `{"data":null}`, found{}},
		"pages":                   {pages, pagesPath, json, "dct_history.json", history},
		"pages, bare":             {pages, pagesPath, json, `[{"url":"http://example.ru/","date":"2026-11-02T08:00:00Z"}]`, history[:1]},
		"no pages":                {pages, pagesPath, json, `{"data":[]}`, nowhere},
		"no pages, bare":          {pages, pagesPath, json, `[]`, nowhere},
		"no pages, only a result": {pages, pagesPath, json, `{"result":1000}`, nowhere},
	})
	faults(t, map[string]fault{
		"no number":         {named(t, "queries/user_info_by_dct_number", `{}`), text.MissingField, "number"},
		"a formatted one":   {named(t, "queries/user_info_by_dct_number", `{"number":"+7 (495) 111-22-33"}`), text.BadField, "number"},
		"pages of a word":   {named(t, "queries/user_history_by_dct_number", `{"number":"x"}`), text.BadField, "number"},
		"pages of a number": {named(t, "queries/user_history_by_dct_number", `{"number":"749511122337495111223374951112233"}`), text.BadField, "number"},
	})
}

// A list is an answer to call tracking only.
func TestBareListElsewhere(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`[{"url":"x"}]`, " [\n]", `[`} {
		p := start(t, nil, say(200, "application/json", body))
		c := p.client(t, nil)
		_, tracked := c.VisitorPages(t.Context(), vpbx.TrackedNumberRequest{Number: "1"})
		_, listed := c.Assistants(t.Context(), vpbx.AssistantsRequest{ProductID: "1"})
		if (tracked == nil) != (body != `[`) || codeOf(listed) != text.BadAnswer {
			t.Errorf("%s: VisitorPages %v, Assistants %v, want the first to take lists", body, tracked, listed)
		}
	}
}
