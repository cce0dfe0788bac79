package site_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"mangoofficesdk/sdk/text"
)

type sound struct{ *strings.Reader }

func (sound) Close() error { return nil }

func TestRecording(t *testing.T) {
	t.Parallel()
	const from = "192.0.2.1:5"
	login := []string{"Authorization", "Bearer right"}
	for name, row := range map[string]struct {
		path     string
		headers  []string
		status   int
		body, to string
	}{
		"a copy":                    {"/recordings/copy+%2F=", login, http.StatusOK, "ID3 the conversation", ""},
		"the middle of a copy":      {"/recordings/copy+%2F=", []string{"Authorization", "Bearer right", "Range", "bytes=4-6"}, http.StatusPartialContent, "the", ""},
		"at the PBX":                {"/recordings/pbx", login, http.StatusSeeOther, "", "https://pbx.example.test/link"},
		"gone":                      {"/recordings/gone", login, http.StatusNotFound, "The PBX has no recording of this conversation.\n", ""},
		"gone, in Russian":          {"/recordings/gone", []string{"Authorization", "Bearer right", "Accept-Language", "ru-RU,ru;q=0.9"}, http.StatusNotFound, "Записи этого разговора в ВАТС нет.\n", ""},
		"an archive out of reach":   {"/recordings/else", login, http.StatusServiceUnavailable, text.Lookup(text.ArchiveFailed).EN, ""},
		"without a login":           {"/recordings/pbx", nil, http.StatusSeeOther, "", "/"},
		"followed from a document":  {"/recordings/pbx", []string{"Authorization", "Bearer right", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, http.StatusSeeOther, "", "https://pbx.example.test/link"},
		"embedded by somebody else": {"/recordings/pbx", []string{"Authorization", "Bearer right", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, http.StatusUnauthorized, "login", ""},
	} {
		p := open(t)
		resp := p.do(from, http.MethodGet, row.path, "", row.headers...)
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != row.status || !strings.Contains(string(body), row.body) || resp.Header.Get("Location") != row.to {
			t.Errorf("%s: GET %s = %d, %q, to %q, %v, want %d, %q, to %q", name, row.path, resp.StatusCode, body, resp.Header.Get("Location"), err, row.status, row.body, row.to)
		}
		if row.status == http.StatusOK && (resp.Header.Get("Content-Type") != "audio/mpeg" || resp.Header.Get("Cache-Control") != "no-store") {
			t.Errorf("%s: headers %v, want audio that is not kept", name, resp.Header)
		}
	}
}
