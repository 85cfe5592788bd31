// A timer that works for an object, and does not keep it.

import { later } from "./background.js";

/** What is left of a timer when its owner is gone: it must not refer to that. */
interface Slot {
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** Clears the timers of owners that were collected. Made when it is needed: not every edge worker has it. */
let abandoned: FinalizationRegistry<Slot> | undefined;

/**
 * The one timer of an object. It keeps neither the process alive nor its owner: an owner that nobody else refers to is
 * collected, and the timer is cleared.
 */
export class OwnTimer<Owner extends object> {
  readonly #owner: Owner;
  #slot: Slot | undefined; // once it was set

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** Does work after some milliseconds, in place of what it was set to before. */
  set(work: (owner: Owner) => void, ms: number): void {
    this.clear();
    if (!this.#slot) {
      this.#slot = {};
      abandoned ??= new FinalizationRegistry(({ timer }) => clearTimeout(timer));
      abandoned.register(this.#owner, this.#slot);
    }
    const held = new WeakRef(this.#owner);
    this.#slot.timer = later(() => {
      const owner = held.deref();
      if (owner) {
        work(owner);
      }
    }, ms);
  }

  /** Does nothing any more. */
  clear(): void {
    clearTimeout(this.#slot?.timer);
  }
}
