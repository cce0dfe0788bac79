package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/windows"
)

// system tells whether this Windows runs the library: Go 1.26 wants Windows 10
// or Server 2016.
func (r *Report) system() {
	v := windows.RtlGetVersion()
	name := fmt.Sprintf("Windows %d.%d, сборка %d, %s", v.MajorVersion, v.MinorVersion, v.BuildNumber, runtime.GOARCH)
	if v.MajorVersion < 10 {
		r.add(Error, "system_old", name, "Нужна Windows 10, Windows Server 2016 или новее: на прежних библиотека отказывается загружаться, не вредя 1С")
		return
	}
	r.ok("system", "%s", name)
}

// longPath is where Windows begins to refuse, with the longest name of a
// library and what 1C puts beside it.
const longPath = 260 - 60

// remote tells whether a folder lies on another machine.
func remote(dir string) bool {
	if strings.HasPrefix(dir, `\\`) {
		return true
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}

// unloadable tells why no library is loaded from a folder; "" = nothing known.
func unloadable(string) string { return "" }

// profile is the roaming folder of the user, for the remedy.
func profile() string { return os.Getenv("APPDATA") }
