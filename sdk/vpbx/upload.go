package vpbx

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"reflect"

	"mangoofficesdk/sdk/text"
)

// Upload is a file that goes with a request as multipart/form-data; it is no
// part of what is signed (§3.10.1).
type Upload struct {
	Name    string `json:"name"`
	Content []byte `json:"base64"`
}

var uploadType = reflect.TypeFor[Upload]()

// parts takes what is not signed out of a request: its file and its headers.
// q is a pointer to the request; signed is a copy without the file.
func parts(q any) (signed any, files map[string]Upload, headers map[string]string) {
	v := reflect.ValueOf(q).Elem()
	t := v.Type()
	if !schemaOf(t).payload {
		return q, nil, nil
	}
	plain := reflect.New(t)
	plain.Elem().Set(v)
	for _, r := range schemaOf(t).fields {
		if !r.payload {
			continue
		}
		field := plain.Elem().FieldByIndex(r.index)
		if field.Type() == uploadType {
			if files == nil {
				files = map[string]Upload{}
			}
			files[r.Name] = field.Interface().(Upload) //nolint:errcheck // of that type
		} else if !field.IsZero() {
			if headers == nil {
				headers = map[string]string{}
			}
			sf := t.FieldByIndex(r.index)
			headers[sf.Tag.Get("header")] = fmt.Sprint(field)
		}
		field.SetZero()
	}
	return plain.Interface(), files, headers
}

// multipartBody is the form of a request with files.
func (c *Client) multipartBody(sign string, body []byte, files map[string]Upload) (contentType string, form []byte, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{{"vpbx_api_key", c.credentials.Key}, {"sign", sign}, {"json", string(body)}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return "", nil, text.New(text.Internal).Wrap(err)
		}
	}
	for name, file := range files {
		part, err := w.CreateFormFile(name, file.Name)
		if err == nil {
			_, err = part.Write(file.Content)
		}
		if err != nil {
			return "", nil, text.New(text.Internal).Wrap(err)
		}
	}
	if err := w.Close(); err != nil {
		return "", nil, text.New(text.Internal).Wrap(err)
	}
	return w.FormDataContentType(), b.Bytes(), nil
}
