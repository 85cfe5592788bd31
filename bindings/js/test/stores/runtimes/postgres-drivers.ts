// The two drivers, behind one interface.

import type { Store } from "@enrol-sso/enrol";
import { type PgPool, type PostgresOptions, pgStore } from "@enrol-sso/enrol/stores/pg";
import { type PostgresSql, postgresStore } from "@enrol-sso/enrol/stores/postgres";
import { installed } from "./installed.js";

type Pool = PgPool & { end(): Promise<void> };
type Sql = PostgresSql & { end(options: { timeout: number }): Promise<void> };

const { Pool } = installed("pg") as { Pool: new (options: object) => Pool };
const postgres = installed("postgres") as (url: string, options: object) => Sql;

/** Connections to a database: stores on them, and plain SQL. */
export interface Connections {
  store(options?: PostgresOptions): Store;
  run(sql: string): Promise<Record<string, unknown>[]>;
  end(): Promise<void>;
}

export const drivers: Readonly<Record<string, (url: string) => Connections>> = {
  pg: (url) => {
    const pool = new Pool({ connectionString: url, max: 10 });
    return {
      store: (options) => pgStore(pool, options),
      run: async (sql) => (await pool.query(sql, [])).rows as Record<string, unknown>[],
      end: () => pool.end(),
    };
  },
  postgres: (url) => {
    const sql = postgres(url, { max: 10, onnotice: () => {} });
    return {
      store: (options) => postgresStore(sql, options),
      run: async (text) => [...((await sql.unsafe(text)) as Record<string, unknown>[])],
      end: () => sql.end({ timeout: 2 }), // it waits for lost connections otherwise
    };
  },
};
