// Engines on a store that others can open say which secret keys they have, so that a move to a new key waits for those
// without it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createEnrol, type EnrolOptions, memoryStore, type Store } from "@enrol-sso/enrol";
import { loadModule, nodeKdf } from "@enrol-sso/enrol/node";
import { creator } from "#dist/create.js";
import { account, confWith, ok, SECRET_KEY, type Started, start } from "../fixture.js";
import { VirtualClock } from "../virtual-clock.js";

const NEW_KEY = `k2:${Buffer.alloc(32, 9).toString("base64url")}`;
const MINUTE = 60_000;

/** A store in memory that does not say that nobody else can open it. */
function sharedStore(inner = memoryStore(), fail = () => false): Store {
  const check = () => {
    if (fail()) {
      throw new Error("read-only");
    }
  };
  return {
    get: (keys) => inner.get(keys),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
    commit: (batch) => {
      check();
      return inner.commit(batch);
    },
  };
}

interface Host {
  id: string;
  keys: unknown[];
  until: number;
}

/** The list of announced hosts in a store. */
async function hosts(store: Store): Promise<Host[]> {
  const [value] = await store.get(["meta/hosts"]);
  return value ? JSON.parse(value.data).hosts : [];
}

const ids = async (store: Store) => (await hosts(store)).map(({ id }) => id);

/** An engine that delivers in the background. */
const serving = (options: Partial<EnrolOptions>): Promise<Started> => start({ dispatchIntervalMs: 1_000, ...options });

test("an engine is announced before it serves, with fingerprints of its keys, and leaves when it is closed", async () => {
  const store = sharedStore();
  const first = await serving({ store });
  const second = await serving({ store: sharedStore(store), secretKey: `${SECRET_KEY},${NEW_KEY}` });
  const announced = await hosts(store);
  assert.deepEqual(
    announced.map(({ keys }) => keys.length),
    [1, 2],
  );
  assert.match(announced.map(({ id }) => id).join(), /^[0-9a-f]{16},[0-9a-f]{16}$/);
  assert(!JSON.stringify(announced).includes(SECRET_KEY.slice(3)));
  await first.enrol.close();
  assert.deepEqual(await ids(store), [announced[1]?.id]);
  await second.enrol.close();
  assert.deepEqual(await ids(store), []);
  assert.deepEqual([...first.faults, ...second.faults], []);
});

test("not announced are engines without timers, on edge workers, and on a store that nobody else can open", async () => {
  const edge = creator({ loadModule, kdf: nodeKdf, requestBound: true });
  const options = {
    conf: confWith(),
    strict: false,
    secretKey: SECRET_KEY,
    audit: () => {},
    dispatchIntervalMs: 1_000,
  };
  for (const [create, given] of [
    [createEnrol, { store: memoryStore() }],
    [createEnrol, { store: { ...sharedStore(), exclusive: true } }],
    [createEnrol, { store: sharedStore(), dispatchIntervalMs: 0 }],
    [edge, { store: sharedStore() }],
  ] as const) {
    const enrol = await create({ ...options, ...given });
    await enrol.ready();
    await ok(enrol.signup(account("ada")));
    assert.deepEqual(await ids(given.store), []);
    await enrol.close();
  }
});

test("an engine is announced every minute, and counts for five", async (t) => {
  const store = sharedStore();
  const clock = new VirtualClock(t);
  const starting = serving({ store });
  const { enrol } = await clock.end(starting, MINUTE);
  const [before] = await hosts(store);
  const left = (before?.until ?? 0) - Date.now();
  assert(left > 4 * MINUTE && left <= 5 * MINUTE, `it counts for ${left} ms`);
  await clock.pass(MINUTE + 100);
  const [after] = await hosts(store);
  assert.equal(after?.id, before?.id);
  assert((after?.until ?? 0) - (before?.until ?? 0) >= MINUTE);
  await clock.end(enrol.close(), MINUTE);
});

test("a move to a new key waits for an engine without it, says so once, and begins within a minute after", async (t) => {
  const store = sharedStore();
  const clock = new VirtualClock(t);
  const rotating = { store: sharedStore(store), secretKey: `${NEW_KEY},${SECRET_KEY}`, purgeIntervalMs: 600_000 };
  const old = await clock.end(serving({ store }), MINUTE);
  await clock.end(ok(old.enrol.signup(account("ada"))), MINUTE);
  const mover = await clock.end(serving(rotating), MINUTE);
  await clock.pass(5 * MINUTE, 100);
  assert.equal(mover.faults.length, 1);
  assert.match(String(mover.faults[0]?.message), /does not move to the newer secret key yet, .* this many: 1$/);
  const writer = async () => JSON.parse((await store.get(["meta/keys"]))[0]?.data ?? "{}").keys.length;
  assert.equal(await writer(), 1);
  await clock.end(ok(old.enrol.signup(account("bob"))), MINUTE);

  await clock.end(old.enrol.close(), MINUTE);
  const both = await clock.end(serving({ store, secretKey: `${SECRET_KEY},${NEW_KEY}` }), MINUTE);
  await clock.pass(MINUTE + 1_000, 100);
  assert.equal(await writer(), 1, "the move is over");
  const answer = await clock.end(ok(both.enrol.admin().rekey()), MINUTE);
  assert.deepEqual([answer.done, answer.key, answer.waitsFor], [true, "k2", undefined]);
  await clock.end(both.enrol.close(), MINUTE);
  await clock.end(mover.enrol.close(), MINUTE);
  assert.equal(mover.faults.length, 1);
});

test("an engine that cannot be announced serves, tries again, and reports that once", async (t) => {
  const inner = memoryStore();
  await (await start({ store: inner })).enrol.close();
  let broken = true;
  const store = sharedStore(inner, () => broken);
  const clock = new VirtualClock(t);
  const { enrol, faults } = await clock.end(serving({ store }), MINUTE);
  assert.equal(faults.length, 0, "it tries again for a while first");
  await clock.pass(30 * MINUTE, MINUTE);
  assert.equal(faults.length, 1);
  assert.match(String(faults.at(0)?.message), /^this engine could not announce itself .*read-only/);
  broken = false;
  await clock.pass(2 * MINUTE, MINUTE);
  assert.equal((await ids(inner)).length, 1);
  broken = true;
  await clock.pass(10 * MINUTE, MINUTE);
  assert.equal(faults.length, 2, "a new failure is news");
  await clock.end(enrol.close(), 5_000);
});

test("the timer keeps neither the process alive, nor an engine that nobody refers to", () => {
  const program = `
    import { createEnrol, memoryStore } from "@enrol-sso/enrol";
    const inner = memoryStore();
    const store = { get: (keys) => inner.get(keys), commit: (batch) => inner.commit(batch), scan: (...range) => inner.scan(...range) };
    const options = ${JSON.stringify({ conf: confWith(), secretKey: SECRET_KEY, strict: false })};
    async function abandoned() {
      return new WeakRef(await createEnrol({ ...options, store, audit: () => {} }));
    }
    const timers = new Set(); // of the next announcement
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.setTimeout = (work, ms) => {
      const timer = set(work, ms);
      if (ms === ${MINUTE}) timers.add(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => {
      timers.delete(timer);
      clear(timer);
    };
    const engine = await abandoned();
    console.log(timers.size);
    for (const end = Date.now() + 40_000; (engine.deref() || timers.size > 0) && Date.now() < end; ) {
      await new Promise((resolve) => set(resolve, 20));
      gc();
    }
    console.log(engine.deref() === undefined, timers.size);
    globalThis.kept = await createEnrol({ ...options, store, audit: () => {} });
    console.log(JSON.parse(inner.get(["meta/hosts"])[0].data).hosts.length);
  `;
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const args = ["--expose-gc", "--input-type=module", "--eval", program];
  assert.equal(String(execFileSync(process.execPath, args, { cwd, timeout: 50_000 })), "1\ntrue 0\n2\n");
});

test("closing does not wait long for a store that hangs", async (t) => {
  const inner = memoryStore();
  let hangs = false;
  const hung = new Promise<never>(() => {});
  const plain = sharedStore(inner);
  const store: Store = { ...plain, get: (keys) => (hangs && keys.includes("meta/hosts") ? hung : plain.get(keys)) };
  const clock = new VirtualClock(t);
  const { enrol, faults } = await clock.end(serving({ store }), MINUTE);
  hangs = true;
  await clock.pass(MINUTE + 1_000, 100);
  await clock.end(enrol.close(), 5_000);
  assert.deepEqual(faults, []);
});

test("engines that start at the same time are all announced", async () => {
  const store = sharedStore();
  const engines = await Promise.all(Array.from({ length: 12 }, () => serving({ store: sharedStore(store) })));
  assert.equal((await ids(store)).length, 12);
  await Promise.all(engines.map(({ enrol }) => enrol.close()));
});
