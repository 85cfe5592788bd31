// The package is imported, and signs up a user, in each runtime that it supports.
// They are installed in tests/runtimes; "make test-runtimes" does that.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { verify } from "@node-rs/argon2";
import { worker } from "./workerd.js";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runtimes = at("../../../../tests/runtimes/node_modules/.bin/");
const program = at("./program.js");

for (const [name, command, ...args] of [
  ["this Node", process.execPath],
  ["the newest Node", `${runtimes}node`],
  ["Bun", `${runtimes}bun`],
  ["Deno that may read files", `${runtimes}deno`, "run", "--quiet", "--no-prompt", "--allow-read", "--allow-env"],
  ["Deno that may do nothing", `${runtimes}deno`, "run", "--quiet", "--no-prompt"],
] as const) {
  test(`in ${name}, by the main entry and inline`, () => {
    const output = execFileSync(command, [...args, program], { encoding: "utf8", timeout: 120_000 });
    assert.equal(output, "signed up\nsigned up\nmails that differ: none\n");
  });
}

test("native argon2 of Node derives the same, and so do its threads", () => {
  const tests = ["kdf", "native", "threads"].map((name) => at(`../behaviour/${name}.test.js`));
  execFileSync(`${runtimes}node`, ["--eval", "if (!crypto.argon2) process.exit(1)"]);
  execFileSync(`${runtimes}node`, ["--test", ...tests], { timeout: 120_000 });
});

for (const [name, entry, compatibilityDate] of [
  ["a worker, by its condition", undefined, "2025-09-01"],
  ["a worker of before waitUntil could be imported, by its condition", undefined, "2024-01-01"],
  ["a worker, by /workerd", "workerd", "2025-09-01"],
  ["a worker, by /edge-light", "edge-light", "2025-09-01"],
] as const) {
  test(`in ${name}, created at module scope, with many first requests at once`, async () => {
    const workerd = await worker({ entryPoints: [at("./worker.js")] }, { entry, compatibilityDate });
    try {
      const fetch = async (path: string) => (await workerd.dispatchFetch(`http://worker.test/${path}`)).text();
      const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => fetch(`user${i}`)));
      assert.deepEqual([...new Set(answers)], ["signed up"]);
      for (const end = Date.now() + 10_000; (await fetch("")) !== "8"; ) {
        assert(Date.now() < end, "what was committed is not delivered");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    } finally {
      await workerd.dispose();
    }
  });
}

test("a worker hashes with argon2id in SIMD, which was compiled with the worker, as any other argon2id", async () => {
  const workerd = await worker({ entryPoints: [at("./argon2id-worker.js")] }, { compatibilityDate: "2025-09-01" });
  try {
    const answer = (await (await workerd.dispatchFetch("http://worker.test/")).json()) as Record<string, unknown>;
    assert.equal(answer["ok"], true, JSON.stringify(answer));
    assert(Number(answer["memoryBytes"]) >= 19_456 * 1024, `SIMD had ${answer["memoryBytes"]} bytes`);
    assert(await verify(String(answer["hash"]), "correct horse battery"));
    assert(!(await verify(String(answer["hash"]), "another password")));
  } finally {
    await workerd.dispose();
  }
});

test("in Node 20, sqliteStore says which Node has SQLite, as the README does, and what else to use", () => {
  const folder = mkdtempSync(join(tmpdir(), "enrol-node20-"));
  const file = join(folder, "enrol.sqlite");
  try {
    const program = `
      import { sqliteStore } from "@enrol-sso/enrol/stores/node-sqlite";
      try {
        sqliteStore(${JSON.stringify(file)});
      } catch ({ name, code, message }) {
        console.log(JSON.stringify({ name, code, message }));
      }`;
    const options = { cwd: at("../../"), encoding: "utf8" } as const;
    const node20 = at("../../../../tests/runtimes/node_modules/node20/bin/node");
    const output = execFileSync(node20, ["--input-type=module", "--eval", program], options);
    const { name, code, message } = JSON.parse(output) as Record<string, string>;
    assert.deepEqual([name, code], ["StoreError", "unsuitable"]);
    const [, needed] =
      /^Node 20\.\d+\.\d+ has no node:sqlite: use Node (\S+) or later, pass a database .*pgStore$/.exec(
        message ?? "",
      ) ?? [];
    assert(needed, message);
    assert.match(
      readFileSync(at("../../README.md"), "utf8"),
      new RegExp(`^\\| SQLite in Node \\|.*\\| Node ${needed};`, "m"),
    );
    assert(!existsSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a worker writes the mails of Go", async () => {
  const contents = `
    import { differing } from "./mails.js";
    export default { fetch: () => new Response(differing().join() || "none") };
  `;
  const workerd = await worker({ stdin: { contents, resolveDir: at("./") } }, { compatibilityDate: "2025-09-01" });
  try {
    assert.equal(await (await workerd.dispatchFetch("http://worker.test/")).text(), "none");
  } finally {
    await workerd.dispose();
  }
});

test("the README's worker signs up on D1, and its cron trigger does its work", async () => {
  const readme = readFileSync(at("../../README.md"), "utf8");
  const example = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].find(([text]) => text.includes("d1Store(env.DB)"));
  const contents = `
    const conf = "[apps]\\nall=CRM\\nsignup_allowed=CRM\\n[enrol]\\npassword_hash=pbkdf2-sha512\\n[hash_secret]\\nrounds=1000\\n";
    const audit = () => {};
    ${example?.[1]}
  `;
  const workerd = await worker(
    { stdin: { contents, resolveDir: at("./") } },
    { compatibilityDate: "2025-09-01", d1Databases: ["DB"], bindings: { ENROL_KEY: `k1:${"A".repeat(43)}` } },
  );
  try {
    const user = { username: "ada", password: "correct horse battery", email: "ada@example.com" };
    const signup = async () => {
      const init = { method: "POST", body: JSON.stringify(user) };
      const response = await workerd.dispatchFetch("http://worker.test/api/signup", init);
      return { status: response.status, body: (await response.json()) as object };
    };
    const first = await signup();
    assert.equal(first.status, 200);
    assert.deepEqual(Object.keys(first.body), ["cid", "status"], "the token goes to nobody who asks");
    const { scheduled } = await workerd.getWorker();
    assert.equal((await scheduled()).outcome, "ok");
  } finally {
    await workerd.dispose();
  }
});
