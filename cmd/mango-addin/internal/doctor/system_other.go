//go:build !linux && !windows

package doctor

import "runtime"

// system: there is no library for another one.
func (r *Report) system() {
	r.add(Error, "system_other", runtime.GOOS+": библиотеки для этой системы нет", "Нужны Windows или Linux")
}

const longPath = 1024

func remote(string) bool { return false }

func unloadable(string) string { return "" }

func profile() string { return "" }
