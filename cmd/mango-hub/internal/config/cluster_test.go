package config_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/journal/jetstream"
)

func several() config.Cluster {
	return config.Cluster{
		URLs: []string{"nats://a:4222", "tls://b:4222"}, User: "u", Password: "p", Replicas: 1, Name: "a",
		Advertise: "http://a:8080/", Secret: "0123456789abcdef", LeaseSeconds: 5,
	}
}

func TestClusterRefuses(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*config.Cluster){
		`cluster.urls: "http://a"`:                   func(c *config.Cluster) { c.URLs[1] = "http://a" },
		`cluster.urls: "http://***@a"`:               func(c *config.Cluster) { c.URLs[0] = "http://u:p@a" },
		"cluster.replicas: is 2, want 1, 3 or 5":     func(c *config.Cluster) { c.Replicas = 2 },
		"cluster.lease_seconds: is 1, want 2 to 120": func(c *config.Cluster) { c.LeaseSeconds = 1 },
		"cluster.password: and cluster.user":         func(c *config.Cluster) { c.Password = "" },
		"cluster.credentials: and cluster.user":      func(c *config.Cluster) { c.Credentials = "f" },
		`cluster.advertise: is "a:8080"`:             func(c *config.Cluster) { c.Advertise = "a:8080" },
		`cluster.advertise: is ""`:                   func(c *config.Cluster) { c.Advertise = "" },
		`cluster.advertise: is "http://a/path"`:      func(c *config.Cluster) { c.Advertise = "http://a/path" },
		"cluster.secret: has 5 characters, want 16":  func(c *config.Cluster) { c.Secret = "short" },
		"cluster.name: is missing or not printable":  func(c *config.Cluster) { c.Name = "a\nb" },
	} {
		c := config.Default()
		c.Cluster = several()
		change(&c.Cluster)
		if err := c.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Validate() = %v, want %s…", err, want)
		}
		c.Cluster.URLs = nil // one hub: what else is said does not matter
		if err := c.Validate(); err != nil {
			t.Errorf("Validate() without urls = %v, want nil", err)
		}
	}
}

// The file that holds the secret of the hubs is nobody else's to read.
func TestNode(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hub.toml")
	c := config.Default()
	c.PBX.Key, c.PBX.SaltFile, c.Cluster = "key", "salt", several()
	if err := c.Write(path, false); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Node()
	want := jetstream.Options{
		URL: "nats://a:4222,tls://b:4222", User: "u", Password: "p", Key: "key", NodeName: "a", Address: "http://a:8080",
		Replicas: 1, TTL: 5 * time.Second,
	}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b func() time.Time) bool { return a == nil && b == nil })); err != nil || d != "" {
		t.Errorf("Node(): %v (-want +got):\n%s", err, d)
	}
	if runtime.GOOS == "windows" {
		return // no modes there
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Node(); err == nil || !strings.HasPrefix(err.Error(), "cluster.secret: ") {
		t.Errorf("Node() of a file with mode 0644 = %v, want that it is refused", err)
	}
}
