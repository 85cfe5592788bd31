// The store on the SQLite of a Cloudflare Durable Object, and the way to it
// from a Worker.
//
// The store is inside the object, whose platform holds back every answer until its writes are
// durable. A Worker reaches it through an object that forwards the three methods:
//
//     export class Accounts extends DurableObject {
//       #store = durableObjectStore(this.ctx.storage);
//       get(keys) { return this.#store.get(keys); }
//       commit(batch) { return this.#store.commit(batch); }
//       scan(prefix, after, limit) { return this.#store.scan(prefix, after, limit); }
//     }
//
// and `store: stubStore(env.ACCOUNTS.getByName("accounts"))` in the Worker.

import { messageOf } from "../realm.js";
import { type Batch, type Entry, type Store, UnknownOutcomeError, type Value } from "../store.js";
import { checkDriver } from "./driver.js";
import { closedError } from "./errors.js";
import { checkBatch, checkKeys, checkScan } from "./limits.js";
import { SqliteTable } from "./sqlite.js";
import { versioned } from "./version.js";

/** What this store uses of a Durable Object's storage, which must be the kind with SQLite. */
export interface ObjectStorage {
  readonly sql: { exec(sql: string, ...parameters: (string | number)[]): { toArray(): Record<string, unknown>[] } };
  transactionSync<T>(work: () => T): T;
}

/** What a Worker calls of an object: the methods of a store, over RPC. */
export interface StoreStub {
  get(keys: string[]): PromiseLike<readonly (Value | null)[]>;
  commit(batch: Batch): PromiseLike<boolean>;
  scan(prefix: string, after: string, limit: number): PromiseLike<readonly Entry[]>;
}

/** Opens the store inside a Durable Object: `durableObjectStore(ctx.storage)`. */
export function durableObjectStore(storage: ObjectStorage): Store {
  checkDriver("durableObjectStore", "ctx.storage of a class with SQLite", storage, ["transactionSync"]);
  const table = new SqliteTable({
    all: (sql, ...parameters) =>
      storage.sql
        .exec(sql, ...parameters)
        .toArray()
        .map(Object.values),
    transaction: (work) => storage.transactionSync(work),
    close: () => {},
  });
  return {
    get: (keys) => table.get(keys),
    scan: (prefix, after, limit) => table.scan(prefix, after, limit),
    commit: async (batch) => {
      table.ready();
      checkBatch(batch);
      return table.commit(batch, await versioned(batch));
    },
    close: () => table.close(),
  };
}

/**
 * The store inside a Durable Object, for a Worker: `env.ACCOUNTS.getByName(…)` is a stub. A failed
 * call may have arrived, so every error of a sent commit is an {@link UnknownOutcomeError}.
 */
export function stubStore(stub: StoreStub): Store {
  checkDriver("stubStore", "the stub of a Durable Object", stub, ["get", "commit", "scan"]);
  let closed = false;
  const ready = () => {
    if (closed) {
      throw closedError();
    }
  };
  return {
    get: async (keys) => {
      ready();
      checkKeys(keys);
      return await stub.get(keys);
    },
    scan: async (prefix, after, limit) => {
      ready();
      checkScan(limit);
      return await stub.scan(prefix, after, limit);
    },
    commit: async (batch) => {
      ready();
      checkBatch(batch);
      try {
        return await stub.commit(batch);
      } catch (error) {
        const why = messageOf(error);
        throw new UnknownOutcomeError(`the Durable Object did not answer a commit: ${why}`, { cause: error });
      }
    },
    close: () => {
      closed = true;
    },
  };
}
