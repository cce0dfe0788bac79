#!/usr/bin/env bash
# Signs programs and libraries for Windows (Authenticode, SHA-256), in place, and
# verifies what it signed.
#
#   build/sign.sh FILE...
#
# The certificate comes from the environment; without one nothing is signed, and
# that is said.
#
#   MANGO_SIGN_P12                    PKCS#12 with certificate, key and chain, or
#   MANGO_SIGN_CERT, MANGO_SIGN_KEY   PEM: certificate and chain; its key
#   MANGO_SIGN_PASS_FILE              file with the password of either, or
#   MANGO_SIGN_PASS                   the password itself; never an argument, which ps shows
#   MANGO_SIGN_TS                     URL of an RFC 3161 time stamp server
#   MANGO_SIGN_URL                    where the signature says to read more
#   MANGO_SIGN_CA                     PEM: roots to verify against, if the system does not know them
#
# The signature tells the date of the version (build/epoch.sh), so without a time
# stamp it is the same each time; a time stamp is another one each time.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || { echo "usage: sign.sh FILE..." >&2; exit 2; }
die() { printf 'sign: %s\n' "$*" >&2; exit 1; }

key=()
if [ -n "${MANGO_SIGN_P12:-}" ]; then
	[ -z "${MANGO_SIGN_CERT:-}${MANGO_SIGN_KEY:-}" ] || die "MANGO_SIGN_P12 and MANGO_SIGN_CERT are both given: one of them is enough"
	key=(-pkcs12 "$MANGO_SIGN_P12")
elif [ -n "${MANGO_SIGN_CERT:-}${MANGO_SIGN_KEY:-}" ]; then
	[ -n "${MANGO_SIGN_CERT:-}" ] && [ -n "${MANGO_SIGN_KEY:-}" ] || die "MANGO_SIGN_CERT and MANGO_SIGN_KEY belong together"
	key=(-certs "$MANGO_SIGN_CERT" -key "$MANGO_SIGN_KEY")
else
	echo "sign: not signed: neither MANGO_SIGN_P12 nor MANGO_SIGN_CERT is set"
	exit 0
fi
command -v osslsigncode >/dev/null || die "osslsigncode is missing: run build/deps.sh packaging"
password=${MANGO_SIGN_PASS:-}
unset MANGO_SIGN_PASS # the signer needs it on a descriptor only
[ -z "${MANGO_SIGN_PASS_FILE:-}" ] || password=$(cat "$MANGO_SIGN_PASS_FILE")
more=(-time "$("$root/build/epoch.sh")")
[ -z "${MANGO_SIGN_URL:-}" ] || more+=(-i "$MANGO_SIGN_URL")
[ -z "${MANGO_SIGN_TS:-}" ] || more+=(-ts "$MANGO_SIGN_TS")
roots=()
[ -z "${MANGO_SIGN_CA:-}" ] || roots=(-CAfile "$MANGO_SIGN_CA" -TSA-CAfile "$MANGO_SIGN_CA")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sign() { # PASSWORD_SOURCE... FILE
	osslsigncode sign "${key[@]}" "${@:1:$#-1}" -h sha256 -n MangoOfficeSDK "${more[@]}" -in "${!#}" -out "$work/signed" >"$work/out" 2>&1
}
for file in "$@"; do
	rm -f "$work/signed"
	if [ -n "$password" ]; then
		sign -readpass <(printf '%s' "$password") "$file" || { cat "$work/out" >&2; die "$file could not be signed"; }
	else
		sign "$file" || { cat "$work/out" >&2; die "$file could not be signed"; }
	fi
	osslsigncode verify "${roots[@]}" -in "$work/signed" >"$work/out" 2>&1 || { cat "$work/out" >&2; die "the signature of $file does not verify"; }
	chmod --reference="$file" "$work/signed"
	mv "$work/signed" "$file"
	echo "sign: $(basename "$file")"
done
