package webhook

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
)

// envelope holds the three fields of every notification (§2.2), decoded.
type envelope struct{ key, sign, json string }

// Names of the fields.
const (
	fieldKey  = "vpbx_api_key"
	fieldSign = "sign"
	fieldJSON = "json"
)

// maxParts bounds a multipart body: three fields are expected.
const maxParts = 16

// parseForm reads the fields. The document prints one content type, and
// misprints it too (x-www-form-urlencoded, with and without a charset), so
// everything that is not multipart is tried as urlencoded. ok is false when
// the body is no form at all.
func parseForm(contentType string, body []byte) (e envelope, ok bool) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err == nil && kind == "multipart/form-data" {
		return parseMultipart(body, params["boundary"])
	}
	// A bad escape in a foreign field does not matter: the signature tells
	// whether ours came through.
	values, err := url.ParseQuery(string(body))
	e = envelope{key: values.Get(fieldKey), sign: values.Get(fieldSign), json: values.Get(fieldJSON)}
	return e, err == nil || e != envelope{}
}

func parseMultipart(body []byte, boundary string) (e envelope, ok bool) {
	if boundary == "" {
		return e, false
	}
	mr := multipart.NewReader(bytes.NewReader(body), boundary)
	for range maxParts {
		part, err := mr.NextRawPart()
		if err == io.EOF { //nolint:errorlint // NextRawPart returns it bare
			return e, true
		}
		if err != nil {
			return e, false
		}
		field := e.field(part.FormName())
		if field == nil || *field != "" {
			continue // unknown, or a second one: the first counts
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return e, false
		}
		*field = string(value)
	}
	return e, false
}

func (e *envelope) field(name string) *string {
	switch name {
	case fieldKey:
		return &e.key
	case fieldSign:
		return &e.sign
	case fieldJSON:
		return &e.json
	}
	return nil
}
