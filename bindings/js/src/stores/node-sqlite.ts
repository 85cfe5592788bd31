// The store on SQLite for Node 22.13 and later: node:sqlite.

import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import type { Store } from "../store.js";
import { checkDriver } from "./driver.js";
import { StoreError } from "./errors.js";
import { makePrivate } from "./private-files.js";
import type { Row } from "./sqlite.js";
import { SqliteFileStore } from "./sqlite-file.js";

/** What this store uses of Node's DatabaseSync. */
export interface NodeDatabase {
  prepare(sql: string): NodeStatement;
  close(): void;
}

/** What this store uses of Node's StatementSync. */
export interface NodeStatement {
  all(...parameters: (string | number)[]): unknown[];
  /** Makes rows arrays. Node 22.16 and later have it. */
  setReturnArrays?(enabled: boolean): void;
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
  if (typeof database !== "string") {
    checkDriver("sqliteStore", "a path or a DatabaseSync", database, ["prepare"]);
  }
  const opened = typeof database === "string" ? open(database) : undefined;
  const connection = opened ?? (database as NodeDatabase);
  const statements = new Map<string, NodeStatement>();
  const all = (sql: string, ...parameters: (string | number)[]): Row[] => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      statement.setReturnArrays?.(true);
      statements.set(sql, statement);
    }
    const rows = statement.all(...parameters) as (Row | Record<string, unknown>)[];
    return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)));
  };
  try {
    return new SqliteFileStore({ all, close: () => opened?.close() });
  } catch (error) {
    opened?.close();
    throw error;
  }
}

function open(path: string): DatabaseSync {
  const { DatabaseSync } = sqlite();
  makePrivate(path);
  return new DatabaseSync(path);
}

/** Node's SQLite, which an import could only fail to find. */
function sqlite(): typeof import("node:sqlite") {
  const { getBuiltinModule, versions } = process;
  const builtin = getBuiltinModule?.("node:sqlite");
  if (builtin === undefined) {
    throw new StoreError(
      "unsuitable",
      `Node ${versions.node} has no node:sqlite: use Node 22.13 or later, pass a database with the prepare ` +
        "and close of a DatabaseSync, or use another store, such as pgStore",
    );
  }
  return builtin as typeof import("node:sqlite");
}
