package centre_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Whatever is sent, a refusal changes nothing and tells nothing.
func FuzzMethods(f *testing.F) {
	paths := slices.Sorted(maps.Keys(open(f).all))
	for _, seed := range [][2]string{
		{"/cc/task/add", `{"event_type":"1","to_user_id":300049012,"start_time":"2026-11-22 13:00:00","is_auto_call":"1","theme":"t","priority":null}`},
		{"/cc/task/update", `{"task_id":45594,"status":3,"event_type":2,"start_time":1795341600,"duration":10,"to_user_id":300049013}`},
		{"/cc/task/done", `{"task_id":[45594,1]}`},
		{"/cc/task/list", `{"limit":1,"offset":1,"status":0}`},
		{"/cc/set_session_status", `{"abonent_id":300049012,"status_alias":"study","ttl":"10","poss":[3]}`},
		{"/cc/deal/create", `{"contact_id":1,"name":"n","abonent_id":300049012,"funnel_id":252,"step_id":1811,"amount":"1e3","custom_fields":{"705":[]},"status":"failed","status_change_reason":"competitor"}`},
		{"/cc/deal/list", `{"status":"in_work","from_date":"2026-11-21","abonent_ids":1}`},
		{"/cc/appeals/create-closed-appeals", `{"channel_type":6,"direction":0,"entry_point":"bot","create":"1795337000","result":1,"chat":[{}],"contact":{}}`},
		{"/cc/send_message", `{"channelId":885,"userId":"u","messageId":"m","firstName":"f","lastName":"l","content":5}`},
		{"/cc/get_chat_history", `{"channelId":885,"userId":"u","toId":"m"}`},
	} {
		f.Add(byte(slices.Index(paths, seed[0])), seed[1])
	}
	f.Fuzz(func(t *testing.T, method byte, request string) {
		d := open(t)
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(request), &object) != nil || object == nil {
			return // the envelope has seen to it
		}
		path := paths[int(method)%len(paths)]
		dump := func() (all string) {
			for _, status := range []string{"in_work", "succeed", "failed", "delete"} {
				all += d.ask("/cc/deal/list", `{"status":"`+status+`"}`)
			}
			return all + d.ask("/cc/task/list", `{}`) + d.ask("/cc/get_presence", `{}`)
		}
		before := dump()
		answer := d.ask(path, request)
		if done := strings.Contains(answer, `"result":1000`); !done && (dump() != before || len(d.events) > 0) {
			t.Fatalf("%s %s answered %s, told %q and changed\n%s\ninto\n%s", path, request, answer, d.events, before, dump())
		}
	})
}
