#!/usr/bin/env bash
# Does what the README says first: `make run`, and the curl line that it prints.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || :; wait "$server" 2>/dev/null || :; rm -rf "$scratch"' EXIT
setsid make run LISTEN=127.0.0.1:0 PUBLIC=127.0.0.1:0 DATA="$scratch/data" 2>"$scratch/log" &
server=$!

for _ in $(seq 600); do
	line=$(grep -o 'curl .*' "$scratch/log" | head -n1) && break
	kill -0 "$server" || { cat "$scratch/log"; exit 1; }
	sleep 0.5
done
echo "$line"
answer=$(bash -c "$line")
echo "$answer"
[[ $answer == *'"status":"ok"'*'"confirm_token"'* ]]
