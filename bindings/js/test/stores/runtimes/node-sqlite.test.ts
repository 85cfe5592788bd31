// The store on node:sqlite; needs Node 22.13 or later.

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { suite } from "../node.js";
import { temporary } from "./folder.js";
import { fileCases } from "./private-files.js";
import { signUp } from "./signup.js";

const { path, remove } = temporary();
after(remove);
let files = 0;
const fresh = () => path(`${files++}.sqlite`);

suite("node:sqlite in memory", () => sqliteStore(":memory:"));
suite("node:sqlite in a file", () => sqliteStore(fresh()));

for (const { name, run } of fileCases(sqliteStore, fresh)) {
  test(name, run);
}

test("a file: URI names a file as SQLite reads it", () => {
  const file = fresh();
  const store = sqliteStore(`${pathToFileURL(file).href}?mode=rwc`);
  store.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] });
  assert(existsSync(file));
  store.close?.();
});

test("an account signs up, gets its message and confirms", () => signUp(sqliteStore(fresh())));

test("commits are there when the file is opened again", () => {
  const file = fresh();
  const store = sqliteStore(file);
  store.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] });
  const before = store.get(["a"]);
  store.close?.();
  const again = sqliteStore(file);
  assert.deepEqual(again.get(["a"]), before);
  again.close?.();
});

test("a database of the caller is used and stays open", () => {
  const database = new DatabaseSync(":memory:");
  const store = sqliteStore(database);
  store.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] });
  store.close?.();
  assert.equal(database.prepare("SELECT count(*) AS n FROM enrol_kv").all().length, 1);
  database.close();
});

test("a store of a newer version is refused, and stays as it is", () => {
  const file = fresh();
  sqliteStore(file).close?.();
  const database = new DatabaseSync(file);
  database.exec("UPDATE enrol_schema SET version = 2; DROP TABLE enrol_kv");
  assert.throws(() => sqliteStore(file), { name: "StoreError", code: "newer", message: /schema is 2, known up to 1/ });
  assert.deepEqual(database.prepare("SELECT name FROM sqlite_master WHERE name = 'enrol_kv'").all(), []);
  database.close();
});

test("a database that is not in UTF-8 is refused", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("PRAGMA encoding = 'UTF-16le'");
  assert.throws(() => sqliteStore(database), {
    code: "unsuitable",
    message: /UTF-16le: use one whose encoding is UTF-8/,
  });
});

test("while another process writes for long, a commit reports contention and reads go on", () => {
  const file = fresh();
  const store = sqliteStore(file);
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  assert.throws(() => store.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] }), {
    name: "ConflictError",
  });
  assert.deepEqual(store.get(["a"]), [null]);
  other.exec("ROLLBACK");
  assert.equal(store.commit({ checks: [], puts: [{ key: "a", data: "1" }], deletes: [] }), true);
  store.close?.();
  other.close();
});

/** Starts a process that counts in a file, and sends each number that it has written. */
function counter(file: string, counts: number): ChildProcess {
  return fork(fileURLToPath(new URL("./counter.js", import.meta.url)), [file, String(counts)]);
}

// One of them changes the mode of the journal, and the others must not fail because the file is locked.
test("processes can open a new file at the same moment", { timeout: 120_000 }, async () => {
  for (let round = 0; round < 15; round++) {
    const file = fresh();
    const exits = await Promise.all(Array.from({ length: 6 }, () => once(counter(file, 2), "exit")));
    assert.deepEqual(exits, Array(6).fill([0, null]));
  }
});

test("processes that count in one file lose no increment", { timeout: 120_000 }, async () => {
  const file = fresh();
  const exits = await Promise.all(Array.from({ length: 4 }, () => once(counter(file, 50), "exit")));
  assert.deepEqual(exits, Array(4).fill([0, null]));
  const store = sqliteStore(file);
  assert.equal((await store.get(["counter"]))[0]?.data, "200");
  store.close?.();
});

test("acknowledged commits survive the kill of their process", { timeout: 120_000 }, async () => {
  for (let round = 0; round < 5; round++) {
    const file = fresh();
    const child = counter(file, 1_000_000);
    let told = 0;
    child.on("message", (n) => {
      told = Number(n);
      if (told === 20 + round * 7) {
        child.kill("SIGKILL");
      }
    });
    await once(child, "exit");
    const store = sqliteStore(file);
    const has = Number((await store.get(["counter"]))[0]?.data);
    assert(has >= told, `${has} is there, ${told} was acknowledged`);
    store.close?.();
  }
});
