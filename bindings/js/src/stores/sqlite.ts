// The store on SQLite, given a synchronous connection. SQLite compares text as bytes of the
// database's encoding, which must be UTF-8.

import type { Batch, Entry, Value } from "../store.js";
import { checkSchema, closedError, SCHEMA } from "./errors.js";
import { checkKeys, checkScan } from "./limits.js";
import { rangeOf } from "./range.js";
import type { VersionedPut } from "./version.js";

/** The columns of a row that a statement returns: an array is quicker than an object with their names. */
export type Row = readonly unknown[];

/** A connection, as the runtimes have it. */
export interface Connection {
  /** Runs one statement and returns its rows. */
  all(sql: string, ...parameters: (string | number)[]): Row[];
  /**
   * Runs work in a transaction that excludes other writers from its start, and applies all of it
   * or, if it throws, nothing.
   */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** The statements that make the table. A newer schema keeps the first of them. */
export const CREATE_SCHEMA = "CREATE TABLE IF NOT EXISTS enrol_schema (version INTEGER NOT NULL)";
export const INSERT_SCHEMA = `INSERT INTO enrol_schema (version) SELECT ${SCHEMA} WHERE NOT EXISTS (SELECT 1 FROM enrol_schema)`;
export const SELECT_SCHEMA = "SELECT max(version) AS version FROM enrol_schema";
export const CREATE_KV =
  "CREATE TABLE IF NOT EXISTS enrol_kv (key TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL, data TEXT NOT NULL)";

/** Reads some keys: one statement, thus one moment. */
const selectKeys = forSome((n) => `SELECT key, version, data FROM enrol_kv WHERE key IN (${list("?", n)})`);
const selectVersions = forSome((n) => `SELECT key, version FROM enrol_kv WHERE key IN (${list("?", n)})`);
const put = forSome(
  (n) =>
    `INSERT INTO enrol_kv (key, version, data) VALUES ${list("(?, ?, ?)", n)} ` +
    "ON CONFLICT (key) DO UPDATE SET version = excluded.version, data = excluded.data",
);
const remove = forSome((n) => `DELETE FROM enrol_kv WHERE key IN (${list("?", n)})`);

/** Puts in one statement: three parameters each, of the hundred that a Durable Object takes. */
const PUTS = 30;

/** The statements for one thing and for several, each made once: connections keep them by their text. */
function forSome(statement: (n: number) => string): (n: number) => string {
  const statements: string[] = [];
  return (n) => {
    statements[n] ??= statement(n);
    return statements[n];
  };
}

function list(item: string, n: number): string {
  return Array(n).fill(item).join(", ");
}

/** The statement of a scan and its parameters; undefined if it finds nothing. */
export function scanStatement(
  prefix: string,
  after: string,
  limit: number,
): [string, ...(string | number)[]] | undefined {
  const range = rangeOf(prefix, after);
  if (range === undefined || limit === 0) {
    return undefined;
  }
  const { from, inclusive, to } = range;
  const where = `key ${inclusive ? ">=" : ">"} ?${to === undefined ? "" : " AND key < ?"}`;
  const sql = `SELECT key, version, data FROM enrol_kv WHERE ${where} ORDER BY key LIMIT ?`;
  return to === undefined ? [sql, from, limit] : [sql, from, to, limit];
}

/** The values of keys among entries, in the order of the keys. */
export function valuesIn(entries: readonly Entry[], keys: readonly string[]): (Value | null)[] {
  const found = new Map(entries.map(({ key, version, data }) => [key, { version, data }]));
  return keys.map((key) => found.get(key) ?? null);
}

/** The entry in a row of key, version and data. */
function entryIn([key, version, data]: Row): Entry {
  return { key, version, data } as Entry;
}

/** The table on a connection. Callers must check batches first. */
export class SqliteTable {
  readonly #connection: Connection;
  #closed = false;

  /** Creates the table if necessary, and refuses one of a newer version. */
  constructor(connection: Connection) {
    this.#connection = connection;
    connection.transaction(() => {
      connection.all(CREATE_SCHEMA);
      connection.all(INSERT_SCHEMA);
      checkSchema(connection.all(SELECT_SCHEMA)[0]?.[0]);
      connection.all(CREATE_KV);
    });
  }

  get(keys: readonly string[]): (Value | null)[] {
    this.ready();
    checkKeys(keys);
    return keys.length === 0 ? [] : valuesIn(this.#read(selectKeys(keys.length), ...keys), keys);
  }

  scan(prefix: string, after: string, limit: number): Entry[] {
    this.ready();
    checkScan(limit);
    const statement = scanStatement(prefix, after, limit);
    return statement === undefined ? [] : this.#read(...statement);
  }

  commit(batch: Batch, puts: readonly VersionedPut[]): boolean {
    this.ready();
    const { all } = this.#connection;
    return this.#connection.transaction(() => {
      const keys = batch.checks.map(({ key }) => key);
      const rows = keys.length === 0 ? [] : all(selectVersions(keys.length), ...keys);
      const versions = new Map(rows.map(([key, version]) => [key, version]));
      const applies = batch.checks.every(({ key, version }) => (versions.get(key) ?? "") === version);
      if (applies) {
        for (let i = 0; i < puts.length; i += PUTS) {
          const some = puts.slice(i, i + PUTS);
          all(put(some.length), ...some.flatMap(({ key, version, data }) => [key, version, data]));
        }
        if (batch.deletes.length > 0) {
          all(remove(batch.deletes.length), ...batch.deletes);
        }
      }
      return applies;
    });
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#connection.close();
    }
  }

  ready(): void {
    if (this.#closed) {
      throw closedError();
    }
  }

  #read(statement: string, ...parameters: (string | number)[]): Entry[] {
    return this.#connection.all(statement, ...parameters).map(entryIn);
  }
}
