// Password hashing on other threads: outside the event loop, and after a thread
// failed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Kdf, KdfRequest } from "@enrol-sso/enrol";
import { loadModule, workerKdf } from "@enrol-sso/enrol/node";
import { account, confWith, ok, SECRET_KEY, start } from "../fixture.js";

const first: Kdf = () => undefined;

const request = (i: number, memory = 64): KdfRequest => ({
  algorithm: "argon2id",
  memory,
  iterations: 1,
  parallelism: 1,
  length: 32,
  password: new Uint8Array([i]),
  salt: new Uint8Array(16),
});

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");

test("many hashes at once each get their own answer, from any number of threads", async () => {
  const answers = await Promise.all(
    [1, 2].map(async (threads) => {
      const kdf = workerKdf({ threads, first, module: loadModule() });
      const derived = await Promise.all(Array.from({ length: 40 }, async (_, i) => hex(await kdf(request(i)))));
      await kdf.close();
      return derived;
    }),
  );
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(new Set(answers[0]).size, 40);
});

test("hashing on threads leaves the event loop free", async () => {
  const kdf = workerKdf({ first });
  const { enrol } = await start({ kdf, conf: confWith({ enrol: "argon2_memory=65536\nargon2_iterations=2" }) });
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await Promise.all(["ada", "grace"].map((name) => ok(enrol.signup(account(name)))));
  clearInterval(timer);
  assert(turns > 10, `${turns} turns`);
  await enrol.close();
  await kdf.close();
});

test("an algorithm of Node starts no thread", async () => {
  const module = Promise.reject(new Error("no thread is needed"));
  module.catch(() => {});
  const kdf = workerKdf({ module });
  assert.equal((await kdf({ ...request(1), algorithm: "pbkdf2-sha512" }))?.length, 32);
});

test("a hash that fails leaves the thread usable", async () => {
  const kdf = workerKdf({ first, threads: 1 });
  await assert.rejects(async () => kdf({ ...request(1), parallelism: 0 }), /could not hash/);
  assert.equal((await kdf(request(1)))?.length, 32);
  await kdf.close();
});

test("an instance that traps is replaced", async () => {
  const kdf = workerKdf({ first, threads: 1 });
  await assert.rejects(async () => kdf(request(1, 8 << 20)), /could not hash/); // 8 GiB: more than there can be
  assert.equal((await kdf(request(1)))?.length, 32);
  await kdf.close();
});

test("closing ends running and waiting hashes, and accepts no new ones", async () => {
  const kdf = workerKdf({ first, threads: 1 });
  await kdf(request(0));
  const waiting = Promise.allSettled([kdf(request(1, 65_536)), kdf(request(2)), kdf(request(3))]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await kdf.close();
  assert.deepEqual(
    (await waiting).map(({ status }) => status),
    ["rejected", "rejected", "rejected"],
  );
  await assert.rejects(async () => kdf(request(4)), /closed/);
});

test("idle threads keep no process alive", () => {
  const program = `
    import { workerKdf } from "@enrol-sso/enrol/node";
    import { createEnrol, memoryStore } from "@enrol-sso/enrol";
    const options = ${JSON.stringify({ conf: confWith({ enrol: "" }), secretKey: SECRET_KEY })};
    const enrol = await createEnrol({ ...options, kdf: workerKdf({ first: () => undefined }), store: memoryStore(), audit: () => {} });
    const answer = await enrol.signup(${JSON.stringify(account("ada"))});
    console.log(answer.ok);
  `;
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd, timeout: 30_000 });
  assert.equal(String(output), "true\n");
});

test("an invalid number of threads is a TypeError", () => {
  for (const threads of [0, -1, 1.5, "2" as never]) {
    assert.throws(() => workerKdf({ threads }), TypeError);
  }
});
