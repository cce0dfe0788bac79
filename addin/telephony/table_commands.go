package telephony

import "mangoofficesdk/addin/spec"

// commandMethods are the other commands about calls, and messages.
func commandMethods() []spec.Method[*Object] {
	callID := param("ИдЗвонка", "CallID", spec.Str, "ид плеча звонка (call_id)", "id of the leg (call_id)")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ПозвонитьОтГруппы", EN: "StartGroupCall"},
			Params: []spec.Param{
				param("Откуда", "From", spec.Str, "кому позвонить сначала: группа или номер телефона", "who is called first: a group or a number"),
				param("Куда", "To", spec.Str, "с кем соединить: номер телефона или группа", "whom to connect with: a number or a group"),
				param("Линия", "Line", spec.Str, "номер линии ВАТС", "number of the line of the PBX"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Звонит от имени группы: одна сторона группа, другая внешний номер; возвращает command_id",
				EN: "Calls on behalf of a group: one side is a group, the other a number outside; returns the command_id",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("StartGroupCall", object("from", a[0].Str(), "to", a[1].Str(), "line_number", a[2].Str())))
			},
		},
		{
			Name:    spec.Name{RU: "ПерехватитьЗвонок", EN: "PickupCall"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Забирает неотвеченный звонок на свой внутренний номер; возвращает command_id",
				EN: "Takes an unanswered call to the own extension; returns the command_id",
			},
			Body: ofCall("PickupCall"),
		},
		{
			Name: spec.Name{RU: "ПеревестиЗвонок", EN: "TransferCall"},
			Params: []spec.Param{
				callID,
				param("Куда", "To", spec.Str, "внутренний номер, группа или номер телефона", "an extension, a group or a number"),
				optional("СКонсультацией", "Consult", spec.Boolean, spec.Bool(false),
					"Истина: сначала поговорить с тем, кому переводят", "True: talk to the target first"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Переводит свой разговор; возвращает command_id. ВАТС принимает один перевод в две секунды",
				EN: "Transfers the own conversation; returns the command_id. The PBX takes one transfer in two seconds",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("TransferCall", object("call_id", a[0].Str(), "to", a[1].Str(), "consult", a[2].Bool())))
			},
		},
		{
			Name:    spec.Name{RU: "СоединитьЗвонки", EN: "ConnectCalls"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Завершает перевод с консультацией: соединяет удержанного с тем, с кем идёт разговор. ИдЗвонка любого из двух плеч; возвращает command_id",
				EN: "Ends a transfer with consultation: joins who is on hold with whom the employee talks to. CallID of either leg; returns the command_id",
			},
			Body: ofCall("ConnectCalls"),
		},
		{
			Name:    spec.Name{RU: "ОтменитьПеревод", EN: "CancelTransfer"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Возвращает удержанный разговор; возвращает command_id",
				EN: "Takes the conversation on hold back; returns the command_id",
			},
			Body: ofCall("CancelTransfer"),
		},
		{
			Name:    spec.Name{RU: "УдержатьЗвонок", EN: "HoldCall"},
			Params:  []spec.Param{callID},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Ставит собеседника на удержание; возвращает command_id. Снимается с телефонного аппарата или методом ОтменитьПеревод",
				EN: "Puts the other side on hold; returns the command_id. It ends on the telephone, or by CancelTransfer",
			},
			Body: ofCall("HoldCall"),
		},
		{
			Name: spec.Name{RU: "НачатьЗапись", EN: "StartRecording"},
			Params: []spec.Param{
				callID,
				optional("Участник", "Party", spec.Str, spec.String(""),
					"кого записать: внутренний номер или номер из карточки сотрудника; пусто: себя",
					"who is recorded: an extension, or a number of an employee's card; empty: oneself"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Включает запись разговора; возвращает command_id. Команды остановить запись у ВАТС нет",
				EN: "Switches recording on; returns the command_id. The PBX has no command to stop it",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("StartRecording", object("call_id", a[0].Str(), "party", a[1].Str())))
			},
		},
		{
			Name: spec.Name{RU: "ВоспроизвестиФайл", EN: "PlayAudio"},
			Params: []spec.Param{
				callID,
				param("ИдФайла", "FileID", spec.Int, "ид аудиофайла ВАТС; 0 без файла, только пауза", "id of the audio file of the PBX; 0: no file, only the pause"),
				optional("Пауза", "Pause", spec.Int, spec.Integer(0), "секунд тишины после файла, до 3600", "seconds of silence after the file, at most 3600"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Проигрывает файл звонящему, который в меню или в очереди; возвращает command_id",
				EN: "Plays a file to a caller in the IVR or in a queue; returns the command_id",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.playAudio(a[0].Str(), a[1].Int(), a[2].Int()))
			},
		},
		{
			Name: spec.Name{RU: "ОтправитьСМС", EN: "SendSMS"},
			Params: []spec.Param{
				param("Номер", "Number", spec.Str, "кому: внешний номер телефона", "to whom: a number outside"),
				param("Текст", "Text", spec.Str, "до 612 латинских символов или до 268 с кириллицей", "at most 612 Latin characters, or 268 with others"),
				optional("Отправитель", "Sender", spec.Str, spec.String(""),
					"имя отправителя из личного кабинета; пусто: по умолчанию", "name of the sender of the account page; empty: the default one"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Отправляет сообщение от имени своего внутреннего номера; возвращает command_id. О доставке сообщает РезультатСМС",
				EN: "Sends a message on behalf of the own extension; returns the command_id. SmsResult tells of the delivery",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.command("SendSMS", object("number", a[0].Str(), "text", a[1].Str(), "sender", a[2].Str())))
			},
		},
	}
}
