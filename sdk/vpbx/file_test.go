package vpbx_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// audio is a "recording" that is longer than any buffer.
var audio = bytes.Repeat([]byte("ID3 sound "), 30_000)

func TestFetch(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		serve func(w http.ResponseWriter, r *http.Request)
		total int64 // told; 0: nothing is told
		code  text.Code
	}{
		"whole": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(audio)))
			_, _ = w.Write(audio)
		}, int64(len(audio)), ""},
		"in chunks": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(audio[:5])
			w.(http.Flusher).Flush()
			_, _ = w.Write(audio[5:])
		}, -1, ""},
		"behind two more addresses": {func(w http.ResponseWriter, r *http.Request) {
			if n := len(r.URL.Path); n < 4 {
				http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
				return
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(audio)))
			_, _ = w.Write(audio)
		}, int64(len(audio)), ""},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(audio)))
			_, _ = w.Write(audio[:len(audio)/2])
			panic(http.ErrAbortHandler)
		}, int64(len(audio)), text.Unreachable},
		"cut in chunks": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(audio[:len(audio)/2])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, -1, text.Unreachable},
		"used up":     {status(http.StatusGone), 0, text.Absent},
		"not there":   {status(http.StatusNotFound), 0, text.Absent},
		"too often":   {status(http.StatusTooManyRequests), 0, text.RateLimited},
		"out of work": {status(http.StatusBadGateway), 0, text.Unreachable},
		"odd":         {status(http.StatusTeapot), 0, text.BadAnswer},
		"too big": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "2147483648")
			_, _ = w.Write(audio)
		}, 0, text.BadAnswer},
		"in circles": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, 0, text.BadAnswer},
		"leads nowhere": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		}, 0, text.BadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, row.serve)
			var got bytes.Buffer
			var told, total int64
			f, err := p.client(t, nil).Fetch(t.Context(), p.URL+"/f", &got, func(done, of int64) { told, total = done, of })
			if codeOf(err) != row.code {
				t.Fatalf("Fetch() = %v, want %q", err, row.code)
			}
			if total != row.total {
				t.Errorf("Fetch() told a total of %d, want %d", total, row.total)
			}
			if err != nil {
				return
			}
			if !bytes.Equal(got.Bytes(), audio) || f.Bytes != int64(len(audio)) || told != f.Bytes {
				t.Errorf("Fetch() = %+v and %d bytes, told %d, want %d", f, got.Len(), told, len(audio))
			}
		})
	}
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestFetchAddress(t *testing.T) {
	t.Parallel()
	c := client(t, func(*vpbx.Config) {})
	for _, address := range []string{"", "file:///etc/passwd", "ftp://host/a", "https://", "/a b", "https://[::1"} {
		_, err := c.Fetch(t.Context(), address, io.Discard, func(int64, int64) {})
		if codeOf(err) != text.BadAnswer || address != "" && strings.Contains(err.Error(), address) {
			t.Errorf("Fetch(%q) = %v, want bad_answer without the address", address, err)
		}
	}
}

// A disk that is full is not the PBX's fault, and is told as it is.
func TestFetchIntoATroubledFile(t *testing.T) {
	t.Parallel()
	p := start(t, nil, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(audio) })
	full := errors.New("no space left")
	_, err := p.client(t, nil).Fetch(t.Context(), p.URL, refusing{full}, func(int64, int64) {})
	if err != full { //nolint:errorlint // as it is
		t.Errorf("Fetch() = %v, want %v", err, full)
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }

// Whoever gives up is let go in the middle of a file, and so is a Close.
func TestFetchIsInterrupted(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(cancel context.CancelFunc, closing io.Closer){
		"by its context": func(cancel context.CancelFunc, _ io.Closer) { cancel() },
		"by Close":       func(_ context.CancelFunc, closing io.Closer) { _ = closing.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold := make(chan struct{})
			p := start(t, nil, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write(audio[:100])
				w.(http.Flusher).Flush()
				<-hold
			})
			t.Cleanup(func() { close(hold) }) // before the server's
			c := p.client(t, nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := c.Fetch(ctx, p.URL, io.Discard, func(done, _ int64) {
				if done == 100 {
					go stop(cancel, c)
				}
			})
			if codeOf(err) != text.Stopping {
				t.Errorf("Fetch() = %v, want stopping", err)
			}
		})
	}
}
