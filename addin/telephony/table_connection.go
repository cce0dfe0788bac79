package telephony

import (
	"strconv"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/office"
)

// connectionMethods are about the connection and the settings of the company.
func connectionMethods() []spec.Method[*Object] {
	longestCheck := strconv.FormatInt(office.MaxCheck.Milliseconds(), 10)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "Подключить", EN: "Connect"},
			Params: []spec.Param{
				param("Параметры", "Parameters", spec.Str, "JSON с параметрами подключения", "JSON with the parameters of the connection"),
				optional("ЖдатьМс", "WaitMs", spec.Int, spec.Integer(0),
					"сколько миллисекунд ждать регистрации, до 60000; 0 не ждать",
					"milliseconds to wait for the registration, at most 60000; 0: do not wait"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Подключает объект к ВАТС; итог сообщает событие СостояниеСвязи",
				EN: "Connects the object to the PBX; the event ConnectionState tells the outcome",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.connect(a[0].Str(), a[1].Int())) },
		},
		{
			Name:    spec.Name{RU: "Отключить", EN: "Disconnect"},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Отключает объект; последний объект процесса закрывает соединение",
				EN: "Disconnects the object; the last object of the process closes the connection",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return truth(o.disconnect()) },
		},
		{
			Name: spec.Name{RU: "ПроверитьСвязь", EN: "CheckConnection"},
			Params: []spec.Param{
				optional("ТаймаутМс", "TimeoutMs", spec.Int, spec.Integer(5000),
					"сколько миллисекунд ждать ответа, до "+longestCheck, "milliseconds to wait for the answer, at most "+longestCheck),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Проверяет связь с ВАТС и свой приёмник уведомлений, ждёт ответа",
				EN: "Checks the way to the PBX and the own listener; waits for the answer",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.checkConnection(a[0].Int())) },
		},
		{
			Name:    spec.Name{RU: "ПолучитьСостояние", EN: "GetStatus"},
			Returns: spec.Str,
			Doc: spec.Doc{
				RU: "Состояние объекта одним вызовом, JSON {state, extension, is_first, queue, mode, error {code, text, remedy, retryable, field}}",
				EN: "The state of the object in one call, JSON with these keys",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.String(o.status()), nil },
		},
		{
			Name: spec.Name{RU: "СоздатьИнтеграцию", EN: "CreateIntegration"},
			Params: []spec.Param{
				param("КодВАТС", "VpbxApiKey", spec.Str, "уникальный код ВАТС (vpbx_api_key)", "unique code of the PBX (vpbx_api_key)"),
				optional("КлючПодписи", "VpbxApiSalt", spec.Str, spec.String(""),
					"ключ для создания подписи (vpbx_api_salt)", "key for signing (vpbx_api_salt)"),
				optional("Параметры", "Parameters", spec.Str, spec.String(""),
					"JSON с прочими параметрами подключения", "JSON with other parameters of the connection"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Проверяет код и ключ до подключения и возвращает настройки со значениями по умолчанию, JSON",
				EN: "Checks code and key before Connect and returns the settings with defaults, JSON",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.createIntegration(a[0].Str(), a[1].Str(), a[2].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "ПолучитьНастройки", EN: "GetSettings"},
			Returns: spec.Str, Fallible: true,
			Doc:  spec.Doc{RU: "Настройки компании с номером изменения, JSON", EN: "Settings of the company with their revision, JSON"},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return str(o.settings()) },
		},
		{
			Name: spec.Name{RU: "УстановитьНастройки", EN: "SetSettings"},
			Params: []spec.Param{
				param("Настройки", "Settings", spec.Str, "JSON с изменяемыми настройками", "JSON with the settings to change"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Меняет настройки компании; неверное значение отклоняет все",
				EN: "Changes settings of the company; one wrong value refuses the whole",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.setSettings(a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "Диагностика", EN: "Diagnostics"},
			Returns: spec.Str,
			Doc: spec.Doc{
				RU: "Версии, пути, состояние, счётчики и последние ошибки, JSON",
				EN: "Versions, paths, state, counters and the last errors, JSON",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.String(o.diagnostics()), nil },
		},
	}
}

// truth is the result of a method that returns Булево.
func truth(err error) (spec.Value, error) { return spec.Bool(err == nil), err }

// str is the result of a method that returns Строка.
func str(s string, err error) (spec.Value, error) { return spec.String(s), err }
