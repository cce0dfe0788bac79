package manual

import "mangoofficesdk/addin/spec"

// Constants are the sets of values in the properties, events and answers.
func Constants() []Constant {
	return []Constant{
		{spec.Doc{RU: "Состояние объекта: свойство Состояние, state", EN: "State of the object: property State, state"}, []Value{
			{"0", spec.Doc{RU: "выключено", EN: "off"}},
			{"1", spec.Doc{RU: "подключается", EN: "connecting"}},
			{"2", spec.Doc{RU: "соединено", EN: "connected"}},
			{"3", spec.Doc{RU: "зарегистрировано", EN: "registered"}},
			{"4", spec.Doc{RU: "отказ, причина в code", EN: "refused, the reason in code"}},
		}},
		{spec.Doc{RU: "Класс события: class", EN: "Class of an event: class"}, []Value{
			{"screen", spec.Doc{RU: "для экрана: показано — и кончено, устаревшее не приходит", EN: "for the screen: done when shown, what is late does not come"}},
			{"record", spec.Doc{RU: "для записи: приходит снова, пока не подтверждено", EN: "to be saved: comes again until it is acknowledged"}},
		}},
		{spec.Doc{RU: "Направление: direction", EN: "Direction: direction"}, []Value{
			{"in", spec.Doc{RU: "входящий", EN: "incoming"}},
			{"out", spec.Doc{RU: "исходящий", EN: "outgoing"}},
			{"internal", spec.Doc{RU: "внутренний", EN: "internal"}},
		}},
		{spec.Doc{RU: "Статус звонка: status", EN: "Status of a call: status"}, []Value{
			{"missed", spec.Doc{RU: "пропущенный", EN: "missed"}},
			{"accepted_ok", spec.Doc{RU: "принят успешно", EN: "accepted, long enough"}},
			{"accepted_bad", spec.Doc{RU: "принят не успешно: разговор короче порога min_in_sec", EN: "accepted, shorter than min_in_sec"}},
			{"reached_ok", spec.Doc{RU: "дозвонился успешно", EN: "reached, long enough"}},
			{"reached_bad", spec.Doc{RU: "дозвонился не успешно: короче порога min_out_sec или без ответа", EN: "reached, shorter than min_out_sec, or not answered"}},
			{"transferred", spec.Doc{RU: "переведен", EN: "transferred"}},
		}},
		{spec.Doc{RU: "Занятость сотрудника: state в ПолучитьСтатусы и СтатусСотрудника", EN: "What an employee is doing: state in GetPresence and Presence"}, []Value{
			{"free", spec.Doc{RU: "свободен", EN: "free"}},
			{"ringing", spec.Doc{RU: "звонит телефон", EN: "the phone rings"}},
			{"talking", spec.Doc{RU: "разговаривает", EN: "talks"}},
			{"hold", spec.Doc{RU: "держит собеседника", EN: "holds somebody"}},
			{"offline", spec.Doc{RU: "не в сети", EN: "offline"}},
			{"unknown", spec.Doc{RU: "неизвестно", EN: "not known"}},
		}},
		{spec.Doc{RU: "Состояние идущего звонка: state в ПолучитьТекущиеЗвонки", EN: "State of a call under way: state in GetActiveCalls"}, []Value{
			{"ringing", spec.Doc{RU: "звонит", EN: "rings"}},
			{"talking", spec.Doc{RU: "разговор", EN: "a conversation"}},
			{"hold", spec.Doc{RU: "удержание", EN: "on hold"}},
			{"ivr", spec.Doc{RU: "в голосовом меню", EN: "in the menu"}},
			{"queue", spec.Doc{RU: "в очереди группы", EN: "in the queue of a group"}},
		}},
		{spec.Doc{RU: "Вид номера: kind в НормализоватьНомер", EN: "Kind of a number: kind in NormalizePhone"}, []Value{
			{"mobile", spec.Doc{RU: "мобильный", EN: "mobile"}},
			{"fixed", spec.Doc{RU: "городской", EN: "fixed"}},
			{"tollfree", spec.Doc{RU: "бесплатный, 8-800", EN: "toll-free"}},
			{"international", spec.Doc{RU: "другой страны", EN: "of another country"}},
			{"short", spec.Doc{RU: "короткий или внутренний", EN: "short, or an extension"}},
			{"sip", spec.Doc{RU: "адрес SIP", EN: "a SIP address"}},
			{"anonymous", spec.Doc{RU: "скрыт", EN: "hidden"}},
			{"invalid", spec.Doc{RU: "не номер", EN: "no number"}},
		}},
		{spec.Doc{RU: "Вариант отчета: СформироватьОтчет", EN: "Variant of a report: BuildReport"}, []Value{
			{"brief", spec.Doc{RU: "краткий", EN: "brief"}},
			{"main", spec.Doc{RU: "основной", EN: "main"}},
			{"detailed", spec.Doc{RU: "подробный, с коллтрекингом", EN: "detailed, with call tracking"}},
			{"calls", spec.Doc{RU: "телефонные звонки", EN: "telephone calls"}},
		}},
	}
}
