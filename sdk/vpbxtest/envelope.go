package vpbxtest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Bounds of a request. The document knows none but that of the POST; beyond
// that of an upload it answers 413 (§3.10.1).
const (
	maxBody   = 1 << 20
	maxUpload = 16 << 20
)

// envelope is the form of every request (document §2): key, signature, JSON.
type envelope struct {
	key, sign, json          string
	hasKey, hasSign, hasJSON bool
	files                    map[string]api.File
}

var errTooBig = errors.New("the body is too big")

// readEnvelope reads a form, urlencoded or multipart. It never fails on odd
// content, only on what is no form at all.
func readEnvelope(w http.ResponseWriter, r *http.Request) (envelope, error) {
	var e envelope
	var err error
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		err = r.ParseMultipartForm(maxUpload) // all of it in memory
		if err == nil {
			e.files, err = readFiles(r.MultipartForm)
		}
	} else {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		err = r.ParseForm()
	}
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return envelope{}, errTooBig
		}
		return envelope{}, err
	}
	field := func(name string) (string, bool) {
		if v := r.PostForm[name]; len(v) > 0 {
			return v[0], true
		}
		return "", false
	}
	e.key, e.hasKey = field("vpbx_api_key")
	e.sign, e.hasSign = field("sign")
	e.json, e.hasJSON = field("json")
	return e, nil
}

// readFiles takes the first file of each field.
func readFiles(form *multipart.Form) (map[string]api.File, error) {
	files := map[string]api.File{}
	for name, headers := range form.File {
		f, err := headers[0].Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		files[name] = api.File{Name: headers[0].Filename, Content: content}
	}
	return files, nil
}

// code is the first thing wrong with an envelope whose key is known; 0 = none.
func (e envelope) code(verify func(json []byte, sign string) bool) int {
	switch {
	case !e.hasSign || !e.hasJSON || e.sign == "":
		return codeMissing
	case !verify([]byte(e.json), e.sign):
		return codeSign
	case !json.Valid([]byte(e.json)):
		return codeJSON
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(e.json), &object) != nil || object == nil {
		return codeFormat
	}
	return 0
}
