package telephony

import "mangoofficesdk/addin/spec"

// requestMethods ask the PBX for data, and fetch what long work brought.
func requestMethods() []spec.Method[*Object] {
	operation := param("ИдОперации", "OperationID", spec.Str)
	number := param("Номер", "Number", spec.Str)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ВыполнитьЗапрос", EN: "APIRequest"},
			Params: []spec.Param{
				param("Метод", "Method", spec.Str),
				optional("Параметры", "Parameters", spec.Str, spec.String("")),
				optional("ЖдатьМс", "WaitMs", spec.Int, spec.Integer(0)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.apiRequest(a[0].Str(), a[1].Str(), a[2].Int()))
			},
		},
		{
			Name:    spec.Name{RU: "СписокМетодов", EN: "APIMethods"},
			Returns: spec.Str,
			Body:    func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.String(o.proc.apiMethods()), nil },
		},
		{
			Name: spec.Name{RU: "ПолучитьРезультат", EN: "GetResult"},
			Params: []spec.Param{
				operation,
				optional("Смещение", "Offset", spec.Int, spec.Integer(0)),
				optional("Количество", "Count", spec.Int, spec.Integer(1000)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.getResult(a[0].Str(), a[1].Int(), a[2].Int()))
			},
		},
		{
			Name:    spec.Name{RU: "ОтменитьОперацию", EN: "CancelOperation"},
			Params:  []spec.Param{operation},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.cancelOperation(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "ПолучитьСотрудников", EN: "GetEmployees"},
			Params: []spec.Param{
				optional("Обновить", "Refresh", spec.Boolean, spec.Bool(false)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.getEmployees(a[0].Bool())) },
		},
		{
			Name:    spec.Name{RU: "ДанныеКоллтрекинга", EN: "CallTracking"},
			Params:  []spec.Param{number},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.tracked("CallTracking", a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ИсторияПосетителя", EN: "VisitorHistory"},
			Params:  []spec.Param{number},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.tracked("VisitorHistory", a[0].Str()))
			},
		},
	}
}
