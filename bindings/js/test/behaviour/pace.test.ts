// Operations leave the thread to timers, input and aborts, even if the store answers at once.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Kdf, type KdfRequest, memoryStore } from "@enrol-sso/enrol";
import { loadModule } from "@enrol-sso/enrol/node";
import { Argon2id } from "#dist/argon2id.js";
import { creator } from "#dist/create.js";
import { Instance } from "#dist/instance.js";
import { kdfWith } from "#dist/node/kdf.js";
import { byText } from "#dist/node/thread.js";
import { paced } from "#dist/pace.js";
import { offThread } from "#dist/threads/off-thread.js";
import { Threads } from "#dist/threads/threads.js";
import { account, confWith, crowdKdf, ok, SECRET_KEY, start } from "../fixture.js";
import { toy } from "../toy.js";

const nextTask = () => new Promise((resolve) => setImmediate(resolve));

test("work that takes long is spread over tasks, in its order, and other tasks come in between", async (t) => {
  await nextTask(); // what came before may have begun in this one
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const done: number[] = [];
  let others = 0;
  for (let i = 0; i < 8; i++) {
    setImmediate(() => done.push(100 + others++)); // 100 and more are of others
  }
  for (let i = 0; i < 8; i++) {
    paced(() => {
      now += 4; // of 10
      done.push(i);
    });
  }
  assert.deepEqual(done, [0, 1, 2]);
  while (!done.includes(7)) {
    await nextTask();
  }
  assert.deepEqual(
    done.filter((i) => i < 100),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
  assert(done.indexOf(100) < done.indexOf(3), String(done));
});

/** Signs up many at once, and counts how often a timer ticks meanwhile. */
async function ticksDuring(kdf: Kdf, conf: string): Promise<number> {
  const { enrol } = await start({ kdf, conf });
  let ticks = 0;
  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    ticks++;
    timer = setTimeout(tick, 0);
  };
  timer = setTimeout(tick, 0);
  const signups = Array.from({ length: 40 }, (_, i) => enrol.signup(account(`user${i}`)));
  const late = enrol.signup(account("late"), { signal: AbortSignal.timeout(1) });
  await assert.rejects(late, { name: "TimeoutError" });
  await Promise.all(signups.map(ok));
  clearTimeout(timer);
  await enrol.close();
  return ticks;
}

test("during many signups that hash at once, timers tick between them, and signals abort", async () => {
  // A hash of the module takes longer than a slice on any machine.
  const ticks = await ticksDuring(
    Object.assign(() => undefined, { atOnce: 1024 }),
    confWith({ enrol: "argon2_memory=19456\nargon2_iterations=2" }),
  );
  assert(ticks >= 30, `${ticks} ticks`);
});

test("during many signups whose hashes are there at once, timers tick and signals abort", async (t) => {
  // As on a slow machine: each look at the clock takes 4 ms, of 10 in a slice.
  let now = 0;
  t.mock.method(performance, "now", () => (now += 4));
  const kdf = Object.assign(({ length }: KdfRequest) => new Uint8Array(length), { atOnce: 1024 });
  const proven: Kdf = (request) => (request.iterations === 1000 ? kdf(request) : crowdKdf(request));
  const ticks = await ticksDuring(Object.assign(proven, { atOnce: 1024 }), confWith());
  assert(ticks >= 10, `${ticks} ticks`);
});

test("a call that is cancelled before it could begin never begins", async (t) => {
  const { enrol, events } = await start();
  await nextTask();
  let now = 0;
  t.mock.method(performance, "now", () => now);
  paced(() => {
    now += 100;
  });
  const controller = new AbortController();
  const signup = enrol.signup(account("ada"), { signal: controller.signal });
  for (let i = 0; i < 20; i++) {
    await undefined; // it has called the module, or waits for its turn
  }
  controller.abort(new Error("gone"));
  await assert.rejects(signup, { message: "gone" });
  await nextTask();
  await nextTask();
  assert.deepEqual(events, []);
  await enrol.close();
});

test("without a native argon2, no signup hashes on the thread of the engine", async (t) => {
  const threads = new Threads(1, [byText], loadModule);
  const native = kdfWith(async () => undefined);
  const kdf = offThread(native, threads, 1);
  const hashed: (Uint8Array | undefined)[] = [];
  const watched = async (request: KdfRequest) => {
    const key = await kdf(request);
    hashed.push(key);
    return key;
  };
  const here = t.mock.method(Argon2id.prototype, "derive").mock;
  const createEnrol = creator({ loadModule, kdf: watched, native, requestBound: false });
  const conf = confWith({ enrol: "argon2_memory=8192\nargon2_iterations=1" });
  const enrol = await createEnrol({ conf, secretKey: SECRET_KEY, store: memoryStore(), audit: () => {} });
  assert.equal(hashed.length, 0, "no thread starts before it is needed");
  await Promise.all(["ada", "grace", "mary"].map((name) => ok(enrol.signup(account(name)))));
  assert.deepEqual(
    hashed.map((key) => key?.length),
    [32, 32, 32],
    "the module would hash the rest",
  );
  assert.equal(here.callCount(), 0);
  await enrol.close();
  await threads.close();
});

const RATED = { ...account("ada"), password: "password1" };
const RATING = confWith({ password: "min_complexity=2" }).replace("min_complexity=0", "");

/** Watches the instance that is made next: the parts of its preparation, each with the number of turns before it. */
function watchPreparation(t: TestContext) {
  const { create } = Instance;
  const { prepare } = Instance.prototype;
  const watched = { parts: [] as number[], turns: 0, left: true, unprepared };
  let own: Instance | undefined; // others may still prepare
  t.mock.method(Instance, "create", async (...given: Parameters<typeof create>) => {
    own = await create.apply(Instance, given);
    return own;
  });
  const mocked = t.mock.method(Instance.prototype, "prepare", function (this: Instance) {
    if (this !== own) {
      return false;
    }
    watched.parts.push(watched.turns);
    watched.left = prepare.call(this);
    return watched.left;
  });

  /** What an engine that never prepared answers to the same request. */
  async function unprepared(cid: string) {
    mocked.mock.mockImplementation(() => false);
    const { enrol } = await start({ conf: RATING });
    const answer = await enrol.validate(RATED);
    await enrol.close();
    assert.equal(answer.ok, false);
    return { ...answer, cid };
  }
  return watched;
}

test("an engine prepares for its first password in parts, between which timers tick, and answers the same", async (t) => {
  const watched = watchPreparation(t);
  const { enrol } = await start({ conf: RATING });
  for (; watched.left && watched.turns < 10_000; watched.turns++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const { left, parts } = watched;
  assert(!left && parts.length > 20, `${parts.length} parts`);
  assert(new Set(parts).size > parts.length / 2, `${parts}`);
  const answer = await enrol.validate(RATED);
  await enrol.close();
  assert.deepEqual(answer, await watched.unprepared(answer.cid));
});

test("a password that comes before its engine is prepared waits for the rest in short tasks", async (t) => {
  const watched = watchPreparation(t);
  const { enrol } = await start({ conf: RATING });
  let now = performance.now();
  t.mock.method(performance, "now", () => (now += 6)); // of 10 in a slice
  let answered = false;
  const answer = enrol.validate(RATED).finally(() => (answered = true));
  for (; !answered; watched.turns++) {
    await nextTask();
  }
  const { left, parts } = watched;
  assert(!left && parts.length > 20, `${parts.length} parts before the answer`);
  assert(new Set(parts).size >= parts.length / 4, `${parts}`);
  assert.deepEqual(await answer, await watched.unprepared((await answer).cid));
  await enrol.close();
});

test("what rates no password does not wait for the preparation", async (t) => {
  const watched = watchPreparation(t);
  const { enrol } = await start({ conf: RATING });
  const { password: _, ...rest } = RATED;
  await enrol.validate(rest);
  await enrol.close();
  const { enrol: undemanding } = await start();
  await ok(undemanding.signup(account("ada")));
  await undemanding.close();
  assert.deepEqual(watched.parts, []);
});

test("a closed engine prepares no more", async (t) => {
  const watched = watchPreparation(t);
  const { enrol } = await start({ conf: RATING });
  await enrol.close();
  const later = await new Promise<number>((resolve) => {
    setTimeout(() => resolve(watched.parts.length), 400); // the first part would come before this timer
  });
  assert.equal(later, 0);
});

test("a module that is older than this package, and prepares nothing, works", async () => {
  const instance = await Instance.create(new WebAssembly.Module(toy));
  assert.equal(instance.prepare(), false);
});
