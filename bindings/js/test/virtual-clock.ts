// A clock that moves only when nothing else can happen, so that no test depends on how fast a
// machine is.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";

/** Milliseconds that it moves at a time. */
const STEP = 10;

/** The time of a test, whose timers wait for it. Work outside of JavaScript, such as hashing, takes no time. */
export class VirtualClock {
  readonly #timers: TestContext["mock"]["timers"];
  #now = 0;

  constructor(t: TestContext) {
    this.#timers = t.mock.timers;
    this.#timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  }

  /** Milliseconds since the start of the test. */
  get now(): number {
    return this.#now;
  }

  /** Lets time pass, in larger steps if they are given. */
  async pass(ms: number, step = STEP): Promise<void> {
    for (const end = this.#now + ms; this.#now < end; ) {
      await this.#step(step);
    }
  }

  /** Lets time pass until something holds, and returns how long that took; it fails after `most`. */
  async until(holds: () => boolean, most: number): Promise<number> {
    const start = this.#now;
    while (!holds()) {
      assert(this.#now - start < most, `it does not hold after ${most} ms`);
      await this.#step();
    }
    return this.#now - start;
  }

  /** Lets time pass until some work has ended, and returns its result; it fails after `most`. */
  async end<T>(work: Promise<T>, most: number): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    await this.until(() => ended, most);
    return work;
  }

  async #step(ms = STEP): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#timers.tick(ms);
    this.#now += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
