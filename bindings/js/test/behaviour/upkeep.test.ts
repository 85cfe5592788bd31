// The upkeep of a store: moving to a new secret key, and dead events.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Admin, ConfigError, memoryStore, type Store } from "@enrol-sso/enrol";
import { account, confWith, ok, refused, SECRET_KEY, start, until } from "../fixture.js";

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

test("with two secret keys, the store moves to the newer one while it serves", async () => {
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
  await assert.rejects(start({ store }), ConfigError);
});

test("with one secret key, rekey moves nothing", async () => {
  const store = await oldStore();
  const before = JSON.stringify(store.scan("", "", 100));
  const { enrol, faults } = await start({ store, purgeIntervalMs: 5 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await enrol.close();
  assert.equal(JSON.stringify(store.scan("", "", 100)), before);
  assert.deepEqual(faults, []);
});

test("rekey continues with its cursor until it is done", async () => {
  const store = await oldStore();
  const { enrol } = await start({ store, secretKey: `${NEW_KEY},${SECRET_KEY}` });
  let moved = 0;
  let steps = 0;
  for (let cursor = "", done = false; !done; steps++) {
    const step = await ok(enrol.admin().rekey({ cursor, limit: 1, cid: "r" }));
    assert.equal(step.cid, "r");
    assert.equal(step.more, !step.done);
    moved += step.moved;
    ({ cursor, done } = step);
  }
  assert(steps > 2, `${steps} steps`);
  assert(moved >= 2, `the account and its address moved, and ${moved} records in all`);
  const again = { ok: true, cid: "r", moved: 0, more: false, cursor: "", done: true, key: NEW_KEY.split(":")[0] };
  assert.deepEqual(await ok(enrol.admin().rekey({ cid: "r" })), again);
  await enrol.close();
  assert.equal(await withNewKeyAlone(store), "ada@example.com");
});

/** An engine with a dead event, whose service works again. */
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

test("a dead event is listed, and delivered after a retry", async (t) => {
  const { enrol, ids } = await withDeadEvent(t);
  const tries = ids.length;
  const page = await ok(enrol.admin().dead({ cid: "d" }));
  const [event] = page.events;
  assert.match(event?.userId ?? "", /^[0-9A-Z]{26}$/);
  assert.match(event?.created ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
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
  assert.deepEqual(await ok(enrol.admin().retry({ id, cid: "t" })), { ok: true, cid: "t" });
  await until(() => ids.length === tries + 1);
  assert.equal(new Set(ids).size, 1, "its receiver sees the same id");
  assert.deepEqual((await ok(enrol.admin().dead())).events, []);
  await refused(enrol.admin().retry({ id }), "E005001");
  await enrol.close();
});

test("dead events come in pages", async (t) => {
  const { enrol } = await withDeadEvent(t);
  const { events, cursor } = await ok(enrol.admin().dead({ limit: 1 }));
  assert.equal(events.length, 1);
  assert.notEqual(cursor, "");
  assert.deepEqual((await ok(enrol.admin().dead({ limit: 1, cursor }))).events, []);
  await enrol.close();
});

test("the audit trail has the caller and the client address", async (t) => {
  const { enrol, events } = await withDeadEvent(t);
  const [event] = (await ok(enrol.admin().dead())).events;
  const ops = enrol.admin("key:ops");
  const from = { remoteAddr: "192.0.2.1:443" };
  events.length = 0;
  await ok(ops.pending({ status: "to-confirm", ...from }));
  await ok(ops.dead(from));
  await ok(ops.retry({ id: event?.id ?? "", ...from }));
  assert.equal(events.length, 3);
  for (const { current_user, extra } of events) {
    assert.deepEqual([current_user, extra?.remote_addr], ["key:ops", "192.0.2.1"]);
  }
  for (const currentUser of ["ada", "ada@example.com", "KEY:x", "key:", "key:a b"]) {
    await refused(enrol.admin(currentUser).dead(), "E008002", "currentUser");
  }
  await enrol.close();
});

test("refusals by these operations use the member names of this package", async () => {
  const { enrol } = await start();
  const wrong = <T>(request: object) => request as T;
  type Request<Name extends "rekey" | "dead" | "retry"> = Parameters<Admin[Name]>[0];
  for (const [operation, code, field] of [
    [enrol.admin().rekey({ limit: 101 }), "E008002", "limit"],
    [enrol.admin().rekey(wrong<Request<"rekey">>({ superUser: true })), "E008002", "superUser"],
    [enrol.admin().dead({ cursor: "elsewhere" }), "E008002", "cursor"],
    [enrol.admin().retry(wrong<Request<"retry">>({})), "E008003", "id"],
    [enrol.admin().retry(wrong<Request<"retry">>({ id: "x", super_user: true })), "E008002", "super_user"],
  ] as const) {
    await refused(operation, code, field);
  }
  await enrol.close();
});
