// What goes wrong for callers says what is wrong, where, and what to do: in the words that the
// caller wrote.

import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { ConfigError, createEnrol, type EnrolOptions, memoryStore, newSecretKey, type Store } from "@enrol-sso/enrol";
import { mailService } from "@enrol-sso/enrol/mail";
import { callbackService, httpService, messageService, validationService } from "@enrol-sso/enrol/services";
import { d1Store } from "@enrol-sso/enrol/stores/d1";
import { denoKvStore } from "@enrol-sso/enrol/stores/deno-kv";
import { durableObjectStore, stubStore } from "@enrol-sso/enrol/stores/durable-object";
import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
import { pgStore } from "@enrol-sso/enrol/stores/pg";
import { postgresStore } from "@enrol-sso/enrol/stores/postgres";
import { verifyWebhook, webhookSecrets } from "@enrol-sso/enrol/webhook";
import { account, confWith, ok, refused, SECRET_KEY, start } from "../fixture.js";

const good: EnrolOptions = { conf: confWith(), secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} };

test("an option that is not given is said to be undefined", async () => {
  for (const option of ["conf", "secretKey", "store", "audit"] as const) {
    const message = new RegExp(`^enrol: ${option} must be .*, not undefined`);
    await assert.rejects(createEnrol({ ...good, [option]: undefined } as never), { name: "TypeError", message });
    const { [option]: _, ...without } = good;
    await assert.rejects(createEnrol(without as never), { name: "TypeError", message });
  }
  for (const secretKey of [undefined, null, ""]) {
    await assert.rejects(createEnrol({ ...good, secretKey } as never), {
      message: /environment variable .*, set that$/,
    });
  }
});

test("an option of another kind is said to be that", async () => {
  for (const [option, value, kind] of [
    ["conf", 5, "a number"],
    ["secretKey", ["k1"], "a list"],
    ["store", "enrol.sqlite", "a text"],
    ["store", Promise.resolve(memoryStore()), "a promise: await it"],
    ["audit", null, "null"],
    ["services", "mail", "a text"],
    ["module", "signup.wasm", "a text"],
    ["module", Promise.resolve("signup.wasm"), "a text"],
    ["module", {}, "an object of another kind"],
    ["timeoutMs", "5", "a text"],
    ["dispatchIntervalMs", true, "true"],
    ["purgeIntervalMs", {}, "an object of another kind"],
    ["maxMemoryBytes", "1G", "a text"],
    ["kdf", null, "null"],
    ["onFault", null, "null"],
    ["waitUntil", Promise.resolve(), "a promise: await it"],
  ] as const) {
    const message = new RegExp(`^enrol: ${option} must be .*, not ${kind}`);
    await assert.rejects(createEnrol({ ...good, [option]: value } as never), { name: "TypeError", message }, option);
  }
  const services = { mail: undefined } as never;
  await assert.rejects(createEnrol({ ...good, services }), { message: /services\["mail"\] .*, not undefined$/ });
  const store = { get: () => [], commit: () => true } as never;
  await assert.rejects(createEnrol({ ...good, store }), {
    message: "enrol: store.scan must be a function, not undefined",
  });
});

test("a secret key that is not the store's is a ConfigError about the option", async () => {
  const store = memoryStore();
  await (await createEnrol({ ...good, store })).close();
  for (const secretKey of [newSecretKey(), `k1:${Buffer.alloc(32, 9).toString("base64url")}`]) {
    await assert.rejects(createEnrol({ ...good, store, secretKey }), (error: unknown) => {
      assert(error instanceof ConfigError);
      assert.match(error.message, /option secretKey: the store is sealed with .*secret key.* k1/);
      assert(!error.message.includes(secretKey.split(":")[1] as string));
      return true;
    });
  }
});

test("a secret key of another form is a ConfigError about the option", async () => {
  for (const secretKey of ["k1", "k1:short", `k1:${"A".repeat(42)}`, `${SECRET_KEY},k2:short`]) {
    const message = /option secretKey(, key k[12])?: must be/;
    await assert.rejects(createEnrol({ ...good, secretKey }), { name: "ConfigError", message });
  }
});

test("a store that answers something else is named with what it answered", async () => {
  for (const [method, answer, message] of [
    ["commit", undefined, /store\.commit must return true or false, .* not undefined/],
    ["commit", null, /store\.commit must .* not null/],
    ["commit", 1, /store\.commit must .* not a number/],
    ["get", undefined, /store\.get must return a list .* not undefined/],
    ["get", [], /store\.get must return a list .* not one of 0/],
    ["scan", undefined, /store\.scan must return a list .* not undefined/],
    ["scan", [{}, {}], /store\.scan must return a list .* not one of 2/],
  ] as const) {
    for (const reply of [() => answer, async () => answer]) {
      const inner = memoryStore();
      const methods = { get: (keys: string[]) => inner.get(keys), commit: () => true, scan: () => [] };
      const store = { ...methods, [method]: reply } as unknown as Store;
      await assert.rejects(createEnrol({ ...good, store }), { name: "SignupError", fault: message });
    }
  }
});

test("a commit that answers undefined during a sign-up is said to do so", async () => {
  const inner = memoryStore();
  const store: Store = {
    get: (keys) => inner.get(keys),
    commit: (batch) => inner.commit(batch),
    scan: (...range) => inner.scan(...range),
  };
  const { enrol } = await start({ store });
  store.commit = () => undefined as never;
  await assert.rejects(enrol.signup(account("ada")), { code: "E901002", fault: /store\.commit must .* not undefined/ });
});

test("refusals name members as the caller wrote them", async () => {
  const { enrol } = await start();
  const both = { userId: "x", username: "ada" } as never;
  const { message } = await refused(enrol.get(both), "E008002", "username");
  assert.equal(message, "cannot be given together with userId");
  await refused(enrol.get({} as never), "E008003", "userId");
  await refused(enrol.admin().approve({} as never), "E008003", "userId");
  await refused(enrol.admin("No one").lock({ userId: "x" }), "E008002", "currentUser");
  await refused(enrol.signup({ ...account("ada"), appList: [5] } as never), "E008002", "appList");
});

test("text that is no text is refused with the member that has it", async () => {
  const { enrol } = await start();
  for (const half of ["\ud83d", "a\ude00", "\ude00\ud83d"]) {
    for (const [field, request] of [
      ["username", { username: half }],
      ["password", { password: half }],
      ["displayName", { displayName: half }],
      ["appList", { appList: ["CRM", half] }],
      ["attrs", { attrs: { locale: half } }],
      ["attrs", { attrs: { [half]: "en" } }],
      ["idempotencyKey", { idempotencyKey: half }],
      ["remoteAddr", { remoteAddr: half }],
      ["currentUser", { currentUser: half }],
      ["cid", { cid: half }],
    ] as const) {
      const { message } = await refused(enrol.signup({ ...account("ada"), ...request }), "E008002", field);
      assert.match(message ?? "", /half of a surrogate pair/);
    }
    await refused(enrol.confirm({ confirmToken: half }), "E008002", "confirmToken");
    await refused(enrol.verify({ username: "ada", password: half }), "E008002", "password");
    await refused(enrol.get({ username: half }), "E008002", "username");
    await refused(enrol.admin(half).approve({ userId: "x" }), "E008002", "currentUser");
    await refused(enrol.admin().reject({ userId: "x", reason: half }), "E008002", "reason");
  }
  const { message } = await refused(enrol.signup({ ...account("ada"), lastName: "a\0" }), "E008002", "lastName");
  assert.equal(message, "contains NUL");
  await ok(enrol.signup({ ...account("ada"), lastName: "a\ud83d\ude00" }));
});

test("a request that is too long is refused with its longest member", async () => {
  const { enrol } = await start();
  const lastName = "x".repeat(70_000);
  await refused(enrol.signup({ ...account("ada"), lastName }), "E008002", "lastName");
  await refused(enrol.signup({ ...account("ada"), attrs: { note: "x".repeat(5_000_000) } }), "E008002", "attrs");
});

test("a service that the configuration does not name is a notice, and with others missing part of the error", async () => {
  const conf = confWith({ main: "email_service=mail" });
  const mail = () => {};
  const surplus = /the option services has "crm", which gets only events .*: name it in main\.email_service/;
  for (const services of [
    { mail, crm: mail },
    { crm: mail, mail },
  ]) {
    const { enrol } = await start({ conf, services });
    assert.equal(enrol.notices.filter(({ message }) => surplus.test(message)).length, 1);
    await enrol.close();
    await assert.rejects(start({ conf, services, strict: true }), { name: "ConfigError", message: surplus });
  }
  await assert.rejects(createEnrol({ ...good, conf, services: { male: mail } }), { message: /"mail".*; .*"male"/ });
  const elsewhere = `${conf}[enrol_services]\nmail=https://example.com/enrol\n`;
  const { enrol } = await start({ conf: elsewhere, services: { mail } });
  assert.match(enrol.notices.at(-1)?.message ?? "", /"mail".*\[enrol_services\]/);
  await enrol.close();
  await (await createEnrol({ ...good, store: memoryStore(), conf, services: { mail } })).close();
});

test("an invalid answer of a validation service gets a clear error", async () => {
  const conf = confWith({ validation: "service=age" });
  for (const [answer, kind] of [
    [undefined, "undefined"],
    [true, "true"],
    ["E123456", "a text"],
    [[], "a list"],
  ] as const) {
    const { enrol } = await start({ conf, services: { age: () => answer } });
    const fault = new RegExp(`a validation service must answer an object .* not ${kind};`);
    await assert.rejects(enrol.signup(account("ada")), { code: "E901002", fault });
    await enrol.close();
  }
  const { enrol } = await start({ conf, services: { age: validationService(() => undefined as never) } });
  const fault = /validationService must answer true, false or status codes, not undefined/;
  await assert.rejects(enrol.signup(account("ada")), { fault });
  await enrol.close();
});

test("makers of services and stores say what they did not get", () => {
  const promise = Promise.resolve({});
  for (const [make, message] of [
    [() => messageService(undefined as never), "a service for user.message needs a function, not undefined"],
    [() => callbackService({} as never), "a service for user.signup needs a function, not an object of another kind"],
    [() => validationService(undefined as never), "a service for user.validate needs a function, not undefined"],
    [() => mailService(undefined as never), "mailService needs a function that sends, not undefined"],
    [() => httpService(undefined as never), "httpService needs a URL, not undefined"],
    [() => httpService("not a URL?secret"), "httpService needs a URL, not this text"],
    [() => d1Store(undefined as never), "d1Store needs a D1 database, such as env.DB, not undefined"],
    [() => denoKvStore(promise as never), "denoKvStore needs a Deno.Kv, not a promise: await it"],
    [() => durableObjectStore(undefined as never), /^enrol: durableObjectStore needs ctx\.storage .*, not undefined$/],
    [() => stubStore(undefined as never), "stubStore needs the stub of a Durable Object, not undefined"],
    [() => pgStore("postgres://" as never), "pgStore needs a Pool of pg, not a text"],
    [() => postgresStore(undefined as never), "postgresStore needs what postgres() returns, not undefined"],
    [() => sqliteStore(undefined as never), "sqliteStore needs a path or a DatabaseSync, not undefined"],
  ] as const) {
    assert.throws(make, { name: "TypeError", message: typeof message === "string" ? `enrol: ${message}` : message });
  }
});

test("a webhook whose body was parsed already gets a clear error", async () => {
  const [secret = ""] = await webhookSecrets(SECRET_KEY, "crm");
  await assert.rejects(verifyWebhook(secret, {}, { type: "user.message" } as never), {
    name: "TypeError",
    message: /the body as it was received, a text or bytes, not an object of another kind: take it before/,
  });
  await assert.rejects(verifyWebhook(undefined as never, {}, ""), { message: /must be a text, not undefined/ });
  await assert.rejects(verifyWebhook(secret, undefined as never, ""), { message: /the headers .*, not undefined/ });
  await assert.rejects(webhookSecrets(undefined as never, "crm"), { message: /the secret key must .* not undefined/ });
});

test("a Node without node:sqlite gets an error that says what to do, and no file is made", (t) => {
  t.mock.method(process as { getBuiltinModule: unknown }, "getBuiltinModule" as never, () => undefined);
  const message = /^Node \d+\.\d+\.\d+ has no node:sqlite: use Node 22\.13 or later/;
  assert.throws(() => sqliteStore("/nowhere/enrol.sqlite"), { name: "StoreError", code: "unsuitable", message });
});
