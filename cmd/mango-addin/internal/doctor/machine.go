package doctor

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"mangoofficesdk/addin/telephony"
	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/manifest"
)

// Platform is an installed 1C:Enterprise.
type Platform struct {
	Path    string // of the program
	Version string // "" when the path does not tell
	GOARCH  string // what it needs of a component
}

// programs are what loads components: thick, thin and the server's process.
var programs = []string{"1cv8", "1cv8c", "rphost"}

// Places are where 1C:Enterprise is installed by default, as patterns; below
// root when it is not "".
func Places(root string) (patterns []string) {
	var folders []string
	if runtime.GOOS == "windows" {
		for _, name := range []string{"ProgramFiles", "ProgramFiles(x86)", "ProgramW6432"} {
			if dir := os.Getenv(name); dir != "" && !slices.Contains(folders, dir) {
				folders = append(folders, dir)
			}
		}
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" { // installed without rights of an administrator
			folders = append(folders, filepath.Join(dir, "Programs"))
		}
		for _, dir := range folders {
			for _, p := range programs {
				patterns = append(patterns, filepath.Join(dir, "1cv8*", "*", "bin", p+".exe"))
			}
		}
		return patterns
	}
	for _, dir := range []string{"opt/1cv8/*/*", "opt/1cv8/*", "opt/1C/v8.3/*"} {
		for _, p := range programs {
			patterns = append(patterns, filepath.Join("/", root, dir, p))
		}
	}
	return patterns
}

// Platforms looks for 1C:Enterprise, one entry for a folder.
func Platforms(patterns []string) (list []Platform) {
	seen := map[string]bool{}
	for _, pattern := range patterns {
		found, _ := filepath.Glob(pattern) // the patterns are ours
		for _, path := range found {
			dir := filepath.Dir(path)
			arch := extcomp.Architecture(path)
			if arch == "" || seen[dir] {
				continue // a script that starts the program, or the second program of a folder
			}
			seen[dir] = true
			list = append(list, Platform{path, versionIn(path), arch})
		}
	}
	return list
}

// versionIn finds the folder of a path that is a version; "" = none is.
func versionIn(path string) string {
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		if _, err := manifest.ParseVersion(part); err == nil {
			return part
		}
	}
	return ""
}

// Machine looks at the system and at the platforms that are installed.
func (r *Report) Machine(list []Platform) {
	r.begin("Компьютер")
	r.system()
	r.begin("1С:Предприятие")
	if len(list) == 0 {
		r.add(Hint, "platform_absent", "1С:Предприятие в обычных папках не найдено",
			"Если 1С установлена в другую папку, сверьте сами: 32-разрядной 1С нужна 32-разрядная библиотека, 64-разрядной — 64-разрядная")
	}
	for _, p := range list {
		r.platform(p)
	}
}

func (r *Report) platform(p Platform) {
	name := fmt.Sprintf("%s, для %s: %s", cmp.Or(p.Version, "версия не видна"), extcomp.MachineName(runtime.GOOS, p.GOARCH), p.Path)
	if telephony.OlderPlatform(p.Version) {
		r.add(Warning, "platform_old", name+" — старше 8.3.10", "Обновите платформу: компонента и модули рассчитаны на 8.3.10 и новее")
		return
	}
	r.ok("platform", "%s", name)
}
