// What createEnrol is given: misuse is told plainly, and never with a secret.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, createEnrol, type EnrolOptions, memoryStore, SignupError } from "@enrol-sso/enrol";
import { account, confWith, SECRET, SECRET_KEY, start } from "../fixture.js";

const good: EnrolOptions = { conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} };

test("wrong options are TypeErrors that name the option", async () => {
  for (const [wrong, message] of [
    [{ conf: undefined }, /^enrol: conf has to be/],
    [{ secretKey: "" }, /^enrol: secretKey has to be/],
    [{ secretKey: 5 }, /^enrol: secretKey has to be/],
    [{ store: undefined }, /^enrol: store has to be/],
    [{ store: {} }, /^enrol: store\.get has to be/],
    [{ audit: undefined }, /^enrol: audit has to be/],
    [{ audit: {} }, /^enrol: audit has to be/],
    [{ services: { crm: 5 } }, /^enrol: services\["crm"\] has to be/],
    [{ timeoutMs: 0 }, /^enrol: timeoutMs has to be/],
    [{ timeoutMs: 1.5 }, /^enrol: timeoutMs has to be/],
    [{ timeoutMs: 2 ** 31 }, /^enrol: timeoutMs has to be/],
    [{ dispatchIntervalMs: -1 }, /^enrol: dispatchIntervalMs has to be/],
    [{ purgeIntervalMs: -1 }, /^enrol: purgeIntervalMs has to be/],
    [{ purgeIntervalMs: 0.5 }, /^enrol: purgeIntervalMs has to be/],
    [{ maxMemoryBytes: 5 }, /^enrol: maxMemoryBytes has to be/],
    [{ kdf: 5 }, /^enrol: kdf has to be/],
    [{ onFault: 5 }, /^enrol: onFault has to be/],
    [{ module: 5 }, /^enrol: module has to be/],
    [{ secretkey: "x" }, /^enrol: there is no option "secretkey"/],
  ] as const) {
    await assert.rejects(createEnrol({ ...good, ...wrong } as never), { name: "TypeError", message });
  }
  await assert.rejects(createEnrol(undefined as never), { name: "TypeError" });
});

test("requests that are no objects are TypeErrors", async () => {
  const { enrol } = await start();
  for (const wrong of [undefined, null, "ada", ["ada"]]) {
    await assert.rejects(enrol.signup(wrong as never), { name: "TypeError", message: "enrol: signup needs an object" });
  }
  await assert.rejects(enrol.signup({ ...account("ada"), displayName: 5n } as never), TypeError);
});

test("wrong options of a call are TypeErrors, before anything happens", async () => {
  const { enrol, events } = await start();
  for (const [wrong, message] of [
    [null, "enrol: the options of a call have to be an object"],
    [{ signal: 5 }, "enrol: signal has to be an AbortSignal"],
    [{ signal: {} }, "enrol: signal has to be an AbortSignal"],
    [{ waitUntil: 5 }, "enrol: waitUntil has to be a function"],
    [{ timeoutMs: 5 }, 'enrol: there is no option "timeoutMs"'],
  ] as const) {
    const options = wrong as never;
    await assert.rejects(enrol.signup(account("ada"), options), { name: "TypeError", message });
    await assert.rejects(enrol.dispatch({}, options), { name: "TypeError", message });
    await assert.rejects(enrol.purge({}, options), { name: "TypeError", message });
    await assert.rejects(enrol.rekey({ superUser: true }, options), { name: "TypeError", message });
  }
  assert.deepEqual(events, []);
  await enrol.close();
});

test("a configuration that cannot be used is a ConfigError with places", async () => {
  await assert.rejects(start({ conf: "[main]\nencrypt_email=perhaps\n" }), (error: unknown) => {
    assert(error instanceof ConfigError);
    assert.equal(error.notices[0]?.line, 2);
    assert.match(error.message, /line 2/);
    return true;
  });
});

test("a secret key that cannot be used is not told", async () => {
  const wrong = `k1:${SECRET.subarray(1).toString("base64url")}`;
  await assert.rejects(start({ secretKey: wrong }), (error: unknown) => {
    assert(error instanceof ConfigError);
    assert(!error.message.includes(wrong.slice(3)));
    return true;
  });
});

test("what is doubtful about a configuration is told and harms nothing", async () => {
  const { enrol } = await start();
  assert.match(enrol.notices[0]?.message ?? "", /no message is written/);
});

test("a store that another secret key wrote is refused at start", async () => {
  const store = memoryStore();
  await start({ store });
  await assert.rejects(start({ store, secretKey: `k1:${Buffer.alloc(32, 9).toString("base64url")}` }), SignupError);
});
