// The row of Bun, on bun:sqlite.

import { createEnrol } from "@enrol-sso/enrol";
import { loadModule } from "@enrol-sso/enrol/node";
import { sqliteStore } from "@enrol-sso/enrol/stores/bun-sqlite";
import { Instance } from "../../bindings/js/dist/instance.js";
import { file } from "./files.js";
import { report } from "./suite/report.js";
import { transcripts } from "./transcripts.js";

const row = await report({
	version: `Bun ${Bun.version}`,
	Instance,
	module: await loadModule(),
	transcripts: transcripts(),
	createEnrol,
	openStore: (n) => sqliteStore(file(`${n}.sqlite`)),
});
console.log(JSON.stringify(row));
