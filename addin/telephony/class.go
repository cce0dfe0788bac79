// Package telephony is THE component: the names that BSL sees, paired in two
// languages (table_*.go, one file per subject), and thin
// bodies behind them. All objects of one process share one connection, held by
// Process; events reach 1C through one goroutine per object.
package telephony

import (
	"slices"

	"mangoofficesdk/addin/spec"
)

// ClassName stands in GetClassNames and in RegisterExtensionAs alike, so that
// Новый("AddIn.<Имя>.MangoOfficeSDK") works in 1C and in OneScript. It is also
// the Источник of every external event.
const ClassName = "MangoOfficeSDK"

// Class is the declaration of the component. Released names never change and
// the list only grows: testdata/interface.golden holds it to that. What its
// members are for says addin/manual.
func Class() *spec.Class[*Object] {
	return &spec.Class[*Object]{
		Name:       ClassName,
		Properties: properties(),
		Methods: slices.Concat(
			connectionMethods(),
			callMethods(),
			eventMethods(),
			otherMethods(),
			userMethods(),
			routeMethods(),
			commandMethods(),
			requestMethods(),
			comparisons(),
			historyMethods(),
			reportMethods(), recordingMethods(),
			logMethods(),
		),
	}
}

// param is a required parameter.
func param(ru, en string, t spec.Type) spec.Param {
	return spec.Param{Name: spec.Name{RU: ru, EN: en}, Type: t}
}

// optional is a parameter with a default. The default is a real value, never
// Неопределено: OneScript takes an empty default for none.
func optional(ru, en string, t spec.Type, def spec.Value) spec.Param {
	p := param(ru, en, t)
	p.Default = &def
	return p
}
