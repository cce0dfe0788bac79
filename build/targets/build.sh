#!/usr/bin/env bash
# Builds the libraries that 1C loads.
#
#   build/targets/build.sh [--probe] [--out DIR] [target...]
#
# Targets (all when none is named), and the files they make in dist/:
#   linux-amd64    MangoOfficeSDK64.so
#   linux-386      MangoOfficeSDK.so
#   linux-arm64    MangoOfficeSDKarm64.so
#   windows-amd64  MangoOfficeSDK64.dll
#   windows-386    MangoOfficeSDK.dll
#
# --probe builds the probe class (addin/probe) under the same names into
# dist/probe/: for the conformance host and benchmarks, never shipped.
#
# The same sources and tools give the same bytes, in any directory. GNU ld
# keeps the file's base name, hence constant names: the version is put into
# names when the bundle is packed. Several of these may run side by side.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"

die() { printf 'build: %s\n' "$*" >&2; exit 1; }

all=(linux-amd64 linux-386 linux-arm64 windows-amd64 windows-386)
# netgo, osusergo: no getaddrinfo, no getpwnam, which would need glibc's modules
# at run time. nethttpomithttp2: the listener speaks HTTP/1.1 to the PBX, and
# the other version weighs 600 KB.
targets=() tags=netgo,osusergo,nethttpomithttp2 out=
probe=
while [ $# -gt 0 ]; do
	case $1 in
	--probe) probe=1 ;;
	--out) [ $# -gt 1 ] || die "--out needs a directory"; out=$2; shift ;;
	-*) die "unknown option $1" ;;
	*) [[ " ${all[*]} " == *" $1 "* ]] || die "unknown target $1 (known: ${all[*]})"; targets+=("$1") ;;
	esac
	shift
done
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")
[ -z "$probe" ] || tags+=,napiprobe
[ -n "$out" ] || out=dist${probe:+/probe}
mkdir -p "$out"
out=$(cd "$out" && pwd)

version=$(tr -d '[:space:]' <VERSION)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "VERSION is not four numbers: $version"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What decides over the bytes comes from here, not from the environment.
unset GOFLAGS GOEXPERIMENT CGO_CPPFLAGS CGO_CXXFLAGS CGO_LDFLAGS GOAMD64 GO386 GOARM64
export CGO_ENABLED=1
# The garbage collector of before Go 1.26 is 0.05 MB smaller; the heap of a 1C session is small.
export GOEXPERIMENT=nogreenteagc
ldflags="-s -w -buildid= -funcalign=1 -X main.version=$version"

# Calls are not inlined in packages where no time is spent: handshakes, the
# server, DNS, certificates, and those of ours that wait for a disk, the network
# or 1C. What counts there is in crypto/internal, which stays as it is but for
# two. Of several patterns the last one that fits counts.
cold=(
	bufio compress/... container/... context crypto/... embed encoding/asn1 encoding/base64 encoding/binary
	encoding/hex encoding/json encoding/pem errors fmt hash/... html io/... log/... math/big mime/... net/... os path/... reflect
	sort syscall time vendor/... github.com/... golang.org/x/... go.etcd.io/...
	mangoofficesdk/addin/... mangoofficesdk/sdk/{engine,history,hub/...,internal/spool,journal/...,logfile,office,operation,report,text,webhook}
)
gcflags=()
for p in "${cold[@]}"; do gcflags+=("-gcflags=$p=-l"); done
gcflags+=(-gcflags=crypto/internal/...= -gcflags=crypto/internal/fips140/{ecdsa,rsa}=-l)

# Two packages of the standard library come without their tables: see the files.
# A newer Go that wants more of them does not build, which is the time to look.
overlay() {
	local std idna file
	std=$(go env GOROOT)/src
	idna=$std/vendor/golang.org/x/net/idna
	printf '{"Replace":{\n"%s":"%s",\n"%s":"%s"' "$std/html/entity.go" "$here/overlay/html_entity.go.in" "$idna/idna10.0.0.go" "$here/overlay/idna.go.in"
	for file in go118 tables15.0.0 trie trie13.0.0 trieval; do
		[ -e "$idna/$file.go" ] || die "this Go has no $idna/$file.go: look at build/targets/overlay"
		printf ',\n"%s":""' "$idna/$file.go"
	done
	printf '}}\n'
}
overlay >"$work/overlay.json"

go_build() { # MODE FILE EXTRA_LDFLAGS
	# Functions begin anywhere; Go's own 32 bytes on amd64 are for its speed in tight loops.
	go build -mod=readonly -buildmode="$1" -overlay "$work/overlay.json" -trimpath -buildvcs=false -tags "$tags" "${gcflags[@]}" \
		-ldflags "$ldflags${3:+ $3}" -o "$2" ./cgo
}

linux() { # ARCH CC FILE
	local packed=
	# Relocations of amd64 weigh a tenth of the library: they are packed, and the
	# library applies them itself (cgo/relocate_linux_amd64.c).
	[ "$1" != amd64 ] || packed=" -Wl,-z,pack-relative-relocs -Wl,-init=napi_relocate"
	export GOOS=linux GOARCH=$1 CC=$2
	export CGO_CFLAGS="-O2 -g -Werror -include '$here/symver.h'"
	# libpthread is asked for by name: systems before glibc 2.34 keep threads there.
	go_build c-shared "$work/$3" "-extldflags '\"-Wl,--version-script=$here/exports.map\" -Wl,--no-as-needed -l:libpthread.so.0 -Wl,--as-needed -Wl,--build-id=none$packed'"
	[ -z "$packed" ] || GOOS='' GOARCH='' GOEXPERIMENT='' CGO_ENABLED=0 go run ./build/targets/relr "$work/$3"
}

# An archive first, then our own link: only so can a .def file cut the exports
# down to five, as c-shared adds every Go export.
windows() { # ARCH TOOLS PE_FORMAT FILE
	export GOOS=windows GOARCH=$1 CC=$2-gcc-win32
	export CGO_CFLAGS="-O2 -g -Werror"
	command -v "$CC" >/dev/null || CC=$2-gcc
	mkdir -p "$work/$1"
	go_build c-archive "$work/$1/lib.a" ""
	version_resource "$4" | "$2-windres" -c 65001 -O coff -F "$3" -o "$work/$1/version.o"
	(
		cd "$work/$1"
		cp "$here/exports.def" .
		"$CC" -shared -s -o "$4" \
			-Wl,--whole-archive lib.a -Wl,--no-whole-archive version.o exports.def \
			-Wl,-e,NapiEntry -Wl,--exclude-all-symbols -Wl,--no-insert-timestamp \
			-Wl,--dynamicbase -Wl,--nxcompat
	)
	mv "$work/$1/$4" "$work/$4"
}

version_resource() { # FILE
	sed -e "s/@COMMAS@/${version//./,}/g" -e "s/@VERSION@/$version/g" -e "s/@FILE@/$1/g" "$here/version.rc"
}

for target in "${targets[@]}"; do
	started=$SECONDS
	# In a subshell: environments of targets must not mix.
	case $target in
	linux-amd64) file=MangoOfficeSDK64.so; (linux amd64 gcc $file) ;;
	linux-386) file=MangoOfficeSDK.so; (linux 386 "gcc -m32 -idirafter /usr/include/x86_64-linux-gnu" $file) ;;
	linux-arm64) file=MangoOfficeSDKarm64.so; (linux arm64 aarch64-linux-gnu-gcc $file) ;;
	windows-amd64) file=MangoOfficeSDK64.dll; (windows amd64 x86_64-w64-mingw32 pe-x86-64 $file) ;;
	windows-386) file=MangoOfficeSDK.dll; (windows 386 i686-w64-mingw32 pe-i386 $file) ;;
	esac
	chmod 755 "$work/$file"
	mv "$work/$file" "$out/$file" # at once: a parallel reader sees the old file or the new
	printf 'build: %-14s %s/%s  %d bytes, %d s\n' "$target" "${out#"$root"/}" "$file" "$(stat -c %s "$out/$file")" $((SECONDS - started))
done
