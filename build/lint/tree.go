package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	module       = "mangoofficesdk"
	maxFileLines = 500
)

// checkLines keeps files readable; generated ones are nobody's reading.
func checkLines() ([]finding, error) {
	list, err := exec.Command("git", "ls-files", "-co", "--exclude-standard").Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var out []finding
	for path := range strings.FieldsSeq(string(list)) {
		if !slices.Contains([]string{".go", ".c", ".h", ".cpp", ".hpp", ".sh", ".bsl"}, filepath.Ext(path)) ||
			strings.Contains(filepath.Base(path), "_gen.") {
			continue
		}
		raw, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, not yet committed
		}
		if err != nil {
			return nil, err
		}
		if n := bytes.Count(raw, []byte("\n")); n > maxFileLines {
			out = append(out, finding{path, "lines", fmt.Sprintf("%d lines, at most %d: split by noun", n, maxFileLines)})
		}
	}
	return out, nil
}

// layers, bottom up: a package imports only what stands above it in this
// list, that is, with a smaller index (docs/architecture.md §2).
var layers = []string{
	"sdk/group", "sdk/sign", "sdk/text", "sdk/zone", "sdk/logfile", "sdk/filelock", "sdk/support", "sdk/internal/loose", "sdk/internal/spool", "sdk/phone", "sdk/notify", "sdk/journal", "sdk/journal/internal/wire", "sdk/journal/memory", "sdk/journal/bolt", "sdk/journal/jetstream", "sdk/vpbx/guard", "sdk/vpbx", "sdk/call", "sdk/engine", "sdk/operation", "sdk/history", "sdk/report", "sdk/webhook", "sdk/recording", "sdk/recording/s3", "sdk/office",
	"sdk/hub/wire", "sdk/hub/internal/peer", "sdk/hub/token", "sdk/hub", "sdk/hub/link", "sdk/hub/share",
	"addin/spec", "addin/component", "addin/probe", "addin/telephony", "addin/manual", "cgo",
}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(env []string, args ...string) ([]pkg, error) {
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var out []pkg
	for dec := json.NewDecoder(bytes.NewReader(raw)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
}

func checkLayers() ([]finding, error) {
	pkgs, err := list(nil, "./sdk/...", "./addin/...", "./cgo/...")
	if err != nil {
		return nil, err
	}
	// Packages that stand beside the layers, with what of ours they may use.
	beside := map[string][]string{
		"sdk/vpbxtest":              {"sdk/sign", "sdk/group"},
		"sdk/journal/journaltest":   {"sdk/journal", "sdk/group"},
		"sdk/support/supporttest":   {},
		"sdk/recording/archivetest": {"sdk/recording", "sdk/text"},
		"sdk/office/linktest":       {"sdk/office", "sdk/group", "sdk/engine", "sdk/journal", "sdk/sign", "sdk/text"},
	}
	var out []finding
	for _, p := range pkgs {
		own := strings.TrimPrefix(p.ImportPath, module+"/")
		rank, allowed := slices.Index(layers, own), beside[own]
		if strings.HasPrefix(own, "sdk/vpbxtest/internal/") {
			allowed = []string{"sdk/vpbxtest/internal/api"} // areas know their common ground, not each other
		}
		if rank < 0 && allowed == nil {
			out = append(out, finding{own, "layers", "package is not in the list of layers"})
			continue
		}
		for _, imp := range p.Imports {
			dep, ours := strings.CutPrefix(imp, module+"/")
			if !ours || strings.HasPrefix(dep, own+"/") {
				continue
			}
			above := slices.Index(layers, dep)
			if rank >= 0 && (above < 0 || above >= rank) || rank < 0 && !slices.Contains(allowed, dep) {
				out = append(out, finding{own, "layers", "may not import " + dep})
			}
		}
	}
	return out, nil
}

// foreign must never be linked into the library: too heavy for a DLL, or the
// hub's business (docs/architecture.md §2).
var foreign = []string{"github.com/nats-io/", "github.com/xuri/", "github.com/prometheus/", "github.com/pelletier/", "testing", "sdk/vpbxtest", "sdk/journal/jetstream", "github.com/minio/", "sdk/recording/s3", "addin/manual"}

func checkLibrary() ([]finding, error) {
	pkgs, err := list([]string{"CGO_ENABLED=1"}, "./cgo")
	if err != nil {
		return nil, err
	}
	var out []finding
	for _, p := range pkgs {
		for _, dep := range p.Deps {
			dep = strings.TrimPrefix(dep, module+"/")
			if slices.ContainsFunc(foreign, func(f string) bool {
				return dep == f || strings.HasSuffix(f, "/") && strings.HasPrefix(dep, f)
			}) {
				out = append(out, finding{"cgo", "library", "links " + dep})
			}
		}
	}
	return out, nil
}

var requireLine = regexp.MustCompile(`^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S+) v\S+(\s*// indirect)?$`)

// checkDeps wants a line in build/DEPS.md for each module of go.mod.
func checkDeps() ([]finding, error) {
	mod, err := os.Open("go.mod")
	if err != nil {
		return nil, err
	}
	defer mod.Close()
	doc, err := os.ReadFile("build/DEPS.md")
	if err != nil {
		return nil, err
	}
	var out []finding
	for lines := bufio.NewScanner(mod); lines.Scan(); {
		m := requireLine.FindStringSubmatch(lines.Text())
		if m != nil && !bytes.Contains(doc, []byte("`"+m[1]+"`")) {
			out = append(out, finding{"go.mod", "deps", m[1] + " has no line in build/DEPS.md"})
		}
	}
	return out, nil
}
