package telephony

import "mangoofficesdk/addin/spec"

// reportMethods make reports of calls.
func reportMethods() []spec.Method[*Object] {
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "СформироватьОтчет", EN: "BuildReport"},
			Params: []spec.Param{
				param("Начало", "From", spec.Date, "первая секунда периода, по time_zone; пустая дата: с первого звонка", "the first second of the period, in time_zone; the empty date: from the first call"),
				param("Конец", "To", spec.Date, "последняя секунда периода, как КонецДня; пустая дата: по сегодня", "the last second of the period; the empty date: until today"),
				optional("Вариант", "Variant", spec.Str, spec.String("brief"),
					"brief (краткий), main (основной), detailed (подробный) или calls (телефонные звонки)", "brief, main, detailed or calls"),
				optional("ПутьКФайлу", "FilePath", spec.Str, spec.String(""),
					"файл .json, .csv, .html, с хабом и .xlsx; пусто: строки для ПолучитьРезультат", "a .json, .csv, .html file, with a hub also .xlsx; empty: rows for GetResult"),
				optional("Отбор", "Filter", spec.Str, spec.String(""),
					"JSON {employee, group, number, direction, status, line, city, source, medium, campaign, content, term, dct_type}, каждое значение текст или массив",
					"JSON with these keys, each value a text or an array"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Формирует отчет по завершённым звонкам; возвращает ид операции. Статусы по порогам настроек на этот момент, время в time_zone или pbx_time_zone, язык ЯзыкСообщений. " +
					"Файл появляется под своим именем целиком, к РезультатОперации (path, total). Без файла строки берёт ПолучитьРезультат, последняя строка {totals}. " +
					"Без права supervisor в отчет попадают звонки своего внутреннего номера",
				EN: "Makes a report of finished calls; returns the id of an operation. Statuses by the thresholds of this moment, times in time_zone or pbx_time_zone, the language is Language. " +
					"A file gets its name when it is whole, before OperationResult (path, total). Without one GetResult fetches the rows, the last row is {totals}. " +
					"Without the right supervisor it has the calls of the own extension",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.buildReport(a[0].Time(), a[1].Time(), a[2].Str(), a[3].Str(), a[4].Str()))
			},
		},
	}
}
