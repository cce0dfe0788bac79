package manifest_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/manifest"
)

// entry is what the catalogue «Внешние компоненты» knows of a bundle.
type entry struct {
	ID, Name, Version string
	Date              time.Time
	Platforms         []string
}

// catalogued reads a bundle by the rules of БСП 3.0 to 3.2
// (ВнешниеКомпонентыСлужебный, ИнформацияОКомпонентеИзФайла): files at the root
// of the ZIP by name in any case, XML names with their prefixes and in their
// case, values of attributes of MANIFEST.XML in any case.
func catalogued(t *testing.T, raw []byte) (e entry) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			t.Errorf("%s is encrypted: БСП refuses that", f.Name)
		}
		switch strings.ToLower(f.Name) {
		case "manifest.xml":
			e.Date = f.Modified
			for _, a := range elements(t, f, "bundle") {
				machine := strings.ToLower(a["os"] + " " + a["arch"])
				if strings.ToLower(a["type"]) == "native" {
					e.Platforms = append(e.Platforms, machine)
				}
			}
		case "info.xml":
			for _, a := range elements(t, f, "drivers") {
				_, id, dotted := strings.Cut(a["progid"], ".")
				if !dotted {
					id = a["progid"]
				}
				e.ID, e.Name, e.Version = id, a["name"], a["version"]
			}
		case "external-components.json":
			t.Error("БСП takes a ZIP with external-components.json for another kind of file")
		}
	}
	return e
}

// elements gives the attributes of every element "component" below a root.
func elements(t *testing.T, f *zip.File, root string) (all []map[string]string) {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	dec, first := xml.NewDecoder(r), true
	for {
		token, err := dec.RawToken() // names with their prefixes, as ЧтениеXML.Имя
		if err == io.EOF {
			return all
		} else if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name := strings.TrimPrefix(start.Name.Space+":"+start.Name.Local, ":")
		if first && name != root {
			t.Fatalf("%s: the root is <%s>, want <%s>", f.Name, name, root)
		}
		first = false
		if name != "component" {
			continue
		}
		attrs := map[string]string{}
		for _, a := range start.Attr {
			attrs[a.Name.Local] = a.Value
		}
		all = append(all, attrs)
	}
}

func TestCatalogueOfStandardSubsystems(t *testing.T) {
	t.Parallel()
	want := entry{
		ID: "MangoOfficeSDK", Name: "Телефония MANGO OFFICE", Version: "1.2.3.4", Date: date1,
		Platforms: []string{"windows i386", "windows x86_64", "linux i386", "linux x86_64", "linux arm64"},
	}
	if d := cmp.Diff(want, catalogued(t, pack(t, v1, date1))); d != "" {
		t.Errorf("Pack, as БСП reads it (-want +got):\n%s", d)
	}
	// Two versions may lie side by side only when their dates differ, and the
	// newest is found by its date.
	next := catalogued(t, pack(t, manifest.Version{1, 2, 3, 5}, date1.Add(time.Hour)))
	if !next.Date.After(want.Date) {
		t.Errorf("Pack of a later version: date %v, want one after %v", next.Date, want.Date)
	}
	for _, bad := range []time.Time{{}, manifest.NoDate.Add(-time.Second), time.Date(2108, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if err := manifest.Pack(io.Discard, v1, bad, nil, nil); err == nil || !strings.Contains(err.Error(), "1980 to 2107") {
			t.Errorf("Pack with date %v: %v, want a refusal of the date", bad, err)
		}
	}
}
