package manual

import (
	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/engine"
)

// Events are all kinds of events, in the order of docs/contract.md.
func Events() []Event {
	return []Event{
		{
			Name: spec.Name{RU: "СостояниеСвязи", EN: "ConnectionState"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Связь с АТС или хабом изменилась; приходит и сразу после Подключить",
				EN: "The connection to the PBX or hub changed; also right after Connect",
			},
			Fields: []Field{
				{"state", spec.Doc{RU: "0 выключено, 1 подключается, 2 соединено, 3 зарегистрировано, 4 отказ", EN: "0 off, 1 connecting, 2 connected, 3 registered, 4 refused"}},
				{"code", spec.Doc{RU: "код причины, при state = 3 — server_available", EN: "code of the reason, server_available at state 3"}},
				{"text", spec.Doc{RU: "причина словами", EN: "the reason in words"}},
			},
		},
		{
			Name: spec.Name{RU: "НастройкиИзменены", EN: "SettingsChanged"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Настройки компании изменились: перечитайте их ПолучитьНастройки",
				EN: "The settings of the company changed: read them with GetSettings",
			},
			Fields: []Field{
				{"revision", spec.Doc{RU: "номер новой редакции", EN: "number of the new revision"}},
			},
		},
		{
			Name: spec.Name{RU: "ПервыйВСессии", EN: "FirstInSession"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Этот сеанс стал первым в сессии интеграции или перестал им быть",
				EN: "This session became, or is no longer, the first one of the integration",
			},
			Fields: []Field{
				{"is_first", spec.Doc{RU: "Истина: этот сеанс первый", EN: "true: this session is the first"}},
			},
		},
		{
			Name: spec.Name{RU: "Предупреждение", EN: "Warning"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Правило не сработало или нужно вмешательство человека; одно и то же — не чаще раза в час",
				EN: "A rule could not be applied, or a person is needed; the same one once an hour at most",
			},
			Fields: []Field{
				{"code", spec.Doc{RU: "код из справочника ошибок", EN: "a code of the list of errors"}},
				{"text", spec.Doc{RU: "что случилось", EN: "what happened"}},
				{"remedy", spec.Doc{RU: "что делать", EN: "what to do"}},
				{"detail", spec.Doc{RU: "внутренний номер, телефон или линия, о которых речь", EN: "the extension, number or line it is about"}},
			},
		},
		{
			Name: spec.Name{RU: "ЛимитПользователей", EN: "UserLimit"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Изменилось, кто не помещается в users_limit",
				EN: "Who is beyond users_limit changed",
			},
			Fields: []Field{
				{"limit", spec.Doc{RU: "сколько пользователей разрешено", EN: "users allowed"}},
				{"used", spec.Doc{RU: "сколько подключено", EN: "users connected"}},
				{"refused", spec.Doc{RU: "внутренние номера, которым отказано", EN: "extensions that are refused"}},
			},
		},
		{
			Name: spec.Name{RU: "ВходящийЗвонок", EN: "IncomingCall"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Звонит телефон этого сотрудника: покажите карточку звонка",
				EN: "The phone of this employee rings: show the pop-up",
			},
			Fields: []Field{
				{"open_client_card", spec.Doc{RU: "настройка «открывать карточку клиента»", EN: "the setting to open the client's card"}},
				{"create_client", spec.Doc{RU: "совет завести клиента {advise, type}: advise = Истина у одного рабочего места звонка, раз в сутки на номер", EN: "advice to create a client {advise, type}: advise is true for one desk of a call, once a day per number"}},
				{"calltracking", spec.Doc{RU: "параметры коллтрекинга [{key, name, value}]; пусто, если посетитель ещё не опрошен", EN: "call tracking parameters [{key, name, value}]; empty until the visitor was asked for"}},
			},
		},
		{
			Name: spec.Name{RU: "ИсходящийЗвонок", EN: "OutgoingCall"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Этот сотрудник начал звонок",
				EN: "This employee began a call",
			},
			Fields: []Field{
				{"create_client", spec.Doc{RU: "совет завести клиента {advise, type}: advise = Истина у одного рабочего места звонка, раз в сутки на номер", EN: "advice to create a client {advise, type}: advise is true for one desk of a call, once a day per number"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокПринят", EN: "CallAnswered"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Разговор начался",
				EN: "The conversation began",
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокСнят", EN: "CallWithdrawn"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Звонок принял другой: закройте карточку",
				EN: "Someone else answered: close the pop-up",
			},
			Fields: []Field{
				{"answered_by", spec.Doc{RU: "внутренний номер ответившего", EN: "extension of who answered"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокУдержан", EN: "CallHeld"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Собеседника поставили на удержание или сняли с него",
				EN: "Somebody was put on hold or taken back",
			},
			Fields: []Field{
				{"on", spec.Doc{RU: "Истина: на удержании", EN: "true: on hold"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокПереведен", EN: "CallTransferred"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Звонок перевели; узнают тот, кто перевёл, и тот, кому",
				EN: "The call was transferred; told to who did it and to whom",
			},
			Fields: []Field{
				{"kind", spec.Doc{RU: "blind, consultative или return_blind", EN: "blind, consultative or return_blind"}},
				{"taken_from_call_id", spec.Doc{RU: "плечо, из которого сделан перевод", EN: "the leg the transfer was made of"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокЗавершен", EN: "CallEnded"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Звонок этого сотрудника закончился",
				EN: "The call of this employee is over",
			},
			Fields: []Field{
				{"reason", spec.Doc{RU: "код причины ВАТС", EN: "the PBX's code of the reason"}},
				{"reason_text", spec.Doc{RU: "причина словами", EN: "the reason in words"}},
				{"total_sec", spec.Doc{RU: "длительность звонка, с", EN: "duration of the call, s"}},
				{"talk_sec", spec.Doc{RU: "длительность разговора, с; 0 — не было", EN: "duration of the conversation, s; 0: there was none"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокВIVR", EN: "IvrCall"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "При ivr_popup: звонок в голосовом меню, его можно направить НаправитьЗвонок",
				EN: "With ivr_popup: a call is in the menu and can be routed with RouteCall",
			},
			Fields: []Field{
				{"free", spec.Doc{RU: "внутренние номера коллег, о занятости которых неизвестно", EN: "extensions of colleagues not known to be busy"}},
				{"calltracking", spec.Doc{RU: "параметры коллтрекинга [{key, name, value}]; пусто, если посетитель ещё не опрошен", EN: "call tracking parameters [{key, name, value}]; empty until the visitor was asked for"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокВIVRЗавершен", EN: "IvrCallEnd"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Звонок ушёл из меню",
				EN: "The call left the menu",
			},
			Fields: []Field{
				{"reason", spec.Doc{RU: "routed — направлен командой, left — увела схема ВАТС, ended — закончился", EN: "routed by a command, left by the scheme of the PBX, ended"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗапросМаршрута", EN: "RouteRequest"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "При distribute: кто отвечает за звонящего? Ответьте ОтветитьНаЗапросМаршрута",
				EN: "With distribute: who is responsible for the caller? Answer with AnswerRouteRequest",
			},
			Fields: []Field{
				{"request_id", spec.Doc{RU: "номер запроса, нужен в ответе", EN: "number of the request, for the answer"}},
				{"deadline_ms", spec.Doc{RU: "сколько миллисекунд есть на ответ", EN: "milliseconds left to answer"}},
				{"calltracking", spec.Doc{RU: "параметры коллтрекинга [{key, name, value}]; пусто, если посетитель ещё не опрошен", EN: "call tracking parameters [{key, name, value}]; empty until the visitor was asked for"}},
			},
		},
		{
			Name: spec.Name{RU: "СтатусСотрудника", EN: "Presence"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Занятость коллеги изменилась; приходит после ПолучитьСтатусы",
				EN: "A colleague became busy or free; after GetPresence",
			},
			Fields: []Field{
				{"extension", spec.Doc{RU: "внутренний номер коллеги", EN: "extension of the colleague"}},
				{"state", spec.Doc{RU: "free, ringing, talking, hold, offline или unknown", EN: "free, ringing, talking, hold, offline or unknown"}},
			},
		},
		{
			Name: spec.Name{RU: "НажатыКлавиши", EN: "Dtmf"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Звонящий нажал клавиши в меню",
				EN: "The caller typed digits in the menu",
			},
			Fields: []Field{
				{"dtmf", spec.Doc{RU: "что нажато", EN: "the digits"}},
				{"location", spec.Doc{RU: "пункт меню: ivr, ivr.2.1", EN: "the menu item: ivr, ivr.2.1"}},
			},
		},
		{
			Name: spec.Name{RU: "РезультатКоманды", EN: "CommandResult"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Чем кончилась команда, начатая методом: ищите её по command_id",
				EN: "How a command ended that a method began: find it by command_id",
			},
			Fields: []Field{
				{"command", spec.Doc{RU: "английское имя метода", EN: "English name of the method"}},
				{"result", spec.Doc{RU: "код ВАТС; 0 — АТС не спрашивали", EN: "the PBX's code; 0: it was not asked"}},
				{"result_text", spec.Doc{RU: "итог словами", EN: "the outcome in words"}},
				{"code", spec.Doc{RU: "код ошибки, пусто при успехе", EN: "code of the error, empty on success"}},
			},
		},
		{
			Name: spec.Name{RU: "ИтогЗвонка", EN: "CallSummary"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Звонок завершён целиком: сохраните его по entry_id и подтвердите ПодтвердитьСобытие",
				EN: "The whole call is over: save it by entry_id and acknowledge it with AckEvent",
			},
			Fields: []Field{
				{"started", spec.Doc{RU: "начало звонка", EN: "begin of the call"}},
				{"started_unix", spec.Doc{RU: "то же, секунды Unix", EN: "the same in Unix seconds"}},
				{"talk_started", spec.Doc{RU: "начало разговора, пусто — его не было", EN: "begin of the conversation, empty: there was none"}},
				{"talk_started_unix", spec.Doc{RU: "то же, секунды Unix", EN: "the same in Unix seconds"}},
				{"ended", spec.Doc{RU: "конец звонка", EN: "end of the call"}},
				{"ended_unix", spec.Doc{RU: "то же, секунды Unix", EN: "the same in Unix seconds"}},
				{"total_sec", spec.Doc{RU: "длительность звонка, с", EN: "duration of the call, s"}},
				{"talk_sec", spec.Doc{RU: "длительность разговора, с", EN: "duration of the conversation, s"}},
				{"status", spec.Doc{RU: "missed, accepted_ok, accepted_bad, reached_ok, reached_bad или transferred", EN: "missed, accepted_ok, accepted_bad, reached_ok, reached_bad or transferred"}},
				{"status_text", spec.Doc{RU: "статус словами", EN: "the status in words"}},
				{"author", spec.Doc{RU: "сотрудник {user_id, extension, name}: принявший или звонивший", EN: "the employee {user_id, extension, name}: who answered or called"}},
				{"participant", spec.Doc{RU: "кто принял вызов {extension, number, name}", EN: "who took the call {extension, number, name}"}},
				{"initiator", spec.Doc{RU: "кто звонил {extension, number, name}", EN: "who called {extension, number, name}"}},
				{"disconnect_reason", spec.Doc{RU: "код причины завершения", EN: "code of why it ended"}},
				{"disconnect_text", spec.Doc{RU: "причина словами", EN: "the reason in words"}},
				{"save", spec.Doc{RU: "сохранять ли звонок по настройкам", EN: "whether the settings say to save it"}},
				{"writer", spec.Doc{RU: "этому сеансу поручено сохранить", EN: "this session is to save it"}},
				{"recovered", spec.Doc{RU: "узнано только из статистики ВАТС", EN: "known by the statistics of the PBX only"}},
				{"incomplete", spec.Doc{RU: "итог АТС не пришёл: часть полей выведена", EN: "the PBX's summary is missing: some fields were concluded"}},
				{"assignee", spec.Doc{RU: "user_id, на кого назначить (настройки ivr_assignee и missed_assignee)", EN: "user_id to assign it to (settings ivr_assignee and missed_assignee)"}},
				{"create_client", spec.Doc{RU: "совет завести клиента {advise, type}", EN: "advice to create a client {advise, type}"}},
				{"calltracking", spec.Doc{RU: "параметры коллтрекинга [{key, name, value}]", EN: "call tracking parameters [{key, name, value}]"}},
				{"recordings", spec.Doc{RU: "записи [{recording_id, extension}]", EN: "recordings [{recording_id, extension}]"}},
				{"legs", spec.Doc{RU: "плечи звонка [{call_id, caller, callee, started, talk_started, ended, status, transfer, recordings}]", EN: "legs [{call_id, caller, callee, started, talk_started, ended, status, transfer, recordings}]"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗвонокИзменен", EN: "CallChanged"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "К звонку добавлены сведения методом ДополнитьЗвонок",
				EN: "AnnotateCall added to a call",
			},
			Fields: []Field{
				{"what", spec.Doc{RU: "что добавлено: annotation", EN: "what was added: annotation"}},
				{"annotation", spec.Doc{RU: "{subscriber_name, subscriber_ref, subject, description, author_name}", EN: "{subscriber_name, subscriber_ref, subject, description, author_name}"}},
			},
		},
		{
			Name: spec.Name{RU: "ЗаписьГотова", EN: "RecordingReady"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Запись разговора можно получить: СсылкаНаЗапись, СкачатьЗапись",
				EN: "A recording can be fetched: RecordingLink, DownloadRecording",
			},
			Fields: []Field{
				{"recording_id", spec.Doc{RU: "идентификатор записи", EN: "id of the recording"}},
				{"extension", spec.Doc{RU: "чей разговор записан", EN: "whose conversation it is"}},
			},
		},
		{
			Name: spec.Name{RU: "РезультатСМС", EN: "SmsResult"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Что стало с сообщением",
				EN: "What became of a message",
			},
			Fields: []Field{
				{"result", spec.Doc{RU: "код ВАТС; 1000 — доставлено", EN: "the PBX's code; 1000: delivered"}},
				{"result_text", spec.Doc{RU: "итог словами", EN: "the outcome in words"}},
			},
		},
		{
			Name: spec.Name{RU: "РечеваяАналитика", EN: "SpeechAnalytics"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Запись размечена или распознана",
				EN: "A recording was tagged or recognised",
			},
			Fields: []Field{
				{"kind", spec.Doc{RU: "record/tagged или recognized/offline", EN: "record/tagged or recognized/offline"}},
				{"data", spec.Doc{RU: "что прислала ВАТС", EN: "what the PBX sent"}},
			},
		},
		{
			Name: spec.Name{RU: "АдреснаяКнига", EN: "AddressBook"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Адресная книга ВАТС изменилась",
				EN: "The address book of the PBX changed",
			},
			Fields: []Field{
				{"kind", spec.Doc{RU: "ab/organizations, ab/groups или ab/contacts", EN: "ab/organizations, ab/groups or ab/contacts"}},
				{"data", spec.Doc{RU: "{action: new, updated или deleted; data[]}", EN: "{action: new, updated or deleted; data[]}"}},
			},
		},
		{
			Name: spec.Name{RU: "Задача", EN: "Task"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Задача ВАТС создана или изменена",
				EN: "A task of the PBX was created or changed",
			},
			Fields: []Field{
				{"kind", spec.Doc{RU: "task/created, task/changed или task (ВАТС не говорит, что именно)", EN: "task/created, task/changed or task (the PBX does not tell which)"}},
				{"data", spec.Doc{RU: "что прислала ВАТС", EN: "what the PBX sent"}},
			},
		},
		{
			Name: spec.Name{RU: "СтатусПользователяКЦ", EN: "AgentStatus"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Статус или сессия сотрудника контакт-центра",
				EN: "Status or session of an agent of the contact centre",
			},
			Fields: []Field{
				{"kind", spec.Doc{RU: "user/status_changed или user/session_end", EN: "user/status_changed or user/session_end"}},
				{"data", spec.Doc{RU: "что прислала ВАТС", EN: "what the PBX sent"}},
			},
		},
		{
			Name: spec.Name{RU: "СобытиеВАТС", EN: "VpbxEvent"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Любое другое уведомление ВАТС",
				EN: "Any other notification of the PBX",
			},
			Fields: []Field{
				{"kind", spec.Doc{RU: "путь уведомления", EN: "path of the notification"}},
				{"data", spec.Doc{RU: "что прислала ВАТС; {} — текст не читается как JSON", EN: "what the PBX sent; {}: the text is no JSON"}},
				{"raw", spec.Doc{RU: "нечитаемый текст как есть", EN: "the unreadable text as it came"}},
			},
		},
		{
			Name: spec.Name{RU: "ХодОперации", EN: "Progress"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Ход долгой операции, не чаще двух раз в секунду",
				EN: "How far a long operation is, twice a second at most",
			},
			Fields: []Field{
				{"operation_id", spec.Doc{RU: "номер, который вернул метод", EN: "the id that the method returned"}},
				{"kind", spec.Doc{RU: "английское имя метода, который её начал", EN: "English name of the method that began it"}},
				{"done", spec.Doc{RU: "сколько сделано", EN: "how much is done"}},
				{"total", spec.Doc{RU: "сколько всего; 0 — неизвестно", EN: "of how much; 0: not known"}},
				{"eta_sec", spec.Doc{RU: "сколько осталось, с; 0 — неизвестно", EN: "what is left, s; 0: not known"}},
			},
		},
		{
			Name: spec.Name{RU: "РезультатОперации", EN: "OperationResult"}, Class: engine.Record,
			Doc: spec.Doc{
				RU: "Долгая операция закончена",
				EN: "A long operation is over",
			},
			Fields: []Field{
				{"operation_id", spec.Doc{RU: "номер, который вернул метод", EN: "the id that the method returned"}},
				{"kind", spec.Doc{RU: "английское имя метода, который её начал", EN: "English name of the method that began it"}},
				{"ok", spec.Doc{RU: "Истина: удалась", EN: "true: it succeeded"}},
				{"code", spec.Doc{RU: "код ошибки, пусто при успехе", EN: "code of the error, empty on success"}},
				{"text", spec.Doc{RU: "итог словами", EN: "the outcome in words"}},
				{"path", spec.Doc{RU: "файл, который записан", EN: "the file it wrote"}},
				{"total", spec.Doc{RU: "сколько строк отдаст ПолучитьРезультат", EN: "rows for GetResult"}},
			},
		},
		{
			Name: spec.Name{RU: "ОграничениеAPI", EN: "Throttle"}, Class: engine.Screen,
			Doc: spec.Doc{
				RU: "Запросы к АТС ждут; делать ничего не нужно",
				EN: "Requests to the PBX wait; nothing needs to be done",
			},
			Fields: []Field{
				{"until", spec.Doc{RU: "до какого времени", EN: "until when"}},
				{"until_unix", spec.Doc{RU: "то же, секунды Unix", EN: "the same in Unix seconds"}},
				{"why", spec.Doc{RU: "rate_limited, requests_held или api_paused; пусто — снова идут", EN: "rate_limited, requests_held or api_paused; empty: they go again"}},
				{"text", spec.Doc{RU: "причина словами", EN: "the reason in words"}},
			},
		},
	}
}
