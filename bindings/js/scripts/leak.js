// Signs many up with a cheap hash, and prints what memory that takes as it goes
// on: of the process, of JavaScript's heap, and of the module. Fails if it grows
// with the number of signups.
//
//   npm run bench:leak              100,000 signups
//   npm run bench:leak -- 20000     fewer

import assert from "node:assert/strict";
import { createEnrol, memoryStore } from "@enrol-sso/enrol";
import { Instance } from "#dist/instance.js";

const total = Number(process.argv[2] ?? 100_000);
const STEPS = 10;
const AT_ONCE = 50;
const GROWTH = 16; // MiB that the heap and the buffers may differ by between the middle and the end

/** Sizes of the modules' memories that are alive. */
const instances = new Set();
const { create } = Instance;
Instance.create = async (...given) => {
  const instance = await create.apply(Instance, given);
  instances.add(new WeakRef(instance));
  return instance;
};
const moduleBytes = () => [...instances].reduce((sum, reference) => sum + (reference.deref()?.memoryBytes ?? 0), 0);

let store = memoryStore();
/** One store after another, so that what is kept is not taken for what leaks. */
const emptied = {
  get: (keys) => store.get(keys),
  commit: (batch) => store.commit(batch),
  scan: (prefix, after, limit) => store.scan(prefix, after, limit),
};

const conf =
  "[password]\nmin_complexity=0\n[apps]\nall=CRM\nsignup_allowed=CRM\n[enrol]\npassword_hash=pbkdf2-sha512\n[hash_secret]\nrounds=1000\n" +
  "[main]\nemail_service=mail\n";
const enrol = await createEnrol({
  conf,
  secretKey: `k1:${Buffer.alloc(32, 7).toString("base64url")}`,
  store: emptied,
  audit: () => {},
  services: { mail: () => {} },
});

async function life(i) {
  const answer = await enrol.signup({
    username: `user${i}`,
    password: "correct horse battery",
    email: `user${i}@example.com`,
    appList: ["CRM"],
  });
  assert(answer.ok, JSON.stringify(answer));
}

/** Forgets the accounts, and keeps what the store says of itself. */
async function forget() {
  await enrol.dispatch();
  const meta = await store.scan("meta/", "", 100);
  store = memoryStore();
  await store.commit({ checks: [], puts: meta.map(({ key, data }) => ({ key, data })), deletes: [] });
}

const mib = (bytes) => (bytes / 2 ** 20).toFixed(1).padStart(9);
process.stdout.write("  signups   seconds   RSS MiB  heap MiB  buffers   module\n");
const begun = performance.now();
const measured = [];
for (let done = 0, step = 0; step < STEPS; step++) {
  for (const end = Math.round((total * (step + 1)) / STEPS); done < end; ) {
    const many = Math.min(AT_ONCE, end - done);
    await Promise.all(Array.from({ length: many }, (_, i) => life(done + i)));
    done += many;
  }
  await forget();
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc?.();
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  measured.push(heapUsed + arrayBuffers + moduleBytes());
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `${String(done).padStart(9)} ${seconds.padStart(9)} ${mib(rss)} ${mib(heapUsed)} ${mib(arrayBuffers)} ${mib(moduleBytes())}\n`,
  );
}
await enrol.close();
const growth = (measured.at(-1) - measured[STEPS / 2 - 1]) / 2 ** 20;
process.stdout.write(`between the middle and the end: ${growth.toFixed(1)} MiB, at most ${GROWTH} are allowed\n`);
process.exit(growth > GROWTH ? 1 : 0);
