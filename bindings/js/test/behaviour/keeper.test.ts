// Upkeep in one call, for cron jobs: delivering, purging and moving to a new
// secret key in turn, within a time limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, type Store } from "@enrol-sso/enrol";
import { takeTurns } from "#dist/turns.js";
import { account, confWith, crowdKdf, ok, SECRET_KEY, start } from "../fixture.js";
import { VirtualClock } from "../virtual-clock.js";

const NEW_KEY = `k2:${Buffer.alloc(32, 9).toString("base64url")}`;
const conf = confWith({ signup: "callback_service_list=crm" });
const NOTHING = {
  delivered: 0,
  failed: 0,
  dead: 0,
  expired: 0,
  dropped: 0,
  removed: 0,
  moved: 0,
  more: false,
  nextDue: null,
};

/** Sets the clock ahead by a day and an hour: claims and kept answers have expired. */
function later(t: { mock: { method: typeof import("node:test").mock.method } }): void {
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + 25 * 3_600_000);
}

/** A store with that many unconfirmed claims, each with an event that the service refused. */
async function neglected(count: number): Promise<Store> {
  const store = memoryStore();
  const crm = () => {
    throw new Error("not now");
  };
  const { enrol } = await start({ kdf: crowdKdf, conf, store, services: { crm } });
  await Promise.all(
    Array.from({ length: count }, (_, i) => ok(enrol.signup({ ...account(`user${i}`), idempotencyKey: `${i}` }))),
  );
  await enrol.close();
  return store;
}

const keysOf = (store: Store, prefix: string) => (store.scan(prefix, "", 1000) as readonly unknown[]).length;

/** A store with another scan. */
function scanning(inner: Store, scan: Store["scan"]): Store {
  return { get: (keys) => inner.get(keys), commit: (batch) => inner.commit(batch), scan };
}

test("upkeep delivers, purges and rekeys until nothing is left", async (t) => {
  const store = await neglected(70);
  later(t);
  const delivered = new Set<string | undefined>();
  const { enrol, faults } = await start({
    conf,
    store,
    secretKey: `${NEW_KEY},${SECRET_KEY}`,
    services: { crm: ({ data }) => void delivered.add(data.username) },
  });
  const report = await enrol.upkeep();
  assert.equal(report.more, false);
  assert.equal(delivered.size, 70, "with what was delivered at start");
  assert.equal(report.failed + report.dead, 0);
  assert(report.removed >= 140, `${report.removed} claims and answers were removed`);
  assert.equal(keysOf(store, "pending/") + keysOf(store, "idem/") + keysOf(store, "outbox/"), 0);
  assert.equal(JSON.parse((store.get(["meta/keys"]) as readonly { data: string }[])[0]?.data ?? "{}").keys.length, 1);
  assert.deepEqual(await enrol.upkeep(), NOTHING);
  assert.deepEqual(faults, []);
  await enrol.close();
});

test("the next upkeep does what the time limit left", async (t) => {
  const store = await neglected(130);
  later(t);
  const { enrol } = await start({ conf, store, services: { crm: () => {} } });
  let removed = 0;
  for (let more = true, rounds = 1; more; rounds++) {
    const report = await enrol.upkeep({ withinMs: 0 });
    removed += report.removed;
    more = report.more;
    assert(rounds <= 200 && (rounds > 1 || more), `round ${rounds}`); // one call of the service each, at least
  }
  assert.equal(removed, 260);
  await enrol.close();
});

test("answers that are kept longer do not stop upkeep", async () => {
  const store = await neglected(250);
  const scans: string[] = [];
  const watched = scanning(store, (prefix, after, limit) => {
    if (prefix === "idem/") {
      scans.push(after);
    }
    return store.scan(prefix, after, limit);
  });
  const { enrol } = await start({ store: watched });
  for (let i = 0; i < 3; i++) {
    await enrol.upkeep({ withinMs: 0 });
  }
  assert.equal(scans[0], "");
  assert(scans[0] !== scans[1] && (scans[1] ?? "") < (scans[2] ?? ""), `it began after ${scans}`);
  await enrol.close();
});

test("a service that hangs delays no other work of upkeep", async (t) => {
  const store = await neglected(130);
  const claims = keysOf(store, "pending/");
  let called = 0;
  const crm = () => {
    called++;
    return new Promise<void>(() => {});
  };
  const { enrol } = await start({ conf, store, services: { crm } });
  const clock = new VirtualClock(t);
  await clock.pass(25 * 3_600_000, 3_600_000);
  const upkeep = enrol.upkeep();
  await clock.until(() => keysOf(store, "pending/") + keysOf(store, "idem/") === 0, 5_000);
  const { removed, delivered } = await clock.end(upkeep, 51_000);
  assert(claims > 100 && called > 0 && removed >= 260, `${removed} of ${claims} and as many answers were removed`);
  assert.equal(delivered, 0);
  await clock.end(enrol.close(), 1_000);
});

test("a hash that fails does not stop the others", async (t) => {
  const inner = await neglected(3);
  later(t);
  const store = scanning(inner, (prefix, after, limit) => {
    if (prefix.startsWith("outbox/")) {
      throw new Error("gone");
    }
    return inner.scan(prefix, after, limit);
  });
  const { enrol } = await start({ store });
  await assert.rejects(enrol.upkeep(), { name: "SignupError", message: "dispatch: scan: gone (E901002)" });
  assert.equal(keysOf(inner, "idem/") + keysOf(inner, "pending/"), 0);
  await enrol.close();
});

test("failures after the first are reported", async () => {
  const inner = await neglected(1);
  const store = scanning(inner, (prefix, after, limit) => {
    if (!prefix.startsWith("outbox/")) {
      throw new Error(`${prefix} is gone`);
    }
    return inner.scan(prefix, after, limit);
  });
  const { enrol, faults } = await start({ store, secretKey: `${NEW_KEY},${SECRET_KEY}` });
  await assert.rejects(enrol.upkeep(), { message: "purge: scan: pending/00/ is gone (E901002)" });
  assert.deepEqual(
    faults.map(({ message }) => message),
    ["rekey: scan: dead/ is gone (E901002)"],
  );
  await enrol.close();
});

test("upkeep rejects with the reason of its signal", async () => {
  const inner = await neglected(1);
  const controller = new AbortController();
  const store = scanning(inner, (prefix, after, limit) => {
    if (!prefix.startsWith("pending/")) {
      return inner.scan(prefix, after, limit);
    }
    controller.abort(new Error("enough"));
    return new Promise(() => {});
  });
  const { enrol, faults } = await start({ store });
  await assert.rejects(enrol.upkeep({ signal: controller.signal }), { message: "enough" });
  await assert.rejects(enrol.upkeep({ signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.deepEqual(faults, []);
  await enrol.close();
});

test("close waits for running steps, and no other starts", async (t) => {
  const store = await neglected(130);
  later(t);
  const { enrol } = await start({ store });
  const kept = enrol.upkeep();
  await enrol.close();
  assert.equal((await kept).more, true);
  assert(keysOf(store, "idem/") > 0);
  await assert.rejects(enrol.upkeep(), TypeError);
});

test("invalid options are TypeErrors", async () => {
  const { enrol } = await start();
  for (const [wrong, message] of [
    [null, "enrol: the options of upkeep must be an object"],
    [{ signal: 5 }, "enrol: signal must be an AbortSignal"],
    [{ withinMs: -1 }, "enrol: withinMs must be a whole number from 0 to 2147483647"],
    [{ within: 5 }, 'enrol: there is no option "within"'],
  ] as const) {
    await assert.rejects(enrol.upkeep(wrong as never), { name: "TypeError", message });
  }
  await enrol.close();
});

test("each task of upkeep has one step before the time limit counts, and then they take turns", async () => {
  const steps: string[] = [];
  const chore = (name: string, times: number) => async () => {
    steps.push(name);
    return --times > 0;
  };
  const chores = () => [chore("a", 3), chore("b", 1), chore("c", 2)];
  assert.equal(await takeTurns(chores(), () => true, assert.ifError), false);
  assert.deepEqual(steps.splice(0), ["a", "b", "c", "a", "c", "a"]);
  assert.equal(await takeTurns(chores(), () => false, assert.ifError), true);
  assert.deepEqual(steps, ["a", "b", "c"]);
});
