// How the cases run: each with its own store, which is closed at the end.

import type { Store } from "@enrol-sso/enrol";
import { type Case, cases } from "./cases.js";
import { Subject } from "./subject.js";

/** Opens an empty store for one case. */
export type Open = () => Promise<Store> | Store;

/** The result of a case: why it failed, or nothing. */
export interface Outcome {
  name: string;
  ms: number;
  failure?: string;
}

/** Runs one case; it throws if the case fails. */
export async function runCase({ run }: Case, open: Open): Promise<void> {
  const store = await open();
  try {
    await run(new Subject(store));
  } finally {
    await store.close?.();
  }
}

/** Runs the case with a name, or all of them, and reports the result of each. */
export async function runAll(open: Open, only?: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const test of cases) {
    if (only !== undefined && test.name !== only) {
      continue;
    }
    const begin = Date.now();
    try {
      await runCase(test, open);
      outcomes.push({ name: test.name, ms: Date.now() - begin });
    } catch (error) {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      outcomes.push({ name: test.name, ms: Date.now() - begin, failure });
    }
  }
  return outcomes;
}
