package telephony

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
)

// keepHeard is how long a recording stays that was fetched to be listened to.
const keepHeard = 24 * time.Hour

// recordingLink is СсылкаНаЗапись.
func (o *Object) recordingLink(id, action string, seconds int64) (string, error) {
	raw, err := o.call("RecordingLink", object("recording_id", id, "action", action, "ttl_sec", seconds), callTimeout)
	if err != nil {
		return "", recordingField(err)
	}
	var a struct {
		URL string `json:"url"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return "", text.New(text.Internal).WithDetail("RecordingLink").Wrap(err)
	}
	return a.URL, nil
}

// recordingField names an argument as BSL does.
func recordingField(err error) error {
	e := text.From(err)
	for field, name := range map[string]string{
		"recording_id": component.Field("ИдЗаписи", "RecordingID"), "action": component.Field("Действие", "Action"),
		"ttl_sec": component.Field("СрокСек", "TTLSec"),
	} {
		if e.Field == field {
			return e.WithField(name)
		}
	}
	return err
}

// downloadRecording is СкачатьЗапись. Without a path the file lies in the folder
// of temporary files, for a day; a path of a folder gets a name in it.
func (o *Object) downloadRecording(id, path string) (string, error) {
	path, err := recordingPath(id, path)
	if err != nil {
		return "", err
	}
	return o.fetchRecording(id, path, nil)
}

// playRecording is ПрослушатьЗапись.
func (o *Object) playRecording(id string) (string, error) {
	path, err := recordingPath(id, "")
	if err != nil {
		return "", err
	}
	return o.fetchRecording(id, path, openPlayer)
}

func (o *Object) fetchRecording(id, path string, then func(path string) error) (string, error) {
	return o.intoFile(path, then, func() (string, error) {
		operation, err := o.operation("DownloadRecording", object("recording_id", id))
		if err != nil {
			return "", recordingField(err)
		}
		return operation, nil
	})
}

// recordingPath is where the file goes.
func recordingPath(id, path string) (string, error) {
	if id == "" {
		return "", text.New(text.MissingField).WithField(component.Field("ИдЗаписи", "RecordingID"))
	}
	name := recording.FileName(id, ".mp3")
	if path != "" {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, name)
		}
		return path, nil
	}
	dir := filepath.Join(os.TempDir(), "MangoOfficeSDK")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", notWritten(dir, err)
	}
	sweepHeard(dir)
	return filepath.Join(dir, name), nil
}

// sweepHeard removes recordings that were fetched to be listened to, long ago.
func sweepHeard(dir string) {
	files, _ := os.ReadDir(dir) // the next one tries again
	for _, f := range files {
		info, err := f.Info()
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > keepHeard {
			_ = os.Remove(filepath.Join(dir, f.Name())) // a player may have it open
		}
	}
}

// intoFile begins an operation whose bytes are written to a file, and then, once
// it is whole, handed on.
func (o *Object) intoFile(path string, then func(path string) error, begin func() (string, error)) (string, error) {
	c, _, err := o.link()
	if err != nil {
		return "", err
	}
	f, err := newWholeFile(path)
	if err != nil {
		return "", err
	}
	id, err := begin()
	if err == nil && !o.env.Group().Go("file", func(ctx context.Context) { o.fetch(ctx, c.link, id, f, then) }) {
		err = text.New(text.Stopping)
	}
	if err != nil {
		f.drop()
		return "", err
	}
	return id, nil
}
