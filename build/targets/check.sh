#!/usr/bin/env bash
# Proves what is promised of the libraries in a directory.
#
#   build/targets/check.sh [--probe] [--rebuild] [--cold] [--dir DIR] [target...]
#
# For each library of build.sh: exactly five exports; on Windows no imports but
# KERNEL32.dll and msvcrt.dll, the version resource, time stamp 0; on Linux no
# glibc symbol above 2.17, NODELETE, and only libraries every system has; ten
# megabytes at most. --rebuild also builds them anew, from a copy of the
# sources in another directory (with a space in its name), and compares the
# bytes; --cold does so with an empty Go cache, some twenty seconds a target.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

limit=$((10 * 1024 * 1024)) # bytes, ten megabytes as file managers count; a library travels to every workstation
glibc=2.17                  # CentOS 7, RED OS 7; Astra 1.7 has 2.28
exports="DestroyObject GetAttachType GetClassNames GetClassObject SetPlatformCapabilities"

targets=() dir= probe= rebuild= cold=
while [ $# -gt 0 ]; do
	case $1 in
	--probe) probe=--probe ;;
	--rebuild) rebuild=1 ;;
	--cold) rebuild=1 cold=1 ;;
	--dir) dir=$2; shift ;;
	-*) echo "check: unknown option $1" >&2; exit 2 ;;
	*) targets+=("$1") ;;
	esac
	shift
done
[ ${#targets[@]} -gt 0 ] || targets=(linux-amd64 linux-386 linux-arm64 windows-amd64 windows-386)
[ -n "$dir" ] || dir=$root/dist${probe:+/probe}
version=$(tr -d '[:space:]' <"$root/VERSION")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fault() {
	printf 'check: %s: %s\n' "$file" "$*" >&2
	failures=$((failures + 1))
}
expect() { # WHAT WANT GOT
	[ "$2" = "$3" ] || fault "$1: $3, want $2"
}
sorted() { sort -u | tr '\n' ' ' | sed 's/ $//'; }

# Dumps go to a file first: a reader that stops early would break the pipe.
check_elf() { # readelf knows every architecture
	local d=$work/dump names needed newest
	readelf -W --dyn-syms -d -V -S "$dir/$file" >"$d"
	names=$(awk '$5=="GLOBAL" && $6=="DEFAULT" && $7!="UND"{print $8}' "$d" | sorted)
	expect exports "$exports" "$names"
	# The C library and nothing else: every other one is missing somewhere.
	needed=$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$d" | grep -v '^ld-linux' | sorted)
	expect libraries "libc.so.6 libpthread.so.0" "$needed"
	newest=$({ grep -o 'GLIBC_[0-9.]*' "$d" | cut -d_ -f2; echo $glibc; } | sort -V | tail -1)
	expect "newest glibc" $glibc "$newest"
	# dlclose must not unmap the code of Go's threads.
	grep -q 'Flags:.*NODELETE' "$d" || fault "not NODELETE"
	! grep -q '\.debug_' "$d" || fault "not stripped"
	# Loaders before glibc 2.36 would leave every pointer wrong: see relr.
	! grep -q '(RELR\|GLIBC_ABI_DT_RELR' "$d" || fault "packed relocations are left to the loader"
}

check_pe() { # OBJDUMP
	local d=$work/dump names imports stamp
	"$1" -p "$dir/$file" >"$d"
	names=$(awk '/Ordinal\/Name Pointer/{on=1;next} NF==0{on=0} on{print $NF}' "$d" | sorted)
	expect exports "$exports" "$names"
	imports=$(awk '/DLL Name:/{print $3}' "$d" | sorted)
	expect imports "KERNEL32.dll msvcrt.dll" "$imports"
	stamp=$(awk '/Time\/Date stamp/{print $NF}' "$d" | sorted)
	expect "time stamp" 0 "$stamp"
	grep -q DYNAMIC_BASE "$d" || fault "no ASLR"
	grep -q NX_COMPAT "$d" || fault "no DEP"
	# The version resource: its text is UTF-16, grep reads lines of bytes.
	tr -d '\0' <"$dir/$file" >"$d"
	grep -qaF "FileVersion" "$d" && grep -qaF "ProductVersion$version" "$d" || fault "no version resource with $version"
}

for target in "${targets[@]}"; do
	case $target in
	linux-amd64) file=MangoOfficeSDK64.so ;;
	linux-386) file=MangoOfficeSDK.so ;;
	linux-arm64) file=MangoOfficeSDKarm64.so ;;
	windows-amd64) file=MangoOfficeSDK64.dll ;;
	windows-386) file=MangoOfficeSDK.dll ;;
	*) echo "check: unknown target $target" >&2; exit 2 ;;
	esac
	[ -f "$dir/$file" ] || { fault "missing in $dir"; continue; }
	size=$(stat -c %s "$dir/$file")
	[ "$size" -le $limit ] || fault "$size bytes, more than $limit"
	case $target in
	linux-*) check_elf ;;
	windows-amd64) check_pe x86_64-w64-mingw32-objdump ;;
	windows-386) check_pe i686-w64-mingw32-objdump ;;
	esac
	printf 'check: %-14s %-22s %9d bytes\n' "$target" "$file" "$size"
done

if [ -n "$rebuild" ]; then
	mkdir -p "$work/elsewhere/mango office"
	(cd "$root" && git ls-files -z -co --exclude-standard | tar --null -T - -cf - --ignore-failed-read) |
		tar -C "$work/elsewhere/mango office" -xf -
	[ -z "$cold" ] || export GOCACHE=$work/cache
	"$work/elsewhere/mango office/build/targets/build.sh" $probe --out "$work/again" "${targets[@]}" >/dev/null
	for again in "$work"/again/*; do
		file=$(basename "$again")
		cmp -s "$again" "$dir/$file" || fault "another build differs"
	done
	[ $failures -ne 0 ] || printf 'check: built again elsewhere: identical bytes\n'
fi
[ $failures -eq 0 ]
