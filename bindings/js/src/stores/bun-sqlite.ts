// The store on SQLite for Bun: bun:sqlite.

import { Database } from "bun:sqlite";
import type { Store } from "../store.js";
import type { Row } from "./sqlite.js";
import { SqliteFileStore } from "./sqlite-file.js";

/** What this store uses of Bun's Database. */
export interface BunDatabase {
  query(sql: string): { all(...parameters: (string | number)[]): unknown[] };
  close(): void;
}

/**
 * Opens a store in the file at a path, made if absent (":memory:" keeps it in
 * memory), or on a Database of the caller's, which should be this store's
 * alone and is not closed with it. It answers at once, so operations are fast;
 * other processes may use the same file.
 */
export function sqliteStore(database: string | BunDatabase): Store {
  const opened = typeof database === "string" ? new Database(database, { create: true }) : undefined;
  const connection = opened ?? (database as BunDatabase);
  const all = (sql: string, ...parameters: (string | number)[]) => connection.query(sql).all(...parameters) as Row[];
  try {
    return new SqliteFileStore({ all, close: () => opened?.close() });
  } catch (error) {
    opened?.close();
    throw error;
  }
}
