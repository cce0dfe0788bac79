package vpbxtest_test

import (
	"testing"

	"mangoofficesdk/sdk/vpbxtest"
)

// Campaigns know the company as it is now.
func TestCampaignsOfTheCompany(t *testing.T) {
	t.Parallel()
	p := start(t, free)
	const add = "/vpbx/campaign/add"
	form := func(more string) string {
		return `{"line_id":300029114,"name":"n","schedule":[{"weekday":1,"start":"00:00","end":"23:00"}],` + more + `}`
	}
	for _, row := range []struct{ path, json, want string }{
		{add, form(`"created_by":300049015`), `{"result":5105}`},
		{"/vpbx/member/create", `{"name":"Новый","access_role_id":10451,"extension":"104"}`, `{"result":1000,"user_id":300049015}`},
		{add, form(`"created_by":300049015`), `{"campaign_id":17777,"result":1000}`},
		{add, `{"line_id":300029117,"name":"n","schedule":[{"weekday":1,"start":"00:00","end":"23:00"}]}`, `{"fields":{"line_id":3124},"result":3100}`},
		{"/vpbx/tasks/push/", `{"campaign_id":17777,"tasks":[{"number":"79161234567"}]}`, `{"result":1000}`},
		{"/vpbx/campaign/update", form(`"campaign_id":17777`), `{"Result":1000}`},
		{"/vpbx/campaign/delete", `{"campaign_id":17777}`, `{"result":1000}`},
	} {
		if status, got := ask(t, p.Handler(), row.path, row.json); status != 200 || got != row.want {
			t.Errorf("%s %s: HTTP %d %s, want 200 %s", row.path, row.json, status, got, row.want)
		}
	}
	none := free
	none.Lines = []vpbxtest.Line{{ID: 1, Number: "sip:door@vpbx10086277.mangosip.ru", Region: "sip"}}
	if _, got := ask(t, start(t, none).Handler(), "/vpbx/campaign/list", `{}`); got != `{"campaigns":[],"result":1000}` {
		t.Errorf("campaigns of a company that cannot call out: %s, want none", got)
	}
}
