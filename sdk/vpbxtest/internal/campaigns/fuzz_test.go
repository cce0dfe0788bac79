package campaigns_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Whatever is sent, a refusal changes nothing.
func FuzzMethods(f *testing.F) {
	paths := slices.Sorted(maps.Keys(open(f).all))
	for _, seed := range [][2]string{
		{"campaign/add", `{"line_id":"300029114","name":"n","schedule":[{"weekday":7,"start":"08:00","end":"10:00"}],"operators":[300049012],"end_date":"2026-12-22 12:00:00","add_calls_coef":"0.5","endless":1}`},
		{"campaign/update", `{"campaign_id":17776,"line_id":300029114,"priority":1}`},
		{"campaign/start", `{"campaign_id":"17776"}`},
		{"tasks/push", `{"campaign_id":17776,"tasks":[{"number":"+7","priority":1,"due_date":"2026-12-22 12:00:00","custom_fields":[{"5781":"a"}],"subtasks":[{"number":"sip:a@b","order":1,"type":0}]}]}`},
		{"task/add", `{"campaign_id":17776,"number":7,"blocked_until":""}`},
		{"task/update", `{"campaign_id":17776,"task_id":11227832,"name":"n","custom_fields":null}`},
		{"tasks/reset", `{"campaign_id":17776,"task_ids":[11227832]}`},
		{"tasks/finished", `{"campaign_id":17775,"start_date":"2026-11-22 07:00:00","end_date":"2026-11-22 07:59:00"}`},
		{"v2/campaign/tasks", `{"campaign_ids":17775,"fields":["alias_all"],"limit":1,"cursor":"6ong7"}`},
	} {
		f.Add(byte(slices.Index(paths, "/vpbx/"+seed[0])), seed[1])
	}
	f.Fuzz(func(t *testing.T, method byte, request string) {
		d := open(t)
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(request), &object) != nil || object == nil {
			return // the envelope has seen to it
		}
		path := strings.TrimPrefix(paths[int(method)%len(paths)], "/vpbx/")
		dump := func() string {
			all := d.ask("campaign/list", `{}`) + d.ask("v2/campaign/tasks", `{"campaign_ids":[17775,17776,17777],"fields":["alias_all"],"limit":100}`)
			before, after, _ := strings.Cut(all, `"cmd_id"`)
			_, after, _ = strings.Cut(after, ",")
			return before + after
		}
		before := dump()
		answer := d.ask(path, request)
		if after := dump(); after != before && !strings.Contains(strings.ToLower(answer), `"result":1000`) {
			t.Fatalf("%s %s answered %s and changed\n%s\ninto\n%s", path, request, answer, before, after)
		}
	})
}
