package sign_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"mangoofficesdk/sdk/sign"
)

func load[T any](t testing.TB, path string) []T {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []T
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

type vector struct {
	Name, Key, Salt, JSON, Sign string
	Valid                       bool
}

func TestJSONVectors(t *testing.T) {
	t.Parallel()
	for _, v := range load[vector](t, "../../testdata/vectors/signatures.json") {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			c := sign.Credentials{Key: v.Key, Salt: sign.NewSalt(v.Salt)}
			if got := c.VerifyJSON([]byte(v.JSON), v.Sign); got != v.Valid {
				t.Errorf("VerifyJSON(%s, %s) = %v, want %v", v.JSON, v.Sign, got, v.Valid)
			}
			if got := c.JSON([]byte(v.JSON)); v.Valid && got != v.Sign {
				t.Errorf("JSON(%s) = %s, want %s", v.JSON, got, v.Sign)
			}
		})
	}
}

func TestRecordingVectors(t *testing.T) {
	t.Parallel()
	type row struct {
		Name, Key, Salt, Sign string
		Timestamp             int64
		RecordingID           string `json:"recording_id"`
	}
	for _, v := range load[row](t, "../../testdata/vectors/recording-links.json") {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			c := sign.Credentials{Key: v.Key, Salt: sign.NewSalt(v.Salt)}
			if got := c.Recording(v.RecordingID, v.Timestamp); got != v.Sign {
				t.Errorf("Recording(%s, %d) = %s, want %s", v.RecordingID, v.Timestamp, got, v.Sign)
			}
		})
	}
}

func TestSaltNeverPrints(t *testing.T) {
	t.Parallel()
	c := sign.Credentials{Key: "key", Salt: sign.NewSalt("topsecret")}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(c), fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c.Salt, c.Salt), string(raw),
	} {
		if strings.Contains(text, "topsecret") {
			t.Errorf("the salt leaked into %q", text)
		}
	}
}

func FuzzVerifyJSON(f *testing.F) {
	for _, v := range load[vector](f, "../../testdata/vectors/signatures.json") {
		f.Add(v.Key, v.Salt, []byte(v.JSON), v.Sign)
	}
	f.Fuzz(func(t *testing.T, key, salt string, text []byte, got string) {
		c := sign.Credentials{Key: key, Salt: sign.NewSalt(salt)}
		want := c.JSON(text)
		if !c.VerifyJSON(text, want) {
			t.Fatalf("own signature of %q refused", text)
		}
		if c.VerifyJSON(text, got) != (got == want) {
			t.Fatalf("VerifyJSON(%q, %q) disagrees with equality to %q", text, got, want)
		}
	})
}
