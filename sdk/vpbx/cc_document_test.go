package vpbx_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbx"
)

// The file is a part of its own and not signed.
func TestAddDealDocument(t *testing.T) {
	t.Parallel()
	type part struct{ Name, Content string }
	var values map[string][]string
	var files map[string]part
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Errorf("ParseMultipartForm: %v", err)
			return
		}
		values, files = r.MultipartForm.Value, map[string]part{}
		for name, list := range r.MultipartForm.File {
			f, err := list[0].Open()
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer f.Close()
			content, err := io.ReadAll(f)
			if err != nil {
				t.Errorf("ReadAll: %v", err)
			}
			files[name] = part{list[0].Filename, string(content)}
		}
		_, _ = io.WriteString(w, sample(t, "cc-deal-documents.add"))
	})
	c := p.client(t, nil)
	wantFile := map[string]part{"file": {"Счёт 5.pdf", "%PDF\x00\xff"}}
	for what, row := range map[string]struct {
		add  func() (int64, error)
		json string
	}{
		"typed": {
			func() (int64, error) {
				return c.AddDealDocument(t.Context(), vpbx.AddDealDocumentRequest{
					DealID: 233132, AbonentID: 10068839, File: vpbx.Upload{Name: "Счёт 5.pdf", Content: []byte("%PDF\x00\xff")},
				})
			},
			`{"deal_id":233132,"abonent_id":10068839}`,
		},
		"by name": {
			func() (int64, error) {
				a, err := c.Do(t.Context(), "cc/deal/documents.add", json.RawMessage(`{"deal_id":"233132","member_id":5,"file":{"name":"Счёт 5.pdf","base64":"JVBERgD/"}}`))
				if string(a.JSON) != sample(t, "cc-deal-documents.add") {
					t.Errorf("Do answered %+v", a)
				}
				return 2809, err
			},
			`{"deal_id":233132,"member_id":5}`,
		},
	} {
		id, err := row.add()
		if err != nil || id != 2809 {
			t.Fatalf("AddDealDocument, %s: %d, %v, want 2809", what, id, err)
		}
		want := map[string][]string{"vpbx_api_key": {credentials.Key}, "sign": {credentials.JSON([]byte(row.json))}, "json": {row.json}}
		if diff := cmp.Diff(want, values); diff != "" {
			t.Errorf("AddDealDocument, %s: form (-want +got):\n%s", what, diff)
		}
		if diff := cmp.Diff(wantFile, files); diff != "" {
			t.Errorf("AddDealDocument, %s: files (-want +got):\n%s", what, diff)
		}
	}
	for _, r := range p.requests() {
		if r.Path != "/cc/deal/documents.add" || !strings.HasPrefix(r.ContentType, "multipart/form-data; boundary=") {
			t.Errorf("AddDealDocument went to %s as %s", r.Path, r.ContentType)
		}
	}
}
