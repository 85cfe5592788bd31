// Runs the suite inside Bun, on bun:sqlite.

import { existsSync } from "node:fs";
import { sqliteStore } from "@enrol-sso/enrol/stores/bun-sqlite";
import { assert } from "../suite/subject.js";
import { temporary } from "./folder.js";
import { fileCases } from "./private-files.js";
import { report, step } from "./report.js";

const { path, remove } = temporary();
let files = 0;
const fresh = () => path(`${files++}.sqlite`);
await report("bun:sqlite in memory", () => sqliteStore(":memory:"));
await report("bun:sqlite in a file", () => sqliteStore(fresh()));
for (const { name, run } of fileCases(sqliteStore, fresh)) {
  await step(`bun:sqlite: ${name}`, run);
}
await step("bun:sqlite: the file is the one that Bun opens, without the space around its name", async () => {
  const file = fresh();
  const store = sqliteStore(`${file} `);
  await store.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] });
  assert(existsSync(file) && !existsSync(`${file} `), "another file was made");
  await store.close?.();
});
remove();
