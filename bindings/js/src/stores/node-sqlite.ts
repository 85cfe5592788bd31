// The store on SQLite for Node 22 and later: node:sqlite.

import { DatabaseSync } from "node:sqlite";
import type { Store } from "../store.js";
import { makePrivate } from "./private-files.js";
import type { Row } from "./sqlite.js";
import { SqliteFileStore } from "./sqlite-file.js";

/** What this store uses of Node's DatabaseSync. */
export interface NodeDatabase {
  prepare(sql: string): { all(...parameters: (string | number)[]): unknown[] };
  close(): void;
}

/**
 * Opens a store in the file at a path, created if absent (":memory:" keeps it in memory), or on the
 * caller's DatabaseSync, which only this store must use, and which the store does not close. It is
 * synchronous, so operations are fast; other processes of the same user may use the same file.
 *
 * Except on Windows, the file and those next to it become accessible to this user alone. A symbolic
 * link or a file of another user is refused. The caller protects the file of a DatabaseSync and of
 * a file: URI.
 */
export function sqliteStore(database: string | NodeDatabase): Store {
  const opened = typeof database === "string" ? open(database) : undefined;
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

function open(path: string): DatabaseSync {
  makePrivate(path);
  return new DatabaseSync(path);
}
