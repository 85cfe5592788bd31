// The upkeep of a store: moving on to a new secret key, and events that were
// given up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Enrol, memoryStore, SignupError, type Store } from "@enrol-sso/enrol";
import { account, confWith, ok, refused, SECRET_KEY, start, until } from "../fixture.js";

const superUser = true;
const NEW_KEY = `k2:${Buffer.alloc(32, 9).toString("base64url")}`;

/** A store with a confirmed account, written with the old key. */
async function oldStore(): Promise<Store> {
  const store = memoryStore();
  const { enrol } = await start({ store });
  const { confirmToken } = await ok(enrol.signup(account("ada")));
  await ok(enrol.confirm({ confirmToken }));
  await enrol.close();
  return store;
}

/** The address of the account, looked up with the new key alone. */
async function withNewKeyAlone(store: Store): Promise<string | undefined> {
  const { enrol } = await start({ store, secretKey: NEW_KEY });
  const { user } = await ok(enrol.get({ username: "ada" }));
  await enrol.close();
  return user.email;
}

test("with two secret keys the store moves on to the newer by itself, while it serves", async () => {
  const store = await oldStore();
  const inUse: number[] = []; // keys, by the commits that changed them
  const watched: Store = {
    get: (keys) => store.get(keys),
    scan: (prefix, after, limit) => store.scan(prefix, after, limit),
    commit: (batch) => {
      const keys = batch.puts.find(({ key }) => key === "meta/keys");
      if (keys) {
        inUse.push(JSON.parse(keys.data).keys.length);
      }
      return store.commit(batch);
    },
  };
  const secretKey = `${NEW_KEY},${SECRET_KEY}`;
  const { enrol, faults } = await start({ store: watched, secretKey, purgeIntervalMs: 20 });
  await ok(enrol.signup(account("grace")));
  await until(() => inUse.length === 2);
  await enrol.close();
  assert.deepEqual(inUse, [2, 1]);
  assert.deepEqual(faults, []);
  assert.equal(await withNewKeyAlone(store), "ada@example.com");
  await assert.rejects(start({ store }), SignupError);
});

test("with one secret key nothing moves", async () => {
  const store = await oldStore();
  const before = JSON.stringify(store.scan("", "", 100));
  const { enrol, faults } = await start({ store, purgeIntervalMs: 5 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await enrol.close();
  assert.equal(JSON.stringify(store.scan("", "", 100)), before);
  assert.deepEqual(faults, []);
});

test("rekey goes on step by step with its cursor until it is done", async () => {
  const store = await oldStore();
  const { enrol } = await start({ store, secretKey: `${NEW_KEY},${SECRET_KEY}` });
  let moved = 0;
  let steps = 0;
  for (let cursor = "", done = false; !done; steps++) {
    const step = await ok(enrol.rekey({ cursor, limit: 1, superUser, cid: "r" }));
    assert.equal(step.cid, "r");
    assert.equal(step.more, !step.done);
    moved += step.moved;
    ({ cursor, done } = step);
  }
  assert(steps > 2, `${steps} steps`);
  assert(moved >= 2, `the account and its address moved, and ${moved} records in all`);
  const again = { ok: true, cid: "r", moved: 0, more: false, cursor: "", done: true };
  assert.deepEqual(await ok(enrol.rekey({ superUser, cid: "r" })), again);
  await enrol.close();
  assert.equal(await withNewKeyAlone(store), "ada@example.com");
});

/** An engine with an event that was given up; the service works from then on. */
async function withDeadEvent(t: { mock: { method: typeof import("node:test").mock.method } }) {
  const ids: (string | undefined)[] = [];
  let works = false;
  const started = await start({
    conf: confWith({ signup: "callback_service_list=crm" }),
    services: {
      crm: (_, { headers }) => {
        ids.push(headers["webhook-id"]);
        if (!works) {
          throw new Error("not now");
        }
      },
    },
  });
  let ahead = 0;
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + ahead);
  await ok(started.enrol.signup(account("ada")));
  await until(() => ids.length === 1);
  for (let dead = 0; dead === 0; ahead += 24 * 3_600_000) {
    ({ dead } = await ok(started.enrol.dispatch()));
  }
  works = true;
  return { ...started, ids };
}

test("an event that was given up is listed, and delivered when it is tried again", async (t) => {
  const { enrol, ids } = await withDeadEvent(t);
  const tries = ids.length;
  const page = await ok(enrol.dead({ superUser, cid: "d" }));
  const [event] = page.events;
  assert.match(event?.userId ?? "", /^[0-9A-Z]{26}$/);
  assert.match(event?.created ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  assert.deepEqual(page, {
    ok: true,
    cid: "d",
    events: [
      {
        id: event?.id,
        userId: event?.userId,
        destination: "crm",
        created: event?.created,
        tries,
        reason: "not now",
      },
    ],
    cursor: "",
  });
  const id = event?.id ?? "";
  assert.deepEqual(await ok(enrol.retry({ id, superUser, cid: "t" })), { ok: true, cid: "t" });
  await until(() => ids.length === tries + 1);
  assert.equal(new Set(ids).size, 1, "its receiver sees the same id");
  assert.deepEqual((await ok(enrol.dead({ superUser }))).events, []);
  await refused(enrol.retry({ id, superUser }), "E005001");
  await enrol.close();
});

test("dead events come in pages", async (t) => {
  const { enrol } = await withDeadEvent(t);
  const { events, cursor } = await ok(enrol.dead({ superUser, limit: 1 }));
  assert.equal(events.length, 1);
  assert.notEqual(cursor, "");
  assert.deepEqual((await ok(enrol.dead({ superUser, limit: 1, cursor }))).events, []);
  await enrol.close();
});

test("who is no super-user is refused", async () => {
  const { enrol } = await start();
  const privileged = {} as { superUser: boolean };
  for (const operation of [enrol.rekey(privileged), enrol.dead(privileged), enrol.retry({ id: "x", ...privileged })]) {
    await refused(operation, "E005005");
  }
  await enrol.close();
});

test("refusals by these operations name the member as this package does", async () => {
  const { enrol } = await start();
  const wrong = <T>(request: object) => request as T;
  type Request<Name extends "rekey" | "dead" | "retry"> = Parameters<Enrol[Name]>[0];
  for (const [operation, code, field] of [
    [enrol.rekey({ superUser, limit: 101 }), "E008002", "limit"],
    [enrol.rekey(wrong<Request<"rekey">>({ superUser: "yes" })), "E008002", "superUser"],
    [enrol.dead({ superUser, cursor: "elsewhere" }), "E008002", "cursor"],
    [enrol.retry(wrong<Request<"retry">>({ superUser })), "E008003", "id"],
    [enrol.retry(wrong<Request<"retry">>({ id: "x", super_user: true })), "E008002", "super_user"],
  ] as const) {
    await refused(operation, code, field);
  }
  await enrol.close();
});
