// The store takes what Bun's types say that a database is.

import { Database } from "bun:sqlite";
import { sqliteStore } from "@enrol-sso/enrol/stores/bun-sqlite";

export const store = sqliteStore(new Database(":memory:"));
