package main

import "fmt"

// Cases of the suites: kv/kvtest, and its port to JavaScript, which adds some.
const (
	goCases = 32
	jsCases = 35
)

// row is one store in one language.
type row struct {
	store    string
	use      string // Go package or JavaScript function
	runtime  string // where the suite runs
	machines string // which processes can share the data
	guard    string // what keeps a commit whole and apart from others
	mark     string // what a line of a passed case begins with, before the case
	cases    int
}

const head = "| store | Go package or JavaScript function | runtime | for | a commit is guarded by | suite passed |\n|---|---|---|---|---|---|\n"

// line returns the row as the README has it, if all cases passed.
func (r row) line(passed int) string {
	suite := fmt.Sprintf("%d cases", passed)
	if passed != r.cases {
		suite = fmt.Sprintf("FAILED, %d of %d cases", passed, r.cases)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", r.store, r.use, r.runtime, r.machines, r.guard, suite)
}

var rows = []row{
	{"memory", "[`kv/memory`](kv/memory)", "Go", "one process, tests", "a lock on the store",
		"--- PASS: TestMemoryHoldsTheContract/", goCases},
	{"memory", "`memoryStore`", "Node", "one process, tests", "one thread",
		"✔ memoryStore: ", jsCases},
	{"PostgreSQL", "[`kv/postgres`](kv/postgres)", "Go", "many machines", "advisory locks on its keys",
		"--- PASS: TestPostgresHoldsTheContract/guard=advisory/", goCases},
	{"PostgreSQL", "`pgStore`", "Node", "many machines", "advisory locks on its keys",
		"✔ pg: ", jsCases},
	{"PostgreSQL", "`postgresStore`", "Node", "many machines", "advisory locks on its keys",
		"✔ postgres: ", jsCases},
	{"PostgreSQL", "`kv/postgres`, `guard=serializable`", "Go", "many machines", "a serializable transaction, which is tried again",
		"--- PASS: TestPostgresHoldsTheContract/guard=serializable/", goCases},
	{"etcd", "[`kv/etcd`](kv/etcd)", "Go", "many machines", "one transaction that compares revisions",
		"--- PASS: TestEtcdHoldsTheContract/", goCases},
	{"Pebble", "[`kv/pebble`](kv/pebble)", "Go", "one process", "locks on its keys",
		"--- PASS: TestPebbleHoldsTheContract/", goCases},
	{"SQLite", "`sqliteStore`", "Node", "one machine", "a transaction that excludes other writers",
		"✔ node:sqlite in a file: ", jsCases},
	{"SQLite", "`sqliteStore`", "Bun", "one machine", "a transaction that excludes other writers",
		"ok bun:sqlite in a file: ", jsCases},
	{"Deno KV", "`denoKvStore`", "Deno", "one machine; on Deno Deploy, many", "an atomic operation that checks versions",
		"ok Deno KV in a file: ", jsCases},
	{"Cloudflare D1", "`d1Store`", "workerd", "many machines", "a batch of statements, which is a transaction",
		"✔ d1: ", jsCases},
	{"Durable Object", "`durableObjectStore`", "workerd", "the object", "a transaction of the object",
		"✔ object: ", jsCases},
	{"Durable Object", "`stubStore`", "workerd", "many machines", "a transaction of the object",
		"✔ stub: ", jsCases},
	{"IndexedDB", "`indexedDBStore`", "Chromium", "one browser", "a transaction that excludes other writers",
		"ok IndexedDB: ", jsCases},
}
