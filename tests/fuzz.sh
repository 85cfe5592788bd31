#!/usr/bin/env bash
# Runs every fuzzer for a while: fuzz.sh TIME [DIRECTORY], as in fuzz.sh 30s.
# It ends at the first finding, whose input go test keeps in testdata/fuzz.
set -euo pipefail

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# Whether go test failed over its own end and not over an input: up to Go 1.26 its
# fuzzer may take the time's being up for a failure (golang.org/issue/75804). An
# input that fails has a second line of FAIL in that place, and text of the test.
only_time_was_up() {
	[[ $(grep -A2 -m1 '^--- FAIL: ' "$output" | tail -n2) == $'    context deadline exceeded\nFAIL' ]]
}

grep -rlE '^func Fuzz' --include='*_test.go' "${2:-.}" | xargs -n1 dirname | sort -u | while read -r dir; do
	for name in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | cut -d' ' -f2); do
		go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" -fuzzminimizetime 10x "$dir" 2>&1 | tee "$output" ||
			only_time_was_up || exit 1
	done
done
