package vpbx

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/sign"
)

// Every request of these areas has a typed method.
func TestAreasAreDeclared(t *testing.T) {
	t.Parallel()
	areas := []string{"commands", "forwarding", "statistics", "recordings", "speech", "calltracking", "recognition"}
	n := 0
	for _, e := range Catalogue() {
		if e.Direction != DirectionOut || !slices.Contains(areas, e.Area) {
			continue
		}
		n++
		if ops[e.Path] == nil {
			t.Errorf("%s is not declared", e.Path)
		}
	}
	if n != 33 {
		t.Errorf("%d requests in these areas, want 33", n)
	}
}

// A rule that nobody knows would check nothing.
func TestRulesAreKnown(t *testing.T) {
	t.Parallel()
	var walk func(path string, typ reflect.Type)
	walk = func(path string, typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || layoutOf(typ) != "" || typ == uploadType {
			return
		}
		for _, f := range reflect.VisibleFields(typ) {
			var r rule
			if unknown := r.read(f.Tag.Get("check")); unknown != nil {
				t.Errorf("%s.%s has the rules %v, which nobody knows", path, f.Name, unknown)
			}
			walk(path+"."+f.Name, f.Type)
		}
	}
	for path, o := range ops {
		walk(path, o.request)
	}
}

// The published vectors, whose timestamps are any number.
func TestSignedLinkVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../testdata/vectors/recording-links.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, Key, Salt, Sign string
		Timestamp             json.Number
		RecordingID           string `json:"recording_id"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil || len(vectors) == 0 {
		t.Fatalf("%d vectors: %v", len(vectors), err)
	}
	for _, v := range vectors {
		c, err := New(Config{Credentials: sign.Credentials{Key: v.Key, Salt: sign.NewSalt(v.Salt)}})
		if err != nil {
			t.Fatal(err)
		}
		until, err := v.Timestamp.Int64()
		if err != nil {
			t.Fatal(err)
		}
		got := c.signedLink(v.RecordingID, RecordingPlay, until)
		want := "https://app.mango-office.ru/vpbx/queries/recording/link/" + strings.ReplaceAll(v.RecordingID, "=", "%3D") +
			"/play/" + v.Key + "/" + v.Timestamp.String() + "/" + v.Sign
		if got != want {
			t.Errorf("%s: signedLink = %s, want %s", v.Name, got, want)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What the PBX may deny: a number outside only where it must be an employee's.
func TestClaimsOfNumbers(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		o    *op
		q    any
		want []string
	}{
		"recorded": {startRecording.op, &StartRecordingRequest{CommandID: "r", CallID: "x", CallPartyNumber: "79161234567"}, []string{"call:x", "number:79161234567"}},
		"called":   {groupCallback.op, &GroupCallbackRequest{CommandID: "c", From: "1234", To: "79161234567", LineNumber: "L"}, []string{"dial:1234", "line:L"}},
		"listened": {recordingTranscripts.op, &TranscriptsRequest{RecordingID: RecordingIDs{"a", "b"}}, []string{"shape:/vpbx/queries/recording_transcripts:recording_id", "recording:a", "recording:b"}},
	} {
		refs := claims(row.o, row.q).all()
		if diff := cmp.Diff(row.want, refs); diff != "" {
			t.Errorf("claims of %s (-want +got):\n%s", name, diff)
		}
	}
}

// FuzzStatistics feeds tables: one is read whole, every leg a row, or refused.
func FuzzStatistics(f *testing.F) {
	for _, csv := range []string{"", "a;b\n", "[r1,r2];1;2\r\n", "\ufeff;;\n\n;;;\n", "1;2;3", "\xff;\x00;1e3\n", "a;b;c;d\n"} {
		f.Add(csv, "records, start, entry_id")
		f.Add(csv, "")
		f.Add(csv, `["answer","сreate",7]`)
	}
	f.Fuzz(func(t *testing.T, csv, list string) {
		var columns Columns
		raw, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		if columns.UnmarshalJSON([]byte(list)) != nil {
			if err := columns.UnmarshalJSON(raw); err != nil {
				t.Fatalf("columns %q: %v", list, err)
			}
		}
		rows := len(strings.FieldsFunc(strings.TrimPrefix(csv, "\ufeff"), func(r rune) bool { return r == '\n' }))
		legs, err := parseStatistics(csv, columns)
		if err == nil && len(legs) > rows {
			t.Fatalf("parseStatistics(%q, %v) has %d legs of %d rows", csv, columns, len(legs), rows)
		}
		if err != nil && legs != nil {
			t.Fatalf("parseStatistics(%q, %v) = %v beside %v", csv, columns, legs, err)
		}
	})
}

// FuzzLists feeds the values that the PBX wants in another form than JSON's:
// what is read and written reads the same.
func FuzzLists(f *testing.F) {
	for _, raw := range []string{`"a, b"`, `["a","b"]`, `"[\"a\"]"`, `1`, `[1,"2"]`, `"x"`, `null`, `{}`, `"[]"`, `[null]`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, v := range []interface{ UnmarshalJSON(b []byte) error }{&Columns{}, &CallTypes{}, &RecordingIDs{}} {
			if !json.Valid(raw) || v.UnmarshalJSON(raw) != nil {
				continue
			}
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("%T of %s cannot be written: %v", v, raw, err)
			}
			again := reflect.New(reflect.TypeOf(v).Elem()).Interface()
			if err := json.Unmarshal(text, again); err != nil {
				t.Fatalf("%T of %s is written %s and not read: %v", v, raw, text, err)
			}
			second, err := json.Marshal(again)
			if err != nil || string(second) != string(text) {
				t.Fatalf("%T of %s is written %s, then %s: %v", v, raw, text, second, err)
			}
		}
	})
}
