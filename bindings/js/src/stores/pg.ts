// The store on PostgreSQL through the driver pg.

import type { Store } from "../store.js";
import { checkDriver } from "./driver.js";
import { type PostgresOptions, PostgresStore, type Row, STOPPED_WAITING } from "./postgres-table.js";

export type { PostgresOptions } from "./postgres-table.js";

/** What this store uses of pg's Pool. */
export interface PgPool {
  query(sql: string, parameters: unknown[]): Promise<{ rows: unknown[] }>;
  connect(): Promise<PgClient>;
  on?(event: "error", listener: (error: Error) => void): unknown;
  listenerCount?(event: "error"): number;
}

/** What this store uses of pg's PoolClient. */
export interface PgClient {
  query(sql: string, parameters?: unknown[]): Promise<{ rows: unknown[]; command: string }>;
  release(destroy?: boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "notice", listener: (notice: PgNotice) => void): unknown;
  removeListener(event: "error", listener: (error: Error) => void): unknown;
  removeListener(event: "notice", listener: (notice: PgNotice) => void): unknown;
}

/** What this store uses of a notice. */
export interface PgNotice {
  routine?: string | undefined;
}

/**
 * Opens a store on PostgreSQL: `pgStore(new Pool({ connectionString }))`. The pool must lead to the
 * primary, and stays open when the store is closed. Unless it has one, it gets a listener for the
 * event `error`, so that the loss of an idle connection does not end the process.
 */
export function pgStore(pool: PgPool, options?: PostgresOptions): Store {
  checkDriver("pgStore", "a Pool of pg", pool, ["query", "connect"]);
  if (pool.listenerCount?.("error") === 0) {
    pool.on?.("error", told);
  }
  return new PostgresStore(
    {
      query: async (sql, parameters) => (await pool.query(sql, parameters)).rows as Row[],
      session: async () => {
        const client = await pool.connect();
        let unreplicated = false;
        const note = ({ routine }: PgNotice) => {
          unreplicated ||= routine === STOPPED_WAITING;
        };
        client.on("error", told);
        client.on("notice", note);
        return {
          query: async (sql, parameters) => (await client.query(sql, parameters)).rows as Row[],
          commit: async () => {
            const { command } = await client.query("COMMIT");
            return { command, unreplicated };
          },
          release: (broken) => {
            client.removeListener("notice", note);
            client.removeListener("error", told);
            client.release(broken);
          },
        };
      },
    },
    options,
  );
}

/** A lost connection also fails the running query, which informs the caller; a pool replaces one that was idle. */
function told(): void {}
