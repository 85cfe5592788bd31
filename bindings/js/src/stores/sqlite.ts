// The store on SQLite, given a synchronous connection. SQLite compares text as bytes of the
// database's encoding, which must be UTF-8.

import type { Batch, Entry, Value } from "../store.js";
import { checkSchema, closedError, SCHEMA } from "./errors.js";
import { checkKeys, checkScan } from "./limits.js";
import { rangeOf } from "./range.js";
import type { VersionedPut } from "./version.js";

/** A row that a statement returns. */
export type Row = Record<string, unknown>;

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

/** Reads the keys in a JSON array: one statement, thus one moment. */
export const SELECT_KEYS = "SELECT key, version, data FROM enrol_kv WHERE key IN (SELECT value FROM json_each(?))";

const SELECT_VERSIONS = "SELECT key, version FROM enrol_kv WHERE key IN (SELECT value FROM json_each(?))";
const PUT =
  "INSERT INTO enrol_kv (key, version, data) VALUES (?, ?, ?) " +
  "ON CONFLICT (key) DO UPDATE SET version = excluded.version, data = excluded.data";
const DELETE = "DELETE FROM enrol_kv WHERE key = ?";

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

/** The entry in a row. */
export function entryIn(row: unknown): Entry {
  const { key, version, data } = row as Entry;
  return { key, version, data };
}

/** The values of keys among rows, in the order of the keys. */
export function valuesIn(rows: readonly unknown[], keys: readonly string[]): (Value | null)[] {
  const found = new Map(rows.map(entryIn).map(({ key, version, data }) => [key, { version, data }]));
  return keys.map((key) => found.get(key) ?? null);
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
      checkSchema(connection.all(SELECT_SCHEMA)[0]?.["version"]);
      connection.all(CREATE_KV);
    });
  }

  get(keys: readonly string[]): (Value | null)[] {
    this.ready();
    checkKeys(keys);
    return valuesIn(this.#connection.all(SELECT_KEYS, JSON.stringify(keys)), keys);
  }

  scan(prefix: string, after: string, limit: number): Entry[] {
    this.ready();
    checkScan(limit);
    const statement = scanStatement(prefix, after, limit);
    return statement === undefined ? [] : this.#connection.all(...statement).map(entryIn);
  }

  commit(batch: Batch, puts: readonly VersionedPut[]): boolean {
    this.ready();
    const { all } = this.#connection;
    return this.#connection.transaction(() => {
      const keys = batch.checks.map(({ key }) => key);
      const rows = keys.length === 0 ? [] : all(SELECT_VERSIONS, JSON.stringify(keys));
      const versions = new Map(rows.map(({ key, version }) => [key, version]));
      const applies = batch.checks.every(({ key, version }) => (versions.get(key) ?? "") === version);
      if (applies) {
        for (const { key, version, data } of puts) {
          all(PUT, key, version, data);
        }
        for (const key of batch.deletes) {
          all(DELETE, key);
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
}
