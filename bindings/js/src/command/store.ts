// The store and the secret key that the arguments name.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Store } from "../store.js";
import { Mistake } from "./mistake.js";

/** Options of the commands about a store. */
export interface StoreOptions {
  store?: string | undefined;
  "key-file"?: string | undefined;
}

/** An open store, its name without a password, and what closes it. */
export interface OpenStore {
  readonly store: Store;
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** Opens the store of --store. */
export async function openStore({ store }: StoreOptions): Promise<OpenStore> {
  const at = store ?? process.env["ENROL_STORE"];
  if (!at) {
    throw new Mistake("name the store with --store, or in the variable ENROL_STORE");
  }
  if (/^postgres(ql)?:\/\//.test(at)) {
    checkUrl(at, store === undefined ? "ENROL_STORE" : "--store");
    return openPostgres(at);
  }
  if (!existsSync(at)) {
    throw new Mistake(`there is no file ${at}: name another one with --store`);
  }
  const { sqliteStore } = await import("../stores/node-sqlite.js");
  const opened = sqliteStore(at);
  return { store: opened, name: at, close: async () => opened.close?.() };
}

/** Refuses a URL of which messages would name a part of the password, and one whose password others can read. */
function checkUrl(url: string, by: string): void {
  const rest = url.slice(url.indexOf("://") + 3);
  if (/[/?#]/.test(rest.slice(0, Math.max(rest.lastIndexOf("@"), 0)))) {
    throw new Mistake(
      `${by} has a user or a password, before the last @, with one of / ? # in it: ` +
        "write / as %2F, ? as %3F, # as %23, and @ as %40 wherever it does not end them",
    );
  }
  const [authority = "", query = ""] = rest.split("?");
  if (by === "--store" && (/:.*@/s.test(authority) || query.includes("password="))) {
    throw new Mistake(
      "other users can read the password in --store: " +
        "set ENROL_STORE to the URL instead, or PGPASSWORD to the password",
    );
  }
}

async function openPostgres(url: string): Promise<OpenStore> {
  const name = nameOf(url);
  const pg = await driver("pg");
  if (pg) {
    const { pgStore } = await import("../stores/pg.js");
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    return { store: pgStore(pool), name, close: () => pool.end() };
  }
  const postgres = await driver("postgres");
  if (postgres) {
    const { postgresStore } = await import("../stores/postgres.js");
    const sql = postgres.default(url, { max: 4, onnotice: () => {} });
    return { store: postgresStore(sql), name, close: () => sql.end() };
  }
  throw new Mistake("a postgres:// URL needs a driver: npm install pg");
}

/** The name of a database in messages. */
function nameOf(url: string): string {
  try {
    const { hostname, pathname } = new URL(url);
    return `the database ${hostname}${pathname}`;
  } catch {
    throw new Mistake("the URL of the store is malformed");
  }
}

/** A driver that is installed where the command runs. */
// biome-ignore lint/suspicious/noExplicitAny: the types of a driver that may not be there
async function driver(name: string): Promise<any> {
  let path: string;
  try {
    path = createRequire(join(process.cwd(), "package.json")).resolve(name);
  } catch {
    return undefined;
  }
  const loaded = await import(pathToFileURL(path).href);
  return loaded.default?.Pool ? loaded.default : loaded;
}

/** The secret key of --key-file, or of the variable. */
export function readKey(options: StoreOptions): string {
  const { "key-file": file } = options;
  if (file === undefined) {
    const key = process.env["ENROL_SECRET_KEY"];
    if (!key) {
      throw new Mistake("name the file of the secret key with --key-file, or set the variable ENROL_SECRET_KEY");
    }
    return key.trim();
  }
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Mistake(`the secret key cannot be read: ${(error as Error).message}`);
  }
}
