# What goes wrong on real machines, each told in words, and the component that
# is installed goes on. Sourced by install.sh.

# small VERSION: a bundle of that version in a folder of that name. Its libraries
# are only as long as nobody loads them: without napi-host beside the program
# they are not.
small() {
	local dir=$work/$1 file
	mkdir -p "$dir/short"
	for file in MangoOfficeSDK{,64}.dll MangoOfficeSDK{,64,arm64}.so; do
		head -c 100000 "dist/${2:-$file}" >"$dir/short/$file"
		echo "$1" >>"$dir/short/$file"
	done
	dist/mango-addin pack -dist "$dir/short" -out "$dir" -version "$1" -date 946684800 -notices "" >/dev/null
	rm -rf "$dir/short" "$dir/loose"
	case $system in
	linux) cp dist/mango-addin "$dir" ;;
	windows) cp dist/mango-addin.exe "$dir" ;;
	esac
}

before() { (cd "$place" && ls && cat registry.xml && md5sum Mango*) >"$work/before"; }
unchanged() { (cd "$place" && ls && cat registry.xml && md5sum Mango*) | cmp -s - "$work/before" || fail "$1: what was installed is not as it was"; }

hard_linux() {
	local dir rc=0 i
	small 9.9.9.8 && small 9.9.9.9 && small 9.9.9.7 MangoOfficeSDK.so
	before
	# A library of 32 bits under the name of 64.
	step 1 "а нужна для Linux 64 бита" install -bundle "$work/9.9.9.7/MangoOfficeSDK_9_9_9_7.zip"
	unchanged "wrong bitness"
	chmod 444 "$place/registry.xml"
	step 1 "только чтение" install -bundle "$work/9.9.9.9/MangoOfficeSDK_9_9_9_9.zip"
	chmod 644 "$place/registry.xml"
	unchanged "protected registry.xml"
	# An antivirus that takes the library away while it is loaded.
	printf '#!/bin/sh\nrm -f "%s"/*_9_9_9_9.so\n' "$place" >"$work/antivirus"
	chmod 755 "$work/antivirus"
	step 1 "из карантина" install -bundle "$work/9.9.9.9/MangoOfficeSDK_9_9_9_9.zip" -napi-host "$work/antivirus"
	unchanged "quarantine"
	# registry.xml as some editors leave it.
	printf '\xff\xfe' >"$work/utf16"
	sed 's/UTF-8/UTF-16/' "$place/registry.xml" | iconv -t UTF-16LE >>"$work/utf16"
	cp "$work/utf16" "$place/registry.xml"
	step 0 "загружается, версия $version" status
	step 0 "Всё уже на месте" install
	cmp -s "$work/utf16" "$place/registry.xml" || fail "registry.xml in UTF-16 is not as it was"
	cp "$work/before" "$work/out" # told when the next one fails
	addin uninstall >/dev/null && addin install >/dev/null || fail "no installation into a registry.xml of UTF-16"
	iconv -f UTF-16 "$place/registry.xml" | grep -q "path=\"$lib\"" || fail "registry.xml is UTF-16 no more"
	rm "$place/registry.xml" "$place/registry.xml.bak"
	step 0 "записан: registry.xml" repair
	hard_rights
	# Eight at once, of two versions.
	dir="$work/сразу"
	for i in 1 2 3 4 5 6 7 8; do
		(cd "$work" && exec "9.9.9.$((8 + i % 2))/mango-addin" install -dir "$dir") >"$work/out$i" 2>&1 &
		pids[i]=$!
	done
	for i in 1 2 3 4 5 6 7 8; do wait "${pids[i]}" || { rc=$?; cp "$work/out$i" "$work/out"; fail "one of eight at once ended with $rc"; }; done
	[ "$(ls "$dir" | grep -c '^MangoOfficeSDK.*\.so$')" -eq 3 ] || fail "eight at once left $(ls "$dir")"
	for i in "$dir"/Mango*.so; do
		tail -n 1 "$i" | tr . _ | grep -q "$(basename "$i" .so | sed 's/^[^_]*_//')" || fail "$i is of another version"
		grep -q "\"$(basename "$i")\"" "$dir/registry.xml" || fail "$i is not listed"
	done
}

# hard_rights: as somebody who may not, and where nothing can be written.
hard_rights() {
	local nobody=() may=
	[ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	mkdir "$work/чужая"
	chmod 555 "$work/чужая"
	"${nobody[@]}" env -u SUDO_USER HOME="$work/чужая" "$release/mango-addin" install >"$work/out" 2>&1 && fail "installed where nothing may be written"
	grep -q "нет прав на запись" "$work/out" || fail "missing rights are not told"
	chmod 755 "$work/чужая"
	if ! build/may_mount.sh; then
		echo "install: without a full disk and one for reading only: this needs root that may mount"
		return
	fi
	before
	unshare --mount --propagation private bash -c '
		mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 3
		HOME=$2 "$3/mango-addin" install -bundle "$4"' - "$place" "$home" "$release" "$work/9.9.9.9/MangoOfficeSDK_9_9_9_9.zip" >"$work/out" 2>&1 && fail "installed onto a disk for reading only"
	grep -q "доступен только для чтения" "$work/out" || fail "a disk for reading only is not told"
	unchanged "a disk for reading only"
	# Room for the first of the libraries, not for the second.
	unshare --mount --propagation private bash -c '
		mkdir "$1/full" && mount -t tmpfs -o size=15m tmpfs "$1/full" && head -c 3000000 /dev/zero >"$1/full/MangoOfficeSDK_1_0_0_0.so" || exit 3
		"$2/mango-addin" install -dir "$1/full"; ls -A "$1/full"' - "$work" "$release" >"$work/out" 2>&1
	grep -q "нет места" "$work/out" || fail "a full disk is not told"
	[ "$(tail -n 2 "$work/out" | tr '\n' ' ')" = ".mango-addin.lock MangoOfficeSDK_1_0_0_0.so " ] || fail "a full disk is not as it was"
}

# hard_windows: a disk of the network, a file that is held, the attribute. In one
# run, for each takes seconds; what is said goes to files, as wine's cmd loses some.
hard_windows() {
	local n rc says
	small 9.9.9.9
	x86_64-w64-mingw32-gcc-win32 -O2 -s -o "$work/hold.exe" testdata/hold/hold.c -lshell32
	cp -r "$release" "$work/app"
	# Wine does not tell a program on the network where it lies, so it is told
	# where its bundle does.
	cat >"$work/hard.bat" <<-'BAT'
		@echo off
		set APPDATA=\\guest\share\profile
		set T=\\guest\share\profile\1C\1cv8\ExtCompT
		set A=\\guest\share\app
		%A%\mango-addin.exe install -bundle %A%\BUNDLE -napi-host %A%\napi-host-windows-amd64.exe > 1.txt 2>&1
		echo %errorlevel% > 1.rc
		attrib +r %T%\registry.xml
		9.9.9.9\mango-addin.exe install > 2.txt 2>&1
		echo %errorlevel% > 2.rc
		attrib -r %T%\registry.xml
		start /b hold.exe %T%\MangoOfficeSDK64.dll 300
		:wait1
		app\mango-addin.exe -h > nul
		if not exist profile\1C\1cv8\ExtCompT\MangoOfficeSDK64.dll.held goto wait1
		9.9.9.9\mango-addin.exe install > 3.txt 2>&1
		echo %errorlevel% > 3.rc
		app\mango-addin.exe status > 4.txt 2>&1
		echo %errorlevel% > 4.rc
		start /b hold.exe %T%\registry.xml 300
		:wait2
		app\mango-addin.exe -h > nul
		if not exist profile\1C\1cv8\ExtCompT\registry.xml.held goto wait2
		app\mango-addin.exe uninstall > 5.txt 2>&1
		echo %errorlevel% > 5.rc
		exit /b 0
	BAT
	sed -i "s/BUNDLE/$(cd "$release" && ls *.zip)/; s/$/\r/" "$work/hard.bat"
	WINE_SECONDS=300 wine cmd.exe /c hard.bat >"$work/out" 2>&1 || fail "the script of hard cases ended with $?"
	for n in "1 0 проверено загрузкой: $lib" "2 1 только чтение" "3 1 MangoOfficeSDK64.dll: файл открыт другой программой" "3 1 жду до 10 секунд" \
		"4 0 загружается, версия $version" "5 1 жду до 10 секунд" "5 1 registry.xml: файл открыт другой программой"; do
		read -r n rc says <<<"$n"
		cp "$work/$n.txt" "$work/out"
		[ "$(tr -dc 0-9 <"$work/$n.rc")" = "$rc" ] || fail "hard case $n ended with $(cat "$work/$n.rc"), want $rc"
		grep -qF "$says" "$work/out" || fail "hard case $n does not say: $says"
	done
	[ "$(ls "$work/profile/1C/1cv8/ExtCompT" | grep -c Mango)" -eq 5 ] || fail "what could not be installed left $(ls "$work/profile/1C/1cv8/ExtCompT")" # four and .held
}

hard_"$system"
