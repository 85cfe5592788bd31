// The hammer: workers get, scan and commit at the same time, on few keys.

import type { Store, Value } from "@enrol-sso/enrol";
import { History } from "./history.js";
import { gaveUp, isUnknown, whole } from "./subject.js";

/** How hard to hammer. */
export interface Load {
  workers: number;
  calls: number; // of each worker
  seed: number; // of what the workers choose; the schedule is the machine's
}

/** The few keys that the workers compete for. */
const keys = ["h/1", "h/2", "h/3", "h/3/%", "h/4", "i"];

/**
 * Hammers a store and returns what happened. Every value written is unique. An
 * error is one that a store must not return to a caller who keeps the contract.
 */
export async function hammer(store: Store | readonly Store[], load: Load): Promise<History> {
  const history = new History();
  const stores = Array.isArray(store) ? (store as readonly Store[]) : [store as Store];
  const outcomes = await Promise.allSettled(
    Array.from({ length: load.workers }, async (_, i) => {
      const worker = new Worker(String(i), stores[i % stores.length] as Store, random(load.seed * 1000 + i), history);
      for (let n = 0; n < load.calls; n++) {
        await worker.call();
      }
    }),
  );
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
  }
  return history;
}

/** One caller. It uses the versions that it last saw, which may be stale. */
class Worker {
  readonly #name: string;
  readonly #store: Store;
  readonly #random: (below: number) => number;
  readonly #history: History;
  readonly #known = new Map<string, string>(); // versions
  #writes = 0;

  constructor(name: string, store: Store, random: (below: number) => number, history: History) {
    this.#name = name;
    this.#store = store;
    this.#random = random;
    this.#history = history;
  }

  async call(): Promise<void> {
    const n = this.#random(100);
    if (n < 15) {
      await this.#get(this.#some(1 + this.#random(4)));
    } else if (n < 30) {
      await this.#scan();
    } else if (n < 85) {
      const some = this.#some(1 + this.#random(3)); // on fresh versions
      await this.#get(some);
      await this.#commit(some);
    } else {
      await this.#commit(this.#some(1 + this.#random(3))); // on what is remembered
    }
  }

  async #get(some: string[]): Promise<void> {
    const begin = this.#history.now();
    const values = await this.#store.get([...some]);
    this.#history.add({ kind: "get", begin, end: this.#history.now(), keys: some, values });
    values.forEach((value: Value | null, i: number) => {
      this.#known.set(some[i] as string, value?.version ?? "");
    });
  }

  async #scan(): Promise<void> {
    const limit = 1 + this.#random(keys.length + 1);
    const prefix = this.#random(2) === 0 ? "h/" : "";
    const after = this.#random(3) === 0 ? (this.#some(1)[0] as string) : "";
    const begin = this.#history.now();
    const entries = await this.#store.scan(prefix, after, limit);
    this.#history.add({ kind: "scan", begin, end: this.#history.now(), prefix, after, limit, entries });
    for (const { key, version } of entries) {
      this.#known.set(key, version);
    }
  }

  /** Checks all keys and changes some of them, sometimes none, or one that it did not check. */
  async #commit(some: string[]): Promise<void> {
    const batch = whole({});
    for (const key of some) {
      batch.checks.push({ key, version: this.#known.get(key) ?? "" });
      const n = this.#random(10);
      if (n < 5) {
        batch.puts.push({ key, data: `${this.#name}.${++this.#writes}` });
      } else if (n < 8) {
        batch.deletes.push(key);
      }
    }
    if (this.#random(20) === 0 && batch.checks.length > 1) {
      batch.checks.shift();
    }
    const begin = this.#history.now();
    let applied = true; // or may be, where the answer is lost
    let end = Number.POSITIVE_INFINITY;
    try {
      applied = await this.#store.commit(batch);
      end = this.#history.now();
    } catch (error) {
      if (gaveUp(error)) {
        return; // nothing was applied: a call that was never made
      }
      if (!isUnknown(error)) {
        throw error;
      }
    }
    this.#history.add({ kind: "commit", begin, end, batch, applied });
  }

  /** Picks n of the keys, in any order. */
  #some(n: number): string[] {
    const left = [...keys];
    return Array.from({ length: n }, () => left.splice(this.#random(left.length), 1)[0] as string);
  }
}

/** Numbers from 0 to below a bound, the same for the same seed: a xorshift of 32 bits. */
function random(seed: number): (below: number) => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
