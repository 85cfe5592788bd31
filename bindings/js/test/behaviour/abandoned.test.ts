// An engine that nobody refers to is collected, with the memory of its module: its timers do not keep it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { account, confWith, SECRET_KEY } from "../fixture.js";

test("an engine that nobody refers to is collected, while its timers are set", () => {
  const program = `
    import { createEnrol, memoryStore } from "@enrol-sso/enrol";
    const store = memoryStore();
    async function abandoned() {
      const options = ${JSON.stringify({ conf: confWith(), secretKey: SECRET_KEY, purgeIntervalMs: 3_600_000 })};
      const enrol = await createEnrol({ ...options, store, audit: () => {} });
      const answer = await enrol.signup(${JSON.stringify(account("ada"))});
      if (!answer.ok) throw new Error("it was refused");
      return new WeakRef(enrol);
    }
    const enrol = await abandoned();
    for (const end = Date.now() + 60_000; enrol.deref() && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      gc();
    }
    console.log(enrol.deref() === undefined);
  `;
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const args = ["--expose-gc", "--input-type=module", "--eval", program];
  assert.equal(String(execFileSync(process.execPath, args, { cwd, timeout: 120_000 })), "true\n");
});
