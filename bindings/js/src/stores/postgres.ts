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
        let failure: unknown;
        const query = async (text: string, parameters?: (string | number)[]) => {
          try {
            return (await connection.unsafe(text, parameters)) as Row[] & { command?: string };
          } catch (error) {
            failure = error;
            throw error;
          }
        };
        return {
          query,
          // The driver gives notices of all its connections to one listener, which its caller set.
          commit: async () => ({ command: (await query("COMMIT")).command }),
          release: (broken) => {
            if (!broken) {
              connection.release();
            } else if (isOpen(failure)) {
              query("ROLLBACK").then(
                () => connection.release(),
                () => {},
              );
            }
          },
        };
      },
    },
    options,
  );
}

/**
 * Reports whether a connection is open after an error. The driver rejects with an ERROR of the server
 * when the server is ready for another query. It takes a connection that closes back into its pool by
 * itself, and must not get it released: other callers may have it by then.
 */
function isOpen(failure: unknown): boolean {
  return (failure as { severity?: unknown } | undefined)?.severity === "ERROR";
}
