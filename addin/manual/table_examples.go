package manual

// examples are pieces of BSL for each method, by English name: АТС is the
// object of the component, what begins with Ид came with an event or a call. Each is in the
// reference, and runs from there against the emulated PBX in a test.
func examples() map[string]Example {
	return map[string]Example{
		"Connect": {
			RU: `Параметры = "{""mode"":""direct"",""vpbx_api_key"":""sim-key"",""vpbx_api_salt"":""sim-salt"",""api_url"":""http://127.0.0.1:8095"",""listen"":{""address"":""127.0.0.1:8088""},""extension"":""101""}";` + "\n" +
				`Готово = АТС.Подключить(Параметры, 10000, Ошибка);`,
			EN: `Parameters = "{""mode"":""direct"",""vpbx_api_key"":""sim-key"",""vpbx_api_salt"":""sim-salt"",""api_url"":""http://127.0.0.1:8095"",""listen"":{""address"":""127.0.0.1:8088""},""extension"":""101""}";` + "\n" +
				`Done = PBX.Connect(Parameters, 10000, Error);`,
		},
		"Disconnect": {
			RU: `Готово = АТС.Отключить(Ошибка);`,
			EN: `Done = PBX.Disconnect(Error);`,
		},
		"CheckConnection": {
			RU: `Готово = АТС.ПроверитьСвязь(5000, Ошибка);`,
			EN: `Done = PBX.CheckConnection(5000, Error);`,
		},
		"GetStatus": {
			RU: `Ответ = АТС.ПолучитьСостояние();`,
			EN: `Answer = PBX.GetStatus();`,
		},
		"CreateIntegration": {
			RU: `Ответ = АТС.СоздатьИнтеграцию("sim-key", "sim-salt", "{""api_url"":""http://127.0.0.1:8095""}", Ошибка);`,
			EN: `Answer = PBX.CreateIntegration("sim-key", "sim-salt", "{""api_url"":""http://127.0.0.1:8095""}", Error);`,
		},
		"GetSettings": {
			RU: `Настройки = АТС.ПолучитьНастройки(Ошибка);`,
			EN: `Settings = PBX.GetSettings(Error);`,
		},
		"SetSettings": {
			RU: `Готово = АТС.УстановитьНастройки("{""open_client_card"":true,""min_in_sec"":5}", Ошибка);`,
			EN: `Done = PBX.SetSettings("{""open_client_card"":true,""min_in_sec"":5}", Error);`,
		},
		"Diagnostics": {
			RU: `Ответ = АТС.Диагностика();`,
			EN: `Answer = PBX.Diagnostics();`,
		},
		"StartCall": {
			RU: `// исход сообщит РезультатКоманды с этим command_id` + "\n" +
				`Команда = АТС.ИнициироватьЗвонок("8 (916) 111-22-33", , Ошибка);`,
			EN: `// CommandResult with this command_id tells the outcome` + "\n" +
				`Command = PBX.StartCall("8 (916) 111-22-33", , Error);`,
		},
		"Hangup": {
			RU: `Команда = АТС.ЗавершитьЗвонок(ИдЗвонка, Ошибка);`,
			EN: `Command = PBX.Hangup(CallID, Error);`,
		},
		"RouteCall": {
			RU: `Команда = АТС.НаправитьЗвонок(ИдЗвонка, "102", "ООО Ромашка", Ошибка);`,
			EN: `Command = PBX.RouteCall(CallID, "102", "ООО Ромашка", Error);`,
		},
		"GetActiveCalls": {
			RU: `Звонки = АТС.ПолучитьТекущиеЗвонки(Ошибка);`,
			EN: `Calls = PBX.GetActiveCalls(Error);`,
		},
		"FetchEvents": {
			RU: `Ответ = АТС.ПолучитьСобытия(50, Ошибка);`,
			EN: `Answer = PBX.FetchEvents(50, Error);`,
		},
		"GetEvent": {
			RU: `Ответ = АТС.ПолучитьСобытие(ИдСобытия, Ошибка);`,
			EN: `Answer = PBX.GetEvent(EventID, Error);`,
		},
		"AckEvent": {
			RU: `Готово = АТС.ПодтвердитьСобытие(ИдСобытия, Ошибка);`,
			EN: `Done = PBX.AckEvent(EventID, Error);`,
		},
		"NakEvent": {
			RU: `Готово = АТС.ОтложитьСобытие(ИдСобытия, 60, Ошибка);`,
			EN: `Done = PBX.NakEvent(EventID, 60, Error);`,
		},
		"NormalizePhone": {
			RU: `Ответ = АТС.НормализоватьНомер("8 (916) 123-45-67 доб. 12", "RU", Ошибка);`,
			EN: `Answer = PBX.NormalizePhone("8 (916) 123-45-67 доб. 12", "RU", Error);`,
		},
		"SetUsers": {
			RU: `Готово = АТС.УстановитьПользователей("[{""user_id"":""u1"",""name"":""Иванов"",""extension"":""101""},{""user_id"":""u2"",""name"":""Петров"",""extension"":""102""}]", Ошибка);`,
			EN: `Done = PBX.SetUsers("[{""user_id"":""u1"",""name"":""Иванов"",""extension"":""101""},{""user_id"":""u2"",""name"":""Петров"",""extension"":""102""}]", Error);`,
		},
		"GetUsers": {
			RU: `Ответ = АТС.ПолучитьПользователей(Ошибка);`,
			EN: `Answer = PBX.GetUsers(Error);`,
		},
		"ExportUsers": {
			RU: `Файл = КаталогВременныхФайлов() + "пользователи.csv";` + "\n" +
				`Готово = АТС.ВыгрузитьПользователей(Файл, Ошибка);`,
			EN: `File = "C:\Temp\users.csv";` + "\n" +
				`Done = PBX.ExportUsers(File, Error);`,
		},
		"SetExtension": {
			RU: `Готово = АТС.УстановитьВнутреннийНомер("u1", "101", Ошибка);`,
			EN: `Done = PBX.SetExtension("u1", "101", Error);`,
		},
		"RemoveExtension": {
			RU: `Готово = АТС.УдалитьВнутреннийНомер("u2", Ошибка);`,
			EN: `Done = PBX.RemoveExtension("u2", Error);`,
		},
		"GetPresence": {
			RU: `Ответ = АТС.ПолучитьСтатусы(Ошибка);`,
			EN: `Answer = PBX.GetPresence(Error);`,
		},
		"GetLimits": {
			RU: `Ответ = АТС.ПолучитьЛимиты(Ошибка);`,
			EN: `Answer = PBX.GetLimits(Error);`,
		},
		"AnswerRouteRequest": {
			RU: `Готово = АТС.ОтветитьНаЗапросМаршрута(ИдЗапроса, "101", Ошибка);`,
			EN: `Done = PBX.AnswerRouteRequest(RequestID, "101", Error);`,
		},
		"SetRouteTable": {
			RU: `Готово = АТС.УстановитьОтветственных("[{""number"":""79161234567"",""extension"":""101""}]", Истина, Ошибка);`,
			EN: `Done = PBX.SetRouteTable("[{""number"":""79161234567"",""extension"":""101""}]", True, Error);`,
		},
		"CallStatus": {
			RU: `Статус = АТС.РассчитатьСтатус("{""direction"":""in"",""answered"":true,""talk_sec"":42}", Ошибка);`,
			EN: `Status = PBX.CallStatus("{""direction"":""in"",""answered"":true,""talk_sec"":42}", Error);`,
		},
		"AnnotateCall": {
			RU: `Готово = АТС.ДополнитьЗвонок(ИдВызова, "{""subscriber_name"":""ООО Ромашка"",""subject"":""Заказ""}", Ошибка);`,
			EN: `Done = PBX.AnnotateCall(EntryID, "{""subscriber_name"":""ООО Ромашка"",""subject"":""Заказ""}", Error);`,
		},
		"StartGroupCall": {
			RU: `Команда = АТС.ПозвонитьОтГруппы("300", "79161112233", "74951234567", Ошибка);`,
			EN: `Command = PBX.StartGroupCall("300", "79161112233", "74951234567", Error);`,
		},
		"PickupCall": {
			RU: `Команда = АТС.ПерехватитьЗвонок(ИдЗвонка, Ошибка);`,
			EN: `Command = PBX.PickupCall(CallID, Error);`,
		},
		"TransferCall": {
			RU: `Команда = АТС.ПеревестиЗвонок(ИдЗвонка, "102", Ложь, Ошибка);`,
			EN: `Command = PBX.TransferCall(CallID, "102", False, Error);`,
		},
		"ConnectCalls": {
			RU: `Команда = АТС.СоединитьЗвонки(ИдЗвонка, Ошибка);`,
			EN: `Command = PBX.ConnectCalls(CallID, Error);`,
		},
		"CancelTransfer": {
			RU: `Команда = АТС.ОтменитьПеревод(ИдЗвонка, Ошибка);`,
			EN: `Command = PBX.CancelTransfer(CallID, Error);`,
		},
		"HoldCall": {
			RU: `Команда = АТС.УдержатьЗвонок(ИдЗвонка, Ошибка);`,
			EN: `Command = PBX.HoldCall(CallID, Error);`,
		},
		"StartRecording": {
			RU: `Команда = АТС.НачатьЗапись(ИдЗвонка, , Ошибка);`,
			EN: `Command = PBX.StartRecording(CallID, , Error);`,
		},
		"PlayAudio": {
			RU: `// без файла: пять секунд тишины` + "\n" +
				`Команда = АТС.ВоспроизвестиФайл(ИдЗвонка, 0, 5, Ошибка);`,
			EN: `// no file: five seconds of silence` + "\n" +
				`Command = PBX.PlayAudio(CallID, 0, 5, Error);`,
		},
		"SendSMS": {
			RU: `Команда = АТС.ОтправитьСМС("+7 916 123-45-67", "Ваш заказ готов", , Ошибка);`,
			EN: `Command = PBX.SendSMS("+7 916 123-45-67", "Ваш заказ готов", , Error);`,
		},
		"APIRequest": {
			RU: `Ответ = АТС.ВыполнитьЗапрос("account/balance", , 10000, Ошибка);`,
			EN: `Answer = PBX.APIRequest("account/balance", , 10000, Error);`,
		},
		"APIMethods": {
			RU: `Ответ = АТС.СписокМетодов();`,
			EN: `Answer = PBX.APIMethods();`,
		},
		"GetResult": {
			RU: `Ответ = АТС.ПолучитьРезультат(ИдОперации, 0, 100, Ошибка);`,
			EN: `Answer = PBX.GetResult(OperationID, 0, 100, Error);`,
		},
		"CancelOperation": {
			RU: `Готово = АТС.ОтменитьОперацию(ИдОперации, Ошибка);`,
			EN: `Done = PBX.CancelOperation(OperationID, Error);`,
		},
		"GetEmployees": {
			RU: `Сотрудники = АТС.ПолучитьСотрудников(Ложь, Ошибка);`,
			EN: `Employees = PBX.GetEmployees(False, Error);`,
		},
		"CallTracking": {
			RU: `Ответ = АТС.ДанныеКоллтрекинга("74951234567", Ошибка);`,
			EN: `Answer = PBX.CallTracking("74951234567", Error);`,
		},
		"VisitorHistory": {
			RU: `Ответ = АТС.ИсторияПосетителя("74951234567", Ошибка);`,
			EN: `Answer = PBX.VisitorHistory("74951234567", Error);`,
		},
		"SameNumber": {
			RU: `Одинаковы = АТС.СравнитьНомера("8 (916) 123-45-67", "+79161234567; 102", , Ошибка);`,
			EN: `Same = PBX.SameNumber("8 (916) 123-45-67", "+79161234567; 102", , Error);`,
		},
		"GetCall": {
			RU: `Карточка = АТС.ПолучитьЗвонок(ИдВызова, Ошибка);`,
			EN: `Card = PBX.GetCall(EntryID, Error);`,
		},
		"WatchCall": {
			RU: `Готово = АТС.СледитьЗаЗвонком(ИдВызова, Истина, Ошибка);`,
			EN: `Done = PBX.WatchCall(EntryID, True, Error);`,
		},
		"LoadCalls": {
			RU: `// ход сообщит ХодОперации, конец — РезультатОперации` + "\n" +
				`Операция = АТС.ЗагрузитьЗвонки('20261101', '20261102', "{""direction"":""in""}", Ошибка);`,
			EN: `// Progress tells how far it is, OperationResult the end` + "\n" +
				`Operation = PBX.LoadCalls('20261101', '20261102', "{""direction"":""in""}", Error);`,
		},
		"BuildReport": {
			RU: `Файл = КаталогВременныхФайлов() + "звонки.csv";` + "\n" +
				`Операция = АТС.СформироватьОтчет('20261101', '20261130235959', "main", Файл, , Ошибка);`,
			EN: `File = "C:\Temp\calls.csv";` + "\n" +
				`Operation = PBX.BuildReport('20261101', '20261130235959', "main", File, , Error);`,
		},
		"RecordingLink": {
			RU: `Ссылка = АТС.СсылкаНаЗапись(ИдЗаписи, "play", 600, Ошибка);`,
			EN: `Link = PBX.RecordingLink(RecordingID, "play", 600, Error);`,
		},
		"DownloadRecording": {
			RU: `Файл = КаталогВременныхФайлов() + "запись.mp3";` + "\n" +
				`Операция = АТС.СкачатьЗапись(ИдЗаписи, Файл, Ошибка);`,
			EN: `File = "C:\Temp\recording.mp3";` + "\n" +
				`Operation = PBX.DownloadRecording(RecordingID, File, Error);`,
		},
		"CollectLogs": {
			RU: `// где архив, скажет РезультатОперации: path` + "\n" +
				`Операция = АТС.СобратьЖурналы(КаталогВременныхФайлов() + "журналы.zip", Ошибка);`,
			EN: `// OperationResult tells where the archive is: path` + "\n" +
				`Operation = PBX.CollectLogs("C:\Temp\logs.zip", Error);`,
		},
		"PlayRecording": {
			RU: `Операция = АТС.ПрослушатьЗапись(ИдЗаписи, Ошибка);`,
			EN: `Operation = PBX.PlayRecording(RecordingID, Error);`,
		},
	}
}
