// Background dispatch: delivers events after commits, at start and on a timer,
// never twice at a time.

import { later, tell, turn } from "./background.js";
import type { DispatchResult } from "./responses.js";

/** The longest wait between two tries while dispatch fails. */
const MAX_BACKOFF = 60_000;

/** Delivers until it is stopped. */
export class Dispatcher {
  readonly #dispatch: () => Promise<DispatchResult>;
  readonly #intervalMs: number;
  readonly #onFault: (error: Error) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #wanted = false; // again, after the round that is going on
  #failures = 0; // in a row
  #stopped = false;

  /** An interval of 0 means that there is no timer. */
  constructor(dispatch: () => Promise<DispatchResult>, intervalMs: number, onFault: (error: Error) => void) {
    this.#dispatch = dispatch;
    this.#intervalMs = intervalMs;
    this.#onFault = onFault;
  }

  /** Asks for a dispatch soon; nobody waits for it. */
  kick(): void {
    this.#wanted = true;
    if (!this.#running && !this.#stopped) {
      clearTimeout(this.#timer);
      this.#running = this.#work();
    }
  }

  /** Waits for what was asked for, and does nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #work(): Promise<void> {
    let nextDue = 0;
    while (this.#wanted) {
      await turn();
      this.#wanted = false;
      try {
        const result = await this.#dispatch();
        this.#failures = 0;
        nextDue = result.nextDue;
        this.#wanted ||= result.more && !this.#stopped;
      } catch (error) {
        this.#failures++;
        this.#wanted = false; // until the next tick or commit
        nextDue = 0;
        tell(this.#onFault, error, "dispatch failed");
      }
    }
    this.#running = undefined;
    this.#schedule(nextDue);
  }

  /** Sets the timer: for the interval, or for when an event is due before that. */
  #schedule(nextDue: number): void {
    if (this.#intervalMs === 0 || this.#stopped) {
      return;
    }
    let delay = this.#intervalMs;
    if (this.#failures > 0) {
      delay = Math.max(delay, Math.min(delay * 2 ** Math.min(this.#failures, 16), MAX_BACKOFF));
    } else if (nextDue > 0) {
      delay = Math.min(delay, Math.max(nextDue - Date.now(), 1));
    }
    this.#timer = later(() => this.kick(), delay);
  }
}
