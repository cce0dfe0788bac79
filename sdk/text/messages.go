package text

// Lookup gives the texts of a code. An unknown code gets the texts of
// Internal, so that a reader always has a sentence.
func Lookup(code Code) Message {
	if m, ok := messages[code]; ok {
		return m
	}
	if m, ok := findings[code]; ok {
		return m
	}
	return messages[Internal]
}

// Remedies that several codes share.
const (
	checkCallRU = "Проверьте вызов метода по описанию компоненты"
	checkCallEN = "Compare the call with the description of the component"
	checkLKRU   = "Сверьте код ВАТС и ключ подписи с личным кабинетом: Интеграции → API коннектор"
	checkLKEN   = "Compare the PBX code and the signing key with the account page: Integrations → API connector"
	waitRU      = "Повторите позже"
	waitEN      = "Try again later"
	nothingRU   = "Ничего делать не нужно"
	nothingEN   = "Nothing needs to be done"
)

var messages = map[Code]Message{
	// Of the library itself.
	Internal: {
		RU: "Внутренняя ошибка библиотеки", EN: "Internal error of the library",
		RemedyRU: "Передайте журнал разработчикам", RemedyEN: "Send the log to the developers",
	},
	Stopping: {
		RU: "Соединение закрывается", EN: "The connection is being closed",
		RemedyRU: "Дождитесь отключения и подключитесь снова", RemedyEN: "Wait until it is closed and connect again",
		Retryable: true,
	},
	FileNotWritten: {
		RU: "Не удалось записать файл", EN: "The file could not be written",
		RemedyRU: "Проверьте путь, права на папку и место на диске", RemedyEN: "Check the path, the rights to the folder and the disk",
		Retryable: true,
	},
	FormUnavailable: {
		RU: "Файлы этого вида здесь не создаются", EN: "Files of this form are not written here",
		RemedyRU: "Выберите .csv или .html; файлы .xlsx создаёт хаб (mode = hub)", RemedyEN: "Choose .csv or .html; .xlsx files are written by a hub (mode = hub)",
	},
	PlayerUnavailable: {
		RU: "Запись скачана, но открыть её нечем", EN: "The recording is there, and no program opens it",
		RemedyRU: "Назначьте программу для файлов .mp3; в Linux нужен пакет xdg-utils",
		RemedyEN: "Choose a program for .mp3 files; Linux needs the package xdg-utils",
	},
	StoreFull: {
		RU: "Нет места для новых событий", EN: "There is no room for new events",
		RemedyRU:  "Освободите место на диске с папкой данных или завершите обработку накопленных событий",
		RemedyEN:  "Free space on the disk of the data folder, or let the events that wait be handled",
		Retryable: true,
	},
	StoreFailed: {
		RU: "Хранилище событий недоступно", EN: "The store of events cannot be used",
		RemedyRU: "Проверьте папку данных, права на неё и исправность диска, затем подключитесь снова",
		RemedyEN: "Check the data folder, the rights to it and the disk, then connect again",
	},
	StoreDamaged: {
		RU:       "Файл событий был повреждён: он отложен, начат новый, часть событий могла пропасть",
		EN:       "The file of events was damaged: it was put aside and a new one begun; some events may be lost",
		RemedyRU: "Сверьте звонки со статистикой личного кабинета, проверьте диск и сохраните отложенный файл для разбора",
		RemedyEN: "Compare the calls with the statistics of the account page, check the disk and keep the file for analysis",
	},
	StoreRepaired: {
		RU:       "Запись событий прервалась на середине: хвост убран, принятые события целы",
		EN:       "Writing events was cut off: the rest was taken away, no accepted event was in it",
		RemedyRU: "Ничего делать не нужно; если это повторяется, проверьте питание и диск", RemedyEN: "Nothing; if it comes again, check the power supply and the disk",
	},
	StackTooBig: {
		RU:       "Вызывающий поток зарезервировал больше 64 МиБ стека",
		EN:       "The calling thread reserves more than 64 MiB of stack",
		RemedyRU: "Вызывайте компоненту из обычного потока 1С или уменьшите стек потока",
		RemedyEN: "Call from an ordinary thread of 1C, or give the thread a smaller stack",
	},
	Forked: {
		RU:       "Компонента вызвана в дочернем процессе после fork",
		EN:       "The library was called in a forked child process",
		RemedyRU: "Загружайте компоненту в самом дочернем процессе", RemedyEN: "Load the library in the child itself",
	},
	NoMemory: {
		RU: "Платформа не выделила память для результата", EN: "The platform gave no memory for the result",
		RemedyRU: "Закройте лишние окна 1С или запросите меньше данных", RemedyEN: "Close other windows of 1C, or ask for less data",
		Retryable: true,
	},

	// Users and the distribution of calls.
	UsersLimit: {
		RU: "Превышен лимит пользователей интеграции", EN: "There are more users of the integration than allowed",
		RemedyRU: "Увеличьте users_limit или удалите лишних пользователей", RemedyEN: "Raise users_limit, or remove users",
	},
	Displaced: {
		RU:       "С этим внутренним номером подключился другой сеанс",
		EN:       "Another session connected with this extension",
		RemedyRU: "Закройте другой сеанс и подключитесь снова, или разрешите duplicate_extension = allow",
		RemedyEN: "Close the other session and connect again, or allow duplicate_extension = allow",
	},
	ExtensionTwice: {
		RU: "Внутренний номер назначен двум пользователям", EN: "Two users have one extension",
		RemedyRU: "Оставьте номер одному из названных пользователей", RemedyEN: "Leave it to one of the users named",
	},
	UserUnknown: {
		RU: "Нет такого пользователя интеграции", EN: "There is no such user of the integration",
		RemedyRU: "Сверьте user_id со списком ПолучитьПользователей", RemedyEN: "Compare the user_id with the list of GetUsers",
	},
	UserNoExtension: {
		RU: "У пользователя нет внутреннего номера", EN: "The user has no extension",
		RemedyRU: "Назначьте внутренний номер, иначе звонки этому пользователю не показываются",
		RemedyEN: "Give the user an extension; until then no calls are shown to him",
	},
	ResponsibleTwice: {
		RU: "У номера два ответственных", EN: "The number has two responsibles",
		RemedyRU: "Оставьте номеру одного ответственного; звонок пошёл по схеме ВАТС",
		RemedyEN: "Leave one responsible for the number; the call followed the scheme of the PBX",
	},
	GreetingTooShort: {
		RU:       "Звонок ушёл из меню раньше, чем его успели направить",
		EN:       "The call left the menu before it could be routed",
		RemedyRU: "Поставьте в схеме ВАТС приветствие не короче 5 секунд с ожиданием окончания",
		RemedyEN: "Give the scheme of the PBX a greeting of at least 5 seconds that is played to its end",
	},
	RouteLimit: {
		RU:       "Звонки поступают чаще, чем ВАТС позволяет направлять",
		EN:       "Calls come faster than the PBX lets them be routed",
		RemedyRU: "ВАТС направляет один звонок за 2 секунды; удлините приветствие или распределяйте часть звонков схемой ВАТС",
		RemedyEN: "The PBX routes one call in 2 seconds; make the greeting longer, or let its scheme distribute some calls",
	},
	RouteRefused: {
		RU: "ВАТС не направила звонок ответственному", EN: "The PBX did not route the call to the responsible",
		RemedyRU: "Проверьте внутренний номер и расписание сотрудника; звонок пошёл по схеме ВАТС",
		RemedyEN: "Check the extension and the schedule of the employee; the call followed the scheme of the PBX",
	},
	RequestUnknown: {
		RU: "Запрос маршрута неизвестен или истёк", EN: "The route request is unknown, or its time is over",
		RemedyRU: "Отвечайте до истечения deadline_ms", RemedyEN: "Answer before deadline_ms is over",
	},

	// What BSL passed.
	BadArgumentCount: {
		RU: "Неверное количество аргументов", EN: "Wrong number of arguments",
		RemedyRU: checkCallRU, RemedyEN: checkCallEN,
	},
	BadArgumentType: {
		RU: "Неверный тип аргумента", EN: "Argument of a wrong type",
		RemedyRU: checkCallRU, RemedyEN: checkCallEN,
	},
	BadArgument: {
		RU: "Недопустимое значение аргумента", EN: "Argument with a wrong value",
		RemedyRU: checkCallRU, RemedyEN: checkCallEN,
	},
	BadJSON: {
		RU: "Текст не является объектом JSON", EN: "The text is not a JSON object",
		RemedyRU: "Сформируйте строку из структуры через ЗаписьJSON", RemedyEN: "Build the text of a structure with a JSON writer",
	},
	MissingField: {
		RU: "Не заполнено обязательное поле", EN: "A required field is missing or empty",
		RemedyRU: "Заполните поле, названное в ошибке", RemedyEN: "Fill in the field named by the error",
	},
	BadField: {
		RU: "Недопустимое значение поля", EN: "A field has a wrong type or value",
		RemedyRU: "Исправьте поле, названное в ошибке", RemedyEN: "Correct the field named by the error",
	},
	UnknownField: {
		RU: "Неизвестное поле", EN: "Unknown field",
		RemedyRU: "Проверьте написание; поле пропущено", RemedyEN: "Check the spelling; the field was ignored",
	},
	FieldIgnored: {
		RU: "Поле не имеет смысла в этом режиме", EN: "The field means nothing in this mode",
		RemedyRU: "Поле пропущено: в режиме hub ключ ВАТС и настройки хранит хаб, в режиме direct хаба нет",
		RemedyEN: "It was ignored: in mode hub the hub keeps the PBX key and the settings, in mode direct there is no hub",
	},
	SettingInvalid: {
		RU: "Недопустимое значение настройки", EN: "A setting is out of range",
		RemedyRU: "Исправьте настройку, названную в ошибке; ни одна настройка не изменена",
		RemedyEN: "Correct the setting named by the error; nothing was changed",
	},

	// The connection.
	NotConnected: {
		RU: "Нет подключения к ВАТС", EN: "Not connected to the PBX",
		RemedyRU: "Вызовите Подключить и дождитесь события СостояниеСвязи",
		RemedyEN: "Call Connect and wait for the event ConnectionState",
	},
	AlreadyConnected: {
		RU:       "Подключение с другими параметрами уже установлено",
		EN:       "Already connected with other parameters",
		RemedyRU: "Сначала вызовите Отключить во всех объектах этого сеанса",
		RemedyEN: "Call Disconnect on every object of this process first",
	},
	AlreadyRunning: {
		RU:       "Этот код ВАТС уже обслуживает другой процесс",
		EN:       "Another process already serves this PBX code",
		RemedyRU: "Закройте второй сеанс или используйте режим hub или share",
		RemedyEN: "Close the other session, or use the mode hub or share",
	},
	PortTaken: {
		RU: "Порт занят", EN: "The port is in use",
		RemedyRU:  "Закройте программу, занявшую порт, или укажите другой адрес",
		RemedyEN:  "Close the program that holds the port, or set another address",
		Retryable: true,
	},
	BadListen: {
		RU:       "Не удалось открыть адрес для приёма соединений",
		EN:       "The address to listen at cannot be opened",
		RemedyRU: "Проверьте адрес: он должен принадлежать этому компьютеру",
		RemedyEN: "Check the address: it must belong to this computer",
	},
	BadCertificate: {
		RU:       "Не удалось прочитать сертификат или его ключ",
		EN:       "The certificate or its key cannot be read",
		RemedyRU: "Проверьте пути к файлам PEM и права на чтение", RemedyEN: "Check the PEM files and the right to read them",
	},
	SelfCheckFailed: {
		RU:        "Приёмник уведомлений не отвечает на собственный запрос",
		EN:        "The listener does not answer its own request",
		RemedyRU:  "Проверьте брандмауэр и антивирус на этом компьютере",
		RemedyEN:  "Check the firewall and the antivirus of this computer",
		Retryable: true,
	},
	ServerAvailable: {RU: "Сервер интеграции доступен", EN: "The integration server is available"},
	ConnectionOff: {
		RU: "Подключение не выполнялось", EN: "Connect was not called",
		RemedyRU: "Вызовите Подключить", RemedyEN: "Call Connect",
	},
	ConnectionStarting: {
		RU: "Подключение устанавливается", EN: "The connection is being set up",
		RemedyRU: "Дождитесь события СостояниеСвязи", RemedyEN: "Wait for the event ConnectionState",
		Retryable: true,
	},

	// The hub and the way to it.
	HubUnreachable: {
		RU: "Нет связи с хабом", EN: "There is no connection to the hub",
		RemedyRU: "Дождитесь восстановления; если не помогает, проверьте адрес хаба, сеть и работу его службы",
		RemedyEN: "Wait for it to come back; if it does not, check the address of the hub, the network and its service", Retryable: true,
	},
	ShareNoHost: {
		RU: "Компьютер, через который работает телефония, не отвечает", EN: "The computer that serves the telephony does not answer",
		RemedyRU: "Запустите на нём 1С; связь восстановится сама. Если не помогает, проверьте share.candidates и сеть",
		RemedyEN: "Start 1C on it; the link comes back by itself. If it does not, check share.candidates and the network", Retryable: true,
	},
	ShareForeign: {
		RU: "По адресу из share.candidates отвечает другая программа или другой код ВАТС", EN: "Another program or another PBX answers at an address of share.candidates",
		RemedyRU: "Сверьте код ВАТС, ключ подписи и адреса на всех компьютерах",
		RemedyEN: "Compare PBX code, signing key and addresses on all computers", Retryable: true,
	},
	HubPlain: {
		RU: "Связь с хабом не зашифрована: токен и номера видны в сети", EN: "The link to the hub is not encrypted: the network sees token and numbers",
		RemedyRU: "Дайте хабу сертификат и укажите hub.url с wss://", RemedyEN: "Give the hub a certificate and use wss:// in hub.url",
	},
	HubToken: {
		RU: "Хаб не принял токен", EN: "The hub refused the token",
		RemedyRU: "Получите новый токен у администратора хаба и подключитесь с ним", RemedyEN: "Get a new token from whoever runs the hub and connect with it",
	},
	HubForbidden: {
		RU: "Токен не даёт работать с этим внутренним номером или ролью", EN: "The token is not for this extension or role",
		RemedyRU: "Проверьте extension и role или попросите администратора хаба выдать другой токен",
		RemedyEN: "Check extension and role, or ask whoever runs the hub for another token",
	},
	HubVersion: {
		RU: "У хаба и компоненты нет общей версии протокола", EN: "The hub and the component have no protocol version in common",
		RemedyRU: "Обновите то, что старше: хаб или компоненту", RemedyEN: "Update whichever is older, the hub or the component",
	},
	HubReplaced: {
		RU: "Соединение заменено более новым соединением того же сеанса", EN: "A newer connection of the same session took the place of this one",
		RemedyRU: "Подключитесь снова", RemedyEN: "Connect again",
	},
	HubSlow: {
		RU: "Сообщения хаба не успевают приниматься", EN: "What the hub sends is not read fast enough",
		RemedyRU: "Проверьте сеть и загрузку компьютера", RemedyEN: "Check the network and the load of the computer", Retryable: true,
	},
	HubStopping: {
		RU: "Хаб останавливается или перезапускается", EN: "The hub is being stopped or restarted",
		RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true,
	},
	HubSession: {
		RU: "Хаб больше не знает этого сеанса", EN: "The hub does not know this session any more",
		RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true,
	},
	HubProtocol: {
		RU: "Нарушен протокол обмена с хабом", EN: "The protocol of the hub was broken",
		RemedyRU: "Проверьте, что адрес ведёт на хаб; передайте журнал разработчикам", RemedyEN: "Check that the address is one of a hub; send the log to the developers",
		Retryable: true,
	},
	HubBusy: {
		RU: "Слишком много запросов или сеансов на хабе", EN: "Too many requests or sessions at the hub",
		RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true,
	},
	ConnectionLost: {
		RU: "Связь с хабом прервалась, исход запроса неизвестен", EN: "The hub was lost, and nobody knows what became of the request",
		RemedyRU: "Проверьте, выполнена ли команда, прежде чем повторять её", RemedyEN: "See whether the command was carried out before you repeat it",
	},
	TooBig: {
		RU: "Слишком много данных за один раз", EN: "Too much data at once",
		RemedyRU: "Разделите данные на части", RemedyEN: "Send the data in parts",
	},

	// The PBX and the way to it.
	KeyRefused: {
		RU:       "ВАТС не приняла код или ключ подписи",
		EN:       "The PBX refused the code or the signing key",
		RemedyRU: checkLKRU, RemedyEN: checkLKEN,
	},
	Unreachable: {
		RU: "Нет связи с сервером ВАТС", EN: "The PBX cannot be reached",
		RemedyRU:  "Проверьте интернет, прокси-сервер и доступ к app.mango-office.ru по порту 443",
		RemedyEN:  "Check the network, the proxy and the way to app.mango-office.ru, port 443",
		Retryable: true,
	},
	TLSFailed: {
		RU:       "Не удалось установить защищённое соединение TLS 1.2",
		EN:       "No TLS 1.2 connection could be agreed",
		RemedyRU: "Проверьте дату на компьютере, корневые сертификаты и программы, проверяющие трафик",
		RemedyEN: "Check the clock, the root certificates and programs that inspect traffic",
	},
	Timeout: {
		RU: "Время ожидания истекло", EN: "The time is over",
		RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true,
	},
	RateLimited: {
		RU: "Превышена допустимая частота запросов к ВАТС", EN: "Too many requests to the PBX",
		RemedyRU: "Сделайте паузу и снизьте частоту запросов", RemedyEN: "Pause and send fewer requests",
		Retryable: true,
	},
	APIPaused: {
		RU:        "ВАТС приостановила приём запросов на две минуты",
		EN:        "The PBX takes no requests for two minutes",
		RemedyRU:  "Подождите две минуты; если не поможет, проверьте код ВАТС и ключ подписи",
		RemedyEN:  "Wait two minutes; if that does not help, check the PBX code and the signing key",
		Retryable: true,
	},
	PBXError: {
		RU: "ВАТС отклонила запрос", EN: "The PBX refused the request",
		RemedyRU: "Смотрите код результата", RemedyEN: "See the result code",
	},
	Absent: {
		RU: "У ВАТС нет такого отчёта или записи", EN: "The PBX has no such report or recording",
		RemedyRU:  "Отчёт закажите заново; запись разговора появляется через несколько минут после него",
		RemedyEN:  "Order the report again; a recording appears some minutes after the conversation",
		Retryable: true,
	},
	RecordingAbsent: {
		RU: "Записи этого разговора в ВАТС нет", EN: "The PBX has no recording of this conversation",
		RemedyRU:  "Запись появляется через несколько минут после разговора. Слишком короткая не сохраняется, удалённая в кабинете или отслужившая срок хранения не вернётся",
		RemedyEN:  "A recording appears some minutes after the conversation. One too short is not kept; one deleted in the account or past its time does not come back",
		Retryable: true,
	},
	RecordingNoTalk: {RU: "Разговора не было, записывать было нечего", EN: "There was no conversation to record", RemedyRU: nothingRU, RemedyEN: nothingEN},
	RecordingOff: {
		RU: "Разговор не записывался", EN: "The conversation was not recorded",
		RemedyRU: "Включите запись для сотрудника или линии в личном кабинете", RemedyEN: "Switch recording on for the employee or the line in the account",
	},
	RecordingTooShort: {RU: "Запись слишком коротка и не сохранена", EN: "The recording was too short to keep", RemedyRU: nothingRU, RemedyEN: nothingEN},
	RecordingService: {
		RU: "Услуга записи разговоров или их хранения не подключена", EN: "Recording, or the storage of recordings, is not switched on",
		RemedyRU: "Проверьте услуги и баланс в личном кабинете", RemedyEN: "See the services and the balance in the account",
	},
	RecordingMailed: {RU: "Запись отправлена по почте и в ВАТС не хранится", EN: "The recording went by mail and is not kept by the PBX", RemedyRU: "Выберите в личном кабинете хранение в облаке", RemedyEN: "Choose in the account that recordings are kept in the cloud"},
	RecordingPreparing: {
		RU: "Запись ещё готовится", EN: "The recording is still being prepared",
		RemedyRU: "Повторите через несколько минут", RemedyEN: "Try again in some minutes", Retryable: true,
	},
	RecordingGone: {
		RU: "Записи в ВАТС больше нет: удалена в личном кабинете, или истёк срок хранения", EN: "The PBX has the recording no more: deleted in the account, or past its time",
		RemedyRU: "Чтобы записи хранились дольше, включите archive_recordings", RemedyEN: "Switch archive_recordings on to keep recordings longer",
	},
	RecordingNoLink: {
		RU: "Запись есть, прослушать её можно из 1С", EN: "There is a recording, to be played from 1C",
		RemedyRU: "Ссылку в файле дают хаб с public_url и archive_recordings", RemedyEN: "A hub with public_url, or archive_recordings, gives a link for files",
	},
	SpeechOff: {
		RU: "Речевая аналитика не подключена", EN: "Speech analytics are not switched on",
		RemedyRU: "Подключите услугу в личном кабинете; компонента спросит снова через сутки",
		RemedyEN: "Switch the service on in the account; it is asked for again in a day",
	},
	SpeechAbsent: {
		RU: "Речевая аналитика этот разговор ещё не разобрала", EN: "Speech analytics have nothing of this conversation yet",
		RemedyRU: "Разбор занимает время; короткие разговоры не разбираются", RemedyEN: "It takes a while; short conversations are left out",
		Retryable: true,
	},
	ArchiveFailed: {
		RU: "Архив записей разговоров недоступен", EN: "The archive of recordings is out of reach",
		RemedyRU:  "Проверьте место на диске и права на папку архива, для хранилища S3 — адрес, ключи и сеть",
		RemedyEN:  "Check the room on the disk and the rights to the folder of the archive; for S3 storage its address, keys and the network",
		Retryable: true,
	},
	BadAnswer: {
		RU: "Ответ ВАТС не удалось прочитать", EN: "The answer of the PBX cannot be read",
		RemedyRU:  "Повторите позже; если повторится, передайте журнал разработчикам",
		RemedyEN:  "Try again later; if it repeats, send the log to the developers",
		Retryable: true,
	},
	CommandRepeated: {
		RU: "Команда с таким идентификатором уже отправлена", EN: "A command with this id went out before",
		RemedyRU: "Дождитесь её итога или дайте новой команде свой идентификатор", RemedyEN: "Wait for its outcome, or give the new command an id of its own",
	},
	MethodUnknown: {
		RU: "В API ВАТС нет такого метода", EN: "The VPBX API has no such method",
		RemedyRU: "Сверьтесь с перечнем методов (СписокМетодов)", RemedyEN: "See the list of methods (APIMethods)",
	},
	NotSupportedByPBX: {
		RU: "ВАТС не умеет выполнять такую команду", EN: "The PBX has no such command",
		RemedyRU: "Выполните действие с телефонного аппарата", RemedyEN: "Do it on the telephone",
	},

	// Numbers, calls and events.
	NumberEmpty: {
		RU: "Не задан телефонный номер!", EN: "No telephone number is given!",
		RemedyRU: "Укажите номер", RemedyEN: "Give a number",
	},
	NumberInvalid: {
		RU: "ВАТС не сможет набрать этот номер", EN: "The PBX cannot dial this number",
		RemedyRU: "Укажите номер полностью, например +7 903 123-45-67, или внутренний номер",
		RemedyEN: "Give the whole number, such as +7 903 123-45-67, or an extension",
	},
	ExtensionMissing: {
		RU:       "У пользователя не задан внутренний номер",
		EN:       "This session has no extension of its own",
		RemedyRU: "Укажите extension при подключении", RemedyEN: "Give an extension to Connect",
	},
	ExtensionUnknown: {
		RU:       "В ВАТС нет сотрудника с таким внутренним номером",
		EN:       "The PBX has no employee with this extension",
		RemedyRU: "Проверьте внутренний номер в личном кабинете", RemedyEN: "Check the extension on the account page",
	},
	CallUnknown: {
		RU: "Нет текущего звонка с таким идентификатором", EN: "No live call has this id",
		RemedyRU: "Звонок мог завершиться; возьмите идентификатор из ПолучитьТекущиеЗвонки",
		RemedyEN: "It may have ended; take the id from GetActiveCalls",
	},
	Forbidden: {
		RU: "У этого сеанса нет права на это действие", EN: "This session has no right to do this",
		RemedyRU: "Выполните действие со своим внутренним номером и своим звонком или попросите администратора дать сеансу право",
		RemedyEN: "Do it with your own extension and call, or ask the administrator for the right",
	},
	NotOnCall: {
		RU:       "Внутренний номер этого сеанса не участвует в звонке",
		EN:       "The extension of this session is not on the call",
		RemedyRU: "Выполните действие в сеансе участника разговора", RemedyEN: "Do it in the session of who talks",
	},
	NotOnHold: {
		RU:       "В звонке нет удержанного разговора и консультации",
		EN:       "The call has nobody on hold, or no consultation",
		RemedyRU: "Сначала начните перевод с консультацией или поставьте разговор на удержание",
		RemedyEN: "Begin a transfer with consultation first, or put the conversation on hold",
	},
	EventUnknown: {
		RU: "Нет такого события, или оно давно подтверждено", EN: "No such event, or it was settled long ago",
		RemedyRU: "Проверьте id; подтверждённое событие повторно не приходит",
		RemedyEN: "Check the id; an acknowledged event does not come again",
	},
	SeqStale: {
		RU:       "Порядковый номер события относится к прошлому запуску",
		EN:       "The seq belongs to an earlier run",
		RemedyRU: "Подтверждайте событие по его id", RemedyEN: "Acknowledge the event by its id",
	},

	// Operations and requests.
	OperationUnknown: {
		RU:       "Нет такой операции, или её результат уже удалён",
		EN:       "No such operation, or its result was dropped",
		RemedyRU: "Результат хранится час и только до отключения; запустите операцию снова",
		RemedyEN: "A result is kept for an hour, and no longer than the connection; start the operation again",
	},
	OperationRunning: {
		RU: "Операция ещё выполняется", EN: "The operation has not ended",
		RemedyRU: "Дождитесь события РезультатОперации", RemedyEN: "Wait for the event OperationResult",
		Retryable: true,
	},
	TooManyOperations: {
		RU: "Слишком много операций одновременно", EN: "Too many operations at once",
		RemedyRU: "Дождитесь завершения начатых операций", RemedyEN: "Wait until those that run have ended",
		Retryable: true,
	},
	ResultTooBig: {
		RU: "Результат слишком велик", EN: "The result is too big",
		RemedyRU: "Запросите меньший период или задайте отбор", RemedyEN: "Ask for a shorter span, or for less",
	},
	Cancelled: {
		RU: "Операция отменена", EN: "The operation was cancelled",
		RemedyRU: "Запустите её снова, если она нужна", RemedyEN: "Start it again if it is wanted",
	},
	FileAnswer: {
		RU: "ВАТС ответила файлом, а не данными", EN: "The PBX answered with a file, not with data",
		RemedyRU: "Чтобы получить файл, используйте СкачатьЗапись", RemedyEN: "Use DownloadRecording for a file",
	},
	RequestsHeld: {
		RU: "После ошибочного запроса часть запросов к ВАТС ждёт две минуты", EN: "After a wrong request some requests wait for two minutes",
		RemedyRU: "Проверьте номера и идентификаторы в запросах", RemedyEN: "Check the numbers and ids in the requests",
		Retryable: true,
	},
}
