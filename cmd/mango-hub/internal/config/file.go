package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"mangoofficesdk/sdk/engine"
)

// DefaultFile is where the file is looked for when none is named.
func DefaultFile() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(programData(), "mango-hub.toml")
	}
	return "/etc/mango-hub/mango-hub.toml"
}

func dataDir() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(programData(), "data")
	}
	return "/var/lib/mango-hub"
}

func programData() string {
	return filepath.Join(cmp.Or(os.Getenv("ProgramData"), `C:\ProgramData`), "mango-hub")
}

// Load reads the file at path. Relative paths in it are meant from its folder.
func Load(path string) (Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	if path, err = filepath.Abs(path); err != nil { // a service has another folder
		return Config{}, err
	}
	c, err := Parse(raw)
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	c.file = path
	for _, p := range []*string{&c.PBX.SaltFile, &c.HTTP.TLSCert, &c.HTTP.TLSKey, &c.Store.DataDir, &c.Store.AdminSocket, &c.Archive.Folder, &c.Log.File, &c.Cluster.Credentials, &c.Cluster.TLSCA} {
		if *p != "" && !filepath.IsAbs(*p) && !strings.HasPrefix(*p, "$") {
			*p = filepath.Join(filepath.Dir(path), *p)
		}
	}
	return c, nil
}

// Parse reads a file's text over the defaults. Errors name the line or the key.
func Parse(raw []byte) (Config, error) {
	c := Default()
	dec := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields()
	err := dec.Decode(&c)
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		line, _ := strict.Errors[0].Position()
		return c, fmt.Errorf("line %d: %s: no such key", line, strings.Join(strict.Errors[0].Key(), "."))
	}
	if broken, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := broken.Position()
		return c, fmt.Errorf("line %d, column %d: %s", line, column, strings.TrimPrefix(broken.Error(), "toml: "))
	}
	if err != nil {
		return c, err
	}
	return c, c.Validate()
}

const head = `# mango-hub: один файл, все значения выписаны. Неизвестный ключ — ошибка с номером строки.
# mango-hub: one file, every value written out. An unknown key is an error that names its line.

`

// Text is the file of c.
func (c Config) Text() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head)
	if err := toml.NewEncoder(&b).Encode(c); err != nil {
		return nil, err
	}
	// The table of settings is the last one: its defaults follow as comments.
	defaults := engine.Defaults().Map()
	for _, key := range slices.Sorted(maps.Keys(defaults)) {
		if _, given := c.Settings[key]; given {
			continue
		}
		line, err := toml.Marshal(map[string]any{key: defaults[key]})
		if err != nil {
			return nil, err
		}
		b.WriteString("# " + string(line))
	}
	return b.Bytes(), nil
}

// Masked is c as it may be shown.
func (c Config) Masked() Config {
	if c.PBX.Salt != "" {
		c.PBX.Salt = "***"
	}
	if c.Archive.S3.SecretKey != "" {
		c.Archive.S3.SecretKey = "***"
	}
	if at := strings.LastIndex(c.PBX.Proxy, "@"); at >= 0 {
		c.PBX.Proxy = "***" + c.PBX.Proxy[at:]
	}
	c.Cluster = c.Cluster.masked()
	return c
}

// Write makes the file at path, for its owner alone; one that is there stays
// unless replace is said, or nothing is in it but comments, as a package brings
// it. It keeps its group and rights, if they are close enough for a secret.
func (c Config) Write(path string, replace bool) error {
	raw, err := c.Text()
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o600)
	if old, err := os.ReadFile(path); err == nil {
		replace = replace || unfilled(old)
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&loose == 0 {
			mode = info.Mode().Perm()
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the file itself is closed
		return err
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if replace {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	return errors.Join(err, f.Chmod(mode), f.Close())
}

// unfilled reports whether a file holds nothing but comments.
func unfilled(raw []byte) bool {
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// loose are the rights that a file with a secret must not give: any to others, and
// changing it to the group.
const loose = 0o027

// salt finds the salt: the environment, a file, the credentials of systemd, or
// the configuration itself.
func (c Config) salt(env func(string) string) (string, error) {
	if s := env("MANGO_SALT"); s != "" {
		return s, nil
	}
	if c.PBX.Salt != "" && c.PBX.SaltFile != "" {
		return "", bad("pbx.salt", "and pbx.salt_file are both given: one of them is enough")
	}
	dir := env("CREDENTIALS_DIRECTORY")
	switch path := c.PBX.SaltFile; {
	case path != "":
		path = os.Expand(path, func(name string) string {
			if name == "CREDENTIALS_DIRECTORY" {
				return dir
			}
			return "$" + name
		})
		return secretFile("pbx.salt_file", path)
	case c.PBX.Salt != "":
		return c.PBX.Salt, c.closed("pbx.salt")
	case dir != "":
		s, err := secretFile("pbx.salt_file", filepath.Join(dir, "salt"))
		if !errors.Is(err, fs.ErrNotExist) {
			return s, err
		}
	}
	return "", bad("pbx.salt", "is missing: enter it, or pbx.salt_file, or set MANGO_SALT")
}

// closed: a file with a secret is nobody else's to read.
func (c Config) closed(field string) error {
	if c.file == "" {
		return nil
	}
	return private(field, c.file)
}

func secretFile(field, path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", &FieldError{field, err}
	}
	s := strings.TrimSpace(string(raw))
	if s == "" {
		return "", bad(field, "%s is empty", path)
	}
	return s, private(field, path)
}

// private refuses a file that others may read or the group may change. A group
// may read it: /etc belongs to root, and the service is another user. Windows
// has no such bits: the folder's list of rights is the administrator's.
func private(field, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return &FieldError{field, err}
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&loose != 0 {
		return bad(field, "%s holds a secret and has mode %04o: chmod 600 (or 640 with the group of the service)", path, mode)
	}
	return nil
}
