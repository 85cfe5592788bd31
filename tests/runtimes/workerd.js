// The row of workerd, which Cloudflare Workers run on, with D1 as its store:
// Miniflare starts a real one.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { bundle } from "./bundle.js";
import { transcripts } from "./transcripts.js";

/** Leaves the modules out of the bundle: Workers compile them separately. */
const wasmBeside = {
	name: "wasm-external",
	setup: (bundler) =>
		bundler.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${path.split("/").pop()}`, external: true })),
};
const script = await bundle("worker.js", ["workerd", "worker"], { external: ["cloudflare:workers"], plugins: [wasmBeside] });
const wasm = readFileSync(fileURLToPath(import.meta.resolve("@enrol-sso/enrol/signup.wasm")));
const argon2id = readFileSync(new URL("./argon2id.wasm", import.meta.resolve("@enrol-sso/enrol/signup.wasm")));
const { version } = createRequire(createRequire(import.meta.url).resolve("miniflare"))("workerd/package.json");

const miniflare = new Miniflare({
	modules: [
		{ type: "ESModule", path: "worker.js", contents: script },
		{ type: "CompiledWasm", path: "signup.wasm", contents: wasm },
		{ type: "CompiledWasm", path: "argon2id.wasm", contents: argon2id },
	],
	compatibilityDate: "2026-04-01",
	d1Databases: ["DB1", "DB2"],
});
const answer = await miniflare.dispatchFetch("http://worker.test/", { method: "POST", body: JSON.stringify(transcripts()) });
const text = await answer.text();
await miniflare.dispose();
if (answer.status !== 200) {
	throw new Error(text);
}
console.log(JSON.stringify({ ...JSON.parse(text), runtime: `workerd ${version}` }));
