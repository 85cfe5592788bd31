// An engine that nobody refers to is collected, with the memory of its module: its timers do not keep it. What it shared
// with others is given back then.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { memoryStore } from "@enrol-sso/enrol";
import { account, confWith, SECRET_KEY, start } from "../fixture.js";

const cwd = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program that can collect garbage, and returns what it prints. */
function output(program: string): string {
  const args = ["--expose-gc", "--input-type=module", "--eval", program];
  return String(execFileSync(process.execPath, args, { cwd, timeout: 120_000 }));
}

const SETUP = `
  const options = ${JSON.stringify({ conf: confWith(), secretKey: SECRET_KEY, purgeIntervalMs: 3_600_000 })};
  async function until(holds) {
    for (const end = Date.now() + 60_000; !holds() && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      gc();
    }
    return holds();
  }
`;

test("an engine that nobody refers to is collected, while its timers are set", () => {
  const program = `
    import { createEnrol, memoryStore } from "@enrol-sso/enrol";
    ${SETUP}
    const store = memoryStore();
    async function abandoned() {
      const enrol = await createEnrol({ ...options, store, audit: () => {} });
      const answer = await enrol.signup(${JSON.stringify(account("ada"))});
      if (!answer.ok) throw new Error("it was refused");
      return new WeakRef(enrol);
    }
    const enrol = await abandoned();
    console.log(await until(() => enrol.deref() === undefined));
  `;
  assert.equal(output(program), "true\n");
});

test("what a collected engine leaves behind is cleared: its timers, and threads that no other engine uses", () => {
  const program = `
    import { memoryStore } from "@enrol-sso/enrol";
    import { loadModule, nodeKdf } from "@enrol-sso/enrol/node";
    import { creator } from "#dist/create.js";
    import { byText } from "#dist/node/thread.js";
    import { offThread } from "#dist/threads/off-thread.js";
    import { Threads } from "#dist/threads/threads.js";
    ${SETUP}
    const timers = new Set(); // of the next purge
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.setTimeout = (work, ms) => {
      const timer = set(work, ms);
      if (ms === options.purgeIntervalMs) timers.add(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => {
      timers.delete(timer);
      clear(timer);
    };
    let threads = 0;
    process.on("worker", (worker) => {
      threads++;
      worker.on("exit", () => threads--);
    });
    const kdf = offThread(() => undefined, new Threads(1, [byText], loadModule), 1);
    const createEnrol = creator({ loadModule, kdf, native: nodeKdf, requestBound: false });
    async function engine() {
      const store = memoryStore();
      const enrol = await createEnrol({ ...options, conf: ${JSON.stringify(confWith({ enrol: "argon2_memory=8192\nargon2_iterations=1" }))}, store, audit: () => {} });
      const answer = await enrol.signup(${JSON.stringify(account("ada"))});
      if (!answer.ok) throw new Error("it was refused");
      return enrol;
    }
    let [first, second] = [await engine(), await engine()];
    const collected = new WeakRef(second);
    console.log(await until(() => timers.size === 2 && threads === 1));
    second = undefined;
    console.log(await until(() => timers.size === 1 && collected.deref() === undefined), threads);
    first = undefined;
    console.log(await until(() => timers.size === 0 && threads === 0));
  `;
  assert.equal(output(program), "true\ntrue 1\ntrue\n");
});

test("in development, a second engine on a store that has one is reported once, with what to do", async (t) => {
  setEnvironment(t, "development");
  const { mock } = t.mock.method(console, "warn", () => {});
  const reports = () => mock.calls.map((call) => String(call.arguments[0]));
  const store = memoryStore();
  const closed = await start({ store });
  await closed.enrol.close();
  const first = await start({ store });
  assert.deepEqual(reports(), [], "the other one was closed");
  const others = [await start({ store }), await start({ store })];
  assert.equal(reports().length, 1);
  assert.match(reports()[0] ?? "", /^enrol: warning: this store already has an engine.* close\(\) it first$/);
  for (const { enrol } of [first, ...others]) {
    await enrol.close();
  }
});

test("an engine that could not be made does not count as one", async (t) => {
  setEnvironment(t, "development");
  const { mock } = t.mock.method(console, "warn", () => {});
  const store = memoryStore();
  await assert.rejects(start({ store, secretKey: "k1" }), { name: "ConfigError" });
  await (await start({ store })).enrol.close();
  assert.equal(mock.callCount(), 0);
});

test("in production, a second engine is not reported", async (t) => {
  const { mock } = t.mock.method(console, "warn", () => {});
  setEnvironment(t, "production");
  const store = memoryStore();
  for (const { enrol } of [await start({ store }), await start({ store })]) {
    await enrol.close();
  }
  assert.equal(mock.callCount(), 0);
});

/** Sets NODE_ENV during a test. */
function setEnvironment(t: TestContext, value: string): void {
  const { NODE_ENV: before } = process.env;
  process.env["NODE_ENV"] = value;
  t.after(() => {
    if (before === undefined) {
      delete process.env["NODE_ENV"];
    } else {
      process.env["NODE_ENV"] = before;
    }
  });
}
