// The storage contract of Enrol: what the core needs from a database. memoryStore implements it.

import type { Awaitable } from "./awaitable.js";

/**
 * Keeps text values under text keys. It is not a general database: it has no
 * transactions that span calls, no queries, no blobs and no expiry.
 *
 * Keys are non-empty text without NUL, grouped by "/" ("user/…", "name/…"); a store MUST NOT give
 * "/" or any other character a meaning. Keys and values MUST come back unchanged, character for
 * character.
 *
 * Every method may be synchronous or return a promise; a synchronous store makes operations faster.
 * All methods MUST be safe for concurrent use, by other processes too if the store can be shared at
 * all; a store that cannot be shared MUST refuse to open what another process holds. `get`, `scan`
 * and `commit` are serializable together: there is one order of all calls, consistent with real
 * time, in which each of them alone would have given the same answers.
 *
 * Durability: what a call has returned MUST survive a crash of the process and of the machine
 * ({@link memoryStore} is the documented exception). That holds for reads too: a `get` or a failed
 * check MUST NOT depend on a write that a crash could still undo.
 *
 * Limits that every store MUST support, and that the core stays within: 10 keys in a get; 10 checks
 * and 40 changes in a commit; keys of 1 KiB, values of 64 KiB and batches of 256 KiB, in UTF-8;
 * 1,000 entries in a scan.
 *
 * The message of an error that a store throws reaches the operator, so it MUST NOT contain secrets.
 */
export interface Store {
  /**
   * Whether nobody else can open the store while this object lives, as with a locked file. After a
   * crash, interrupted events are then delivered again at once, and not after a minute. Leave it
   * out if the store can be shared, as the stores of this package do, except {@link memoryStore}.
   */
  readonly exclusive?: boolean;

  /**
   * Returns one value for each key, in the order of the keys, all from the same
   * moment. A key that is absent yields null.
   */
  get(keys: string[]): Awaitable<readonly (Value | null)[]>;

  /**
   * Applies all of the batch or none of it.
   *
   * It applies the batch if every check holds, and then returns true: the changes
   * are durable. If a check does not hold it applies nothing and returns false. A
   * failed check is an answer, never an error.
   *
   * An error means that nothing was applied, with one exception: {@link UnknownOutcomeError} means
   * that the outcome is unknown. A store that cannot rule out that the batch was or will be applied
   * (a lost connection, a failed sync, a deadline) MUST throw that one.
   */
  commit(batch: Batch): Awaitable<boolean>;

  /**
   * Returns up to `limit` entries whose keys start with `prefix` and are greater than `after`, in
   * ascending bytewise order of the keys' UTF-8, which differs from the order of JavaScript's `<`
   * beyond U+D7FF. An empty prefix means all keys, an empty `after` the first. It returns fewer
   * than `limit` entries only if there are no more.
   */
  scan(prefix: string, after: string, limit: number): Awaitable<readonly Entry[]>;

  /**
   * Releases the store. Running calls finish or fail; later calls fail. Closing twice is not an
   * error.
   */
  close?(): Awaitable<void>;
}

/** The value of a key at one moment. */
export interface Value {
  /**
   * Identifies the value, opaquely: 1 to 64 printable ASCII characters. A version MUST NOT recur
   * for another value of the same key, deletion and re-creation included: a hash of the value and a
   * store-wide sequence both satisfy this, a counter per key does not.
   */
  version: string;
  /** The value itself. */
  data: string;
}

/** One key of a scan with its value. */
export interface Entry extends Value {
  /** The whole key, its prefix included. */
  key: string;
}

/**
 * A guarded write. The order of changes does not matter: a key occurs at most
 * once among puts and deletes. It may occur among the checks as well.
 */
export interface Batch {
  /** The conditions under which it is applied. */
  checks: Check[];
  /** What to set. */
  puts: Put[];
  /** The keys to delete; an absent one is not an error. */
  deletes: string[];
}

/** Holds while the key has the version that a get returned, "" for absent. */
export interface Check {
  /** What is checked. */
  key: string;
  /** The required version, from a get, or "". */
  version: string;
}

/** Sets a key, whether it exists or not. */
export interface Put {
  /** What is set. */
  key: string;
  /** What to. */
  data: string;
}

/**
 * Thrown by `commit`: nothing was applied because too many others were writing
 * the same keys and the store gave up; no check is known to have failed. The
 * core reads again and decides again.
 */
export class ConflictError extends Error {
  override readonly name = "ConflictError";

  constructor(message = "too much contention, nothing was applied", options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Thrown by `commit`: it is unknown whether the batch was applied. The core reads again to find
 * out.
 */
export class UnknownOutcomeError extends Error {
  override readonly name = "UnknownOutcomeError";

  constructor(message = "unknown whether the batch was applied", options?: ErrorOptions) {
    super(message, options);
  }
}
