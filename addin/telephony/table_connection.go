package telephony

import "mangoofficesdk/addin/spec"

// connectionMethods are about the connection and the settings of the company.
func connectionMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "Подключить", EN: "Connect"},
			Params: []spec.Param{
				param("Параметры", "Parameters", spec.Str),
				optional("ЖдатьМс", "WaitMs", spec.Int, spec.Integer(0)),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.connect(a[0].Str(), a[1].Int())) },
		},
		{
			Name:    spec.Name{RU: "Отключить", EN: "Disconnect"},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return truth(o.disconnect()) },
		},
		{
			Name: spec.Name{RU: "ПроверитьСвязь", EN: "CheckConnection"},
			Params: []spec.Param{
				optional("ТаймаутМс", "TimeoutMs", spec.Int, spec.Integer(5000)),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.checkConnection(a[0].Int())) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьСостояние", EN: "GetStatus"},
			Returns: spec.Str,
			Body:    func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.String(o.status()), nil },
		},
		{
			Name: spec.Name{RU: "СоздатьИнтеграцию", EN: "CreateIntegration"},
			Params: []spec.Param{
				param("КодВАТС", "VpbxApiKey", spec.Str),
				optional("КлючПодписи", "VpbxApiSalt", spec.Str, spec.String("")),
				optional("Параметры", "Parameters", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.createIntegration(a[0].Str(), a[1].Str(), a[2].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "ПолучитьНастройки", EN: "GetSettings"},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.settings()) },
		},
		{
			Name: spec.Name{RU: "УстановитьНастройки", EN: "SetSettings"},
			Params: []spec.Param{
				param("Настройки", "Settings", spec.Str),
			},
			Returns: spec.Boolean, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.setSettings(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "Диагностика", EN: "Diagnostics"},
			Returns: spec.Str,
			Body:    func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.String(o.diagnostics()), nil },
		},
	}
}

// logMethods came after the first release of the list, which only grows.
func logMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "СобратьЖурналы", EN: "CollectLogs"},
			Params: []spec.Param{
				optional("ПутьКАрхиву", "ArchivePath", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.collectLogs(a[0].Str())) },
		},
	}
}

// truth is the result of a method that returns Булево.
func truth(err error) (spec.Value, error) { return spec.Bool(err == nil), err }

// str is the result of a method that returns Строка.
func str(s string, err error) (spec.Value, error) { return spec.String(s), err }
