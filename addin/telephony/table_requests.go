package telephony

import (
	"strconv"

	"mangoofficesdk/addin/spec"
	"mangoofficesdk/sdk/office"
)

// requestMethods ask the PBX for data, and fetch what long work brought.
func requestMethods() []spec.Method[*Object] {
	longestWait := strconv.FormatInt(office.MaxRequestWait.Milliseconds(), 10)
	operation := param("ИдОперации", "OperationID", spec.Str, "ид операции", "id of the operation")
	number := param("Номер", "Number", spec.Str, "номер, на который позвонил посетитель", "the number that the visitor called")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "ВыполнитьЗапрос", EN: "APIRequest"},
			Params: []spec.Param{
				param("Метод", "Method", spec.Str, "путь или имя метода API ВАТС, см. СписокМетодов", "path or name of a method of the VPBX API, see APIMethods"),
				optional("Параметры", "Parameters", spec.Str, spec.String(""), "JSON с параметрами метода; пусто: {}", "JSON with the parameters of the method; empty: {}"),
				optional("ЖдатьМс", "WaitMs", spec.Int, spec.Integer(0),
					"сколько миллисекунд ждать ответа, до "+longestWait+"; 0 не ждать", "milliseconds to wait for the answer, at most "+longestWait+"; 0: do not wait"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Выполняет любой метод API ВАТС. Ответ JSON, если он пришёл за ЖдатьМс, иначе ид операции, её итог сообщит РезультатОперации. " +
					"Параметры проверяются до отправки. Команде без command_id даётся свой, он есть в ответе, а её исход сообщает РезультатКоманды. " +
					"Таблица приходит как {text}, ссылка как {location}, пустой ответ как {}",
				EN: "Runs any method of the VPBX API. The JSON answer if it came within WaitMs, else the id of an operation, whose outcome OperationResult tells. " +
					"The parameters are checked before they are sent. A command without a command_id is given one, which stands in the answer; CommandResult tells its outcome. " +
					"A table comes as {text}, an address as {location}, an empty answer as {}",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.apiRequest(a[0].Str(), a[1].Str(), a[2].Int()))
			},
		},
		{
			Name:    spec.Name{RU: "СписокМетодов", EN: "APIMethods"},
			Returns: spec.Str,
			Doc: spec.Doc{
				RU: "Все методы API ВАТС, JSON-массив {name, path, area, answer, title_ru, title_en, fields [{name, type, required, limits, fields}]}; " +
					"limits {max_bytes, max_items, max_chars, min, max, one_of, format}, только заданные. Подключения не требует",
				EN: "All methods of the VPBX API, a JSON array with these keys; limits holds only those that there are. Needs no connection",
			},
			Body: func(o *Object, _ []spec.Value) (spec.Value, error) { return spec.String(o.proc.apiMethods()), nil },
		},
		{
			Name: spec.Name{RU: "ПолучитьРезультат", EN: "GetResult"},
			Params: []spec.Param{
				operation,
				optional("Смещение", "Offset", spec.Int, spec.Integer(0), "с какой строки, первая 0", "from which row, the first is 0"),
				optional("Количество", "Count", spec.Int, spec.Integer(1000), "не больше строк, чем столько, до 10000", "no more rows than this, at most 10000"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Строки завершённой операции, JSON {total, rows[]}; длинных строк может прийти меньше, чем запрошено. " +
					"Хранится час после завершения, при нехватке места старые удаляются раньше",
				EN: "The rows of an ended operation, JSON {total, rows[]}; of long rows fewer may come than were asked for. " +
					"They are kept for an hour after the end; the oldest go earlier when there is no room",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.getResult(a[0].Str(), a[1].Int(), a[2].Int()))
			},
		},
		{
			Name:    spec.Name{RU: "ОтменитьОперацию", EN: "CancelOperation"},
			Params:  []spec.Param{operation},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Отменяет операцию; РезультатОперации придёт с кодом cancelled. Завершённая остаётся как есть",
				EN: "Cancels an operation; OperationResult comes with the code cancelled. One that has ended stays as it is",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return truth(o.cancelOperation(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "ПолучитьСотрудников", EN: "GetEmployees"},
			Params: []spec.Param{
				optional("Обновить", "Refresh", spec.Boolean, spec.Bool(false), "Истина: прочитать у ВАТС заново", "True: read them from the PBX anew"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Сотрудники ВАТС, JSON-массив {name, extension, user_id, position, department, mobile, email, line_number, groups[]}, " +
					"как прочитаны при подключении и каждые 15 минут; если ещё не прочитаны или Обновить = Истина, ид операции",
				EN: "The employees of the PBX, a JSON array with these keys, as read when connecting and every 15 minutes; " +
					"the id of an operation when they were not read yet, or with Refresh = True",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.getEmployees(a[0].Bool())) },
		},
		{
			Name:    spec.Name{RU: "ДанныеКоллтрекинга", EN: "CallTracking"},
			Params:  []spec.Param{number},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Посетитель сайта, которому показан номер, JSON от ВАТС, если получен за последние 5 минут, иначе ид операции (ни одной строки: номер никому не показан)",
				EN: "The visitor of the site to whom the number is shown, JSON of the PBX if it came within 5 minutes, else the id of an operation (no rows: it is shown to nobody)",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.tracked("CallTracking", a[0].Str())) },
		},
		{
			Name:    spec.Name{RU: "ИсторияПосетителя", EN: "VisitorHistory"},
			Params:  []spec.Param{number},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Страницы, которые открывал этот посетитель, JSON-массив от ВАТС, если получен за последние 5 минут, иначе ид операции",
				EN: "The pages that this visitor opened, a JSON array of the PBX if it came within 5 minutes, else the id of an operation",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.tracked("VisitorHistory", a[0].Str()))
			},
		},
	}
}
