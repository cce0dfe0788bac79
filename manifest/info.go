package manifest

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// InfoForm is one of the two forms of INFO.XML that the library of standard
// subsystems (БСП) and its relatives read when a bundle is put into the
// catalogue «Внешние компоненты».
type InfoForm int

const (
	// InfoComponent is the form with one <info> element.
	InfoComponent InfoForm = iota
	// InfoDrivers is the form of the library of plug-in equipment: <drivers>.
	InfoDrivers
)

// Title is the component's name for people, in INFO.XML.
const Title = "Телефония MANGO OFFICE"

// Info writes INFO.XML for a version.
func Info(v Version, form InfoForm) []byte {
	var w bytes.Buffer
	w.WriteString(xml.Header)
	if form == InfoDrivers {
		fmt.Fprintf(&w, "<drivers>\n\t<component progid=\"AddIn.%s\" type=\"native\" name=\"%s\" version=\"%s\"/>\n</drivers>\n",
			Name, escape(Title), v)
		return w.Bytes()
	}
	fmt.Fprintf(&w, "<info>\n\t<progid>%s</progid>\n\t<name>%s</name>\n\t<version>%s</version>\n</info>\n",
		Name, escape(Title), v)
	return w.Bytes()
}
