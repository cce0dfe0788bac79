package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/manifest"
)

// repair is the remedy of most that a folder suffers from.
const repair = "Выполните mango-addin repair"

// Folder looks at a folder of external components: what lies there, whether it
// is listed, of the right architecture, and loads; whether the installed
// platforms find theirs.
func (r *Report) Folder(f *extcomp.Folder, platforms []Platform, loads extcomp.Loads) {
	r.begin("Папка внешних компонент")
	dir := f.Dir()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		r.add(Error, "not_installed", dir+": папки нет, компонента не установлена", "Выполните mango-addin install")
		return
	}
	r.place(f)
	st, err := f.Status(runtime.GOOS, loads)
	if err != nil {
		r.add(Error, "folder_unreadable", err.Error(), "")
		return
	}
	if len(st.Libraries) == 0 {
		r.add(Error, "not_installed", dir+": библиотек компоненты нет", "Выполните mango-addin install")
	}
	good := map[string]bool{}
	for _, l := range st.Libraries {
		if r.library(l) {
			good[l.Target.GOARCH] = true
		}
	}
	r.registry(dir, st)
	if len(st.Libraries) > 0 {
		r.match(platforms, good)
	}
}

// place looks at the folder itself.
func (r *Report) place(f *extcomp.Folder) {
	dir := f.Dir()
	if n := len([]rune(dir)); n > longPath {
		r.add(Warning, "path_long", fmt.Sprintf("%s: путь длиной %d знаков", dir, n), "Система может не загрузить библиотеку по такому пути: перенесите профиль пользователя ближе к корню диска")
	}
	if remote(dir) {
		r.add(Warning, "path_remote", dir+": папка на другом компьютере", "Загрузка по сети медленна и рвётся вместе с сетью: держите профиль ("+profile()+") на своём диске или исключите ExtCompT из перенаправления папок")
	}
	if why := unloadable(dir); why != "" {
		r.add(Error, "path_noexec", dir+": "+why, "Библиотеки оттуда не загружаются: смонтируйте раздел без noexec")
	}
	if f.Writable() != nil {
		r.add(Warning, "path_readonly", dir+": записать файл нельзя", "1С не сможет обновить компоненту: проверьте права пользователя на папку и место на диске")
		return
	}
	r.ok("folder", "%s: есть, запись разрешена", dir)
}

// library tells of one file; good = the platform of its architecture can use it.
func (r *Report) library(l extcomp.LibraryState) (good bool) {
	if l.Old {
		r.add(Hint, "library_aside", l.File+": отложена, её место заняла другая", "Закройте 1С и выполните mango-addin repair: файл удалится")
		return false
	}
	name := extcomp.MachineName(l.Target.GOOS, l.Target.GOARCH)
	switch {
	case l.Target.GOOS != runtime.GOOS:
		r.add(Hint, "library_foreign", l.File+": для другой системы, здесь не нужна", "")
	case l.LoadErr != nil:
		r.add(Error, "library_fails", l.File+": не загружается: "+l.LoadErr.Error(), "Проверьте, не держит ли файл антивирус; "+repair)
	case l.Loaded != "":
		r.ok("library", "%s: для %s, загружается, версия %s", l.File, name, l.Loaded)
		return true
	default:
		r.ok("library", "%s: для %s (загрузкой не проверена: нет napi-host для неё)", l.File, name)
		return true
	}
	return false
}

func (r *Report) registry(dir string, st extcomp.State) {
	if _, err := os.Stat(filepath.Join(dir, manifest.RegistryFile)); errors.Is(err, fs.ErrNotExist) {
		r.add(Error, "registry_absent", st.Registry, repair)
	} else if st.Registry != "" {
		r.add(Error, "registry", st.Registry, "После этого выполните mango-addin repair")
	}
	for _, name := range st.Missing {
		r.add(Error, "library_missing", fmt.Sprintf("%s: назван в %s, а файла нет", name, manifest.RegistryFile), repair)
	}
	for _, name := range st.Unlisted {
		r.add(Error, "library_unlisted", fmt.Sprintf("%s: не назван в %s, 1С его не найдёт", name, manifest.RegistryFile), repair)
	}
	if st.Registry == "" && len(st.Missing)+len(st.Unlisted) == 0 {
		r.ok("registry", "%s: в порядке", manifest.RegistryFile)
	}
}

// match tells whether each platform finds a library of its own bitness.
func (r *Report) match(platforms []Platform, good map[string]bool) {
	for _, t := range manifest.Targets() {
		if t.GOOS != runtime.GOOS || good[t.GOARCH] {
			continue
		}
		for _, p := range platforms {
			if p.GOARCH == t.GOARCH {
				r.add(Error, "bitness", fmt.Sprintf("1С для %s (%s), а годной библиотеки %s для неё нет", extcomp.MachineName(t.GOOS, t.GOARCH), p.Path, t.File), repair)
				break
			}
		}
	}
}
