// What runs in a browser: holds the store on IndexedDB against the contract,
// does what a row asks for unless the address ends with #store, and leaves the row
// where the page's visitor finds it.

import { createEnrol } from "@enrol-sso/enrol";
import { indexedDBStore } from "@enrol-sso/enrol/stores/indexeddb";
import { runAll } from "../../bindings/js/build/stores/suite/run.js";
import { Instance } from "../../bindings/js/dist/instance.js";
import { report } from "./suite/report.js";

try {
	await conforms();
	globalThis.row = location.hash === "#store" ? {} : await row();
} catch (error) {
	globalThis.row = { error: `${error.message}\n${error.stack}` };
}

async function row() {
	return report({
		Instance,
		module: await WebAssembly.compileStreaming(fetch("signup.wasm")),
		transcripts: await (await fetch("transcripts.json")).json(),
		createEnrol,
		openStore: (n) => indexedDBStore(`enrol${n}`),
	});
}

async function conforms() {
	let opened = 0;
	const outcomes = await runAll(() => indexedDBStore(`case${opened++}`));
	for (const { name, ms, failure } of outcomes) {
		console.log(`${failure === undefined ? "ok" : "FAILED"} IndexedDB: ${name} (${ms} ms)`);
	}
	const failed = outcomes.filter(({ failure }) => failure !== undefined);
	if (failed.length > 0 || outcomes.length < 20) {
		const told = failed.map(({ name, failure }) => `${name}: ${failure}`);
		throw new Error(`the store fails ${failed.length} of ${outcomes.length} cases\n${told.join("\n")}`);
	}
}
