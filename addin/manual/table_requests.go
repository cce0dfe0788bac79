package manual

import (
	"strconv"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/office"
)

// requests describes what table_requests.go declares.
func requests() pages {
	longestWait := strconv.FormatInt(office.MaxRequestWait.Milliseconds(), 10)
	operation := spec.Doc{RU: "ид операции", EN: "id of the operation"}
	number := spec.Doc{RU: "номер, на который позвонил посетитель", EN: "the number that the visitor called"}
	return pages{
		"APIRequest": {
			RU: "Выполняет любой метод API ВАТС. Ответ JSON, если он пришёл за ЖдатьМс, иначе ид операции, её итог сообщит РезультатОперации. " +
				"Параметры проверяются до отправки. Команде без command_id даётся свой, он есть в ответе, а её исход сообщает РезультатКоманды. " +
				"Таблица приходит как {text}, ссылка как {location}, пустой ответ как {}",
			EN: "Runs any method of the VPBX API. The JSON answer if it came within WaitMs, else the id of an operation, whose outcome OperationResult tells. " +
				"The parameters are checked before they are sent. A command without a command_id is given one, which stands in the answer; CommandResult tells its outcome. " +
				"A table comes as {text}, an address as {location}, an empty answer as {}",
		},
		"APIRequest.Method":     {RU: "путь или имя метода API ВАТС, см. СписокМетодов", EN: "path or name of a method of the VPBX API, see APIMethods"},
		"APIRequest.Parameters": {RU: "JSON с параметрами метода; пусто: {}", EN: "JSON with the parameters of the method; empty: {}"},
		"APIRequest.WaitMs":     {RU: "сколько миллисекунд ждать ответа, до " + longestWait + "; 0 не ждать", EN: "milliseconds to wait for the answer, at most " + longestWait + "; 0: do not wait"},
		"APIMethods": {
			RU: "Все методы API ВАТС, JSON-массив {name, path, area, answer, title_ru, title_en, fields [{name, type, required, limits, fields}]}; " +
				"limits {max_bytes, max_items, max_chars, min, max, one_of, format}, только заданные. Подключения не требует",
			EN: "All methods of the VPBX API, a JSON array with these keys; limits holds only those that there are. Needs no connection",
		},
		"GetResult": {
			RU: "Строки завершённой операции, JSON {total, rows[]}; длинных строк может прийти меньше, чем запрошено. " +
				"Хранится час после завершения, при нехватке места старые удаляются раньше",
			EN: "The rows of an ended operation, JSON {total, rows[]}; of long rows fewer may come than were asked for. " +
				"They are kept for an hour after the end; the oldest go earlier when there is no room",
		},
		"GetResult.OperationID": operation,
		"GetResult.Offset":      {RU: "с какой строки, первая 0", EN: "from which row, the first is 0"},
		"GetResult.Count":       {RU: "не больше строк, чем столько, до 10000", EN: "no more rows than this, at most 10000"},
		"CancelOperation": {
			RU: "Отменяет операцию; РезультатОперации придёт с кодом cancelled. Завершённая остаётся как есть",
			EN: "Cancels an operation; OperationResult comes with the code cancelled. One that has ended stays as it is",
		},
		"CancelOperation.OperationID": operation,
		"GetEmployees": {
			RU: "Сотрудники ВАТС, JSON-массив {name, extension, user_id, position, department, mobile, email, line_number, groups[]}, " +
				"как прочитаны при подключении и каждые 15 минут; если ещё не прочитаны или Обновить = Истина, ид операции",
			EN: "The employees of the PBX, a JSON array with these keys, as read when connecting and every 15 minutes; " +
				"the id of an operation when they were not read yet, or with Refresh = True",
		},
		"GetEmployees.Refresh": {RU: "Истина: прочитать у ВАТС заново", EN: "True: read them from the PBX anew"},
		"CallTracking": {
			RU: "Посетитель сайта, которому показан номер, JSON от ВАТС, если получен за последние 5 минут, иначе ид операции (ни одной строки: номер никому не показан)",
			EN: "The visitor of the site to whom the number is shown, JSON of the PBX if it came within 5 minutes, else the id of an operation (no rows: it is shown to nobody)",
		},
		"CallTracking.Number": number,
		"VisitorHistory": {
			RU: "Страницы, которые открывал этот посетитель, JSON-массив от ВАТС, если получен за последние 5 минут, иначе ид операции",
			EN: "The pages that this visitor opened, a JSON array of the PBX if it came within 5 minutes, else the id of an operation",
		},
		"VisitorHistory.Number": number,
	}
}
