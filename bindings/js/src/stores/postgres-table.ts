// The store on PostgreSQL, given a driver. kv/postgres.sql specifies the table and the rules for
// all programs that share it.

import { kindOf, need } from "../misuse.js";
import { messageOf } from "../realm.js";
import { type Batch, ConflictError, type Entry, type Store, UnknownOutcomeError, type Value } from "../store.js";
import { CREATE_ACCOUNTS_VIEW } from "./accounts-view.js";
import { checkSchema, closedError, SCHEMA, StoreError } from "./errors.js";
import { checkBatch, checkKeys, checkScan } from "./limits.js";
import { once } from "./once.js";
import { rangeOf } from "./range.js";
import { versioned } from "./version.js";

/** What a query answers. */
export type Row = Record<string, unknown>;

/** What the store needs from a driver. */
export interface Driver {
  /** Runs one statement on any connection. Parameters are text, or numbers. */
  query(sql: string, parameters: (string | number)[]): Promise<readonly Row[]>;
  /** Takes a connection out of the pool. */
  session(): Promise<Session>;
}

/** A connection for its holder alone until it is released. */
export interface Session {
  /** Without parameters the text may hold several statements. */
  query(sql: string, parameters?: (string | number)[]): Promise<readonly Row[]>;
  /** Sends COMMIT, and returns what the server answered. */
  commit(): Promise<Committed>;
  /** Gives the connection back; a broken one is not used again. */
  release(broken: boolean): void;
}

/** An answer to COMMIT. */
export interface Committed {
  /** COMMIT, or ROLLBACK if nothing was applied. */
  command: string | undefined;
  /** Whether the server stopped waiting for a synchronous standby. A driver may not know. */
  unreplicated?: boolean;
}

/** How long a commit may take on the server, and what the database shows to other programs. */
export interface PostgresOptions {
  /** Milliseconds that each statement of a commit may take; 10,000 if not given. */
  statementTimeoutMs?: number | undefined;
  /** Milliseconds that a commit waits for others that write the same keys; 5,000 if not given. */
  lockTimeoutMs?: number | undefined;
  /**
   * Whether the view enrol_accounts is created, if it is absent: the accounts as rows with types, for
   * queries and joins of other programs. It has the username, states and times of each account, and
   * its address unless `encrypt_email` seals it. It costs an index, and no write more.
   */
  accountsView?: boolean | undefined;
}

/** How often a commit that the server aborted is retried. */
const TRIES = 5;

const LOCK = `
  SELECT CASE WHEN l.changes THEN pg_advisory_xact_lock(l.lock) ELSE pg_advisory_xact_lock_shared(l.lock) END
  FROM (
    SELECT hashtextextended(k.key COLLATE "C", 7813) AS lock, bool_or(k.changes) AS changes
    FROM json_to_recordset($1::text::json) AS k (key text, changes boolean)
    GROUP BY 1 ORDER BY 1
  ) AS l`;

const APPLY = `
  WITH failed AS (
    SELECT c.key FROM json_to_recordset($1::text::json) AS c (key text, version text)
    LEFT JOIN enrol_kv AS k ON k.key = c.key
    WHERE coalesce(k.version, '') <> c.version
  ), puts AS (
    INSERT INTO enrol_kv (key, version, data)
    SELECT p.key, p.version, decode(p.data, 'base64')
    FROM json_to_recordset($2::text::json) AS p (key text, version text, data text)
    WHERE NOT EXISTS (SELECT FROM failed)
    ON CONFLICT (key) DO UPDATE SET version = excluded.version, data = excluded.data
  ), deletes AS (
    DELETE FROM enrol_kv
    WHERE key IN (SELECT json_array_elements_text($3::text::json)) AND NOT EXISTS (SELECT FROM failed)
  )
  SELECT NOT EXISTS (SELECT FROM failed) AS applied`;

/** The table in a PostgreSQL database. */
export class PostgresStore implements Store {
  readonly #driver: Driver;
  readonly #begin: string;
  readonly #lockTimeoutMs: number;
  readonly #accountsView: boolean;
  readonly #open = once(() => this.#create());
  #closed = false;

  constructor(driver: Driver, options: PostgresOptions = {}) {
    this.#driver = driver;
    const statement = milliseconds("statementTimeoutMs", options.statementTimeoutMs ?? 10_000);
    this.#accountsView = flag("accountsView", options.accountsView ?? false);
    this.#lockTimeoutMs = milliseconds("lockTimeoutMs", options.lockTimeoutMs ?? 5_000);
    // The last line: a visible commit must be durable, whatever the server's default is.
    this.#begin = `
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL statement_timeout = ${statement};
      SET LOCAL lock_timeout = ${this.#lockTimeoutMs};
      SET LOCAL idle_in_transaction_session_timeout = ${statement};
      SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`;
  }

  async get(keys: string[]): Promise<(Value | null)[]> {
    this.#ready();
    checkKeys(keys);
    await this.#open();
    const rows = await this.#read(
      "SELECT key, version, data FROM enrol_kv WHERE key IN (SELECT json_array_elements_text($1::text::json))",
      [JSON.stringify(keys)],
    );
    const found = new Map(rows.map(entryIn).map(({ key, version, data }) => [key, { version, data }]));
    return keys.map((key) => found.get(key) ?? null);
  }

  async scan(prefix: string, after: string, limit: number): Promise<Entry[]> {
    this.#ready();
    checkScan(limit);
    await this.#open();
    const range = rangeOf(prefix, after);
    if (range === undefined || limit === 0) {
      return [];
    }
    const { from, inclusive, to } = range;
    const where = `key ${inclusive ? ">=" : ">"} $2${to === undefined ? "" : " AND key < $3"}`;
    const rows = await this.#read(
      `SELECT key, version, data FROM enrol_kv WHERE ${where} ORDER BY key LIMIT $1::integer`,
      to === undefined ? [limit, from] : [limit, from, to],
    );
    return rows.map(entryIn);
  }

  async commit(batch: Batch): Promise<boolean> {
    this.#ready();
    checkBatch(batch);
    await this.#open();
    const puts = (await versioned(batch)).map(({ key, version, data }) => ({ key, version, data: base64Of(data) }));
    const locks = [
      ...batch.checks.map(({ key }) => ({ key, changes: false })),
      ...[...puts.map(({ key }) => key), ...batch.deletes].map((key) => ({ key, changes: true })),
    ];
    const parameters = [batch.checks, puts, batch.deletes].map((list) => JSON.stringify(list));
    for (let tries = 1; ; tries++) {
      this.#ready();
      let alone = false; // no other program of Enrol writes these keys
      try {
        const [answer] = await this.#transaction(this.#begin, async (query) => {
          await query(LOCK, [JSON.stringify(locks)]);
          alone = true;
          return await query(APPLY, parameters); // a later statement: it sees the writes of earlier holders of the locks
        });
        return answer?.["applied"] === true;
      } catch (error) {
        if (!isBrokenOff(error)) {
          throw this.#explained(error, alone);
        }
        if (tries === TRIES) {
          throw new ConflictError(undefined, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** tries));
      }
    }
  }

  close(): void {
    this.#closed = true;
  }

  #ready(): void {
    if (this.#closed) {
      throw closedError();
    }
  }

  /** Checks the database, and creates the tables. */
  async #create(): Promise<void> {
    const [found] = await this.#read(
      "SELECT version() AS server, current_setting('server_encoding') AS encoding, " +
        "to_regclass('enrol_schema') IS NOT NULL AS made, to_regclass('enrol_accounts') IS NOT NULL AS viewed",
      [],
    );
    const server = String(found?.["server"]);
    if (!server.startsWith("PostgreSQL") || server.includes("-YB-")) {
      throw new StoreError(
        "unsuitable",
        `the server is ${server}: use PostgreSQL, whose advisory locks this store needs`,
      );
    }
    if (found?.["encoding"] !== "UTF8") {
      const encoding = String(found?.["encoding"]);
      throw new StoreError("unsuitable", `the database is in ${encoding}: create one WITH ENCODING 'UTF8'`);
    }
    if (!found["made"]) {
      await this.#transaction(this.#begin, (query) => query(CREATE));
    }
    const schema = await this.#read("SELECT * FROM enrol_schema ORDER BY version DESC", []);
    checkGuard(schema[0]?.["guard"]);
    checkSchema(schema[0]?.["version"]);
    if (this.#accountsView && !found["viewed"]) {
      await this.#transaction(this.#begin, (query) =>
        query(`SELECT pg_advisory_xact_lock(7813); ${CREATE_ACCOUNTS_VIEW}`),
      );
    }
  }

  /**
   * Runs a statement that only reads. If its connection was lost, perhaps long before, it runs once
   * more, on another one. A commit is never repeated that way: it may have been applied.
   */
  async #read(sql: string, parameters: (string | number)[]): Promise<readonly Row[]> {
    try {
      return await this.#driver.query(sql, parameters);
    } catch (error) {
      if (isAnswer(error) || this.#closed) {
        throw error;
      }
      return this.#driver.query(sql, parameters);
    }
  }

  /** Runs work in a transaction, on its own connection. */
  async #transaction<T>(begin: string, work: (query: Session["query"]) => Promise<T>): Promise<T> {
    const session = await this.#driver.session();
    let broken = true;
    try {
      let result: T;
      try {
        await session.query(begin);
        result = await work((sql, parameters) => session.query(sql, parameters));
      } catch (error) {
        broken = !isAnswer(error) || !(await succeeds(session.query("ROLLBACK")));
        throw error;
      }
      let committed: Committed;
      try {
        committed = await session.commit();
      } catch (error) {
        broken = !isAnswer(error);
        throw isBrokenOff(error) ? error : unknown(error);
      }
      broken = false;
      checkCommitted(committed);
      return result;
    } finally {
      session.release(broken);
    }
  }

  /**
   * Returns for what a lock was not available: the keys, which is contention, or, for a commit that
   * has the keys, the table, which something else locked.
   */
  #explained(error: unknown, alone: boolean): unknown {
    if (stateOf(error) !== "55P03") {
      // lock_not_available
      return error;
    }
    if (alone) {
      const message =
        `the table enrol_kv or a row of it was locked for more than ${this.#lockTimeoutMs} ms, not by Enrol: ` +
        "end what holds the lock, such as a migration or a backup; pg_locks and pg_stat_activity show it";
      return new StoreError("unavailable", message, { cause: error });
    }
    return new ConflictError(`others wrote the same keys for more than ${this.#lockTimeoutMs} ms`, { cause: error });
  }
}

function succeeds(query: Promise<unknown>): Promise<boolean> {
  return query.then(
    () => true,
    () => false,
  );
}

/** What keeps commits apart that have a key in common: the locks that a commit takes. */
const GUARD = "advisory";

/** Refuses a database on which other programs rely on another guard; a column that is absent means this one. */
function checkGuard(found: unknown): void {
  if (found !== undefined && found !== GUARD) {
    throw new StoreError(
      "unsuitable",
      `the programs on this database use guard=${String(found)}, and this store knows only ${GUARD}: use another database`,
    );
  }
}

/** The statements of kv/postgres.sql, one program at a time if several open an empty database. */
const CREATE = `
  SELECT pg_advisory_xact_lock(7813);
  CREATE TABLE IF NOT EXISTS enrol_schema (version integer NOT NULL, guard text NOT NULL DEFAULT '${GUARD}');
  INSERT INTO enrol_schema (version) SELECT ${SCHEMA} WHERE NOT EXISTS (SELECT FROM enrol_schema);
  CREATE TABLE IF NOT EXISTS enrol_kv (
    key text COLLATE "C" PRIMARY KEY,
    version text NOT NULL,
    data bytea NOT NULL
  )`;

/** Reports whether the server aborted a transaction because of others, so that a retry may succeed. */
function isBrokenOff(error: unknown): boolean {
  return ["40001", "40P01"].includes(stateOf(error)); // serialization_failure, deadlock_detected
}

/**
 * Reports whether an error is an answer of the server after which the connection is still usable:
 * not one of the driver, and not one that ends the connection.
 */
function isAnswer(error: unknown): boolean {
  const { severity } = error as { severity?: unknown };
  return typeof severity === "string" && !/^(08|57P|25P03|25P04)/.test(stateOf(error));
}

/** The SQLSTATE of an error, under the name that both drivers give it. */
function stateOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? "");
}

function unknown(error: unknown): UnknownOutcomeError {
  const why = messageOf(error);
  return new UnknownOutcomeError(`PostgreSQL did not answer COMMIT: ${why}`, { cause: error });
}

/** The routine of the server that warns of a commit for which it stopped waiting for a standby. */
export const STOPPED_WAITING = "SyncRepWaitForLSN";

/** Throws unless a transaction was committed so that a failover does not undo it. */
function checkCommitted({ command, unreplicated }: Committed): void {
  if (command !== "COMMIT") {
    throw new Error(`PostgreSQL answered COMMIT with ${String(command)}, nothing was applied`);
  }
  if (unreplicated) {
    throw new UnknownOutcomeError(
      "PostgreSQL stopped waiting for its synchronous standbys: a failover may undo the commit",
    );
  }
}

function milliseconds(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 0x7fffffff) {
    throw new TypeError(`enrol: ${name} must be a whole number of milliseconds from 1`);
  }
  return value;
}

function flag(name: string, value: boolean): boolean {
  need(typeof value === "boolean", `${name} must be true or false, not ${kindOf(value)}`);
  return value;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Within JSON, in which PostgreSQL accepts no NUL. */
function base64Of(data: string): string {
  const bytes = encoder.encode(data);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

function entryIn(row: Row): Entry {
  const { key, version, data } = row as { key: string; version: string; data: Uint8Array };
  return { key, version, data: decoder.decode(data) };
}
