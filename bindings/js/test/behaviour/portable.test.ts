// The main entry for platforms other than Node: it reaches nothing of Node, and
// works with the module as an option.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as node from "@enrol-sso/enrol";
import { createEnrol, memoryStore, SignupError } from "#dist/index.js";
import { account, confWith, ok, SECRET_KEY } from "../fixture.js";

const dist = new URL("../../dist/", import.meta.url);

test("nothing that the default entry imports is Node's", async () => {
  const seen = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) {
      return;
    }
    seen.add(url.href);
    const source = (await readFile(url, "utf8")).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    for (const [, name = ""] of source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
      if (name.startsWith(".")) {
        await visit(new URL(name, url));
      } else {
        assert.equal(name, "@bjorn3/browser_wasi_shim", url.href);
      }
    }
    assert(!/\b(Buffer|process|require)\b[.(]/.test(source), url.href);
  };
  await visit(new URL("index.js", dist));
  assert(seen.size > 15);
});

test("the entries have the same exports and share their classes", async () => {
  const portable = await import("#dist/index.js");
  assert.deepEqual(Object.keys(portable).sort(), Object.keys(node).sort());
  assert.equal(SignupError, node.SignupError);
});

test("the module may be given in every form", async () => {
  const path = createRequire(import.meta.url).resolve("@enrol-sso/enrol/signup.wasm");
  const bytes = await readFile(path);
  for (const module of [
    bytes,
    new Uint8Array(bytes).buffer,
    WebAssembly.compile(bytes),
    await WebAssembly.compile(bytes),
    Promise.resolve(bytes),
  ]) {
    const options = { conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {}, module };
    const enrol = await createEnrol({ ...options, dispatchIntervalMs: 0 });
    await ok(enrol.signup(account("ada")));
    await enrol.close();
  }
});

test("without the option the module is fetched, and a failure says what to do", async (t) => {
  const options = { conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} };
  await assert.rejects(createEnrol(options), { name: "TypeError", message: /signup\.wasm/ });
  t.mock.method(globalThis, "fetch", async (url: URL) => new Response(await readFile(url)));
  const enrol = await createEnrol(options);
  await enrol.close();
});
