// Package manifest writes what 1C needs to find the libraries: the ZIP bundle
// with MANIFEST.XML that УстановитьВнешнююКомпоненту takes, INFO.XML for the
// library of standard subsystems, and registry.xml for loose files in the
// ExtCompT folder. It reads them back to check what was written.
//
// Everything written is reproducible: the same libraries and version give the
// same bytes.
package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// Version has four parts, as 1C likes.
type Version [4]uint16

// ParseVersion reads "0.1.0.0", space around it allowed.
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(strings.TrimSpace(s), ".")
	var v Version
	if len(parts) != len(v) {
		return v, fmt.Errorf("manifest: version %q: want four numbers with dots between", s)
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || strconv.FormatUint(n, 10) != p {
			return Version{}, fmt.Errorf("manifest: version %q: %q is not a number from 0 to 65535", s, p)
		}
		v[i] = uint16(n)
	}
	return v, nil
}

// String is the usual form: "0.1.0.0".
func (v Version) String() string { return v.join(".") }

func (v Version) join(sep string) string {
	parts := make([]string, len(v))
	for i, n := range v {
		parts[i] = strconv.Itoa(int(n))
	}
	return strings.Join(parts, sep)
}
