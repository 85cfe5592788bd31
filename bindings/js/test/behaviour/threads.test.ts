// Threads that hash: how they start, and what happens where they cannot.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { KdfRequest } from "@enrol-sso/enrol";
import { loadModule } from "@enrol-sso/enrol/node";
import { byText } from "#dist/node/thread.js";
import { offThread, threadsOf } from "#dist/threads/off-thread.js";
import { type Start, Threads } from "#dist/threads/threads.js";
import { until } from "../fixture.js";

const request = (more: Partial<KdfRequest> = {}): KdfRequest => ({
  algorithm: "argon2id",
  memory: 64,
  iterations: 2,
  parallelism: 1,
  length: 32,
  password: new TextEncoder().encode("password"),
  salt: new TextEncoder().encode("somesaltsomesalt"),
  ...more,
});
const KEY = "Gpj7qOY5RCXJvcMzqcdQqvgR3wcPX7SleI4c9NtXk6E"; // of that request, by the reference implementation

const hash = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("base64url");

const refused: Start = () => {
  throw new Error("a policy forbids it");
};
const missing: Start = (listener) => {
  setImmediate(() => listener.ended());
  return { ask: () => {}, hold: () => {}, end: () => {} };
};

test("a way to start threads that does not work gives way to the next one", async () => {
  for (const ways of [
    [refused, byText],
    [missing, byText],
    [refused, missing, byText],
  ]) {
    const threads = new Threads(2, ways, loadModule);
    const keys = await Promise.all(Array.from({ length: 5 }, () => threads.derive(request())));
    assert.deepEqual(keys.map(hash), Array(5).fill(KEY));
    assert.equal((await threads.derive(request({ algorithm: "argon2i" })))?.length, 32);
    await threads.close();
  }
});

test("where no thread can be started, argon2id is hashed on the thread that asks, and the rest by the module", async () => {
  for (const ways of [[], [refused], [missing, refused]]) {
    const kdf = offThread(() => undefined, new Threads(2, ways, loadModule), 2);
    const keys = await Promise.all(Array.from({ length: 5 }, () => kdf(request())));
    assert.deepEqual(keys.map(hash), Array(5).fill(KEY));
    assert.equal(await kdf(request({ algorithm: "bcrypt", iterations: 16 })), undefined);
  }
});

test("without the module, what threads cannot derive is left to the engine", async () => {
  const threads = new Threads(1, [byText], () => Promise.reject(new Error("there is none")));
  assert.equal(await threads.derive(request({ algorithm: "argon2i" })), undefined);
  assert.equal(hash(await threads.derive(request())), KEY);
  await threads.close();
});

test("a thread that ends fails its hash, and another one takes its place", async () => {
  const ends: (() => unknown)[] = [];
  const watched: Start = async (listener) => {
    const thread = await byText(listener);
    ends.push(() => thread.end());
    return thread;
  };
  const threads = new Threads(1, [watched], loadModule);
  await threads.derive(request());
  const running = assert.rejects(threads.derive(request({ memory: 65_536, iterations: 1000 })), /a thread ended/);
  await until(() => ends.length === 1);
  ends[0]?.();
  await running;
  assert.equal(hash(await threads.derive(request())), KEY);
  assert.equal(ends.length, 2);
  await threads.close();
});

test("what is native is hashed natively, as many at a time as it allows", async () => {
  const never: Start = () => assert.fail("no thread is needed");
  const native = Object.assign(async ({ length }: KdfRequest) => new Uint8Array(length), { atOnce: 3 });
  const kdf = offThread(native, new Threads(1, [never], loadModule), 1);
  assert.equal((await kdf(request()))?.length, 32);
  assert.equal(kdf.atOnce, 3);
  const threaded = offThread(() => undefined, new Threads(2, [byText], loadModule), 2);
  await threaded(request());
  assert.equal(threaded.atOnce, 2);
  assert.deepEqual([0, 1, 2, 4, 64].map(threadsOf), [1, 1, 1, 3, 4]);
});

test("threads end when nobody keeps them any more, and start again for another hash", async () => {
  let begun = 0;
  let ended = 0;
  const watched: Start = async (listener) => {
    begun++;
    const thread = await byText(listener);
    const end = () => {
      ended++;
      return thread.end();
    };
    return { ...thread, end };
  };
  const threads = new Threads(1, [watched], loadModule);
  const [one, two] = [threads.hold(), threads.hold()];
  await threads.derive(request());
  one();
  one();
  await threads.derive(request());
  assert.deepEqual([begun, ended], [1, 0], "another one keeps them");
  two();
  assert.deepEqual([begun, ended], [1, 1]);
  const release = threads.hold();
  const running = threads.derive(request());
  release();
  assert.equal(hash(await running), KEY, "what runs is not cut off");
  await until(() => ended === 2);
  assert.equal(begun, 2);
  await threads.close();
});

test("where no thread can be started, one line says so once, and what to do", async (t) => {
  const { mock } = t.mock.method(console, "warn", () => {});
  const kdf = offThread(() => undefined, new Threads(2, [refused, missing], loadModule), 2);
  for (let i = 0; i < 3; i++) {
    assert.equal(hash(await kdf(request())), KEY);
  }
  assert.equal(mock.callCount(), 1);
  assert.match(String(mock.calls[0]?.arguments[0]), /^enrol: warning: no thread .* worker-src 'self' or blob:$/);
  const working = offThread(() => undefined, new Threads(1, [byText], () => Promise.reject(new Error())), 1);
  await working(request({ algorithm: "argon2i" }));
  assert.equal(mock.callCount(), 1, "without the module, threads still work");
});
