package extcomp

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"mangoofficesdk/manifest"
)

// headerSize is how much of a library says for which machine it is.
const headerSize = 4096

// machine tells by its header for which machine a library was built; ok is false
// for a file that is none.
func machine(data []byte) (goos, goarch string, ok bool) {
	switch {
	case len(data) >= 20 && string(data[:4]) == "\x7fELF":
		goos, goarch = "linux", map[uint16]string{3: "386", 62: "amd64", 183: "arm64"}[binary.LittleEndian.Uint16(data[18:])]
	case len(data) >= 64 && string(data[:2]) == "MZ":
		at := int64(binary.LittleEndian.Uint32(data[60:]))
		if at+6 > int64(len(data)) || string(data[at:at+4]) != "PE\x00\x00" {
			return "", "", false
		}
		goos, goarch = "windows", map[uint16]string{0x14c: "386", 0x8664: "amd64", 0xaa64: "arm64"}[binary.LittleEndian.Uint16(data[at+4:])]
	}
	return goos, goarch, goos != ""
}

// fits is nil when data begins as a library for t does.
func fits(data []byte, t manifest.Target) error {
	goos, goarch, ok := machine(data)
	switch {
	case !ok:
		return fmt.Errorf("это не библиотека, а другой или испорченный файл")
	case goos != t.GOOS || goarch != t.GOARCH:
		return fmt.Errorf("под этим именем лежит библиотека для %s, а нужна для %s", MachineName(goos, goarch), MachineName(t.GOOS, t.GOARCH))
	}
	return nil
}

// fileFits is fits for a file.
func fileFits(path string, t manifest.Target) error {
	header, err := headerOf(path)
	if err != nil {
		return explained(err)
	}
	return fits(header, t)
}

func headerOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, headerSize))
}

// Architecture tells for which one a program or library was built; "" for
// another file, or a processor that 1C does not know.
func Architecture(path string) string {
	header, err := headerOf(path)
	if err != nil {
		return ""
	}
	_, goarch, _ := machine(header)
	return goarch
}

// MachineName is the name of a machine for people.
func MachineName(goos, goarch string) string {
	system := map[string]string{"windows": "Windows", "linux": "Linux"}[goos]
	switch goarch {
	case "386":
		return system + " 32 бита (x86)"
	case "amd64":
		return system + " 64 бита (x86_64)"
	case "arm64":
		return system + " ARM64"
	}
	return system + " на другом процессоре"
}

// runs tells whether programs of an architecture run on a machine of another:
// on 64 bits those of 32 do, and beside a program of 32 bits there may be 64.
func runs(goarch, on string) bool {
	intel := func(s string) bool { return s == "386" || s == "amd64" }
	return goarch == on || intel(goarch) && intel(on)
}
