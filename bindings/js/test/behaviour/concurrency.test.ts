// Many operations at once, in one instance, on slow stores.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, type Result } from "@enrol-sso/enrol";
import { account, crowdKdf, delayed, ok, start } from "../fixture.js";

test("of 200 signups for one name exactly one wins", async () => {
  const { enrol } = await start({ kdf: crowdKdf, store: delayed(memoryStore(), 20) });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => enrol.signup({ ...account("ada"), email: `ada${i}@example.com` })),
  );
  const codes = new Set(answers.map((answer) => (answer.ok ? "ok" : answer.subStatus.join())));
  assert.equal(answers.filter((answer) => answer.ok).length, 1);
  assert.deepEqual([...codes].sort(), ["E001002", "ok"]);
  await enrol.close();
});

test("500 signups for different names all win and keep their own", async () => {
  const { enrol, events } = await start({ kdf: crowdKdf, store: delayed(memoryStore(), 20) });
  const names = Array.from({ length: 500 }, (_, i) => `user${i}`);
  const results = await Promise.all(names.map((name) => ok(enrol.signup({ ...account(name), cid: name }))));
  assert.deepEqual(
    results.map(({ cid }) => cid),
    names,
  );
  assert.equal(new Set(results.map(({ confirmToken }) => confirmToken.reveal())).size, 500);
  assert.equal(events.length, 1000);
  const users = await Promise.all(names.map((username) => ok(enrol.get({ username }))));
  assert.deepEqual(
    users.map(({ user }) => user.email),
    names.map((name) => `${name}@example.com`),
  );
  await enrol.close();
});

test("an operation that an effect calls does not overlap the call that made the effect", async () => {
  const inner: Promise<Result>[] = [];
  const { enrol } = await start({
    audit: () => {
      inner.push(enrol.validate({ username: "admin" }));
    },
  });
  await ok(enrol.signup(account("ada")));
  const results = await Promise.all(inner);
  assert.deepEqual(
    results.map((result) => !result.ok && result.subStatus),
    [["E001001"], ["E001001"]],
  );
});

test("operations beyond the waiting limit are refused, and the others go on", async () => {
  const store = memoryStore();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let closed = false;
  const { enrol } = await start({
    store: {
      get: (keys) => (closed ? gate.then(() => store.get(keys)) : store.get(keys)),
      commit: (batch) => store.commit(batch),
      scan: (prefix, after, limit) => store.scan(prefix, after, limit),
    },
  });
  await ok(enrol.dispatch());
  closed = true;
  const operations = Array.from({ length: 1100 }, () => enrol.get({ username: "nobody" }));
  setTimeout(release, 50);
  const outcomes = await Promise.allSettled(operations);
  const busy = outcomes.filter((outcome) => outcome.status === "rejected" && outcome.reason.code === "E901002").length;
  assert(busy >= 1100 - 1024 && busy <= 1100 - 1023, `${busy} were turned away`);
  const answered = outcomes.filter((outcome) => outcome.status === "fulfilled" && !outcome.value.ok).length;
  assert.equal(answered, 1100 - busy);
});
