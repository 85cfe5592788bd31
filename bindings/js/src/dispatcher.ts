// Background dispatch: delivers events after commits, at start and on a timer,
// never twice at a time; or, on edge workers, within the request that committed.

import { insist, later, tell, turn } from "./background.js";
import type { WaitUntil } from "./call.js";
import type { DispatchResult } from "./responses.js";
import type { Settings } from "./settings.js";

/** The longest wait between two tries while dispatch fails. */
const MAX_BACKOFF = 60_000;

/** How often a request dispatches at most; what is left then is delivered after the next. */
const MAX_ROUNDS = 16;

/** Delivers until it is stopped. */
export class Dispatcher {
  readonly #dispatch: () => Promise<DispatchResult>;
  readonly #intervalMs: number;
  readonly #onFault: (error: Error) => void;
  readonly #waitUntil: WaitUntil | undefined;
  readonly #requestBound: boolean;
  readonly #rounds = new Set<Promise<void>>(); // that requests wait for
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #wanted = false; // again, after the round that is going on
  #failures = 0; // in a row
  #stopped = false;

  /** An interval of 0 means that there is no timer. */
  constructor(
    dispatch: () => Promise<DispatchResult>,
    settings: Pick<Settings, "dispatchIntervalMs" | "onFault" | "waitUntil"> & {
      readonly platform: Pick<Settings["platform"], "requestBound">;
    },
  ) {
    this.#dispatch = dispatch;
    this.#intervalMs = settings.dispatchIntervalMs;
    this.#onFault = settings.onFault;
    this.#waitUntil = settings.waitUntil;
    this.#requestBound = settings.platform.requestBound;
  }

  /** Asks for a dispatch soon; nobody waits for it but, if it is there, waitUntil. */
  kick(waitUntil = this.#waitUntil): void {
    if (waitUntil || this.#requestBound) {
      this.#within(waitUntil);
      return;
    }
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
    await Promise.all(this.#rounds);
  }

  /**
   * Delivers as a part of the request that is going on. It shares nothing with
   * other requests, which may end while it goes on; leases keep them apart.
   */
  #within(waitUntil: WaitUntil | undefined): void {
    if (this.#stopped) {
      return;
    }
    const rounds: Promise<void> = this.#drain().finally(() => this.#rounds.delete(rounds));
    this.#rounds.add(rounds);
    try {
      waitUntil?.(rounds);
    } catch (error) {
      tell(this.#onFault, error, "waitUntil failed");
    }
  }

  async #drain(): Promise<void> {
    for (let round = 0, more = true; more && round < MAX_ROUNDS; round++) {
      const result = await this.#once();
      more = result?.more ?? false;
    }
  }

  async #work(): Promise<void> {
    let nextDue = 0;
    while (this.#wanted) {
      await turn();
      this.#wanted = false;
      const result = await this.#once();
      nextDue = result?.nextDue ?? 0;
      this.#wanted = result !== undefined && (this.#wanted || (result.more && !this.#stopped));
    }
    this.#running = undefined;
    this.#schedule(nextDue);
  }

  /** Dispatches once, and tells if it failed. */
  async #once(): Promise<{ more: boolean; nextDue: number } | undefined> {
    try {
      const result = insist("dispatch", await this.#dispatch());
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#failures++;
      tell(this.#onFault, error, "dispatch failed");
      return undefined; // until the next tick or commit
    }
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
