// Measures what the process of workerd computes for a request, in ms of the processor: one request at a time, to a worker
// that is built as wrangler builds it. Needs Linux, and what is installed in tests/runtimes.
//
//   npm run bench:workerd

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { worker } from "../build/entries/workerd.js";

const ROUNDS = 30;
const WARM = 10; // earlier requests, while V8 compiles

const contents = `
import { createEnrol, memoryStore } from "@enrol-sso/enrol";

const engine = (passwordHash) => createEnrol({
  conf: {
    apps: "CRM",
    signup: { emailConfirmEnabled: false, emailWelcomeEnabled: false },
    hashSecret: { rounds: 100_000 }, // production refuses more, workerd does not
    enrol: { passwordHash },
  },
  strict: false,
  secretKey: "k1:" + "A".repeat(43),
  store: memoryStore(),
  audit: () => {},
});
const engines = { argon2id: await engine("argon2id"), "pbkdf2-sha512": await engine("pbkdf2-sha512") };
let n = 0;
const person = () => {
  const username = "user" + n++;
  return { username, password: "vexing otter lamps 9", email: username + "@example.com" };
};

export default {
  async fetch(request) {
    const [, operation, hash] = new URL(request.url).pathname.split("/");
    if (operation === "nothing") return new Response("ok");
    if (operation === "ready") await engines[hash].ready();
    else {
      const answer = await engines[hash][operation](person());
      if (!answer.ok) return new Response(answer.reasons.join(), { status: 500 });
    }
    return new Response("ok");
  },
};
`;

/** The processes that this one started. */
function children() {
  return readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/.*\) \S /s, "")
        .startsWith(`${process.pid} `);
    } catch {
      return false; // no process, or one that ended
    }
  });
}

/** Milliseconds that all threads of processes have computed. */
function computed(pids) {
  let nanoseconds = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    }
  }
  return nanoseconds / 1e6;
}

const before = new Set(children());
const source = { stdin: { contents, resolveDir: fileURLToPath(new URL("../build/entries/", import.meta.url)) } };
const workerd = await worker(source, { compatibilityDate: "2025-09-01" });
const rows = [];
try {
  const ask = async (path) => {
    const response = await workerd.dispatchFetch(`http://worker.test/${path}`);
    if (!response.ok) {
      throw new Error(`${path}: ${await response.text()}`);
    }
    await response.text();
  };
  await ask("nothing");
  const pids = children().filter((pid) => !before.has(pid));
  const measure = async (path) => {
    const from = computed(pids);
    await ask(path);
    return computed(pids) - from;
  };
  const once = async (name, path) => rows.push([name, await measure(path)]);
  const often = async (name, path) => {
    const all = [];
    for (let i = -WARM; i < ROUNDS; i++) {
      const ms = await measure(path);
      if (i >= 0) {
        all.push(ms);
      }
    }
    all.sort((a, b) => a - b);
    rows.push([name, all[0], all[ROUNDS >> 1], all.at(-1)]);
  };
  await once("the first request: makes the engine", "ready/argon2id");
  await once("the first password: unpacks the word lists", "validate/argon2id");
  await ask("ready/pbkdf2-sha512");
  await ask("validate/pbkdf2-sha512");
  await often("nothing", "nothing");
  await often("validate", "validate/argon2id");
  await often("signup with argon2id", "signup/argon2id");
  await often("signup with PBKDF2", "signup/pbkdf2-sha512");
} finally {
  await workerd.dispose();
}
process.stdout.write(`workerd: ms of the processor${" ".repeat(20)}least  median    most\n`);
for (const [name, ...all] of rows) {
  process.stdout.write(`${name.padEnd(45)}${all.map((ms) => ms.toFixed(1).padStart(8)).join("")}\n`);
}
