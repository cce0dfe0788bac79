package office_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbxtest"
)

// recorded plays a call of 101 that is recorded, and returns its recording once
// it can be had and its call is told.
func recorded(t *testing.T, s *site, pbx *vpbxtest.PBX) (id string) {
	t.Helper()
	if _, err := pbx.Play(t.Context(), vpbxtest.Inbound("79161234567", "").Ring("101", 2).Answer().Talk(60)); err != nil {
		t.Fatalf("Play() = %v", err)
	}
	summary := false
	for id == "" || !summary {
		d := next(t, s.inbox)
		switch d.Event.Kind {
		case engine.RecordingReady:
			var r engine.RecordingRef
			if err := json.Unmarshal(d.Event.Body, &r); err != nil {
				t.Fatal(err)
			}
			id = r.RecordingID
		case engine.CallSummary:
			summary = true
		default:
			continue
		}
		if err := s.local.Settle(t.Context(), d.Ref, office.Verdict{Done: true}); err != nil {
			t.Errorf("Settle() = %v", err)
		}
	}
	return id
}

// isSound: something that a player takes.
func isSound(t *testing.T, what string, r io.Reader) {
	t.Helper()
	raw, err := io.ReadAll(r)
	if err != nil || len(raw) < 1000 || !strings.HasPrefix(string(raw), "ID3") && raw[0] != 0xff {
		t.Errorf("%s = %d bytes, %v, that begin with %q, want a sound", what, len(raw), err, raw[:min(len(raw), 12)])
	}
}

// R59: a link is made when it is asked for, and leads to the sound.
func TestRecordingLinkOverTheWire(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{Speed: 100, Style: vpbxtest.Style{Recording: true}}, office.Session{Extension: "101"})
	id := recorded(t, s, pbx)
	for args, want := range map[string]struct {
		action string
		life   time.Duration
	}{
		"": {"play", 10 * time.Minute}, `,"ttl_sec":60`: {"play", time.Minute}, `,"action":"download","ttl_sec":2592000`: {"download", 30 * 24 * time.Hour},
	} {
		from := time.Now()
		url := s.must("RecordingLink", `{"recording_id":"`+id+`"`+args+`}`)["url"].(string) //nolint:forcetypeassert // fails the test
		resp, err := http.Get(url)
		if err != nil {
			t.Fatalf("GET of RecordingLink(%s) = %v", args, err)
		}
		isSound(t, "GET of RecordingLink("+args+")", resp.Body)
		resp.Body.Close()
		parts := strings.Split(url, "/") // …/action/key/end/sign
		end, err := strconv.ParseInt(parts[len(parts)-2], 10, 64)
		life := time.Unix(end, 0).Sub(from) - 3*time.Hour
		if err != nil || parts[len(parts)-4] != want.action || life < want.life-time.Second || life > want.life+time.Minute {
			t.Errorf("RecordingLink(%s) = %s, %v: %s for %v, want %s for %v and three hours", args, url, err, parts[len(parts)-4], life, want.action, want.life)
		}
	}
}

// R61: with the setting on, each recording gets its copy,
// also one of before the setting, and the copy outlives the PBX's own.
func TestArchiveOverTheWire(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := recording.FolderAt(dir)
	s, pbx := withPBXAnd(t, vpbxtest.Config{Speed: 100, Style: vpbxtest.Style{Recording: true}}, office.Session{Extension: "101"}, func(c *office.Config) {
		c.Archive = archive
	})
	before := recorded(t, s, pbx)
	if _, _, err := s.o.Archived(t.Context(), before); !errors.Is(err, text.New(text.RecordingAbsent)) {
		t.Errorf("Archived() with the setting off = %v, want recording_absent", err)
	}
	s.must("SetSettings", `{"archive_recordings":true}`)
	after := recorded(t, s, pbx)
	linktest.Until(t, "the recording has a copy", func() bool {
		r, _, err := s.o.Archived(t.Context(), after)
		if err == nil {
			defer r.Close()
			isSound(t, "Archived()", r)
		}
		return err == nil
	})
	office.ArchiveGaps(t.Context(), s.o)
	linktest.Until(t, "the recording of before has a copy", func() bool {
		r, ext, err := s.o.Archived(t.Context(), before)
		if err == nil {
			r.Close()
		}
		return err == nil && ext == ".mp3"
	})
	if file := fetched(t, s.local, `{"variant":"main","form":"csv"}`, "/tmp/a.csv"); strings.Count(file, dir) != 2 ||
		!strings.Contains(file, recording.FileName(before, ".mp3")) || !strings.Contains(file, recording.FileName(after, ".mp3")) {
		t.Errorf("the report has not the paths of both copies: %s", file)
	}
	if _, _, err := s.o.Archived(t.Context(), "MToxOjE6MQ=="); !errors.Is(err, text.New(text.RecordingAbsent)) {
		t.Errorf("Archived(unknown) = %v, want recording_absent", err)
	}
}

// TestRecordingsOfOthers: a session hears its own calls only.
func TestRecordingsOfOthers(t *testing.T) {
	t.Parallel()
	s, pbx := withPBX(t, vpbxtest.Config{Speed: 100, Style: vpbxtest.Style{Recording: true}}, office.Session{Extension: "101", Rights: office.Supervisor})
	id := recorded(t, s, pbx)
	own, _ := s.as(office.Session{Extension: "101"})
	other, _ := s.as(office.Session{Extension: "102"})
	args := json.RawMessage(`{"recording_id":"` + id + `"}`)
	for name, row := range map[string]struct {
		l    *office.Local
		args json.RawMessage
		want text.Code
	}{
		"own":                {own, args, ""},
		"a supervisor's":     {s.local, args, ""},
		"another's":          {other, args, text.Forbidden},
		"of no known call":   {own, json.RawMessage(`{"recording_id":"MToxOjE6MQ=="}`), text.Forbidden},
		"an odd id":          {own, json.RawMessage(`{"recording_id":"x"}`), text.Forbidden},
		"none":               {own, json.RawMessage(`{}`), text.MissingField},
		"an odd action":      {s.local, json.RawMessage(`{"recording_id":"x","action":"eat"}`), text.BadArgument},
		"a life of a second": {own, json.RawMessage(`{"recording_id":"` + id + `","ttl_sec":1}`), ""},
		"no life":            {own, json.RawMessage(`{"recording_id":"` + id + `","ttl_sec":-1}`), text.BadArgument},
		"a life too long":    {own, json.RawMessage(`{"recording_id":"` + id + `","ttl_sec":2592001}`), text.BadArgument},
	} {
		_, err := row.l.Call(t.Context(), "RecordingLink", row.args)
		var code text.Code
		if err != nil {
			code = text.From(err).Code
		}
		if code != row.want {
			t.Errorf("%s: RecordingLink(%s) = %v, want %q", name, row.args, err, row.want)
		}
	}
}

// TestArchiveGivesUp: a recording that the PBX has not is asked for once, for a
// second wrong request closes the API.
func TestArchiveGivesUp(t *testing.T) {
	t.Parallel()
	s, pbx := withPBXAnd(t, vpbxtest.Config{Speed: 100, Style: vpbxtest.Style{Recording: true}}, office.Session{Extension: "101"}, func(c *office.Config) {
		c.Archive = recording.FolderAt(t.TempDir())
	})
	s.must("SetSettings", `{"archive_recordings":true}`)
	id := recorded(t, s, pbx)
	entry, _ := recording.EntryOf(id)
	raw, _ := base64.StdEncoding.DecodeString(id)
	gone := base64.StdEncoding.EncodeToString([]byte(strings.TrimSuffix(string(raw), "1") + "7"))
	s.post("/events/record/added", `{"entry_id":"`+entry+`","product_id":1,"user_id":1,"timestamp":1578664187,"recording_id":"`+gone+`"}`)
	absent := func() bool { return s.local.View().Diagnostics["archive"].(map[string]any)["absent"] == 1 }
	linktest.Until(t, "the recording is known to be gone", absent)
	asked := askedFor(pbx, gone)
	office.ArchiveGaps(t.Context(), s.o)
	linktest.Until(t, "the archive is idle", func() bool {
		return s.local.View().Diagnostics["archive"].(map[string]any)["waiting"] == 0
	})
	if n := askedFor(pbx, gone); asked != 1 || n != 1 {
		t.Errorf("the PBX was asked %d times, then %d, for a recording that is gone, want 1", asked, n)
	}
}

// askedFor counts the requests for a recording.
func askedFor(pbx *vpbxtest.PBX, id string) (n int) {
	for _, r := range pbx.Requests() {
		if strings.HasSuffix(r.Path, "recording/post") && strings.Contains(string(r.JSON), id) {
			n++
		}
	}
	return n
}
