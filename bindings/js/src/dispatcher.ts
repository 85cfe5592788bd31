// Background dispatch: delivers events after commits, at start and on a timer;
// or, on edge workers, within the request that committed.

import { tell, turn } from "./background.js";
import type { WaitUntil } from "./call.js";
import { Couriers, IN_BACKGROUND, IN_REQUEST, type Left } from "./couriers.js";
import type { DispatchRequest } from "./requests.js";
import type { DispatchResult } from "./responses.js";
import type { Settings } from "./settings.js";
import { type Hours, Shift } from "./shift.js";
import { OwnTimer } from "./timer.js";

/**
 * Milliseconds from the start of one listing to the next: under load, one delivers the events of several commits, which
 * costs less than to look for each.
 */
const PACE = 20;

/** The longest wait between two tries while dispatch fails. */
const MAX_BACKOFF = 60_000;

/** The shortest wait for an event that is due at a time. */
const MIN_DELAY = 10;

/** Milliseconds after which no other call starts within a request. */
const IN_REQUEST_MS = 18_000;

/** Milliseconds after which calls within a request are cut off: workers are kept alive for 30 seconds. */
const CUT_MS = 28_000;

/** Runs dispatch, within hours if there are any. */
export type TimedDispatch = (request: DispatchRequest, hours?: Hours) => Promise<DispatchResult>;

/** Delivers until it is stopped. */
export class Dispatcher {
  readonly #dispatch: TimedDispatch;
  readonly #intervalMs: number;
  readonly #onFault: (error: Error) => void;
  readonly #waitUntil: WaitUntil | undefined;
  readonly #requestBound: boolean;
  readonly #requests = new Map<Shift, Promise<void>>(); // deliveries that requests wait for
  readonly #couriers: Couriers;
  #due = new Map<string, number>(); // when the next event is due, by destination
  readonly #timer = new OwnTimer<Dispatcher>(this);
  #sending: Promise<void> | undefined;
  #wanted = false; // again, after the current listing
  #listed = 0; // when the last listing began
  #failures = 0; // in a row
  #stopped = false;

  /** An interval of 0 means that there is no timer. */
  constructor(
    dispatch: TimedDispatch,
    settings: Pick<Settings, "dispatchIntervalMs" | "onFault" | "waitUntil"> & {
      readonly platform: Pick<Settings["platform"], "requestBound">;
    },
  ) {
    this.#dispatch = dispatch;
    this.#intervalMs = settings.dispatchIntervalMs;
    this.#onFault = settings.onFault;
    this.#waitUntil = settings.waitUntil;
    this.#requestBound = settings.platform.requestBound;
    this.#couriers = new Couriers((request) => dispatch(request), IN_BACKGROUND, {
      ended: (destination, left) => this.#ended(destination, left),
      failed: (error) => {
        this.#failed(error);
        this.#schedule();
      },
    });
  }

  /** Requests a dispatch soon; only waitUntil, if any, waits for it. */
  kick(waitUntil = this.#waitUntil): void {
    if (waitUntil || this.#requestBound) {
      this.#within(waitUntil);
      return;
    }
    this.#wanted = true;
    if (!this.#sending && !this.#stopped) {
      this.#timer.clear();
      this.#sending = this.#send();
    }
  }

  /** Waits for requested dispatches, and starts no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer.clear();
    await this.#sending;
    await this.#couriers.settled();
    for (const shift of this.#requests.keys()) {
      shift.stop();
    }
    await Promise.all(this.#requests.values());
  }

  /**
   * Delivers as part of the current request. It shares nothing with other requests, which may end
   * meanwhile; leases keep them apart.
   */
  #within(waitUntil: WaitUntil | undefined): void {
    if (this.#stopped) {
      return;
    }
    const now = Date.now();
    const hours = { end: now + IN_REQUEST_MS, cut: now + CUT_MS };
    const failed = (error: unknown) => tell(this.#onFault, error, "dispatch failed");
    const shift = new Shift((request) => this.#dispatch(request, hours), IN_REQUEST, hours.end, failed);
    const delivery = shift.work().then(
      () => void this.#requests.delete(shift),
      (error) => {
        this.#requests.delete(shift);
        failed(error);
      },
    );
    this.#requests.set(shift, delivery);
    try {
      waitUntil?.(delivery);
    } catch (error) {
      tell(this.#onFault, error, "waitUntil failed");
    }
  }

  /** Lists the destinations with due events, and sends couriers. */
  async #send(): Promise<void> {
    while (this.#wanted) {
      await turn(this.#pause());
      this.#wanted = false;
      this.#listed = Date.now();
      try {
        const left = await this.#couriers.send();
        this.#due = new Map([...left].filter(([, { more }]) => !more).map(([id, { nextDue }]) => [id, nextDue]));
        this.#failures = 0;
      } catch (error) {
        this.#failed(error); // until the next tick or commit
        this.#wanted = false;
      }
    }
    this.#sending = undefined;
    this.#schedule();
  }

  /** Milliseconds until the next listing; 0 after a rest, or at the end. */
  #pause(): number {
    const since = Date.now() - this.#listed;
    return this.#stopped || since < 0 ? 0 : Math.max(PACE - since, 0);
  }

  #ended(destination: string, { nextDue }: Left): void {
    this.#due.set(destination, nextDue);
    this.#schedule();
  }

  #failed(error: unknown): void {
    this.#failures++;
    tell(this.#onFault, error, "dispatch failed");
  }

  /** Sets the timer: for the interval, or for when an event is due before that. */
  #schedule(): void {
    this.#timer.clear();
    if (this.#intervalMs === 0 || this.#stopped || this.#sending) {
      return;
    }
    let delay = this.#intervalMs;
    if (this.#failures > 0) {
      delay = Math.max(delay, Math.min(delay * 2 ** Math.min(this.#failures, 16), MAX_BACKOFF));
    } else {
      const due = [...this.#due.values()].filter((time) => time > 0);
      delay = Math.min(delay, ...due.map((time) => Math.max(time - Date.now(), MIN_DELAY)));
    }
    this.#timer.set((dispatcher) => dispatcher.kick(), delay);
  }
}
