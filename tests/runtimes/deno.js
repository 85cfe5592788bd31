// The row of Deno, on Deno KV.

import { createEnrol } from "@enrol-sso/enrol";
import { loadModule } from "@enrol-sso/enrol/node";
import { denoKvStore } from "@enrol-sso/enrol/stores/deno-kv";
import { Instance } from "../../bindings/js/dist/instance.js";
import { file } from "./files.js";
import { report } from "./suite/report.js";
import { transcripts } from "./transcripts.js";

const row = await report({
	version: `Deno ${Deno.version.deno}`,
	Instance,
	module: await loadModule(),
	transcripts: transcripts(),
	createEnrol,
	openStore: async (n) => denoKvStore(await Deno.openKv(file(`${n}.sqlite`))),
});
console.log(JSON.stringify(row));
Deno.exit(0); // connections to Deno KV keep it alive
