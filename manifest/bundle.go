package manifest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Names of the files that describe a bundle. The platform compares them
// without regard to case.
const (
	ManifestFile = "MANIFEST.XML"
	InfoFile     = "INFO.XML"
)

const bundleNamespace = "http://v8.1c.ru/8.2/addin/bundle"

// Bundle is what MANIFEST.XML says.
type Bundle struct {
	XMLName    xml.Name    `xml:"http://v8.1c.ru/8.2/addin/bundle bundle"`
	Name       string      `xml:"name,attr,omitempty"`
	Components []Component `xml:"component"`
}

// Component is one library of a bundle.
type Component struct {
	OS   string `xml:"os,attr"`
	Path string `xml:"path,attr"`
	Type string `xml:"type,attr"`
	Arch string `xml:"arch,attr"`
}

// NewBundle lists the targets under their versioned names.
func NewBundle(v Version, targets []Target) Bundle {
	b := Bundle{Name: Name}
	for _, t := range targets {
		b.Components = append(b.Components, Component{OS: t.OS, Path: t.Versioned(v), Type: "native", Arch: t.Arch})
	}
	return b
}

// XML writes MANIFEST.XML.
func (b Bundle) XML() []byte {
	var w bytes.Buffer
	w.WriteString(xml.Header)
	fmt.Fprintf(&w, "<bundle xmlns=%q name=\"%s\">\n", bundleNamespace, escape(b.Name))
	for _, c := range b.Components {
		fmt.Fprintf(&w, "\t<component os=\"%s\" path=\"%s\" type=\"%s\" arch=\"%s\"/>\n",
			escape(c.OS), escape(c.Path), escape(c.Type), escape(c.Arch))
	}
	w.WriteString("</bundle>\n")
	return w.Bytes()
}

// ParseBundle reads MANIFEST.XML; a byte order mark is tolerated, as the
// platform does.
func ParseBundle(raw []byte) (Bundle, error) {
	var b Bundle
	if err := xml.Unmarshal(bytes.TrimPrefix(raw, utf8BOM), &b); err != nil {
		return Bundle{}, fmt.Errorf("manifest: %s: %w", ManifestFile, err)
	}
	return b, nil
}

// Check tells what the platform would stumble over: a bundle without
// libraries, two for one machine, a path with folders, an unknown word.
func (b Bundle) Check() error {
	if len(b.Components) == 0 {
		return errors.New("manifest: no components")
	}
	seen, paths := map[string]bool{}, map[string]bool{}
	for _, c := range b.Components {
		machine := strings.ToLower(c.OS + " " + c.Arch)
		if !slices.Contains(knownMachines, machine) {
			return fmt.Errorf("manifest: component %q: unknown os and arch %q", c.Path, c.OS+" "+c.Arch)
		}
		if seen[machine] {
			return fmt.Errorf("manifest: component %q: a second one for %s", c.Path, c.OS+" "+c.Arch)
		}
		seen[machine] = true
		if c.Path == "" || strings.ContainsAny(c.Path, `/\:`) {
			return fmt.Errorf("manifest: component path %q: want a plain file name", c.Path)
		}
		if folded := strings.ToLower(c.Path); paths[folded] {
			return fmt.Errorf("manifest: component path %q is there twice", c.Path)
		} else {
			paths[folded] = true
		}
		if !strings.EqualFold(c.Type, "native") {
			return fmt.Errorf("manifest: component %q: type %q, want native", c.Path, c.Type)
		}
	}
	return nil
}

// The spellings that the platform and the library of standard subsystems know,
// in lower case.
var knownMachines = []string{
	"windows i386", "windows x86_64",
	"linux i386", "linux x86_64", "linux arm64", "linux e2k",
	"macos x86_64", "macos universal",
}

// escape makes s safe inside an attribute.
func escape(s string) string {
	var w strings.Builder
	_ = xml.EscapeText(&w, []byte(s)) // a strings.Builder never fails
	return w.String()
}
