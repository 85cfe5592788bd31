# `make help` lists the targets. Only Go, Node and make must be installed: their own
# tools fetch the rest, at the versions pinned in go.sum and package-lock.json.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

# No C compiler is needed or used: the command is one static file.
export CGO_ENABLED := 0

LISTEN ?= 127.0.0.1:8080
PUBLIC ?= 127.0.0.1:8081
DATA ?= ./data
JS := bindings/js
RUNTIMES := tests/runtimes
CORE := $(shell find signup kv wasm/wire wasm/guest -name '*.go' ! -name '*_test.go' ! -path 'kv/*/*') signup/zxcvbn/words/words.bin

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build/enrol ## serve pages on PUBLIC (127.0.0.1:8081) and the REST on LISTEN (127.0.0.1:8080), with the data in DATA (./data)
	@exec build/enrol serve --public $(PUBLIC) --listen $(LISTEN) --data $(DATA)

.PHONY: build
build: build/enrol ## build the command as build/enrol, with its version and commit

.PHONY: test
test: check test-go test-js ## run the checks and the tests, except the slow suites

.PHONY: check
check: check-go check-js ## format, vet, static analysis, types, linters

.PHONY: test-deploy
test-deploy: build/enrol build/deploy/.done ## check the files of host/deploy with their linters, and start what they start (needs root)
	@tests/hosts/need.sh 'systemd-analyze --version' systemd
	@tests/hosts/need.sh 'curl --version' curl
	@go vet -tags deploy ./tests/deploy
	@go test -count 1 -tags deploy -timeout 10m ./tests/deploy

PACKAGES ?= ./...
.PHONY: race
race: build/signup.wasm build/.js ## run the Go tests of PACKAGES (./...) with the race detector (needs a C compiler)
	@tests/hosts/need.sh 'sqlite3 --version' sqlite3
	@CGO_ENABLED=1 go test -race -timeout 30m $(PACKAGES)

.PHONY: test-differential
test-differential: build/python/.done tests/differential/node_modules/.package-lock.json ## compare the rules with independent implementations (needs Python 3)
	@go test -tags differential -timeout 30m ./tests/differential/...

.PHONY: test-openapi
test-openapi: build/openapi/.done build/signup.wasm ## test a server by its OpenAPI description with schemathesis (needs Python 3)
	@go test -tags openapi -count 1 -timeout 10m -run Schemathesis ./tests

build/openapi/.done: tests/openapi/requirements.txt
	@tests/hosts/need.sh 'python3 -m ensurepip --version' python3 python3-venv
	@python3 -m venv --clear build/openapi
	@build/openapi/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.PHONY: test-hosts
test-hosts: test-host-wasmtime-go test-host-python test-host-rust test-host-java ## run the module in hosts of other languages

.PHONY: test-cpus
test-cpus: ## test the password hash on emulated processors, amd64 without AVX2 and arm64
	@command -v qemu-aarch64 > /dev/null || tests/hosts/need.sh 'qemu-aarch64 --version' qemu-user
	@mkdir -p build/cpus
	@for arch in amd64 arm64; do CGO_ENABLED=0 GOARCH=$$arch go test -c -o build/cpus/argon2.$$arch ./host/internal/argon2; done
	qemu-x86_64 -cpu Nehalem build/cpus/argon2.amd64 -test.run Reference
	qemu-aarch64 build/cpus/argon2.arm64 -test.run Reference

.PHONY: test-stores
test-stores: build/.js build/etcd $(RUNTIMES)/node_modules/.package-lock.json ## hold the stores of Go and JavaScript against the contract on their databases, in their runtimes, and print their table
	@command -v initdb > /dev/null || tests/hosts/need.sh pg_lsclusters postgresql
	@tests/hosts/need.sh 'chromium --version' chromium
	@npm --prefix $(JS) --silent run build:test
	@for runtime in cloudflare node bun deno; do $(RUNTIMES)/node_modules/.bin/tsc -p $(RUNTIMES)/types/tsconfig.$$runtime.json; done
	@go run ./tests/stores

.PHONY: test-postgres
test-postgres: build/enrol build/.js $(RUNTIMES)/node_modules/.package-lock.json ## test the Go store on PostgreSQL on real servers, alone, behind PgBouncer and with JavaScript
	@command -v initdb > /dev/null || tests/hosts/need.sh pg_lsclusters postgresql
	@command -v pgbouncer > /dev/null || tests/hosts/need.sh 'pgbouncer --version' pgbouncer
	@go test -tags postgres -timeout 10m ./tests/postgres

.PHONY: test-etcd
test-etcd: build/enrol build/etcd ## test the store on etcd on real clusters of three members
	@go test -tags etcd -timeout 10m ./tests/etcd

.PHONY: test-monitoring
test-monitoring: build/enrol ## check the metrics of a server, the alert rules and the dashboard with promtool
	@tests/hosts/need.sh 'promtool --version' prometheus
	@go vet -tags monitoring ./tests/monitoring
	@go test -tags monitoring -timeout 5m ./tests/monitoring

.PHONY: test-runtimes
test-runtimes: build/.js build/.browsers $(RUNTIMES)/node_modules/.package-lock.json ## run the module in every runtime and print the table (installs what is missing)
	@npm --prefix $(JS) --silent run build:test
	@node $(RUNTIMES)/table.js $(ONLY)

.PHONY: test-entries
test-entries: build/.js build/enrol build/.browsers $(RUNTIMES)/node_modules/.package-lock.json ## sign up with every entry of the npm package, in Node, Bun, Deno, workerd and browsers, and run its command
	@npm --prefix $(JS) --silent run test:entries
	@PATH="$(CURDIR)/$(RUNTIMES)/node_modules/node/bin:$$PATH" node --test --test-reporter=spec $(JS)/build/pack/command.test.js $(JS)/build/pack/command-go.test.js

ONE_IN ?= 1
.PHONY: mutate
mutate: ## remove each rule in turn, or one in ONE_IN, and expect a test to fail
	@go run ./tests/mutation -one-in $(ONE_IN)

PAGE := tests/page
.PHONY: test-page
test-page: build/enrol build/.browsers $(PAGE)/node_modules/.package-lock.json ## sign up on the public pages and use those for operators in browsers, with pictures of every state in build/page
	@tests/hosts/need.sh 'fc-list -q :lang=ja' fonts-vlgothic || echo "the pictures in Japanese will have boxes in place of letters"
	@go build -o build/page-smtp ./$(PAGE)/smtp
	@node --test --test-concurrency=3 --test-reporter=spec $(PAGE)/*.test.js

EXAMPLES := $(patsubst %/package.json,%,$(wildcard $(JS)/examples/*/package.json))
.PHONY: test-examples
test-examples: build/.js build/.browsers $(RUNTIMES)/node_modules/.package-lock.json $(EXAMPLES:%=%/node_modules/.package-lock.json) ## type-check, build and run the examples of the npm package
	@for example in $(EXAMPLES); do npm --prefix $$example --silent run check; done
	@npm --prefix $(JS) --silent run build:test
	@$(RUNTIMES)/node_modules/node/bin/node --test --test-reporter=spec $(JS)/build/examples/*.test.js

PROJECTS := $(patsubst %/package.json,%,$(wildcard tests/projects/*/package.json))
.PHONY: test-projects
test-projects: build/.browsers pack $(RUNTIMES)/node_modules/.package-lock.json ## build and start projects of bundlers, frameworks and test runners with the packed npm package, and those of npm create
	@$(MAKE) -j4 $(PROJECTS:%=%/node_modules/.package-lock.json)
	@$(RUNTIMES)/node_modules/node/bin/node --test --test-reporter=spec tests/projects/projects.test.js tests/projects/create.test.js

.PHONY: wasm
wasm: build/signup.wasm ## build the module and print its size
	@node wasm/size.mjs build/signup.wasm

.PHONY: embed
embed: wasm ## put the built module where Go programs embed it from
	@cmp -s build/signup.wasm wasm/signup.wasm || cp build/signup.wasm wasm/signup.wasm

.PHONY: transcripts
transcripts: ## record the transcripts again
	@go run ./tests/record

.PHONY: words
words: tests/differential/node_modules/.package-lock.json ## pack the word lists of zxcvbn again
	@node tests/differential/zxcvbn/lists.mjs | go run ./tests/words > build/words.bin
	@mv build/words.bin signup/zxcvbn/words/words.bin

.PHONY: bench
bench: build/signup.wasm ## run the benchmarks
	@go test -run '^$$' -bench . -benchtime 2s ./signup/internal/identity/precis ./signup/zxcvbn/... ./kv/pebble ./signup ./host ./host/module
	@npm --prefix $(JS) --silent run size
	@npm --prefix $(JS) --silent run bench:kdf
	@npm --prefix $(JS) --silent run bench:leak

BENCH := tests/bench-js
.PHONY: bench-js
bench-js: build/.js $(BENCH)/node_modules/.package-lock.json $(RUNTIMES)/node_modules/.package-lock.json ## measure sign-ups, cold start, memory and size in Node, side by side with better-auth
	@$(RUNTIMES)/node_modules/node/bin/node $(BENCH)/compare.js

.PHONY: bench-workerd
bench-workerd: build/.js $(RUNTIMES)/node_modules/.package-lock.json ## measure the processor's time for a request in workerd, against the limits of Cloudflare Workers
	@npm --prefix $(JS) --silent run bench:workerd

ACCOUNTS_TO_IMPORT ?= 100000

.PHONY: bench-import
bench-import: ## measure an import of ACCOUNTS_TO_IMPORT accounts into a new data directory
	@go test -run '^$$' -bench Import -benchtime 1x ./host/cmd/enrol -accounts $(ACCOUNTS_TO_IMPORT)

ACCOUNTS_TO_MOVE ?= 100000
.PHONY: bench-scans
bench-scans: ## measure the peak memory and the time of import, fsck, export and backup of ACCOUNTS_TO_MOVE accounts
	@go test -run '^$$' -bench Scans -benchtime 1x -timeout 60m ./host/cmd/enrol -accounts $(ACCOUNTS_TO_MOVE)

.PHONY: bench-hostile
bench-hostile: build/signup.wasm ## measure the cost of inputs that are too long, too deep or too many
	@go test -run '^$$' -bench Hostile -benchtime 20x ./tests/hostile

.PHONY: bench-enumeration
bench-enumeration: build/signup.wasm ## measure whether the timing of answers reveals who has an account, for all operations or with the flags in ENUMERATION
	@if test -n "$(ENUMERATION)"; then go run ./tests/enumeration $(ENUMERATION); exit; fi; \
	for operation in signup verify verify-own verify-address verify-older verify-older-address resend; do for hash in "" -quick; do \
		echo "$$operation $$hash"; go run ./tests/enumeration -operation $$operation $$hash; done; done

STORES ?= pebble,postgres,etcd
HOSTS ?= 1,2,4
ACCOUNTS ?= 10000,100000,1000000
.PHONY: bench-stores
bench-stores: build/signup.wasm build/etcd ## measure sign-ups on STORES with HOSTS and ACCOUNTS, three lists, or with more flags in GROWTH
	@command -v initdb > /dev/null || tests/hosts/need.sh pg_lsclusters postgresql
	@go run ./tests/growth -stores $(STORES) -hosts $(HOSTS) -accounts $(ACCOUNTS) $(GROWTH)

SEEDS ?= 2000
SEED ?=
.PHONY: simulate
simulate: ## simulate many operations at once from SEEDS seeds, or from one SEED, which is printed in full
	@go run ./tests/simulation $(if $(SEED),-seed $(SEED),-seeds $(SEEDS))

STORE ?= postgres
FOR ?= 45s
SIGNUPS ?= 0
.PHONY: chaos
chaos: build/enrol $(if $(filter etcd,$(STORE)),build/etcd) ## sign up on three hosts and STORE (postgres or etcd) under faults, for FOR (45s) or until SIGNUPS are acknowledged, from SEED, with NATIVE=1 natively
	@test $(STORE) != postgres || command -v initdb > /dev/null || tests/hosts/need.sh pg_lsclusters postgresql
	@go run ./tests/chaos -store $(STORE) -for $(FOR) -signups $(SIGNUPS) $(if $(NATIVE),-native) $(if $(SEED),-seed $(SEED))

FUZZTIME ?= 30s
.PHONY: fuzz
fuzz: ## run every fuzzer for FUZZTIME each
	@tests/fuzz.sh $(FUZZTIME)

.PHONY: vuln
vuln: ## look up known vulnerabilities of dependencies (needs a network)
	@tests/vuln.sh

.PHONY: pack
pack: build/.js ## pack the npm package into build/enrol-npm.tgz
	@rm -rf build/pack && mkdir build/pack
	@npm pack --silent --ignore-scripts --pack-destination build/pack ./$(JS) > /dev/null
	@mv build/pack/*.tgz build/enrol-npm.tgz
	@rmdir build/pack
	@echo build/enrol-npm.tgz

.PHONY: clean
clean: ## remove what was built
	@rm -rf build $(JS)/dist $(JS)/build $(JS)/node_modules tests/differential/node_modules $(RUNTIMES)/node_modules $(BENCH)/node_modules $(PAGE)/node_modules $(addsuffix /node_modules,$(EXAMPLES) $(PROJECTS)) $(addsuffix /dist,$(EXAMPLES) $(PROJECTS))

# Parts of the above.

.PHONY: test-go
test-go: build/signup.wasm build/.js
	@tests/hosts/need.sh 'sqlite3 --version' sqlite3
	@go test -timeout 15m -p 4 ./tests ./... # the first takes longest, and mostly waits

.PHONY: check-go
check-go: build/signup.wasm
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	@go vet ./...
	@GOOS=wasip1 GOARCH=wasm go vet ./wasm/guest
	@go vet -tags differential ./tests/differential/...
	@go vet -tags postgres ./tests/postgres
	@go vet -tags etcd ./tests/etcd
	@go tool staticcheck ./...

.PHONY: check-js
check-js: build/.js
	@npm --prefix $(JS) --silent run check

.PHONY: test-js
test-js: build/.js build/enrol
	@npm --prefix $(JS) --silent test
	@npm --prefix $(JS) --silent run test:transcripts
	@npm --prefix $(JS) --silent run test:pack

build/enrol-npm.tgz:
	@$(MAKE) pack

build/.browsers:
	@tests/hosts/need.sh 'chromium --version' chromium
	@tests/hosts/need.sh 'firefox-esr --version' firefox-esr
	@command -v initdb > /dev/null || tests/hosts/need.sh pg_lsclusters postgresql
	@touch $@

# Hosts in other languages, or on another engine: the first run fetches what
# their lock files pin.

HOST := build/signup.wasm tests/transcripts

.PHONY: test-host-wasmtime-go
test-host-wasmtime-go: build/signup.wasm build/hosts/wasmtime-go/enrol-host
	@build/hosts/wasmtime-go/enrol-host $(HOST)

build/hosts/wasmtime-go/enrol-host: go.mod $(wildcard tests/hosts/wasmtime-go/*) $(shell find kv tests/transcript -name '*.go' ! -name '*_test.go')
	@tests/hosts/need.sh 'gcc --version' gcc libc6-dev
	@CGO_ENABLED=1 go -C tests/hosts/wasmtime-go vet .
	@CGO_ENABLED=1 go -C tests/hosts/wasmtime-go build -o $(CURDIR)/$@ .

.PHONY: test-host-python
test-host-python: build/signup.wasm build/hosts/python/.done
	@build/hosts/python/bin/python -B tests/hosts/python $(HOST)

build/hosts/python/.done: tests/hosts/python/requirements.txt
	@tests/hosts/need.sh 'python3 -m ensurepip --version' python3 python3-venv
	@python3 -m venv --clear build/hosts/python
	@build/hosts/python/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.PHONY: test-host-rust
test-host-rust: build/signup.wasm build/hosts/rust/.done
	@build/hosts/rust/release/enrol-host $(HOST)

build/hosts/rust/.done: $(wildcard tests/hosts/rust/*.* tests/hosts/rust/src/*.rs)
	@tests/hosts/need.sh 'cargo --version' cargo
	@tests/hosts/need.sh 'cc --version' gcc libc6-dev
	@cargo build --quiet --release --locked --manifest-path tests/hosts/rust/Cargo.toml --target-dir build/hosts/rust
	@touch $@

.PHONY: test-host-java
test-host-java: build/signup.wasm build/hosts/java/.done
	@java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp 'build/hosts/java/classes:build/hosts/java/lib/*' enrol.Main $(HOST) build/hosts/java/cache

build/hosts/java/.done: tests/hosts/java/pom.xml $(wildcard tests/hosts/java/src/main/java/enrol/*.java)
	@tests/hosts/need.sh 'javac -version' openjdk-17-jdk-headless
	@tests/hosts/need.sh 'mvn --version' maven
	@mvn --quiet --batch-mode --file tests/hosts/java/pom.xml process-classes >&2 # standard output is for what the hosts say
	@touch $@

# What enrol version and /healthz report. Without git, Go reports what it knows.
VERSION ?= $(shell git describe --tags --dirty=+changed 2> /dev/null)
COMMIT ?= $(shell commit=$$(git rev-parse HEAD 2> /dev/null) && printf %s $$commit && { git diff --quiet HEAD || printf +changed; })
STAMP = -X main.linkedVersion=$(VERSION) -X main.linkedCommit=$(COMMIT)

build/enrol: $(shell find . -name '*.go' ! -name '*_test.go' ! -path './tests/*') go.sum wasm/signup.wasm signup/zxcvbn/words/words.bin $(wildcard host/cmd/enrol/*.conf host/internal/advice/*.conf) $(shell find host/page host/admin host/mail host/internal/website -type f ! -name '*.go')
	@go build -trimpath -ldflags "$(STAMP)" -o $@ ./host/cmd/enrol

build/deploy/.done: tests/deploy/requirements.txt
	@tests/hosts/need.sh 'python3 -m ensurepip --version' python3 python3-venv
	@python3 -m venv --clear build/deploy
	@build/deploy/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The server of etcd: the first run fetches what the go.sum of its module pins.
build/etcd: $(wildcard tests/etcd/server/*)
	@go -C tests/etcd/server build -trimpath -o $(CURDIR)/$@ go.etcd.io/etcd/server/v3

# The one place where the module is built: the same sources and toolchain give
# the same bytes, in any directory.
build/signup.wasm: $(CORE) go.mod go.sum
	@mkdir -p build
	@GOOS=wasip1 GOARCH=wasm GOFLAGS= GOWORK=off GOEXPERIMENT= GOWASM= \
		go build -trimpath -buildvcs=false -buildmode=c-shared -ldflags=-s -o $@ ./wasm/guest

$(JS)/node_modules/.package-lock.json: $(JS)/package-lock.json
	@npm --prefix $(JS) ci --silent --no-audit --no-fund
	@touch $@

# The part of the command of the npm package that is Go.
build/command.wasm: $(CORE) $(wildcard host/cmd/npx/*.go host/internal/*/*) go.mod go.sum
	@mkdir -p build
	@GOOS=wasip1 GOARCH=wasm GOFLAGS= GOWORK=off GOEXPERIMENT= GOWASM= \
		go build -trimpath -buildvcs=false -ldflags=-s -o $@ ./host/cmd/npx

build/.js: $(JS)/node_modules/.package-lock.json build/signup.wasm build/command.wasm $(shell find $(JS)/src $(JS)/test -type f 2>/dev/null) $(wildcard $(JS)/*.json host/mail/catalogue/*)
	@npm --prefix $(JS) --silent run build
	@touch $@

$(RUNTIMES)/node_modules/.package-lock.json: $(RUNTIMES)/package-lock.json
	@npm --prefix $(RUNTIMES) ci --silent --no-audit --no-fund
	@touch $@

$(BENCH)/node_modules/.package-lock.json: $(BENCH)/package-lock.json
	@npm --prefix $(BENCH) ci --silent --no-audit --no-fund
	@touch $@

$(PAGE)/node_modules/.package-lock.json: $(PAGE)/package-lock.json
	@npm --prefix $(PAGE) ci --silent --no-audit --no-fund
	@touch $@

$(JS)/examples/%/node_modules/.package-lock.json: $(JS)/examples/%/package-lock.json
	@npm --prefix $(JS)/examples/$* ci --silent --no-audit --no-fund
	@touch $@

tests/projects/%/node_modules/.package-lock.json: tests/projects/%/package-lock.json | build/enrol-npm.tgz
	@npm --prefix tests/projects/$* ci --silent --no-audit --no-fund --prefer-offline
	@touch $@

tests/differential/node_modules/.package-lock.json: tests/differential/package-lock.json
	@npm --prefix tests/differential ci --silent --no-audit --no-fund
	@touch $@

build/python/.done: tests/differential/requirements.txt
	@tests/hosts/need.sh 'python3 -m ensurepip --version' python3 python3-venv
	@python3 -m venv --clear build/python
	@build/python/bin/pip install --quiet --disable-pip-version-check -r tests/differential/requirements.txt
	@touch $@
