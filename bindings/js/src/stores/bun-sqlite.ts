// The store on SQLite for Bun: bun:sqlite.

import { Database } from "bun:sqlite";
import type { Store } from "../store.js";
import { checkDriver } from "./driver.js";
import { makePrivate } from "./private-files.js";
import type { Row } from "./sqlite.js";
import { SqliteFileStore } from "./sqlite-file.js";

/** What this store uses of Bun's Database. */
export interface BunDatabase {
  query(sql: string): { all(...parameters: (string | number)[]): unknown[] };
  close(): void;
}

/**
 * Opens a store in the file at a path, created if absent (":memory:" keeps it in memory), or on the
 * caller's Database, which only this store must use, and which the store does not close. It is
 * synchronous, so operations are fast; other processes of the same user may use the same file.
 *
 * Except on Windows, the file and those next to it become accessible to this user alone. A symbolic
 * link or a file of another user is refused. The caller protects the file of a Database and of a
 * name that begins with "file:".
 */
export function sqliteStore(database: string | BunDatabase): Store {
  if (typeof database !== "string") {
    checkDriver("sqliteStore", "a path or a Database", database, ["query"]);
  }
  const opened = typeof database === "string" ? open(database) : undefined;
  const connection = opened ?? (database as BunDatabase);
  const all = (sql: string, ...parameters: (string | number)[]): Row[] =>
    (connection.query(sql).all(...parameters) as object[]).map(Object.values);
  try {
    return new SqliteFileStore({ all, close: () => opened?.close() });
  } catch (error) {
    opened?.close();
    throw error;
  }
}

function open(name: string): Database {
  const path = name.trim(); // as Bun does
  makePrivate(path);
  return new Database(path, { create: true });
}
