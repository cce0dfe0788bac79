package vpbxtest

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
)

// maxBody bounds a request. The document knows no bound but that of the POST.
const maxBody = 1 << 20

// envelope is the form of every request (document §2): key, signature, JSON.
type envelope struct {
	key, sign, json          string
	hasKey, hasSign, hasJSON bool
}

var errTooBig = errors.New("the body is too big")

// readEnvelope reads a form, urlencoded or multipart. It never fails on odd
// content, only on what is no form at all.
func readEnvelope(w http.ResponseWriter, r *http.Request) (envelope, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var err error
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		err = r.ParseMultipartForm(maxBody)
		if r.MultipartForm != nil {
			defer r.MultipartForm.RemoveAll() //nolint:errcheck // temporary files, at worst left to the system
		}
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return envelope{}, errTooBig
		}
		return envelope{}, err
	}
	var e envelope
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
