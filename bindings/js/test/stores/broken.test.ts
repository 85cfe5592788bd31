// The suite itself: it must find what is wrong with a store.

import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, brokenAlone, Forgetful, Passing } from "./broken.js";
import { cases } from "./suite/cases.js";
import { hammer } from "./suite/hammer.js";
import { runAll } from "./suite/run.js";
import { verify } from "./suite/verify.js";

for (const [name, open] of Object.entries(broken)) {
  test(`the hammer finds the fault of ${name}`, async () => {
    const attempts = 20; // one or two are enough on most machines
    for (let seed = 0; seed < attempts; seed++) {
      const history = await hammer(open(), { workers: 8, calls: 60, seed });
      try {
        verify(history);
      } catch {
        return;
      }
    }
    assert.fail(`not found in ${attempts} attempts`);
  });
}

for (const [name, open] of Object.entries({ ...broken, ...brokenAlone })) {
  test(`the suite finds the fault of ${name}`, async () => {
    for (const { name } of cases.toReversed()) {
      const [outcome] = await runAll(open, name);
      if (outcome?.failure !== undefined) {
        return;
      }
    }
    assert.fail("every case passed");
  });
}

test("the suite passes for the store without a fault", async () => {
  assert.deepEqual(
    (await runAll(() => new Passing())).filter(({ failure }) => failure !== undefined),
    [],
  );
});

test("lost answers are not faults", async () => {
  verify(await hammer(new Forgetful(), { workers: 8, calls: 60, seed: 1 }));
});
