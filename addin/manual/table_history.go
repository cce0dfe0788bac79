package manual

import "mangoofficesdk/addin/spec"

// history describes what table_history.go declares.
func history() pages {
	entry := spec.Doc{RU: "entry_id звонка", EN: "entry_id of the call"}
	return pages{
		"GetCall": {
			RU: "Карточка завершённого звонка: JSON события ИтогЗвонка и то, что стало известно потом: recordings, annotation, changed, " +
				"recording_state {state ready или absent; code, text — почему нет записи: recording_no_talk, recording_off, recording_too_short, recording_service, " +
				"recording_mailed, recording_preparing, recording_gone} и речевая аналитика: speech {state ready, asked или absent; code, text — почему её нет}, topics [{recording_id, categories [{id, name, terms [{value, count}], …}]}], " +
				"transcript [{recording_id, names {client, operator}, phrases [[client или operator, текст]]}], summary [{communication_id, summary}], как их прислала ВАТС. При asked ВАТС спрашивают: " +
				"СледитьЗаЗвонком сообщит ЗвонокИзменен (what = speech), и карточку читают снова. Без права supervisor видны звонки своего внутреннего номера",
			EN: "The card of a finished call: the JSON of its CallSummary with what became known later: recordings, annotation, changed, " +
				"recording_state {state ready or absent; code, text: why there is no recording} and speech analytics: speech {state ready, asked or absent; code, text: why there is nothing}, topics, transcript, summary, as the PBX has sent them. With asked the PBX is being asked: " +
				"WatchCall brings CallChanged (what = speech), and the card is read anew. Without the right supervisor those of the own extension are seen",
		},
		"GetCall.EntryID": entry,
		"WatchCall": {
			RU: "Пока открыта карточка звонка: ЗвонокИзменен приходит и этому сеансу, с классом screen. Кончается с Отключить",
			EN: "While the card of a call is open: CallChanged comes to this session too, with the class screen. Ends with Disconnect",
		},
		"WatchCall.EntryID": entry,
		"WatchCall.On":      {RU: "Ложь: больше не следить", EN: "False: watch it no more"},
		"LoadCalls": {
			RU: "Загружает звонки периода из статистики ВАТС и дополняет ими принятые. Ид операции: ход сообщает ХодОперации (в минутах периода), " +
				"звонки по началу, как в ПолучитьЗвонок, даёт ПолучитьРезультат; о речевой аналитике ради них ВАТС не спрашивают: speech.state, кроме ready, пуст. Прерванная загрузка, начатая снова, продолжается",
			EN: "Loads the calls of a period from the statistics of the PBX, and adds them to those that were told. The id of an operation: Progress tells how far it is " +
				"(in minutes of the period), GetResult gives the calls by their start, as GetCall does, but the PBX is not asked for speech analytics: speech.state is ready or empty. A load that was cut off goes on when it is begun again",
		},
		"LoadCalls.From":   {RU: "начало периода, по часам time_zone", EN: "the beginning of the period, by the clock of time_zone"},
		"LoadCalls.To":     {RU: "конец периода; будущее не загружается", EN: "its end; the future is not loaded"},
		"LoadCalls.Filter": {RU: "JSON {employee, group, number, direction, status, line, city, source, medium, campaign, content, term, dct_type}: строка или массив строк; пусто: все звонки", EN: "JSON with these keys, each a text or a list of texts; empty: all calls"},
	}
}
