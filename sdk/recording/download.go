// Package recording fetches recordings of conversations from the PBX, and
// keeps copies of them.
package recording

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

const (
	// tries of one download: an address is good for one time, so each asks for
	// another.
	tries = 4
	// firstWait is before the second try; it doubles.
	firstWait = time.Second
	// longWait is the longest that a server's wish to be left alone is followed.
	longWait = time.Minute
)

// Source is what a download needs of *vpbx.Client.
type Source interface {
	Recording(ctx context.Context, r vpbx.RecordingRequest) (address string, err error)
	Fetch(ctx context.Context, address string, w io.Writer, told func(done, total int64)) (vpbx.File, error)
}

// Audio is what a download brought.
type Audio struct {
	Bytes int64
	Ext   string // ".mp3", ".wav", ".ogg"
}

// Download fetches a recording into f, whole or not at all: what a try that
// broke off has written is taken back. told (done, total in bytes; -1: unknown)
// may begin anew.
//
// A broken line and a busy server are tried again, each time with a new
// address. A recording that is not there is not asked for twice: a second wrong
// request within two minutes closes the API for everybody (§1.4.1). Errors:
// recording_absent (deleted, expired, too short to be kept, or not saved yet),
// file_not_written, and those of *vpbx.Client.
func Download(ctx context.Context, src Source, id string, f *os.File, told func(done, total int64)) (Audio, error) {
	wait := firstWait
	for try := 1; ; try++ {
		a, err := once(ctx, src, id, f, told)
		if err == nil {
			return a, nil
		}
		pause, again := worth(err)
		if !again || try == tries || !group.Sleep(ctx, max(wait, pause)) {
			return Audio{}, err
		}
		wait *= 2
	}
}

// worth reports whether another try may do better, and when.
func worth(err error) (pause time.Duration, again bool) {
	e, ok := errors.AsType[*vpbx.Error](err)
	if !ok {
		return 0, errors.Is(err, errNoAudio)
	}
	switch e.Kind {
	case vpbx.KindUnreachable, vpbx.KindTimeout:
		return 0, true
	case vpbx.KindRateLimited:
		return min(e.RetryAfter, longWait), true
	case vpbx.KindAbsent:
		return 0, errors.Is(err, errUsedUp)
	}
	return 0, false
}

var (
	errNoAudio = errors.New("what came is no sound")
	errUsedUp  = errors.New("the address was used up")
)

// resultNoRecording is what the PBX answers when it has none (§18).
const resultNoRecording = 3320

// noService begins the results of an account without the service, 22xx (§18).
const noService = 22

// once is one try.
func once(ctx context.Context, src Source, id string, f *os.File, told func(done, total int64)) (a Audio, err error) {
	address, err := src.Recording(ctx, vpbx.RecordingRequest{RecordingID: id, Action: vpbx.RecordingDownload})
	if e, ok := errors.AsType[*vpbx.Error](err); ok && (e.Kind == vpbx.KindAbsent || e.Result == resultNoRecording) {
		return a, text.New(text.RecordingAbsent).Wrap(err)
	}
	if e, ok := errors.AsType[*vpbx.Error](err); ok && e.Result/100 == noService {
		return a, text.New(text.RecordingService).WithResult(e.Result).Wrap(err)
	}
	if err != nil {
		return a, err
	}
	if err := rewind(f); err != nil {
		return a, err
	}
	file, err := src.Fetch(ctx, address, f, told)
	if e, ok := errors.AsType[*vpbx.Error](err); ok && e.Kind == vpbx.KindAbsent {
		// The PBX has just said that it is there: somebody, a virus scanner of a
		// proxy, followed the address before us.
		return a, text.New(text.RecordingAbsent).Wrap(fmt.Errorf("%w: %w", errUsedUp, err))
	}
	if err != nil {
		if _, ok := errors.AsType[*vpbx.Error](err); !ok {
			err = text.New(text.FileNotWritten).Wrap(err)
		}
		_ = rewind(f) // nothing half-written stays; err is the one to tell
		return a, err
	}
	if a.Ext, err = kindOf(f); err != nil {
		_ = rewind(f)
		return a, err
	}
	a.Bytes = file.Bytes
	return a, nil
}

// rewind makes f empty.
func rewind(f *os.File) error {
	err := f.Truncate(0)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return text.New(text.FileNotWritten).Wrap(err)
	}
	return nil
}

// kindOf looks at the first bytes: an error page must not be kept as a
// conversation.
func kindOf(f *os.File) (ext string, err error) {
	head := make([]byte, 12)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", text.New(text.FileNotWritten).Wrap(err)
	}
	if ext = sniff(head[:n]); ext == "" {
		return "", text.New(text.BadAnswer).WithDetail(fmt.Sprintf("%q", head[:n])).Wrap(errNoAudio)
	}
	return ext, nil
}

// sniff names the form of a sound by its beginning; "" = it is none. The PBX
// sends MPEG; the others are those that a PBX of the same make could.
func sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("ID3")), len(head) > 1 && head[0] == 0xff && head[1]&0xe0 == 0xe0:
		return ".mp3"
	case len(head) == 12 && bytes.HasPrefix(head, []byte("RIFF")) && string(head[8:]) == "WAVE":
		return ".wav"
	case bytes.HasPrefix(head, []byte("OggS")):
		return ".ogg"
	}
	return ""
}
