// The stores take what the types of Node and of the drivers say that they are.

import { DatabaseSync } from "node:sqlite";
import type { Store } from "@enrol-sso/enrol";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { pgStore } from "@enrol-sso/enrol/stores/pg";
import { postgresStore } from "@enrol-sso/enrol/stores/postgres";
import pg from "pg";
import postgres from "postgres";

export function stores(url: string): Store[] {
  return [
    sqliteStore(new DatabaseSync(":memory:")),
    pgStore(new pg.Pool({ connectionString: url })),
    postgresStore(postgres(url)),
  ];
}
