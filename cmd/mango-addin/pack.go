package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/manifest"
)

func runPack(_ context.Context, args []string, s streams) error {
	f := flag.NewFlagSet("mango-addin pack", flag.ContinueOnError)
	f.SetOutput(s.err)
	dist := f.String("dist", "dist", "folder with the built libraries")
	out := f.String("out", filepath.Join("dist", "bundle"), "folder to write to")
	epoch := f.String("date", os.Getenv("SOURCE_DATE_EPOCH"), "date of the version, seconds since 1970 (default: $SOURCE_DATE_EPOCH): the catalogue «Внешние компоненты» finds the newest version by it")
	version := f.String("version", "", "version of the bundle (default: the file VERSION)")
	versionFile := f.String("version-file", "VERSION", "where to read the version")
	registry := f.String("registry", "", "an existing registry.xml to merge into; its other components are kept")
	notices := f.String("notices", "LICENSE,THIRD_PARTY_NOTICES.md", "files to lie beside the libraries, as their licences ask; none when empty")
	if err := parseFlags(f, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		fmt.Fprintf(s.err, "mango-addin pack: unexpected %q\n", f.Arg(0))
		return errUsage
	}
	text := *version
	if text == "" {
		raw, err := os.ReadFile(*versionFile)
		if err != nil {
			return err
		}
		text = string(raw)
	}
	v, err := manifest.ParseVersion(text)
	if err != nil {
		return err
	}
	date := manifest.NoDate
	if *epoch == "" {
		fmt.Fprintln(s.err, "mango-addin pack: no -date: the catalogue «Внешние компоненты» will take all bundles packed so for one version")
	} else if seconds, err := strconv.ParseInt(*epoch, 10, 64); err != nil {
		return fmt.Errorf("-date %q: want seconds since 1970", *epoch)
	} else {
		date = time.Unix(seconds, 0)
	}
	zipPath, err := writeBundle(*dist, *out, v, date)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, zipPath)
	loose, err := writeLoose(*dist, *out, *registry)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, loose)
	return writeNotices(*notices, *out, loose)
}

// writeNotices copies files into each of the folders. They cannot lie in the
// ZIP: that holds what its manifest names, and nothing else.
func writeNotices(files string, folders ...string) error {
	for file := range strings.SplitSeq(files, ",") {
		if file == "" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, folder := range folders {
			if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), data, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeBundle packs the five libraries and reads the result back: what 1C
// would stumble over must not leave this house.
func writeBundle(dist, out string, v manifest.Version, date time.Time) (string, error) {
	var zipped bytes.Buffer
	err := manifest.Pack(&zipped, v, date, manifest.Targets(), func(file string) ([]byte, error) {
		data, err := os.ReadFile(filepath.Join(dist, file))
		if err != nil {
			return nil, fmt.Errorf("%w; run `make build`", err)
		}
		return data, nil
	})
	if err != nil {
		return "", err
	}
	if _, _, err := manifest.Unpack(zipped.Bytes()); err != nil {
		return "", err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(out, manifest.BundleFile(v))
	return path, os.WriteFile(path, zipped.Bytes(), 0o644)
}

// writeLoose writes the libraries under their constant names, with a
// registry.xml beside them, as they would lie in ExtCompT.
func writeLoose(dist, out, existing string) (string, error) {
	dir := filepath.Join(out, "loose")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, t := range manifest.Targets() {
		data, err := os.ReadFile(filepath.Join(dist, t.File))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, t.File), data, 0o755); err != nil {
			return "", err
		}
	}
	var old []byte
	if existing != "" {
		var err error
		if old, err = os.ReadFile(existing); err != nil {
			return "", err
		}
	}
	registry, err := manifest.Merge(old, manifest.LooseEntries())
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, manifest.RegistryFile), registry, 0o644)
}
