package telephony

import (
	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/text"
)

// properties is the table «Properties» of the contract.
func properties() []spec.Property[*Object] {
	return []spec.Property[*Object]{
		{
			Name: spec.Name{RU: "Версия", EN: "Version"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Версия библиотеки", EN: "Version of the library"},
			Get: func(o *Object) spec.Value { return spec.String(o.proc.opt.Version) },
		},
		{
			Name: spec.Name{RU: "Состояние", EN: "State"}, Type: spec.Int,
			Doc: spec.Doc{
				RU: "0 выключено, 1 подключается, 2 соединено, 3 зарегистрировано, 4 отказ",
				EN: "0 off, 1 connecting, 2 connected, 3 registered, 4 refused",
			},
			Get: func(o *Object) spec.Value { return spec.Integer(int64(o.view().State)) },
		},
		{
			Name: spec.Name{RU: "Подключено", EN: "Connected"}, Type: spec.Boolean,
			Doc: spec.Doc{RU: "Истина, если Состояние = 3", EN: "True when State = 3"},
			Get: func(o *Object) spec.Value { return spec.Bool(o.view().State == office.Registered) },
		},
		{
			Name: spec.Name{RU: "КодОшибки", EN: "ErrorCode"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Код последней ошибки объекта, пусто после успеха", EN: "Code of the object's last failure, empty after success"},
			Get: func(o *Object) spec.Value { return spec.String(string(o.lastCode())) },
		},
		{
			Name: spec.Name{RU: "ОписаниеОшибки", EN: "ErrorDescription"}, Type: spec.Str,
			Doc: spec.Doc{
				RU: "Текст последней ошибки объекта и что делать, пусто после успеха",
				EN: "Text of the object's last failure and what to do, empty after success",
			},
			Get: func(o *Object) spec.Value {
				if e := o.env.LastError(); e != nil {
					return spec.String(component.Describe(e, o.env.Lang()))
				}
				return spec.String("")
			},
		},
		{
			Name: spec.Name{RU: "СообщениеСвязи", EN: "ConnectionMessage"}, Type: spec.Str,
			Doc: spec.Doc{RU: "«Сервер интеграции доступен» или почему нет", EN: "Whether the integration server is available, or why not"},
			Get: func(o *Object) spec.Value { return spec.String(o.connectionMessage()) },
		},
		{
			Name: spec.Name{RU: "ВызыватьИсключения", EN: "RaiseErrors"}, Type: spec.Boolean,
			Doc: spec.Doc{RU: "Истина: каждая ошибка вызывает исключение", EN: "True: every failure raises an exception"},
			Get: func(o *Object) spec.Value { return spec.Bool(o.env.RaiseErrors()) },
			Set: func(o *Object, v spec.Value) error { o.env.SetRaiseErrors(v.Bool()); return nil },
		},
		{
			Name: spec.Name{RU: "ЯзыкСообщений", EN: "Language"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Язык текстов для людей: ru или en", EN: "Language of texts for people: ru or en"},
			Get: func(o *Object) spec.Value { return spec.String(o.env.Lang().String()) },
			Set: func(o *Object, v spec.Value) error { return setLang(v.Str(), o.env.SetLang) },
		},
		{
			Name: spec.Name{RU: "ЯзыкСобытий", EN: "EventLanguage"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Язык имён событий: ru или en", EN: "Language of the names of events: ru or en"},
			Get: func(o *Object) spec.Value { return spec.String(o.eventLang().String()) },
			Set: func(o *Object, v spec.Value) error { return setLang(v.Str(), o.setEventLang) },
		},
		{
			Name: spec.Name{RU: "ВнутреннийНомер", EN: "Extension"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Внутренний номер этого сеанса", EN: "Extension of this session"},
			Get: func(o *Object) spec.Value { return spec.String(o.view().Extension) },
		},
		{
			Name: spec.Name{RU: "ПервыйВСессии", EN: "IsFirst"}, Type: spec.Boolean,
			Doc: spec.Doc{RU: "Истина, если этот сеанс зарегистрирован первым", EN: "True when this session was registered first"},
			Get: func(o *Object) spec.Value { return spec.Bool(o.view().IsFirst) },
		},
		{
			Name: spec.Name{RU: "РазмерОчереди", EN: "QueueLength"}, Type: spec.Int,
			Doc: spec.Doc{RU: "Сколько событий 1С ещё не взяла", EN: "How many events 1C has not taken yet"},
			Get: func(o *Object) spec.Value { return spec.Integer(int64(o.queueLength())) },
		},
		{
			Name: spec.Name{RU: "ВнешниеСобытия", EN: "ExternalEvents"}, Type: spec.Boolean,
			Doc: spec.Doc{
				RU: "Истина: события приходят как внешние; Ложь: только через ПолучитьСобытия",
				EN: "True: events come as external ones; False: by FetchEvents only",
			},
			Get: func(o *Object) spec.Value { return spec.Bool(o.pushes()) },
			Set: func(o *Object, v spec.Value) error { o.setPush(v.Bool()); return nil },
		},
		{
			Name: spec.Name{RU: "УровеньЖурнала", EN: "LogLevel"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Подробность журнала: error, warn, info или debug", EN: "How much is logged: error, warn, info or debug"},
			Get: func(o *Object) spec.Value { return spec.String(o.proc.log.Level()) },
			Set: func(o *Object, v spec.Value) error { return ofProperty(o.proc.log.SetLevel(v.Str())) },
		},
		{
			Name: spec.Name{RU: "ПутьКЖурналу", EN: "LogPath"}, Type: spec.Str,
			Doc: spec.Doc{RU: "Файл журнала; пусто: журнал не пишется", EN: "The log file; empty: no log is written"},
			Get: func(o *Object) spec.Value { return spec.String(o.proc.log.Path()) },
			Set: func(o *Object, v spec.Value) error { return ofProperty(o.proc.log.SetPath(v.Str())) },
		},
	}
}

// setLang reads a language for one of the two language properties.
func setLang(s string, set func(text.Lang)) error {
	l, ok := text.ParseLang(s)
	if !ok {
		return text.New(text.BadArgument).WithDetail(s)
	}
	set(l)
	return nil
}
