// What runs in a page: it leaves there how often a timer ticks during sign-ups, or whether people can sign up; the workers
// that it made; and what was written to the console.

import { engine, measure, type Ticks } from "./ticks.js";

/** What the visitor of the page reads. */
export interface Left {
  ticks?: Ticks;
  signedUp?: number;
  workers: number;
  warnings: string[];
  error?: string;
}

const left: Left = { workers: 0, warnings: [] };
const { Worker } = globalThis;
globalThis.Worker = class extends Worker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    left.workers++;
  }
};
console.warn = (text) => void left.warnings.push(String(text));

try {
  if (location.search === "?ticks") {
    left.ticks = await measure();
  } else {
    left.signedUp = 0;
    const enrol = await engine("argon2id");
    for (const username of ["ada", "grace", "mary"]) {
      const answer = await enrol.signup({
        username,
        password: "correct horse battery",
        email: `${username}@example.com`,
      });
      left.signedUp += answer.ok ? 1 : 0;
    }
    await enrol.close();
  }
} catch (error) {
  left.error = String(error);
}
(globalThis as { left?: Left }).left = left;
