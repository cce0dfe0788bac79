package vpbx_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestRecording(t *testing.T) {
	t.Parallel()
	const file = "https://files.example.test/sdwee3en38fh"
	r := vpbx.RecordingRequest{RecordingID: "MTox/+==", Action: vpbx.RecordingPlay}
	for name, row := range map[string]struct {
		status         int
		location, body string
		code           text.Code
	}{
		"there":            {302, file, "", ""},
		"there, for good":  {301, file, "<html>moved</html>", ""},
		"not yet":          {404, "", "", text.Absent},
		"not yet, by code": {200, "", `{"result":3320}`, text.PBXError},
		"not yet, 404":     {404, "", `{"result":3320}`, text.PBXError},
		"no address":       {302, "", "", text.BadAnswer},
		"no redirect":      {200, "", `{"result":1000}`, text.BadAnswer},
		"no body":          {200, "", "", text.BadAnswer},
		"own page":         {302, "/login", "", text.BadAnswer},
		"odd scheme":       {302, "file://host/etc", "", text.BadAnswer},
	} {
		p := start(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			if row.location != "" {
				w.Header().Set("Location", row.location)
			}
			w.WriteHeader(row.status)
			_, _ = w.Write([]byte(row.body))
		})
		got, err := p.client(t, nil).Recording(t.Context(), r)
		if codeOf(err) != row.code || (got == file) != (row.code == "") {
			t.Errorf("%s: Recording = %q, %v, want %q", name, got, err, row.code)
		}
		asked := p.requests()
		if len(asked) != 1 || asked[0].Path != "/vpbx/queries/recording/post" || asked[0].Form.Get("json") != `{"recording_id":"MTox/+==","action":"play"}` {
			t.Errorf("%s: Recording asked %v", name, asked)
		}
	}
}

func TestRecordingLinks(t *testing.T) {
	t.Parallel()
	c := client(t, func(cfg *vpbx.Config) {
		cfg.BaseURL = "https://pbx.example.test/api/vpbx"
		cfg.Credentials = sign.Credentials{Key: "nokey", Salt: sign.NewSalt("nosalt")}
	})
	// The second published vector; the others are in milliseconds.
	got, err := c.RecordingLink(vpbx.RecordingLinkRequest{
		RecordingID: "23firh9023hfdkew=", Action: vpbx.RecordingDownload, Timestamp: vpbx.Unix{Time: time.Unix(33091482931, 0)},
	})
	const want = "https://pbx.example.test/api/vpbx/queries/recording/link/23firh9023hfdkew%3D/download/nokey/33091482931/614c9d0a90f3fcac7a3fa61a71fde696fe9c54f35bcb05d3a9dc9b0211df3ea1"
	if err != nil || got != want {
		t.Errorf("RecordingLink = %s, %v, want %s", got, err, want)
	}
	got, err = c.RecordingAccountLink(vpbx.RecordingRequest{RecordingID: "a/b+c d=?#%", Action: vpbx.RecordingPlay})
	const account = "https://pbx.example.test/api/vpbx/queries/recording/issa/a%2Fb%2Bc%20d%3D%3F%23%25/play"
	if err != nil || got != account {
		t.Errorf("RecordingAccountLink = %s, %v, want %s", got, err, account)
	}
	for name, row := range map[string][2]string{
		"queries/recording/link": {`{"recording_id":"23firh9023hfdkew=","action":"download","timestamp":"33091482931"}`, want},
		"queries/recording/issa": {`{"recording_id":"a/b+c d=?#%","action":"play"}`, account},
	} {
		if a, err := c.Do(t.Context(), name, json.RawMessage(row[0])); err != nil || a.Location != row[1] {
			t.Errorf("Do(%s) = %+v, %v, want %s", name, a, err, row[1])
		}
	}
}

func TestRecordingFaults(t *testing.T) {
	t.Parallel()
	c := client(t, func(*vpbx.Config) {})
	faults(t, map[string]fault{
		"no id":         {named(t, "queries/recording/post", `{"action":"play"}`), text.MissingField, "recording_id"},
		"no action":     {named(t, "queries/recording/post", `{"recording_id":"x"}`), text.MissingField, "action"},
		"other action":  {named(t, "queries/recording/post", `{"recording_id":"x","action":"listen"}`), text.BadField, "action"},
		"parent":        {named(t, "queries/recording/issa", `{"recording_id":"..","action":"play"}`), text.BadField, "recording_id"},
		"account, none": {named(t, "queries/recording/issa", `{}`), text.MissingField, "recording_id"},
		"link, for ever": {func(*vpbx.Client) error {
			_, err := c.RecordingLink(vpbx.RecordingLinkRequest{RecordingID: "x", Action: vpbx.RecordingPlay})
			return err
		}, text.MissingField, "timestamp"},
		"link to oneself": {func(*vpbx.Client) error {
			_, err := c.RecordingLink(vpbx.RecordingLinkRequest{RecordingID: ".", Action: vpbx.RecordingPlay, Timestamp: vpbx.Unix{Time: time.Now()}})
			return err
		}, text.BadField, "recording_id"},
		"account, action": {func(*vpbx.Client) error {
			_, err := c.RecordingAccountLink(vpbx.RecordingRequest{RecordingID: "x"})
			return err
		}, text.MissingField, "action"},
	})
}
