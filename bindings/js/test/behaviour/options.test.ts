// The options of createEnrol: errors name the option and never contain a secret.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, createEnrol, type EnrolOptions, memoryStore } from "@enrol-sso/enrol";
import { account, confWith, SECRET, SECRET_KEY, start } from "../fixture.js";

const good: EnrolOptions = { conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} };

/** A kdf with invalid members. */
const kdfWith = (members: object) => Object.assign(() => undefined, members);

test("invalid options are TypeErrors that name the option", async () => {
  for (const [wrong, message] of [
    [{ conf: undefined }, /^enrol: conf must be/],
    [{ secretKey: "" }, /^enrol: secretKey must be/],
    [{ secretKey: 5 }, /^enrol: secretKey must be/],
    [{ store: undefined }, /^enrol: store must be/],
    [{ store: {} }, /^enrol: store\.get must be/],
    [{ audit: undefined }, /^enrol: audit must be/],
    [{ audit: {} }, /^enrol: audit must be/],
    [{ services: { crm: 5 } }, /^enrol: services\["crm"\] must be/],
    [{ timeoutMs: 0 }, /^enrol: timeoutMs must be/],
    [{ timeoutMs: 1.5 }, /^enrol: timeoutMs must be/],
    [{ timeoutMs: 2 ** 31 }, /^enrol: timeoutMs must be/],
    [{ dispatchIntervalMs: -1 }, /^enrol: dispatchIntervalMs must be/],
    [{ purgeIntervalMs: -1 }, /^enrol: purgeIntervalMs must be/],
    [{ purgeIntervalMs: 0.5 }, /^enrol: purgeIntervalMs must be/],
    [{ maxMemoryBytes: 5 }, /^enrol: maxMemoryBytes must be/],
    [{ kdf: 5 }, /^enrol: kdf must be/],
    [{ kdf: kdfWith({ atOnce: 0 }) }, /^enrol: kdf\.atOnce must be a whole number from 1 to 1024$/],
    [{ kdf: kdfWith({ maxWaiting: 0 }) }, /^enrol: kdf\.maxWaiting must be a whole number from 1 to 1000000$/],
    [{ kdf: kdfWith({ maxWaiting: -1 }) }, /^enrol: kdf\.maxWaiting must be/],
    [{ kdf: kdfWith({ maxWaiting: 2.5 }) }, /^enrol: kdf\.maxWaiting must be/],
    [{ kdf: kdfWith({ maxWaiting: 1_000_001 }) }, /^enrol: kdf\.maxWaiting must be/],
    [{ kdf: kdfWith({ maxWaiting: Number.NaN }) }, /^enrol: kdf\.maxWaiting must be/],
    [{ kdf: kdfWith({ maxWaiting: "many" }) }, /^enrol: kdf\.maxWaiting must be/],
    [{ onFault: 5 }, /^enrol: onFault must be/],
    [{ module: 5 }, /^enrol: module must be/],
    [{ secretkey: "x" }, /^enrol: there is no option "secretkey"/],
  ] as const) {
    await assert.rejects(createEnrol({ ...good, ...wrong } as never), { name: "TypeError", message });
  }
  await assert.rejects(createEnrol(undefined as never), { name: "TypeError" });
});

test("requests that are not objects are TypeErrors", async () => {
  const { enrol } = await start();
  for (const wrong of [undefined, null, "ada", ["ada"]]) {
    await assert.rejects(enrol.signup(wrong as never), { name: "TypeError", message: "enrol: signup needs an object" });
  }
  await assert.rejects(enrol.signup({ ...account("ada"), displayName: 5n } as never), TypeError);
});

test("invalid options of a call are TypeErrors before anything happens", async () => {
  const { enrol, events } = await start();
  for (const [wrong, message] of [
    [null, "enrol: the options of a call must be an object"],
    [{ signal: 5 }, "enrol: signal must be an AbortSignal"],
    [{ signal: {} }, "enrol: signal must be an AbortSignal"],
    [{ waitUntil: 5 }, "enrol: waitUntil must be a function"],
    [{ timeoutMs: 5 }, 'enrol: there is no option "timeoutMs"'],
  ] as const) {
    const options = wrong as never;
    await assert.rejects(enrol.signup(account("ada"), options), { name: "TypeError", message });
    await assert.rejects(enrol.dispatch({}, options), { name: "TypeError", message });
    await assert.rejects(enrol.purge({}, options), { name: "TypeError", message });
    await assert.rejects(enrol.admin().rekey({}, options), { name: "TypeError", message });
  }
  assert.deepEqual(events, []);
  await enrol.close();
});

test("an invalid configuration is a ConfigError with lines and columns", async () => {
  await assert.rejects(start({ conf: "[main]\nencrypt_email=perhaps\n" }), (error: unknown) => {
    assert(error instanceof ConfigError);
    assert.equal(error.notices[0]?.line, 2);
    assert.match(error.message, /line 2/);
    return true;
  });
});

test("an error about an invalid secret key does not contain it", async () => {
  const wrong = `k1:${SECRET.subarray(1).toString("base64url")}`;
  await assert.rejects(start({ secretKey: wrong }), (error: unknown) => {
    assert(error instanceof ConfigError);
    assert(!error.message.includes(wrong.slice(3)));
    return true;
  });
});

test("warnings about a configuration are notices and stop nothing", async () => {
  const { enrol } = await start();
  assert.match(enrol.notices[0]?.message ?? "", /no message is sent/);
});

test("a store that another secret key wrote is refused at start", async () => {
  const store = memoryStore();
  await start({ store });
  await assert.rejects(start({ store, secretKey: `k1:${Buffer.alloc(32, 9).toString("base64url")}` }), ConfigError);
});
