// The store on SQLite for Node 22 and later: node:sqlite.

import { DatabaseSync } from "node:sqlite";
import type { Store } from "../store.js";
import type { Row } from "./sqlite.js";
import { SqliteFileStore } from "./sqlite-file.js";

/** What this store uses of Node's DatabaseSync. */
export interface NodeDatabase {
  prepare(sql: string): { all(...parameters: (string | number)[]): unknown[] };
  close(): void;
}

/**
 * Opens a store in the file at a path, made if absent (":memory:" keeps it in
 * memory), or on a DatabaseSync of the caller's, which should be this store's
 * alone and is not closed with it. It answers at once, so operations are fast;
 * other processes may use the same file.
 */
export function sqliteStore(database: string | NodeDatabase): Store {
  const opened = typeof database === "string" ? new DatabaseSync(database) : undefined;
  const connection = opened ?? (database as NodeDatabase);
  const statements = new Map<string, ReturnType<NodeDatabase["prepare"]>>();
  const all = (sql: string, ...parameters: (string | number)[]): Row[] => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      statements.set(sql, statement);
    }
    return statement.all(...parameters) as Row[];
  };
  try {
    return new SqliteFileStore({ all, close: () => opened?.close() });
  } catch (error) {
    opened?.close();
    throw error;
  }
}
