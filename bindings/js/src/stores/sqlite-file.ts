// The store on SQLite in a file, or in memory, as Node and Bun open it: they
// have different connections, and the same rules.

import { messageOf } from "../realm.js";
import { type Batch, ConflictError, type Entry, type Store, UnknownOutcomeError, type Value } from "../store.js";
import { StoreError } from "./errors.js";
import { checkBatch } from "./limits.js";
import { type Row, SqliteTable } from "./sqlite.js";
import { newVersions } from "./version.js";

/** A connection of Node or Bun. */
export interface FileConnection {
  all(sql: string, ...parameters: (string | number)[]): Row[];
  close(): void;
}

/**
 * Milliseconds that a call waits while another process writes. It blocks the thread, so it is no
 * longer than a busy writer needs.
 */
const BUSY_MS = 2000;

/** The store on a connection, which it makes durable and shareable first. */
export class SqliteFileStore implements Store {
  readonly #table: SqliteTable;
  readonly #newVersion = newVersions();

  constructor(connection: FileConnection) {
    const all = connection.all;
    all(`PRAGMA busy_timeout = ${BUSY_MS}`);
    const encoding = patiently(() => all("PRAGMA encoding"))[0]?.[0];
    if (encoding !== "UTF-8") {
      throw new StoreError("unsuitable", `the database is in ${String(encoding)}: use one whose encoding is UTF-8`);
    }
    patiently(() => all("PRAGMA journal_mode = WAL")); // so that readers see one snapshot and never wait
    all("PRAGMA synchronous = EXTRA"); // a commit is on the disk before anybody sees it
    const transaction = <T>(work: () => T) => inTransaction(connection, work);
    this.#table = new SqliteTable({ all, transaction, close: connection.close });
  }

  get(keys: string[]): (Value | null)[] {
    return this.#table.get(keys);
  }

  commit(batch: Batch): boolean {
    this.#table.ready();
    checkBatch(batch);
    return this.#table.commit(
      batch,
      batch.puts.map(({ key, data }) => ({ key, version: this.#newVersion(), data })),
    );
  }

  scan(prefix: string, after: string, limit: number): Entry[] {
    return this.#table.scan(prefix, after, limit);
  }

  close(): void {
    this.#table.close();
  }
}

/**
 * Retries while another process opens the same new file: SQLite waits for a writer, but not for a
 * change of the journal's mode.
 */
function patiently<T>(work: () => T): T {
  for (const end = Date.now() + BUSY_MS; ; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) {
        throw error;
      }
    }
  }
}

function inTransaction<T>({ all }: FileConnection, work: () => T): T {
  try {
    all("BEGIN IMMEDIATE");
  } catch (error) {
    throw isBusy(error)
      ? new ConflictError(`another process wrote for more than ${BUSY_MS} ms, nothing was applied`, { cause: error })
      : error;
  }
  let result: T;
  try {
    result = work();
  } catch (error) {
    rollBack(all);
    throw error;
  }
  try {
    all("COMMIT");
  } catch (error) {
    // A write may be visible after a crash although its sync failed.
    rollBack(all);
    throw new UnknownOutcomeError(`SQLite failed to commit: ${messageOf(error)}`, { cause: error });
  }
  return result;
}

/** Ends a transaction that SQLite may have ended by itself. */
function rollBack(all: FileConnection["all"]): void {
  try {
    all("ROLLBACK");
  } catch {
    // The original error matters more; without a transaction there is nothing to end.
  }
}

/** Reports whether an error of Node (errcode) or Bun (errno) is SQLITE_BUSY, in any of its forms. */
function isBusy(error: unknown): boolean {
  const { errcode, errno } = error as { errcode?: number; errno?: number };
  return ((errcode ?? errno ?? 0) & 0xff) === 5;
}
