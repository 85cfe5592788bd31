// Many operations at once, in one instance, over stores that take their time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, type ValidateResult } from "@enrol-sso/enrol";
import { account, delayed, start } from "../fixture.js";

test("of 200 signups for one name exactly one wins", async () => {
  const { enrol } = await start({ store: delayed(memoryStore(), 20) });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) => enrol.signup({ ...account("ada"), email: `ada${i}@example.com` })),
  );
  const won = outcomes.filter(({ status }) => status === "fulfilled");
  const codes = new Set(outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "ok")));
  assert.equal(won.length, 1);
  assert.deepEqual([...codes].sort(), ["E001002", "ok"]);
  await enrol.close();
});

test("500 signups for different names all win and keep their own", async () => {
  const { enrol, events } = await start({ store: delayed(memoryStore(), 20) });
  const names = Array.from({ length: 500 }, (_, i) => `user${i}`);
  const results = await Promise.all(names.map((name) => enrol.signup({ ...account(name), cid: name })));
  assert.deepEqual(
    results.map(({ cid }) => cid),
    names,
  );
  assert.equal(new Set(results.map(({ confirmToken }) => confirmToken)).size, 500);
  assert.equal(events.length, 1000);
  const users = await Promise.all(names.map((username) => enrol.get({ username })));
  assert.deepEqual(
    users.map(({ user }) => user.email),
    names.map((name) => `${name}@example.com`),
  );
  await enrol.close();
});

test("an operation that is called from within an effect does not overlap the call that asked for it", async () => {
  const inner: Promise<ValidateResult>[] = [];
  const { enrol } = await start({
    audit: () => {
      inner.push(enrol.validate({ username: "admin" }));
    },
  });
  await enrol.signup(account("ada"));
  const results = await Promise.all(inner);
  assert.deepEqual(
    results.map(({ subStatus }) => subStatus),
    [["E001001"], ["E001001"]],
  );
});

test("of more operations than can wait, those beyond are refused and the others go on", async () => {
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
  await enrol.dispatch();
  closed = true;
  const operations = Array.from({ length: 1100 }, () => enrol.get({ username: "nobody" }));
  setTimeout(release, 50);
  const codes = (await Promise.allSettled(operations)).map((outcome) =>
    outcome.status === "rejected" ? outcome.reason.code : "ok",
  );
  const refused = codes.filter((code) => code === "E901002").length;
  assert(refused >= 1100 - 1024 && refused <= 1100 - 1023, `${refused} were refused`);
  assert.equal(codes.filter((code) => code === "E001100").length, 1100 - refused);
});
