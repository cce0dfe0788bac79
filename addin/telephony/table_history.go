package telephony

import "mangoofficesdk/addin/spec"

// historyMethods are about calls that are over.
func historyMethods() []spec.Method[*Object] {
	entry := param("ИдВызова", "EntryID", spec.Str, "entry_id звонка", "entry_id of the call")
	return []spec.Method[*Object]{
		{
			Name:    spec.Name{RU: "ПолучитьЗвонок", EN: "GetCall"},
			Params:  []spec.Param{entry},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Карточка завершённого звонка: JSON события ИтогЗвонка и то, что стало известно потом: recordings, annotation, transcript, changed. " +
					"Без права supervisor видны звонки своего внутреннего номера",
				EN: "The card of a finished call: the JSON of its CallSummary with what became known later: recordings, annotation, transcript, changed. " +
					"Without the right supervisor those of the own extension are seen",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.getCall(a[0].Str())) },
		},
		{
			Name: spec.Name{RU: "СледитьЗаЗвонком", EN: "WatchCall"},
			Params: []spec.Param{
				entry,
				optional("Вкл", "On", spec.Boolean, spec.Bool(true), "Ложь: больше не следить", "False: watch it no more"),
			},
			Returns: spec.Boolean, Fallible: true,
			Doc: spec.Doc{
				RU: "Пока открыта карточка звонка: ЗвонокИзменен приходит и этому сеансу, с классом screen. Кончается с Отключить",
				EN: "While the card of a call is open: CallChanged comes to this session too, with the class screen. Ends with Disconnect",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return truth(o.watchCall(a[0].Str(), a[1].Bool()))
			},
		},
		{
			Name: spec.Name{RU: "ЗагрузитьЗвонки", EN: "LoadCalls"},
			Params: []spec.Param{
				param("Начало", "From", spec.Date, "начало периода, по часам time_zone", "the beginning of the period, by the clock of time_zone"),
				param("Конец", "To", spec.Date, "конец периода; будущее не загружается", "its end; the future is not loaded"),
				optional("Отбор", "Filter", spec.Str, spec.String(""),
					"JSON {employee, group, number, direction, status, line, city, source, medium, campaign, content, term, dct_type}: строка или массив строк; пусто: все звонки",
					"JSON with these keys, each a text or a list of texts; empty: all calls"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Загружает звонки периода из статистики ВАТС и дополняет ими принятые. Ид операции: ход сообщает ХодОперации (в минутах периода), " +
					"звонки по началу, как в ПолучитьЗвонок, даёт ПолучитьРезультат. Прерванная загрузка, начатая снова, продолжается",
				EN: "Loads the calls of a period from the statistics of the PBX, and adds them to those that were told. The id of an operation: Progress tells how far it is " +
					"(in minutes of the period), GetResult gives the calls by their start, as GetCall does. A load that was cut off goes on when it is begun again",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.loadCalls(a[0].Time(), a[1].Time(), a[2].Str()))
			},
		},
	}
}
