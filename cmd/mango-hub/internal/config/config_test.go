package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/sign"
)

var plain = cmpopts.IgnoreUnexported(config.Config{})

// Numbers of a table come back as int64.
func settings(c config.Config) config.Config {
	for key, v := range c.Settings {
		if n, ok := v.(int); ok {
			c.Settings[key] = int64(n)
		}
	}
	return c
}

func TestTextIsReadBack(t *testing.T) {
	t.Parallel()
	changed := config.Default()
	changed.PBX.Key, changed.PBX.Salt = "key", "s\"al\nt"
	changed.HTTP.AllowIPs, changed.HTTP.TrustedProxies = []string{"10.0.0.0/8"}, []string{"::1"}
	changed.Cluster = several()
	changed.Settings["min_in_sec"] = 7
	for name, c := range map[string]config.Config{"defaults": config.Default(), "changed": changed} {
		raw, err := c.Text()
		if err != nil {
			t.Fatalf("%s: Text: %v", name, err)
		}
		got, err := config.Parse(raw)
		if err != nil {
			t.Fatalf("%s: Parse: %v\n%s", name, err, raw)
		}
		if diff := cmp.Diff(settings(c), settings(got), plain); diff != "" {
			t.Errorf("%s: Parse(Text) (-want +got):\n%s\n%s", name, diff, raw)
		}
	}
}

// Every key stands in the file, and but for tls_key and password, which share
// the comments of tls_cert and user, and the settings, has a comment above it.
func TestEveryDefaultIsWrittenOut(t *testing.T) {
	t.Parallel()
	raw, err := config.Default().Text()
	if err != nil {
		t.Fatal(err)
	}
	before, keys := "", 0
	body, _, _ := strings.Cut(string(raw), "[settings]")
	for line := range strings.Lines(body) {
		if key, _, ok := strings.Cut(line, " = "); ok && !strings.HasPrefix(line, "#") {
			keys++
			if !strings.HasPrefix(before, "#") && key != "tls_key" && key != "password" {
				t.Errorf("%s has no comment", key)
			}
		}
		before = line
	}
	if keys < 20 {
		t.Errorf("the file has %d keys, want all:\n%s", keys, raw)
	}
	for _, want := range []string{"81.88.80.132", "\n# route_deadline_ms = 1500\n", "Журнал событий"} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the file lacks %q:\n%s", want, raw)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ src, want string }{
		{"[http]\nlistne = \":1\"", "line 2: http.listne: no such key"},
		{"[pbx]\nkey = 5", "line 2, column 7"},
		{"[pbx\n", "line 1"},
		{"[http]\nlisten = \"8080\"", "http.listen: "},
		{"[http]\nwebhook_path = \"/\"", "http.webhook_path: "},
		{"[http]\nwebhook_path = \"/link/x\"", "which the hub uses itself"},
		{"[http]\ntls_cert = \"a\"", "http.tls_cert: "},
		{"[http]\nallow_ips = []", "http.allow_ips: is empty"},
		{"[http]\nallow_ips = [\"81.88\"]", `http.allow_ips: "81.88" is no address`},
		{"[http]\ntrusted_proxies = [\"proxy\"]", "http.trusted_proxies: "},
		{"[http]\nmax_body_kb = 1", "http.max_body_kb: is 1, want 16 to 65536"},
		{"[http]\npublic_url = \"hub.example\"", "http.public_url: "},
		{"[store]\ndata_dir = \"\"", "store.data_dir: "},
		{"[log]\nlevel = \"loud\"", "log.level: "},
		{"[settings]\nmin_in_sec = -1", "settings.min_in_sec: "},
		{"[settings]\nmin_sec = 1", "settings.min_sec: no such setting"},
	} {
		if _, err := config.Parse([]byte(row.src)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("Parse(%q): %v, want %s", row.src, err, row.want)
		}
	}
}

// Only what is given goes to the office: the rest is as 1C has set it.
func TestSettingsLeftOutAreNotGiven(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]byte("[pbx]\nkey = 'k'\nsalt = 's'\n[settings]\nmin_in_sec = 3"))
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.Office(func(string) string { return "" })
	if got := string(o.Settings); err != nil || got != `{"min_in_sec":3}` {
		t.Errorf("Office().Settings = %s, %v, want min_in_sec alone", got, err)
	}
}

func TestSalt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // no modes there
	}
	for name, row := range map[string]struct {
		pbx      string            // of the file
		mode     os.FileMode       // of both files
		env      map[string]string // DIR is the test's folder
		want     string            // of the error; "" = none
		wantSalt string
	}{
		"in the file":             {`salt = "inside"`, 0o600, nil, "", "inside"},
		"in a file others read":   {`salt = "inside"`, 0o644, nil, "chmod 600", ""},
		"in a file of the group":  {`salt = "inside"`, 0o640, nil, "", "inside"},
		"the environment is over": {`salt = "inside"`, 0o644, map[string]string{"MANGO_SALT": "env"}, "", "env"},
		"a file":                  {`salt_file = "salt"`, 0o600, nil, "", "beside"},
		"a file others read":      {`salt_file = "salt"`, 0o604, nil, "pbx.salt_file: ", ""},
		"no such file":            {`salt_file = "none"`, 0o600, nil, "pbx.salt_file: ", ""},
		"both":                    {"salt = \"a\"\nsalt_file = \"salt\"", 0o600, nil, "both given", ""},
		"systemd":                 {"", 0o600, map[string]string{"CREDENTIALS_DIRECTORY": "DIR"}, "", "beside"},
		"systemd, by name":        {`salt_file = "$CREDENTIALS_DIRECTORY/salt"`, 0o600, map[string]string{"CREDENTIALS_DIRECTORY": "DIR"}, "", "beside"},
		"none":                    {"", 0o600, nil, "pbx.salt: is missing", ""},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "hub.toml")
		for path, body := range map[string]string{file: "[pbx]\nkey = \"k\"\n" + row.pbx, filepath.Join(dir, "salt"): "beside\n"} {
			if err := os.WriteFile(path, []byte(body), row.mode); err != nil {
				t.Fatal(err)
			}
		}
		c, err := config.Load(file)
		if err != nil {
			t.Fatalf("%s: Load: %v", name, err)
		}
		o, err := c.Office(func(key string) string { return strings.ReplaceAll(row.env[key], "DIR", dir) })
		if row.want != "" {
			if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "inside") {
				t.Errorf("%s: Office: %v, want %s", name, err, row.want)
			}
			continue
		}
		if err != nil || !o.Credentials.VerifyJSON([]byte("{}"), sum(row.wantSalt)) {
			t.Errorf("%s: Office: %v, and the salt is not %q", name, err, row.wantSalt)
		}
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.PBX.Salt, c.PBX.Proxy = "s3cr3t", "http://user:w0rd@proxy:3128"
	c.Cluster = several()
	c.Archive.S3.SecretKey = "s3cr3t"
	c.Cluster.URLs[0], c.Cluster.Password, c.Cluster.Secret = "nats://user:w0rd@a:4222", "a w0rd", "a s3cr3t"
	raw, err := c.Masked().Text()
	if err != nil || strings.Contains(string(raw), "s3cr3t") || strings.Contains(string(raw), "w0rd") {
		t.Errorf("Masked().Text(): %v, shows a secret:\n%s", err, raw)
	}
}

// A package brings a file with comments alone, for root and the group of the service.
func TestWriteFillsWhatIsEmpty(t *testing.T) {
	t.Parallel()
	for text, filled := range map[string]bool{"": true, "# not yet\n\n  # mango-hub init\n": true, "# one\n[pbx]\n": false} {
		path := filepath.Join(t.TempDir(), "hub.toml")
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o640), os.Chmod(path, 0o640)); err != nil {
			t.Fatal(err)
		}
		if err := config.Default().Write(path, false); (err == nil) != filled {
			t.Errorf("Write over %q: %v, want it written: %v", text, err, filled)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
			t.Errorf("Write over %q: mode %v, %v; want 0640, as it was", text, info.Mode(), err)
		}
	}
}

func TestWriteKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "hub.toml")
	if err := config.Default().Write(path, false); err != nil {
		t.Fatalf("Write: %v", err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v, want mode 0600", info.Mode(), err)
	}
	if err := config.Default().Write(path, false); !os.IsExist(err) {
		t.Errorf("Write over a file: %v, want that it exists", err)
	}
	if err := config.Default().Write(path, true); err != nil {
		t.Errorf("Write with replace: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ listen, public, cert, want string }{
		{":8080", "", "", "http://127.0.0.1:8080/mango"},
		{"10.0.0.5:443", "", "c", "https://10.0.0.5:443/mango"},
		{":8080", "https://hub.example.ru/", "", "https://hub.example.ru/mango"},
	} {
		c := config.Default()
		c.HTTP.Listen, c.HTTP.PublicURL, c.HTTP.TLSCert = row.listen, row.public, row.cert
		if got := c.Webhook(); got != row.want {
			t.Errorf("Webhook of %+v: %s", row, got)
		}
	}
}

func TestLocalView(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		public, cert string
		proxies      []string
		want         bool
	}{
		{"", "", nil, true}, {"http://hub", "", nil, true}, {"https://hub", "c", nil, true},
		{"https://hub", "", []string{"127.0.0.1"}, true}, {"https://hub", "", nil, false},
	} {
		if got := (config.HTTP{PublicURL: row.public, TLSCert: row.cert, TrustedProxies: row.proxies}).LocalView(); got != row.want {
			t.Errorf("LocalView of %+v = %v", row, got)
		}
	}
}

func TestPathsAreOfTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "hub.toml")
	if err := os.WriteFile(file, []byte("[pbx]\nsalt_file = '$CREDENTIALS_DIRECTORY/salt'\n[store]\ndata_dir = 'data'\n[log]\nfile = '/var/log/x'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(relative)
	if err != nil || c.Store.DataDir != filepath.Join(dir, "data") || c.PBX.SaltFile != "$CREDENTIALS_DIRECTORY/salt" || filepath.Base(c.Log.File) != "x" || c.PBX.Key != "" {
		t.Errorf("Load(%s): %v, %+v", relative, err, c)
	}
}

func FuzzParse(f *testing.F) {
	raw, err := config.Default().Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte("[http]\nallow_ips = [\"::1/200\"]"))
	f.Add([]byte("[settings]\nx = 1979-05-27"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := config.Parse(raw)
		if err != nil {
			return
		}
		text, err := c.Text()
		if err != nil {
			t.Fatalf("Text of what Parse(%q) read: %v", raw, err)
		}
		if _, err := config.Parse(text); err != nil {
			t.Errorf("Parse of its own text: %v\n%s", err, text)
		}
	})
}

// sum is what a signature over {} with key k would be.
func sum(salt string) string {
	return sign.Credentials{Key: "k", Salt: sign.NewSalt(salt)}.JSON([]byte("{}"))
}
