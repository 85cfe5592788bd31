// The store in the IndexedDB of a browser: for tests, demonstrations and programs on one device. It
// is shared by the tabs and workers of one origin. Keys are kept as their bytes in UTF-8, since
// IndexedDB sorts texts as JavaScript does.

import type { Batch, Entry, Store, Value } from "../store.js";
import { closedError, newerError, SCHEMA, StoreError } from "./errors.js";
import { checkBatch, checkKeys, checkScan } from "./limits.js";
import { rangeOf } from "./range.js";
import { versioned } from "./version.js";

/** The name of the object store that holds everything. */
const TABLE = "enrol_kv";

/**
 * Opens the store with a name, and creates it if necessary. It asks the browser for durability: a
 * commit is answered once it is on disk, as far as the browser knows. The browser may still clear
 * the data of an origin when space runs out.
 */
export async function indexedDBStore(name = "enrol"): Promise<Store> {
  return new IndexedDBStore(await open(name));
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, SCHEMA);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      const cause = request.error;
      reject(
        cause?.name === "VersionError"
          ? newerError("newer", SCHEMA)
          : new StoreError("unsuitable", opening(name), { cause }),
      );
    };
  });
}

function opening(name: string): string {
  return `IndexedDB does not open ${JSON.stringify(name)}: it may be switched off, as in some private windows`;
}

class IndexedDBStore implements Store {
  readonly #database: IDBDatabase;
  #closed = false;

  constructor(database: IDBDatabase) {
    this.#database = database;
    database.onversionchange = () => this.close(); // a newer version waits for this one to close
  }

  async get(keys: string[]): Promise<(Value | null)[]> {
    checkKeys(keys);
    const found = keys.map((): Value | null => null);
    await this.#transaction("readonly", (table) => {
      keys.forEach((key, i) => {
        read(table, key, (entry) => {
          found[i] = entry && { version: entry.version, data: entry.data };
        });
      });
    });
    return found;
  }

  async commit(batch: Batch): Promise<boolean> {
    checkBatch(batch);
    const puts = await versioned(batch); // before the transaction, which waits for nothing but itself
    const holds = batch.checks.map(() => false);
    await this.#transaction("readwrite", (table) => {
      let left = batch.checks.length;
      const apply = () => {
        if (left > 0 || holds.includes(false)) {
          return;
        }
        for (const entry of puts) {
          table.put(entry, bytes(entry.key));
        }
        for (const key of batch.deletes) {
          table.delete(bytes(key));
        }
      };
      batch.checks.forEach(({ key, version }, i) => {
        read(table, key, (entry) => {
          holds[i] = (entry?.version ?? "") === version;
          left--;
          apply();
        });
      });
      apply();
    });
    return !holds.includes(false);
  }

  async scan(prefix: string, after: string, limit: number): Promise<Entry[]> {
    checkScan(limit);
    const range = rangeOf(prefix, after);
    let entries: Entry[] = [];
    await this.#transaction("readonly", (table) => {
      if (range === undefined || limit === 0) {
        return;
      }
      const { from, inclusive, to } = range;
      const keys =
        to === undefined
          ? IDBKeyRange.lowerBound(bytes(from), !inclusive)
          : IDBKeyRange.bound(bytes(from), bytes(to), !inclusive, true);
      const request: IDBRequest<Entry[]> = table.getAll(keys, limit);
      request.onsuccess = () => {
        entries = request.result.map(({ key, version, data }) => ({ key, version, data }));
      };
    });
    return entries;
  }

  close(): void {
    this.#closed = true;
    this.#database.close();
  }

  /** Runs work in one transaction and waits until it is complete; if it is not, nothing was applied. */
  #transaction(mode: IDBTransactionMode, work: (table: IDBObjectStore) => void): Promise<void> {
    if (this.#closed) {
      throw closedError();
    }
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(TABLE, mode, { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB gave a transaction up"));
      work(transaction.objectStore(TABLE));
    });
  }
}

/** Reads a key; undefined where it is absent. */
function read(table: IDBObjectStore, key: string, found: (entry: Entry | null) => void): void {
  const request: IDBRequest<Entry | undefined> = table.get(bytes(key));
  request.onsuccess = () => found(request.result ?? null);
}

const encoder = new TextEncoder();

/** A key as IndexedDB sorts it: bytes. */
function bytes(key: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(key);
}
