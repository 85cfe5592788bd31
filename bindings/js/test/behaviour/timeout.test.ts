// Time limits: an operation ends in time, and late answers do no harm.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, type Store } from "@enrol-sso/enrol";
import { account, confWith, ok, refused, start } from "../fixture.js";

test("an operation that takes too long ends with a fault, and others go on", async () => {
  const inner = memoryStore();
  let release = () => {};
  const store: Store = {
    get: (keys) => inner.get(keys),
    commit: (batch) => inner.commit(batch),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
  };
  const { enrol, events } = await start({ store, timeoutMs: 2000 });
  store.commit = (batch) =>
    new Promise((resolve) => {
      release = () => resolve(inner.commit(batch));
    });
  await assert.rejects(enrol.signup({ ...account("ada"), cid: "late" }), {
    code: "E901002",
    cid: "late",
    fault: "timed out after 2000 ms",
  });
  assert.equal(events[0]?.cid, "late");

  store.commit = (batch) => inner.commit(batch);
  await ok(enrol.signup(account("grace")));
  release(); // the answer to an operation that is no more
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal((await ok(enrol.get({ username: "ada" }))).user.username, "ada", "what it asked for did happen");
  await enrol.close();
});

for (const operation of ["approve", "reject"] as const) {
  test(`${operation} that takes too long ends with a fault, and its effect may still happen`, async () => {
    const inner = memoryStore();
    let release = () => {};
    const store: Store = {
      get: (keys) => inner.get(keys),
      commit: (batch) => inner.commit(batch),
      scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
    };
    const { enrol } = await start({ conf: confWith({ approval: "True" }), store, timeoutMs: 1000 });
    const { confirmToken } = await ok(enrol.signup(account("ada")));
    const { userId } = await ok(enrol.confirm({ confirmToken }));
    store.commit = (batch) =>
      new Promise((resolve) => {
        release = () => resolve(inner.commit(batch));
      });
    await assert.rejects(enrol.admin()[operation]({ userId, cid: "late" }), {
      code: "E901002",
      cid: "late",
      fault: "timed out after 1000 ms",
    });
    store.commit = (batch) => inner.commit(batch);
    release();
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual((await ok(enrol.admin().pending({ status: "to-approve" }))).users, []);
    await enrol.close();
  });
}

test("a call whose signal aborts rejects with its reason, and others go on", async () => {
  const inner = memoryStore();
  let asked = () => {};
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const store: Store = {
    get: (keys) => inner.get(keys),
    commit: (batch) => inner.commit(batch),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
  };
  const { enrol } = await start({ store });
  store.get = () => {
    asked();
    return new Promise(() => {});
  };
  const controller = new AbortController();
  const given = enrol.signup(account("ada"), { signal: controller.signal });
  await waiting;
  const reason = new Error("the browser went away");
  controller.abort(reason);
  await assert.rejects(given, (error) => error === reason);
  store.get = (keys) => inner.get(keys);
  await ok(enrol.signup(account("grace")));
  await refused(enrol.get({ username: "ada" }), "E001100");
  await enrol.close();
});

test("a signal that aborted before the call prevents the operation", async () => {
  const { enrol, events } = await start();
  const signal = AbortSignal.abort();
  for (const given of [enrol.signup(account("ada"), { signal }), enrol.dispatch({}, { signal })]) {
    await assert.rejects(given, { name: "AbortError" });
  }
  assert.deepEqual(events, []);
  await enrol.close();
});

test("a signal that aborts after the answer changes nothing, and has no listener left", async () => {
  const { enrol } = await start();
  const controller = new AbortController();
  const removed: string[] = [];
  const { removeEventListener } = controller.signal;
  controller.signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    removed.push(given[0]);
    removeEventListener.apply(controller.signal, given);
  };
  await ok(enrol.signup(account("ada"), { signal: controller.signal }));
  controller.abort();
  assert.deepEqual(removed, ["abort"]);
  await enrol.close();
});

test("the signal of a service aborts when its operation is given up", async () => {
  let aborted = false;
  const { enrol } = await start({
    conf: confWith({ validation: "service=slow" }),
    services: {
      slow: (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    },
    timeoutMs: 500,
  });
  await assert.rejects(enrol.signup(account("ada")), { code: "E901002" });
  assert.equal(aborted, true);
  await enrol.close();
});

test("close waits for running operations and then refuses", async () => {
  const inner = memoryStore();
  let closed = 0;
  const { enrol } = await start({
    store: {
      get: async (keys) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return inner.get(keys);
      },
      commit: (batch) => inner.commit(batch),
      scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
      close: () => {
        closed++;
      },
    },
  });
  let done = false;
  const signup = enrol.signup(account("ada")).then(() => {
    done = true;
  });
  await enrol.close();
  assert.equal(done, true);
  assert.equal(closed, 0);
  await signup;
  await assert.rejects(enrol.get({ username: "ada" }), TypeError);
  await enrol.close({ store: true });
  assert.equal(closed, 1);
});

test("await using closes the engine", async () => {
  const { enrol } = await start();
  await (async () => {
    await using scoped = enrol;
    await scoped.validate({});
  })();
  await assert.rejects(enrol.validate({}), { name: "TypeError", message: /closed/ });
});
