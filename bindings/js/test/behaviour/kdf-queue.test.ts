// The queue of passwords to hash: how many are hashed at a time, and which are
// refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kdf, KdfRequest } from "@enrol-sso/enrol";
import { nodeKdf, workerKdf } from "@enrol-sso/enrol/node";
import { kdf as answerKdf } from "#dist/effects/kdf.js";
import { BusyError, KdfQueue, MAX_WAIT, MAX_WAITING } from "#dist/kdf-queue.js";
import { account, confWith, ok, refused, start, until } from "../fixture.js";

const request = (i: number, memory = 64): KdfRequest => ({
  algorithm: "argon2id",
  memory,
  iterations: 1,
  parallelism: 1,
  length: 32,
  password: new Uint8Array([i]),
  salt: new Uint8Array(16),
});

/** A kdf whose hashes run until the test ends them, by the number in their password. */
function slow(atOnce?: number) {
  const begun: number[] = [];
  const ends = new Map<number, (key: Uint8Array) => void>();
  const kdf = ({ password: [i = 0] }: KdfRequest) => {
    begun.push(i);
    return new Promise<Uint8Array>((resolve) => {
      ends.set(i, resolve);
    });
  };
  const end = (i: number) => {
    ends.get(i)?.(new Uint8Array([i]));
    return new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, end, queue: new KdfQueue(Object.assign(kdf, { atOnce })) };
}

const busy = (error: unknown) => error instanceof BusyError && error.retryAfter === 10;

test("a limited number is hashed at a time, and the others in order of arrival", async () => {
  for (const [atOnce, most] of [
    [undefined, 4],
    [2, 2],
  ] as const) {
    const { begun, end, queue } = slow(atOnce);
    const derived = [0, 1, 2, 3, 4, 5].map((i) => queue.derive(request(i)));
    assert.deepEqual(begun, [0, 1, 2, 3].slice(0, most));
    await end(1);
    assert.deepEqual(begun, [0, 1, 2, 3, 4].slice(0, most + 1));
    for (const i of [0, 2, 3, 4, 5]) {
      await end(i);
    }
    assert.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(
      await Promise.all(derived),
      [0, 1, 2, 3, 4, 5].map((i) => new Uint8Array([i])),
    );
  }
});

test("hashes use at most 256 MiB at a time, unless one alone needs more", async () => {
  const { begun, end, queue } = slow();
  const megabytes = [100, 150, 20, 20, 300, 1];
  const derived = megabytes.map((size, i) => queue.derive(request(i, size << 10)));
  assert.deepEqual(begun, [0, 1]);
  await end(0);
  assert.deepEqual(begun, [0, 1, 2, 3]);
  await end(1);
  await end(2);
  assert.deepEqual(begun, [0, 1, 2, 3], "the large one waits until it is alone, and those behind it with it");
  await end(3);
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  await end(4);
  await end(5);
  await Promise.all(derived);
});

test("once the duration of a hash is known, hashes that would wait too long are refused", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const { begun, end, queue } = slow(1);
  const outcomes = new Map<number, string>();
  for (let i = 0; i < 100; i++) {
    Promise.resolve(queue.derive(request(i))).then(
      () => outcomes.set(i, "hashed"),
      (error) => outcomes.set(i, busy(error) ? "refused" : String(error)),
    );
  }
  for (let i = 0; i < 9; i++) {
    assert.equal(outcomes.size, i, "nothing is known yet");
    now += 500;
    await end(i);
  }
  // Those that wait have waited for 4.5 seconds, so that 5.5 are left: for 12 of them, one at once.
  const of = (outcome: string) => [...outcomes.keys()].filter((i) => outcomes.get(i) === outcome);
  assert.deepEqual([of("hashed").length, of("refused").length, of("refused").at(-1)], [9, 79, 21]);
  const more = Array.from({ length: 9 }, (_, i) => queue.derive(request(100 + i))); // until there are 20
  assert.throws(() => queue.derive(request(200)), busy);
  for (const i of [...Array(12).keys()].map((i) => i + 9).concat([...more.keys()].map((i) => i + 100))) {
    now += 500;
    await end(i);
  }
  assert.equal((await Promise.all(more)).length, 9);
  assert.deepEqual([of("hashed").length, begun.length], [21, 30]);
  const later = queue.derive(request(0));
  await end(0);
  assert.equal((await later)?.length, 1, "there is room again");
});

test("the duration of a hash while nobody waited does not count", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const { end, queue } = slow(1);
  for (let i = 0; i < 20; i++) {
    now += 60_000; // nobody came for a minute
    const derived = queue.derive(request(i));
    await end(i);
    await derived;
  }
  const derived = Promise.all([0, 1, 2].map((i) => queue.derive(request(i))));
  for (const i of [0, 1, 2]) {
    await end(i);
  }
  assert.equal((await derived).length, 3);
});

test("time in which nothing could be hashed does not count as a duration", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const { end, queue } = slow(1);
  const derived = Promise.all([...Array(100).keys()].map((i) => queue.derive(request(i))));
  now += 5_000; // as when all signups come at once, and are read before the first hash is looked at
  for (let i = 0; i < 100; i++) {
    await end(i);
  }
  assert.equal((await derived).length, 100);
});

test("a caller whose turn comes too late is refused, and later ones are not", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const { begun, end, queue } = slow(1);
  const first = queue.derive(request(0));
  const late = assert.rejects(Promise.resolve(queue.derive(request(1))), busy);
  now += MAX_WAIT;
  const last = queue.derive(request(2));
  now += 1;
  await end(0);
  await late;
  assert.deepEqual(begun, [0, 2]);
  await end(2);
  assert.equal((await Promise.all([first, last])).length, 2);
});

test("a caller that gives up frees its place for others", async () => {
  const { begun, end, queue } = slow(1);
  const controller = new AbortController();
  const first = queue.derive(request(0));
  const given = assert.rejects(Promise.resolve(queue.derive(request(1), controller.signal)), { message: "gone" });
  const last = queue.derive(request(2), new AbortController().signal);
  controller.abort(new Error("gone"));
  await given;
  await end(0);
  await end(2);
  assert.deepEqual(begun, [0, 2]);
  assert.equal((await Promise.all([first, last])).length, 2);
});

test("a hash that fails frees its place for others", async () => {
  for (const kdf of [
    () => {
      throw new Error("it fails");
    },
    () => Promise.reject(new Error("it fails")),
  ] as Kdf[]) {
    const queue = new KdfQueue(Object.assign(kdf, { atOnce: 1 }));
    for (let i = 0; i < 3; i++) {
      await assert.rejects(async () => queue.derive(request(i)), { message: "it fails" });
    }
  }
});

test("the module hashes one password at a time, and other operations run in between", async () => {
  const begun: number[] = [];
  const queue = new KdfQueue(({ password: [i = 0] }) => {
    begun.push(i);
    return undefined;
  });
  const derived = Promise.all([0, 1, 2].map((i) => queue.derive(request(i))));
  assert.deepEqual(begun, [0]);
  await new Promise((resolve) => setImmediate(resolve));
  assert(begun.length < 3, `${begun.length} had their turn before the event loop`);
  assert.deepEqual(await derived, [undefined, undefined, undefined]);
  assert.deepEqual(begun, [0, 1, 2]);
});

test("the module gets retryAfter from a busy kdf", async () => {
  const text = { ...request(1), password: "AQ", salt: "AAAAAAAAAAAAAAAAAAAAAA" };
  const refusing = () => {
    throw new BusyError();
  };
  assert.equal(await answerKdf(refusing, text), '{"retry_after":10}');
});

test("a kdf states how many hashes it takes at a time", async () => {
  assert.equal(nodeKdf.atOnce, 3);
  assert.equal(workerKdf({ threads: 2 }).atOnce, 2);
  for (const atOnce of [0, 1.5, -1, "2"]) {
    const kdf = Object.assign(() => undefined, { atOnce }) as Kdf;
    await assert.rejects(start({ kdf }), {
      name: "TypeError",
      message: /^enrol: kdf\.atOnce must be a whole number/,
    });
  }
});

test("a signup whose password cannot be hashed in time is refused, and operations without a hash go on", async (t) => {
  let ahead = 0;
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + ahead);
  let release = () => {};
  let held: Promise<void> | undefined;
  let asked = 0;
  const derive = async ({ length }: KdfRequest) => {
    asked++;
    await held;
    return held && new Uint8Array(length);
  };
  const { enrol, events } = await start({ kdf: Object.assign(derive, { atOnce: 1 }) });
  held = new Promise((resolve) => {
    release = resolve;
  });
  asked = 0;
  const first = enrol.signup(account("ada"));
  await until(() => asked === 1);
  const second = enrol.signup(account("grace"));
  await until(() => events.length === 2);
  await refused(enrol.confirm({ confirmToken: "none" }), "E005006");
  ahead += 11_000;
  release();
  await ok(first);
  assert.equal((await refused(second, "E901002")).retryAfter, 10);
  await refused(enrol.get({ username: "grace" }), "E001100");
  await enrol.close();
});

test("a first burst of signups is refused beyond the queue, and confirms and logins take turns with it", async () => {
  const { begun, end, queue } = slow(1);
  const asked = (i: number, operation: string) => Promise.resolve(queue.derive(request(i), undefined, operation));
  const signups = [asked(0, "signup")];
  for (let i = 0; i < MAX_WAITING; i++) {
    signups.push(asked(1, "signup"));
  }
  for (let i = 0; i < 1000; i++) {
    assert.throws(() => queue.derive(request(1), undefined, "signup"), busy);
  }
  const confirm = asked(2, "confirm");
  const verify = asked(3, "verify");
  for (const i of [0, 2, 3]) {
    await end(i);
  }
  await Promise.all([confirm, verify]);
  assert.deepEqual(begun, [0, 2, 3, 1]);
  for (let i = 0; i < MAX_WAITING; i++) {
    await end(1);
  }
  await Promise.all(signups);
  assert.equal(begun.length, MAX_WAITING + 3);
});

test("a confirm that needs the password is answered while signups are refused", async () => {
  let release = () => {};
  let held: Promise<void> | undefined;
  const derive = async (wanted: KdfRequest) => {
    await held;
    return nodeKdf(wanted);
  };
  const { enrol } = await start({
    conf: confWith({ enrol: "password_hash=pbkdf2-sha512\nconfirm_requires_password=True" }),
    kdf: Object.assign(derive, { atOnce: 1 }),
  });
  const ada = account("ada");
  const { confirmToken } = await ok(enrol.signup(ada));
  held = new Promise((resolve) => {
    release = resolve;
  });
  let refusals = 0;
  const burst = Array.from({ length: 1000 }, (_, i) =>
    enrol.signup(account(`user${i}`)).then((answer) => {
      refusals += answer.ok ? 0 : 1;
    }),
  );
  await until(() => refusals === 1000 - 1 - MAX_WAITING);
  const confirmed = enrol.confirm({ confirmToken, password: ada.password });
  release();
  await ok(confirmed);
  await Promise.all(burst); // more are refused where their turns take longer than ten seconds
  assert(refusals >= 1000 - 1 - MAX_WAITING);
  await enrol.close();
});
