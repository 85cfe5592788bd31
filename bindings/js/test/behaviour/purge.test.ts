// Purging in the background: at start and on a timer, until nothing is left.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { memoryStore, type Store } from "@enrol-sso/enrol";
import { Sweeper } from "#dist/sweeper.js";
import { account, confWith, crowdKdf, ok, SECRET_KEY, start, until } from "../fixture.js";

const EXPIRED = 25 * 3_600_000; // when claims and answers have

/** Sets the clock ahead for the rest of a test. */
function later(t: { mock: { method: typeof import("node:test").mock.method } }, ms: number): void {
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + ms);
}

/** A store with unconfirmed claims, and a count of their keys. */
async function claims(count: number): Promise<{ store: Store; left: () => number }> {
  const store = memoryStore();
  const { enrol } = await start({ store, kdf: crowdKdf });
  await Promise.all(
    Array.from({ length: count }, (_, i) => enrol.signup({ ...account(`user${i}`), idempotencyKey: `${i}` })),
  );
  await enrol.close();
  const left = () =>
    ["pending/", "idem/"].reduce((sum, prefix) => sum + (store.scan(prefix, "", 1000) as unknown[]).length, 0);
  return { store, left };
}

test("expired records are removed at start, in any number", async (t) => {
  const { store, left } = await claims(130);
  assert.equal(left(), 260);
  later(t, EXPIRED);
  const { enrol, faults } = await start({ store, purgeIntervalMs: 3_600_000 });
  await until(() => left() === 0);
  await enrol.close();
  assert.deepEqual(faults, []);
});

test("the timer removes what expires later", async (t) => {
  const { store, left } = await claims(1);
  const { enrol } = await start({ store, purgeIntervalMs: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(left(), 2);
  later(t, EXPIRED);
  await until(() => left() === 0);
  await enrol.close();
});

test("an interval of 0 turns it off", async (t) => {
  const { store, left } = await claims(1);
  later(t, EXPIRED);
  const { enrol } = await start({ store, purgeIntervalMs: 0 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(left(), 2);
  assert.equal((await ok(enrol.purge())).removed, 2);
  await enrol.close();
});

test("the cursor is passed on while there is more, and from round to round", async () => {
  const asked: unknown[] = [];
  const answers = [
    { more: true, cursor: "idem/a" },
    { more: false, cursor: "idem/b" },
    { more: false, cursor: "" },
  ];
  const purge = async (cursor: string) => {
    asked.push(cursor);
    return answers[asked.length - 1] ?? { more: false, cursor: "" };
  };
  const purger = new Sweeper("purge", purge, 5, assert.fail);
  purger.start();
  await until(() => asked.length >= 4);
  await purger.stop();
  assert.deepEqual(asked.slice(0, 4), ["", "idem/a", "idem/b", ""]);
});

test("stopping does not wait for further pages", async () => {
  let asked = 0;
  const purger = new Sweeper("purge", async () => ({ more: ++asked < 500, cursor: "" }), 5, assert.fail);
  purger.start();
  await until(() => asked > 1);
  await purger.stop();
  const before = asked;
  assert(before < 500);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(asked, before);
});

test("a finished rekey is not repeated", async () => {
  let asked = 0;
  const rekeyer = new Sweeper("rekey", async () => ({ more: true, cursor: "", done: ++asked === 3 }), 5, assert.fail);
  rekeyer.start();
  await until(() => asked === 3);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(asked, 3);
  await rekeyer.stop();
});

test("a failure is reported, and the next round starts again", async () => {
  const asked: unknown[] = [];
  const told: string[] = [];
  const purge = async (cursor: string) => {
    asked.push(cursor);
    if (asked.length === 2) {
      throw "no Error";
    }
    return { more: asked.length === 1, cursor: "idem/a" };
  };
  const purger = new Sweeper("purge", purge, 5, (error) => {
    told.push(error.message);
    throw error; // which is nobody's affair
  });
  purger.start();
  await until(() => asked.length >= 3);
  await purger.stop();
  assert.deepEqual(told, ["purge failed"]);
  assert.deepEqual(asked.slice(0, 3), ["", "idem/a", ""]);
});

test("a fault of the store during a purge is passed to onFault", async () => {
  const inner = memoryStore();
  let fails = false;
  const store: Store = {
    get: (keys) => inner.get(keys),
    commit: (batch) => inner.commit(batch),
    scan: (prefix, after, limit) => {
      if (fails && prefix.startsWith("pending/")) {
        throw new Error("gone");
      }
      return inner.scan(prefix, after, limit);
    },
  };
  const { enrol, faults } = await start({ store, purgeIntervalMs: 10 });
  fails = true;
  await until(() => faults.length > 1);
  assert.equal(faults[0]?.message, "purge: scan: gone (E901002)");
  fails = false;
  await enrol.close();
});

test("close waits for the purge that is going on, and then there is none", async (t) => {
  const { store: inner } = await claims(1);
  let calls = 0;
  let reached = () => {};
  const purging = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let release = () => {};
  const store: Store = {
    get: (keys) => inner.get(keys),
    commit: (batch) =>
      new Promise((resolve) => {
        calls++;
        release = () => resolve(inner.commit(batch));
        reached();
      }),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
  };
  later(t, EXPIRED);
  const { enrol, faults } = await start({ store, purgeIntervalMs: 5 });
  await purging;
  let closed = false;
  const closing = enrol.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(closed, false);
  store.commit = (batch) => {
    calls++;
    return inner.commit(batch);
  };
  release();
  await closing;
  const before = calls;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(calls, before);
  assert.deepEqual(faults, []);
  await assert.rejects(enrol.purge(), TypeError);
});

test("the timer does not keep the process alive", () => {
  const program = `
    import { createEnrol, memoryStore } from "@enrol-sso/enrol";
    const options = ${JSON.stringify({ conf: confWith(), secretKey: SECRET_KEY })};
    await createEnrol({ ...options, store: memoryStore(), audit: () => {} });
  `;
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd, timeout: 30_000 });
});
