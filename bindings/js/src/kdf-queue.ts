// The passwords that wait to be hashed: bounded, so that a burst of signups neither fills the
// memory nor makes everybody wait for nothing.

import { type Awaitable, isLater } from "./awaitable.js";
import { turn } from "./background.js";
import type { Kdf, KdfRequest } from "./kdf.js";

/** How many hashes a kdf makes at a time by default. */
const AT_ONCE = 4;

/** KiB that running hashes may take together; a single hash may take more. */
const MAX_MEMORY = 256 << 10;

/** How many passwords of one kind of operation may wait by default. */
export const MAX_WAITING = 256;

/** Milliseconds that a password may wait for its turn. */
export const MAX_WAIT = 10_000;

/** How many recent hashes predict how long the others wait. */
const SAMPLES = 8;

/** A password is not hashed because too many others wait. */
export class BusyError extends Error {
  override readonly name = "BusyError";
  /** After how many seconds to try again: all that wait now have had their turn by then. */
  readonly retryAfter = MAX_WAIT / 1000;

  constructor() {
    super("too many passwords wait to be hashed");
  }
}

/** A password that waits for its turn. */
interface Waiting {
  readonly memory: number;
  readonly since: number;
  /** Gives it its turn. */
  begin(): void;
  /** Refuses its turn. */
  refuse(reason: unknown): void;
}

/** Operations with their own lane; all others share the lane of signups. */
const LANES = ["signup", "confirm", "verify"];

/**
 * Hashes passwords with a kdf, a few at a time. Each kind of operation has its own lane, in order
 * of arrival, and lanes take turns: a burst of signups makes no confirm and no login fail.
 */
export class KdfQueue {
  readonly #kdf: Kdf;
  readonly #lanes: readonly Waiting[][] = LANES.map(() => []);
  #served = 0; // the lane that was given the last turn
  #running = 0;
  #memory = 0; // KiB that running hashes take
  #made: number[] = []; // when the last hashes ended, since somebody waits
  #byModule = false; // whether the kdf left the last one to the module, which hashes on this thread

  constructor(kdf: Kdf) {
    this.#kdf = kdf;
  }

  /**
   * Derives with the kdf; synchronously, if the kdf does and nobody waits. Throws a BusyError if
   * the turn would come too late, or if too many of the same kind of operation wait, and rejects
   * with one when the turn turns out to be too late. When the signal aborts, it stops waiting.
   */
  derive(request: KdfRequest, signal?: AbortSignal, operation = "signup"): Awaitable<Uint8Array | undefined> {
    const { memory = 0 } = request;
    const nobodyWaits = this.#lanes.every((lane) => lane.length === 0);
    if (nobodyWaits && this.#hasRoom(memory)) {
      this.#enter(memory);
      return this.#hash(request, memory);
    }
    if (nobodyWaits) {
      this.#made = [];
    }
    const lane = this.#lanes[Math.max(LANES.indexOf(operation), 0)] as Waiting[];
    if (
      lane.length >= (this.#kdf.maxWaiting ?? MAX_WAITING) ||
      this.#wait(this.#before(lane, lane.length + 1)) > MAX_WAIT
    ) {
      throw new BusyError();
    }
    return this.#turn(lane, memory, signal).then(() => this.#hash(request, memory));
  }

  #atOnce(): number {
    return this.#byModule ? 1 : (this.#kdf.atOnce ?? AT_ONCE);
  }

  #hasRoom(memory: number): boolean {
    return this.#running === 0 || (this.#running < this.#atOnce() && this.#memory + memory <= MAX_MEMORY);
  }

  /** How many turns it takes until the one of that number in a lane has had its own. */
  #before(lane: readonly Waiting[], number: number): number {
    return this.#lanes.reduce((turns, other) => turns + (other === lane ? number : Math.min(other.length, number)), 0);
  }

  /** Milliseconds that a number of hashes take; 0 while unknown. */
  #wait(hashes: number): number {
    const [first = 0] = this.#made;
    return this.#made.length <= SAMPLES ? 0 : (hashes * ((this.#made.at(-1) ?? 0) - first)) / SAMPLES;
  }

  #enter(memory: number): void {
    this.#running++;
    this.#memory += memory;
  }

  /** Waits for a turn; resolves when it has come and the place is taken. */
  #turn(lane: Waiting[], memory: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        memory,
        since: Date.now(),
        begin: () => {
          signal?.removeEventListener("abort", giveUp);
          resolve();
        },
        refuse: (reason) => {
          signal?.removeEventListener("abort", giveUp);
          reject(reason);
        },
      };
      const giveUp = () => {
        lane.splice(lane.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      lane.push(waiting);
    });
  }

  /** Hashes in a place that is taken, and leaves it. */
  #hash(request: KdfRequest, memory: number): Awaitable<Uint8Array | undefined> {
    const leave = () => {
      this.#running--;
      this.#memory -= memory;
      this.#made = [...this.#made.slice(-SAMPLES), Date.now()];
      this.#next();
    };
    const done = (key: Uint8Array | undefined) => {
      this.#byModule = key === undefined;
      if (this.#byModule) {
        turn().then(leave); // the module hashes before anything else gets its turn
      } else {
        leave();
      }
      return key;
    };
    const failed = (error: unknown) => {
      leave();
      throw error;
    };
    try {
      const key = this.#kdf(request);
      return isLater(key) ? Promise.resolve(key).then(done, failed) : done(key);
    } catch (error) {
      return failed(error);
    }
  }

  /** Gives turns to hashes while there is room, and refuses those that waited or would wait too long. */
  #next(): void {
    const now = Date.now();
    for (const lane of this.#lanes) {
      for (let last = lane.at(-1); last; last = lane.at(-1)) {
        if (now - last.since + this.#wait(this.#before(lane, lane.length) - 1) <= MAX_WAIT) {
          break;
        }
        lane.pop();
        last.refuse(new BusyError());
      }
    }
    for (let lane = this.#following(); lane; lane = this.#following()) {
      const first = lane[0] as Waiting;
      if (now - first.since > MAX_WAIT) {
        lane.shift();
        first.refuse(new BusyError());
      } else if (this.#hasRoom(first.memory)) {
        lane.shift();
        this.#served = this.#lanes.indexOf(lane);
        this.#enter(first.memory);
        first.begin();
      } else {
        return;
      }
    }
  }

  /** The lane whose turn is next, if anybody waits: the first after the one that was served last. */
  #following(): Waiting[] | undefined {
    const after = this.#served + 1;
    return [...this.#lanes.slice(after), ...this.#lanes.slice(0, after)].find((lane) => lane.length > 0);
  }
}
