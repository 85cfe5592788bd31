// Operations whose store fails in each way that the contract allows, and in some
// that it does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConflictError, memoryStore, type Store, UnknownOutcomeError } from "@enrol-sso/enrol";
import { account, ok, start } from "../fixture.js";

/** A store whose methods can be replaced one at a time. */
function replaceable(): { store: Store; inner: Store } {
  const inner = memoryStore();
  const store: Store = {
    get: (keys) => inner.get(keys),
    commit: (batch) => inner.commit(batch),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
  };
  return { store, inner };
}

for (const when of ["at once", "later"] as const) {
  const fail = (error: Error) => {
    if (when === "at once") {
      throw error;
    }
    return Promise.reject(error);
  };

  test(`contention, reported ${when}, is retried`, async () => {
    const { store, inner } = replaceable();
    const { enrol } = await start({ store });
    let tries = 0;
    store.commit = (batch) => (tries++ < 2 ? fail(new ConflictError()) : inner.commit(batch));
    await ok(enrol.signup(account("ada")));
    assert.equal(tries, 3);
  });

  test(`an unknown outcome, reported ${when}, is checked`, async () => {
    const { store, inner } = replaceable();
    const { enrol } = await start({ store });
    let commits = 0;
    store.commit = (batch) => {
      commits++;
      inner.commit(batch);
      return fail(new UnknownOutcomeError("connection lost"));
    };
    const { confirmToken } = await ok(enrol.signup(account("ada")));
    assert.equal(commits, 1, "the account is there, so it is not written again");
    store.commit = (batch) => inner.commit(batch);
    await ok(enrol.confirm({ confirmToken }));
  });

  test(`any other error of a commit, reported ${when}, is a fault`, async () => {
    const { store } = replaceable();
    const { enrol, events } = await start({ store });
    store.commit = () => fail(new Error("out of\nspace"));
    await assert.rejects(enrol.signup(account("ada")), { code: "E901002", fault: "commit: out of space" });
    assert.deepEqual(events.at(-1)?.extra?.sub_status, ["E901002"]);
  });

  test(`an error of a get, reported ${when}, is a fault`, async () => {
    const { store } = replaceable();
    const { enrol } = await start({ store });
    store.get = () => fail(new Error("no route to host"));
    await assert.rejects(enrol.get({ username: "ada" }), { code: "E901002", fault: "get: no route to host" });
  });
}

test("invalid answers of a store are faults that name the method", async () => {
  const { store } = replaceable();
  const { enrol } = await start({ store });
  for (const answer of [undefined, [], "text", [{ version: "", data: "x" }], [{ version: "1" }], [5]]) {
    store.get = (keys) => (Array.isArray(answer) && answer.length > 0 ? keys.map(() => answer[0]) : answer) as never;
    await assert.rejects(enrol.get({ username: "ada" }), { code: "E901002", fault: /store\.get must return/ });
  }
});

for (const answer of [undefined, null, 1, []]) {
  test(`a commit that answers ${JSON.stringify(answer)} may have been applied`, async () => {
    const { store, inner } = replaceable();
    const { enrol } = await start({ store });
    store.commit = ((batch: Parameters<Store["commit"]>[0]) => {
      inner.commit(batch);
      return answer;
    }) as never;
    await ok(enrol.signup(account("ada")));
    assert.equal((await ok(enrol.get({ username: "ada" }))).user.username, "ada");
  });
}

test("an instance survives faults of its store", async () => {
  const { store, inner } = replaceable();
  const { enrol } = await start({ store });
  for (let i = 0; i < 1000; i++) {
    store.get = () => {
      throw i % 2 ? "text" : Object.create(null);
    };
    await assert.rejects(enrol.get({ username: "ada" }), { code: "E901002" });
  }
  store.get = (keys) => inner.get(keys);
  await ok(enrol.signup(account("ada")));
});
