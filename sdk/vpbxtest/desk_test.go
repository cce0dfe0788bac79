package vpbxtest_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

// What changes in the contact centre is told, signed, in the order of the
// requests; refusals are not.
func TestCentreTells(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, NoQuota: true, NoRateLimits: true})
	for _, row := range [][2]string{
		{"/cc/task/add", `{"event_type":1,"start_time":"1795341600","to_user_id":300049013}`},
		{"/cc/task/add", `{}`},
		{"/cc/task/done/", `{"task_id":[45595]}`},
		{"/cc/set_session_status", `{"abonent_id":300049012,"status":1}`},
		{"/cc/set_session_status", `{"abonent_id":300049012,"status":4,"session":"session1"}`},
		{"/cc/appeals/create-closed-appeals", `{"channel_type":1,"direction":0,"entry_point":"e","create":"1795338000","result":1}`},
		{"/cc/send_message", `{"channelId":885,"userId":"u","messageId":"m","firstName":"f","lastName":"l","content":"c"}`},
	} {
		if status, got := ask(t, p.Handler(), row[0], row[1]); status != 200 || !strings.Contains(got, `"result":1000`) && row[1] != `{}` {
			t.Fatalf("%s %s: HTTP %d %s, want result 1000", row[0], row[1], status, got)
		}
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range l.got() {
		got = append(got, n.path)
	}
	want := "/events/task/created /events/task/changed /events/user/status_changed /events/user/session_end /events/user/status_changed /events/md/onAppealClose /events/md /events/md"
	if strings.Join(got, " ") != want {
		t.Errorf("told\n%s, want\n%s", strings.Join(got, " "), want)
	}
}

// An employee who is dismissed leaves the centre.
func TestCentreKnowsTheCompany(t *testing.T) {
	t.Parallel()
	p := start(t, free)
	for _, row := range []struct{ path, json, want string }{
		{"/cc/set_session_status", `{"abonent_id":300049014,"status":1}`, `{"result":1000,"session":"session1","ttl":604800}`},
		{"/vpbx/member/delete", `{"user_id":300049014}`, `{"result":1000}`},
		{"/cc/set_session_status", `{"abonent_id":300049014,"status":1}`, `{"fields":{"abonent_id":3300},"result":3100}`},
		{"/cc/get_presence", `{"abonent_id":300049014}`, `{"abonents":[{}],"result":1000}`},
	} {
		if status, got := ask(t, p.Handler(), row.path, row.json); status != 200 || got != row.want {
			t.Errorf("%s %s: HTTP %d %s, want 200 %s", row.path, row.json, status, got, row.want)
		}
	}
}

func TestDealDocument(t *testing.T) {
	t.Parallel()
	const form = `{"deal_id":232765,"abonent_id":300049012}`
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"vpbx_api_key": cred.Key, "sign": cred.JSON([]byte(form)), "json": form} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "contract.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = file.Write([]byte("text")); err != nil {
		t.Fatal(err)
	}
	if err = w.Close(); err != nil {
		t.Fatal(err)
	}
	h := start(t, free).Handler()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/cc/deal/documents.add", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if status, got := do(t, h, r); status != 200 || got != `{"document_id":51001,"result":1000}` {
		t.Errorf("documents.add: HTTP %d %s, want the document's id", status, got)
	}
	if _, got := ask(t, h, "/cc/deal/documents.list", `{"deal_id":232765}`); !strings.Contains(got, `"blob_name":"contract.pdf","blob_type":"text/plain; charset=utf-8","blob_size_kb":1`) {
		t.Errorf("documents.list: %s, want contract.pdf of 1 KB", got)
	}
}

// The contact centre refuses too many requests in its own way.
func TestCentreRateLimits(t *testing.T) {
	t.Parallel()
	now := time.Unix(1795338000, 0)
	for _, row := range []struct {
		path string
		n    int
	}{{"/cc/get_statuses", 10}, {"/cc/task/add", 5}, {"/cc/task/update", 5}} {
		h := start(t, vpbxtest.Config{NoQuota: true, Now: func() time.Time { return now }}).Handler()
		var status int
		var got string
		for range row.n + 1 {
			if got == `{"result":5008}` {
				t.Errorf("%s: refused before request %d", row.path, row.n+1)
			}
			status, got = ask(t, h, row.path, `{}`)
		}
		if status != 200 || got != `{"result":5008}` {
			t.Errorf("%s, request %d: HTTP %d %s, want 200 with 5008", row.path, row.n+1, status, got)
		}
	}
}
