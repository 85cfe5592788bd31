// Engines on edge workers: nothing happens before the first operation, and work
// belongs to the request that started it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, type EnrolOptions, memoryStore, type Store } from "@enrol-sso/enrol";
import { creator } from "#dist/create.js";
import { webKdf } from "#dist/kdf.js";
import { loadModule } from "#dist/node/module.js";
import { account, confWith, ok, SECRET_KEY, until } from "../fixture.js";

const module = await loadModule();
const createEnrol = creator({ loadModule: () => module, kdf: webKdf, requestBound: true });

const options = (more: Partial<EnrolOptions> = {}): EnrolOptions => ({
  conf: confWith(),
  secretKey: SECRET_KEY,
  store: memoryStore(),
  audit: () => {},
  onFault: assert.fail,
  ...more,
});

/** A store that counts its calls. */
function counting(): { store: Store; calls: () => number } {
  const inner = memoryStore();
  let calls = 0;
  const count = <T>(value: T): T => {
    calls++;
    return value;
  };
  const store: Store = {
    get: (keys) => count(inner.get(keys)),
    commit: (batch) => count(inner.commit(batch)),
    scan: (prefix, after, limit) => count(inner.scan(prefix, after, limit)),
  };
  return { store, calls: () => calls };
}

test("nothing that is forbidden at module scope happens before the first operation", async (t) => {
  const forbidden = [
    t.mock.method(globalThis, "setTimeout"),
    t.mock.method(globalThis, "fetch"),
    t.mock.method(crypto, "getRandomValues"),
    t.mock.method(WebAssembly, "Instance"),
    t.mock.method(WebAssembly, "instantiate"),
    t.mock.getter(globalThis, "AbortController"),
  ];
  const { store, calls } = counting();
  const enrol = await createEnrol(options({ store, conf: confWith({ password: "expiry=0" }) }));
  for (const { mock } of forbidden) {
    assert.equal(mock.callCount(), 0);
  }
  assert.equal(calls(), 0);
  assert.deepEqual(enrol.notices, []);
  t.mock.restoreAll();
  await ok(enrol.signup(account("ada")));
  assert.equal(enrol.notices.length, 1);
});

test("one instance serves all operations, even simultaneous first ones", async (t) => {
  const enrol = await createEnrol(options());
  const made = t.mock.method(WebAssembly, "Instance").mock;
  await Promise.all(Array.from({ length: 20 }, (_, i) => ok(enrol.signup(account(`user${i}`)))));
  assert.equal(made.callCount(), 1);
});

test("a first request that never ends does not delay the second", async () => {
  const inner = memoryStore();
  let asked = 0;
  const get: Store["get"] = (keys) => (asked++ === 0 ? new Promise(() => {}) : inner.get(keys));
  const store: Store = { get, commit: inner.commit.bind(inner), scan: inner.scan.bind(inner) };
  const enrol = await createEnrol(options({ store, timeoutMs: 60_000 }));
  const controller = new AbortController();
  const forgotten = enrol.signup(account("ada"), { signal: controller.signal });
  await until(() => asked === 1);
  await ok(enrol.signup(account("grace")));
  controller.abort();
  await assert.rejects(forgotten, { name: "AbortError" });
});

test("an invalid configuration makes every operation reject", async () => {
  const enrol = await createEnrol(options({ conf: "[main]\nencrypt_email=perhaps\n" }));
  await assert.rejects(enrol.ready(), ConfigError);
  await assert.rejects(enrol.signup(account("ada")), ConfigError);
  const missing = await createEnrol(options({ conf: confWith({ validation: "service=age" }) }));
  await assert.rejects(missing.validate({}), ConfigError);
});

test("invalid options are refused at once", async () => {
  await assert.rejects(createEnrol({ ...options(), waitUntil: 5 as never }), { name: "TypeError" });
});

test("a store that fails at first is tried again", async () => {
  const inner = memoryStore();
  let fails = true;
  const store: Store = {
    get: (keys) => {
      if (fails) {
        throw new Error("not yet");
      }
      return inner.get(keys);
    },
    commit: (batch) => inner.commit(batch),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
  };
  const enrol = await createEnrol(options({ store }));
  await assert.rejects(enrol.validate({}), { name: "SignupError", code: "E901002", fault: /not yet/ });
  fails = false;
  await ok(enrol.validate({}));
});

test("events of a request are delivered while waitUntil keeps it alive", async () => {
  const waited: Promise<unknown>[] = [];
  let delivered = 0;
  const enrol = await createEnrol(
    options({
      conf: confWith({ signup: "callback_service_list=crm" }),
      services: { crm: () => ++delivered },
      waitUntil: (work) => waited.push(work),
    }),
  );
  await ok(enrol.signup(account("ada")));
  assert.equal(waited.length, 2, "one at start and one after the commit");
  await Promise.all(waited);
  assert.equal(delivered, 1);
  const own: Promise<unknown>[] = [];
  await ok(enrol.signup(account("grace"), { waitUntil: (work) => own.push(work) }));
  await Promise.all(own);
  assert.deepEqual([waited.length, own.length, delivered], [2, 1, 2]);
});

test("deliveries that the request cannot wait for are left, and no timer is set", async (t) => {
  let works = false;
  let delivered = 0;
  const waited: Promise<unknown>[] = [];
  const crm = () => {
    if (!works) {
      throw new Error("not now");
    }
    delivered++;
  };
  const conf = confWith({ signup: "callback_service_list=crm" });
  const enrol = await createEnrol(options({ conf, services: { crm }, waitUntil: (work) => waited.push(work) }));
  await ok(enrol.signup(account("ada")));
  await Promise.all(waited);
  assert.equal(delivered, 0);
  works = true;
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + 60_000);
  assert.equal((await ok(enrol.dispatch())).delivered, 1);
  await enrol.close();
});

test("a waitUntil that throws is reported, and events are delivered anyway", async () => {
  const faults: Error[] = [];
  let delivered = 0;
  const enrol = await createEnrol(
    options({
      conf: confWith({ signup: "callback_service_list=crm" }),
      services: { crm: () => ++delivered },
      waitUntil: () => {
        throw new Error("no request");
      },
      onFault: (error) => faults.push(error),
    }),
  );
  await ok(enrol.signup(account("ada")));
  await until(() => delivered === 1);
  assert.equal(faults[0]?.message, "no request");
  await enrol.close();
});

test("operations whose request has ended are given up by later operations", async (t) => {
  const inner = memoryStore();
  let stuck = false;
  const store: Store = {
    get: (keys) => (stuck ? new Promise(() => {}) : inner.get(keys)),
    commit: (batch) => inner.commit(batch),
    scan: (prefix, after, limit) => inner.scan(prefix, after, limit),
  };
  const waited: Promise<unknown>[] = [];
  const enrol = await createEnrol(options({ store, waitUntil: (work) => waited.push(work) }));
  await enrol.ready();
  await Promise.all(waited);
  stuck = true;
  t.mock.method(globalThis, "setTimeout", () => 0); // as if the request had ended
  const forgotten = Promise.allSettled(Array.from({ length: 1024 }, () => enrol.get({ username: "ada" })));
  await new Promise((resolve) => setImmediate(resolve));
  stuck = false;
  await assert.rejects(enrol.get({ username: "ada" }), { code: "E901002" });
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + 32_000);
  await ok(enrol.signup(account("ada")));
  const outcomes = await forgotten;
  assert(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason.code === "E901002"));
  t.mock.restoreAll();
  await enrol.close();
});
