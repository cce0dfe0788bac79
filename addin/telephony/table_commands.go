package telephony

import "mangoofficesdk/addin/spec"

// commandMethods are the other commands about calls, and messages.
func commandMethods() []spec.Method[*Object] {
	callID := param("ИдЗвонка", "CallID", spec.Str)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ПозвонитьОтГруппы", EN: "StartGroupCall"},
			Params: []spec.Param{
				param("Откуда", "From", spec.Str),
				param("Куда", "To", spec.Str),
				param("Линия", "Line", spec.Str),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("StartGroupCall", object("from", a[0].Str(), "to", a[1].Str(), "line_number", a[2].Str())))
			},
		},
		{
			Name:    spec.Name{RU: "ПерехватитьЗвонок", EN: "PickupCall"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Body: ofCall("PickupCall"),
		},
		{
			Name: spec.Name{RU: "ПеревестиЗвонок", EN: "TransferCall"},
			Params: []spec.Param{
				callID,
				param("Куда", "To", spec.Str),
				optional("СКонсультацией", "Consult", spec.Boolean, spec.Bool(false)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("TransferCall", object("call_id", a[0].Str(), "to", a[1].Str(), "consult", a[2].Bool())))
			},
		},
		{
			Name:    spec.Name{RU: "СоединитьЗвонки", EN: "ConnectCalls"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Body: ofCall("ConnectCalls"),
		},
		{
			Name:    spec.Name{RU: "ОтменитьПеревод", EN: "CancelTransfer"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Body: ofCall("CancelTransfer"),
		},
		{
			Name:    spec.Name{RU: "УдержатьЗвонок", EN: "HoldCall"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Body: ofCall("HoldCall"),
		},
		{
			Name: spec.Name{RU: "НачатьЗапись", EN: "StartRecording"},
			Params: []spec.Param{
				callID,
				optional("Участник", "Party", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("StartRecording", object("call_id", a[0].Str(), "party", a[1].Str())))
			},
		},
		{
			Name: spec.Name{RU: "ВоспроизвестиФайл", EN: "PlayAudio"},
			Params: []spec.Param{
				callID,
				param("ИдФайла", "FileID", spec.Int),
				optional("Пауза", "Pause", spec.Int, spec.Integer(0)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.playAudio(a[0].Str(), a[1].Int(), a[2].Int()))
			},
		},
		{
			Name: spec.Name{RU: "ОтправитьСМС", EN: "SendSMS"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str),
				param("Текст", "Text", spec.Str),
				optional("Отправитель", "Sender", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("SendSMS", object("number", a[0].Str(), "text", a[1].Str(), "sender", a[2].Str())))
			},
		},
	}
}
