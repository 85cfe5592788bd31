// Requests and answers about the upkeep of a store: moving to a new secret key,
// and events that were given up.

import type { Privileged } from "./life.js";
import type { Correlated } from "./requests.js";
import type { Result } from "./result.js";

/** Asks to move the store on to the newer of two secret keys. */
export interface RekeyRequest extends Correlated, Privileged {
  /** How many records to look at, 1 to 100; 100 if there is none. */
  limit?: number | undefined;
  /** That of the run before; none for the first. */
  cursor?: string | undefined;
}

/** Asks for a page of the events that were given up after their last try. */
export interface DeadRequest extends Correlated, Privileged {
  /** How many at most, 1 to 100; 50 if there is none. */
  limit?: number | undefined;
  /** That of the page before; none for the first. */
  cursor?: string | undefined;
}

/** Asks to try one of these events again. */
export interface RetryRequest extends Correlated, Privileged {
  /** That of a {@link DeadEvent}. */
  id: string;
}

/** How much upkeep is to be done at a time. */
export interface UpkeepOptions {
  /**
   * Milliseconds after which no other step begins; 20,000 if not given. One step
   * of each kind is taken in any case, and one that has begun is ended: it makes
   * up to 16 calls of services, or looks at up to 100 records.
   */
  withinMs?: number | undefined;
  /** Gives the upkeep up, in the middle of a step: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What upkeep came to. */
export interface UpkeepReport {
  /** Events that a service accepted. */
  delivered: number;
  /** Deliveries that failed and will be tried again. */
  failed: number;
  /** Events that were tried for the last time. */
  dead: number;
  /** Claims, and other things that expired, that were removed. */
  removed: number;
  /** Records that were moved to the newer of two secret keys. */
  moved: number;
  /** Whether time was up before all was done. */
  more: boolean;
  /** When the next event is due, milliseconds since 1970; 0 for none. */
  nextDue: number;
}

/** Answers rekey. */
export type RekeyResult = Result<{
  /** How many records were moved. */
  moved: number;
  /** Whether this pass goes on: rekey again at once, with the cursor. */
  more: boolean;
  /** For the next run; "" to begin anew. */
  cursor: string;
  /**
   * Whether nothing is left of the older key: it may be taken out of the option
   * `secretKey`. Answers that are kept for repetitions cannot be moved, so that
   * this takes as long as `enrol.idempotency_hours`.
   */
  done: boolean;
}>;

/** Answers dead. */
export type DeadResult = Result<{
  /** The events, the oldest of each bucket first. */
  events: readonly DeadEvent[];
  /** For the next page; "" if this is the last. */
  cursor: string;
}>;

/** An event that was given up. */
export interface DeadEvent {
  /** For retry. */
  id: string;
  /** The account that it is about. */
  userId: string;
  /** The service that was called; of a URL without its path. */
  destination: string;
  /** UTC, like 2018-02-13T15:32:24. */
  created: string;
  /** How often it was tried. */
  tries: number;
  /** Why the last try failed. */
  reason: string;
}
