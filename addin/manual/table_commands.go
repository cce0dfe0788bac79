package manual

import "mangoofficesdk/addin/spec"

// commands describes what table_commands.go declares.
func commands() pages {
	callID := spec.Doc{RU: "ид плеча звонка (call_id)", EN: "id of the leg (call_id)"}
	return pages{
		"StartGroupCall": {
			RU: "Звонит от имени группы: одна сторона группа, другая внешний номер; возвращает command_id",
			EN: "Calls on behalf of a group: one side is a group, the other a number outside; returns the command_id",
		},
		"StartGroupCall.From": {RU: "кому позвонить сначала: группа или номер телефона", EN: "who is called first: a group or a number"},
		"StartGroupCall.To":   {RU: "с кем соединить: номер телефона или группа", EN: "whom to connect with: a number or a group"},
		"StartGroupCall.Line": {RU: "номер линии ВАТС", EN: "number of the line of the PBX"},
		"PickupCall": {
			RU: "Забирает неотвеченный звонок на свой внутренний номер; возвращает command_id",
			EN: "Takes an unanswered call to the own extension; returns the command_id",
		},
		"PickupCall.CallID": callID,
		"TransferCall": {
			RU: "Переводит свой разговор; возвращает command_id. ВАТС принимает один перевод в две секунды",
			EN: "Transfers the own conversation; returns the command_id. The PBX takes one transfer in two seconds",
		},
		"TransferCall.CallID":  callID,
		"TransferCall.To":      {RU: "внутренний номер, группа или номер телефона", EN: "an extension, a group or a number"},
		"TransferCall.Consult": {RU: "Истина: сначала поговорить с тем, кому переводят", EN: "True: talk to the target first"},
		"ConnectCalls": {
			RU: "Завершает перевод с консультацией: соединяет удержанного с тем, с кем идёт разговор. ИдЗвонка любого из двух плеч; возвращает command_id",
			EN: "Ends a transfer with consultation: joins who is on hold with whom the employee talks to. CallID of either leg; returns the command_id",
		},
		"ConnectCalls.CallID": callID,
		"CancelTransfer": {
			RU: "Возвращает удержанный разговор; возвращает command_id",
			EN: "Takes the conversation on hold back; returns the command_id",
		},
		"CancelTransfer.CallID": callID,
		"HoldCall": {
			RU: "Ставит собеседника на удержание; возвращает command_id. Снимается с телефонного аппарата или методом ОтменитьПеревод",
			EN: "Puts the other side on hold; returns the command_id. It ends on the telephone, or by CancelTransfer",
		},
		"HoldCall.CallID": callID,
		"StartRecording": {
			RU: "Включает запись разговора; возвращает command_id. Команды остановить запись у ВАТС нет",
			EN: "Switches recording on; returns the command_id. The PBX has no command to stop it",
		},
		"StartRecording.CallID": callID,
		"StartRecording.Party":  {RU: "кого записать: внутренний номер или номер из карточки сотрудника; пусто: себя", EN: "who is recorded: an extension, or a number of an employee's card; empty: oneself"},
		"PlayAudio": {
			RU: "Проигрывает файл звонящему, который в меню или в очереди; возвращает command_id",
			EN: "Plays a file to a caller in the IVR or in a queue; returns the command_id",
		},
		"PlayAudio.CallID": callID,
		"PlayAudio.FileID": {RU: "ид аудиофайла ВАТС; 0 без файла, только пауза", EN: "id of the audio file of the PBX; 0: no file, only the pause"},
		"PlayAudio.Pause":  {RU: "секунд тишины после файла, до 3600", EN: "seconds of silence after the file, at most 3600"},
		"SendSMS": {
			RU: "Отправляет сообщение от имени своего внутреннего номера; возвращает command_id. О доставке сообщает РезультатСМС",
			EN: "Sends a message on behalf of the own extension; returns the command_id. SmsResult tells of the delivery",
		},
		"SendSMS.Number": {RU: "кому: внешний номер телефона", EN: "to whom: a number outside"},
		"SendSMS.Text":   {RU: "до 612 латинских символов или до 268 с кириллицей", EN: "at most 612 Latin characters, or 268 with others"},
		"SendSMS.Sender": {RU: "имя отправителя из личного кабинета; пусто: по умолчанию", EN: "name of the sender of the account page; empty: the default one"},
	}
}
