// Background purging: removes what has expired, at start and on a timer, never
// twice at a time.

import { later, tell, turn } from "./background.js";
import type { PurgeRequest, PurgeResult } from "./life.js";

/** Purges until it is stopped. */
export class Purger {
  readonly #purge: (request: PurgeRequest) => Promise<PurgeResult>;
  readonly #intervalMs: number;
  readonly #onFault: (error: Error) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #cursor = ""; // where the next purge goes on
  #stopped = false;

  /** An interval of 0 means that nothing is purged. */
  constructor(
    purge: (request: PurgeRequest) => Promise<PurgeResult>,
    intervalMs: number,
    onFault: (error: Error) => void,
  ) {
    this.#purge = purge;
    this.#intervalMs = intervalMs;
    this.#onFault = onFault;
  }

  /** Begins with the first round; nobody waits for it. */
  start(): void {
    if (this.#intervalMs > 0) {
      this.#running = this.#work();
    }
  }

  /** Waits for the purge that is going on, and does nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Purges until there is no more, and sets the timer. */
  async #work(): Promise<void> {
    for (let more = true; more; ) {
      await turn();
      if (this.#stopped) {
        return;
      }
      more = await this.#once();
    }
    if (!this.#stopped) {
      this.#timer = later(() => this.start(), this.#intervalMs);
    }
  }

  /** Purges once, and says whether to go on at once. */
  async #once(): Promise<boolean> {
    try {
      const { more, cursor } = await this.#purge({ cursor: this.#cursor });
      this.#cursor = cursor;
      return more;
    } catch (error) {
      this.#cursor = "";
      tell(this.#onFault, error, "purge failed");
      return false; // until the next tick
    }
  }
}
