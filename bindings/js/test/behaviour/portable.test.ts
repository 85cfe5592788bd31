// The entries for platforms other than Node: they import nothing of Node, and
// find the module.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as node from "@enrol-sso/enrol";
import * as inline from "@enrol-sso/enrol/inline";
import * as bundled from "#dist/index.bundled.js";
import { createEnrol, memoryStore, SignupError } from "#dist/index.js";
import * as portableInline from "#dist/inline/index.js";
import { account, confWith, ok, SECRET_KEY } from "../fixture.js";

const dist = new URL("../../dist/", import.meta.url);

/** What an entry imports, directly or not, and what else it may import. */
async function reached(entry: string, others: readonly string[] = []): Promise<Set<string>> {
  const seen = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href) || url.pathname.endsWith(".wasm")) {
      return;
    }
    seen.add(url.href);
    const source = (await readFile(url, "utf8")).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    for (const [, name = ""] of source.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
      if (name.startsWith(".")) {
        await visit(new URL(name, url));
      } else {
        assert(
          ["@bjorn3/browser_wasi_shim", "argon2id/lib/argon2id.js"].includes(name) || others.includes(name),
          `${url.href} imports ${name}`,
        );
      }
    }
    const portable = source.replace("process.env.NODE_ENV", ""); // bundlers write its value there
    assert(!/\b(Buffer|process|require)\b[.(]/.test(portable), url.href);
  };
  await visit(new URL(entry, dist));
  return seen;
}

test("the entries for other platforms import nothing of Node", async () => {
  for (const [entry, ...others] of [
    ["index.js"],
    ["index.bundled.js"],
    ["inline/index.js"],
    ["edge/workerd.js", "cloudflare:workers"],
    ["edge/edge-light.js"],
    ["http/index.js"],
    ["client/index.js"],
    ["mail/index.js"],
    ["messages/index.js"],
    ["services/index.js"],
    ["webhook.js"],
  ] as const) {
    assert((await reached(entry, others)).size > (entry === "webhook.js" ? 1 : 5), entry);
  }
});

test("the entries for edge workers and for bundlers that include the module carry no text of it", async () => {
  for (const entry of ["edge/workerd.js", "edge/edge-light.js", "index.bundled.js"]) {
    const files = [...(await reached(entry, ["cloudflare:workers"]))];
    assert(!files.some((file) => file.includes("/inline/")));
  }
});

test("mail, messages, services and webhook can be imported without the engine", async () => {
  for (const entry of ["mail/index.js", "messages/index.js", "services/index.js", "webhook.js"]) {
    assert(![...(await reached(entry))].some((file) => /\/(engine|instance|wasi)\.js$/.test(file)), entry);
  }
});

test("the entries have the same exports and share their classes", async () => {
  const portable = await import("#dist/index.js");
  for (const entry of [portable, bundled, inline, portableInline]) {
    assert.deepEqual(Object.keys(entry).sort(), Object.keys(node).sort());
  }
  assert.equal(SignupError, node.SignupError);
});

test("the module can be given in every form", async () => {
  const path = createRequire(import.meta.url).resolve("@enrol-sso/enrol/signup.wasm");
  const bytes = await readFile(path);
  for (const module of [
    bytes,
    new Uint8Array(bytes).buffer,
    WebAssembly.compile(bytes),
    await WebAssembly.compile(bytes),
    Promise.resolve(bytes),
  ]) {
    const enrol = await createEnrol({ ...options(), module, dispatchIntervalMs: 0 });
    await ok(enrol.signup(account("ada")));
    await enrol.close();
  }
});

const options = () => ({ conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} });

test("without the option, the module is fetched", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch", async (url: URL) => new Response(await readFile(url)));
  const enrol = await createEnrol(options());
  await enrol.close();
  const [url] = fetched.mock.calls[0]?.arguments ?? [];
  assert.equal(String(url), String(new URL("signup.wasm", dist)));
});

for (const [why, answer] of [
  ["cannot be fetched", () => Promise.reject(new TypeError("fetch failed"))],
  ["is not there", async () => new Response("", { status: 404 })],
  ["is a page in its place", async () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } })],
] as const) {
  test(`if the module ${why}, the copy in the code is used`, async (t) => {
    t.mock.method(globalThis, "fetch", answer);
    const enrol = await createEnrol(options());
    await ok(enrol.signup(account("ada")));
    await enrol.close();
  });
}

for (const [why, answer] of [
  ["fetch failed", () => Promise.reject(new TypeError("fetch failed"))],
  ["the answer has the status 404", async () => new Response("", { status: 404 })],
  ["expected magic word", async () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } })],
] as const) {
  test(`without the copy, it says where the module is missing: ${why}`, async (t) => {
    t.mock.method(globalThis, "fetch", answer);
    await assert.rejects(bundled.createEnrol(options()), ({ message }: Error) => {
      assert(message.includes(`the module is not at ${new URL("signup.wasm", dist)}: `), message);
      assert(message.includes(why) && message.includes("import @enrol-sso/enrol/inline"), message);
      return true;
    });
  });
}

test("where nothing may be compiled, it says so and loads nothing", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch", async (url: URL) => new Response(await readFile(url)));
  const inflated = t.mock.method(globalThis, "atob", atob);
  const module = await readFile(new URL("signup.wasm", dist));
  t.mock.method(WebAssembly, "Module", function refuse() {
    throw new WebAssembly.CompileError("blocked by Content Security Policy");
  });
  for (const create of [createEnrol, bundled.createEnrol, portableInline.createEnrol]) {
    await assert.rejects(create(options()), /'wasm-unsafe-eval' in script-src/);
  }
  await assert.rejects(createEnrol({ ...options(), module }), /'wasm-unsafe-eval' in script-src/);
  assert.equal(fetched.mock.callCount() + inflated.mock.callCount(), 0);
});

test("the inline entries fetch and read nothing", async (t) => {
  t.mock.method(globalThis, "fetch", () => assert.fail("it fetches"));
  for (const { createEnrol } of [inline, portableInline]) {
    const enrol = await createEnrol(options());
    await ok(enrol.signup(account("ada")));
    await enrol.close();
  }
});
