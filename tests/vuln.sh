#!/usr/bin/env bash
# Looks up known vulnerabilities of the dependencies. Exits with 75 if the
# database of vulnerabilities cannot be reached, and says so; with another status
# if there is a finding, or the look-up failed otherwise.
set -uo pipefail
cd "$(dirname "$0")/.."

report=$(go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./... 2>&1)
status=$?
echo "$report"
if [ "$status" -ne 0 ] && grep -qE 'fetching vulnerabilities|vuln\.go\.dev' <<<"$report" && ! grep -q '^Vulnerability #' <<<"$report"; then
	echo "vulnerabilities were not looked up: their database cannot be reached from here"
	exit 75
fi
exit "$status"
