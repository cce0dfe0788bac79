package telephony

import "mangoofficesdk/addin/spec"

// maxPause bounds Пауза, in seconds: longer than any caller waits.
const maxPause = 3600

// ofCall is the body of a command that needs the leg only.
func ofCall(method string) func(*Object, []spec.Value) (spec.Value, error) {
	return func(o *Object, a []spec.Value) (spec.Value, error) {
		return str(o.command(method, object("call_id", a[0].Str())))
	}
}

// playAudio is ВоспроизвестиФайл.
func (o *Object) playAudio(callID string, fileID, pause int64) (string, error) {
	if pause < 0 || pause > maxPause {
		return "", outOfRange("Пауза", "Pause", pause, 0, maxPause)
	}
	return o.command("PlayAudio", object("call_id", callID, "file_id", fileID, "pause", pause))
}
