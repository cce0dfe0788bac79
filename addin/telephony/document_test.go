package telephony_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mangoofficesdk/addin/telephony"
)

// parameters are those of Подключить where a document shows them on a line.
var parameters = regexp.MustCompile("`(\\{\"mode\":[^`]+\\})`")

// Whatever a document tells people to give to Подключить is taken as it stands.
func TestDocumentedParameters(t *testing.T) {
	t.Parallel()
	n := 0
	for _, pattern := range []string{"../../*.md", "../../docs/*.md", "../../bsl/*.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range parameters.FindAllStringSubmatch(string(raw), -1) {
				n++
				p, err := telephony.ParseParams(strings.ReplaceAll(m[1], "…", "secret"))
				if err != nil || len(p.Warnings) > 0 {
					t.Errorf("%s: ParseParams(%s) = %v, warnings %v", path, m[1], err, p.Warnings)
				}
			}
		}
	}
	if n < 5 {
		t.Errorf("%d parameters of Подключить in the documents, want 5 at least", n)
	}
}
