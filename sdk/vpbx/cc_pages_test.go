package vpbx_test

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// pages answers with bodies one after another, the last one again and again.
func pages(bodies ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, bodies[0])
		bodies = bodies[min(1, len(bodies)-1):]
	}
}

// rows is a list of objects with ids from first on.
func rows(member string, first, n int) string {
	var s []string
	for id := range n {
		s = append(s, fmt.Sprintf(`{%q:%d,"time":%d}`, member, first+id, int64(1684916324211)+int64(first+id)))
	}
	return "[" + strings.Join(s, ",") + "]"
}

// idsOf is what an iterator gave, its error by code at the end.
func idsOf[T any](all iter.Seq2[T, error], id func(T) string, most int) (ids []string) {
	for v, err := range all {
		if err != nil {
			return append(ids, string(text.From(err).Code))
		}
		if ids = append(ids, id(v)); len(ids) == most {
			break
		}
	}
	return ids
}

// asks are the named parameters of the requests that came.
func asks(t *testing.T, p *pbx, names ...string) (all [][]any) {
	t.Helper()
	for _, r := range p.requests() {
		var q map[string]any
		if err := json.Unmarshal([]byte(r.Form.Get("json")), &q); err != nil {
			t.Fatal(err)
		}
		var values []any
		for _, name := range names {
			values = append(values, q[name])
		}
		all = append(all, values)
	}
	return all
}

func idsFrom(first, n, step int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint(first+i*step))
	}
	return ids
}

const broken = `{"result":5000}`

func TestAllTasks(t *testing.T) {
	t.Parallel()
	page := func(first, n int) string { return `{"result":1000,"tasks":` + rows("task_id", first, n) + `}` }
	for name, row := range map[string]struct {
		bodies []string
		ask    vpbx.TasksRequest
		most   int
		want   []string
		asked  [][]any // limit, offset
	}{
		"three pages":      {[]string{page(1, 3), page(4, 3), page(7, 1)}, vpbx.TasksRequest{Limit: 3}, 0, idsFrom(1, 7, 1), [][]any{{3.0, nil}, {3.0, 3.0}, {3.0, 6.0}}},
		"an empty page":    {[]string{page(1, 2), page(0, 0)}, vpbx.TasksRequest{Limit: 2, Offset: 5}, 0, idsFrom(1, 2, 1), [][]any{{2.0, 5.0}, {2.0, 7.0}}},
		"nothing":          {[]string{page(0, 0)}, vpbx.TasksRequest{}, 0, nil, [][]any{{500.0, nil}}},
		"enough":           {[]string{page(1, 3), page(4, 3)}, vpbx.TasksRequest{Limit: 3}, 4, idsFrom(1, 4, 1), [][]any{{3.0, nil}, {3.0, 3.0}}},
		"an error between": {[]string{page(1, 2), broken}, vpbx.TasksRequest{Limit: 2}, 0, append(idsFrom(1, 2, 1), "pbx_error"), [][]any{{2.0, nil}, {2.0, 2.0}}},
		"offset ignored":   {[]string{page(1, 2)}, vpbx.TasksRequest{Limit: 2}, 0, append(idsFrom(1, 2, 1), "bad_answer"), [][]any{{2.0, nil}, {2.0, 2.0}}},
		"no answer":        {[]string{`{}`}, vpbx.TasksRequest{}, 0, []string{"bad_answer"}, [][]any{{500.0, nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, pages(row.bodies...))
			ids := idsOf(p.client(t, nil).AllTasks(t.Context(), row.ask), func(v vpbx.Task) string { return fmt.Sprint(v.TaskID) }, row.most)
			if diff := cmp.Diff(row.want, ids); diff != "" {
				t.Errorf("AllTasks, %s (-want +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(row.asked, asks(t, p, "limit", "offset")); diff != "" {
				t.Errorf("AllTasks, %s, asked (-want +got):\n%s", name, diff)
			}
		})
	}
	p := start(t, nil, ok)
	if ids := idsOf(p.client(t, nil).AllTasks(t.Context(), vpbx.TasksRequest{Limit: 501}), func(vpbx.Task) string { return "" }, 0); !slices.Equal(ids, []string{"bad_field"}) || len(p.requests()) != 0 {
		t.Errorf("AllTasks with a limit of 501 = %v after %d requests, want bad_field and none", ids, len(p.requests()))
	}
}

func TestAllCampaignTasks(t *testing.T) {
	t.Parallel()
	page := func(cursor string, first, n int) string {
		return `{"result":1000,"cursor":` + cursor + `,"tasks":` + rows("task_id", first, n) + `}`
	}
	for name, row := range map[string]struct {
		bodies []string
		limit  int
		most   int
		want   []string
		asked  [][]any // limit, cursor
	}{
		"three pages":         {[]string{page(`"a"`, 1, 2), page(`"b"`, 3, 2), page(`null`, 5, 2)}, 0, 0, idsFrom(1, 6, 1), [][]any{{100.0, nil}, {100.0, "a"}, {100.0, "b"}}},
		"an empty page":       {[]string{page(`"a"`, 1, 2), page(`"b"`, 0, 0)}, 2, 0, idsFrom(1, 2, 1), [][]any{{2.0, nil}, {2.0, "a"}}},
		"no cursor":           {[]string{`{"result":1000,"tasks":[{"task_id":1}]}`}, 10, 0, idsFrom(1, 1, 1), [][]any{{10.0, nil}}},
		"enough":              {[]string{page(`"a"`, 1, 2)}, 0, 2, idsFrom(1, 2, 1), [][]any{{100.0, nil}}},
		"an error between":    {[]string{page(`"a"`, 1, 2), broken}, 0, 0, append(idsFrom(1, 2, 1), "pbx_error"), [][]any{{100.0, nil}, {100.0, "a"}}},
		"a cursor that rests": {[]string{page(`"a"`, 1, 1), page(`"a"`, 2, 1)}, 0, 0, append(idsFrom(1, 2, 1), "bad_answer"), [][]any{{100.0, nil}, {100.0, "a"}}},
		"no answer":           {[]string{`{"cursor":"a"}`}, 0, 0, []string{"bad_answer"}, [][]any{{100.0, nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, pages(row.bodies...))
			all := p.client(t, nil).AllCampaignTasks(t.Context(), vpbx.CampaignTasksRequest{CampaignIDs: []int64{1}, Limit: row.limit})
			ids := idsOf(all, func(v vpbx.CampaignTaskRow) string { return fmt.Sprint(v.TaskID) }, row.most)
			if diff := cmp.Diff(row.want, ids); diff != "" {
				t.Errorf("AllCampaignTasks, %s (-want +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(row.asked, asks(t, p, "limit", "cursor")); diff != "" {
				t.Errorf("AllCampaignTasks, %s, asked (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestAllChatMessages(t *testing.T) {
	t.Parallel()
	page := func(first, n int) string { return `{"result":1000,"data":` + rows("messageId", first, n) + `}` }
	newestFirst := `{"result":1000,"data":[{"messageId":"b","time":2},{"messageId":"a","time":1}]}`
	for name, row := range map[string]struct {
		bodies []string
		most   int
		want   []string
		asked  [][]any // toId
	}{
		"two pages":          {[]string{page(101, 50), page(91, 10)}, 0, idsFrom(150, 60, -1), [][]any{{"200"}, {"101"}}},
		"an empty page":      {[]string{page(101, 50), page(0, 0)}, 0, idsFrom(150, 50, -1), [][]any{{"200"}, {"101"}}},
		"closed":             {[]string{page(0, 0)}, 0, nil, [][]any{{"200"}}},
		"enough":             {[]string{page(101, 50)}, 50, idsFrom(150, 50, -1), [][]any{{"200"}}},
		"an error between":   {[]string{page(101, 50), broken}, 0, append(idsFrom(150, 50, -1), "pbx_error"), [][]any{{"200"}, {"101"}}},
		"the same page":      {[]string{page(101, 50)}, 0, append(idsFrom(150, 50, -1), "bad_answer"), [][]any{{"200"}, {"101"}}},
		"in the other order": {[]string{newestFirst}, 0, []string{"b", "a"}, [][]any{{"200"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, pages(row.bodies...))
			all := p.client(t, nil).AllChatMessages(t.Context(), vpbx.ChatHistoryRequest{ChatClient: chatClient, ToID: "200"})
			ids := idsOf(all, func(v vpbx.ChatMessage) string { return v.MessageID }, row.most)
			if diff := cmp.Diff(row.want, ids); diff != "" {
				t.Errorf("AllChatMessages, %s (-want +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(row.asked, asks(t, p, "toId")); diff != "" {
				t.Errorf("AllChatMessages, %s, asked (-want +got):\n%s", name, diff)
			}
		})
	}
}

// An answer of success that lacks its data is an error of every read and of
// everything that makes an object; a list may be absent, but not all of it.
func TestContactCentreWithoutData(t *testing.T) {
	t.Parallel()
	emptyIsFine := map[string]bool{}
	for _, name := range []string{
		"tasks", "complete tasks", "cancel tasks", "presence", "statuses", "deals", "fields of deals", "documents", "funnels", "tags", "chat history",
		"campaigns", "page of tasks",
	} {
		emptyIsFine[name] = true
	}
	// Their outcome is the code; what is told beside it is a courtesy.
	codeIsAll := map[string]bool{
		"close a session": true, "message": true, "file": true,
		"start campaign": true, "stop campaign": true, "delete campaign": true,
	}
	for _, table := range []map[string]trial{contactCentre(), campaigns()} {
		for name, row := range table {
			if row.want == nil || codeIsAll[name] {
				continue
			}
			for body, fine := range map[string]bool{`{"result":1000}`: emptyIsFine[name], `{}`: false, `{"other":[1],"status":200}`: false} {
				p := start(t, nil, say(200, "application/json", body))
				_, err := row.do(p.client(t, nil))
				if fine != (err == nil) {
					t.Errorf("%s answered %s: %v, want an error: %v", name, body, err, !fine)
				} else if !fine {
					failed(t, name+" answered "+body, err, text.BadAnswer, true)
				}
			}
		}
	}
}
