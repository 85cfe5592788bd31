// A store in the memory of one process, for tests and demonstrations.

import type { Batch, Entry, Store, Value } from "./store.js";
import { closedError } from "./stores/errors.js";
import { checkBatch, checkKeys, checkScan } from "./stores/limits.js";
import { compareUTF8 } from "./stores/order.js";

/**
 * Makes an empty synchronous store. It meets the contract of {@link Store} except durability: its
 * data ends with the process. Keys are kept in one sorted array, so a new key costs a move within
 * that array: fine for a hundred thousand keys, not for millions.
 */
export function memoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly exclusive = true;
  readonly #values = new Map<string, Value>();
  #keys: string[] = []; // those of #values, sorted
  #writes = 0; // puts so far; the source of versions, which thus never recur
  #closed = false;

  get(keys: string[]): (Value | null)[] {
    this.#ready();
    checkKeys(keys);
    return keys.map((key) => this.#values.get(key) ?? null);
  }

  commit(batch: Batch): boolean {
    this.#ready();
    checkBatch(batch);
    if (!batch.checks.every(({ key, version }) => (this.#values.get(key)?.version ?? "") === version)) {
      return false;
    }
    for (const { key, data } of batch.puts) {
      this.#put(key, data);
    }
    for (const key of batch.deletes) {
      this.#delete(key);
    }
    return true;
  }

  scan(prefix: string, after: string, limit: number): Entry[] {
    this.#ready();
    checkScan(limit);
    const entries: Entry[] = [];
    const from = compareUTF8(prefix, after) > 0 ? prefix : after;
    for (let i = this.#search(from); i < this.#keys.length && entries.length < limit; i++) {
      const key = this.#keys[i] as string;
      if (!key.startsWith(prefix)) {
        break;
      }
      if (key !== after) {
        entries.push({ key, ...(this.#values.get(key) as Value) });
      }
    }
    return entries;
  }

  close(): void {
    this.#closed = true;
    this.#values.clear();
    this.#keys = [];
  }

  #ready(): void {
    if (this.#closed) {
      throw closedError();
    }
  }

  #put(key: string, data: string): void {
    if (!this.#values.has(key)) {
      this.#keys.splice(this.#search(key), 0, key);
    }
    this.#writes++;
    this.#values.set(key, Object.freeze({ version: String(this.#writes), data }));
  }

  #delete(key: string): void {
    if (this.#values.delete(key)) {
      this.#keys.splice(this.#search(key), 1);
    }
  }

  /** The index of a key among the sorted ones, or where to insert it. */
  #search(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUTF8(this.#keys[middle] as string, key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
