// What the stores import: modules of their own runtime, and no driver.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const stores: Readonly<Record<string, string[]>> = {
  "bun-sqlite": ["bun:sqlite", "node:fs", "node:process"],
  d1: [],
  "deno-kv": [],
  "durable-object": [],
  "node-sqlite": ["node:fs", "node:process"],
  pg: [],
  postgres: [],
};

for (const [store, allowed] of Object.entries(stores)) {
  test(`stores/${store} imports nothing but ${allowed.join(" and ") || "files of this package"}`, async () => {
    const others = new Set<string>();
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
          others.add(name);
        }
      }
      assert(!/\b(Buffer|process|require)\b[.(]/.test(source), url.href);
    };
    await visit(new URL(import.meta.resolve(`@enrol-sso/enrol/stores/${store}`)));
    assert.deepEqual([...others].sort(), allowed);
    assert(seen.size > 3);
    assert(![...seen].some((href) => href.includes("engine")), "the engine comes with it");
  });
}
