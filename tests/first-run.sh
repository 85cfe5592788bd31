#!/usr/bin/env bash
# Does what the README says first: `make run`, a sign-up by the forms as far as /confirmed, and the curl line that the
# server prints.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || :; wait "$server" 2>/dev/null || :; rm -rf "$scratch"' EXIT
fail() { { echo "$1"; cat "$scratch/log"; } >&2; exit 1; }

SECONDS=0
setsid make run LISTEN=127.0.0.1:0 PUBLIC=127.0.0.1:0 DATA="$scratch/data" >"$scratch/log" 2>&1 &
server=$!
for _ in $(seq 600); do
	grep -q 'msg="serving public pages"' "$scratch/log" && break
	kill -0 "$server" || fail "make run ended"
	sleep 0.5
done

first=$(grep -m1 -v '^go: ' "$scratch/log") # without what go prints when it downloads
[[ $first =~ ^"Sign up in a browser: "(http://127\.0\.0\.1:[0-9]+)/signup$ ]] || fail "the first line is not the address of the pages"
pages=${BASH_REMATCH[1]}
[[ $(<"$scratch/log") =~ "Read the mails in a browser: "($pages/mailbox\?key=[A-Z2-7]+) ]] || fail "there is no address of the mails next to the pages"
mailbox=${BASH_REMATCH[1]}

# post PAGE NAME=VALUE... posts the form of a page as a browser does, and prints the status and the URL that it leads to.
post() {
	local page form
	page=$1; shift
	form=$(curl -sS "$pages/$page")
	[[ $form =~ name=\"key\"\ value=\"([^\"]+)\" ]] || fail "/$page has no form"
	printf '%s\n' "key=${BASH_REMATCH[1]}" "$@" | sed 's/^/data-urlencode = "/; s/$/"/' |
		curl -sSL -o "$scratch/page" -w '%{http_code} %{url_effective}' -H "Origin: $pages" -K - "$pages/$page"
}
password="correct horse battery"
at=$(post signup email=ada@example.com username=ada "password=$password")
[[ $at == "200 $pages/signup/sent" ]] || fail "the sign-up leads to $at"

token=
for _ in $(seq 120); do
	if [[ $(curl -sS "$mailbox") =~ href=\"(/mailbox/[^\"]+)\"\>Confirm ]]; then
		[[ $(curl -sS "$pages${BASH_REMATCH[1]}") =~ href=\"$pages/confirm[^\"#]*#([^\"]+)\" ]] || fail "the mail has no link to confirm"
		token=${BASH_REMATCH[1]}
		break
	fi
	sleep 0.5
done
[ -n "$token" ] || fail "no mail came"
at=$(post confirm "token=$token" "password=$password")
[[ $at == "200 $pages/confirmed" ]] || fail "confirming leads to $at"
echo "$SECONDS s from make run to a confirmed account"

line=$(grep -m1 -o 'curl .*' "$scratch/log")
echo "$line"
answer=$(bash -c "$line")
echo "$answer"
[[ $answer == *'"status":"ok"'*'"confirm_token"'* ]]
