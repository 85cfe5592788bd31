// The store on Cloudflare D1. D1 has no transactions that span calls, but a batch of statements is
// one. So a commit is a batch: the first statement records how many checks failed, the changes
// apply only if none did, and the last one reads the number and removes it.

import { messageOf } from "../realm.js";
import { type Batch, type Entry, type Put, type Store, UnknownOutcomeError, type Value } from "../store.js";
import { checkDriver } from "./driver.js";
import { checkSchema, closedError } from "./errors.js";
import { checkBatch, checkKeys, checkScan } from "./limits.js";
import { once } from "./once.js";
import { CREATE_KV, CREATE_SCHEMA, INSERT_SCHEMA, SELECT_SCHEMA, scanStatement, valuesIn } from "./sqlite.js";
import { type VersionedPut, versioned } from "./version.js";

/** What this store uses of a D1Database. */
export interface D1 {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<{ results: unknown[] }[]>;
}

/** What this store uses of a D1PreparedStatement. */
export interface D1Statement {
  bind(...parameters: unknown[]): D1Statement;
}

/** Reads the keys in a JSON array. */
const SELECT_KEYS = "SELECT key, version, data FROM enrol_kv WHERE key IN (SELECT value FROM json_each(?))";

/** The table in which a commit records how many of its checks failed, while it runs. */
const CREATE_COMMIT = "CREATE TABLE IF NOT EXISTS enrol_commit (id TEXT NOT NULL PRIMARY KEY, failed TEXT NOT NULL)";

/** Checks are a JSON array of [key, version]. */
const CHECK = `
  INSERT INTO enrol_commit (id, failed)
  SELECT ?, count(*)
  FROM json_each(?) AS c LEFT JOIN enrol_kv AS k ON k.key = json_extract(c.value, '$[0]')
  WHERE coalesce(k.version, '') <> json_extract(c.value, '$[1]')`;
const HOLD = "(SELECT failed FROM enrol_commit WHERE id = ?) = '0'";
const DELETE = `DELETE FROM enrol_kv WHERE key IN (SELECT value FROM json_each(?)) AND ${HOLD}`;
const ANSWER = "DELETE FROM enrol_commit WHERE id = ? RETURNING failed";

/** Puts in one statement: three parameters each, of the hundred that D1 takes. */
const PUTS = 30;

/**
 * Opens a store on a D1 database: `d1Store(env.DB)`. It must be the database itself or a session
 * that starts at the primary ("first-primary"): answers of a replica may be stale.
 */
export function d1Store(database: D1): Store {
  checkDriver("d1Store", "a D1 database, such as env.DB", database, ["prepare", "batch"]);
  return new D1Store(database);
}

class D1Store implements Store {
  readonly #database: D1;
  readonly #open = once(() => this.#create());
  #closed = false;

  constructor(database: D1) {
    this.#database = database;
  }

  async get(keys: string[]): Promise<(Value | null)[]> {
    this.#ready();
    checkKeys(keys);
    await this.#open();
    return valuesIn((await this.#read(SELECT_KEYS, JSON.stringify(keys))).map(entryIn), keys);
  }

  async scan(prefix: string, after: string, limit: number): Promise<Entry[]> {
    this.#ready();
    checkScan(limit);
    await this.#open();
    const statement = scanStatement(prefix, after, limit);
    return statement === undefined ? [] : (await this.#read(...statement)).map(entryIn);
  }

  async commit(batch: Batch): Promise<boolean> {
    this.#ready();
    checkBatch(batch);
    const [puts] = await Promise.all([versioned(batch), this.#open()]);
    this.#ready(); // it may have been closed while the versions were computed
    const id = crypto.randomUUID();
    const checks = JSON.stringify(batch.checks.map(({ key, version }) => [key, version]));
    const statements = [
      this.#statement(CHECK, id, checks),
      ...this.#puts(id, puts),
      this.#statement(DELETE, JSON.stringify(batch.deletes), id),
      this.#statement(ANSWER, id),
    ];
    let row: unknown;
    try {
      row = (await this.#database.batch(statements)).at(-1)?.results[0];
    } catch (error) {
      throw commitError(error);
    }
    return (row as { failed: string }).failed === "0";
  }

  close(): void {
    this.#closed = true;
  }

  #ready(): void {
    if (this.#closed) {
      throw closedError();
    }
  }

  /** Makes the tables. */
  async #create(): Promise<void> {
    const schema = [CREATE_SCHEMA, INSERT_SCHEMA, SELECT_SCHEMA].map((sql) => this.#statement(sql));
    const rows = (await this.#database.batch(schema)).at(-1)?.results;
    checkSchema((rows?.[0] as { version: unknown } | undefined)?.version);
    await this.#database.batch([CREATE_KV, CREATE_COMMIT].map((sql) => this.#statement(sql)));
  }

  #statement(sql: string, ...parameters: unknown[]): D1Statement {
    const statement = this.#database.prepare(sql);
    return parameters.length === 0 ? statement : statement.bind(...parameters);
  }

  async #read(sql: string, ...parameters: unknown[]): Promise<unknown[]> {
    return (await this.#database.batch([this.#statement(sql, ...parameters)]))[0]?.results ?? [];
  }

  #puts(id: string, puts: readonly (Put & VersionedPut)[]): D1Statement[] {
    const statements: D1Statement[] = [];
    for (let i = 0; i < puts.length; i += PUTS) {
      const some = puts.slice(i, i + PUTS);
      const sql =
        "INSERT INTO enrol_kv (key, version, data) " +
        `SELECT column1, column2, column3 FROM (VALUES ${some.map(() => "(?, ?, ?)").join(", ")}) WHERE ${HOLD} ` +
        "ON CONFLICT (key) DO UPDATE SET version = excluded.version, data = excluded.data";
      statements.push(this.#statement(sql, ...some.flatMap(({ key, version, data }) => [key, version, data]), id));
    }
    return statements;
  }
}

/** The entry in a row. */
function entryIn(row: unknown): Entry {
  const { key, version, data } = row as Entry;
  return { key, version, data };
}

/**
 * Translates an error of a batch. If SQLite refused it, or D1 before it sent anything, nothing was
 * applied; after a disk or network failure, that is unknown.
 */
function commitError(error: unknown): unknown {
  const why = messageOf(error);
  return /SQLITE_(?!IOERR|CORRUPT)|D1_TYPE_ERROR/.test(why)
    ? error
    : new UnknownOutcomeError(`D1 did not answer a commit: ${why}`, { cause: error });
}
