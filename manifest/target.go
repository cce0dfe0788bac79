package manifest

import (
	"path"
	"strings"
)

// Name is the class of the component and the stem of its files.
const Name = "MangoOfficeSDK"

// Target is one library of the bundle.
type Target struct {
	GOOS, GOARCH string
	File         string // constant name, as built: "MangoOfficeSDK64.dll"
	OS, Arch     string // as MANIFEST.XML spells them
	// Listed in the registry.xml of loose files: the two names that the user
	// guide of the original component gives.
	Loose bool
}

// Targets are the five libraries, in the order of the manifest.
func Targets() []Target {
	return []Target{
		{GOOS: "windows", GOARCH: "386", File: Name + ".dll", OS: "Windows", Arch: "i386", Loose: true},
		{GOOS: "windows", GOARCH: "amd64", File: Name + "64.dll", OS: "Windows", Arch: "x86_64", Loose: true},
		{GOOS: "linux", GOARCH: "386", File: Name + ".so", OS: "Linux", Arch: "i386"},
		{GOOS: "linux", GOARCH: "amd64", File: Name + "64.so", OS: "Linux", Arch: "x86_64"},
		{GOOS: "linux", GOARCH: "arm64", File: Name + "arm64.so", OS: "Linux", Arch: "ARM64"},
	}
}

// Versioned is the target's file name inside a bundle, e.g.
// "MangoOfficeSDK64_0_1_0_0.dll". The platform caches libraries by file name:
// a new version under an old name would never be loaded.
func (t Target) Versioned(v Version) string {
	ext := path.Ext(t.File)
	return t.File[:len(t.File)-len(ext)] + "_" + v.join("_") + ext
}

// BundleFile is the name of the ZIP, e.g. "MangoOfficeSDK_0_1_0_0.zip".
func BundleFile(v Version) string { return Name + "_" + v.join("_") + ".zip" }

// Named tells which library of ours a file is, by its name in any case of
// letters: version is nil under a constant name, else that of a bundle.
func Named(file string) (t Target, version *Version, ok bool) {
	for _, t := range Targets() {
		if strings.EqualFold(file, t.File) {
			return t, nil, true
		}
		ext := path.Ext(t.File)
		stem := t.File[:len(t.File)-len(ext)] + "_"
		if len(file) <= len(stem)+len(ext) || !strings.EqualFold(file[:len(stem)], stem) || !strings.EqualFold(file[len(file)-len(ext):], ext) {
			continue
		}
		v, err := ParseVersion(strings.ReplaceAll(file[len(stem):len(file)-len(ext)], "_", "."))
		if err == nil {
			return t, &v, true
		}
	}
	return Target{}, nil, false
}
