package vpbx_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

var wave = vpbx.Upload{Name: "13688577079-503.WAV", Content: []byte("RIFF\x00\xff\r\n--x")}

func kept(change func(*vpbx.KeptRecordRequest)) vpbx.KeptRecordRequest {
	r := vpbx.KeptRecordRequest{
		UserID: 300000007, Direction: vpbx.RecordedIn, From: "79161234567", To: "74951234567", MemberChannel: -1,
		Created: vpbx.UTCTime{Time: november}, Diarization: true, File: wave,
	}
	if change != nil {
		change(&r)
	}
	return r
}

// The file goes as a part of its own, beside the signed JSON.
func TestRecognise(t *testing.T) {
	t.Parallel()
	type form struct {
		Path   string
		Fields map[string][]string
		File   string
		Body   []byte
	}
	fields := func(json string) map[string][]string {
		return map[string][]string{"vpbx_api_key": {credentials.Key}, "sign": {credentials.JSON([]byte(json))}, "json": {json}}
	}
	keptJSON := `{"user_id":300000007,"direction":"IN","from":"79161234567","to":"74951234567","created":"2026-10-31 21:00:00","member_channel":-1,"diarization":true}`
	for name, row := range map[string]struct {
		do   func(*vpbx.Client) (any, error)
		want form
		id   any
	}{
		"kept": {
			brings(func(c *vpbx.Client) (string, error) { return c.RecogniseAndKeep(t.Context(), kept(nil)) }),
			form{"/vpbx/offline_record/recognize", fields(keptJSON), wave.Name, wave.Content}, "174249520",
		},
		"not kept": {
			brings(func(c *vpbx.Client) (string, error) {
				return c.Recognise(t.Context(), vpbx.RecordRequest{File: wave})
			}),
			form{"/vpbx/record/recognize", fields(`{}`), wave.Name, wave.Content}, "174249520",
		},
		"by name": {
			brings(func(c *vpbx.Client) (string, error) {
				a, err := c.Do(t.Context(), "record/recognize", json.RawMessage(`{"file":{"name":"a.ogg","base64":"T2dnUw=="}}`))
				return string(a.JSON), err
			}),
			form{"/vpbx/record/recognize", fields(`{}`), "a.ogg", []byte("OggS")}, `{"result":1000,"request_id":174249520}`,
		},
	} {
		var got form
		p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseMultipartForm(1 << 20); err != nil {
				t.Errorf("%s: ParseMultipartForm: %v", name, err)
				return
			}
			got = form{Path: r.URL.Path, Fields: r.MultipartForm.Value}
			for _, file := range r.MultipartForm.File["file"] {
				f, err := file.Open()
				if err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				got.File = file.Filename
				got.Body, _ = io.ReadAll(f)
			}
			fmt.Fprint(w, `{"result":1000,"request_id":174249520}`)
		})
		id, err := row.do(p.client(t, nil))
		if err != nil || id != row.id {
			t.Errorf("%s = %v, %v, want %v", name, id, err, row.id)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s sent (-want +got):\n%s", name, diff)
		}
	}
}

func TestRecogniseRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status int
		body   string
		want   outcome
	}{
		"fields":  {200, `{"result":3100,"fields":{"user_id":3300,"file":3104}}`, outcome{text.PBXError, 3100, 200, map[string]int{"user_id": 3300, "file": 3104}, "file"}},
		"too big": {413, ``, outcome{text.BadAnswer, 0, 413, nil, ""}},
		"no id":   {200, `{"result":1000}`, outcome{text.BadAnswer, 0, 0, nil, ""}},
	} {
		p := start(t, nil, say(row.status, "application/json", row.body))
		_, err := p.client(t, nil).RecogniseAndKeep(t.Context(), kept(nil))
		if diff := cmp.Diff(row.want, outcomeOf(t, err)); diff != "" {
			t.Errorf("%s: RecogniseAndKeep: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// A big file may take longer than other requests.
func TestUploadTakesItsTime(t *testing.T) {
	t.Parallel()
	slow := func(w http.ResponseWriter, r *http.Request) {
		if n, _ := io.Copy(io.Discard, r.Body); n < 1<<20 {
			<-r.Context().Done() // the client has gone
			return
		}
		time.Sleep(150 * time.Millisecond)
		fmt.Fprint(w, `{"result":1000,"request_id":1}`)
	}
	short := func(cfg *vpbx.Config) { cfg.RequestTimeout = 100 * time.Millisecond }
	c := start(t, nil, slow).client(t, short)
	if _, err := c.Recognise(t.Context(), vpbx.RecordRequest{File: vpbx.Upload{Name: "a.wav", Content: make([]byte, 2<<20)}}); err != nil {
		t.Errorf("Recognise of 2 MiB: %v, want 16 seconds more than other requests", err)
	}
	if _, err := c.Recognise(t.Context(), vpbx.RecordRequest{File: wave}); codeOf(err) == "" {
		t.Error("Recognise of a few bytes waited longer than RequestTimeout")
	}
}

func TestRecognitions(t *testing.T) {
	t.Parallel()
	begun := time.UnixMilli(1793606400000).UTC()
	ask := brings(func(c *vpbx.Client) ([]vpbx.Recognition, error) {
		return c.Recognitions(t.Context(), vpbx.RecognitionsRequest{RequestIDs: []string{"1532496969", "677044718", "4317496830089587018"}})
	})
	const path, json = "/vpbx/transcribes/tasks/", `{"request_ids":["1532496969","677044718","4317496830089587018"]}`
	none := []vpbx.Recognition{{RequestID: "1532496969"}, {RequestID: "677044718"}, {RequestID: "4317496830089587018"}}
	some := []vpbx.Recognition{none[0], {RequestID: "677044718", Status: "ready"}, none[2]}
	exchanges(t, map[string]exchange{
		"words": {ask, path, json, "transcribes_tasks.json", []vpbx.Recognition{
			none[0],
			{
				RequestID: "677044718", Status: "ready", TimeCreated: begun, TimeUpdated: begun.Add(time.Minute),
				Transcribes: []vpbx.Transcribe{
					{Channel: "client", Words: []vpbx.Word{{Text: "one", Begin: 1.94, End: 2.2}, {End: 4.1}}}, {Channel: "1"},
				},
			},
			none[2],
		}},
		"a list":       {ask, path, json, `{"result":1000,"data":[{"request_id":677044718,"status":"ready"}]}`, some},
		"an empty one": {ask, path, json, `{"result":1000,"data":[]}`, none},
		"nothing":      {ask, path, json, `{"result":1000}`, none},
	})
	if some[0].Ready() || !some[1].Ready() {
		t.Errorf("Ready = %v, %v, want false, true", some[0].Ready(), some[1].Ready())
	}
}

func TestRecognitionFaults(t *testing.T) {
	t.Parallel()
	keep := func(change func(*vpbx.KeptRecordRequest)) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error { _, err := c.RecogniseAndKeep(t.Context(), kept(change)); return err }
	}
	file := func(name string, size int) func(*vpbx.Client) error {
		return func(c *vpbx.Client) error {
			_, err := c.Recognise(t.Context(), vpbx.RecordRequest{File: vpbx.Upload{Name: name, Content: make([]byte, size)}})
			return err
		}
	}
	faults(t, map[string]fault{
		"nobody":           {keep(func(r *vpbx.KeptRecordRequest) { r.UserID = 0 }), text.MissingField, "user_id"},
		"nowhere":          {keep(func(r *vpbx.KeptRecordRequest) { r.Direction = "in" }), text.BadField, "direction"},
		"to nobody":        {keep(func(r *vpbx.KeptRecordRequest) { r.To = "" }), text.MissingField, "to"},
		"from nobody":      {keep(func(r *vpbx.KeptRecordRequest) { r.Direction, r.From = vpbx.RecordedOut, "" }), text.MissingField, "from"},
		"from a name":      {keep(func(r *vpbx.KeptRecordRequest) { r.From = "Anna" }), text.NumberInvalid, "from"},
		"never":            {keep(func(r *vpbx.KeptRecordRequest) { r.Created.Time = time.Time{} }), text.MissingField, "created"},
		"no channel":       {keep(func(r *vpbx.KeptRecordRequest) { r.MemberChannel = 0 }), text.MissingField, "member_channel"},
		"other channel":    {keep(func(r *vpbx.KeptRecordRequest) { r.MemberChannel = 2 }), text.BadField, "member_channel"},
		"no file":          {keep(func(r *vpbx.KeptRecordRequest) { r.File = vpbx.Upload{} }), text.MissingField, "file"},
		"30 MB":            {keep(func(r *vpbx.KeptRecordRequest) { r.File = vpbx.Upload{Name: "a.mp3", Content: make([]byte, 30<<20+1)} }), text.BadField, "file.base64"},
		"100 MB":           {file("a.ogg", 100<<20+1), text.BadField, "file.base64"},
		"empty file":       {file("a.wav", 0), text.MissingField, "file.base64"},
		"file of text":     {file("a.txt", 1), text.BadField, "file.name"},
		"file of no kind":  {file("wav", 1), text.BadField, "file.name"},
		"Cyrillic":         {file("запись.wav", 1), text.BadField, "file.name"},
		"long name":        {file(strings.Repeat("a", 61)+".wav", 1), text.BadField, "file.name"},
		"path":             {file("../a.wav", 1), text.BadField, "file.name"},
		"older name of it": {named(t, "offline_record/recognize", `{"member_id":1}`), text.UnknownField, "member_id"},
		"no file by name":  {named(t, "record/recognize", `{}`), text.MissingField, "file"},
		"file by a text":   {named(t, "record/recognize", `{"file":"RIFF"}`), text.BadField, "file"},
		"no order":         {named(t, "transcribes/tasks", `{}`), text.MissingField, "request_ids"},
		"order by a word":  {named(t, "transcribes/tasks", `{"request_ids":["x"]}`), text.BadField, "request_ids[0]"},
	})
}
