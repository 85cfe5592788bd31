// The runtimes of the table, how each is run, and what store of its own it has.

/** The folder of the installed runtimes. */
const installed = "tests/runtimes/node_modules";

export const rows = [
	{ name: "native Go", store: "Pebble", command: ["go", "run", "./tests/runtimes/gohost", "native"] },
	{ name: "Go, wazero", store: "Pebble", command: ["go", "run", "./tests/runtimes/gohost", "wazero"] },
	{ name: "Go, wasmtime", store: "Pebble", command: ["make", "test-host-wasmtime-go"] },
	{ name: "Node 20", store: "PostgreSQL", command: [`${installed}/node20/bin/node`, "tests/runtimes/node.js"] },
	{ name: "Node, current", store: "node:sqlite", command: [`${installed}/node/bin/node`, "tests/runtimes/node.js"] },
	{ name: "Bun", store: "bun:sqlite", command: [`${installed}/.bin/bun`, "tests/runtimes/bun.js"] },
	{
		name: "Deno",
		store: "Deno KV",
		command: [`${installed}/.bin/deno`, "run", "--quiet", "--allow-all", "--unstable-kv", "tests/runtimes/deno.js"],
	},
	{ name: "workerd", store: "D1", command: ["node", "tests/runtimes/workerd.js"] },
	{ name: "Chromium", store: "IndexedDB", command: ["node", "tests/runtimes/browser.js", "chromium"] },
	{ name: "Firefox", store: "IndexedDB", command: ["node", "tests/runtimes/browser.js", "firefox"] },
	{ name: "Python, wasmtime", store: "SQLite", command: ["make", "test-host-python"] },
	{ name: "Rust, wasmi", store: "redb", command: ["make", "test-host-rust"] },
	{ name: "Java, Chicory", store: "MVStore", command: ["make", "test-host-java"] },
];
