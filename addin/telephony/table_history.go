package telephony

import "mangoofficesdk/addin/spec"

// historyMethods are about calls that are over.
func historyMethods() []spec.Method[*Object] {
	entry := param("ИдВызова", "EntryID", spec.Str)
	return []spec.Method[*Object]{
		{
			Name:    spec.Name{RU: "ПолучитьЗвонок", EN: "GetCall"},
			Params:  []spec.Param{entry},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.getCall(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "СледитьЗаЗвонком", EN: "WatchCall"},
			Params: []spec.Param{
				entry,
				optional("Вкл", "On", spec.Boolean, spec.Bool(true)),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.watchCall(a[0].Str(), a[1].Bool()))
			},
		},
		{
			Name: spec.Name{RU: "ЗагрузитьЗвонки", EN: "LoadCalls"},
			Params: []spec.Param{
				param("Начало", "From", spec.Date),
				param("Конец", "To", spec.Date),
				optional("Отбор", "Filter", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.loadCalls(a[0].Time(), a[1].Time(), a[2].Str()))
			},
		},
	}
}
