package napihost

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Environment variables that say where built things lie.
const (
	EnvDist    = "MANGO_DIST"      // folder with everything that `make build` made
	EnvHost    = "MANGO_NAPI_HOST" // command that runs napi-host, split at spaces
	EnvLibrary = "MANGO_LIBRARY"   // the component
)

// Artefacts are the built things that a run needs.
type Artefacts struct {
	Host    []string // command of napi-host
	Library string   // absolute path of the component
}

// libraryNames are the constant names of the build, by GOOS and GOARCH.
var libraryNames = map[string]string{
	"windows-386": "MangoOfficeSDK.dll", "windows-amd64": "MangoOfficeSDK64.dll",
	"linux-386": "MangoOfficeSDK.so", "linux-amd64": "MangoOfficeSDK64.so", "linux-arm64": "MangoOfficeSDKarm64.so",
}

// Find looks for napi-host and the component of this machine: where the
// environment says, else beside the running program, else in dist/ of the
// checkout around the current folder. The error names the make target that
// builds what is missing.
func Find() (Artefacts, error) {
	target := runtime.GOOS + "-" + runtime.GOARCH
	var a Artefacts
	var errHost, errLibrary error
	if a.Host = strings.Fields(os.Getenv(EnvHost)); len(a.Host) == 0 {
		name := "napi-host-" + target
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		var path string
		path, errHost = find(name)
		a.Host = []string{path}
	}
	if a.Library = os.Getenv(EnvLibrary); a.Library == "" {
		name, ok := libraryNames[target]
		if !ok {
			return a, fmt.Errorf("napihost: no component is built for %s", target)
		}
		a.Library, errLibrary = find(name)
	}
	if err := errors.Join(errHost, errLibrary); err != nil {
		return a, err
	}
	path, err := Absolute(a.Library)
	a.Library = path
	return a, err
}

// Absolute makes a library's path absolute, as Load wants it. A Windows path
// is left alone: it is meant for a host that runs under wine.
func Absolute(path string) (string, error) {
	if len(path) > 2 && path[1] == ':' {
		return path, nil
	}
	return filepath.Abs(path)
}

// Program looks for a tool of `make build` where Find looks.
func Program(name string) (string, error) {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return find(name)
}

func find(name string) (string, error) {
	var folders []string
	if dist := os.Getenv(EnvDist); dist != "" {
		folders = []string{dist}
	} else {
		if exe, err := os.Executable(); err == nil {
			folders = append(folders, filepath.Dir(exe))
		}
		if root, ok := checkout(); ok {
			folders = append(folders, filepath.Join(root, "dist"))
		}
	}
	for _, dir := range folders {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return filepath.Abs(path)
		}
	}
	return "", fmt.Errorf("napihost: %s is not in %s; run `make build`, or set %s", name, strings.Join(folders, " or "), EnvDist)
}

// checkout is the folder with go.mod at or above the current one.
func checkout() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
