package manifest

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// Title is the component's name for people, in INFO.XML.
const Title = "Телефония MANGO OFFICE"

// Info writes INFO.XML for a version: what the library of standard subsystems
// (БСП 3.0–3.2) puts into its catalogue «Внешние компоненты». Of the two forms
// that it reads this is the one that it tries first, with a plain XML reader:
// root and elements without a prefix, the identifier after the first dot of
// progid. An attribute type would be the kind of device of the library of
// plug-in equipment, from which the form comes, and is left out.
func Info(v Version) []byte {
	var w bytes.Buffer
	w.WriteString(xml.Header)
	fmt.Fprintf(&w, "<drivers>\n\t<component progid=\"AddIn.%s\" name=\"%s\" version=\"%s\"/>\n</drivers>\n", Name, escape(Title), v)
	return w.Bytes()
}
