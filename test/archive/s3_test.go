// Package archive_test holds the archive of recordings in a bucket against a
// real server of S3: Versity's gateway over a folder.
package archive_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/recording/archivetest"
	"mangoofficesdk/sdk/recording/s3"
	"mangoofficesdk/sdk/text"
)

const accessKey, secretKey = "archive", "archive-secret"

// address of the server that all tests share, with a bucket for each.
var address string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "s3")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	stop, err := serve(dir)
	if err != nil {
		panic(err)
	}
	defer stop()
	return m.Run()
}

// serve runs the gateway and returns when it answers.
func serve(dir string) (stop func(), err error) {
	for _, sub := range []string{"data", "meta"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	// Attributes beside the files: not every file system has them.
	side, err := meta.NewSideCar(filepath.Join(dir, "meta"))
	if err != nil {
		return nil, err
	}
	store, err := posix.New(filepath.Join(dir, "data"), side, posix.PosixOpts{SideCarDir: filepath.Join(dir, "meta"), Concurrency: 8})
	if err != nil {
		return nil, err
	}
	if address, err = freeAddress(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- embedgw.RunVersityGW(ctx, store, &embedgw.Config{
			RootUserAccess: accessKey, RootUserSecret: secretKey, Region: "us-east-1", Ports: []string{address},
			MaxConnections: 1000, MaxRequests: 500, MultipartMaxParts: 10000, Quiet: true, KeepAlive: true,
		})
	}()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			break
		}
		select {
		case err := <-ended:
			cancel()
			return nil, fmt.Errorf("the gateway ended: %w", err)
		default:
		}
		if time.Now().After(until) {
			cancel()
			return nil, fmt.Errorf("the gateway does not answer: %w", err)
		}
	}
	return func() { cancel(); <-ended }, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

var buckets atomic.Int64

// bucket makes an empty one.
func bucket(t *testing.T) string {
	t.Helper()
	c, err := minio.New(address, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, "")})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("recordings-%d", buckets.Add(1))
	if err := c.MakeBucket(t.Context(), name, minio.MakeBucketOptions{Region: "us-east-1"}); err != nil {
		t.Fatalf("MakeBucket(%s) = %v", name, err)
	}
	return name
}

func open(t *testing.T, change func(*s3.Config)) *s3.Archive {
	t.Helper()
	cfg := s3.Config{Endpoint: address, AccessKey: accessKey, SecretKey: secretKey, Plain: true, Bucket: "nowhere"}
	change(&cfg)
	a, err := s3.New(cfg)
	if err != nil {
		t.Fatalf("New() = %v", err)
	}
	t.Cleanup(a.Close)
	return a
}

func TestBucket(t *testing.T) {
	t.Parallel()
	archivetest.Run(t, func(t *testing.T) recording.Archive {
		return open(t, func(c *s3.Config) { c.Bucket = bucket(t) })
	})
}

func TestBucketWithAPrefix(t *testing.T) {
	t.Parallel()
	archivetest.Run(t, func(t *testing.T) recording.Archive {
		return open(t, func(c *s3.Config) { c.Bucket, c.Prefix = bucket(t), "/company/recordings/" })
	})
}

// Two archives in one bucket do not see each other, and what else is there
// stays.
func TestPrefixesAreApart(t *testing.T) {
	t.Parallel()
	b := bucket(t)
	one := open(t, func(c *s3.Config) { c.Bucket, c.Prefix = b, "one" })
	two := open(t, func(c *s3.Config) { c.Bucket, c.Prefix = b, "two" })
	k := recording.Key{ID: "r", Time: time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC)}
	archivetest.Put(t, one, k, "ID3 one", ".mp3")
	archivetest.Put(t, two, k, "ID3 two", ".mp3")
	if n, err := one.Retain(t.Context(), k.Time.AddDate(1, 0, 0)); err != nil || n != 1 {
		t.Errorf("Retain() = %d, %v, want 1", n, err)
	}
	archivetest.Want(t, one, k, "", "")
	archivetest.Want(t, two, k, "ID3 two", ".mp3")
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	k := recording.Key{ID: "r", Time: time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC)}
	for name, change := range map[string]func(*s3.Config){
		"no such bucket": func(*s3.Config) {},
		"a wrong key":    func(c *s3.Config) { c.Bucket, c.SecretKey = bucket(t), "wrong" },
		"nobody there":   func(c *s3.Config) { c.Endpoint = "127.0.0.1:1" },
	} {
		a := open(t, change)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if _, _, err := a.Open(ctx, k); !errors.Is(err, text.New(text.ArchiveFailed)) && !(name == "no such bucket" && errors.Is(err, text.New(text.RecordingAbsent))) {
			t.Errorf("%s: Open() = %v, want archive_failed", name, err)
		}
		if _, err := a.Missing(ctx, []recording.Key{k}); !errors.Is(err, text.New(text.ArchiveFailed)) {
			t.Errorf("%s: Missing() = %v, want archive_failed", name, err)
		}
		cancel()
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*s3.Config){
		"archive.s3.endpoint":   func(c *s3.Config) { c.Endpoint = "" },
		"archive.s3.bucket":     func(c *s3.Config) { c.Bucket = "" },
		"archive.s3.access_key": func(c *s3.Config) { c.AccessKey = "" },
		"archive.s3.secret_key": func(c *s3.Config) { c.SecretKey = "" },
	} {
		cfg := s3.Config{Endpoint: "storage.example.test", Bucket: "b", AccessKey: "a", SecretKey: "s"}
		change(&cfg)
		if _, err := s3.New(cfg); err == nil || text.From(err).Field != field {
			t.Errorf("New() without %s = %v", field, err)
		}
	}
	if _, err := s3.New(s3.Config{Endpoint: "https://a/b", Bucket: "b", AccessKey: "a", SecretKey: "s"}); err == nil || text.From(err).Field != "archive.s3.endpoint" {
		t.Errorf("New() with an address as endpoint = %v", err)
	}
}
