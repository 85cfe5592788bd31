// A shift: deliveries that end with the request or the upkeep that they are part of.

import { type CourierBounds, Couriers, type Dispatch, hasDoneSomething, type Left } from "./couriers.js";

/** Milliseconds for which a shift stays when nothing is due: new events at a destination that is down wait no longer. */
const STAY = 1_000;

/** The shortest wait for an event that is due at a time. */
const MIN_DELAY = 50;

/** When deliveries end, in milliseconds since 1970. */
export interface Hours {
  /** After this time, only the first call of a run may start. */
  readonly end: number;
  /** When running calls are cut off; they are not if it is not given. */
  readonly cut?: number;
}

/** Couriers that work until nothing is due, or until a time. */
export class Shift {
  readonly #couriers: Couriers;
  readonly #end: number;
  #left = new Map<string, Left>(); // by destination
  #over = false;
  #progress = false; // a run did something since the last listing
  #wake = () => {};

  /** Each destination gets one courier, even after the end, for one run. */
  constructor(dispatch: Dispatch, bounds: CourierBounds, end: number, failed: (error: unknown) => void) {
    this.#end = end;
    const watched: Dispatch = async (request) => {
      const result = await dispatch(request);
      this.#progress ||= result.ok && hasDoneSomething(result);
      return result;
    };
    const reports = {
      ended: (destination: string, left: Left) => {
        this.#left.set(destination, left);
        this.#wake();
      },
      failed: (error: unknown) => {
        this.stop();
        failed(error);
      },
    };
    this.#couriers = new Couriers(watched, bounds, reports, () => this.#goesOn());
  }

  /**
   * Delivers, and returns what is left. A courier that is stuck is waited for, but others deliver
   * meanwhile. Throws if what is due cannot be determined.
   */
  async work(): Promise<Left> {
    for (;;) {
      await this.#list();
      await this.#wait();
      if (this.#couriers.working === 0 && (this.#over || !this.#progress)) {
        const left = together([...this.#left.values()]);
        if (left.nextDue === 0 || left.nextDue > Date.now() + STAY || !this.#isWithin(left.nextDue)) {
          return left;
        }
        await this.#sleep(left.nextDue);
      }
    }
  }

  /** Starts no more runs. */
  stop(): void {
    this.#over = true;
    this.#wake();
  }

  #goesOn(): boolean {
    return !this.#over && Date.now() < this.#end;
  }

  #isWithin(time: number): boolean {
    return this.#goesOn() && time < this.#end;
  }

  /** Determines what there is at each destination, and sends couriers. */
  async #list(): Promise<void> {
    this.#progress = false;
    this.#left.clear();
    try {
      const listed = await this.#couriers.send();
      this.#left = new Map([...listed, ...this.#left]); // couriers that ended meanwhile know better
    } catch (error) {
      this.stop();
      await this.#couriers.settled();
      throw error;
    }
  }

  /** Waits until all couriers have ended, or an event is due meanwhile. */
  async #wait(): Promise<void> {
    const from = Date.now() + MIN_DELAY;
    while (this.#couriers.working > 0) {
      const { nextDue } = together([...this.#left.values()].filter(({ more }) => !more));
      const due = nextDue > 0 && this.#isWithin(nextDue) ? Math.max(nextDue, from) : Number.POSITIVE_INFINITY;
      if (due <= Date.now()) {
        return;
      }
      await Promise.race([this.#couriers.settled(), this.#sleep(due)]);
      this.#wake(); // clears the timer
    }
  }

  /** Waits until a time, or until something happens. */
  #sleep(until: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(until) ? setTimeout(resolve, Math.max(until - Date.now(), 0)) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What is left at several destinations. */
function together(all: readonly Left[]): Left {
  const nextDue = Math.min(...all.map((left) => left.nextDue || Number.POSITIVE_INFINITY));
  return { more: all.some(({ more }) => more), nextDue: Number.isFinite(nextDue) ? nextDue : 0 };
}
