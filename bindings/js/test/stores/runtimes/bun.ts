// Runs the suite inside Bun, on bun:sqlite.

import { sqliteStore } from "@enrol-sso/enrol/stores/bun-sqlite";
import { temporary } from "./folder.js";
import { report } from "./report.js";

const { path, remove } = temporary();
let files = 0;
await report("bun:sqlite in memory", () => sqliteStore(":memory:"));
await report("bun:sqlite in a file", () => sqliteStore(path(`${files++}.sqlite`)));
remove();
