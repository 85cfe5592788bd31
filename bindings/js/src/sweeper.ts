// Sweeping: work that walks the store in small steps, in the background at start and on a timer,
// never twice at a time, or on request. Purging and moving to a new secret key are such work.

import { tell, turn } from "./background.js";
import { OwnTimer } from "./timer.js";

/** The result of a step. */
export interface Swept {
  /** Whether this round continues at once. */
  readonly more: boolean;
  /** Where the next step continues. */
  readonly cursor: string;
  /** Whether nothing will ever be left to do. */
  readonly done?: boolean;
  /** Milliseconds until the next round, if that is sooner than the interval. */
  readonly again?: number | undefined;
}

/** Sweeps until it is stopped or completely done. */
export class Sweeper<Step extends Swept = Swept> {
  readonly #name: string;
  readonly #step: (cursor: string, signal?: AbortSignal) => Promise<Step>;
  readonly #intervalMs: number;
  readonly #onFault: (error: Error) => void;
  readonly #timer = new OwnTimer<Sweeper<Step>>(this);
  #running: Promise<void> | undefined;
  #again = Number.POSITIVE_INFINITY; // of the last step
  #cursor = ""; // where the next step goes on
  #stopped = false;

  /** An interval of 0 means that nothing is done. */
  constructor(
    name: string,
    step: (cursor: string, signal?: AbortSignal) => Promise<Step>,
    intervalMs: number,
    onFault: (error: Error) => void,
  ) {
    this.#name = name;
    this.#step = step;
    this.#intervalMs = intervalMs;
    this.#onFault = onFault;
  }

  /** Starts the first round; nobody waits for it. */
  start(): void {
    if (this.#intervalMs > 0 && !this.#stopped) {
      this.#running = this.#work();
    }
  }

  /** Takes one step on request, from where the last one ended. */
  async step(signal?: AbortSignal): Promise<Step> {
    try {
      const swept = await this.#step(this.#cursor, signal);
      this.#cursor = swept.cursor;
      return swept;
    } catch (error) {
      this.#cursor = "";
      throw error;
    }
  }

  /** Waits for the current step, and starts no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer.clear();
    await this.#running;
  }

  /** Takes steps until the round is over, and sets the timer for the next one. */
  async #work(): Promise<void> {
    for (let more = true; more; ) {
      await turn();
      if (this.#stopped) {
        return;
      }
      more = await this.#once();
    }
    if (!this.#stopped) {
      this.#timer.set((sweeper) => sweeper.start(), Math.min(this.#intervalMs, this.#again));
    }
  }

  /** Takes one step, and returns whether to continue at once. */
  async #once(): Promise<boolean> {
    try {
      const { more, done = false, again = Number.POSITIVE_INFINITY } = await this.step();
      this.#again = again;
      this.#stopped ||= done;
      return more && !done;
    } catch (error) {
      tell(this.#onFault, error, `${this.#name} failed`);
      return false; // until the next tick
    }
  }
}
