# Sourced by the scripts that run several legs: times each one, goes on after
# a failure, and ends with a table of seconds per leg.
#
#   leg NAME COMMAND [ARG...]   run one leg; its output is shown
#   skip NAME WHY               a leg that cannot run here; loud, and in CI a failure
#                               unless the README lists the leg as impossible on
#                               some machines: a line that begins with - `NAME`
#   legs_done                   print the table and the closing line, give the exit code

LEG_ROWS=()
LEGS_PASSED=0 LEGS_FAILED=0 LEGS_SKIPPED=0

leg() {
	local name=$1 from=$SECONDS rc=0
	shift
	printf '\n=== %s\n' "$name"
	"$@" </dev/null || rc=$?
	local took=$((SECONDS - from))
	if [ $rc -eq 0 ]; then
		LEGS_PASSED=$((LEGS_PASSED + 1))
		LEG_ROWS+=("$(printf '%6d s  ok       %s' $took "$name")")
	else
		LEGS_FAILED=$((LEGS_FAILED + 1))
		LEG_ROWS+=("$(printf '%6d s  FAILED   %s (exit %d)' $took "$name" $rc)")
		printf -- '--- FAILED: %s (exit %d)\n' "$name" $rc
	fi
}

skip() {
	printf '\n=== %s\nSKIPPED: %s\n' "$1" "$2"
	LEGS_SKIPPED=$((LEGS_SKIPPED + 1))
	LEG_ROWS+=("$(printf '%6s    SKIPPED  %s: %s' - "$1" "$2")")
	if [ -n "${CI:-}" ] && ! grep -qF -- "- \`$1\`" README.md; then
		printf -- '--- FAILED: the README does not list this leg as impossible on some machines\n'
		LEGS_FAILED=$((LEGS_FAILED + 1))
	fi
}

legs_done() {
	printf '\nseconds per leg\n'
	printf '%s\n' "${LEG_ROWS[@]}"
	printf '%6d s  in all\n\n' $SECONDS
	printf '%d passed, %d failed, %d skipped\n' "$LEGS_PASSED" "$LEGS_FAILED" "$LEGS_SKIPPED"
	[ "$LEGS_FAILED" -eq 0 ]
}
