package manifest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// File is one file of a bundle.
type File struct {
	Name string
	Data []byte
}

// NoDate is the date of a bundle that has none: the first one that a ZIP can tell.
var NoDate = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Pack writes the bundle: MANIFEST.XML, INFO.XML and the libraries under
// versioned names, sorted, deflated. read gives the bytes of a target by its
// constant name. date is the time of every file, not that of packing, so that two
// packings of one build are equal. It must differ from version to version: the
// catalogue «Внешние компоненты» of БСП takes the time of MANIFEST.XML for the
// date of the version, finds the newest one by it, and refuses a second component
// of the same date.
func Pack(w io.Writer, v Version, date time.Time, targets []Target, read func(file string) ([]byte, error)) error {
	if date = date.UTC().Truncate(2 * time.Second); date.Before(NoDate) || date.Year() > 2107 {
		return fmt.Errorf("manifest: date %s: a ZIP knows 1980 to 2107", date.Format(time.RFC3339))
	}
	b := NewBundle(v, targets)
	if err := b.Check(); err != nil {
		return err
	}
	files := []File{{ManifestFile, b.XML()}, {InfoFile, Info(v)}}
	for _, t := range targets {
		data, err := read(t.File)
		if err != nil {
			return fmt.Errorf("manifest: %s: %w", t.File, err)
		}
		files = append(files, File{t.Versioned(v), data})
	}
	return writeZIP(w, date, files)
}

func writeZIP(w io.Writer, date time.Time, files []File) error {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, f := range files {
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: date}
		h.SetMode(0o644)
		if strings.HasSuffix(f.Name, ".dll") || strings.HasSuffix(f.Name, ".so") {
			h.SetMode(0o755)
		}
		fw, err := z.CreateHeader(h)
		if err != nil {
			return fmt.Errorf("manifest: zip %s: %w", f.Name, err)
		}
		if _, err := fw.Write(f.Data); err != nil {
			return fmt.Errorf("manifest: zip %s: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("manifest: zip: %w", err)
	}
	return nil
}

// maxUnpacked bounds what Unpack takes into memory: five libraries of ten
// megabytes, twice over.
const maxUnpacked = 100 << 20

// Unpack reads a bundle and checks it: MANIFEST.XML is there, each path in it
// is in the ZIP, and nothing else is but the files that describe the bundle.
func Unpack(raw []byte) (Bundle, []File, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return Bundle{}, nil, fmt.Errorf("manifest: zip: %w", err)
	}
	var files []File
	left := int64(maxUnpacked)
	for _, f := range z.File {
		data, err := readEntry(f, left)
		if err != nil {
			return Bundle{}, nil, fmt.Errorf("manifest: zip %s: %w", f.Name, err)
		}
		left -= int64(len(data))
		files = append(files, File{f.Name, data})
	}
	b, err := checkFiles(files)
	return b, files, err
}

func readEntry(f *zip.File, left int64) ([]byte, error) {
	if f.Name != path.Base(f.Name) || strings.ContainsAny(f.Name, `\:`) {
		return nil, errors.New("want a flat file name")
	}
	if f.Method != zip.Deflate && f.Method != zip.Store {
		return nil, fmt.Errorf("compression method %d, want deflate", f.Method)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, left+1))
	if err == nil && int64(len(data)) > left {
		err = fmt.Errorf("the bundle is larger than %d bytes", maxUnpacked)
	}
	return data, err
}

func checkFiles(files []File) (Bundle, error) {
	describes := func(name string) bool {
		return strings.EqualFold(name, ManifestFile) || strings.EqualFold(name, InfoFile)
	}
	names := map[string]bool{}
	var b Bundle
	found := false
	for _, f := range files {
		if names[f.Name] {
			return b, fmt.Errorf("manifest: %s is in the bundle twice", f.Name)
		}
		names[f.Name] = true
		if strings.EqualFold(f.Name, ManifestFile) {
			var err error
			if b, err = ParseBundle(f.Data); err != nil {
				return b, err
			}
			found = true
		}
	}
	if !found {
		return b, fmt.Errorf("manifest: the bundle has no %s", ManifestFile)
	}
	if err := b.Check(); err != nil {
		return b, err
	}
	listed := map[string]bool{}
	for _, c := range b.Components {
		listed[c.Path] = true
		if !names[c.Path] {
			return b, fmt.Errorf("manifest: %s is in the manifest, not in the bundle", c.Path)
		}
	}
	for _, f := range files {
		if !listed[f.Name] && !describes(f.Name) {
			return b, fmt.Errorf("manifest: %s is in the bundle, not in the manifest", f.Name)
		}
	}
	return b, nil
}
