// The module traps, or grows: with a module made by hand, since the real one
// does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, SignupError, type Value } from "@enrol-sso/enrol";
import { account, confWith, ok, start, until } from "../fixture.js";
import { toy } from "../toy.js";

const module = await WebAssembly.compile(toy);

/** Counts how often the module is instantiated from now on. */
function instances(t: { mock: { method: typeof import("node:test").mock.method } }) {
  return t.mock.method(WebAssembly, "instantiate").mock;
}

test("a trap ends every operation of its instance, and the next one gets a new instance", async (t) => {
  const made = instances(t);
  const never = new Promise<Value[]>(() => {});
  const { enrol } = await start({ module, store: { ...storeOf(), get: () => never } });
  const waiting = [enrol.get({ username: "a", cid: "w" })];
  const trapping = enrol.signup({ ...account("ada"), cid: "t" });
  for (const [operation, cid] of [[trapping, "t"], ...waiting.map((operation) => [operation, "w"] as const)] as const) {
    await assert.rejects(operation, (error: unknown) => {
      assert(error instanceof SignupError);
      assert.equal(error.code, "E008004");
      assert.equal(error.cid, cid);
      assert.match(error.fault ?? "", /^the module stopped: unreachable/);
      return true;
    });
  }
  assert.equal(made.callCount(), 1);
  assert.equal((await ok(enrol.validate({ username: "a" }))).ok, true);
  await ok(enrol.validate({ username: "a" }));
  assert.equal(made.callCount(), 2);
  await enrol.close();
});

test("a trap during a background purge is reported, and the next operation gets a new instance", async () => {
  const { enrol, faults } = await start({ module, purgeIntervalMs: 3_600_000 });
  await until(() => faults.length === 1);
  const [fault] = faults;
  assert(fault instanceof SignupError);
  assert.equal(fault.code, "E008004");
  assert.match(fault.message, /^purge: the module stopped: unreachable/);
  assert.equal((await ok(enrol.validate({ username: "a" }))).ok, true);
  await enrol.close();
});

test("an answer that comes after the trap is not given to the new instance", async () => {
  let release = (_: Value[]) => {};
  const { enrol, faults } = await start({
    module,
    store: {
      ...storeOf(),
      get: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    },
  });
  const waiting = assert.rejects(enrol.get({ username: "a" }), { code: "E008004" });
  await assert.rejects(enrol.signup(account("ada")), { code: "E008004" });
  await waiting;
  const next = ok(enrol.get({ username: "a" }));
  const releaseFirst = release;
  await ok(enrol.validate({ username: "a" }));
  releaseFirst([]);
  release([{ version: "1", data: "x" }]);
  assert.equal((await next).user.username, "toy");
  await enrol.close();
  assert.deepEqual(faults, []);
});

test("an instance that grew too large finishes its operations and gets no new ones", async (t) => {
  const made = instances(t);
  let release = (_: Value[]) => {};
  const { enrol } = await start({
    module,
    maxMemoryBytes: 32 << 20,
    store: {
      ...storeOf(),
      get: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    },
  });
  const waiting = ok(enrol.get({ username: "a" }));
  await ok(enrol.validate({ username: "a" }));
  assert.equal(made.callCount(), 1);
  await ok(enrol.confirm({ confirmToken: "x" }));
  await Promise.all(Array.from({ length: 10 }, () => enrol.validate({ username: "a" })));
  assert.equal(made.callCount(), 2);
  release([{ version: "1", data: "x" }]);
  assert.equal((await waiting).user.username, "toy");
  await enrol.close();
});

test("an instance that cannot be made fails the operations that wait for it, and is tried again", async (t) => {
  const { enrol } = await start({ module });
  await assert.rejects(enrol.signup(account("ada")), { code: "E008004" });
  const broken = t.mock.method(WebAssembly, "instantiate", () => Promise.reject(new RangeError("out of memory")));
  const outcomes = await Promise.allSettled([enrol.validate({}), enrol.validate({})]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.fault),
    ["out of memory", "out of memory"],
  );
  broken.mock.restore();
  await ok(enrol.validate({}));
});

test("the real module is replaced when it has grown", async (t) => {
  const made = instances(t);
  // Hashes by the module, of 64 MiB each.
  const conf = confWith({ enrol: "argon2_memory=65536\nargon2_iterations=1" });
  const { enrol } = await start({ conf, kdf: () => undefined, maxMemoryBytes: 32 << 20 });
  for (const name of ["ada", "grace", "edith"]) {
    const { confirmToken } = await ok(enrol.signup(account(name)));
    await ok(enrol.confirm({ confirmToken }));
  }
  assert(made.callCount() >= 3);
  await enrol.close();
});

function storeOf() {
  const store = memoryStore();
  return {
    get: store.get.bind(store),
    commit: store.commit.bind(store),
    scan: store.scan.bind(store),
  };
}
