// Values of another realm, such as jsdom gives to tests: bytes, errors and modules are known by what
// they are, not by their class.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { createEnrol, type Kdf, memoryStore } from "@enrol-sso/enrol";
import { nodeKdf } from "@enrol-sso/enrol/node";
import { account, confWith, ok, SECRET_KEY, start } from "../fixture.js";

/** The classes of another realm. */
const other = runInNewContext("({ Uint8Array, ArrayBuffer, Error, TypeError })") as typeof globalThis;

test("a kdf may answer bytes of another realm", async () => {
  const kdf: Kdf = async (request) => {
    const key = await nodeKdf(request);
    return key && other.Uint8Array.from(key);
  };
  const { enrol } = await start({ kdf });
  await ok(enrol.signup(account("ada")));
});

test("a kdf that answers something else is refused", async () => {
  for (const wrong of [new Float64Array(32), new DataView(new ArrayBuffer(32)), "text", { length: 32 }, null]) {
    await assert.rejects(start({ kdf: () => wrong as never }), /derives argon2id wrongly/);
  }
});

test("the module may be of another realm", async () => {
  const bytes = await readFile(createRequire(import.meta.url).resolve("@enrol-sso/enrol/signup.wasm"));
  const view = other.Uint8Array.from(bytes);
  for (const module of [view, view.buffer, await WebAssembly.compile(bytes)]) {
    const options = { conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} };
    await (await createEnrol({ ...options, module })).close();
  }
});

test("the errors of another realm keep their texts", async () => {
  const store = memoryStore();
  const { enrol } = await start({
    store: {
      get: (keys) => store.get(keys),
      scan: (prefix, after, limit) => store.scan(prefix, after, limit),
      commit: (batch) => {
        if (batch.puts.some(({ key }) => key.startsWith("user/"))) {
          throw new other.TypeError("the disk is full");
        }
        return store.commit(batch);
      },
    },
  });
  await assert.rejects(enrol.signup(account("ada")), /the disk is full/);
});

const src = new URL("../../src/", import.meta.url);

/** The files of the source, with their texts. */
async function sources(): Promise<[name: string, text: string][]> {
  const names = (await readdir(src, { recursive: true })).filter((name) => name.endsWith(".ts"));
  return Promise.all(names.map(async (name) => [name, await readFile(new URL(name, src), "utf8")] as [string, string]));
}

test("the source asks for the class of a value only if the class is its own", async () => {
  const builtIn = new Set(Object.getOwnPropertyNames(globalThis));
  for (const [name, text] of await sources()) {
    for (const [, right = ""] of text.matchAll(/\binstanceof ([\w.]+)/g)) {
      const allowed = !builtIn.has(right.split(".")[0] ?? "") || name === "realm.ts";
      assert(allowed, `${name} says instanceof ${right}: use a function of realm.ts`);
    }
  }
});

test("the source takes what some versions of Node lack from a default export", async () => {
  for (const [name, text] of await sources()) {
    // A bundler turns the members of a namespace into imports, and Node refuses a file with one that it lacks.
    assert(!/import \* as \w+ from "node:/.test(text), `${name} imports a namespace of Node`);
  }
});
