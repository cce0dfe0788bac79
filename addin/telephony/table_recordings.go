package telephony

import "mangoofficesdk/addin/spec"

// recordingMethods are about the recordings of conversations.
func recordingMethods() []spec.Method[*Object] {
	id := param("ИдЗаписи", "RecordingID", spec.Str)
	return []spec.Method[*Object]{
		{
			Name: spec.Name{RU: "СсылкаНаЗапись", EN: "RecordingLink"},
			Params: []spec.Param{
				id,
				optional("Действие", "Action", spec.Str, spec.String("play")),
				optional("СрокСек", "TTLSec", spec.Int, spec.Integer(600)),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.recordingLink(a[0].Str(), a[1].Str(), a[2].Int()))
			},
		},
		{
			Name: spec.Name{RU: "СкачатьЗапись", EN: "DownloadRecording"},
			Params: []spec.Param{
				id,
				optional("ПутьКФайлу", "FilePath", spec.Str, spec.String("")),
			},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) {
				return str(o.downloadRecording(a[0].Str(), a[1].Str()))
			},
		},
		{
			Name:    spec.Name{RU: "ПрослушатьЗапись", EN: "PlayRecording"},
			Params:  []spec.Param{id},
			Returns: spec.Str, Fallible: true,
			Body: func(o *Object, a []spec.Value) (spec.Value, error) { return str(o.playRecording(a[0].Str())) },
		},
	}
}
