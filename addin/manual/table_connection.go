package manual

import (
	"strconv"

	"mangoofficesdk/sdk/office"
)

// connection describes what table_connection.go declares.
func connection() pages {
	longestCheck := strconv.FormatInt(office.MaxCheck.Milliseconds(), 10)
	return pages{
		"Connect": {
			RU: "Подключает объект к ВАТС; итог сообщает событие СостояниеСвязи",
			EN: "Connects the object to the PBX; the event ConnectionState tells the outcome",
		},
		"Connect.Parameters": {RU: "JSON с параметрами подключения", EN: "JSON with the parameters of the connection"},
		"Connect.WaitMs":     {RU: "сколько миллисекунд ждать регистрации, до 60000; 0 не ждать", EN: "milliseconds to wait for the registration, at most 60000; 0: do not wait"},
		"Disconnect": {
			RU: "Отключает объект; последний объект процесса закрывает соединение",
			EN: "Disconnects the object; the last object of the process closes the connection",
		},
		"CheckConnection": {
			RU: "Проверяет связь с ВАТС и свой приёмник уведомлений, ждёт ответа",
			EN: "Checks the way to the PBX and the own listener; waits for the answer",
		},
		"CheckConnection.TimeoutMs": {RU: "сколько миллисекунд ждать ответа, до " + longestCheck, EN: "milliseconds to wait for the answer, at most " + longestCheck},
		"GetStatus": {
			RU: "Состояние объекта одним вызовом, JSON {state, extension, is_first, queue, mode, error {code, text, remedy, retryable, field}}",
			EN: "The state of the object in one call, JSON with these keys",
		},
		"CreateIntegration": {
			RU: "Проверяет код и ключ до подключения и возвращает настройки со значениями по умолчанию, JSON",
			EN: "Checks code and key before Connect and returns the settings with defaults, JSON",
		},
		"CreateIntegration.VpbxApiKey":  {RU: "уникальный код ВАТС (vpbx_api_key)", EN: "unique code of the PBX (vpbx_api_key)"},
		"CreateIntegration.VpbxApiSalt": {RU: "ключ для создания подписи (vpbx_api_salt)", EN: "key for signing (vpbx_api_salt)"},
		"CreateIntegration.Parameters":  {RU: "JSON с прочими параметрами подключения", EN: "JSON with other parameters of the connection"},
		"GetSettings":                   {RU: "Настройки компании с номером изменения, JSON", EN: "Settings of the company with their revision, JSON"},
		"SetSettings": {
			RU: "Меняет настройки компании; неверное значение отклоняет все",
			EN: "Changes settings of the company; one wrong value refuses the whole",
		},
		"SetSettings.Settings": {RU: "JSON с изменяемыми настройками", EN: "JSON with the settings to change"},
		"CollectLogs": {
			RU: "Собирает журналы для поддержки в один ZIP: журнал с предыдущими файлами, отчёты о сбоях, Диагностику, параметры подключения, версии, registry.xml; " +
				"ключи, токены, номера и имена скрыты, README.txt говорит, как. Возвращает ид операции и работает без соединения: " +
				"РезультатОперации приходит и тогда (path — файл, total — сколько в нём файлов), а ПолучитьРезультат даёт их список",
			EN: "Gathers the logs for support into one ZIP: the log with its predecessors, crash reports, Diagnostics, the parameters of the connection, versions, registry.xml; " +
				"keys, tokens, numbers and names are masked, README.txt tells how. Returns the id of an operation and works without a connection: " +
				"OperationResult comes then too (path is the file, total how many files it holds), and GetResult lists them",
		},
		"CollectLogs.ArchivePath": {
			RU: "файл или папка; пусто: папка журнала, а если писать туда нельзя, папка временных файлов",
			EN: "a file or a folder; empty: the folder of the log, or, where that cannot be written, the one of temporary files",
		},
		"Diagnostics": {
			RU: "Что не так и что делать (findings: code, severity, text, remedy, field), версии, пути, состояние, счётчики и последние ошибки, JSON",
			EN: "What is wrong and what to do (findings: code, severity, text, remedy, field), versions, paths, state, counters and the last errors, JSON",
		},
	}
}
