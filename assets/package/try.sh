#!/usr/bin/env bash
# Opens Pintray where there is no display: under a virtual one. Keeps a small file
# on this computer, prints the list, saves a picture of the window, and ends. It
# needs no network.
#   try.sh FOLDER-OF-THE-BINARIES
set -euo pipefail
bin=$1
picture=$bin/pintray.png
file=$(cd "$bin" && pwd)/first-file.txt
tmp=$(mktemp -d)
started=()

# shellcheck disable=SC2317  # called by trap
finish() {
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
	done
	rm -rf "$tmp"
}
trap finish EXIT

# until_ok SECONDS COMMAND...: tries until it works.
until_ok() {
	local left=$(($1 * 5))
	shift
	until "$@" >/dev/null 2>&1; do
		((left-- > 0)) || return 1
		sleep 0.2
	done
}

echo "There is no display here, so Pintray opens under a virtual one."
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$tmp/display" 2>"$tmp/xvfb" &
started+=($!)
until_ok 10 test -s "$tmp/display" || { cat "$tmp/xvfb" >&2; exit 1; }
DISPLAY=:$(<"$tmp/display")
export DISPLAY LANG=${LANG:-C.UTF-8}
openbox --sm-disable >/dev/null 2>&1 &
started=($! "${started[@]}")

"$bin/pintray" >"$tmp/pintray" 2>&1 &
window=$!
started=("$window" "${started[@]}")
ready() {
	"$bin/pintrayctl" --json accounts ls >"$tmp/accounts" && [ -s "$tmp/accounts" ] &&
		! grep -q '"checked_at":null' "$tmp/accounts"
}
until_ok 30 ready || {
	kill -0 "$window" 2>/dev/null || { cat "$tmp/pintray" >&2; exit 1; }
}

# The one account that is this computer; a person may have called it otherwise.
here=$(sed -n 's/^{"account":"\(.*\)","url":"local:".*/\1/p' "$tmp/accounts")
field() { sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }
[ -e "$file" ] || echo "The first file kept with Pintray." >"$file"
echo "A file of yours, to begin with: $file"
cid=$("$bin/pintrayctl" cid "$file" --json | field cid)
old=$("$bin/pintrayctl" --json ls --account "$here" --cid "$cid")
if [ -n "$old" ] && ! grep -q '"status":"pinned"' <<<"$old"; then # it was another file meanwhile
	"$bin/pintrayctl" --quiet rm --account "$here" "$(field requestid <<<"$old")" --yes >/dev/null
	old=
fi
if [ -z "$old" ]; then
	"$bin/pintrayctl" add "$file" --to "$here" --wait
else
	echo "It is kept on this computer already."
fi
echo
echo "The newest of your list:"
"$bin/pintrayctl" ls --limit 12
# On a slow machine the window may not be painted yet: it is of one colour then.
painted() {
	import -window root "$picture" &&
		[ "$(convert "$picture" -gravity center -crop 900x600+0+0 -format %k info:)" -gt 16 ]
}
until_ok 30 painted || { echo "The window was not painted within 30 seconds." >&2; exit 1; }
sleep 1 # it has the change within a tenth of that
import -window root "$picture"
echo
echo "A picture of the window: $(cd "$(dirname "$picture")" && pwd)/$(basename "$picture")"
