// The stores on D1 and Durable Objects, in workerd.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cases } from "../suite/cases.js";
import { installed } from "./installed.js";

interface Miniflare {
  dispatchFetch(url: string): Promise<Response>;
  dispose(): Promise<void>;
}
type Build = (options: object) => Promise<{ outputFiles: { text: string }[] }>;

const { build } = installed("esbuild") as { build: Build };
const { Miniflare } = installed("miniflare") as { Miniflare: new (options: object) => Miniflare };

/** Leaves the module out of the bundle, since it is compiled separately. */
const wasmBeside = {
  name: "wasm-external",
  setup: (bundler: { onResolve(options: { filter: RegExp }, resolve: (args: { path: string }) => object): void }) =>
    bundler.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${path.split("/").pop()}`, external: true })),
};
const bundle = await build({
  entryPoints: [fileURLToPath(new URL("./worker.js", import.meta.url))],
  bundle: true,
  format: "esm",
  conditions: ["workerd", "worker"],
  external: ["cloudflare:workers"],
  plugins: [wasmBeside],
  write: false,
});
const wasm = await readFile(fileURLToPath(import.meta.resolve("@enrol-sso/enrol/signup.wasm")));
const argon2id = await readFile(new URL("../../../dist/argon2id.wasm", import.meta.url));
const miniflare = new Miniflare({
  modules: [
    { type: "ESModule", path: "worker.js", contents: bundle.outputFiles[0]?.text },
    { type: "CompiledWasm", path: "signup.wasm", contents: wasm },
    { type: "CompiledWasm", path: "argon2id.wasm", contents: argon2id },
  ],
  compatibilityDate: "2026-04-01",
  d1Databases: ["DB"],
  durableObjects: { ACCOUNTS: { className: "Accounts", useSQLite: true } },
});
after(() => miniflare.dispose());

for (const store of ["d1", "object", "stub"]) {
  for (const { name } of cases) {
    test(`${store}: ${name}`, { timeout: 120_000 }, () => passes(`/${store}?case=${encodeURIComponent(name)}`));
  }
  test(`${store}: an account signs up, gets its message and confirms`, () => passes(`/${store}`));
}

for (const store of ["d1", "stub"]) {
  test(`${store}: lost answers leave the outcome unknown`, () => passes(`/lost/${store}`));
}

async function passes(path: string): Promise<void> {
  const answer = await miniflare.dispatchFetch(`http://store.test${path}`);
  assert.equal(await answer.text(), "");
}
