package manual

import "mangoofficesdk/addin/spec"

// recordings describes what table_recordings.go declares.
func recordings() pages {
	id := spec.Doc{RU: "recording_id из ЗаписьГотова, ИтогЗвонка или карточки", EN: "recording_id of RecordingReady, CallSummary or the card"}
	return pages{
		"RecordingLink": {
			RU: "Подписанная ссылка на запись, которую откроет любой, у кого она есть. ВАТС не спрашивается; работает, если в личном кабинете включены ссылки. " +
				"Документ ВАТС называет срок то в UTC, то в UTC+3, поэтому ссылка может прожить на три часа дольше",
			EN: "A signed link that whoever has it can follow. The PBX is not asked; it works once links are switched on in the account. " +
				"The document of the PBX tells the end now in UTC, now in UTC+3: a link may live three hours longer",
		},
		"RecordingLink.RecordingID": id,
		"RecordingLink.Action":      {RU: "play или download", EN: "play or download"},
		"RecordingLink.TTLSec":      {RU: "сколько секунд ссылка живёт, до 30 суток", EN: "seconds the link lives, 30 days at most"},
		"DownloadRecording": {
			RU: "Скачивает запись разговора, из архива или из ВАТС; возвращает ид операции. Файл появляется под своим именем целиком, к РезультатОперации (path)",
			EN: "Fetches a recording, from the archive or the PBX; returns the id of an operation. The file gets its name when it is whole, before OperationResult (path)",
		},
		"DownloadRecording.RecordingID": id,
		"DownloadRecording.FilePath":    {RU: "файл или папка; пусто: папка временных файлов, на сутки", EN: "a file or a folder; empty: the folder of temporary files, for a day"},
		"PlayRecording": {
			RU: "Скачивает запись в папку временных файлов и открывает её программой пользователя; возвращает ид операции. РезультатОперации приходит, когда программа вызвана",
			EN: "Fetches a recording into the folder of temporary files and opens it with the user's program; returns the id of an operation. OperationResult comes once the program was called",
		},
		"PlayRecording.RecordingID": id,
	}
}
