// The store on PostgreSQL through the driver postgres, of Postgres.js.

import type { Store } from "../store.js";
import { checkDriver } from "./driver.js";
import { type PostgresOptions, PostgresStore, type Row } from "./postgres-table.js";

export type { PostgresOptions } from "./postgres-table.js";

/** What this store uses of what postgres() returns. */
export interface PostgresSql {
  unsafe(sql: string, parameters?: (string | number)[]): PromiseLike<unknown>;
  reserve(): Promise<PostgresReserved>;
}

/** What this store uses of a reserved connection. */
export interface PostgresReserved {
  unsafe(sql: string, parameters?: (string | number)[]): PromiseLike<unknown>;
  release(): void;
}

/**
 * Opens a store on PostgreSQL: `postgresStore(postgres(url))`. It must lead to the primary, and
 * stays open when the store is closed.
 */
export function postgresStore(sql: PostgresSql, options?: PostgresOptions): Store {
  checkDriver("postgresStore", "what postgres() returns", sql, ["unsafe", "reserve"]);
  return new PostgresStore(
    {
      query: async (text, parameters) => (await sql.unsafe(text, parameters)) as Row[],
      session: async () => {
        const connection = await sql.reserve();
        return {
          query: async (text, parameters) => (await connection.unsafe(text, parameters)) as Row[],
          release: (broken) => {
            if (!broken) {
              connection.release(); // the driver would use a lost one again, and notices by itself
            }
          },
        };
      },
    },
    options,
  );
}
