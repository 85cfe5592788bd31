// The rows of Node: on node:sqlite where there is one, which is from Node 22.13 on,
// else on a PostgreSQL server that is started for it.

import process from "node:process";
import { createEnrol } from "@enrol-sso/enrol";
import { loadModule } from "@enrol-sso/enrol/node";
import { Instance } from "../../bindings/js/dist/instance.js";
import { file } from "./files.js";
import { report } from "./suite/report.js";
import { transcripts } from "./transcripts.js";

const { openStore, close } = process.getBuiltinModule("node:sqlite") ? await sqlite() : await postgres();
const row = await report({
	version: `Node ${process.versions.node}`,
	Instance,
	module: await loadModule(),
	transcripts: transcripts(),
	createEnrol,
	openStore,
});
await close();
console.log(JSON.stringify(row));

async function sqlite() {
	const { sqliteStore } = await import("@enrol-sso/enrol/stores/node-sqlite");
	return { openStore: (n) => sqliteStore(file(`${n}.sqlite`)), close: () => {} };
}

async function postgres() {
	const { startPostgres } = await import("./postgres.js");
	return startPostgres();
}
