package telephony_test

import (
	"fmt"
	"strings"
	"testing"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/addin/telephony"
)

// The golden is the contract: what stands there was released. Lines may be
// added, never changed.
func TestInterfaceGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	class := telephony.Class()
	fmt.Fprintf(&b, "class %s\n\n", class.Name)
	for i, p := range class.Properties {
		access := "r"
		if p.Set != nil {
			access = "rw"
		}
		fmt.Fprintf(&b, "property %d %s / %s: %v %s\n", i, p.Name.RU, p.Name.EN, p.Type, access)
	}
	b.WriteByte('\n')
	for i := range class.Methods {
		m := &class.Methods[i]
		fmt.Fprintf(&b, "method %d %s / %s(%s)", i, m.Name.RU, m.Name.EN, signature(m.AllParams()))
		if m.Returns != spec.None {
			fmt.Fprintf(&b, ": %v", m.Returns)
		}
		b.WriteByte('\n')
	}
	golden(t, "interface.golden", []byte(b.String()))
}

func signature(params []spec.Param) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = fmt.Sprintf("%s / %s: %v", p.Name.RU, p.Name.EN, p.Type)
		if p.Default != nil {
			parts[i] += " = " + p.Default.String()
		}
	}
	return strings.Join(parts, ", ")
}
