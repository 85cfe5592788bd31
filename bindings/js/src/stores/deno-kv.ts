// The store on Deno KV: its versionstamps are the versions, since they come from one sequence for
// the whole store, and its atomic operations are the commits.

import { messageOf } from "../realm.js";
import { type Batch, ConflictError, type Entry, type Store, UnknownOutcomeError, type Value } from "../store.js";
import { checkDriver } from "./driver.js";
import { checkSchema, closedError, SCHEMA, StoreError } from "./errors.js";
import { checkBatch, checkKeys, checkScan } from "./limits.js";
import { once } from "./once.js";
import { rangeOf } from "./range.js";

type Key = readonly (Uint8Array | string | number | bigint | boolean | symbol)[];
type Stamped = { key: Key; value: unknown; versionstamp: string | null };

type Selector = { prefix: Key; start: Key } | { start: Key; end: Key };

/** What this store uses of a Deno.Kv. */
export interface DenoKv {
  getMany(keys: readonly Key[]): Promise<Stamped[]>;
  list(selector: Selector, options: { limit: number; batchSize: number }): AsyncIterable<Stamped>;
  atomic(): DenoAtomic;
}

/** What this store uses of a Deno.AtomicOperation. */
export interface DenoAtomic {
  check(...checks: { key: Key; versionstamp: string | null }[]): DenoAtomic;
  set(key: Key, value: unknown): DenoAtomic;
  delete(key: Key): DenoAtomic;
  commit(): Promise<{ ok: boolean }>;
}

/** The keys of the store under the prefix. */
const SCHEMA_KEY = "schema";
const WRITE_KEY = "write"; // set by every commit, so that a long scan notices commits in between
const VALUE_KEY = "kv";

/** Entries that Deno KV reads at one moment. */
const BATCH = 500;

/** How often a call starts again because others wrote, before it gives up. */
const TRIES = 20;

/**
 * Opens a store on a database of Deno KV: `denoKvStore(await Deno.openKv())`, which stays open when
 * the store is closed. All keys start with the prefix, `["enrol"]` by default, so that the database
 * can hold other data.
 */
export function denoKvStore(kv: DenoKv, options: { prefix?: readonly string[] } = {}): Store {
  checkDriver("denoKvStore", "a Deno.Kv", kv, ["getMany", "list", "atomic"]);
  return new DenoKvStore(kv, options.prefix ?? ["enrol"]);
}

class DenoKvStore implements Store {
  readonly #kv: DenoKv;
  readonly #prefix: readonly string[];
  readonly #open = once(() => this.#create());
  #closed = false;

  constructor(kv: DenoKv, prefix: readonly string[]) {
    this.#kv = kv;
    this.#prefix = prefix;
  }

  async get(keys: string[]): Promise<(Value | null)[]> {
    this.#ready();
    checkKeys(keys);
    await this.#open();
    return await this.#get(keys);
  }

  async commit(batch: Batch): Promise<boolean> {
    this.#ready();
    checkBatch(batch);
    await this.#open();
    this.#ready();
    const possible = batch.checks.every(({ version }) => version === "" || isStamp(version));
    return possible && (await this.#apply(batch));
  }

  async scan(prefix: string, after: string, limit: number): Promise<Entry[]> {
    this.#ready();
    checkScan(limit);
    await this.#open();
    const range = rangeOf(prefix, after);
    if (range === undefined || limit === 0) {
      return [];
    }
    const base = this.#at(VALUE_KEY);
    const start = this.#at(VALUE_KEY, range.inclusive ? range.from : `${range.from}\0`);
    const selector = range.to === undefined ? { prefix: base, start } : { start, end: this.#at(VALUE_KEY, range.to) };
    for (let tries = 0; tries < TRIES; tries++) {
      const before = limit > BATCH ? await this.#lastWrite() : null;
      const entries = await unlocked(() => this.#list(selector, limit));
      if (limit <= BATCH || entries.length < BATCH || before === (await this.#lastWrite())) {
        return entries;
      }
    }
    throw new StoreError("unsuitable", `others wrote during each of ${TRIES} scans: ask for at most ${BATCH} entries`);
  }

  close(): void {
    this.#closed = true;
  }

  #ready(): void {
    if (this.#closed) {
      throw closedError();
    }
  }

  #at(...parts: string[]): Key {
    return [...this.#prefix, ...parts];
  }

  /** Checks the schema, and writes it if there is none. */
  async #create(): Promise<void> {
    const key = this.#at(SCHEMA_KEY);
    const unlessThere = this.#kv.atomic().check({ key, versionstamp: null }).set(key, SCHEMA);
    await unlocked(() => unlessThere.commit());
    checkSchema((await unlocked(() => this.#kv.getMany([key])))[0]?.value);
  }

  /** Reads keys at one moment, as getMany does for up to ten. */
  async #get(keys: readonly string[]): Promise<(Value | null)[]> {
    if (keys.length === 0) {
      return [];
    }
    const found = await unlocked(() => this.#kv.getMany(keys.map((key) => this.#at(VALUE_KEY, key))));
    return found.map(({ value, versionstamp }) =>
      versionstamp === null ? null : { version: versionstamp, data: textOf(value) },
    );
  }

  /** Reads entries, up to {@link BATCH} of them at one moment. */
  async #list(selector: Selector, limit: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const { key, value, versionstamp } of this.#kv.list(selector, {
      limit,
      batchSize: Math.min(limit, BATCH),
    })) {
      entries.push({ key: key.at(-1) as string, version: versionstamp as string, data: textOf(value) });
    }
    return entries;
  }

  async #lastWrite(): Promise<string | null> {
    const [written] = await unlocked(() => this.#kv.getMany([this.#at(WRITE_KEY)]));
    return written?.versionstamp ?? null;
  }

  async #apply(batch: Batch): Promise<boolean> {
    const atomic = this.#kv.atomic();
    for (const { key, version } of batch.checks) {
      atomic.check({ key: this.#at(VALUE_KEY, key), versionstamp: version === "" ? null : version });
    }
    for (const { key, data } of batch.puts) {
      atomic.set(this.#at(VALUE_KEY, key), bytesOf(data));
    }
    for (const key of batch.deletes) {
      atomic.delete(this.#at(VALUE_KEY, key));
    }
    if (batch.puts.length + batch.deletes.length > 0) {
      atomic.set(this.#at(WRITE_KEY), 0);
    }
    try {
      return (await unlocked(() => atomic.commit())).ok;
    } catch (error) {
      if (isLocked(error)) {
        throw new ConflictError("other connections wrote to the file all the time, nothing was applied", {
          cause: error,
        });
      }
      throw new UnknownOutcomeError(`Deno KV did not answer a commit: ${messageOf(error)}`, { cause: error });
    }
  }
}

/**
 * Retries while another connection locks the file, since Deno KV does not wait. Nothing was done
 * then.
 */
async function unlocked<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === TRIES || !isLocked(error)) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * tries));
    }
  }
}

function isLocked(error: unknown): boolean {
  return /database (table )?is locked/.test(messageOf(error));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A value in the database. Deno KV accepts 64 KiB, which bytes can use in full, whereas a string
 * grows when it is serialized.
 */
function bytesOf(data: string): Uint8Array {
  return encoder.encode(data);
}

function textOf(value: unknown): string {
  return decoder.decode(value as Uint8Array);
}

/** Reports whether a version has the form of Deno KV's, which refuses others. */
function isStamp(version: string): boolean {
  return /^[0-9a-f]{20}$/.test(version);
}
