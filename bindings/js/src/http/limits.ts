// How many requests one client may make, counted in the memory of this process.

import type { PublicSettings } from "../public-settings.js";
import type { Address } from "./address.js";

/** The operations that anybody may call. */
export type PublicOperation = "signup" | "validate" | "confirm" | "resend";

/**
 * How many requests of each kind one client address may make through one application in an hour; `false` for no limit.
 * In IPv6, a /64 counts as one address, and the /48 around it has eight times the limit.
 *
 * They are counted in the memory of this process, or of one isolate on edge workers. Where `rate_signup`, `rate_confirm`
 * or `rate_resend` in `[enrol]` is set and higher, that limit replaces the one here. The engine counts those too, in the
 * store, for all processes together, but not the requests that it refuses before.
 */
export interface Limits {
  /** 30 if not given. */
  signup?: number | false | undefined;
  /** 60 if not given. */
  confirm?: number | false | undefined;
  /** 30 if not given. */
  resend?: number | false | undefined;
  /** 3,600 if not given: forms check while somebody types. */
  validate?: number | false | undefined;
}

/** The limits that are on by default. */
export const DEFAULT_LIMITS: Readonly<Record<PublicOperation, number>> = {
  signup: 30,
  confirm: 60,
  resend: 30,
  validate: 3_600,
};

/** The limit of an operation; 0 for none. */
export function limitOf(operation: PublicOperation, limits: Limits, settings: PublicSettings): number {
  const given = limits[operation] ?? DEFAULT_LIMITS[operation];
  if (given === false) {
    return 0;
  }
  const { rateSignup, rateConfirm, rateResend } = settings;
  return Math.max(given, { signup: rateSignup, confirm: rateConfirm, resend: rateResend, validate: 0 }[operation]);
}

const HOUR = 3_600_000;

/** Bounds the memory of the counts: some 10 MB. */
const MAX_COUNTED = 50_000;

/** How many times the limit of an IPv6 /64 the /48 around it has. */
const WIDE = 8;

/**
 * Counts requests. Each client has a time at which its allowance is full again; each request moves it on (GCRA), so that
 * a client may use its allowance at once, and then gets it back bit by bit.
 */
export class Counts {
  readonly #full = new Map<string, number>(); // milliseconds since 1970

  /**
   * Counts a request of at most `limit` in an hour. If there were too many, it returns after how many seconds to try
   * again, at least 1; else 0. Requests without a known address count as those of one client.
   */
  take(operation: PublicOperation, app: string, address: Address | undefined, limit: number): number {
    if (limit <= 0) {
      return 0;
    }
    const now = Date.now();
    const keyOf = (client: string) => JSON.stringify([operation, app, client]);
    const each = [{ key: keyOf(address?.near ?? ""), moved: HOUR / limit }];
    if (address?.around !== undefined) {
      each.push({ key: keyOf(address.around), moved: HOUR / limit / WIDE });
    }
    const full = each.map(({ key, moved }) => this.#fullAfter(key, moved, now));
    const wait = Math.max(...full) - now - HOUR;
    if (wait > 1e-3) {
      return Math.max(Math.ceil(wait / 1000), 1); // less is what adding fractions leaves
    }
    if (this.#full.size + each.length > MAX_COUNTED) {
      this.#forget(now);
    }
    for (const [i, { key }] of each.entries()) {
      this.#full.set(key, full[i] as number);
    }
    return 0;
  }

  /** When an allowance is full again after one more request, which moves that time on. */
  #fullAfter(key: string, moved: number, now: number): number {
    const full = this.#full.get(key) ?? now;
    const wrong = full < now || full > now + 2 * HOUR; // it is full, or the clock was set
    return (wrong ? now : full) + moved;
  }

  /** Makes room: forgets the clients whose allowance is full, and if that is not enough, the oldest others. */
  #forget(now: number): void {
    for (const [key, full] of this.#full) {
      if (full <= now) {
        this.#full.delete(key);
      }
    }
    for (const key of this.#full.keys()) {
      if (this.#full.size <= (MAX_COUNTED * 3) / 4) {
        break;
      }
      this.#full.delete(key);
    }
  }
}
