package manifest_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"mangoofficesdk/manifest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var v1 = manifest.Version{1, 2, 3, 4}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	golden(t, "MANIFEST.XML", manifest.NewBundle(v1, manifest.Targets()).XML())
	golden(t, "INFO.XML", manifest.Info(v1))
}

// The committed registry.xml is what the generator writes.
func TestCommittedRegistry(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile(filepath.Join("..", manifest.RegistryFile))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(manifest.Registry(manifest.LooseEntries())), string(committed)); d != "" {
		t.Errorf("registry.xml differs from Registry(LooseEntries()) (-want +got):\n%s", d)
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	if v, err := manifest.ParseVersion("0.1.0.65535\n"); err != nil || v.String() != "0.1.0.65535" {
		t.Errorf("ParseVersion = %v, %v", v, err)
	}
	for _, s := range []string{"", "1.2.3", "1.2.3.4.5", "1.2.3.x", "1.2.3.65536", "01.2.3.4", "-1.2.3.4", "1..2.3", "+1.2.3.4"} {
		if v, err := manifest.ParseVersion(s); err == nil {
			t.Errorf("ParseVersion(%q) = %v, want an error", s, v)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	good := manifest.Component{OS: "Linux", Path: "a.so", Type: "native", Arch: "x86_64"}
	with := func(change func(*manifest.Component)) manifest.Bundle {
		c := good
		change(&c)
		return manifest.Bundle{Components: []manifest.Component{c}}
	}
	for name, b := range map[string]manifest.Bundle{
		"empty":        {},
		"arch":         with(func(c *manifest.Component) { c.Arch = "amd64" }),
		"os":           with(func(c *manifest.Component) { c.OS = "Plan9" }),
		"folder":       with(func(c *manifest.Component) { c.Path = "../a.so" }),
		"no path":      with(func(c *manifest.Component) { c.Path = "" }),
		"type":         with(func(c *manifest.Component) { c.Type = "com" }),
		"same machine": {Components: []manifest.Component{good, {OS: "linux", Path: "b.so", Type: "native", Arch: "X86_64"}}},
		"same path":    {Components: []manifest.Component{good, {OS: "Linux", Path: "A.SO", Type: "native", Arch: "i386"}}},
	} {
		if err := b.Check(); err == nil {
			t.Errorf("%s: Check(%+v): no error", name, b)
		}
	}
	if err := manifest.NewBundle(v1, manifest.Targets()).Check(); err != nil {
		t.Errorf("Check of our own bundle: %v", err)
	}
}

var date1 = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

func pack(t testing.TB, v manifest.Version, date time.Time) []byte {
	t.Helper()
	var w bytes.Buffer
	err := manifest.Pack(&w, v, date, manifest.Targets(), func(file string) ([]byte, error) {
		return []byte("library " + file), nil
	})
	if err != nil {
		t.Fatalf("Pack: %v", err)
	}
	return w.Bytes()
}

func TestPackAndUnpack(t *testing.T) {
	t.Parallel()
	raw := pack(t, v1, date1)
	if !bytes.Equal(raw, pack(t, v1, date1)) {
		t.Error("Pack: two packings differ")
	}
	b, files, err := manifest.Unpack(raw)
	if err != nil {
		t.Fatalf("Unpack: %v", err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	want := []string{"INFO.XML", "MANIFEST.XML", "MangoOfficeSDK64_1_2_3_4.dll", "MangoOfficeSDK64_1_2_3_4.so",
		"MangoOfficeSDK_1_2_3_4.dll", "MangoOfficeSDK_1_2_3_4.so", "MangoOfficeSDKarm64_1_2_3_4.so"}
	if d := cmp.Diff(want, names); d != "" {
		t.Errorf("Unpack: names (-want +got):\n%s", d)
	}
	if len(b.Components) != 5 || b.Name != manifest.Name {
		t.Errorf("Unpack: %+v", b)
	}
	for i, target := range manifest.Targets() {
		if b.Components[i].Path != target.Versioned(v1) {
			t.Errorf("component %d is %+v, want %s", i, b.Components[i], target.Versioned(v1))
		}
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Method != zip.Deflate || !f.Modified.Equal(date1) {
			t.Errorf("%s: method %d, time %v; want deflate and %v", f.Name, f.Method, f.Modified, date1)
		}
	}
	errRead := errors.New("no such library")
	err = manifest.Pack(&bytes.Buffer{}, v1, date1, manifest.Targets(), func(string) ([]byte, error) { return nil, errRead })
	if !errors.Is(err, errRead) || !strings.Contains(err.Error(), "MangoOfficeSDK.dll") {
		t.Errorf("Pack without libraries: %v", err)
	}
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	bundle := manifest.NewBundle(v1, manifest.Targets()[:1]).XML()
	lib := manifest.Targets()[0].Versioned(v1)
	for name, files := range map[string][]manifest.File{
		"no manifest":  {{lib, nil}},
		"missing file": {{"MANIFEST.XML", bundle}},
		"extra file":   {{"MANIFEST.XML", bundle}, {lib, nil}, {"readme.txt", nil}},
		"folder":       {{"MANIFEST.XML", bundle}, {"x/" + lib, nil}},
		"twice":        {{"MANIFEST.XML", bundle}, {lib, nil}, {lib, nil}},
		"bad manifest": {{"MANIFEST.XML", []byte("<bundle")}, {lib, nil}},
		"other root":   {{"MANIFEST.XML", []byte("<x/>")}, {lib, nil}},
	} {
		if _, _, err := manifest.Unpack(zipOf(t, files)); err == nil {
			t.Errorf("%s: Unpack: no error", name)
		}
	}
	if _, _, err := manifest.Unpack([]byte("PK")); err == nil {
		t.Error("Unpack of no ZIP: no error")
	}
	withBOM := append([]byte("\ufeff"), bundle...)
	if _, _, err := manifest.Unpack(zipOf(t, []manifest.File{{"manifest.xml", withBOM}, {lib, nil}})); err != nil {
		t.Errorf("Unpack with a byte order mark and a lower-case name: %v", err)
	}
}

func zipOf(t *testing.T, files []manifest.File) []byte {
	t.Helper()
	var w bytes.Buffer
	z := zip.NewWriter(&w)
	for _, f := range files {
		fw, err := z.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fw.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

const (
	head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	ns   = `<registry xmlns="http://v8.1c.ru/8.2/addin/registry">`
	ours = `<component path="MangoOfficeSDK.dll" type="native"/>`
	two  = `<component path="MangoOfficeSDK64.dll" type="native"/>`
)

func TestMerge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, existing, want string }{
		{"nothing", "", string(manifest.Registry(manifest.LooseEntries()))},
		{"blank", "\ufeff \r\n", string(manifest.Registry(manifest.LooseEntries()))},
		{"others stay", head + ns + "\n\t<!-- ours --><component path=\"Other.dll\" type=\"com\" note=\"&lt;x>\"/>\n</registry>",
			head + ns + "\n\t<!-- ours --><component path=\"Other.dll\" type=\"com\" note=\"&lt;x>\"/>\n\t" + ours + "\n\t" + two + "\n</registry>"},
		{"all there", ns + two + ours + "</registry>", ns + two + ours + "</registry>"},
		{"other case of letters", ns + `<component type="Native" path="MANGOOFFICESDK.DLL"/></registry>`,
			ns + `<component type="Native" path="MANGOOFFICESDK.DLL"/>` + "\n\t" + two + "\n</registry>"},
		{"wrong type", ns + `<component path="mangoofficesdk64.dll" type="com"/></registry>`,
			ns + two + "\n\t" + ours + "\n</registry>"},
		{"wrong type, open tag", ns + `<component path="MangoOfficeSDK64.dll" type="com"></component></registry>`,
			ns + `<component path="MangoOfficeSDK64.dll" type="native"></component>` + "\n\t" + ours + "\n</registry>"},
		{"empty root", `<registry xmlns="http://v8.1c.ru/8.2/addin/registry"/>`,
			ns + "\n\t" + ours + "\n\t" + two + "\n</registry>"},
		{"BOM and CRLF", "\ufeff" + ns + "\r\n<component path=\"a.dll\" type=\"native\"/>\r\n</registry>\r\n",
			"\ufeff" + ns + "\r\n<component path=\"a.dll\" type=\"native\"/>\r\n\t" + ours + "\r\n\t" + two + "\r\n</registry>\r\n"},
		{"prefix", `<r:registry xmlns:r="http://v8.1c.ru/8.2/addin/registry"></r:registry>`,
			`<r:registry xmlns:r="http://v8.1c.ru/8.2/addin/registry">` + "\n\t<r:component path=\"MangoOfficeSDK.dll\" type=\"native\"/>\n\t" +
				`<r:component path="MangoOfficeSDK64.dll" type="native"/>` + "\n</r:registry>"},
	} {
		got, err := manifest.Merge([]byte(c.existing), manifest.LooseEntries())
		if err != nil {
			t.Errorf("%s: Merge: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, string(got)); d != "" {
			t.Errorf("%s: Merge (-want +got):\n%s", c.name, d)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		existing string
		want     error
	}{
		"half UTF-16": {"\xff\xfe<\x00r\x00g", manifest.ErrEncoding},
		"torn UTF-16": {"\xff\xfe<\x00r\x00", manifest.ErrRegistry},
		"KOI8-R":      {`<?xml version="1.0" encoding="koi8-r"?><registry/>`, manifest.ErrEncoding},
		"a lie":       {`<?xml version="1.0" encoding="UTF-16"?><registry/>`, manifest.ErrEncoding},
		"two lies":    {"\ufeff" + `<?xml version="1.0" encoding="windows-1251"?><registry/>`, manifest.ErrEncoding},
		"no letter":   {`<?xml version="1.0" encoding="windows-1251"?><registry>` + "<!-- \x98 --></registry>", manifest.ErrEncoding},
		"entity":      {`<!DOCTYPE registry [<!ENTITY x "a.dll">]><registry><component path="&x;"/></registry>`, manifest.ErrRegistry},
		"other root":  {`<bundle/>`, manifest.ErrRegistry},
		"torn":        {ns + `<component path="a"`, manifest.ErrRegistry},
		"not closed":  {ns, manifest.ErrRegistry},
		"two roots":   {`<registry/><registry/>`, manifest.ErrRegistry},
		"text":        {`registry`, manifest.ErrRegistry},
	} {
		if got, err := manifest.Merge([]byte(c.existing), manifest.LooseEntries()); !errors.Is(err, c.want) {
			t.Errorf("%s: Merge = %q, %v; want %v", name, got, err, c.want)
		}
	}
}

// What 1C, an editor or another installer made of the file stays as it is, in
// its encoding, with its mark: only lines of ours come and go.
func TestMergeKeepsEncoding(t *testing.T) {
	t.Parallel()
	utf16 := func(order unicode.Endianness, bom unicode.BOMPolicy) func(string) ([]byte, error) {
		return func(s string) ([]byte, error) { return unicode.UTF16(order, bom).NewEncoder().Bytes([]byte(s)) }
	}
	for name, c := range map[string]struct {
		label  string
		encode func(string) ([]byte, error)
	}{
		"UTF-8":                 {"UTF-8", func(s string) ([]byte, error) { return []byte(s), nil }},
		"UTF-8 with a mark":     {"utf-8", func(s string) ([]byte, error) { return []byte("\ufeff" + s), nil }},
		"UTF-16 LE":             {"UTF-16", utf16(unicode.LittleEndian, unicode.UseBOM)},
		"UTF-16 BE":             {"utf-16", utf16(unicode.BigEndian, unicode.UseBOM)},
		"UTF-16 that says UTF8": {"UTF-8", utf16(unicode.LittleEndian, unicode.UseBOM)},
		"UTF-16 LE, no mark":    {"UTF-16LE", utf16(unicode.LittleEndian, unicode.IgnoreBOM)},
		"UTF-16 BE, no mark":    {"UTF-16BE", utf16(unicode.BigEndian, unicode.IgnoreBOM)},
		"windows-1251":          {"Windows-1251", func(s string) ([]byte, error) { return charmap.Windows1251.NewEncoder().Bytes([]byte(s)) }},
	} {
		before := `<?xml version="1.0" encoding="` + c.label + `"?>` + "\r\n<!DOCTYPE registry>\r\n<!-- рабочее место № 5 -->\r\n" + ns +
			"\r\n\t<component path='Весы «Штрих».dll' type='native' заметка='да' x:y='&#1078;' xmlns:x='urn:x'/>\r\n</registry>\r\n"
		after := strings.Replace(before, "\r\n</registry>", "\r\n\t"+ours+"\r\n\t"+two+"\r\n</registry>", 1)
		raw, err := c.encode(before)
		if err != nil {
			t.Fatal(err)
		}
		want, err := c.encode(after)
		if err != nil {
			t.Fatal(err)
		}
		got, err := manifest.Merge(raw, manifest.LooseEntries())
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: Merge() = %q, %v, want %q", name, got, err, want)
			continue
		}
		entries, err := manifest.ParseRegistry(got)
		if err != nil || len(entries) != 3 || entries[0].Path != "Весы «Штрих».dll" {
			t.Errorf("%s: ParseRegistry() = %v, %v, want three components, that of others first", name, entries, err)
		}
		bare, changed, err := manifest.Remove(got, func(path string) bool { _, _, ok := manifest.Named(path); return ok })
		if err != nil || !changed || !bytes.Equal(bare, raw) {
			t.Errorf("%s: Remove() = %q, %v, %v, want what was there before", name, bare, changed, err)
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	mine := func(path string) bool { _, _, ok := manifest.Named(path); return ok }
	for _, c := range []struct{ name, existing, want string }{
		{"none of ours", ns + "\n\t<component path=\"a.dll\" type=\"native\"/>\n</registry>", ""},
		{"lines go whole", head + ns + "\r\n\t" + ours + "\r\n  <component path=\"a\" type=\"com\"/>\r\n\t" + two + " \r\n</registry>",
			head + ns + "\r\n  <component path=\"a\" type=\"com\"/>\r\n</registry>"},
		{"one line", "\ufeff" + ns + ours + "<component path=\"a\"/>" + two + "</registry>", "\ufeff" + ns + "<component path=\"a\"/></registry>"},
		{"with an end tag", ns + "\n<component path=\"MANGOofficeSDK64_0_1_0_0.DLL\" type=\"native\">\n<x/></component>\n</registry>", ns + "\n</registry>"},
		{"only what is ours", ns + "\n<component path=\"MangoOfficeSDK64_0_1_0.dll\"/>\n<component path=\"xMangoOfficeSDK.dll\"/>\n</registry>", ""},
	} {
		got, changed, err := manifest.Remove([]byte(c.existing), mine)
		want := c.want
		if want == "" {
			want = c.existing
		}
		if err != nil || changed != (c.want != "") {
			t.Errorf("%s: Remove: changed %v, %v, want %v", c.name, changed, err, c.want != "")
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Errorf("%s: Remove (-want +got):\n%s", c.name, d)
		}
	}
	if _, _, err := manifest.Remove([]byte("<bundle/>"), mine); !errors.Is(err, manifest.ErrRegistry) {
		t.Errorf("Remove(<bundle/>) = %v, want ErrRegistry", err)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	v := manifest.Version{1, 20, 3, 4}
	for _, want := range manifest.Targets() {
		for name, version := range map[string]*manifest.Version{want.File: nil, strings.ToUpper(want.Versioned(v)): &v} {
			got, gotVersion, ok := manifest.Named(name)
			if d := cmp.Diff(version, gotVersion); !ok || got != want || d != "" {
				t.Errorf("Named(%s) = %v, %v, %v, want %v, %v", name, got, gotVersion, ok, want, version)
			}
		}
	}
	for _, name := range []string{"", "MangoOfficeSDK", "MangoOfficeSDK_.dll", "MangoOfficeSDK_1_2_3.dll", "MangoOfficeSDK64_01_2_3_4.dll", "MangoOfficeSDK_1_2_3_4.exe", "Other.dll"} {
		if got, _, ok := manifest.Named(name); ok {
			t.Errorf("Named(%q) = %v, want none", name, got)
		}
	}
}

// Whatever else a registry holds, a merge keeps it in its order, adds what is
// missing once, and changes nothing the second time.
func TestMergeProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var existing []manifest.Entry
		seen := map[string]bool{}
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			e := manifest.Entry{
				Path: rapid.SampledFrom([]string{"a.dll", "Б&<.dll", `"q".so`, "MangoOfficeSDK.dll", "mangoofficesdk64.DLL"}).Draw(t, "path"),
				Type: rapid.SampledFrom([]string{"native", "com", "Native"}).Draw(t, "type"),
			}
			if fold := strings.ToLower(e.Path); !seen[fold] {
				seen[fold] = true
				existing = append(existing, e)
			}
		}
		raw := manifest.Registry(existing)
		merged, err := manifest.Merge(raw, manifest.LooseEntries())
		if err != nil {
			t.Fatalf("Merge(%s): %v", raw, err)
		}
		entries, err := manifest.ParseRegistry(merged)
		if err != nil {
			t.Fatalf("ParseRegistry: %v", err)
		}
		checkMerged(t, existing, entries)
		again, err := manifest.Merge(merged, manifest.LooseEntries())
		if err != nil || !bytes.Equal(again, merged) {
			t.Fatalf("Merge twice: %v\n%s\n%s", err, merged, again)
		}
	})
}

type fataler interface{ Fatalf(string, ...any) }

func checkMerged(t fataler, before, after []manifest.Entry) {
	for i, e := range before {
		if !strings.EqualFold(after[i].Path, e.Path) {
			t.Fatalf("component %d was %v and is %v", i, e, after[i])
		}
	}
	for _, want := range manifest.LooseEntries() {
		n := 0
		for _, e := range after {
			if strings.EqualFold(e.Path, want.Path) && strings.EqualFold(e.Type, want.Type) {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("%v is there %d times in %v", want, n, after)
		}
	}
}

func FuzzRegistry(f *testing.F) {
	for _, s := range []string{"", head + ns + "</registry>", ns + ours + two + "</registry>", "\ufeff" + ns + "</registry>",
		`<r:registry xmlns:r="x"/>`, `<registry><component path="a"><component path="b"/></component></registry>`,
		`<registry a=">"><!-- > --><component/></registry>`, `<!DOCTYPE registry []><registry></registry >`, `<?xml version="1.0" encoding="windows-1251"?><registry` + "\xe6/>",
		"\xff\xfe<\x00r\x00e\x00g\x00i\x00s\x00t\x00r\x00y\x00/\x00>\x00", "\x00<\x00r\x00e\x00g\x00i\x00s\x00t\x00r\x00y\x00/\x00>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before, err := manifest.ParseRegistry(raw)
		merged, mergeErr := manifest.Merge(raw, manifest.LooseEntries())
		if mergeErr != nil {
			return
		}
		after, parseErr := manifest.ParseRegistry(merged)
		if parseErr != nil {
			t.Fatalf("Merge(%q) = %q, which does not parse: %v", raw, merged, parseErr)
		}
		if err == nil && len(after) < len(before) {
			t.Fatalf("Merge(%q) lost components: %q", raw, merged)
		}
		bare, _, err := manifest.Remove(merged, func(string) bool { return true })
		if left, parseErr := manifest.ParseRegistry(bare); err != nil || parseErr != nil || len(left) > 0 {
			t.Fatalf("Remove(%q) = %q, %v: %v left, %v", merged, bare, err, left, parseErr)
		}
		again, err := manifest.Merge(merged, manifest.LooseEntries())
		if err != nil || !bytes.Equal(again, merged) {
			t.Fatalf("Merge(%q) is not stable: %q, then %q, %v", raw, merged, again, err)
		}
	})
}

func ExampleTarget_Versioned() {
	for _, t := range manifest.Targets() {
		fmt.Println(t.OS, t.Arch, t.Versioned(manifest.Version{0, 1, 0, 0}))
	}
	// Output:
	// Windows i386 MangoOfficeSDK_0_1_0_0.dll
	// Windows x86_64 MangoOfficeSDK64_0_1_0_0.dll
	// Linux i386 MangoOfficeSDK_0_1_0_0.so
	// Linux x86_64 MangoOfficeSDK64_0_1_0_0.so
	// Linux ARM64 MangoOfficeSDKarm64_0_1_0_0.so
}
