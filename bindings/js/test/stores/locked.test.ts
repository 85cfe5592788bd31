// Locks that PostgreSQL cannot get: contention for keys, or a table that something
// else locked. A fake pool replaces the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type PgClient, pgStore } from "@enrol-sso/enrol/stores/pg";

const unavailable = Object.assign(new Error("canceling statement due to lock timeout"), {
  code: "55P03",
  severity: "ERROR",
});

/** A store whose statements that contain a text get no lock, and the fate of its connections. */
function lockedAt(text: string) {
  const released: boolean[] = [];
  const answer = (sql: string) => {
    if (sql.includes(text)) {
      throw unavailable;
    }
    return {
      rows: [{ server: "PostgreSQL 15", encoding: "UTF8", made: true, version: 1 }].filter(() =>
        sql.startsWith("SELECT"),
      ),
      command: sql,
    };
  };
  const client: PgClient = {
    query: async (sql) => answer(sql),
    release: (destroy) => released.push(destroy === true),
    on: () => undefined,
    removeListener: () => undefined,
  };
  const pool = { query: async (sql: string) => answer(sql), connect: async () => client };
  return { store: pgStore(pool, { lockTimeoutMs: 200 }), released };
}

const batch = { checks: [], puts: [{ key: "a", data: "1" }], deletes: [] };

test("keys that others write are contention", async () => {
  const { store, released } = lockedAt("pg_advisory_xact_lock_shared");
  await assert.rejects(async () => store.commit(batch), { name: "ConflictError", message: /more than 200 ms/ });
  assert.deepEqual(released, [false], "the connection can be used again");
});

test("a table that something else locked is a failure, not contention", async () => {
  const { store, released } = lockedAt("INSERT INTO enrol_kv");
  await assert.rejects(async () => store.commit(batch), {
    name: "StoreError",
    code: "unavailable",
    message: /enrol_kv .* more than 200 ms, not by Enrol/,
  });
  assert.deepEqual(released, [false], "the connection can be used again");
});
