package manual

// reports describes what table_reports.go declares.
func reports() pages {
	return pages{
		"BuildReport": {
			RU: "Формирует отчет по завершённым звонкам; возвращает ид операции. Статусы по порогам настроек на этот момент, время в time_zone или pbx_time_zone, язык ЯзыкСообщений. " +
				"Файл появляется под своим именем целиком, к РезультатОперации (path, total). Без файла строки берёт ПолучитьРезультат, последняя строка {totals}. " +
				"Без права supervisor в отчет попадают звонки своего внутреннего номера",
			EN: "Makes a report of finished calls; returns the id of an operation. Statuses by the thresholds of this moment, times in time_zone or pbx_time_zone, the language is Language. " +
				"A file gets its name when it is whole, before OperationResult (path, total). Without one GetResult fetches the rows, the last row is {totals}. " +
				"Without the right supervisor it has the calls of the own extension",
		},
		"BuildReport.From":     {RU: "первая секунда периода, по time_zone; пустая дата: с первого звонка", EN: "the first second of the period, in time_zone; the empty date: from the first call"},
		"BuildReport.To":       {RU: "последняя секунда периода, как КонецДня; пустая дата: по сегодня", EN: "the last second of the period; the empty date: until today"},
		"BuildReport.Variant":  {RU: "brief (краткий), main (основной), detailed (подробный) или calls (телефонные звонки)", EN: "brief, main, detailed or calls"},
		"BuildReport.FilePath": {RU: "файл .json, .csv, .html, с хабом и .xlsx; пусто: строки для ПолучитьРезультат", EN: "a .json, .csv, .html file, with a hub also .xlsx; empty: rows for GetResult"},
		"BuildReport.Filter":   {RU: "JSON {employee, group, number, direction, status, line, city, source, medium, campaign, content, term, dct_type}, каждое значение текст или массив", EN: "JSON with these keys, each value a text or an array"},
	}
}
