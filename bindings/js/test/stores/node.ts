// Runs the suite with Node's test runner.

import { test } from "node:test";
import { cases } from "./suite/cases.js";
import { type Open, runCase } from "./suite/run.js";

/** Tests a store: each case gets one that is empty. */
export function suite(name: string, open: Open): void {
  for (const one of cases) {
    test(`${name}: ${one.name}`, { timeout: 120_000 }, () => runCase(one, open));
  }
}
