// The store on PostgreSQL when connections are lost, on a pool that loses them: what is repeated,
// and what is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch } from "@enrol-sso/enrol";
import { type PgClient, pgStore } from "@enrol-sso/enrol/stores/pg";

const lost = new Error("Connection terminated unexpectedly");
const ended = Object.assign(new Error("terminating connection"), { severity: "FATAL", code: "57P01" });
const answered = Object.assign(new Error("canceling statement"), { severity: "ERROR", code: "57014" });

const batch: Batch = { checks: [], puts: [{ key: "a", data: "1" }], deletes: [] };

/** A pool of a server with the table, whose next statements that match fail with the errors. */
function failing(text: string | RegExp, ...errors: Error[]) {
  const tag = "COMMIT";
  const calls: string[] = [];
  const query = async (sql: string) => {
    if (sql.search(text) >= 0) {
      calls.push(sql);
      const error = errors.shift();
      if (error) {
        throw error;
      }
    }
    const row = { server: "PostgreSQL 17", encoding: "UTF8", made: true, version: 1, applied: true };
    return { rows: sql.includes("SELECT key") ? [] : [row], command: sql === "COMMIT" ? tag : "" };
  };
  const client: PgClient = { query, release: () => {}, on: () => {}, removeListener: () => {} };
  return { store: pgStore({ query, connect: async () => client }), calls };
}

for (const error of [lost, ended]) {
  for (const text of ["SELECT key", "server_encoding", "FROM enrol_schema"]) {
    test(`a read of ${text} is repeated once after: ${error.message}`, async () => {
      const once = failing(text, error);
      assert.deepEqual(await once.store.get(["a"]), [null]);
      assert.equal(once.calls.length, 2);
      const twice = failing(text, error, error);
      await assert.rejects(async () => twice.store.scan("", "", 1), error);
      assert.equal(twice.calls.length, 2);
    });
  }

  test(`no statement of a commit is repeated after: ${error.message}`, async () => {
    for (const [text, name] of [
      ["BEGIN", "Error"],
      ["pg_advisory_xact_lock", "Error"],
      ["WITH failed", "Error"],
      [/^COMMIT$/, "UnknownOutcomeError"],
    ] as const) {
      const { store, calls } = failing(text, error);
      await assert.rejects(async () => store.commit(batch), { name });
      assert.equal(calls.length, 1);
    }
  });
}

test("a read that the server refused is not repeated", async () => {
  const { store, calls } = failing("SELECT key", answered);
  await assert.rejects(async () => store.get(["a"]), answered);
  assert.equal(calls.length, 1);
});

test("a read is not repeated on a store that was closed", async () => {
  const { store, calls } = failing("SELECT key", lost);
  const read = assert.rejects(async () => store.get(["a"]), lost);
  await store.close?.();
  await read;
  assert(calls.length <= 1);
});
