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
			Get: func(o *Object) spec.Value { return spec.String(o.proc.opt.Version) },
		},
		{
			Name: spec.Name{RU: "Состояние", EN: "State"}, Type: spec.Int,
			Get: func(o *Object) spec.Value { return spec.Integer(int64(o.view().State)) },
		},
		{
			Name: spec.Name{RU: "Подключено", EN: "Connected"}, Type: spec.Boolean,
			Get: func(o *Object) spec.Value { return spec.Bool(o.view().State == office.Registered) },
		},
		{
			Name: spec.Name{RU: "КодОшибки", EN: "ErrorCode"}, Type: spec.Str,
			Get: func(o *Object) spec.Value { return spec.String(string(o.lastCode())) },
		},
		{
			Name: spec.Name{RU: "ОписаниеОшибки", EN: "ErrorDescription"}, Type: spec.Str,
			Get: func(o *Object) spec.Value {
				if e := o.env.LastError(); e != nil {
					return spec.String(component.Describe(e, o.env.Lang()))
				}
				return spec.String("")
			},
		},
		{
			Name: spec.Name{RU: "СообщениеСвязи", EN: "ConnectionMessage"}, Type: spec.Str,
			Get: func(o *Object) spec.Value { return spec.String(o.connectionMessage()) },
		},
		{
			Name: spec.Name{RU: "ВызыватьИсключения", EN: "RaiseErrors"}, Type: spec.Boolean,
			Get: func(o *Object) spec.Value { return spec.Bool(o.env.RaiseErrors()) },
			Set: func(o *Object, v spec.Value) error { o.env.SetRaiseErrors(v.Bool()); return nil },
		},
		{
			Name: spec.Name{RU: "ЯзыкСообщений", EN: "Language"}, Type: spec.Str,
			Get: func(o *Object) spec.Value { return spec.String(o.env.Lang().String()) },
			Set: func(o *Object, v spec.Value) error { return setLang(v.Str(), o.env.SetLang) },
		},
		{
			Name: spec.Name{RU: "ЯзыкСобытий", EN: "EventLanguage"}, Type: spec.Str,
			Get: func(o *Object) spec.Value { return spec.String(o.eventLang().String()) },
			Set: func(o *Object, v spec.Value) error { return setLang(v.Str(), o.setEventLang) },
		},
		{
			Name: spec.Name{RU: "ВнутреннийНомер", EN: "Extension"}, Type: spec.Str,
			Get: func(o *Object) spec.Value { return spec.String(o.view().Extension) },
		},
		{
			Name: spec.Name{RU: "ПервыйВСессии", EN: "IsFirst"}, Type: spec.Boolean,
			Get: func(o *Object) spec.Value { return spec.Bool(o.view().IsFirst) },
		},
		{
			Name: spec.Name{RU: "РазмерОчереди", EN: "QueueLength"}, Type: spec.Int,
			Get: func(o *Object) spec.Value { return spec.Integer(int64(o.queueLength())) },
		},
		{
			Name: spec.Name{RU: "ВнешниеСобытия", EN: "ExternalEvents"}, Type: spec.Boolean,
			Get: func(o *Object) spec.Value { return spec.Bool(o.pushes()) },
			Set: func(o *Object, v spec.Value) error { o.setPush(v.Bool()); return nil },
		},
		{
			Name: spec.Name{RU: "УровеньЖурнала", EN: "LogLevel"}, Type: spec.Str,
			Get: func(o *Object) spec.Value { return spec.String(o.proc.log.Level()) },
			Set: func(o *Object, v spec.Value) error { return ofProperty(o.proc.log.SetLevel(v.Str())) },
		},
		{
			Name: spec.Name{RU: "ПутьКЖурналу", EN: "LogPath"}, Type: spec.Str,
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
