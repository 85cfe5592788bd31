// Runs the suite without a test runner, and prints the result of each case. The
// process fails if one of them does.

import process from "node:process";
import { type Open, runAll } from "../suite/run.js";
import { signUp } from "./signup.js";

/** Runs the suite, and signs up an account. */
export async function report(store: string, open: Open): Promise<void> {
  for (const { name, ms, failure } of await runAll(open)) {
    tell(`${store}: ${name} (${ms} ms)`, failure);
  }
  await step(`${store}: an account signs up, gets its message and confirms`, async () => signUp(await open()));
}

/** Runs one test of its own. */
export async function step(name: string, run: () => Promise<void>): Promise<void> {
  const failure = await run().then(
    () => undefined,
    (error: Error) => error.stack ?? error.message,
  );
  tell(name, failure);
}

function tell(name: string, failure: string | undefined): void {
  process.stdout.write(`${failure === undefined ? "ok" : "FAILED"} ${name}\n`);
  if (failure !== undefined) {
    process.stdout.write(`${failure}\n`);
    process.exitCode = 1;
  }
}
