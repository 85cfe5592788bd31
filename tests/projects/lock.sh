#!/usr/bin/env bash
# Writes the lock files of the projects again, after a change of their versions or of the package's
# dependencies. They leave out the hash of the package, which differs with each build.
set -euo pipefail
cd "$(dirname "$0")"
for project in */package.json; do
	[ ! -e "${project%/*}/package-lock.json" ] ||
		sed -i '/"node_modules\/@enrol-sso\/enrol": {/,/^    },/d' "${project%/*}/package-lock.json" # which npm would take for good
	npm --prefix "${project%/*}" install --package-lock-only --silent --no-audit --no-fund --prefer-offline
	sed -i '/"resolved": "file:.*enrol-npm.tgz"/{n;/"integrity"/d}' "${project%/*}/package-lock.json"
done
