// Package s3 is an archive of recordings in a bucket of any storage that speaks
// S3. It is linked into mango-hub only: the client weighs too much for a
// library.
package s3

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/text"
)

// Config of New. The names in the comments are keys of mango-hub's
// configuration, which errors name.
type Config struct {
	Endpoint  string // archive.s3.endpoint: host or host:port
	Region    string // archive.s3.region; "" = the storage is asked
	Bucket    string // archive.s3.bucket: it has to be there
	Prefix    string // archive.s3.prefix: of all names; "" = none
	AccessKey string // archive.s3.access_key
	SecretKey string // archive.s3.secret_key
	Plain     bool   // archive.s3.plain: without TLS
}

// Archive is a bucket. It is safe for concurrent use.
type Archive struct {
	client    *minio.Client
	transport *http.Transport
	bucket    string
	prefix    string
}

// requestTime bounds one request that carries no recording.
const requestTime = 30 * time.Second

// New checks cfg; it asks nobody. Close lets go of idle connections.
func New(cfg Config) (*Archive, error) {
	for field, value := range map[string]string{
		"archive.s3.endpoint": cfg.Endpoint, "archive.s3.bucket": cfg.Bucket,
		"archive.s3.access_key": cfg.AccessKey, "archive.s3.secret_key": cfg.SecretKey,
	} {
		if value == "" {
			return nil, text.New(text.MissingField).WithField(field)
		}
	}
	transport, err := minio.DefaultTransport(!cfg.Plain)
	if err != nil {
		return nil, failed(err)
	}
	client, err := minio.New(cfg.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Secure: !cfg.Plain, Region: cfg.Region, Transport: transport,
	})
	if err != nil {
		return nil, text.New(text.BadField).WithField("archive.s3.endpoint").Wrap(err)
	}
	prefix := strings.Trim(cfg.Prefix, "/")
	if prefix != "" {
		prefix += "/"
	}
	return &Archive{client: client, transport: transport, bucket: cfg.Bucket, prefix: prefix}, nil
}

// Close lets go of idle connections.
func (a *Archive) Close() { a.transport.CloseIdleConnections() }

func failed(err error) error { return text.New(text.ArchiveFailed).Wrap(err) }

// find looks for the copy under each of its possible endings.
func (a *Archive) find(ctx context.Context, k recording.Key) (name, ext string, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	for _, ext := range recording.Exts() {
		name = a.prefix + k.Name(ext)
		_, err := a.client.StatObject(ctx, a.bucket, name, minio.StatObjectOptions{})
		if err == nil {
			return name, ext, nil
		}
		if minio.ToErrorResponse(err).Code != minio.NoSuchKey {
			return "", "", failed(err)
		}
	}
	return "", "", text.New(text.RecordingAbsent)
}

// Missing implements recording.Archive: the days are listed, for a request for
// each of thousands of keys would take minutes.
func (a *Archive) Missing(ctx context.Context, keys []recording.Key) (missing []recording.Key, err error) {
	days := map[string]map[string]bool{}
	for _, k := range keys {
		day := k.Day()
		if days[day] == nil {
			if days[day], err = a.day(ctx, day); err != nil {
				return nil, err
			}
		}
		there := false
		for _, ext := range recording.Exts() {
			there = there || days[day][a.prefix+k.Name(ext)]
		}
		if !there {
			missing = append(missing, k)
		}
	}
	return missing, nil
}

// day lists the names of one day.
func (a *Archive) day(ctx context.Context, day string) (map[string]bool, error) {
	names := map[string]bool{}
	err := a.list(ctx, a.prefix+day+"/", func(name string) error {
		names[name] = true
		return nil
	})
	return names, err
}

// list calls each for every name below prefix, in order.
func (a *Archive) list(ctx context.Context, prefix string, each func(name string) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing when each did not want more
	for o := range a.client.ListObjectsIter(ctx, a.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return failed(o.Err)
		}
		if err := each(o.Key); err != nil {
			return err
		}
	}
	return nil
}

// Put implements recording.Archive: an object appears when all of it came.
func (a *Archive) Put(ctx context.Context, k recording.Key, audio recording.Audio, f *os.File) error {
	_, err := a.client.PutObject(ctx, a.bucket, a.prefix+k.Name(audio.Ext), io.NewSectionReader(f, 0, audio.Bytes), audio.Bytes,
		minio.PutObjectOptions{ContentType: audio.ContentType()})
	if err != nil {
		return failed(err)
	}
	return nil
}

// Open implements recording.Archive.
func (a *Archive) Open(ctx context.Context, k recording.Key) (io.ReadSeekCloser, string, error) {
	name, ext, err := a.find(ctx, k)
	if err != nil {
		return nil, "", err
	}
	o, err := a.client.GetObject(ctx, a.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, "", failed(err)
	}
	return o, ext, nil
}

// Where implements recording.Archive: s3://bucket/name.
func (a *Archive) Where(ctx context.Context, k recording.Key) (string, error) {
	name, _, err := a.find(ctx, k)
	if err != nil {
		return "", err
	}
	return "s3://" + a.bucket + "/" + name, nil
}

// errDone ends a listing.
var errDone = errors.New("done")

// Retain implements recording.Archive. Only what is named like a copy goes.
func (a *Archive) Retain(ctx context.Context, t time.Time) (removed int, err error) {
	first := recording.Key{Time: t}.Day()
	err = a.list(ctx, a.prefix, func(name string) error {
		day, ok := recording.DayOf(strings.TrimPrefix(name, a.prefix))
		switch {
		case !ok:
			return nil
		case day >= first:
			return errDone // names are in order, and so are days
		}
		if err := a.client.RemoveObject(ctx, a.bucket, name, minio.RemoveObjectOptions{}); err != nil {
			return failed(err)
		}
		removed++
		return nil
	})
	if errors.Is(err, errDone) {
		err = nil
	}
	return removed, err
}
