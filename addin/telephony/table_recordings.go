package telephony

import "mangoofficesdk/addin/spec"

// recordingMethods are about the recordings of conversations.
func recordingMethods() []spec.Method[*Object] {
	id := param("ИдЗаписи", "RecordingID", spec.Str, "recording_id из ЗаписьГотова, ИтогЗвонка или карточки", "recording_id of RecordingReady, CallSummary or the card")
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "СсылкаНаЗапись", EN: "RecordingLink"},
			Params: []spec.Param{
				id,
				optional("Действие", "Action", spec.Str, spec.String("play"), "play или download", "play or download"),
				optional("СрокСек", "TTLSec", spec.Int, spec.Integer(600), "сколько секунд ссылка живёт, до 30 суток", "seconds the link lives, 30 days at most"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Подписанная ссылка на запись, которую откроет любой, у кого она есть. ВАТС не спрашивается; работает, если в личном кабинете включены ссылки. " +
					"Документ ВАТС называет срок то в UTC, то в UTC+3, поэтому ссылка может прожить на три часа дольше",
				EN: "A signed link that whoever has it can follow. The PBX is not asked; it works once links are switched on in the account. " +
					"The document of the PBX tells the end now in UTC, now in UTC+3: a link may live three hours longer",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.recordingLink(a[0].Str(), a[1].Str(), a[2].Int()))
			},
		},
		{
			Name: spec.Name{RU: "СкачатьЗапись", EN: "DownloadRecording"},
			Params: []spec.Param{
				id,
				optional("ПутьКФайлу", "FilePath", spec.Str, spec.String(""),
					"файл или папка; пусто: папка временных файлов, на сутки", "a file or a folder; empty: the folder of temporary files, for a day"),
			},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Скачивает запись разговора, из архива или из ВАТС; возвращает ид операции. Файл появляется под своим именем целиком, к РезультатОперации (path)",
				EN: "Fetches a recording, from the archive or the PBX; returns the id of an operation. The file gets its name when it is whole, before OperationResult (path)",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.downloadRecording(a[0].Str(), a[1].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "ПрослушатьЗапись", EN: "PlayRecording"},
			Params:  []spec.Param{id},
			Returns: spec.Str, Fallible: true,
			Doc: spec.Doc{
				RU: "Скачивает запись в папку временных файлов и открывает её программой пользователя; возвращает ид операции. РезультатОперации приходит, когда программа вызвана",
				EN: "Fetches a recording into the folder of temporary files and opens it with the user's program; returns the id of an operation. OperationResult comes once the program was called",
			},
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.playRecording(a[0].Str())) },
		},
	}
}
