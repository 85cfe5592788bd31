// fsck: passes every entry of a store to the checker.

import type { Store } from "../store.js";
import { pass } from "./program.js";
import { openStore, readKey, type StoreOptions } from "./store.js";

const LIMIT = 1000; // the most entries of a scan

/** Checks the data of a store for damage. It repairs nothing. */
export async function fsck(options: StoreOptions): Promise<number> {
  const key = readKey(options);
  const { store, name, close } = await openStore(options);
  try {
    return await pass(["fsck", name], lines(key, store));
  } finally {
    await close();
  }
}

/** The key, then each entry as JSON. */
async function* lines(key: string, store: Store): AsyncGenerator<string> {
  yield `${key.replace(/\s+/g, "")}\n`;
  for (let after = ""; ; ) {
    const entries = await store.scan("", after, LIMIT);
    for (const { key, data } of entries) {
      yield `${JSON.stringify({ key, data })}\n`;
    }
    const last = entries.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.key;
  }
}
