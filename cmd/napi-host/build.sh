#!/bin/sh
# Builds napi-host for one target or for all: build.sh OUT_DIR [os-arch …]
#
# The result is OUT_DIR/napi-host-<os>-<arch>[.exe], byte-identical when built
# again with the same compilers.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh OUT_DIR [os-arch ...]}
shift
[ $# -gt 0 ] || set -- linux-amd64 linux-386 linux-arm64 windows-amd64 windows-386
mkdir -p "$out"
out=$(cd "$out" && pwd)

flags="-std=gnu11 -O2 -g0 -Wall -Wextra -Wno-unknown-pragmas -Werror"
# Before glibc 2.34 these were libraries of their own: they are asked for by name.
old="-include oldglibc.h -nostartfiles -Wl,--no-as-needed"
parts="-l:libdl.so.2 -l:libpthread.so.0 -lm"
cd "$here"
for target in "$@"; do
	name=napi-host-$target
	case $target in
	linux-amd64) cc="${CC_LINUX_AMD64:-gcc} $old" libs=$parts ;;
	# -idirafter: the asm headers of the 64-bit package serve -m32 as well
	# (gcc-multilib, which would bring its own, conflicts with the arm64 gcc).
	linux-386) cc="${CC_LINUX_386:-gcc -m32 -idirafter /usr/include/x86_64-linux-gnu}" libs="-ldl -pthread -lm" ;;
	linux-arm64) cc="${CC_LINUX_ARM64:-aarch64-linux-gnu-gcc} $old" libs=$parts ;;
	windows-amd64) cc="${CC_WINDOWS_AMD64:-x86_64-w64-mingw32-gcc-win32}" libs="-static-libgcc -Wl,--no-insert-timestamp" name=$name.exe ;;
	# A component built by MSVC calls back with a stack aligned to 4 bytes only.
	windows-386) cc="${CC_WINDOWS_386:-i686-w64-mingw32-gcc-win32} -mstackrealign" libs="-static-libgcc -Wl,--no-insert-timestamp" name=$name.exe ;;
	*) echo "build.sh: unknown target $target" >&2; exit 2 ;;
	esac
	# shellcheck disable=SC2086 # flags are words
	$cc $flags "-ffile-prefix-map=$PWD=." -s -o "$out/$name" ./*.c $libs
	case $target in
	linux-amd64 | linux-arm64)
		newest=$(readelf -W -V "$out/$name" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
		[ "$newest" = GLIBC_2.17 ] || { echo "build.sh: $name asks for $newest, want GLIBC_2.17: oldglibc.h" >&2; exit 1; }
		;;
	esac
	echo "$out/$name"
done
